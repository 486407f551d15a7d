-- 0035-exempt-and-funnels: nobody comes in beside the number of seats; views
-- of the page of bookings are views of what is booked; imported leads have an
-- age.
--
-- Why:     a row that comes marked legacy_exempt holds no seat, so that SQL
--          written by hand could confirm more people than a webinar has seats.
--          And funnels knew the pages of consultants only, not the form.
-- Rules:   no registration is inserted exempt.  The adoption of an older
--          database, which has to, lifts the trigger in its one transaction.
-- Reads:   lib/ops/adopt.c, lib/model/{funnel,retention}.c
-- Cost:    reads analytics_events once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TRIGGER webinar_registrations_exempt_insert.

CREATE TRIGGER webinar_registrations_exempt_insert
BEFORE INSERT ON webinar_registrations
WHEN new.legacy_exempt = 1
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR');
END;

DROP TRIGGER analytics_events_offers;
CREATE TRIGGER analytics_events_offers AFTER INSERT ON analytics_events
WHEN new.event_type = 'page_view' AND (new.page_path GLOB '/*/webinars/?*'
	OR new.page_path GLOB '/*/whitepapers/?*'
	OR new.page_path GLOB '/*/consultants*' OR new.page_path GLOB '/*/bookings')
BEGIN
	INSERT INTO analytics_offers
	SELECT substr(new.created_at, 1, 10), o.noun, o.id,
		coalesce(new.utm_source, ''), coalesce(new.utm_medium, ''),
		coalesce(new.utm_campaign, ''), 1
	FROM (SELECT 'webinar' AS noun, id FROM webinars WHERE deleted_at IS NULL
			AND new.page_path GLOB '/*/webinars/?*' AND slug = substr(
			new.page_path, instr(new.page_path, '/webinars/') + 10)
		UNION ALL
		SELECT 'whitepaper', id FROM whitepapers WHERE deleted_at IS NULL
			AND new.page_path GLOB '/*/whitepapers/?*' AND slug = substr(
			new.page_path, instr(new.page_path, '/whitepapers/') + 13)
		UNION ALL
		SELECT 'booking', 0 WHERE new.page_path GLOB '/*/consultants*'
			OR new.page_path GLOB '/*/bookings') o
	WHERE 1
	ON CONFLICT (noun, day, object_id, utm_source, utm_medium, utm_campaign)
	DO UPDATE SET n = n + 1;
END;
-- Nothing has counted these yet.
INSERT INTO analytics_offers
SELECT substr(created_at, 1, 10), 'booking', 0, coalesce(utm_source, ''),
	coalesce(utm_medium, ''), coalesce(utm_campaign, ''), count(*)
	FROM analytics_events
	WHERE event_type = 'page_view' AND page_path GLOB '/*/bookings'
	GROUP BY 1, 4, 5, 6
ON CONFLICT (noun, day, object_id, utm_source, utm_medium, utm_campaign)
DO UPDATE SET n = n + excluded.n;

-- People whom a table has brought have their age, too; as with the others, an
-- upgrade forgets nobody (0027).
UPDATE system_settings SET value = json_insert(value, '$.lead_imports',
	CASE WHEN EXISTS (SELECT 1 FROM lead_imports) THEN 0 ELSE 36 END)
WHERE key = 'retention' AND json_valid(value);
