# magnetiq-jobs: operations by the clock.
sbin_PROGRAMS += jobs/magnetiq-jobs
jobs_magnetiq_jobs_SOURCES = jobs/main.c
jobs_magnetiq_jobs_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
jobs_magnetiq_jobs_LDADD = lib/libmagnetiq.la
