# db: one connection, statements, transactions, checkpoints, migrations.
core_sources += \
	lib/db/bind.c \
	lib/db/cache.c \
	lib/db/checkpoint.c \
	lib/db/conn.h \
	lib/db/constraint.c \
	lib/db/error.c \
	lib/db/finds.c \
	lib/db/legacy.c \
	lib/db/migrate.c \
	lib/db/migrating.c \
	lib/db/migration.c \
	lib/db/open.c \
	lib/db/row.c \
	lib/db/schema.c \
	lib/db/scrub.c \
	lib/db/slow.c \
	lib/db/swap.c \
	lib/db/upkeep.c \
	lib/db/write.c
