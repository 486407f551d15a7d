-- 0008-registrations: seats of webinars, and who takes them.
--
-- Why:     visitors register, wait, cancel and come; however many do so at
--          once, there are never more of them than seats.
-- Rules:   confirmed registrations fit into max_participants; a person (the
--          folded e-mail) is registered once a webinar; both also for rows
--          that hand-written SQL makes.  Older rows that break them stay, are
--          marked legacy_exempt, and hold no seat.
-- Reads:   lib/model/{webinar,registration,seat,once}.c
-- Cost:    reads webinar_registrations once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE webinars ADD COLUMN waitlist_enabled INTEGER NOT NULL DEFAULT 0
	CHECK (waitlist_enabled IN (0, 1));
-- Counts what calendars must hear of: SEQUENCE in RFC 5545.
ALTER TABLE webinars ADD COLUMN calendar_sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webinars ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
CREATE INDEX webinars_scheduled ON webinars (scheduled_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX webinars_created ON webinars (created_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX webinars_updated ON webinars (updated_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX webinars_presentation ON webinars (presentation_file_id)
	WHERE presentation_file_id IS NOT NULL;
CREATE INDEX webinars_avatar ON webinars (presenter_avatar_id)
	WHERE presenter_avatar_id IS NOT NULL;

ALTER TABLE webinar_registrations ADD COLUMN reference TEXT;
ALTER TABLE webinar_registrations ADD COLUMN email_folded TEXT;
ALTER TABLE webinar_registrations ADD COLUMN website TEXT;
ALTER TABLE webinar_registrations ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE webinar_registrations ADD COLUMN privacy_consent INTEGER NOT NULL
	DEFAULT 0 CHECK (privacy_consent IN (0, 1));
ALTER TABLE webinar_registrations ADD COLUMN marketing_consent INTEGER NOT NULL
	DEFAULT 0 CHECK (marketing_consent IN (0, 1));
ALTER TABLE webinar_registrations ADD COLUMN consented_at TEXT;
ALTER TABLE webinar_registrations ADD COLUMN status TEXT NOT NULL
	DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'waitlisted', 'cancelled'));
ALTER TABLE webinar_registrations ADD COLUMN cancelled_at TEXT;
-- The last reminder that was written: 1, 2, 3 for a week, two days, two hours.
ALTER TABLE webinar_registrations ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE webinar_registrations ADD COLUMN followed_up_at TEXT;
ALTER TABLE webinar_registrations ADD COLUMN legacy_exempt INTEGER NOT NULL
	DEFAULT 0 CHECK (legacy_exempt IN (0, 1));
ALTER TABLE webinar_registrations ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE webinar_registrations ADD COLUMN updated_at TEXT;

UPDATE webinar_registrations SET email_folded = lower(trim(email)),
	reference = 'WEB-' || upper(hex(randomblob(4))),
	updated_at = registered_at;
UPDATE webinar_registrations SET legacy_exempt = 1 WHERE EXISTS (
	SELECT 1 FROM webinar_registrations r
	WHERE r.webinar_id = webinar_registrations.webinar_id
	AND r.email_folded = webinar_registrations.email_folded
	AND r.id < webinar_registrations.id);
UPDATE webinar_registrations SET legacy_exempt = 1 WHERE id IN (
	SELECT id FROM (SELECT r.id AS id, w.max_participants AS seats,
		row_number() OVER (PARTITION BY r.webinar_id ORDER BY r.id) AS n
		FROM webinar_registrations r JOIN webinars w ON w.id = r.webinar_id
		WHERE r.legacy_exempt = 0)
	WHERE n > seats);

CREATE UNIQUE INDEX webinar_registrations_person
	ON webinar_registrations (webinar_id, email_folded)
	WHERE status <> 'cancelled' AND legacy_exempt = 0;
CREATE UNIQUE INDEX webinar_registrations_reference
	ON webinar_registrations (reference);
CREATE INDEX webinar_registrations_status
	ON webinar_registrations (webinar_id, status, id);
CREATE INDEX webinar_registrations_email ON webinar_registrations (email_folded);
CREATE INDEX webinar_registrations_registered
	ON webinar_registrations (registered_at);

-- Whoever writes a row by hand says as much as older programs did.
CREATE TRIGGER webinar_registrations_fold_insert AFTER INSERT ON webinar_registrations
WHEN new.email_folded IS NULL OR new.reference IS NULL
BEGIN
	UPDATE webinar_registrations SET
		email_folded = coalesce(new.email_folded, lower(trim(new.email))),
		reference = coalesce(new.reference,
			'WEB-' || upper(hex(randomblob(4)))),
		updated_at = coalesce(new.updated_at, new.registered_at)
	WHERE id = new.id;
END;
CREATE TRIGGER webinar_registrations_fold_update
AFTER UPDATE OF email ON webinar_registrations
WHEN new.email <> old.email AND new.email_folded IS old.email_folded
BEGIN
	UPDATE webinar_registrations SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;

-- A seat is taken only if one is free.
CREATE TRIGGER webinar_registrations_seat_insert BEFORE INSERT ON webinar_registrations
WHEN new.status = 'confirmed' AND new.legacy_exempt = 0
BEGIN
	SELECT RAISE(ABORT, 'WEBINAR_FULL') FROM webinars w
	WHERE w.id = new.webinar_id AND w.max_participants <= (
		SELECT count(*) FROM webinar_registrations r
		WHERE r.webinar_id = new.webinar_id AND r.status = 'confirmed'
		AND r.legacy_exempt = 0);
END;
CREATE TRIGGER webinar_registrations_seat_update
BEFORE UPDATE OF status, webinar_id, legacy_exempt ON webinar_registrations
WHEN new.status = 'confirmed' AND new.legacy_exempt = 0
 AND NOT (old.status = 'confirmed' AND old.legacy_exempt = 0
	AND old.webinar_id = new.webinar_id)
BEGIN
	SELECT RAISE(ABORT, 'WEBINAR_FULL') FROM webinars w
	WHERE w.id = new.webinar_id AND w.max_participants <= (
		SELECT count(*) FROM webinar_registrations r
		WHERE r.webinar_id = new.webinar_id AND r.status = 'confirmed'
		AND r.legacy_exempt = 0);
END;
CREATE TRIGGER webinars_seats_update BEFORE UPDATE OF max_participants ON webinars
WHEN new.max_participants IS NOT NULL
 AND new.max_participants IS NOT old.max_participants
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR') WHERE new.max_participants < (
		SELECT count(*) FROM webinar_registrations r
		WHERE r.webinar_id = new.id AND r.status = 'confirmed'
		AND r.legacy_exempt = 0);
