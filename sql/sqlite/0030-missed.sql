-- 0030-missed: a finding that lasts is not written down again each minute.
--
-- Why:     the watch noted each minute when it saw what, so that no quarter of
--          an hour was quiet, and each had its snapshot.  Now it notes when it
--          first misses something, which happens once.
-- Rules:   none.
-- Reads:   lib/ops/watch.c
-- Cost:    adds a column; instant.
-- Beside:  program 2.0.0 and later may run while this is applied; until it is
--          replaced it goes by seen_at, as before.
-- Undo:    ALTER TABLE findings DROP COLUMN missed_at.

ALTER TABLE findings ADD COLUMN missed_at TEXT;
