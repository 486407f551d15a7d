-- 0002-pages: pages, the versions behind them, their addresses, and search.
--
-- Why:     editors must be able to publish, look back, and undo; readers find
--          pages by address and by words.
-- Rules:   a slug is unique among what is not deleted, over all languages; old
--          slugs are remembered; a version row is only ever added; totals are
--          kept, not counted; a change that the public can see moves
--          generation 'content', and only that.
-- Reads:   lib/model/{page,page_version,page_slug,search}.c
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE pages (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	slug		TEXT NOT NULL,
	slugs		TEXT CHECK (slugs IS NULL OR json_valid(slugs)),
	title		TEXT NOT NULL CHECK (json_valid(title)),
	content		TEXT CHECK (content IS NULL OR json_valid(content)),
	excerpt		TEXT CHECK (excerpt IS NULL OR json_valid(excerpt)),
	meta_description TEXT CHECK (meta_description IS NULL OR json_valid(meta_description)),
	template	TEXT NOT NULL DEFAULT 'default',
	status		TEXT NOT NULL DEFAULT 'draft'
			CHECK (status IN ('draft', 'published', 'archived')),
	is_featured	INTEGER NOT NULL DEFAULT 0 CHECK (is_featured IN (0, 1)),
	sort_order	INTEGER NOT NULL DEFAULT 0,
	seo_title	TEXT CHECK (seo_title IS NULL OR json_valid(seo_title)),
	seo_keywords	TEXT CHECK (seo_keywords IS NULL OR json_valid(seo_keywords)),
	canonical_url	TEXT,
	published_at	TEXT,
	publish_at	TEXT,
	unpublish_at	TEXT,
	author_id	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	version		INTEGER NOT NULL DEFAULT 1,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX pages_slug ON pages (slug) WHERE deleted_at IS NULL;
CREATE INDEX pages_public ON pages (published_at, id)
	WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX pages_created ON pages (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX pages_updated ON pages (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX pages_sort ON pages (sort_order, id) WHERE deleted_at IS NULL;
-- Not one index over status: it would win over the order that lists want.
CREATE INDEX pages_draft ON pages (created_at, id)
	WHERE status = 'draft' AND deleted_at IS NULL;
CREATE INDEX pages_archived ON pages (created_at, id)
	WHERE status = 'archived' AND deleted_at IS NULL;
CREATE INDEX pages_author ON pages (author_id);
CREATE INDEX pages_deleted ON pages (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX pages_publish_at ON pages (publish_at) WHERE publish_at IS NOT NULL;
CREATE INDEX pages_unpublish_at ON pages (unpublish_at) WHERE unpublish_at IS NOT NULL;

CREATE TABLE page_versions (
	page_id		INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
	version		INTEGER NOT NULL,
	status		TEXT NOT NULL,
	author_id	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	snapshot	TEXT NOT NULL CHECK (json_valid(snapshot)),
	created_at	TEXT NOT NULL,
	PRIMARY KEY (page_id, version)
) WITHOUT ROWID;
CREATE TRIGGER page_versions_stay BEFORE UPDATE OF page_id, version, snapshot ON page_versions
WHEN old.snapshot IS NOT new.snapshot OR old.version <> new.version OR old.page_id <> new.page_id
BEGIN
	SELECT RAISE(ABORT, 'A version never changes');
END;

-- Addresses beside pages.slug: those of one language (current = 1), and all
-- that were once current (current = 0, lang '' for the common slug).
CREATE TABLE page_slugs (
	id		INTEGER PRIMARY KEY,
	page_id		INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
	lang		TEXT NOT NULL,
	slug		TEXT NOT NULL,
	current		INTEGER NOT NULL CHECK (current IN (0, 1))
);
CREATE UNIQUE INDEX page_slugs_current ON page_slugs (slug, lang) WHERE current = 1;
CREATE INDEX page_slugs_slug ON page_slugs (slug);
CREATE INDEX page_slugs_page ON page_slugs (page_id);

CREATE TRIGGER page_slugs_taken BEFORE INSERT ON page_slugs
WHEN new.current = 1 AND (
	EXISTS (SELECT 1 FROM pages WHERE slug = new.slug AND deleted_at IS NULL
		AND id <> new.page_id)
	OR EXISTS (SELECT 1 FROM page_slugs WHERE slug = new.slug AND current = 1
		AND page_id <> new.page_id))
BEGIN
	SELECT RAISE(ABORT, 'SLUG_TAKEN');
END;
CREATE TRIGGER pages_slug_taken_insert BEFORE INSERT ON pages
WHEN new.deleted_at IS NULL AND EXISTS (
	SELECT 1 FROM page_slugs WHERE slug = new.slug AND current = 1)
BEGIN
	SELECT RAISE(ABORT, 'SLUG_TAKEN');
END;
CREATE TRIGGER pages_slug_taken_update BEFORE UPDATE OF slug, deleted_at ON pages
WHEN new.deleted_at IS NULL AND (old.slug <> new.slug OR old.deleted_at IS NOT NULL)
 AND EXISTS (SELECT 1 FROM page_slugs WHERE slug = new.slug AND current = 1
	AND page_id <> new.id)
BEGIN
	SELECT RAISE(ABORT, 'SLUG_TAKEN');
END;
CREATE TRIGGER pages_slug_remember AFTER UPDATE OF slug ON pages
WHEN old.slug <> new.slug
BEGIN
	INSERT INTO page_slugs (page_id, lang, slug, current)
	VALUES (old.id, '', old.slug, 0);
END;

CREATE TRIGGER pages_published_at_insert AFTER INSERT ON pages
WHEN new.status = 'published' AND new.published_at IS NULL
BEGIN
	UPDATE pages SET published_at = new.created_at WHERE id = new.id;
END;
CREATE TRIGGER pages_published_at_update AFTER UPDATE OF status ON pages
WHEN new.status = 'published' AND new.published_at IS NULL
BEGIN
	UPDATE pages SET published_at = new.updated_at WHERE id = new.id;
END;

CREATE TRIGGER pages_generation_insert AFTER INSERT ON pages
WHEN new.status = 'published' AND new.deleted_at IS NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER pages_generation_update AFTER UPDATE ON pages
WHEN (old.status = 'published' AND old.deleted_at IS NULL)
  OR (new.status = 'published' AND new.deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER pages_generation_delete AFTER DELETE ON pages
WHEN old.status = 'published' AND old.deleted_at IS NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER page_slugs_generation_insert AFTER INSERT ON page_slugs
WHEN EXISTS (SELECT 1 FROM pages WHERE id = new.page_id
	AND status = 'published' AND deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER page_slugs_generation_update AFTER UPDATE ON page_slugs
WHEN EXISTS (SELECT 1 FROM pages WHERE id = new.page_id
	AND status = 'published' AND deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER page_slugs_generation_delete AFTER DELETE ON page_slugs
WHEN EXISTS (SELECT 1 FROM pages WHERE id = old.page_id
	AND status = 'published' AND deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;

INSERT INTO totals (noun, status) VALUES ('page', ''), ('page', 'draft'),
	('page', 'published'), ('page', 'archived');
CREATE TRIGGER pages_totals_insert AFTER INSERT ON pages WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'page' AND status IN ('', new.status);
END;
CREATE TRIGGER pages_totals_delete AFTER DELETE ON pages WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'page' AND status IN ('', old.status);
END;
CREATE TRIGGER pages_totals_update AFTER UPDATE OF status, deleted_at ON pages
WHEN old.status <> new.status OR (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'page' AND old.deleted_at IS NULL
		AND status IN ('', old.status);
	UPDATE totals SET n = n + 1 WHERE noun = 'page' AND new.deleted_at IS NULL
		AND status IN ('', new.status);
END;

-- Search.  search_text has one row a thing and language, in plain text; the
-- program writes it in the transaction that changes the thing.  Rows that
-- hand-written SQL makes or changes wait in search_todo until the jobs
-- process comes by, so nothing stays unfound.
CREATE TABLE search_text (
	id		INTEGER PRIMARY KEY,
	noun		TEXT NOT NULL,
	object_id	INTEGER NOT NULL,
	lang		TEXT NOT NULL,
	scope		TEXT NOT NULL,
	title		TEXT NOT NULL,
	body		TEXT NOT NULL,
	folded		TEXT NOT NULL
);
CREATE UNIQUE INDEX search_text_object ON search_text (noun, object_id, lang);
CREATE VIRTUAL TABLE search_fts USING fts5 (scope, title, body, folded,
	content='search_text', content_rowid='id',
	tokenize="unicode61 remove_diacritics 2", prefix='2 3');
CREATE TRIGGER search_text_ai AFTER INSERT ON search_text BEGIN
	INSERT INTO search_fts (rowid, scope, title, body, folded)
	VALUES (new.id, new.scope, new.title, new.body, new.folded);
END;
CREATE TRIGGER search_text_ad AFTER DELETE ON search_text BEGIN
	INSERT INTO search_fts (search_fts, rowid, scope, title, body, folded)
	VALUES ('delete', old.id, old.scope, old.title, old.body, old.folded);
END;
CREATE TRIGGER search_text_au AFTER UPDATE ON search_text BEGIN
	INSERT INTO search_fts (search_fts, rowid, scope, title, body, folded)
	VALUES ('delete', old.id, old.scope, old.title, old.body, old.folded);
	INSERT INTO search_fts (rowid, scope, title, body, folded)
	VALUES (new.id, new.scope, new.title, new.body, new.folded);
END;

CREATE TABLE search_todo (
	noun		TEXT NOT NULL,
	object_id	INTEGER NOT NULL,
	PRIMARY KEY (noun, object_id)
) WITHOUT ROWID;
CREATE TRIGGER pages_search_insert AFTER INSERT ON pages BEGIN
	INSERT INTO search_todo VALUES ('page', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER pages_search_update
AFTER UPDATE OF slug, slugs, title, content, excerpt, status, deleted_at ON pages BEGIN
	INSERT INTO search_todo VALUES ('page', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER pages_search_delete AFTER DELETE ON pages BEGIN
	INSERT INTO search_todo VALUES ('page', old.id) ON CONFLICT DO NOTHING;
END;

-- Which media a thing shows: what forbids to delete them.
CREATE TABLE media_uses (
	media_id	INTEGER NOT NULL,
	noun		TEXT NOT NULL,
	object_id	INTEGER NOT NULL,
	PRIMARY KEY (media_id, noun, object_id)
) WITHOUT ROWID;
CREATE INDEX media_uses_object ON media_uses (noun, object_id);
