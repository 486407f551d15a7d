-- 0018-paper-links: the link of a paper is counted and can be revoked; a paper
-- has editions.
--
-- Why:     staff want to know whether a paper was fetched, and to end a link
--          that was passed on; who has read the last edition may be told of
--          the next one, once.
-- Rules:   other bytes behind a paper that is or was public are another
--          edition, whoever put them there.
-- Reads:   lib/model/{download,download_link,edition,whitepaper}.c
-- Cost:    adds columns; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none needed: nothing of before reads what is added.

ALTER TABLE whitepaper_downloads ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;
ALTER TABLE whitepaper_downloads ADD COLUMN fetched_at TEXT;
ALTER TABLE whitepaper_downloads ADD COLUMN revoked_at TEXT;
ALTER TABLE whitepaper_downloads ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;
ALTER TABLE whitepaper_downloads ADD COLUMN told_edition INTEGER NOT NULL DEFAULT 0;
ALTER TABLE whitepapers ADD COLUMN edition INTEGER NOT NULL DEFAULT 1;

-- A fetched paper changes nothing that a lead is made of.
DROP TRIGGER whitepaper_downloads_lead_update;
CREATE TRIGGER whitepaper_downloads_lead_update AFTER UPDATE OF whitepaper_id,
	first_name, last_name, email, email_folded, company, job_title, phone,
	website, language, marketing_consent, utm_source, downloaded_at
	ON whitepaper_downloads
WHEN new.email_folded IS NOT NULL
BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
	INSERT INTO lead_todo SELECT old.email_folded
		WHERE old.email_folded IS NOT NULL ON CONFLICT DO NOTHING;
END;

-- Another file: the program counts the edition up by itself (it shows the row
-- that it has just written); here is everybody else.
CREATE TRIGGER whitepapers_edition AFTER UPDATE OF file_id ON whitepapers
WHEN new.file_id <> old.file_id AND new.edition = old.edition
 AND old.published_at IS NOT NULL
BEGIN
	UPDATE whitepapers SET edition = edition + 1, page_count = NULL
	WHERE id = new.id;
END;
CREATE TRIGGER media_files_edition AFTER UPDATE OF file_hash ON media_files
WHEN new.file_hash <> old.file_hash
BEGIN
	UPDATE whitepapers SET edition = edition + (published_at IS NOT NULL),
		page_count = NULL
	WHERE file_id = new.id;
END;
