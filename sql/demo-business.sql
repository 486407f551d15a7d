-- What the demo site offers, and invented people who made use of it.  It comes
-- after demo.sql and demo.pdf; the consents of these people are written by
-- lib/ops/demo.c, in the words that visitors read.  Nobody here gets a letter:
-- reminders are off or sent.
INSERT INTO consultants (first_name, last_name, email, email_folded, title, bio,
	languages, expertise, timezone, working_hours, holidays, buffer_minutes,
	notice_hours, horizon_days, durations, meeting_types, meeting_url) VALUES
('Anna', 'Hartmann', 'anna@hartmann-okafor.example', 'anna@hartmann-okafor.example',
 'Partner', '{"en":"Ran a foundry for twelve years.","de":"Leitete zwölf Jahre eine Gießerei."}',
 '["de","en"]', '["quality","succession"]', 'Europe/Berlin',
 '{"monday":[{"start":"09:00","end":"12:00"},{"start":"13:00","end":"17:00"}],"tuesday":[{"start":"09:00","end":"12:00"},{"start":"13:00","end":"17:00"}],"thursday":[{"start":"09:00","end":"12:00"},{"start":"13:00","end":"17:00"}],"friday":[{"start":"09:00","end":"13:00"}]}',
 'DE-BY', 15, 24, 90, '[30,60]', '["video","phone"]', 'https://meet.example/anna'),
('Chidi', 'Okafor', 'chidi@hartmann-okafor.example', 'chidi@hartmann-okafor.example',
 'Partner', '{"en":"Planned power stations on three continents.","de":"Plante Kraftwerke auf drei Kontinenten."}',
 '["en"]', '["planning","energy"]', 'Europe/London',
 '{"monday":[{"start":"10:00","end":"16:00"}],"wednesday":[{"start":"10:00","end":"18:00"}],"thursday":[{"start":"10:00","end":"16:00"}]}',
 NULL, 0, 48, 60, '[30,60,90]', '["video","in_person"]', 'https://meet.example/chidi');

INSERT INTO webinars (slug, title, description, scheduled_at, duration_minutes, timezone,
	max_participants, waitlist_enabled, meeting_url, recording_url, status,
	presenter_name, presenter_bio) VALUES
('three-causes', '{"en":"Three causes behind most complaints","de":"Drei Ursachen hinter den meisten Reklamationen"}',
 '{"en":"An hour on finding them, with examples from two foundries. Bring a complaint of your own.","de":"Eine Stunde darüber, wie man sie findet, mit Beispielen aus zwei Gießereien. Bringen Sie eine eigene Reklamation mit."}',
 datetime(CURRENT_DATE, '+15 days', '9 hours'), 60, 'Europe/Berlin', 25, 1,
 'https://meet.example/three-causes', NULL, 'scheduled', 'Anna Hartmann',
 '{"en":"Ran a foundry for twelve years.","de":"Leitete zwölf Jahre eine Gießerei."}'),
('energy-plan', '{"en":"An energy plan on one page","de":"Ein Energieplan auf einer Seite"}',
 '{"en":"What a plan must say, and what it may leave out.","de":"Was ein Plan sagen muss und was er weglassen darf."}',
 datetime(CURRENT_DATE, '+36 days', '13 hours'), 45, 'Europe/London', NULL, 0,
 'https://meet.example/energy-plan', NULL, 'scheduled', 'Chidi Okafor', NULL),
('handing-over', '{"en":"Handing over a family company","de":"Ein Familienunternehmen übergeben"}',
 '{"en":"Four questions that come too late.","de":"Vier Fragen, die zu spät kommen."}',
 datetime(CURRENT_DATE, '-22 days', '9 hours'), 60, 'Europe/Berlin', NULL, 0,
 'https://meet.example/handing-over', 'https://video.example/handing-over', 'completed',
 'Anna Hartmann', NULL);

INSERT INTO whitepapers (slug, title, description, preview_content, category, tags, industry,
	file_id, requires_registration, form_fields, status, featured, sort_order,
	published_at) VALUES
('before-you-buy', '{"en":"Five questions before you buy a machine","de":"Fünf Fragen vor dem Kauf einer Maschine"}',
 '{"en":"Two pages for whoever signs the order (in English).","de":"Zwei Seiten für alle, die den Auftrag unterschreiben (auf Englisch)."}',
 '{"en":"Which part of the work is it that takes too long?","de":"Welcher Teil der Arbeit dauert eigentlich zu lange?"}',
 'planning', '["machines","planning"]', '["industry"]',
 (SELECT max(id) FROM media_files WHERE original_filename = 'before-you-buy.pdf'),
 1, '[{"name":"company","required":false},{"name":"job_title","required":false,"when":{"field":"company","filled":true}}]',
 'published', 1, 0, CURRENT_TIMESTAMP),
