-- 0013-analytics: what is looked at, in sums, without knowing by whom.
--
-- Why:     a month of a million events must be told in a moment; and nobody's
--          address, browser or cookie is needed for it.
-- Rules:   each event adds to the sums of its day, whoever wrote it; events go
--          after 13 months, sums stay.
-- Reads:   lib/model/{event,analytics}.c
-- Cost:    reads analytics_events once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE analytics_days, analytics_sources, analytics_pages.

CREATE TABLE analytics_days (
	day		TEXT NOT NULL,
	event_type	TEXT NOT NULL,
	n		INTEGER NOT NULL,
	PRIMARY KEY (day, event_type)
) WITHOUT ROWID;
CREATE TABLE analytics_sources (
	day		TEXT NOT NULL,
	source		TEXT NOT NULL,
	event_type	TEXT NOT NULL,
	n		INTEGER NOT NULL,
	PRIMARY KEY (day, source, event_type)
) WITHOUT ROWID;
CREATE TABLE analytics_pages (
	day		TEXT NOT NULL,
	page_path	TEXT NOT NULL,
	n		INTEGER NOT NULL,
	PRIMARY KEY (day, page_path)
) WITHOUT ROWID;

CREATE TRIGGER analytics_events_sums AFTER INSERT ON analytics_events
BEGIN
	INSERT INTO analytics_days VALUES (substr(new.created_at, 1, 10),
		new.event_type, 1)
	ON CONFLICT (day, event_type) DO UPDATE SET n = n + 1;
	INSERT INTO analytics_sources VALUES (substr(new.created_at, 1, 10),
		coalesce(new.utm_source, new.referrer, ''), new.event_type, 1)
	ON CONFLICT (day, source, event_type) DO UPDATE SET n = n + 1;
	INSERT INTO analytics_pages SELECT substr(new.created_at, 1, 10),
		new.page_path, 1
	WHERE new.event_type = 'page_view' AND new.page_path IS NOT NULL
	ON CONFLICT (day, page_path) DO UPDATE SET n = n + 1;
END;
INSERT INTO analytics_days SELECT substr(created_at, 1, 10), event_type, count(*)
	FROM analytics_events GROUP BY 1, 2;
INSERT INTO analytics_sources SELECT substr(created_at, 1, 10),
	coalesce(utm_source, referrer, ''), event_type, count(*)
	FROM analytics_events GROUP BY 1, 2, 3;
INSERT INTO analytics_pages SELECT substr(created_at, 1, 10), page_path, count(*)
	FROM analytics_events WHERE event_type = 'page_view'
	AND page_path IS NOT NULL GROUP BY 1, 2;

INSERT INTO system_settings (key, value, description, type) VALUES
	('contact_address', '',
	 'Who gets what visitors write; empty: all admins', 'string');
