# fcgi.c alone, under spawn-fcgi, against peers that lie, stall and hang up.
check_PROGRAMS += t/fcgi/echo
t_fcgi_echo_SOURCES = \
	fcgi-app/deadline.c \
	fcgi-app/fcgi.c \
	fcgi-app/params.c \
	t/fcgi/echo.c
t_fcgi_echo_CFLAGS = $(AM_CFLAGS) $(FCGI_CFLAGS)
t_fcgi_echo_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app
t_fcgi_echo_LDADD = lib/libcore.la $(FCGI_LIBS)

TESTS += t/fcgi/fcgi.tap
EXTRA_DIST += t/fcgi/fcgi.tap t/fcgi/leaks.supp
