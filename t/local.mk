# Unit tests: one program, one suite a file, listed in t/unit/suites.def.
include t/fcgi/local.mk
include t/fixtures/local.mk
include t/fuzz/local.mk
include t/ical/local.mk
include t/jobs/local.mk
include t/unit/local.mk
include t/lint/local.mk
include t/e2e/local.mk
include t/bench/local.mk
include t/zone/local.mk

# `make installcheck` looks at what was installed, DESTDIR or not; so does
# `make distcheck`.
EXTRA_DIST += t/install.tap t/reproduce
installcheck-local:
	bindir='$(bindir)' sbindir='$(sbindir)' libdir='$(libdir)' \
	includedir='$(includedir)' pkgdatadir='$(pkgdatadir)' \
	docdir='$(docdir)' mandir='$(mandir)' DESTDIR='$(DESTDIR)' \
	CC='$(CC)' CFLAGS='$(CFLAGS)' MAG_CFLAGS='$(MAG_CFLAGS)' \
	PACKAGE_VERSION='$(PACKAGE_VERSION)' \
	DOCUMENTS='$(dist_doc_DATA)' MANUALS='$(dist_man_MANS)' \
	$(SHELL) $(srcdir)/t/install.tap
