# zone: the clocks of every zone, against zdump and Python; and free slots.
check_PROGRAMS += t/zone/clocks t/zone/slots
t_zone_clocks_SOURCES = t/zone/clocks.c
t_zone_clocks_LDADD = lib/libcore.la
t_zone_slots_SOURCES = t/zone/slots.c
t_zone_slots_LDADD = lib/libcore.la

TESTS += t/zone/slots.tap t/zone/zone.tap
EXTRA_DIST += t/zone/slots.tap t/zone/zdump.py t/zone/zone.tap
