# magnetiq(1): one table of commands.
bin_PROGRAMS += cli/magnetiq
cli_magnetiq_SOURCES = \
	cli/ask.c \
	cli/backup.c \
	cli/become.c \
	cli/check_files.c \
	cli/check_front.c \
	cli/check_machine.c \
	cli/check_nginx.c \
	cli/check_process.c \
	cli/check_sender.c \
	cli/check_settings.c \
	cli/check_site.c \
	cli/check_tls.c \
	cli/check_upgrade.c \
	cli/checks.c \
	cli/checks.h \
	cli/command.h \
	cli/data.c \
	cli/doctor.c \
	cli/import.c \
	cli/locks.c \
	cli/locks.h \
	cli/main.c \
	cli/outbox.c \
	cli/people.c \
	cli/privacy.c \
	cli/run.c \
	cli/setup.c \
	cli/site.c \
	cli/status.c \
	cli/txt.c \
	cli/txt.h \
	fcgi-app/doors.c \
	fcgi-app/openapi.c
cli_magnetiq_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app
cli_magnetiq_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
cli_magnetiq_LDADD = jobs/libegress.la lib/libbackup.la lib/libimport.la \
	lib/libmagnetiq.la -lresolv
