# magnetiq-jobs: operations by the clock.
sbin_PROGRAMS += jobs/magnetiq-jobs
jobs_magnetiq_jobs_SOURCES = \
	jobs/backup.c \
	jobs/backup.h \
	jobs/image.c \
	jobs/image.h \
	jobs/jail.c \
	jobs/main.c
jobs_magnetiq_jobs_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS)
jobs_magnetiq_jobs_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
jobs_magnetiq_jobs_LDADD = lib/libbackup.la lib/libmagnetiq.la $(GD_LIBS)
