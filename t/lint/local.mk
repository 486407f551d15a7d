# lint: what holds between files.
check_PROGRAMS += t/lint/settings
t_lint_settings_SOURCES = t/lint/settings.c
t_lint_settings_LDADD = lib/libcore.la

TESTS += t/lint/nginx.tap
EXTRA_DIST += t/lint/nginx.tap
