# jobs: the child that decodes pictures, without a site around it.
check_PROGRAMS += t/jobs/image
t_jobs_image_SOURCES = jobs/image.c jobs/jail.c t/jobs/image.c
t_jobs_image_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS)
t_jobs_image_LDADD = $(GD_LIBS)

TESTS += t/jobs/image.tap
EXTRA_DIST += t/jobs/image.tap
