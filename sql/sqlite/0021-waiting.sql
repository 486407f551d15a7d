-- 0021-waiting: when registration opens, whom staff lets in, and where people
-- live.
--
-- Why:     a door may open later than it is announced; a webinar may be for
--          invited people; a reminder says the hour of its reader.
-- Rules:   who waits for a word of staff has no seat, also if hand-written SQL
--          says so.
-- Reads:   lib/model/{webinar,registration,seat,approval}.c
-- Cost:    adds columns; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE webinars ADD COLUMN registration_opens_at TEXT;
ALTER TABLE webinars ADD COLUMN registration_approval INTEGER NOT NULL DEFAULT 0
	CHECK (registration_approval IN (0, 1));
ALTER TABLE webinar_registrations ADD COLUMN timezone TEXT;
ALTER TABLE webinar_registrations ADD COLUMN approved INTEGER NOT NULL DEFAULT 1
	CHECK (approved = 1 OR (approved = 0 AND status <> 'confirmed'));
CREATE INDEX webinars_opens ON webinars (registration_opens_at)
	WHERE registration_opens_at IS NOT NULL;

CREATE TRIGGER webinars_opening_generation AFTER UPDATE OF
	registration_opens_at, registration_approval ON webinars
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinars_opening_revision AFTER UPDATE OF
	registration_opens_at, registration_approval ON webinars
WHEN new.revision = old.revision
BEGIN
	UPDATE webinars SET revision = revision + 1 WHERE id = new.id;
END;
