-- 0015-webhooks: other programs that are told what happens here.
--
-- Why:     a registration or a booking should be in the CRM a moment later,
--          without anybody asking for it again and again.
-- Rules:   a delivery belongs to a webhook and goes with it; its id, which the
--          other side knows it by, is unique.  Secrets are sealed: what stands
--          here opens nothing without SECRET_KEY.
-- Reads:   lib/model/{webhook,delivery,delivery_send}.c
-- Cost:    creates tables; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TABLE webhooks (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	name		TEXT,
	url		TEXT NOT NULL,
	events		TEXT NOT NULL CHECK (json_valid(events)),
	is_active	INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
	secret		TEXT NOT NULL,
	attempts	INTEGER NOT NULL DEFAULT 0,
	tried_at	TEXT,
	delivered_at	TEXT,
	failing_since	TEXT,
	paused_until	TEXT,
	last_error	TEXT,
	disabled_at	TEXT,
	created_by	INTEGER REFERENCES admin_users (id) ON DELETE SET NULL,
	revision	INTEGER NOT NULL DEFAULT 1,
	created_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at	TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE webhook_deliveries (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	webhook_id	INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
	message_id	TEXT NOT NULL UNIQUE,
	event		TEXT NOT NULL,
	body		TEXT NOT NULL CHECK (json_valid(body)),
	state		TEXT NOT NULL DEFAULT 'queued'
			CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
	attempts	INTEGER NOT NULL DEFAULT 0,
	next_attempt_at	TEXT NOT NULL,
	locked_until	TEXT,
	status_code	INTEGER,
	duration_ms	INTEGER,
	last_error	TEXT,
	created_at	TEXT NOT NULL,
	sent_at		TEXT
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at)
	WHERE state IN ('queued', 'sending');
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at, id);
