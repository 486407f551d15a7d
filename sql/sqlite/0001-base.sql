-- 0001-base: people, settings, and what every other noun leans on.
--
-- Why:     staff sign in, everything they do is written down, letters wait in
--          an outbox, jobs keep a clock, and workers learn from a number what
--          the public can see anew.
-- Rules:   an e-mail belongs to one live user; the last active admin stays;
--          a generation only grows.
-- Reads:   lib/model/{user,session,apikey,setting,audit,outbox,site}.c
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE generation (
	name		TEXT PRIMARY KEY,
	n		INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
INSERT INTO generation (name) VALUES ('content'), ('offers'), ('appointments');

-- What lists say without counting: rows of a noun, all ('') and by status.
CREATE TABLE totals (
	noun		TEXT NOT NULL,
	status		TEXT NOT NULL,
	n		INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (noun, status)
) WITHOUT ROWID;

CREATE TABLE admin_users (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	email		TEXT NOT NULL,
	email_folded	TEXT NOT NULL,
	hashed_password	TEXT NOT NULL DEFAULT '',
	first_name	TEXT NOT NULL DEFAULT '',
	last_name	TEXT NOT NULL DEFAULT '',
	avatar_url	TEXT,
	timezone	TEXT NOT NULL DEFAULT 'UTC',
	language	TEXT NOT NULL DEFAULT 'en',
	role		TEXT NOT NULL DEFAULT 'viewer'
			CHECK (role IN ('viewer', 'editor', 'admin')),
	is_active	INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
	last_login	TEXT,
	failed_login_attempts INTEGER NOT NULL DEFAULT 0,
	locked_until	TEXT,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX admin_users_email ON admin_users (email_folded)
	WHERE deleted_at IS NULL;

CREATE TRIGGER admin_users_last_admin
BEFORE UPDATE OF role, is_active, deleted_at ON admin_users
WHEN old.role = 'admin' AND old.is_active = 1 AND old.deleted_at IS NULL
 AND NOT (new.role = 'admin' AND new.is_active = 1 AND new.deleted_at IS NULL)
 AND NOT EXISTS (SELECT 1 FROM admin_users WHERE role = 'admin'
	AND is_active = 1 AND deleted_at IS NULL AND id <> old.id)
BEGIN
	SELECT RAISE(ABORT, 'LAST_ADMIN');
END;
CREATE TRIGGER admin_users_last_admin_delete
BEFORE DELETE ON admin_users
WHEN old.role = 'admin' AND old.is_active = 1 AND old.deleted_at IS NULL
 AND NOT EXISTS (SELECT 1 FROM admin_users WHERE role = 'admin'
	AND is_active = 1 AND deleted_at IS NULL AND id <> old.id)
BEGIN
	SELECT RAISE(ABORT, 'LAST_ADMIN');
END;

-- A session is a sign-in on one device; session_token holds the hash of its
-- id in old databases and a random name in ours, never anything to sign in with.
CREATE TABLE user_sessions (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id		INTEGER NOT NULL REFERENCES admin_users (id) ON DELETE CASCADE,
	session_token	TEXT NOT NULL UNIQUE,
	expires_at	TEXT NOT NULL,
	user_agent	TEXT,
	ip_address	TEXT,
	last_seen_at	TEXT,
	revoked_at	TEXT,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX user_sessions_user ON user_sessions (user_id);
CREATE INDEX user_sessions_expires ON user_sessions (expires_at);

-- Each refresh token of a session; only its SHA-256 is kept.
CREATE TABLE refresh_tokens (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	session_id	INTEGER NOT NULL REFERENCES user_sessions (id) ON DELETE CASCADE,
	token_hash	TEXT NOT NULL UNIQUE,
	expires_at	TEXT NOT NULL,
	spent_at	TEXT,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- Failed sign-ins of one e-mail from one address; both only as an HMAC.
CREATE TABLE login_failures (
	pair_hash	TEXT PRIMARY KEY,
	account_hash	TEXT NOT NULL,
	n		INTEGER NOT NULL,
	last_at		TEXT NOT NULL,
	locked_until	TEXT
) WITHOUT ROWID;
CREATE INDEX login_failures_account ON login_failures (account_hash);
CREATE INDEX login_failures_last ON login_failures (last_at);

-- Addresses from which a user has signed in: a locked account still lets them.
CREATE TABLE login_addresses (
	user_id		INTEGER NOT NULL REFERENCES admin_users (id) ON DELETE CASCADE,
	address_hash	TEXT NOT NULL,
	last_at		TEXT NOT NULL,
	PRIMARY KEY (user_id, address_hash)
) WITHOUT ROWID;

-- "I forgot my password" and invitations: a worker writes the wish, the jobs
-- process decides, makes the token, and keeps only its hash.
CREATE TABLE password_resets (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	kind		TEXT NOT NULL CHECK (kind IN ('reset', 'invitation')),
	email_folded	TEXT NOT NULL,
	user_id		INTEGER REFERENCES admin_users (id) ON DELETE CASCADE,
	token_hash	TEXT UNIQUE,
	requested_at	TEXT NOT NULL,
	decided_at	TEXT,
	expires_at	TEXT,
	used_at		TEXT
);
CREATE INDEX password_resets_open ON password_resets (decided_at, id);
CREATE INDEX password_resets_user ON password_resets (user_id);

CREATE TABLE api_keys (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL,
	prefix		TEXT NOT NULL,
	key_hash	TEXT NOT NULL UNIQUE,
	role		TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
	scopes		TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scopes)),
	expires_at	TEXT,
	last_used_at	TEXT,
	created_by	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE system_settings (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	key		TEXT NOT NULL UNIQUE,
	value		TEXT,
	description	TEXT,
	type		TEXT NOT NULL DEFAULT 'string'
			CHECK (type IN ('string', 'integer', 'boolean', 'json')),
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO system_settings (key, value, description, type) VALUES
	('site_title', '{"en":"Magnetiq","de":"Magnetiq"}',
	 'The name of the site, in each language', 'json'),
	('site_description', '{"en":"","de":""}',
	 'One sentence about the site, in each language', 'json'),
	('default_language', 'en', 'The language that every text must have', 'string'),
	('supported_languages', '["en","de"]', 'The languages of the site', 'json'),
	('email_from_name', '', 'The sender''s name in letters', 'string'),
	('email_from_address', '', 'The sender''s address in letters', 'string'),
	('maintenance_mode', 'false', 'Close the public site; admins still pass', 'boolean'),
	('registration_enabled', 'true', 'Accept registrations for webinars', 'boolean'),
	('home_page', '', 'The slug of the page shown at /{lang}/; empty: a list', 'string');
CREATE TRIGGER system_settings_public AFTER UPDATE ON system_settings
WHEN old.value IS NOT new.value
BEGIN
	UPDATE generation SET n = n + 1;
END;
CREATE TRIGGER system_settings_public_insert AFTER INSERT ON system_settings
BEGIN
	UPDATE generation SET n = n + 1;
END;
CREATE TRIGGER system_settings_public_delete AFTER DELETE ON system_settings
BEGIN
	UPDATE generation SET n = n + 1;
END;

CREATE TABLE audit_log (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	created_at	TEXT NOT NULL,
	user_id		INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	user_email	TEXT,
	action		TEXT NOT NULL,
	resource_type	TEXT NOT NULL,
	resource_id	INTEGER,
	before		TEXT CHECK (before IS NULL OR json_valid(before)),
	after		TEXT CHECK (after IS NULL OR json_valid(after)),
	request_id	TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_log_resource ON audit_log (resource_type, resource_id);
CREATE INDEX audit_log_user ON audit_log (user_id);

-- Letters, written in the transaction that causes them.
CREATE TABLE outbox (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id	TEXT NOT NULL UNIQUE,
	dedupe_key	TEXT UNIQUE,
	recipient	TEXT NOT NULL,
	template	TEXT NOT NULL,
	language	TEXT NOT NULL,
	data		TEXT NOT NULL CHECK (json_valid(data)),
	state		TEXT NOT NULL DEFAULT 'queued'
			CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
	due_at		TEXT NOT NULL,
	attempts	INTEGER NOT NULL DEFAULT 0,
	next_attempt_at	TEXT NOT NULL,
	locked_until	TEXT,
	last_error	TEXT,
	sent_at		TEXT,
	created_at	TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_recipient ON outbox (recipient, created_at);

CREATE TABLE jobs (
	name		TEXT PRIMARY KEY,
	schedule	TEXT NOT NULL,
	last_run	TEXT,
	next_run	TEXT,
	last_error	TEXT,
	last_ms		INTEGER,
	requested	INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE menus (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT NOT NULL UNIQUE,
	items		TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(items)),
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TRIGGER menus_insert AFTER INSERT ON menus BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER menus_update AFTER UPDATE ON menus BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER menus_delete AFTER DELETE ON menus BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;

CREATE TABLE redirects (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	from_path	TEXT NOT NULL UNIQUE,
	to_url		TEXT NOT NULL,
	status		INTEGER NOT NULL DEFAULT 301 CHECK (status IN (301, 302)),
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TRIGGER redirects_insert AFTER INSERT ON redirects BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER redirects_update AFTER UPDATE ON redirects BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;
CREATE TRIGGER redirects_delete AFTER DELETE ON redirects BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'content';
END;

-- Pages that people asked for and that are not there, from nginx's log.
CREATE TABLE not_found_log (
	path		TEXT PRIMARY KEY,
	hits		INTEGER NOT NULL,
	referrer	TEXT,
	first_at	TEXT NOT NULL,
	last_at		TEXT NOT NULL
) WITHOUT ROWID;
