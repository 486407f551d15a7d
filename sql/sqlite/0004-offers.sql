-- 0004-offers: webinars, whitepapers, bookings and events, as older Magnetiq
-- databases have them.
--
-- Why:     an adopted database brings these rows; they stay readable where
--          they always stood.
-- Rules:   those of the older program.  The rules that make seats and slots
--          safe come with the migrations that bring their doors.
-- Reads:   lib/ops (adopt, export, verify)
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE webinars (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	title		TEXT NOT NULL CHECK (json_valid(title)),
	description	TEXT CHECK (description IS NULL OR json_valid(description)),
	slug		TEXT NOT NULL,
	scheduled_at	TEXT NOT NULL,
	duration_minutes INTEGER NOT NULL DEFAULT 60,
	timezone	TEXT NOT NULL DEFAULT 'UTC',
	max_participants INTEGER,
	meeting_url	TEXT,
	recording_url	TEXT,
	presentation_file_id INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	status		TEXT NOT NULL DEFAULT 'scheduled'
			CHECK (status IN ('scheduled', 'live', 'completed', 'cancelled')),
	registration_enabled INTEGER NOT NULL DEFAULT 1,
	registration_deadline TEXT,
	presenter_name	TEXT,
	presenter_bio	TEXT CHECK (presenter_bio IS NULL OR json_valid(presenter_bio)),
	presenter_avatar_id INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX webinars_slug ON webinars (slug) WHERE deleted_at IS NULL;

CREATE TABLE webinar_registrations (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	webinar_id	INTEGER NOT NULL REFERENCES webinars (id) ON DELETE CASCADE,
	first_name	TEXT NOT NULL DEFAULT '',
	last_name	TEXT NOT NULL DEFAULT '',
	email		TEXT NOT NULL,
	company		TEXT,
	job_title	TEXT,
	phone		TEXT,
	registration_source TEXT,
	utm_source	TEXT,
	utm_medium	TEXT,
	utm_campaign	TEXT,
	attended	INTEGER NOT NULL DEFAULT 0,
	attendance_duration INTEGER,
	send_reminder	INTEGER NOT NULL DEFAULT 1,
	send_recording	INTEGER NOT NULL DEFAULT 1,
	registered_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	confirmed_at	TEXT
);
CREATE INDEX webinar_registrations_webinar ON webinar_registrations (webinar_id);

CREATE TABLE whitepapers (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	title		TEXT NOT NULL CHECK (json_valid(title)),
	description	TEXT CHECK (description IS NULL OR json_valid(description)),
	slug		TEXT NOT NULL,
	file_id		INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	thumbnail_id	INTEGER REFERENCES media_files (id) ON DELETE SET NULL,
	preview_content	TEXT CHECK (preview_content IS NULL OR json_valid(preview_content)),
	category	TEXT,
	tags		TEXT CHECK (tags IS NULL OR json_valid(tags)),
	industry	TEXT CHECK (industry IS NULL OR json_valid(industry)),
	requires_registration INTEGER NOT NULL DEFAULT 1,
	lead_magnet_active INTEGER NOT NULL DEFAULT 1,
	meta_title	TEXT CHECK (meta_title IS NULL OR json_valid(meta_title)),
	meta_description TEXT CHECK (meta_description IS NULL OR json_valid(meta_description)),
	status		TEXT NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published')),
	featured	INTEGER NOT NULL DEFAULT 0,
	sort_order	INTEGER NOT NULL DEFAULT 0,
	published_at	TEXT,
	author_id	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	download_count	INTEGER NOT NULL DEFAULT 0,
	view_count	INTEGER NOT NULL DEFAULT 0,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);
CREATE UNIQUE INDEX whitepapers_slug ON whitepapers (slug) WHERE deleted_at IS NULL;

CREATE TABLE whitepaper_downloads (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	whitepaper_id	INTEGER NOT NULL REFERENCES whitepapers (id) ON DELETE CASCADE,
	first_name	TEXT NOT NULL DEFAULT '',
	last_name	TEXT NOT NULL DEFAULT '',
	email		TEXT NOT NULL,
	company		TEXT,
	job_title	TEXT,
	phone		TEXT,
	download_ip	TEXT,
	user_agent	TEXT,
	download_source	TEXT,
	utm_source	TEXT,
	utm_medium	TEXT,
	utm_campaign	TEXT,
	downloaded_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX whitepaper_downloads_paper ON whitepaper_downloads (whitepaper_id);

CREATE TABLE bookings (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	first_name	TEXT NOT NULL DEFAULT '',
	last_name	TEXT NOT NULL DEFAULT '',
	email		TEXT NOT NULL,
	company		TEXT,
	job_title	TEXT,
	phone		TEXT,
	booking_type	TEXT,
	preferred_date	TEXT,
	duration_minutes INTEGER NOT NULL DEFAULT 30,
	timezone	TEXT NOT NULL DEFAULT 'UTC',
	subject		TEXT,
	message		TEXT,
	budget_range	TEXT,
	urgency		TEXT NOT NULL DEFAULT 'medium'
			CHECK (urgency IN ('low', 'medium', 'high', 'urgent')),
	status		TEXT NOT NULL DEFAULT 'pending'
			CHECK (status IN ('pending', 'confirmed', 'completed', 'cancelled', 'no_show')),
	confirmed_at	TEXT,
	completed_at	TEXT,
	meeting_url	TEXT,
	meeting_notes	TEXT,
	follow_up_required INTEGER NOT NULL DEFAULT 0,
	lead_score	INTEGER NOT NULL DEFAULT 0,
	lead_source	TEXT,
	utm_source	TEXT,
	utm_medium	TEXT,
	utm_campaign	TEXT,
	assigned_to	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	deleted_at	TEXT
);

CREATE TABLE analytics_events (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	event_type	TEXT NOT NULL,
	event_category	TEXT,
	event_action	TEXT,
	event_label	TEXT,
	page_path	TEXT,
	referrer	TEXT,
	user_agent	TEXT,
	ip_address	TEXT,
	session_id	TEXT,
	user_id		INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	utm_source	TEXT,
	utm_medium	TEXT,
	utm_campaign	TEXT,
	utm_term	TEXT,
	utm_content	TEXT,
	metadata	TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX analytics_events_created ON analytics_events (created_at);
