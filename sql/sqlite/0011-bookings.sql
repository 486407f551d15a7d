-- 0011-bookings: consultants, their hours, and who meets them.
--
-- Why:     visitors book an hour with somebody; two of them never get the same
--          one, however many try at once.
-- Rules:   two live bookings (pending or confirmed) of one consultant never
--          overlap, also where hand-written SQL makes them; a booking lasts at
--          most a day.  Older bookings have no consultant and hold no hour.
-- Reads:   lib/model/{consultant,booking,slot}.c
-- Cost:    reads bookings once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE consultants (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	first_name	TEXT NOT NULL,
	last_name	TEXT NOT NULL,
	email		TEXT NOT NULL,
	email_folded	TEXT,
	title		TEXT,
	bio		TEXT CHECK (bio IS NULL OR json_valid(bio)),
	photo_id	INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	languages	TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(languages)),
	expertise	TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(expertise)),
	timezone	TEXT NOT NULL DEFAULT 'UTC',
	is_active	INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
	working_hours	TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(working_hours)),
	time_off	TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(time_off)),
	holidays	TEXT,
	buffer_minutes	INTEGER NOT NULL DEFAULT 0,
	notice_hours	INTEGER NOT NULL DEFAULT 24,
	horizon_days	INTEGER NOT NULL DEFAULT 90,
	daily_limit	INTEGER,
	slot_step_minutes INTEGER NOT NULL DEFAULT 30,
	durations	TEXT NOT NULL DEFAULT '[30,60,90,120]'
			CHECK (json_valid(durations)),
	meeting_types	TEXT NOT NULL DEFAULT '["video","phone","in_person"]'
			CHECK (json_valid(meeting_types)),
	busy_url	TEXT,
	busy_fetched_at	TEXT,
	busy_error	TEXT,
	meeting_url	TEXT,
	user_id		INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX consultants_email ON consultants (email_folded)
	WHERE deleted_at IS NULL;
CREATE TRIGGER consultants_fold_insert AFTER INSERT ON consultants
WHEN new.email_folded IS NULL
BEGIN
	UPDATE consultants SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;
CREATE TRIGGER consultants_fold_update AFTER UPDATE OF email ON consultants
WHEN new.email <> old.email AND new.email_folded IS old.email_folded
BEGIN
	UPDATE consultants SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;
CREATE TRIGGER consultants_generation_insert AFTER INSERT ON consultants
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER consultants_generation_update AFTER UPDATE ON consultants
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER consultants_generation_delete AFTER DELETE ON consultants
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;

-- When a consultant's own calendar says no; from busy_url, by the jobs process.
CREATE TABLE busy_times (
	consultant_id	INTEGER NOT NULL REFERENCES consultants (id) ON DELETE CASCADE,
	starts_at	TEXT NOT NULL,
	ends_at		TEXT NOT NULL,
	PRIMARY KEY (consultant_id, starts_at, ends_at)
) WITHOUT ROWID;
CREATE TRIGGER busy_times_generation_insert AFTER INSERT ON busy_times
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER busy_times_generation_delete AFTER DELETE ON busy_times
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;

ALTER TABLE bookings ADD COLUMN reference TEXT;
ALTER TABLE bookings ADD COLUMN consultant_id INTEGER
	REFERENCES consultants (id) ON DELETE SET NULL;
ALTER TABLE bookings ADD COLUMN starts_at TEXT;
ALTER TABLE bookings ADD COLUMN ends_at TEXT;
ALTER TABLE bookings ADD COLUMN meeting_type TEXT;
ALTER TABLE bookings ADD COLUMN email_folded TEXT;
ALTER TABLE bookings ADD COLUMN website TEXT;
ALTER TABLE bookings ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE bookings ADD COLUMN privacy_consent INTEGER NOT NULL DEFAULT 0
	CHECK (privacy_consent IN (0, 1));
ALTER TABLE bookings ADD COLUMN marketing_consent INTEGER NOT NULL DEFAULT 0
	CHECK (marketing_consent IN (0, 1));
