-- 0019-paper-texts: the words within the PDF of a paper.
--
-- Why:     a paper must be found by what stands in it, and say how long it
--          takes to read.
-- Rules:   what was read belongs to one file (its hash); of the text only the
--          words are kept, each once, so that nobody reads the paper here.
-- Reads:   lib/model/{paper_text,whitepaper}.c
-- Cost:    creates a table; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE whitepaper_texts;

ALTER TABLE whitepapers ADD COLUMN reading_minutes INTEGER;
CREATE TABLE whitepaper_texts (
	whitepaper_id	INTEGER PRIMARY KEY REFERENCES whitepapers (id)
			ON DELETE CASCADE,
	file_hash	TEXT NOT NULL,
	vocabulary	TEXT NOT NULL
);

CREATE TRIGGER whitepapers_unread AFTER UPDATE OF page_count ON whitepapers
WHEN new.page_count IS NULL AND new.reading_minutes IS NOT NULL
BEGIN
	UPDATE whitepapers SET reading_minutes = NULL WHERE id = new.id;
END;
CREATE TRIGGER whitepaper_texts_search AFTER UPDATE ON whitepaper_texts BEGIN
	INSERT INTO search_todo VALUES ('whitepaper', new.whitepaper_id)
		ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER whitepaper_texts_search_insert AFTER INSERT ON whitepaper_texts BEGIN
	INSERT INTO search_todo VALUES ('whitepaper', new.whitepaper_id)
		ON CONFLICT DO NOTHING;
END;