END;

-- What strangers can see of a webinar, its free seats among it.
CREATE TRIGGER webinars_generation_insert AFTER INSERT ON webinars
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinars_generation_update AFTER UPDATE OF title, description,
	slug, scheduled_at, duration_minutes, timezone, max_participants,
	waitlist_enabled, status, registration_enabled, registration_deadline,
	presenter_name, presenter_bio, presenter_avatar_id, deleted_at ON webinars
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinars_generation_delete AFTER DELETE ON webinars
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinar_registrations_generation_insert
AFTER INSERT ON webinar_registrations
WHEN new.status = 'confirmed' AND new.legacy_exempt = 0
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinar_registrations_generation_update
AFTER UPDATE OF status, webinar_id, legacy_exempt ON webinar_registrations
WHEN (new.status = 'confirmed') <> (old.status = 'confirmed')
  OR new.webinar_id <> old.webinar_id OR new.legacy_exempt <> old.legacy_exempt
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinar_registrations_generation_delete
AFTER DELETE ON webinar_registrations
WHEN old.status = 'confirmed' AND old.legacy_exempt = 0
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;

CREATE TRIGGER webinars_revision AFTER UPDATE OF title, description, slug,
	scheduled_at, duration_minutes, timezone, max_participants,
	waitlist_enabled, meeting_url, recording_url, presentation_file_id, status,
	registration_enabled, registration_deadline, presenter_name,
	presenter_bio, presenter_avatar_id, deleted_at ON webinars
WHEN new.revision = old.revision
BEGIN
	UPDATE webinars SET revision = revision + 1 WHERE id = new.id;
END;

INSERT INTO totals (noun, status) VALUES ('webinar', ''),
	('webinar', 'scheduled'), ('webinar', 'live'), ('webinar', 'completed'),
	('webinar', 'cancelled');
UPDATE totals SET n = (SELECT count(*) FROM webinars w WHERE w.deleted_at IS NULL
	AND totals.status IN ('', w.status)) WHERE noun = 'webinar';
CREATE TRIGGER webinars_totals_insert AFTER INSERT ON webinars
WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'webinar' AND status IN ('', new.status);
END;
CREATE TRIGGER webinars_totals_delete AFTER DELETE ON webinars
WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'webinar' AND status IN ('', old.status);
END;
CREATE TRIGGER webinars_totals_update AFTER UPDATE OF status, deleted_at ON webinars
WHEN old.status <> new.status OR (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'webinar' AND old.deleted_at IS NULL
		AND status IN ('', old.status);
	UPDATE totals SET n = n + 1 WHERE noun = 'webinar' AND new.deleted_at IS NULL
		AND status IN ('', new.status);
END;

-- Search learns of what hand-written SQL does as it does of pages.
CREATE TRIGGER webinars_search_insert AFTER INSERT ON webinars BEGIN
	INSERT INTO search_todo VALUES ('webinar', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webinars_search_update
AFTER UPDATE OF slug, title, description, presenter_name, status, deleted_at ON webinars BEGIN
	INSERT INTO search_todo VALUES ('webinar', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webinars_search_delete AFTER DELETE ON webinars BEGIN
	INSERT INTO search_todo VALUES ('webinar', old.id) ON CONFLICT DO NOTHING;
	DELETE FROM search_text WHERE noun = 'webinar' AND object_id = old.id;
END;
CREATE TRIGGER webinars_search_hide AFTER UPDATE OF status, deleted_at ON webinars
WHEN new.status = 'cancelled' OR new.deleted_at IS NOT NULL
BEGIN
	DELETE FROM search_text WHERE noun = 'webinar' AND object_id = new.id;
END;
INSERT INTO search_todo SELECT 'webinar', id FROM webinars
	WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;

-- Idempotency-Key: the same request twice makes one row.
CREATE TABLE idempotency (
	key_hash	TEXT PRIMARY KEY,
	body_hash	TEXT NOT NULL,
	noun		TEXT NOT NULL,
	object_id	INTEGER NOT NULL,
	created_at	TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_at);
CREATE INDEX idempotency_object ON idempotency (noun, object_id);