ALTER TABLE bookings ADD COLUMN consented_at TEXT;
ALTER TABLE bookings ADD COLUMN cancelled_at TEXT;
ALTER TABLE bookings ADD COLUMN calendar_sequence INTEGER NOT NULL DEFAULT 0;
-- The last reminder that was written, for the visitor and the consultant.
ALTER TABLE bookings ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN reminded_consultant INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN legacy_exempt INTEGER NOT NULL DEFAULT 0
	CHECK (legacy_exempt IN (0, 1));
ALTER TABLE bookings ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

UPDATE bookings SET email_folded = lower(trim(email)),
	reference = 'VLT-' || strftime('%Y%m%d', created_at) || '-'
		|| upper(hex(randomblob(4))),
	starts_at = datetime(preferred_date),
	ends_at = datetime(preferred_date, '+' || duration_minutes || ' minutes');

CREATE UNIQUE INDEX bookings_reference ON bookings (reference);
CREATE INDEX bookings_email ON bookings (email_folded);
CREATE INDEX bookings_consultant ON bookings (consultant_id, starts_at);
CREATE INDEX bookings_starts ON bookings (starts_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bookings_created ON bookings (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX bookings_updated ON bookings (updated_at, id) WHERE deleted_at IS NULL;

-- Whoever writes a row by hand says as much as older programs did.
CREATE TRIGGER bookings_whole_insert AFTER INSERT ON bookings
WHEN new.email_folded IS NULL OR new.reference IS NULL
  OR (new.starts_at IS NULL AND new.preferred_date IS NOT NULL)
  OR new.ends_at IS NULL OR new.starts_at <> datetime(new.starts_at)
  OR new.ends_at <> datetime(new.ends_at)
BEGIN
	UPDATE bookings SET
		email_folded = coalesce(new.email_folded, lower(trim(new.email))),
		reference = coalesce(new.reference, 'VLT-'
			|| strftime('%Y%m%d', new.created_at) || '-'
			|| upper(hex(randomblob(4)))),
		starts_at = datetime(coalesce(new.starts_at, new.preferred_date)),
		ends_at = coalesce(datetime(new.ends_at),
			datetime(coalesce(new.starts_at, new.preferred_date),
			'+' || new.duration_minutes || ' minutes'))
	WHERE id = new.id;
END;
CREATE TRIGGER bookings_fold_update AFTER UPDATE OF email ON bookings
WHEN new.email <> old.email AND new.email_folded IS old.email_folded
BEGIN
	UPDATE bookings SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;

-- An hour belongs to one.  Nothing lasts longer than a day, so whatever could
-- overlap begins less than a day before.
CREATE TRIGGER bookings_slot_insert BEFORE INSERT ON bookings
WHEN new.status IN ('pending', 'confirmed') AND new.consultant_id IS NOT NULL
 AND new.deleted_at IS NULL AND new.legacy_exempt = 0
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR')
	WHERE datetime(new.ends_at) <= datetime(new.starts_at)
	   OR datetime(new.ends_at) > datetime(new.starts_at, '+1 day');
	SELECT RAISE(ABORT, 'SLOT_TAKEN') FROM bookings b
	WHERE b.consultant_id = new.consultant_id
	  AND b.starts_at > datetime(new.starts_at, '-1 day')
	  AND b.starts_at < coalesce(datetime(new.ends_at),
		datetime(new.starts_at, '+' || new.duration_minutes || ' minutes'))
	  AND b.ends_at > datetime(new.starts_at)
	  AND b.status IN ('pending', 'confirmed')
	  AND b.deleted_at IS NULL AND b.legacy_exempt = 0;
END;
CREATE TRIGGER bookings_slot_update BEFORE UPDATE OF consultant_id, starts_at,
	ends_at, status, deleted_at, legacy_exempt ON bookings
WHEN new.status IN ('pending', 'confirmed') AND new.consultant_id IS NOT NULL
 AND new.deleted_at IS NULL AND new.legacy_exempt = 0
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR')
	WHERE datetime(new.ends_at) <= datetime(new.starts_at)
	   OR datetime(new.ends_at) > datetime(new.starts_at, '+1 day');
	SELECT RAISE(ABORT, 'SLOT_TAKEN') FROM bookings b
	WHERE b.consultant_id = new.consultant_id AND b.id <> new.id
	  AND b.starts_at > datetime(new.starts_at, '-1 day')
	  AND b.starts_at < datetime(new.ends_at)
	  AND b.ends_at > datetime(new.starts_at)
	  AND b.status IN ('pending', 'confirmed')
	  AND b.deleted_at IS NULL AND b.legacy_exempt = 0;
END;

CREATE TRIGGER bookings_generation_insert AFTER INSERT ON bookings
WHEN new.consultant_id IS NOT NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER bookings_generation_update AFTER UPDATE OF consultant_id,
	starts_at, ends_at, status, deleted_at ON bookings
WHEN old.consultant_id IS NOT NULL OR new.consultant_id IS NOT NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER bookings_generation_delete AFTER DELETE ON bookings
WHEN old.consultant_id IS NOT NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
CREATE TRIGGER bookings_revision AFTER UPDATE OF consultant_id, starts_at, ends_at,
	status, meeting_type, meeting_url, meeting_notes, subject, message,
	assigned_to, deleted_at ON bookings
WHEN new.revision = old.revision
BEGIN
	UPDATE bookings SET revision = revision + 1 WHERE id = new.id;
END;

INSERT INTO totals (noun, status) VALUES ('booking', ''), ('booking', 'pending'),
	('booking', 'confirmed'), ('booking', 'completed'),
	('booking', 'cancelled'), ('booking', 'no_show'), ('consultant', '');
UPDATE totals SET n = (SELECT count(*) FROM bookings b
	WHERE b.deleted_at IS NULL AND totals.status IN ('', b.status))
	WHERE noun = 'booking';
CREATE TRIGGER bookings_totals_insert AFTER INSERT ON bookings
WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'booking' AND status IN ('', new.status);
END;
CREATE TRIGGER bookings_totals_delete AFTER DELETE ON bookings
WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'booking' AND status IN ('', old.status);
END;
CREATE TRIGGER bookings_totals_update AFTER UPDATE OF status, deleted_at ON bookings
WHEN old.status <> new.status OR (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'booking' AND old.deleted_at IS NULL
		AND status IN ('', old.status);
	UPDATE totals SET n = n + 1 WHERE noun = 'booking' AND new.deleted_at IS NULL
		AND status IN ('', new.status);
END;
CREATE TRIGGER consultants_totals_insert AFTER INSERT ON consultants
WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'consultant' AND status = '';
END;
CREATE TRIGGER consultants_totals_delete AFTER DELETE ON consultants
WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'consultant' AND status = '';
END;
CREATE TRIGGER consultants_totals_update AFTER UPDATE OF deleted_at ON consultants
WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n + CASE WHEN new.deleted_at IS NULL THEN 1 ELSE -1 END
		WHERE noun = 'consultant' AND status = '';
END;

-- Bookings make leads, too.
CREATE TRIGGER bookings_lead_insert AFTER INSERT ON bookings
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER bookings_lead_update AFTER UPDATE OF first_name, last_name, email,
	email_folded, company, job_title, phone, website, language,
	marketing_consent, status, deleted_at ON bookings
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
	INSERT INTO lead_todo SELECT old.email_folded
		WHERE old.email_folded IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER bookings_lead_delete AFTER DELETE ON bookings
WHEN old.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (old.email_folded) ON CONFLICT DO NOTHING;
END;
INSERT INTO lead_todo SELECT DISTINCT email_folded FROM bookings
	WHERE email_folded <> '' ON CONFLICT DO NOTHING;

INSERT INTO system_settings (key, value, description, type) VALUES
	('booking_confirm', 'auto',
	 'New bookings are confirmed at once (auto) or by staff (manual)', 'string');
