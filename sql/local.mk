# The migrations and the demo site; compiled into the library.
embed_sql += \
	sql/sqlite/0001-base.sql
EXTRA_DIST += $(embed_sql)
