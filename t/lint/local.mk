# lint: what holds between files.
check_PROGRAMS += t/lint/settings
t_lint_settings_SOURCES = t/lint/settings.c
t_lint_settings_LDADD = lib/libcore.la

lint_tests = \
	t/lint/containers.tap \
	t/lint/defects.tap \
	t/lint/dist.tap \
	t/lint/docs.tap \
	t/lint/layers.tap \
	t/lint/manual.tap \
	t/lint/nginx.tap \
	t/lint/personal.tap \
	t/lint/routes.tap \
	t/lint/sbom.tap \
	t/lint/seed.tap \
	t/lint/sql.tap \
	t/lint/style.tap \
	t/lint/symbols.tap \
	t/lint/tables.tap \
	t/lint/words.tap
TESTS += $(lint_tests)
EXTRA_DIST += $(lint_tests) t/lint/lint.py
