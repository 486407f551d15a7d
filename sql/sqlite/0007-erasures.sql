-- 0007-erasures: whom we have promised to forget, across backups.
--
-- Why:     a backup from before somebody was erased still has that person; so
--          what was erased is written down in a form that names nobody, and
--          `magnetiq restore` carries these rows into what it restores.
-- Rules:   one row an address, which is there only as a MAC; the last time
--          counts.
-- Reads:   lib/ops/restore.c.
-- Cost:    creates a table; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE erasures; nothing else refers to it.

CREATE TABLE erasures (
	address_mac	TEXT PRIMARY KEY CHECK (length(address_mac) = 64),
	erased_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID;
