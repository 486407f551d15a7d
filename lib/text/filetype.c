/* SPDX-License-Identifier: MIT */
/* What a file is, from its bytes: our own readers first, then libmagic. */
#include <string.h>

#include <magic.h>

#include <magnetiq/image.h>
#include <magnetiq/log.h>

#define LOOK_MAX	(64 * 1024)	/* bytes that libmagic may look at */

static const char unknown[] = "application/octet-stream";

/* Loaded at first use, then kept: a millisecond once a process. */
static magic_t
magic(void)
{
	static magic_t m;

	if (m != NULL)
		return m;
	m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS |
	    MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF);
	if (m != NULL && magic_load(m, NULL) != 0) {
		mag_log(MAG_ERROR, "magic", "libmagic: %s", magic_error(m));
		magic_close(m);
		m = NULL;
	}
	return m;
}

const char *
mag_file_type(struct mag_arena *a, const void *p, size_t n)
{
	struct mag_image image;
	const char *type = NULL;
	magic_t m;

	if (mag_image_read(&image, p, n))
		return image.type;
	if (n >= 5 && memcmp(p, "%PDF-", 5) == 0)
		return "application/pdf";
	if (n > 0 && (m = magic()) != NULL)
		type = magic_buffer(m, p, n < LOOK_MAX ? n : LOOK_MAX);
	/* What begins like a picture and is none, and what only libmagic
	 * takes for a picture or a paper, is nothing that we know. */
	if (type == NULL || strncmp(type, "image/", 6) == 0 ||
	    strcmp(type, "application/pdf") == 0)
		return type != NULL && mag_file_active(type) ?
		    mag_strdup(a, type) : unknown;
	return mag_strdup(a, type);
}

const char *
mag_file_ending(const char *type)
{
	static const char *const endings[][2] = {
		{ "image/jpeg", "jpg" }, { "image/png", "png" },
		{ "image/gif", "gif" }, { "image/webp", "webp" },
		{ "application/pdf", "pdf" }, { "application/zip", "zip" },
		{ "text/plain", "txt" }, { "text/csv", "csv" },
		{ "video/mp4", "mp4" }, { "video/webm", "webm" },
		{ "audio/mpeg", "mp3" },
	};
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(endings[i][0], type) == 0)
			return endings[i][1];
	return "bin";
}

bool
mag_file_active(const char *type)
{
	static const char *const types[] = {
		"text/html", "text/xml", "application/xml", "text/javascript",
		"application/javascript", "application/x-shockwave-flash"
	};
	const char *plus = strrchr(type, '+');
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return plus != NULL && strcmp(plus, "+xml") == 0;
}
