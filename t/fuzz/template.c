/* SPDX-License-Identifier: MIT */
/* Fuzzes templates: whatever parses also runs to an end. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/log.h>
#include <magnetiq/template.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct mag_data *
data(struct mag_arena *a)
{
	struct mag_data *d = mag_data_new(a);

	mag_data_text(d, "a", "<&>");
	mag_data_bool(d, "b", true);
	mag_data_text(mag_data_object(d, "c"), "a", "inner");
	mag_data_text(mag_data_each(d, "d"), "a", "one");
	mag_data_text(mag_data_each(d, "d"), "a", "two");
	mag_data_line(d, "e", "x");
	return d;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct mag_arena *a = mag_arena_new(512 * 1024 * 1024);
	struct mag_template *t;
	struct mag_buf b;
	char error[128];
	char *text;

	mag_log_level(MAG_LEVEL__MAX);
	if (size > 16 * 1024)
		size = 16 * 1024;
	text = mag_dup(a, bytes, size);
	if (mag_template_parse(&t, a, error, sizeof(error), text, size) ==
	    MAG_OK) {
		mag_buf_init(&b, a, size);
		(void)!mag_template_run(&b, t, data(a), "de", MAG_ESCAPE_HTML);
	} else
		assert(strchr(error, ':') != NULL);
	mag_arena_free(a);
	return 0;
}
