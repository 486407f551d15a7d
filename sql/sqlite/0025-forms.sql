-- 0025-forms: work that a form may cost, and papers that stand in no list.
--
-- Why:     programs that fill in forms are kept off without asking a third
--          party about our visitors; a paper may be for those who got its
--          address.
-- Rules:   none.
-- Reads:   lib/auth/work.c, lib/model/{setting,whitepaper}.c
-- Cost:    a setting and a trigger; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied; until it is
--          replaced it lists papers that are not to be listed.
-- Undo:    none needed: nothing of before reads what is added.

INSERT INTO system_settings (key, value, description, type) VALUES
	('proof_of_work', '0',
	 'Zero bits that the digest of an anonymous POST must begin with, 0 to 24; 0: none is asked for', 'integer');

CREATE TRIGGER whitepapers_search_listed AFTER UPDATE OF lead_magnet_active
ON whitepapers WHEN new.lead_magnet_active <> old.lead_magnet_active
BEGIN
	DELETE FROM search_text WHERE noun = 'whitepaper' AND object_id = new.id
		AND new.lead_magnet_active = 0;
	INSERT INTO search_todo VALUES ('whitepaper', new.id) ON CONFLICT DO NOTHING;
END;
INSERT INTO search_todo SELECT 'whitepaper', id FROM whitepapers
	WHERE lead_magnet_active = 0 AND deleted_at IS NULL ON CONFLICT DO NOTHING;
