# zone: the clocks of every zone, against zdump and Python.
check_PROGRAMS += t/zone/clocks
t_zone_clocks_SOURCES = t/zone/clocks.c
t_zone_clocks_LDADD = lib/libcore.la

TESTS += t/zone/zone.tap
EXTRA_DIST += t/zone/zone.tap
