-- A small believable site, for development and for first looks.
INSERT INTO pages (slug, slugs, title, content, excerpt, status, published_at) VALUES
('welcome', '{"de":"willkommen"}', '{"en":"Welcome","de":"Willkommen"}',
 '{"en":"We help teams to **decide**.","de":"Wir helfen Teams beim **Entscheiden**."}',
 '{"en":"What we do, in one page.","de":"Was wir tun, auf einer Seite."}',
 'published', CURRENT_TIMESTAMP);
