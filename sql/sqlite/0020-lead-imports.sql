-- 0020-lead-imports: people whom a table brings, and what a thrown-away
-- address is worth.
--
-- Why:     leads of before, of fairs and of other programs come as CSV; and
--          whoever gives an address of a throw-away service is seldom one.
-- Rules:   one row an address; nothing here says that anybody agreed to
--          anything: consent comes from a person, never from a table.
-- Reads:   lib/model/{lead,lead_history,lead_import,person}.c
-- Cost:    creates a table, and makes all leads anew (by jobs, later).
-- Beside:  program 2.0.0 and later may run while this is applied; until it is
--          replaced it does not see the people that a table has brought.
-- Undo:    none needed: nothing of before reads what is added.

CREATE TABLE lead_imports (
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
	utm_source	TEXT,
	imported_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TRIGGER lead_imports_lead_insert AFTER INSERT ON lead_imports BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER lead_imports_lead_update AFTER UPDATE ON lead_imports BEGIN
	INSERT INTO lead_todo VALUES (new.email_folded) ON CONFLICT DO NOTHING;
	INSERT INTO lead_todo VALUES (old.email_folded) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER lead_imports_lead_delete AFTER DELETE ON lead_imports BEGIN
	INSERT INTO lead_todo VALUES (old.email_folded) ON CONFLICT DO NOTHING;
END;

ALTER TABLE leads ADD COLUMN disposable INTEGER NOT NULL DEFAULT 0
	CHECK (disposable IN (0, 1));

INSERT INTO system_settings (key, value, description, type) VALUES
	('disposable_email', 'allow',
	 'What becomes of a form with an address of a throw-away service: allow or refuse', 'string');
-- What admins have set stays; a rule that they do not have gets its preset.
UPDATE system_settings SET value = json_insert(value, '$.disposable', -30,
	'$.half_life_days', 180)
WHERE key = 'lead_rules' AND json_valid(value);
