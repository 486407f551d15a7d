# e2e: whole sites; t/run runs them, make check does not.
EXTRA_DIST += t/run $(wildcard $(top_srcdir)/t/e2e/*.py)
