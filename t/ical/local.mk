# ical: what we print, read by the programs of others.
check_PROGRAMS += t/ical/print
t_ical_print_SOURCES = t/ical/print.c
t_ical_print_LDADD = lib/libcore.la

TESTS += t/ical/ical.tap
EXTRA_DIST += t/ical/ical.tap
