-- A small believable site, for development and for first looks.
UPDATE system_settings SET value = '{"en":"Hartmann & Okafor","de":"Hartmann & Okafor"}'
	WHERE key = 'site_title';
UPDATE system_settings SET value =
	'{"en":"Advice for companies that build things","de":"Beratung für Unternehmen, die etwas bauen"}'
	WHERE key = 'site_description';
UPDATE system_settings SET value = 'welcome' WHERE key = 'home_page';

INSERT INTO pages (slug, slugs, title, content, excerpt, meta_description, status,
	is_featured, sort_order, published_at) VALUES
('welcome', '{"de":"willkommen"}',
 '{"en":"We help teams decide","de":"Wir helfen Teams beim Entscheiden"}',
 '{"en":[{"type":"hero","heading":"We help teams decide","subheading":"Two partners, thirty years in industry, no slides.","cta_label":"What we do","cta_url":"/en/services"},{"type":"features","heading":"How we work","items":[{"title":"Listen","text":"A week on the floor before the first page."},{"title":"Measure","text":"Figures that you can check yourselves."},{"title":"Leave","text":"We are done when you no longer need us."}]}],"de":[{"type":"hero","heading":"Wir helfen Teams beim Entscheiden","subheading":"Zwei Partner, dreißig Jahre Industrie, keine Folien.","cta_label":"Was wir tun","cta_url":"/de/leistungen"},{"type":"features","heading":"So arbeiten wir","items":[{"title":"Zuhören","text":"Eine Woche in der Halle vor der ersten Seite."},{"title":"Messen","text":"Zahlen, die Sie selbst prüfen können."},{"title":"Gehen","text":"Wir sind fertig, wenn Sie uns nicht mehr brauchen."}]}]}',
 '{"en":"What we do, on one page.","de":"Was wir tun, auf einer Seite."}',
 '{"en":"A consultancy for companies that build things.","de":"Eine Beratung für Unternehmen, die etwas bauen."}',
 'published', 1, 0, CURRENT_TIMESTAMP),
('services', '{"de":"leistungen"}',
 '{"en":"Services","de":"Leistungen"}',
 '{"en":"## Planning\n\nWe sort what is urgent from what is *important*.\n\n## Quality\n\nWe find the three causes behind most complaints.","de":"## Planung\n\nWir trennen das Dringende vom *Wichtigen*.\n\n## Qualität\n\nWir finden die drei Ursachen hinter den meisten Reklamationen. Jede Überprüfung endet mit einem Plan."}',
 '{"en":"Planning, quality, succession.","de":"Planung, Qualität, Nachfolge."}',
 '{"en":"Planning and quality for industry.","de":"Planung und Qualität für die Industrie."}',
 'published', 0, 1, CURRENT_TIMESTAMP),
('about', '{"de":"ueber-uns"}',
 '{"en":"About us","de":"Über uns"}',
 '{"en":"Anna Hartmann ran a foundry. Chidi Okafor planned power stations. Since 2009 they advise together.","de":"Anna Hartmann leitete eine Gießerei. Chidi Okafor plante Kraftwerke. Seit 2009 beraten sie gemeinsam."}',
 '{"en":"Who we are.","de":"Wer wir sind."}', NULL,
 'published', 0, 2, CURRENT_TIMESTAMP),
('imprint', '{"de":"impressum"}',
 '{"en":"Imprint","de":"Impressum"}',
 '{"en":"## Who is responsible\n\nHartmann & Okafor GbR\n\nMusterstraße 1\n\n12345 Musterstadt, Germany\n\nRepresented by Anna Hartmann and Chidi Okafor\n\n## How to reach us\n\nTelephone: +49 30 000000\n\nE-mail: office@hartmann-okafor.example\n\nVAT number: DE000000000\n\nThese people are invented. Replace this page before you go live.","de":"## Angaben gemäß § 5 DDG\n\nHartmann & Okafor GbR\n\nMusterstraße 1\n\n12345 Musterstadt\n\nVertreten durch Anna Hartmann und Chidi Okafor\n\n## Kontakt\n\nTelefon: +49 30 000000\n\nE-Mail: office@hartmann-okafor.example\n\nUmsatzsteuer-ID: DE000000000\n\nDiese Personen sind erfunden. Ersetzen Sie diese Seite, bevor Sie veröffentlichen."}',
 NULL, NULL, 'published', 0, 90, CURRENT_TIMESTAMP),
