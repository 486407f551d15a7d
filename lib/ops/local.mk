# ops: what is done to a whole site.
core_sources += \
	lib/ops/adopt.c \
	lib/ops/adopt_row.c \
	lib/ops/adopt_value.c \
	lib/ops/export.c \
	lib/ops/export_file.c \
	lib/ops/export_row.c \
	lib/ops/init.c \
	lib/ops/letters.c \
	lib/ops/maintain.c \
	lib/ops/notfound.c \
	lib/ops/migrate.c \
	lib/ops/ops.c \
	lib/ops/renditions.c \
	lib/ops/verify.c
EXTRA_DIST += lib/ops/adopt.h lib/ops/export.h lib/ops/ops.h
