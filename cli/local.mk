# magnetiq(1): one table of commands.
bin_PROGRAMS += cli/magnetiq
cli_magnetiq_SOURCES = \
	cli/ask.c \
	cli/backup.c \
	cli/become.c \
	cli/check_files.c \
	cli/check_settings.c \
	cli/check_site.c \
	cli/checks.c \
	cli/checks.h \
	cli/command.h \
	cli/data.c \
	cli/doctor.c \
	cli/import.c \
	cli/main.c \
	cli/outbox.c \
	cli/people.c \
	cli/privacy.c \
	cli/setup.c \
	cli/site.c \
	fcgi-app/doors.c \
	fcgi-app/openapi.c
cli_magnetiq_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app
cli_magnetiq_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
cli_magnetiq_LDADD = jobs/libegress.la lib/libbackup.la lib/libimport.la \
	lib/libmagnetiq.la
