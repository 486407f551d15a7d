-- 0003-media: files, public and private.
--
-- Why:     pages show pictures, visitors download papers.
-- Rules:   a stored file is named by the SHA-256 of its own bytes within one
--          visibility, so the same bytes lie there once; a file in use is not
--          deleted; file_hash and file_size speak of the bytes as sent.
-- Reads:   lib/model/media*.c
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE media_files (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	filename	TEXT NOT NULL,
	original_filename TEXT NOT NULL,
	file_path	TEXT NOT NULL,
	file_size	INTEGER NOT NULL,
	mime_type	TEXT NOT NULL,
	file_hash	TEXT NOT NULL,
	title		TEXT CHECK (title IS NULL OR json_valid(title)),
	alt_text	TEXT CHECK (alt_text IS NULL OR json_valid(alt_text)),
	description	TEXT CHECK (description IS NULL OR json_valid(description)),
	image_metadata	TEXT CHECK (image_metadata IS NULL OR json_valid(image_metadata)),
	width		INTEGER,
	height		INTEGER,
	renditions_state TEXT NOT NULL DEFAULT 'none'
			CHECK (renditions_state IN ('none', 'wanted', 'made', 'failed')),
	visibility	TEXT NOT NULL DEFAULT 'public'
			CHECK (visibility IN ('public', 'private')),
	folder		TEXT NOT NULL DEFAULT '/',
	tags		TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
	uploaded_by	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	upload_ip	TEXT,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE INDEX media_files_hash ON media_files (file_hash);
CREATE INDEX media_files_path ON media_files (file_path);
CREATE INDEX media_files_created ON media_files (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX media_files_wanted ON media_files (id) WHERE renditions_state = 'wanted';

-- Smaller pictures, in the public tree like their originals.
CREATE TABLE media_renditions (
	media_id	INTEGER NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
	width		INTEGER NOT NULL,
	height		INTEGER NOT NULL,
	mime_type	TEXT NOT NULL,
	file_path	TEXT NOT NULL,
	PRIMARY KEY (media_id, width)
) WITHOUT ROWID;
CREATE INDEX media_renditions_path ON media_renditions (file_path);

CREATE TABLE media_tags (
	tag		TEXT NOT NULL,
	media_id	INTEGER NOT NULL REFERENCES media_files (id) ON DELETE CASCADE,
	PRIMARY KEY (tag, media_id)
) WITHOUT ROWID;
CREATE INDEX media_tags_media ON media_tags (media_id);

CREATE TRIGGER media_in_use BEFORE UPDATE OF deleted_at ON media_files
WHEN new.deleted_at IS NOT NULL AND old.deleted_at IS NULL
 AND EXISTS (SELECT 1 FROM media_uses WHERE media_id = old.id)
BEGIN
	SELECT RAISE(ABORT, 'MEDIA_IN_USE');
END;
CREATE TRIGGER media_in_use_delete BEFORE DELETE ON media_files
WHEN EXISTS (SELECT 1 FROM media_uses WHERE media_id = old.id)
BEGIN
	SELECT RAISE(ABORT, 'MEDIA_IN_USE');
END;
CREATE TRIGGER media_generation_update AFTER UPDATE ON media_files
WHEN EXISTS (SELECT 1 FROM media_uses WHERE media_id = old.id)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;

INSERT INTO totals (noun, status) VALUES ('media', '');
CREATE TRIGGER media_totals_insert AFTER INSERT ON media_files WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'media' AND status = '';
END;
CREATE TRIGGER media_totals_delete AFTER DELETE ON media_files WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'media' AND status = '';
END;
CREATE TRIGGER media_totals_update AFTER UPDATE OF deleted_at ON media_files
WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n + CASE WHEN new.deleted_at IS NULL THEN 1 ELSE -1 END
	WHERE noun = 'media' AND status = '';
END;
CREATE TRIGGER media_search_insert AFTER INSERT ON media_files BEGIN
	INSERT INTO search_todo VALUES ('media', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER media_search_update
AFTER UPDATE OF title, alt_text, description, original_filename, tags, deleted_at ON media_files BEGIN
	INSERT INTO search_todo VALUES ('media', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER media_search_delete AFTER DELETE ON media_files BEGIN
	INSERT INTO search_todo VALUES ('media', old.id) ON CONFLICT DO NOTHING;
END;
