# bench: what t/bench/run compares us with; built by `make bench`.
EXTRA_PROGRAMS = t/bench/hello t/bench/sqlite
t_bench_hello_SOURCES = t/bench/hello.c
t_bench_hello_CPPFLAGS = $(AM_CPPFLAGS) $(FCGI_CFLAGS)
t_bench_hello_LDADD = $(FCGI_LIBS)
t_bench_sqlite_SOURCES = t/bench/sqlite.c
t_bench_sqlite_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
t_bench_sqlite_LDADD = $(SQLITE_LIBS)

.PHONY: bench
bench: t/bench/hello t/bench/sqlite
EXTRA_DIST += t/bench/business.py t/bench/exchange.py \
	t/bench/letters.py t/bench/million.py t/bench/operations.py \
	t/bench/run t/bench/tools.py t/bench/writers.py
CLEANFILES += t/bench/hello t/bench/sqlite
