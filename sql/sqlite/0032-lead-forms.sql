-- 0032-lead-forms: what the form before a white paper asks for.
--
-- Why:     one paper wants a company, another a telephone number of whoever
--          agrees to be called; each asks for what it needs and no more.
-- Rules:   JSON, or NULL for the form of before; what else it must be is
--          checked where it is written, and left out where it is read.
-- Reads:   lib/model/{whitepaper,paper_form}.c
-- Cost:    adds a column; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied; until it is
--          replaced it demands nothing more than before.
-- Undo:    none needed: nothing of before reads what is added.

ALTER TABLE whitepapers ADD COLUMN form_fields TEXT
	CHECK (form_fields IS NULL OR json_valid(form_fields));

CREATE TRIGGER whitepapers_form_generation AFTER UPDATE OF form_fields
ON whitepapers
WHEN (old.status = 'published' AND old.deleted_at IS NULL)
  OR (new.status = 'published' AND new.deleted_at IS NULL)
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'offers';
END;
CREATE TRIGGER whitepapers_form_revision AFTER UPDATE OF form_fields
ON whitepapers WHEN new.revision = old.revision
BEGIN
	UPDATE whitepapers SET revision = revision + 1 WHERE id = new.id;
END;
