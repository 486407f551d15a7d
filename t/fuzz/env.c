/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes files of settings: whatever is read is a name and a value without
 * surprises, and the value comes back when sh quotes it.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* 'it'\''s' */
static void
quote(struct mag_buf *b, const char *s)
{

	mag_buf_addc(b, '\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			mag_buf_adds(b, "'\\''");
		else
			mag_buf_addc(b, *s);
	mag_buf_addc(b, '\'');
}

static void
check(struct mag_arena *a, const struct mag_env *e)
{
	const char *c;
	struct mag_env *again;
	struct mag_buf b;
	char error[256];

	assert(e->line > 0 && e->name[0] != '\0');
	assert(e->name[strspn(e->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
	assert(strlen(e->value) <= MAG_SETTING_MAX);
	for (c = e->value; *c != '\0'; c++)
		assert(((unsigned char)*c >= 0x20 && *c != 0x7f) || *c == '\t');
	mag_buf_init(&b, a, 64);
	mag_buf_addf(&b, "export %s=", e->name);
	quote(&b, e->value);
	assert(mag_env_parse(&again, a, error, sizeof(error), b.p, b.len) ==
	    MAG_OK);
	assert(strcmp(again->name, e->name) == 0);
	assert(strcmp(again->value, e->value) == 0 && again->next == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct mag_env *e;
	char error[256] = "";
	char *text = mag_dup(a, data, size);

	if (mag_env_parse(&e, a, error, sizeof(error), text, size) != MAG_OK) {
		assert(e == NULL && error[0] != '\0');
		assert(strchr(error, '\n') == NULL);
	}
	for (; e != NULL; e = e->next)
		check(a, e);
	mag_arena_free(a);
	return 0;
}
