# ical: what we print, read by the programs of others, and theirs by us.
check_PROGRAMS += t/ical/busy t/ical/print t/ical/read
t_ical_busy_SOURCES = t/ical/busy.c
t_ical_busy_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/lib/text
t_ical_busy_LDADD = lib/libics.la lib/libcore.la
t_ical_print_SOURCES = t/ical/print.c
t_ical_print_LDADD = lib/libcore.la
t_ical_read_SOURCES = t/ical/read.c
t_ical_read_CFLAGS = $(AM_CFLAGS) $(ICAL_CFLAGS)
t_ical_read_LDADD = $(ICAL_LIBS)

TESTS += t/ical/busy.tap t/ical/ical.tap
EXTRA_DIST += t/ical/busy.tap t/ical/ical.tap
