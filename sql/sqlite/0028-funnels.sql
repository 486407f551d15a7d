-- 0028-funnels: from which campaign people came to an offer, in sums by day;
-- and how fast letters may leave.
--
-- Why:     whether a campaign was worth it is asked of each webinar, paper and
--          booking; and a provider lets only so many letters go in an hour.
-- Rules:   only views of offers that there are make rows, so that strangers
--          cannot fill the table with names; sums stay when events go.
-- Reads:   lib/model/funnel.c, lib/model/outbox_rate.c
-- Cost:    reads analytics_events once; an index over the letters sent.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE analytics_offers; DROP INDEX outbox_sent.

CREATE TABLE analytics_offers (
	day		TEXT NOT NULL,
	noun		TEXT NOT NULL CHECK (noun IN ('webinar', 'whitepaper', 'booking')),
	object_id	INTEGER NOT NULL,	-- 0: bookings have one page for all
	utm_source	TEXT NOT NULL,
	utm_medium	TEXT NOT NULL,
	utm_campaign	TEXT NOT NULL,
	n		INTEGER NOT NULL,
	PRIMARY KEY (noun, day, object_id, utm_source, utm_medium, utm_campaign)
) WITHOUT ROWID;

CREATE TRIGGER analytics_events_offers AFTER INSERT ON analytics_events
WHEN new.event_type = 'page_view' AND (new.page_path GLOB '/*/webinars/?*'
	OR new.page_path GLOB '/*/whitepapers/?*'
	OR new.page_path GLOB '/*/consultants*')
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
		SELECT 'booking', 0 WHERE new.page_path GLOB '/*/consultants*') o
	WHERE 1
	ON CONFLICT (noun, day, object_id, utm_source, utm_medium, utm_campaign)
	DO UPDATE SET n = n + 1;
END;
INSERT INTO analytics_offers
SELECT substr(e.created_at, 1, 10), 'webinar', w.id, coalesce(e.utm_source, ''),
	coalesce(e.utm_medium, ''), coalesce(e.utm_campaign, ''), count(*)
	FROM analytics_events e JOIN webinars w ON w.slug = substr(e.page_path,
		instr(e.page_path, '/webinars/') + 10) AND w.deleted_at IS NULL
	WHERE e.event_type = 'page_view' AND e.page_path GLOB '/*/webinars/?*'
	GROUP BY 1, 3, 4, 5, 6
UNION ALL SELECT substr(e.created_at, 1, 10), 'whitepaper', w.id,
	coalesce(e.utm_source, ''), coalesce(e.utm_medium, ''),
	coalesce(e.utm_campaign, ''), count(*)
	FROM analytics_events e JOIN whitepapers w ON w.slug = substr(e.page_path,
		instr(e.page_path, '/whitepapers/') + 13) AND w.deleted_at IS NULL
	WHERE e.event_type = 'page_view' AND e.page_path GLOB '/*/whitepapers/?*'
	GROUP BY 1, 3, 4, 5, 6;

CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
