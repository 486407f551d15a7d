-- 0026-watch: what is wrong with the site, since when, and who was told.
--
-- Why:     an admin gets one letter when something begins to be wrong, another
--          a day later or when it gets worse, and one when it is over; what
--          was told must outlive whoever tells.
-- Rules:   a finding is there once; nothing in these tables is about a person.
-- Reads:   lib/ops/{watch,check_disk}.c
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE findings, readings, size_days.

CREATE TABLE findings (
	id		TEXT PRIMARY KEY,	-- the check, and which of its findings
	check_name	TEXT NOT NULL,
	gravity		INTEGER NOT NULL CHECK (gravity IN (0, 1, 2)),
	what		TEXT NOT NULL,		-- English, with at most one %s
	arg		TEXT,
	cure		TEXT NOT NULL,
	cure_arg	TEXT,
	times		INTEGER NOT NULL DEFAULT 1,	-- that it began
	began_at	TEXT NOT NULL,
	seen_at		TEXT NOT NULL,
	told_at		TEXT,
	told_gravity	INTEGER,
	over_at		TEXT
) WITHOUT ROWID;

-- What was read last from outside of the database: when the certificate ends.
CREATE TABLE readings (
	name		TEXT PRIMARY KEY,
	value		TEXT NOT NULL,
	read_at		TEXT NOT NULL
) WITHOUT ROWID;

-- How large the site was on each day.
CREATE TABLE size_days (
	day		TEXT PRIMARY KEY,
	database_bytes	INTEGER NOT NULL,
	media_bytes	INTEGER NOT NULL,
	free_bytes	INTEGER NOT NULL
) WITHOUT ROWID;
