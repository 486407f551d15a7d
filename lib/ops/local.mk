# ops: what is done to a whole site.
core_sources += \
	lib/ops/adopt.c \
	lib/ops/adopt_row.c \
	lib/ops/adopt_value.c \
	lib/ops/background.c \
	lib/ops/backup_keep.c \
	lib/ops/backup_list.c \
	lib/ops/calendars.c \
	lib/ops/check.c \
	lib/ops/check_disk.c \
	lib/ops/check_rows.c \
	lib/ops/check_work.c \
	lib/ops/child.c \
	lib/ops/copies.c \
	lib/ops/copy_whole.c \
	lib/ops/demo.c \
	lib/ops/drill.c \
	lib/ops/export.c \
	lib/ops/export_file.c \
	lib/ops/export_row.c \
	lib/ops/init.c \
	lib/ops/letters.c \
	lib/ops/letters_read.c \
	lib/ops/letters_send.c \
	lib/ops/letters_turn.c \
	lib/ops/maintain.c \
	lib/ops/misses.c \
	lib/ops/notfound.c \
	lib/ops/migrate.c \
	lib/ops/ops.c \
	lib/ops/papers.c \
	lib/ops/privacy.c \
	lib/ops/renditions.c \
	lib/ops/retention.c \
	lib/ops/snapshot.c \
	lib/ops/verify.c \
	lib/ops/watch.c \
	lib/ops/watch_print.c \
	lib/ops/webhooks.c
EXTRA_DIST += lib/ops/adopt.h lib/ops/backup.h lib/ops/checks.h lib/ops/child.h \
	lib/ops/copies.h \
	lib/ops/export.h \
	lib/ops/import.h lib/ops/ops.h lib/ops/tarball.h lib/ops/verify.def lib/ops/wxr.h

# For the command and the jobs process: workers do not carry libarchive.
noinst_LTLIBRARIES += lib/libbackup.la
lib_libbackup_la_SOURCES = \
	lib/ops/backup.c \
	lib/ops/backup_check.c \
	lib/ops/backup_keep.c \
	lib/ops/backup_name.c \
	lib/ops/backup_try.c \
	lib/ops/folder.c \
	lib/ops/restore.c \
	lib/ops/restore_keep.c \
	lib/ops/restore_past.c \
	lib/ops/tarball.c
lib_libbackup_la_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
lib_libbackup_la_LIBADD = $(ARCHIVE_LIBS)

# For the command: workers do not carry expat.
noinst_LTLIBRARIES += lib/libimport.la
lib_libimport_la_SOURCES = \
	lib/ops/import.c \
	lib/ops/import_address.c \
	lib/ops/import_author.c \
	lib/ops/import_language.c \
	lib/ops/import_media.c \
	lib/ops/import_menu.c \
	lib/ops/import_note.c \
	lib/ops/import_page.c \
	lib/ops/import_text.c \
	lib/ops/wxr.c \
	lib/ops/wxr_file.c \
	lib/ops/wxr_html.c
lib_libimport_la_CFLAGS = $(AM_CFLAGS) $(EXPAT_CFLAGS)
lib_libimport_la_LIBADD = $(EXPAT_LIBS)
