# libmagnetiq: persistence, auth, JSON.  The objects form a core archive; the
# shared library wraps it; unit tests and fuzzers link the core.
include lib/base/local.mk
include lib/text/local.mk
include lib/json/local.mk
include lib/db/local.mk
include lib/auth/local.mk
include lib/model/local.mk
include lib/ops/local.mk

core_cflags = $(SQLITE_CFLAGS) $(CJSON_CFLAGS) $(SODIUM_CFLAGS) \
	$(XML2_CFLAGS) $(CMARK_CFLAGS) $(CRYPT_CFLAGS) $(MAGIC_CFLAGS)
core_libs = $(SQLITE_LIBS) $(CJSON_LIBS) $(SODIUM_LIBS) $(XML2_LIBS) \
	$(CMARK_EXT_LIBS) $(CMARK_LIBS) $(SCRYPT_LIBS) $(CRYPT_LIBS) \
	$(MAGIC_LIBS) -lm

noinst_LTLIBRARIES += lib/libcore.la
lib_libcore_la_SOURCES = $(core_sources)
nodist_lib_libcore_la_SOURCES = lib/files-sql.c lib/files-text.c
lib_libcore_la_CFLAGS = $(AM_CFLAGS) $(core_cflags)
lib_libcore_la_LIBADD = $(core_libs)

lib_LTLIBRARIES += lib/libmagnetiq.la
lib_libmagnetiq_la_SOURCES =
lib_libmagnetiq_la_LIBADD = lib/libcore.la
lib_libmagnetiq_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(MAGNETIQ_SO) \
	-no-undefined -Wl,--version-script=$(top_srcdir)/lib/libmagnetiq.map
lib_libmagnetiq_la_DEPENDENCIES = lib/libcore.la lib/libmagnetiq.map

pkgconfig_DATA = lib/libmagnetiq.pc
publicdir = $(includedir)/magnetiq
public_HEADERS = \
	lib/include/magnetiq/account.h \
	lib/include/magnetiq/analytics.h \
	lib/include/magnetiq/apikey.h \
	lib/include/magnetiq/arena.h \
	lib/include/magnetiq/audit.h \
	lib/include/magnetiq/booking.h \
	lib/include/magnetiq/bulk.h \
	lib/include/magnetiq/call.h \
	lib/include/magnetiq/check.h \
	lib/include/magnetiq/clock.h \
	lib/include/magnetiq/conf.h \
	lib/include/magnetiq/consent.h \
	lib/include/magnetiq/contact.h \
	lib/include/magnetiq/csv.h \
	lib/include/magnetiq/day.h \
	lib/include/magnetiq/db.h \
	lib/include/magnetiq/disk.h \
	lib/include/magnetiq/embed.h \
	lib/include/magnetiq/excerpt.h \
	lib/include/magnetiq/feed.h \
	lib/include/magnetiq/fold.h \
	lib/include/magnetiq/holiday.h \
	lib/include/magnetiq/html.h \
	lib/include/magnetiq/i18n.h \
	lib/include/magnetiq/ical.h \
	lib/include/magnetiq/image.h \
	lib/include/magnetiq/json.h \
	lib/include/magnetiq/jwt.h \
	lib/include/magnetiq/lead.h \
	lib/include/magnetiq/legacy.h \
	lib/include/magnetiq/letter.h \
	lib/include/magnetiq/limit.h \
	lib/include/magnetiq/limits.h \
	lib/include/magnetiq/log.h \
	lib/include/magnetiq/markdown.h \
	lib/include/magnetiq/media.h \
	lib/include/magnetiq/menu.h \
	lib/include/magnetiq/migrate.h \
	lib/include/magnetiq/mime.h \
	lib/include/magnetiq/miss.h \
	lib/include/magnetiq/net.h \
	lib/include/magnetiq/noun.h \
	lib/include/magnetiq/once.h \
	lib/include/magnetiq/ops.h \
	lib/include/magnetiq/outbox.h \
	lib/include/magnetiq/pace.h \
	lib/include/magnetiq/page.h \
	lib/include/magnetiq/password.h \
	lib/include/magnetiq/privacy.h \
	lib/include/magnetiq/progress.h \
	lib/include/magnetiq/rand.h \
	lib/include/magnetiq/retention.h \
	lib/include/magnetiq/role.h \
	lib/include/magnetiq/schema.h \
	lib/include/magnetiq/scoreboard.h \
	lib/include/magnetiq/search.h \
	lib/include/magnetiq/secret.h \
	lib/include/magnetiq/session.h \
	lib/include/magnetiq/setting.h \
	lib/include/magnetiq/speaker.h \
	lib/include/magnetiq/status.h \
	lib/include/magnetiq/subscriber.h \
	lib/include/magnetiq/suppression.h \
	lib/include/magnetiq/table.h \
	lib/include/magnetiq/tally.h \
	lib/include/magnetiq/template.h \
	lib/include/magnetiq/token.h \
	lib/include/magnetiq/user.h \
	lib/include/magnetiq/utf8.h \
	lib/include/magnetiq/watch.h \
	lib/include/magnetiq/webhook.h \
	lib/include/magnetiq/webinar.h \
	lib/include/magnetiq/when.h \
	lib/include/magnetiq/work.h \
	lib/include/magnetiq/whitepaper.h \
	lib/include/magnetiq/zone.h
topincdir = $(includedir)
topinc_HEADERS = lib/include/magnetiq.h

EXTRA_DIST += lib/embed lib/libmagnetiq.map $(embed_text)
BUILT_SOURCES += lib/files-sql.c lib/files-text.c
CLEANFILES += lib/files-sql.c lib/files-text.c

lib/files-sql.c: $(embed_sql) lib/embed sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) lib && $(SHELL) $(srcdir)/lib/embed mag_files_sql \
		$(srcdir) sql $(embed_sql) >$@.new && mv $@.new $@
lib/files-text.c: $(embed_text) lib/embed lib/text/local.mk
	$(AM_V_GEN)$(MKDIR_P) lib && $(SHELL) $(srcdir)/lib/embed mag_files_text \
		$(srcdir) lib/text/files $(embed_text) >$@.new && mv $@.new $@
