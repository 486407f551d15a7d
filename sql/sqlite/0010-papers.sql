-- 0010-papers: white papers, who fetched them, and the people behind it all.
--
-- Why:     a paper is worth an address; whoever gave one is one lead, however
--          often and wherever they came.
-- Rules:   the file of a live paper never becomes public; a lead is one folded
--          e-mail over downloads and registrations (bookings join with their
--          own migration), also of rows that hand-written SQL makes.
-- Reads:   lib/model/{whitepaper,download,lead}.c
-- Cost:    reads whitepaper_downloads and webinar_registrations once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE whitepapers ADD COLUMN page_count INTEGER;
ALTER TABLE whitepapers ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
CREATE INDEX whitepapers_published ON whitepapers (published_at, id)
	WHERE status = 'published' AND deleted_at IS NULL;
CREATE INDEX whitepapers_created ON whitepapers (created_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX whitepapers_updated ON whitepapers (updated_at, id)
	WHERE deleted_at IS NULL;
CREATE INDEX whitepapers_sort ON whitepapers (sort_order, id)
	WHERE deleted_at IS NULL;
CREATE INDEX whitepapers_file ON whitepapers (file_id) WHERE file_id IS NOT NULL;

CREATE TRIGGER media_files_paper BEFORE UPDATE OF visibility ON media_files
WHEN new.visibility = 'public' AND old.visibility <> 'public'
 AND EXISTS (SELECT 1 FROM whitepapers WHERE file_id = new.id
	AND deleted_at IS NULL)
BEGIN
	SELECT RAISE(ABORT, 'MEDIA_IN_USE');
END;

CREATE TRIGGER whitepapers_published_insert AFTER INSERT ON whitepapers
WHEN new.status = 'published' AND new.published_at IS NULL
BEGIN
	UPDATE whitepapers SET published_at = new.created_at WHERE id = new.id;
END;
CREATE TRIGGER whitepapers_published_update AFTER UPDATE OF status ON whitepapers
WHEN new.status = 'published' AND new.published_at IS NULL
BEGIN
	UPDATE whitepapers SET published_at = new.updated_at WHERE id = new.id;
END;
CREATE TRIGGER whitepapers_revision AFTER UPDATE OF title, description, slug,
	file_id, thumbnail_id, preview_content, category, tags, industry,
	requires_registration, lead_magnet_active, meta_title, meta_description,
	status, featured, sort_order, author_id, deleted_at ON whitepapers
WHEN new.revision = old.revision
BEGIN
	UPDATE whitepapers SET revision = revision + 1 WHERE id = new.id;
END;

CREATE TRIGGER whitepapers_generation_insert AFTER INSERT ON whitepapers
WHEN new.status = 'published' AND new.deleted_at IS NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER whitepapers_generation_update AFTER UPDATE OF title, description,
	slug, thumbnail_id, preview_content, category, tags, industry,
	requires_registration, lead_magnet_active, meta_title, meta_description,
	status, featured, sort_order, published_at, page_count, deleted_at
	ON whitepapers
WHEN (old.status = 'published' AND old.deleted_at IS NULL)
  OR (new.status = 'published' AND new.deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER whitepapers_generation_delete AFTER DELETE ON whitepapers
WHEN old.status = 'published' AND old.deleted_at IS NULL
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;

INSERT INTO totals (noun, status) VALUES ('whitepaper', ''),
	('whitepaper', 'draft'), ('whitepaper', 'published');
UPDATE totals SET n = (SELECT count(*) FROM whitepapers w
	WHERE w.deleted_at IS NULL AND totals.status IN ('', w.status))
	WHERE noun = 'whitepaper';
CREATE TRIGGER whitepapers_totals_insert AFTER INSERT ON whitepapers
WHEN new.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'whitepaper'
		AND status IN ('', new.status);
END;
CREATE TRIGGER whitepapers_totals_delete AFTER DELETE ON whitepapers
WHEN old.deleted_at IS NULL
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'whitepaper'
		AND status IN ('', old.status);
END;
CREATE TRIGGER whitepapers_totals_update AFTER UPDATE OF status, deleted_at ON whitepapers
WHEN old.status <> new.status OR (old.deleted_at IS NULL) <> (new.deleted_at IS NULL)
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'whitepaper'
		AND old.deleted_at IS NULL AND status IN ('', old.status);
	UPDATE totals SET n = n + 1 WHERE noun = 'whitepaper'
		AND new.deleted_at IS NULL AND status IN ('', new.status);
END;

CREATE TRIGGER whitepapers_search_insert AFTER INSERT ON whitepapers BEGIN
	INSERT INTO search_todo VALUES ('whitepaper', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER whitepapers_search_update AFTER UPDATE OF slug, title, description,
	preview_content, category, tags, status, deleted_at ON whitepapers BEGIN
	INSERT INTO search_todo VALUES ('whitepaper', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER whitepapers_search_delete AFTER DELETE ON whitepapers BEGIN
	INSERT INTO search_todo VALUES ('whitepaper', old.id) ON CONFLICT DO NOTHING;
	DELETE FROM search_text WHERE noun = 'whitepaper' AND object_id = old.id;
END;
CREATE TRIGGER whitepapers_search_hide AFTER UPDATE OF status, deleted_at ON whitepapers
WHEN new.status <> 'published' OR new.deleted_at IS NOT NULL
BEGIN
	DELETE FROM search_text WHERE noun = 'whitepaper' AND object_id = new.id;
END;
INSERT INTO search_todo SELECT 'whitepaper', id FROM whitepapers
	WHERE deleted_at IS NULL ON CONFLICT DO NOTHING;

ALTER TABLE whitepaper_downloads ADD COLUMN email_folded TEXT;
ALTER TABLE whitepaper_downloads ADD COLUMN website TEXT;
ALTER TABLE whitepaper_downloads ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
ALTER TABLE whitepaper_downloads ADD COLUMN privacy_consent INTEGER NOT NULL
	DEFAULT 0 CHECK (privacy_consent IN (0, 1));
ALTER TABLE whitepaper_downloads ADD COLUMN marketing_consent INTEGER NOT NULL
	DEFAULT 0 CHECK (marketing_consent IN (0, 1));
ALTER TABLE whitepaper_downloads ADD COLUMN consented_at TEXT;
UPDATE whitepaper_downloads SET email_folded = lower(trim(email));
CREATE INDEX whitepaper_downloads_email ON whitepaper_downloads (email_folded);
CREATE INDEX whitepaper_downloads_time ON whitepaper_downloads (downloaded_at);
CREATE TRIGGER whitepaper_downloads_fold_insert AFTER INSERT ON whitepaper_downloads
WHEN new.email_folded IS NULL
BEGIN
	UPDATE whitepaper_downloads SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;
CREATE TRIGGER whitepaper_downloads_fold_update
AFTER UPDATE OF email ON whitepaper_downloads
WHEN new.email <> old.email AND new.email_folded IS old.email_folded
BEGIN
	UPDATE whitepaper_downloads SET email_folded = lower(trim(new.email))
	WHERE id = new.id;
END;

-- A lead is whoever has given an address.  What it holds is made from the rows
-- of the other tables (lib/model/lead.c); only owner, state and notes are its
-- own.  Addresses whose rows have changed wait in lead_todo.
CREATE TABLE leads (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	email		TEXT NOT NULL,
	email_folded	TEXT NOT NULL UNIQUE,
	first_name	TEXT NOT NULL DEFAULT '',
	last_name	TEXT NOT NULL DEFAULT '',
	company		TEXT,
	job_title	TEXT,
	phone		TEXT,
	website		TEXT,
	language	TEXT,
	marketing_consent INTEGER NOT NULL DEFAULT 0
			CHECK (marketing_consent IN (0, 1)),
	score		INTEGER NOT NULL DEFAULT 0,
	registrations	INTEGER NOT NULL DEFAULT 0,
	attended	INTEGER NOT NULL DEFAULT 0,
	downloads	INTEGER NOT NULL DEFAULT 0,
	bookings	INTEGER NOT NULL DEFAULT 0,
	utm_source	TEXT,
	first_seen_at	TEXT NOT NULL,
	last_seen_at	TEXT NOT NULL,
	status		TEXT NOT NULL DEFAULT 'new' CHECK (status IN
			('new', 'contacted', 'qualified', 'customer', 'lost')),
	owner_id	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	notes		TEXT,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX leads_score ON leads (score, id);
CREATE INDEX leads_last_seen ON leads (last_seen_at, id);
CREATE INDEX leads_owner ON leads (owner_id) WHERE owner_id IS NOT NULL;

INSERT INTO totals (noun, status) VALUES ('lead', ''), ('lead', 'new'),
	('lead', 'contacted'), ('lead', 'qualified'), ('lead', 'customer'),
	('lead', 'lost');
CREATE TRIGGER leads_totals_insert AFTER INSERT ON leads
BEGIN
	UPDATE totals SET n = n + 1 WHERE noun = 'lead' AND status IN ('', new.status);
END;
CREATE TRIGGER leads_totals_delete AFTER DELETE ON leads
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'lead' AND status IN ('', old.status);
END;
CREATE TRIGGER leads_totals_update AFTER UPDATE OF status ON leads
WHEN old.status <> new.status
BEGIN
	UPDATE totals SET n = n - 1 WHERE noun = 'lead' AND status = old.status;
	UPDATE totals SET n = n + 1 WHERE noun = 'lead' AND status = new.status;
END;

CREATE TABLE lead_todo (
	email_folded	TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TRIGGER whitepaper_downloads_lead_update AFTER UPDATE ON whitepaper_downloads
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
	INSERT INTO lead_todo SELECT old.email_folded
		WHERE old.email_folded IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER whitepaper_downloads_lead_insert AFTER INSERT ON whitepaper_downloads
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER whitepaper_downloads_lead_delete AFTER DELETE ON whitepaper_downloads
WHEN old.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (old.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webinar_registrations_lead_insert AFTER INSERT ON webinar_registrations
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webinar_registrations_lead_update AFTER UPDATE OF first_name,
	last_name, email, email_folded, company, job_title, phone, website, language,
	marketing_consent, status, attended ON webinar_registrations
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
	INSERT INTO lead_todo SELECT old.email_folded
		WHERE old.email_folded IS NOT NULL ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webinar_registrations_lead_delete AFTER DELETE ON webinar_registrations
WHEN old.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (old.email_folded) ON CONFLICT DO NOTHING;
END;
INSERT INTO lead_todo SELECT DISTINCT email_folded FROM whitepaper_downloads
	WHERE email_folded <> '' ON CONFLICT DO NOTHING;
INSERT INTO lead_todo SELECT DISTINCT email_folded FROM webinar_registrations
	WHERE email_folded <> '' ON CONFLICT DO NOTHING;

-- What a lead's deeds are worth; an admin may change it.
INSERT INTO system_settings (key, value, description, type) VALUES
	('lead_rules', '{"registration":10,"attended":20,"download":15,"booking":40,"company":5,"phone":5,"marketing_consent":10,"quiet_days":90,"quiet":-20}',
	 'Points a lead gets for each deed; quiet counts after quiet_days', 'json');
CREATE TRIGGER system_settings_lead_rules AFTER UPDATE OF value ON system_settings
WHEN new.key = 'lead_rules' AND new.value IS NOT old.value
BEGIN
	INSERT INTO lead_todo SELECT email_folded FROM leads WHERE 1
		ON CONFLICT DO NOTHING;
END;