('privacy', '{"de":"datenschutz"}',
 '{"en":"Privacy","de":"Datenschutz"}',
 '{"en":"## What we keep\n\nWho registers, downloads or books leaves a name, an e-mail address and what else the form asks for. We use it to answer, and for letters about offers only with a consent of its own.\n\n## What we count\n\nPages are counted without cookies, without addresses and without knowing who looked.\n\n## For how long\n\nWhat is over is forgotten after the time that the operator of this site has set.\n\n## Your rights\n\nYou can [see what is kept of you](/en/privacy-request), take it with you, object, and have it erased, by yourself. You can also complain to a supervisory authority.\n\nReplace this page before you go live.","de":"## Was wir speichern\n\nWer sich anmeldet, etwas herunterlädt oder bucht, hinterlässt Namen, E-Mail-Adresse und was das Formular sonst fragt. Wir nutzen es für die Antwort, und für Briefe über Angebote nur mit eigener Einwilligung.\n\n## Was wir zählen\n\nSeiten werden ohne Cookies und ohne Adressen gezählt, und ohne zu wissen, wer sie ansah.\n\n## Wie lange\n\nWas vorbei ist, wird nach der Zeit vergessen, die der Betreiber dieser Website eingestellt hat.\n\n## Ihre Rechte\n\nSie können selbst [sehen, was über Sie gespeichert ist](/de/privacy-request), es mitnehmen, widersprechen und es löschen lassen. Sie können sich auch bei einer Aufsichtsbehörde beschweren.\n\nErsetzen Sie diese Seite, bevor Sie veröffentlichen."}',
 NULL, NULL, 'published', 0, 91, CURRENT_TIMESTAMP),
('terms', '{"de":"nutzungsbedingungen"}',
 '{"en":"Terms of use","de":"Nutzungsbedingungen"}',
 '{"en":"## What you may do\n\nRead, print and pass on what stands here, as long as our name stays with it.\n\n## Webinars and papers\n\nBoth are free of charge. A seat in a webinar can be given up at any time by the link in its letter.\n\n## Conversations\n\nA conversation that was booked can be moved or cancelled by the link in its letter until it begins.\n\nReplace this page before you go live.","de":"## Was Sie dürfen\n\nLesen, drucken und weitergeben, was hier steht, solange unser Name dabei bleibt.\n\n## Webinare und Papiere\n\nBeides ist kostenlos. Ein Platz in einem Webinar kann jederzeit mit dem Link im Brief abgegeben werden.\n\n## Gespräche\n\nEin gebuchtes Gespräch kann mit dem Link im Brief verschoben oder abgesagt werden, bis es beginnt.\n\nErsetzen Sie diese Seite, bevor Sie veröffentlichen."}',
 NULL, NULL, 'published', 0, 92, CURRENT_TIMESTAMP),
('draft-ideas', NULL,
 '{"en":"Ideas for the spring letter"}',
 '{"en":"Not for readers yet."}', NULL, NULL, 'draft', 0, 99, NULL);

INSERT INTO menus (name, items) VALUES
('main', '[{"label":{"en":"Services","de":"Leistungen"},"url":"/en/services"},{"label":{"en":"About us","de":"Über uns"},"url":"/en/about"}]'),
('footer', '[{"label":{"en":"Imprint","de":"Impressum"},"url":"/en/imprint"},{"label":{"en":"Privacy","de":"Datenschutz"},"url":"/en/privacy"},{"label":{"en":"Terms of use","de":"Nutzungsbedingungen"},"url":"/en/terms"}]');
UPDATE menus SET items = (SELECT json_group_array(json_object(
	'label', json_extract(j.value, '$.label'),
	'page_id', (SELECT p.id FROM pages p
		WHERE '/en/' || p.slug = json_extract(j.value, '$.url'))))
	FROM json_each(menus.items) j);
