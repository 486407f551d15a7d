/* SPDX-License-Identifier: MIT */
/* A folder of its own for each test of settings, and none around it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf_case.h"

struct mag_conf *conf;
char conf_error[512];

/* Each test has an empty folder of its own, and no settings around it. */
static void
empty(void)
{
	const struct mag_setting_doc *d;
	char folder[] = "/tmp/mag-conf-XXXXXX", name[64];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	for (d = mag_conf_docs(); d->name != NULL; d++) {
		unsetenv(d->name);
		snprintf(name, sizeof(name), "%s_FILE", d->name);
		unsetenv(name);
	}
	unsetenv("SMTP_USERNAME");
	unsetenv("ENV_FILE");
	conf = NULL;
}

static void
remove_all(void)
{
	char folder[256], command[300];

	mag_conf_free(conf);
	ck_assert_ptr_nonnull(getcwd(folder, sizeof(folder)));
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(strncmp(folder, "/tmp/mag-conf-", 14), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

void
file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

const char *
slurp(const char *path)
{
	struct mag_buf b;
	FILE *f = fopen(path, "r");
	int ch;

	ck_assert_msg(f != NULL, "%s", path);
	mag_buf_init(&b, a, 0);
	while ((ch = getc(f)) != EOF)
		mag_buf_addc(&b, (char)ch);
	fclose(f);
	return b.p;
}

void
good(void)
{
	enum mag_status st;

	mag_conf_free(conf);
	st = mag_conf_load(&conf, conf_error, sizeof(conf_error));
	ck_assert_msg(st == MAG_OK, "%s", conf_error);
}

void
bad(const char *name)
{
	struct mag_conf *none;

	ck_assert_int_eq(mag_conf_load(&none, conf_error, sizeof(conf_error)),
	    MAG_INVALID);
	ck_assert_ptr_null(none);
	ck_assert_msg(strncmp(conf_error, name, strlen(name)) == 0, "%s", conf_error);
	ck_assert_ptr_null(strchr(conf_error, '\n'));
}

/* A path below the test's own folder. */
const char *
here(const char *path)
{
	char folder[256];

	ck_assert_ptr_nonnull(getcwd(folder, sizeof(folder)));
	return mag_printf(a, "%s/%s", folder, path);
}

TCase *
conf_case(Suite *s, const char *name)
{
	TCase *tc = unit_case(s, name);

	tcase_add_checked_fixture(tc, empty, remove_all);
	return tc;
}