('twelve-workshops', '{"en":"What we saw in twelve workshops","de":"Was wir in zwölf Werkstätten sahen"}',
 '{"en":"The figures behind our advice, without a form.","de":"Die Zahlen hinter unserem Rat, ohne Formular."}',
 NULL, 'quality', '["quality"]', '["industry"]',
 (SELECT max(id) FROM media_files WHERE original_filename = 'before-you-buy.pdf'),
 0, NULL, 'published', 0, 1, CURRENT_TIMESTAMP);

INSERT INTO webinar_registrations (webinar_id, first_name, last_name, email, email_folded,
	company, job_title, language, privacy_consent, marketing_consent, consented_at,
	send_reminder, send_recording, followed_up_at, attended, attendance_duration,
	utm_source, registered_at, confirmed_at)
SELECT w.id, p.first_name, p.last_name, p.email, p.email, p.company, p.job_title, p.language,
	1, p.marketing, p.at, 0, 0, p.done, coalesce(p.minutes > 0, 0), p.minutes, p.source, p.at, p.at
FROM (
	SELECT 'three-causes' AS slug, 'Friederike' AS first_name, 'Lindqvist' AS last_name,
		'friederike.lindqvist@gusswerk.example' AS email, 'Gusswerk Süd' AS company,
		'Leiterin Qualität' AS job_title, 'de' AS language, 1 AS marketing,
		'newsletter' AS source, datetime('now', '-3 days') AS at, NULL AS done,
		NULL AS minutes
	UNION ALL SELECT 'three-causes', 'Tomasz', 'Wróbel', 'tomasz@wrobel-tools.example',
		'Wróbel Tools', 'Owner', 'en', 0, NULL, datetime('now', '-1 days'), NULL, NULL
	UNION ALL SELECT 'handing-over', 'Friederike', 'Lindqvist',
		'friederike.lindqvist@gusswerk.example', 'Gusswerk Süd', 'Leiterin Qualität',
		'de', 1, 'newsletter', datetime('now', '-30 days'),
		datetime('now', '-21 days'), 55
	UNION ALL SELECT 'handing-over', 'Grace', 'O''Neill', 'grace@oneill-pumps.example',
		'O''Neill & Daughters, Pumps', 'Managing director', 'en', 0, 'search',
		datetime('now', '-26 days'), datetime('now', '-21 days'), 0
) p JOIN webinars w ON w.slug = p.slug AND w.deleted_at IS NULL;

INSERT INTO whitepaper_downloads (whitepaper_id, first_name, last_name, email, email_folded,
	company, job_title, language, privacy_consent, marketing_consent, consented_at,
	download_source, utm_source, downloaded_at)
SELECT id, 'Grace', 'O''Neill', 'grace@oneill-pumps.example', 'grace@oneill-pumps.example',
	'O''Neill & Daughters, Pumps', 'Managing director', 'en', 1, 0,
	datetime('now', '-25 days'), 'website', 'search', datetime('now', '-25 days')
FROM whitepapers WHERE slug = 'before-you-buy';

INSERT INTO bookings (consultant_id, first_name, last_name, email, email_folded, company,
	subject, message, starts_at, ends_at, preferred_date, duration_minutes, timezone,
	meeting_type, status, language, privacy_consent, marketing_consent, consented_at,
	reminded, reminded_consultant, utm_source, confirmed_at, completed_at, created_at)
SELECT c.id, 'Tomasz', 'Wróbel', 'tomasz@wrobel-tools.example', 'tomasz@wrobel-tools.example',
	'Wróbel Tools', 'A second shift', 'We wonder whether a second shift pays.',
	d.at, datetime(d.at, '+60 minutes'), d.at, 60, 'Europe/Warsaw', 'video', d.status, 'en',
	1, 0, datetime('now', '-12 days'), 9, 9, NULL, datetime('now', '-12 days'), d.done,
	datetime('now', '-12 days')
FROM consultants c JOIN (
	SELECT 'Okafor' AS who, 'confirmed' AS status, NULL AS done,
		datetime(CURRENT_DATE, '+8 days', 'weekday 3', '13 hours') AS at
	UNION ALL SELECT 'Hartmann', 'completed', datetime('now', '-6 days'),
		datetime(CURRENT_DATE, '-13 days', 'weekday 2', '9 hours')
) d ON d.who = c.last_name;
