# ops: what is done to a whole site.
core_sources += \
	lib/ops/init.c \
	lib/ops/letters.c \
	lib/ops/maintain.c \
	lib/ops/notfound.c \
	lib/ops/ops.c \
	lib/ops/renditions.c
EXTRA_DIST += lib/ops/ops.h
