-- 0012-letters: who wants no letters, who wants the newsletter, and who has
-- agreed to what.
--
-- Why:     an address that bounced, or a person who said no, is not written to
--          again; and what somebody agreed to must be shown years later, word
--          for word.
-- Rules:   the suppression list holds MACs only; a person is a subscriber once;
--          a consent is never changed but to note when it was withdrawn.
-- Reads:   lib/model/{outbox,outbox_send,suppression,subscriber,consent}.c
-- Cost:    reads the outbox once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE outbox ADD COLUMN recipient_folded TEXT;
-- Caused by somebody whom nobody knows: few of them an hour.
ALTER TABLE outbox ADD COLUMN stranger INTEGER NOT NULL DEFAULT 0
	CHECK (stranger IN (0, 1));
-- What it is about: a noun and the id of its row.
ALTER TABLE outbox ADD COLUMN cause_type TEXT;
ALTER TABLE outbox ADD COLUMN cause_id INTEGER;
-- A sender has begun to talk to the server about it, and has not said how it
-- ended; if that stays so, the letter may go out twice, and is in doubt.
ALTER TABLE outbox ADD COLUMN begun INTEGER NOT NULL DEFAULT 0
	CHECK (begun IN (0, 1));
ALTER TABLE outbox ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0
	CHECK (in_doubt IN (0, 1));
UPDATE outbox SET recipient_folded = lower(trim(recipient));
DROP INDEX outbox_recipient;
CREATE INDEX outbox_person ON outbox (recipient_folded, due_at);
CREATE INDEX outbox_created ON outbox (created_at, id);
CREATE INDEX outbox_state ON outbox (state, id);
CREATE INDEX outbox_cause ON outbox (cause_type, cause_id)
	WHERE cause_type IS NOT NULL;

CREATE TABLE suppressions (
	address_mac	TEXT NOT NULL CHECK (length(address_mac) = 64),
	reason		TEXT NOT NULL CHECK (reason IN ('bounced', 'unsubscribed')),
	created_at	TEXT NOT NULL,
	PRIMARY KEY (address_mac, reason)
) WITHOUT ROWID;

CREATE TABLE consents (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	email_folded	TEXT NOT NULL,
	purpose		TEXT NOT NULL,
	wording		TEXT NOT NULL,
	version		INTEGER NOT NULL,
	language	TEXT NOT NULL,
	given_at	TEXT NOT NULL,
	source		TEXT NOT NULL,
	request_id	TEXT NOT NULL,
	withdrawn_at	TEXT
);
CREATE INDEX consents_person ON consents (email_folded, purpose);
CREATE TRIGGER consents_stay BEFORE UPDATE OF purpose, wording, version, language,
	given_at, source, request_id ON consents
BEGIN
	SELECT RAISE(ABORT, 'CONFLICT');
END;

CREATE TABLE subscribers (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	email		TEXT NOT NULL,
	email_folded	TEXT NOT NULL UNIQUE,
	language	TEXT NOT NULL,
	status		TEXT NOT NULL DEFAULT 'pending'
			CHECK (status IN ('pending', 'confirmed', 'ended')),
	consent_id	INTEGER REFERENCES consents (id) ON DELETE SET NULL,
	requested_at	TEXT NOT NULL,
	confirmed_at	TEXT,
	ended_at	TEXT
);
CREATE INDEX subscribers_status ON subscribers (status, requested_at);
