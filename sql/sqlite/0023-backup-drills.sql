-- 0023-backup-drills: what became of the last drill.
--
-- Why:     a backup is worth what its last restoring was; the operator wants
--          to read that with the rest, with what was counted.
-- Rules:   one row, the newest drill; an error, or what was compared.
-- Reads:   lib/ops/drill.c, for system-health and the checks
-- Cost:    nothing.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE backup_drills.

CREATE TABLE backup_drills (
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	ran_at		TEXT NOT NULL,
	name		TEXT NOT NULL,	-- the file in BACKUP_DIR
	error		TEXT,		-- NULL: it passed
	took_ms		INTEGER NOT NULL CHECK (took_ms >= 0),
	-- Compared with the manifest: members of the archive, tables, rows.
	files		INTEGER NOT NULL,
	tables		INTEGER NOT NULL,
	rows		INTEGER NOT NULL
);
