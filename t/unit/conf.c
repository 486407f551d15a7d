/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conf_case.h"

#define GOOD_KEY	"q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8"

static void
production(void)
{

	setenv("ENVIRONMENT", "production", 1);
	setenv("SECRET_KEY", GOOD_KEY, 1);
	setenv("SITE_URL", "https://www.example.org", 1);
}

START_TEST(without_any_setting_it_is_development)
{

	good();
	ck_assert_int_eq(conf->environment, MAG_DEVELOPMENT);
	ck_assert(!conf->debug);
	ck_assert(!conf->rate_limits);
	ck_assert_str_eq(conf->database, here("data/magnetiq_dev.db"));
	ck_assert_str_eq(conf->state_dir, here("data"));
	ck_assert_str_eq(conf->upload_dir, here("data/media"));
	ck_assert_str_eq(conf->backup_dir, here("data/backups"));
	ck_assert_str_eq(conf->mail_dir, here("data/mail"));
	ck_assert_str_eq(conf->nginx_log_dir, here("data/logs"));
	ck_assert_str_eq(conf->site_url, "http://localhost:8036");
	ck_assert_str_eq(conf->site_host, "localhost:8036");
	ck_assert_int_eq(conf->max_file_size, 10485760);
	ck_assert_int_eq(conf->workers, 4);
	ck_assert_int_eq(conf->auth_workers, 1);
	ck_assert_int_eq(conf->smtp_port, 587);
	ck_assert_ptr_null(conf->smtp_host);
	ck_assert_ptr_null(conf->allowed_origins[0]);
	ck_assert_str_eq(conf->allowed_file_types[4], "application/pdf");
	ck_assert_ptr_null(conf->allowed_file_types[5]);
	ck_assert_int_eq(access("data/media", W_OK), 0);
}
END_TEST

/* As the specification has it, to the letter. */
static const char env_dev[] =
    "# .env.dev\n"
    "ENVIRONMENT=development\n"
    "DEBUG=true\n"
    "SECRET_KEY=dev-secret-key-change-in-production\n"
    "\n"
    "# Database\n"
    "DATABASE_URL=sqlite+aiosqlite:///./data/magnetiq_dev.db\n"
    "\n"
    "# CORS\n"
    "ALLOWED_ORIGINS=http://localhost:8036,http://localhost:3000\n"
    "\n"
    "# Email (development - using Mailtrap)\n"
    "SMTP_HOST=smtp.mailtrap.io\n"
    "SMTP_PORT=587\n"
    "SMTP_USER=your-mailtrap-user\n"
    "SMTP_PASSWORD=your-mailtrap-password\n"
    "SMTP_FROM_EMAIL=noreply@magnetiq.local\n"
    "\n"
    "# File uploads\n"
    "MAX_FILE_SIZE=10485760  # 10MB\n"
    "UPLOAD_DIR=./media\n";

START_TEST(the_env_file_of_the_specification_loads_as_it_is)
{

	file(".env", env_dev);
	good();
	ck_assert_int_eq(conf->environment, MAG_DEVELOPMENT);
	ck_assert(conf->debug);
	ck_assert_str_eq(conf->secret_key, "dev-secret-key-change-in-production");
	ck_assert_str_eq(conf->database, here("data/magnetiq_dev.db"));
	ck_assert_str_eq(conf->allowed_origins[0], "http://localhost:8036");
	ck_assert_str_eq(conf->allowed_origins[1], "http://localhost:3000");
	ck_assert_ptr_null(conf->allowed_origins[2]);
	ck_assert_str_eq(conf->smtp_host, "smtp.mailtrap.io");
	ck_assert_str_eq(conf->smtp_user, "your-mailtrap-user");
	ck_assert_str_eq(conf->smtp_password, "your-mailtrap-password");
	ck_assert_int_eq(conf->max_file_size, 10485760);
	ck_assert_str_eq(conf->upload_dir, here("media"));
}
END_TEST

START_TEST(the_environment_wins_and_empty_counts_as_unset)
{

	file("my.env", "WORKERS=7\nAUTH_WORKERS=2\nSMTP_HOST=\n");
	setenv("ENV_FILE", "my.env", 1);
	setenv("WORKERS", "9", 1);
	setenv("AUTH_WORKERS", "", 1);
	good();
	ck_assert_int_eq(conf->workers, 9);
	ck_assert_int_eq(conf->auth_workers, 2);
	ck_assert_ptr_null(conf->smtp_host);
}
END_TEST

