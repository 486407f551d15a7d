unit_sources += \
	fcgi-app/params.c \
	t/unit/account.c \
	t/unit/apikey.c \
	t/unit/arena.c \
	t/unit/backup.c \
	t/unit/clock.c \
	t/unit/conf.c \
	t/unit/conf_case.c \
	t/unit/conf_env.c \
	t/unit/copies.c \
	t/unit/csv.c \
	t/unit/excerpt.c \
	t/unit/db.c \
	t/unit/db_log.c \
	t/unit/db_many.c \
	t/unit/db_write.c \
	t/unit/feed.c \
	t/unit/fold.c \
	t/unit/holiday.c \
	t/unit/html.c \
	t/unit/http_bytes.c \
	t/unit/http_etag.c \
	t/unit/http_header.c \
	t/unit/http_mime.c \
	t/unit/http_multipart.c \
	t/unit/http_path.c \
	t/unit/http_query.c \
	t/unit/i18n.c \
	t/unit/ical.c \
	t/unit/image.c \
	t/unit/import.c \
	t/unit/json.c \
	t/unit/jwt.c \
	t/unit/letter.c \
	t/unit/limit.c \
	t/unit/list.c \
	t/unit/main.c \
	t/unit/media.c \
	t/unit/markdown.c \
	t/unit/migrate.c \
	t/unit/miss.c \
	t/unit/net.c \
	t/unit/noun.c \
	t/unit/ops.c \
	t/unit/outbox.c \
	t/unit/pace.c \
	t/unit/page.c \
	t/unit/page_case.c \
	t/unit/page_slug.c \
	t/unit/params.c \
	t/unit/password.c \
	t/unit/progress.c \
	t/unit/role.c \
	t/unit/scoreboard.c \
	t/unit/search.c \
	t/unit/secret.c \
	t/unit/session.c \
	t/unit/sheet.c \
	t/unit/site.c \
	t/unit/table.c \
	t/unit/tally.c \
	t/unit/template.c \
	t/unit/thing.c \
	t/unit/token.c \
	t/unit/user.c \
	t/unit/utf8.c \
	t/unit/webhook.c \
	t/unit/zone.c

if HAVE_CHECK
check_PROGRAMS += t/unit/unit
TESTS += t/unit/unit.tap
endif
t_unit_unit_SOURCES = $(unit_sources) t/unit/conf_case.h t/unit/page_case.h \
	t/unit/suites.def t/unit/thing.h t/unit/unit.h
t_unit_unit_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
t_unit_unit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/t/unit \
	-I$(top_srcdir)/fcgi-app -I$(top_srcdir)/lib/base \
	-I$(top_srcdir)/lib/ops \
	-DSRCDIR=\"$(abs_top_srcdir)\"
t_unit_unit_LDADD = fcgi-app/libhttp.la lib/libimport.la lib/libsheet.la \
	lib/libcore.la $(CHECK_LIBS)

EXTRA_DIST += t/unit/unit.tap
TEST_EXTENSIONS = .tap
TAP_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
