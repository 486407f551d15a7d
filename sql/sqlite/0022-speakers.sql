-- 0022-speakers: who speaks at webinars, and which of them are one topic.
--
-- Why:     a speaker is told before what awaits them, and stands on more than
--          one page with the same words; sessions of one topic lead to each
--          other.  Both are optional: presenter_name stays.
-- Rules:   a topic's slug is its own among those not deleted.
-- Reads:   lib/model/{speaker,topic,webinar,webinar_staff}.c
-- Cost:    adds tables and columns; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE speakers (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL,
	title		TEXT CHECK (title IS NULL OR json_valid(title)),
	bio		TEXT CHECK (bio IS NULL OR json_valid(bio)),
	photo_id	INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	website		TEXT,
	email		TEXT,
	email_folded	TEXT,
	language	TEXT NOT NULL DEFAULT 'en',
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL,
	updated_at	TEXT NOT NULL,
	deleted_at	TEXT
);
CREATE INDEX speakers_email ON speakers (email_folded)
	WHERE email_folded IS NOT NULL;

CREATE TABLE topics (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	slug		TEXT NOT NULL,
	title		TEXT NOT NULL CHECK (json_valid(title)),
	description	TEXT CHECK (description IS NULL OR json_valid(description)),
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL,
	updated_at	TEXT NOT NULL,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX topics_slug ON topics (slug) WHERE deleted_at IS NULL;

ALTER TABLE webinars ADD COLUMN topic_id INTEGER REFERENCES topics (id)
	ON DELETE SET NULL;
-- The ids of speakers, in the order in which they are shown.
ALTER TABLE webinars ADD COLUMN speaker_ids TEXT NOT NULL DEFAULT '[]'
	CHECK (json_valid(speaker_ids));
-- When the speakers were told what awaits them, and staff how it went.
ALTER TABLE webinars ADD COLUMN briefed_at TEXT;
ALTER TABLE webinars ADD COLUMN summarized_at TEXT;
CREATE INDEX webinars_topic ON webinars (topic_id, scheduled_at)
	WHERE topic_id IS NOT NULL;
-- Nobody is told of what is over already.
UPDATE webinars SET summarized_at = updated_at
	WHERE status IN ('completed', 'cancelled');

CREATE TRIGGER webinars_speakers_generation
AFTER UPDATE OF topic_id, speaker_ids ON webinars
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER webinars_speakers_revision
AFTER UPDATE OF topic_id, speaker_ids ON webinars
WHEN new.revision = old.revision
BEGIN
	UPDATE webinars SET revision = revision + 1 WHERE id = new.id;
END;
CREATE TRIGGER speakers_generation_insert AFTER INSERT ON speakers
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER speakers_generation_update AFTER UPDATE ON speakers
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER speakers_generation_delete AFTER DELETE ON speakers
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER topics_generation_insert AFTER INSERT ON topics
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER topics_generation_update AFTER UPDATE ON topics
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER topics_generation_delete AFTER DELETE ON topics
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER speakers_revision AFTER UPDATE OF name, title, bio, photo_id,
	website, email, language, deleted_at ON speakers
WHEN new.revision = old.revision
BEGIN
	UPDATE speakers SET revision = revision + 1 WHERE id = new.id;
END;
CREATE TRIGGER topics_revision AFTER UPDATE OF slug, title, description,
	deleted_at ON topics
WHEN new.revision = old.revision
BEGIN
	UPDATE topics SET revision = revision + 1 WHERE id = new.id;
END;