START_TEST(a_secret_may_come_as_a_file)
{

	file("key", GOOD_KEY "\n");
	file("smtp", "p'a ss\r\n");
	setenv("SECRET_KEY_FILE", "key", 1);
	file(".env", "SECRET_KEY=this-one-does-not-count-at-all-here\n"
	    "SMTP_PASSWORD_FILE=smtp\n");
	good();
	ck_assert_str_eq(conf->secret_key, GOOD_KEY);
	ck_assert_str_eq(conf->smtp_password, "p'a ss");

	setenv("SECRET_KEY", GOOD_KEY, 1);
	bad("SECRET_KEY_FILE");
	unsetenv("SECRET_KEY");
	setenv("SECRET_KEY_FILE", "nowhere", 1);
	bad("SECRET_KEY_FILE nowhere: No such file");
	file("key", "\n");
	setenv("SECRET_KEY_FILE", "key", 1);
	bad("SECRET_KEY_FILE key: is empty");
}
END_TEST

START_TEST(smtp_username_means_smtp_user)
{

	setenv("SMTP_USERNAME", "anna", 1);
	good();
	ck_assert_str_eq(conf->smtp_user, "anna");
	setenv("SMTP_USER", "berta", 1);
	good();
	ck_assert_str_eq(conf->smtp_user, "berta");
}
END_TEST

static const struct {
	const char	*url, *path;	/* NULL: refused */
} databases[] = {
	{ "sqlite+aiosqlite:///./data/x.db", "data/x.db" },
	{ "sqlite:///./data/x.db", "data/x.db" },
	{ "sqlite:///x.db", "x.db" },
	{ "sqlite:////tmp/mag-abs/../x.db", "/tmp/mag-abs/../x.db" },
	{ "data/y.db", "data/y.db" },
	{ ".//y.db", "y.db" },
	{ "sqlite://x.db", NULL },
	{ "sqlite://", NULL },
	{ "sqlite:///:memory:", NULL },
	{ ":memory:", NULL },
	{ "file:x.db", NULL },
	{ "sqlite:///x.db?mode=ro", NULL },
	{ "postgresql://localhost/x", NULL },
	{ "data/", NULL },
};

START_TEST(a_database_url_has_four_forms)
{
	const char *path = databases[_i].path;

	setenv("DATABASE_URL", databases[_i].url, 1);
	if (path == NULL) {
		bad("DATABASE_URL");
		return;
	}
	ck_assert_int_eq(mag_conf_read(&conf, conf_error,
	    sizeof(conf_error)), MAG_OK);
	ck_assert_str_eq(conf->database, path[0] == '/' ? path : here(path));
}
END_TEST

START_TEST(production_has_its_own_presets)
{

	production();
	good();
	ck_assert_int_eq(conf->environment, MAG_PRODUCTION);
	ck_assert_int_eq(conf->max_file_size, 52428800);
	ck_assert(conf->rate_limits);
	ck_assert_str_eq(conf->database, here("data/magnetiq_prod.db"));
	ck_assert_str_eq(conf->nginx_log_dir, MAG_VAR "/log/magnetiq");
	ck_assert_int_eq(access("data/secret.key", F_OK), -1);
}
END_TEST

