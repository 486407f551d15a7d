-- 0006-by-hand: rows that hand-written SQL makes or changes are whole.
--
-- Why:     operators, importers and tests write rows with the columns that
--          this database has always had; what follows from them (the folded
--          e-mail, the addresses of languages, the size of a picture, the
--          ETag, what a worker keeps) was so far known to the program alone.
-- Rules:   email_folded is email in lower case, also where nobody says so; a
--          page's slugs stand in page_slugs from the statement on that sets
--          them; a change moves revision, and a page's also version; public
--          text that is found anew moves generation 'content'.
-- Reads:   lib/model/{user,page_slug,page_version,media,search}.c; pages_fts
--          is for people and older programs only.
-- Cost:    admin_users is rewritten; else instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

-- A column cannot lose its NOT NULL, so another one takes its name.
DROP INDEX admin_users_email;
ALTER TABLE admin_users ADD COLUMN folded TEXT;
UPDATE admin_users SET folded = email_folded;
ALTER TABLE admin_users DROP COLUMN email_folded;
ALTER TABLE admin_users RENAME COLUMN folded TO email_folded;
CREATE UNIQUE INDEX admin_users_email ON admin_users (email_folded)
	WHERE deleted_at IS NULL;
CREATE TRIGGER admin_users_fold_insert AFTER INSERT ON admin_users
WHEN new.email_folded IS NULL
BEGIN
	UPDATE admin_users SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;
CREATE TRIGGER admin_users_fold_update AFTER UPDATE OF email ON admin_users
WHEN new.email <> old.email AND new.email_folded IS old.email_folded
BEGIN
	UPDATE admin_users SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;

-- What the program changes, it counts itself, in the same statement.
CREATE TRIGGER admin_users_revision AFTER UPDATE OF email, first_name, last_name,
	avatar_url, timezone, language, role, is_active, deleted_at ON admin_users
WHEN new.revision = old.revision
BEGIN
	UPDATE admin_users SET revision = revision + 1 WHERE id = new.id;
END;
CREATE TRIGGER pages_revision AFTER UPDATE OF slug, slugs, title, content, excerpt,
	meta_description, template, status, is_featured, sort_order, seo_title,
	seo_keywords, canonical_url, publish_at, unpublish_at, author_id,
	deleted_at ON pages
WHEN new.revision = old.revision
BEGIN
	UPDATE pages SET revision = revision + 1, version = version + 1
	WHERE id = new.id;
END;
CREATE TRIGGER media_revision AFTER UPDATE OF original_filename, title, alt_text,
	description, visibility, folder, tags, deleted_at ON media_files
WHEN new.revision = old.revision
BEGIN
	UPDATE media_files SET revision = revision + 1 WHERE id = new.id;
END;
CREATE TRIGGER menus_revision AFTER UPDATE OF name, items ON menus
WHEN new.revision = old.revision
BEGIN
	UPDATE menus SET revision = revision + 1 WHERE id = new.id;
END;
CREATE TRIGGER redirects_revision AFTER UPDATE OF from_path, to_url, status ON redirects
WHEN new.revision = old.revision
BEGIN
	UPDATE redirects SET revision = revision + 1 WHERE id = new.id;
END;

-- Addresses of single languages.  Those of a deleted page are history only,
-- so that they are free again.
CREATE TRIGGER pages_slugs_insert AFTER INSERT ON pages
WHEN new.slugs IS NOT NULL AND new.deleted_at IS NULL
BEGIN
	INSERT INTO page_slugs (page_id, lang, slug, current)
	SELECT new.id, key, value, 1 FROM json_each(new.slugs)
	WHERE type = 'text' AND value <> '';
END;
CREATE TRIGGER pages_slugs_update AFTER UPDATE OF slugs, deleted_at ON pages
WHEN new.slugs IS NOT old.slugs
  OR (new.deleted_at IS NULL) <> (old.deleted_at IS NULL)
BEGIN
	UPDATE page_slugs SET current = 0 WHERE page_id = new.id AND current = 1;
	INSERT INTO page_slugs (page_id, lang, slug, current)
	SELECT new.id, key, value, 1 FROM json_each(new.slugs)
	WHERE new.deleted_at IS NULL AND type = 'text' AND value <> '';
END;

-- A picture's size, for who says it as older programs did.
CREATE TRIGGER media_size_insert AFTER INSERT ON media_files
WHEN new.width IS NULL AND new.image_metadata IS NOT NULL
BEGIN
	UPDATE media_files SET
		width = json_extract(new.image_metadata, '$.width'),
		height = json_extract(new.image_metadata, '$.height')
	WHERE id = new.id;
END;

-- What is no longer public is not found from that statement on; jobs index
-- for staff what is left of it.
CREATE TRIGGER pages_search_hide AFTER UPDATE OF status, deleted_at ON pages
WHEN old.status = 'published' AND old.deleted_at IS NULL
 AND NOT (new.status = 'published' AND new.deleted_at IS NULL)
BEGIN
	DELETE FROM search_text WHERE noun = 'page' AND object_id = new.id;
END;
CREATE TRIGGER pages_search_gone AFTER DELETE ON pages
BEGIN
	DELETE FROM search_text WHERE noun = 'page' AND object_id = old.id;
END;

-- What strangers find: jobs may index a page long after it was published.
CREATE TRIGGER search_text_public_insert AFTER INSERT ON search_text
WHEN new.scope LIKE '% zp %'
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER search_text_public_update AFTER UPDATE ON search_text
WHEN new.scope LIKE '% zp %' OR old.scope LIKE '% zp %'
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER search_text_public_delete AFTER DELETE ON search_text
WHEN old.scope LIKE '% zp %'
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;

-- The search index under its older name: one row a page and language, rowid
-- is the page's.  `SELECT ... WHERE pages_fts MATCH ?` works as it did, and so
-- do the index's own commands.
CREATE VIEW pages_fts AS
	SELECT t.object_id AS rowid, t.lang AS lang, f.title AS title,
		f.body AS content,
		(SELECT json_extract(p.excerpt, '$.' || t.lang) FROM pages p
			WHERE p.id = t.object_id) AS excerpt,
		f.search_fts AS pages_fts, f.rank AS rank
	FROM search_fts f JOIN search_text t ON t.id = f.rowid
	WHERE t.noun = 'page';
CREATE TRIGGER pages_fts_command INSTEAD OF INSERT ON pages_fts
BEGIN
	INSERT INTO search_fts (search_fts, rank)
	VALUES (new.pages_fts, new.rank);
END;
