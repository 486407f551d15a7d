# doc: what people read.  They stand to each other as in the source, so that
# links hold.
dist_doc_DATA += \
	CHANGES.md \
	COPYING \
	HACKING.md \
	README.md \
	SECURITY.md

guidedir = $(docdir)/doc
dist_guide_DATA = \
	doc/ARCHITECTURE.md \
	doc/DEFECTS.md \
	doc/MIGRATION-V3.md \
	doc/OPERATING.md \
	doc/ROADMAP.md \
	doc/SEED.md \
	doc/THREATS.md

decisionsdir = $(docdir)/doc/decisions
dist_decisions_DATA = $(wildcard $(srcdir)/doc/decisions/*.md)
