-- 0009-imports: where pages, media and menus from elsewhere came from.
--
-- Why:     an import that was cut short goes on where it stopped, a second one
--          brings nothing twice, and texts find files by their old names.
-- Rules:   what one source calls one thing is here once.
-- Reads:   lib/ops/{import,import_address,import_media,import_page,import_menu}.c
-- Cost:    creates a table; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE imports; nothing else refers to it.

CREATE TABLE imports (
	source		TEXT NOT NULL,	-- 'wordpress https://old.example'
	guid		TEXT NOT NULL,	-- what the source calls it
	number		TEXT,		-- its id there
	file		TEXT,		-- of a file: its path there
	noun		TEXT NOT NULL,
	object_id	INTEGER NOT NULL,
	imported_at	TEXT NOT NULL,
	PRIMARY KEY (source, guid)
) WITHOUT ROWID;
CREATE INDEX imports_number ON imports (source, number) WHERE number IS NOT NULL;
CREATE INDEX imports_file ON imports (source, file) WHERE file IS NOT NULL;
CREATE INDEX imports_object ON imports (noun, object_id);
