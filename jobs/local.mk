# magnetiq-jobs: operations by the clock.
sbin_PROGRAMS += jobs/magnetiq-jobs
jobs_magnetiq_jobs_SOURCES = \
	jobs/backup.c \
	jobs/backup.h \
	jobs/calendars.c \
	jobs/child.c \
	jobs/child.h \
	jobs/egress/https.c \
	jobs/egress/https.h \
	jobs/egress/smtp.c \
	jobs/egress/smtp.h \
	jobs/image.c \
	jobs/image.h \
	jobs/jail.c \
	jobs/jail_reader.c \
	jobs/letters.c \
	jobs/letters.h \
	jobs/main.c \
	jobs/paper.c \
	jobs/paper.h \
	jobs/webhooks.c
jobs_magnetiq_jobs_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS) $(CURL_CFLAGS)
jobs_magnetiq_jobs_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
jobs_magnetiq_jobs_LDADD = lib/libbackup.la lib/libics.la lib/libmagnetiq.la $(GD_LIBS) $(CURL_LIBS)
