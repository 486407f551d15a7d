/* SPDX-License-Identifier: MIT */
/* The table of what only `magnetiq doctor` looks at. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"

#define TEXT_MAX	(64 * 1024)

#define DB	MAG_CHECK_DB
#define ROOT	MAG_CHECK_ROOT

static const struct mag_check checks[] = {
	{ "settings", "settings", "Settings that start a site, and are unwise",
	  0, 0, check_settings },
	{ "env", "settings", "Who may read the file of settings", ROOT, 0,
	  check_env_file },
	{ "letters", "settings", "Templates: TEMPLATE_DIR has no broken ones",
	  0, 0, check_letters },
	{ "data", "files", "The database and its log: owner and mode", ROOT, 0,
	  check_data },
	{ "folders", "files", "The folders of the site: there, and writable",
	  0, 0, check_folders },
	{ "content", "database", "What magnetiq verify finds", DB, 0,
	  check_content },
	{ NULL, NULL, NULL, 0, 0, NULL }
};

const struct mag_check *
doctor_checks(void)
{

	return checks;
}

const char *
installed(struct mag_arena *a, const char *path)
{
	static const char own[] = MAG_BIN "/magnetiq";
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	size_t below;

	if (n < 0)
		return path;
	exe[n] = '\0';
	if ((size_t)n < sizeof(own) - 1)
		return path;
	below = (size_t)n - (sizeof(own) - 1);
	if (strcmp(exe + below, own) != 0)
		return path;
	return mag_printf(a, "%.*s%s", (int)below, exe, path);
}

const char *
text_of(struct mag_arena *a, const char *path)
{
	char *text = mag_alloc(a, TEXT_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t n = 0;
	ssize_t got;

	if (fd == -1)
		return NULL;
	while (n < TEXT_MAX && (got = read(fd, text + n, TEXT_MAX - n)) > 0)
		n += (size_t)got;
	close(fd);
	text[n] = '\0';
	return text;
}
