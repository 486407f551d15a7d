# doc: what people read.
dist_doc_DATA += \
	CHANGES.md \
	COPYING \
	HACKING.md \
	README.md

decisionsdir = $(docdir)/decisions
dist_decisions_DATA = $(wildcard $(srcdir)/doc/decisions/*.md)