static const struct {
	const char	*name, *value;	/* NULL: unset */
} refused[] = {
	{ "SECRET_KEY", NULL },
	{ "SECRET_KEY", "" },
	{ "SECRET_KEY", "your-super-secure-production-secret-key" },
	{ "SECRET_KEY", "dev-secret-key-change-in-production" },
	{ "SECRET_KEY", "${SECRET_KEY}aaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "SECRET_KEY", "k9J2mW8qL4xR7tB1vN6cZ3pF5hD0gSa" },
	{ "SECRET_KEY", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
	{ "SECRET_KEY_PREVIOUS", "short" },
	{ "SITE_URL", NULL },
	{ "DEBUG", "true" },
	{ "CLOCK_OFFSET_FILE", "offset" },
	{ "ENVIRONMENT", "staging" },
};

START_TEST(production_refuses_what_is_unsafe)
{

	production();
	if (refused[_i].value == NULL)
		unsetenv(refused[_i].name);
	else
		setenv(refused[_i].name, refused[_i].value, 1);
	bad(mag_printf(a, "%s ", refused[_i].name));
	if (strcmp(refused[_i].name, "SECRET_KEY") == 0 &&
	    refused[_i].value != NULL && refused[_i].value[0] != '\0')
		ck_assert_ptr_null(strstr(conf_error, refused[_i].value));
}
END_TEST

static const struct {
	const char	*name, *value;
} wrong[] = {
	{ "ENVIRONMENT", "prod" },
	{ "DEBUG", "maybe" },
	{ "MAX_FILE_SIZE", "10MB" },
	{ "MAX_FILE_SIZE", "0" },
	{ "MAX_FILE_SIZE", "99999999999999999999" },
	{ "WORKERS", "four" },
	{ "WORKERS", "0" },
	{ "WORKERS", "1000" },
	{ "WORKERS", " 4" },
	{ "WORKERS", "+4" },
	{ "WORKERS", "4.0" },
	{ "AUTH_WORKERS", "-1" },
	{ "METRICS_PORT", "70000" },
	{ "SMTP_PORT", "smtp" },
	{ "SMTP_TLS", "ssl" },
	{ "SMTP_HOST", "smtp://host" },
	{ "SMTP_FROM_EMAIL", "nobody" },
	{ "SMTP_FROM_EMAIL", "a@b.c\r\nBcc: x@y.z" },
	{ "SMTP_FROM_NAME", "a\nb" },
	{ "DNS_SERVER", "192.0.2.1" },
	{ "DNS_SERVER", "192.0.2.1:0" },
	{ "DNS_SERVER", "localhost:53" },
	{ "SQLITE_CACHE_SIZE", "big" },
	{ "SITE_URL", "example.org" },
	{ "SITE_URL", "https://example.org/path" },
	{ "SITE_URL", "https://user@example.org" },
	{ "SITE_URL", "https://" },
	{ "SITE_URL", "https://example.org:0" },
	{ "SITE_URL", "ftp://example.org" },
	{ "ALLOWED_ORIGINS", "*" },
	{ "ALLOWED_ORIGINS", "http://a,b" },
	{ "ALLOWED_METHODS", "GET,PO ST;" },
	{ "ALLOWED_HEADERS", "X-A:b" },
	{ "ALLOWED_FILE_TYPES", "image/*" },
	{ "ALLOWED_FILE_TYPES", "exe" },
	{ "TRUSTED_PROXIES", "10.0.0.0/33" },
	{ "TRUSTED_PROXIES", "proxy.example.org" },
	{ "RATE_LIMITS", "sometimes" },
	{ "RATE_LIMITS", "auth=5" },
	{ "LOG_LEVEL", "loud" },
	{ "BACKUP_KEEP", "7,4" },
	{ "BACKUP_KEEP", "0,0,0" },
	{ "BACKUP_KEEP", "7,4,12,1" },
	{ "CLOCK_OFFSET_FILE", "offset" },
};

START_TEST(a_wrong_value_is_refused_by_name)
{

	setenv(wrong[_i].name, wrong[_i].value, 1);
	bad(mag_printf(a, "%s ", wrong[_i].name));
}
END_TEST

static const struct {
	const char	*name, *value, *shown;
} shown[] = {
	{ "ENVIRONMENT", "test", "test" },
	{ "SITE_URL", "HTTPS://Www.Example.ORG:443/", "https://www.example.org" },
	{ "SITE_URL", "http://[::1]:8036", "http://[::1]:8036" },
	{ "ALLOWED_ORIGINS", "http://A:80/ , https://b", "http://a,https://b" },
	{ "ALLOWED_METHODS", "GET,POST", "GET, POST" },
	{ "ALLOWED_METHODS", "*", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" },
	{ "ALLOWED_FILE_TYPES", "JPG, .pdf,image/avif", "image/jpeg,application/pdf,image/avif" },
	{ "TRUSTED_PROXIES", "10.0.0.0/8 ::1", "10.0.0.0/8,::1" },
	{ "SQLITE_CACHE_SIZE", "10000", "-40000" },
	{ "RATE_LIMITS", "off", "off" },
	{ "RATE_LIMITS", "on", "auth=5/60,registration=3/60,download=10/300,api=100/60" },
	{ "RATE_LIMITS", "auth=50/60", "auth=50/60,registration=3/60,download=10/300,api=100/60" },
	{ "LOG_LEVEL", "WARNING", "warn" },
	{ "SMTP_TLS", "none", "none" },
	{ "MICROCACHE", "On", "true" },
	{ "SECRET_KEY", "whatever it is", "********" },
	{ "SMTP_PASSWORD", "", "" },
	{ "CLOCK_OFFSET_FILE", "", "" },
};

START_TEST(a_setting_is_shown_as_it_counts)
{
	char text[256];

	setenv(shown[_i].name, shown[_i].value, 1);
	good();
	ck_assert_str_eq(mag_conf_text(conf, shown[_i].name, text,
	    sizeof(text)), shown[_i].shown);
	ck_assert_ptr_null(mag_conf_text(conf, "NOTHING", text, sizeof(text)));
}
END_TEST

START_TEST(the_port_of_mail_follows_from_how_it_is_protected)
{

	setenv("SMTP_TLS", "tls", 1);
	good();
	ck_assert_int_eq(conf->smtp_port, 465);
	setenv("SMTP_PORT", "2525", 1);
	good();
	ck_assert_int_eq(conf->smtp_port, 2525);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_refused_by_name)
{

	file("plain", "");
	setenv("UPLOAD_DIR", "plain", 1);
	bad("UPLOAD_DIR ");
	setenv("UPLOAD_DIR", "/proc/nowhere/media", 1);
	bad("UPLOAD_DIR /proc/nowhere/media");
	unsetenv("UPLOAD_DIR");
	setenv("STATE_DIR", "plain/state", 1);
	bad("STATE_DIR ");
	unsetenv("STATE_DIR");
	setenv("BACKUP_DIR", "/proc/backups", 1);
	if (geteuid() != 0)
		bad("BACKUP_DIR ");
	unsetenv("BACKUP_DIR");
	setenv("DATABASE_URL", "plain/x.db", 1);
	bad("DATABASE_URL ");
	ck_assert_int_eq(mkdir("folder.db", 0700), 0);
	setenv("DATABASE_URL", "folder.db", 1);
	bad("DATABASE_URL ");
}
END_TEST

START_TEST(reading_alone_makes_nothing)
{

	ck_assert_int_eq(mag_conf_read(&conf, conf_error,
	    sizeof(conf_error)), MAG_OK);
	ck_assert_ptr_null(conf->secret_key);
	ck_assert_int_eq(access("data", F_OK), -1);
}
END_TEST

START_TEST(a_made_key_is_kept_and_is_ours_alone)
{
	struct stat st;
	char *key;

	good();
	key = mag_strdup(a, conf->secret_key);
	ck_assert_uint_ge(strlen(key), 32);
	ck_assert_int_eq(stat("data/secret.key", &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	good();
	ck_assert_str_eq(conf->secret_key, key);
	file("data/secret.key", "short\n");
	bad("SECRET_KEY ");
}
END_TEST

START_TEST(processes_that_start_at_once_have_one_key)
{
	int i, status, same = 0;
	const char *key;

	for (i = 0; i < 8; i++)
		if (fork() == 0) {
			if (mag_conf_load(&conf, conf_error,
			    sizeof(conf_error)) != MAG_OK)
				_exit(1);
			file(mag_printf(a, "key.%d", i), conf->secret_key);
			_exit(0);
		}
	while (wait(&status) > 0)
		same += status == 0;
	ck_assert_int_eq(same, 8);
	key = slurp("key.0");
	for (i = 1; i < 8; i++)
		ck_assert_str_eq(slurp(mag_printf(a, "key.%d", i)), key);
}
END_TEST

START_TEST(a_value_of_any_length_is_taken_or_refused)
{
	char *long_one = mag_alloc(a, MAG_SETTING_MAX + 2);

	memset(long_one, 'a', MAG_SETTING_MAX);
	setenv("SMTP_FROM_NAME", long_one, 1);
	good();
	ck_assert_str_eq(conf->smtp_from_name, long_one);
	long_one[MAG_SETTING_MAX] = 'a';
	setenv("SMTP_FROM_NAME", long_one, 1);
	bad("SMTP_FROM_NAME is too long");
}
END_TEST

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

Suite *
suite_conf(void)
{
	Suite *s = suite_create("conf");
	TCase *tc = conf_case(s, "conf");

	tcase_add_test(tc, without_any_setting_it_is_development);
	tcase_add_test(tc, the_env_file_of_the_specification_loads_as_it_is);
	tcase_add_test(tc, the_environment_wins_and_empty_counts_as_unset);
	tcase_add_test(tc, a_secret_may_come_as_a_file);
	tcase_add_test(tc, smtp_username_means_smtp_user);
	tcase_add_loop_test(tc, a_database_url_has_four_forms, 0,
	    COUNT(databases));
	tcase_add_test(tc, production_has_its_own_presets);
	tcase_add_loop_test(tc, production_refuses_what_is_unsafe, 0,
	    COUNT(refused));
	tcase_add_loop_test(tc, a_wrong_value_is_refused_by_name, 0,
	    COUNT(wrong));
	tcase_add_loop_test(tc, a_setting_is_shown_as_it_counts, 0,
	    COUNT(shown));
	tcase_add_test(tc, the_port_of_mail_follows_from_how_it_is_protected);
	tcase_add_test(tc, a_folder_that_cannot_be_written_is_refused_by_name);
	tcase_add_test(tc, reading_alone_makes_nothing);
	tcase_add_test(tc, a_made_key_is_kept_and_is_ours_alone);
	tcase_add_test(tc, processes_that_start_at_once_have_one_key);
	tcase_add_test(tc, a_value_of_any_length_is_taken_or_refused);
	return s;
}
