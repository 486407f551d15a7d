/* SPDX-License-Identifier: MIT */
/* Settings as files have them: .env, its example, and the manual. */
#include <stdlib.h>

#include "conf_case.h"

static const struct {
	const char	*text, *value;	/* of SMTP_FROM_NAME; NULL: refused */
} lines[] = {
	{ "SMTP_FROM_NAME=plain", "plain" },
	{ "  export SMTP_FROM_NAME = plain", NULL },
	{ "\texport\tSMTP_FROM_NAME=plain", "plain" },
	{ "SMTP_FROM_NAME=two words  ", "two words" },
	{ "SMTP_FROM_NAME=a#b # c", "a#b" },
	{ "SMTP_FROM_NAME=# nothing", NULL },
	{ "SMTP_FROM_NAME=a\t#b", "a" },
	{ "SMTP_FROM_NAME='a # \"b\" \\n $x ${y}' # c", "a # \"b\" \\n $x ${y}" },
	{ "SMTP_FROM_NAME=\"a # 'b' \\\" \\\\ \\$ \\n\" #c", "a # 'b' \" \\ $ \\n" },
	{ "SMTP_FROM_NAME='it'\\''s'", "it's" },
	{ "SMTP_FROM_NAME='it'\"'\"'s'", "it's" },
	{ "SMTP_FROM_NAME=it's \"so\"", "it's \"so\"" },
	{ "SMTP_FROM_NAME=a$b$", "a$b$" },
	{ "SMTP_FROM_NAME=a\r\nWORKERS=3\r", "a" },
	{ "\xef\xbb\xbfSMTP_FROM_NAME=\xc3\xbc", "\xc3\xbc" },
	{ "SMTP_FROM_NAME=a\nSMTP_FROM_NAME=b", "b" },
	{ "MAGNETIQ=/usr/bin/magnetiq\nSMTP_FROM_NAME=a", "a" },
	{ "SMTP_FROM_NAME=${USER}", NULL },
	{ "SMTP_FROM_NAME=\"${USER}\"", NULL },
	{ "SMTP_FROM_NAME='open", NULL },
	{ "SMTP_FROM_NAME=\"open", NULL },
	{ "SMTP_FROM_NAME=\"open\\\"", NULL },
	{ "SMTP_FROM_NAME='a'b", NULL },
	{ "SMTP_FROM_NAME='a' b", NULL },
	{ "SMTP_FROM_NAME=a\001", NULL },
	{ "SMTP_FROM_NAME", NULL },
	{ "=x", NULL },
	{ "1X=x", NULL },
	{ "SMTP-FROM=x", NULL },
	{ "NODE_ENV=development", NULL },
	{ "SECRT_KEY=x", NULL },
	{ "WORKERS_FILE=x", NULL },
};

START_TEST(an_env_file_is_read_as_a_shell_would)
{
	enum mag_status st;

	file(".env", lines[_i].text);
	st = mag_conf_read(&conf, conf_error, sizeof(conf_error));
	if (lines[_i].value != NULL) {
		ck_assert_msg(st == MAG_OK, "%s", conf_error);
		ck_assert_str_eq(conf->smtp_from_name, lines[_i].value);
	} else
		ck_assert_msg(st == MAG_INVALID ||
		    conf->smtp_from_name == NULL, "%s", lines[_i].text);
}
END_TEST

START_TEST(an_unknown_name_in_a_file_is_refused_with_its_line)
{

	file(".env", "WORKERS=2\n\n# a comment\nSECRT_KEY=x\n");
	bad("SECRT_KEY is not a setting (.env, line 4)");
	file(".env", "WORKERS=2\nwhat is this\n");
	bad(".env line 2 is not NAME=value");
	setenv("ENV_FILE", "/nowhere/at-all", 1);
	bad("ENV_FILE /nowhere/at-all: No such file");
	setenv("ENV_FILE", "/tmp", 1);
	bad("ENV_FILE /tmp: Is a directory");
	setenv("ENV_FILE", "/dev/zero", 1);
	bad("ENV_FILE /dev/zero: more than");
}
END_TEST

START_TEST(the_example_file_follows_from_the_table)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_conf_example(&b);
	/* If not: t/lint/settings example >.env.example */
	ck_assert_str_eq(slurp(SRCDIR "/.env.example"), b.p);
	file(".env", b.p);
	good();
}
END_TEST

START_TEST(the_manual_follows_from_the_table)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_conf_manual(&b);
	/* If not: t/lint/settings manual, into man/magnetiq.env.5 */
	ck_assert_ptr_nonnull(strstr(slurp(SRCDIR "/man/magnetiq.env.5"), b.p));
}
END_TEST

Suite *
suite_conf_env(void)
{
	Suite *s = suite_create("conf_env");
	TCase *tc = conf_case(s, "conf_env");

	tcase_add_loop_test(tc, an_env_file_is_read_as_a_shell_would, 0,
	    sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(tc, an_unknown_name_in_a_file_is_refused_with_its_line);
	tcase_add_test(tc, the_example_file_follows_from_the_table);
	tcase_add_test(tc, the_manual_follows_from_the_table);
	return s;
}
