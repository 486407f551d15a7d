# magnetiq-jobs: operations by the clock.
sbin_PROGRAMS += jobs/magnetiq-jobs
jobs_magnetiq_jobs_SOURCES = \
	jobs/backup.c \
	jobs/backup.h \
	jobs/calendars.c \
	jobs/child.c \
	jobs/child.h \
	jobs/image.c \
	jobs/image.h \
	jobs/jail.c \
	jobs/jail_reader.c \
	jobs/letters.c \
	jobs/letters.h \
	jobs/main.c \
	jobs/paper.c \
	jobs/paper.h \
	jobs/watch.c \
	jobs/watch.h \
	jobs/webhooks.c
jobs_magnetiq_jobs_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS)
jobs_magnetiq_jobs_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
jobs_magnetiq_jobs_LDADD = jobs/libegress.la lib/libbackup.la lib/libics.la \
	lib/libmagnetiq.la $(GD_LIBS)

# The one door out; the command uses it, too, to look at a site.
noinst_LTLIBRARIES += jobs/libegress.la
jobs_libegress_la_SOURCES = \
	jobs/egress/ask.c \
	jobs/egress/ask.h \
	jobs/egress/probe.c \
	jobs/egress/probe.h \
	jobs/egress/https.c \
	jobs/egress/https.h \
	jobs/egress/smtp.c \
	jobs/egress/smtp.h
jobs_libegress_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
jobs_libegress_la_LIBADD = $(CURL_LIBS)
