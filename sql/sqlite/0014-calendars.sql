-- 0014-calendars: when the consultants' own calendars are read.
--
-- Why:     what stands in busy_url is read every few minutes, one after the
--          other, and staff must see when that was tried.
-- Rules:   a calendar that is being read (busy_open) and never ends is noted as
--          such when its turn comes again; reading one is nothing that strangers
--          see, and moves no generation.
-- Reads:   lib/model/feed.c
-- Cost:    adds columns to a small table; instant.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE consultants ADD COLUMN busy_tried_at TEXT;
ALTER TABLE consultants ADD COLUMN busy_next_at TEXT;
ALTER TABLE consultants ADD COLUMN busy_open INTEGER NOT NULL DEFAULT 0
	CHECK (busy_open IN (0, 1));

DROP TRIGGER consultants_generation_update;
CREATE TRIGGER consultants_generation_update AFTER UPDATE OF first_name,
	last_name, email, title, bio, photo_id, languages, expertise, timezone,
	is_active, working_hours, time_off, holidays, buffer_minutes,
	notice_hours, horizon_days, daily_limit, slot_step_minutes, durations,
	meeting_types, busy_url, meeting_url, revision, updated_at, deleted_at
	ON consultants
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
