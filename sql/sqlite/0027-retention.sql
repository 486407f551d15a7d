-- 0027-retention: how long each class of data stays.
--
-- Why:     what is over must be forgotten by itself, and an operator must be
--          able to say when.
-- Rules:   none; lib/model/retention.def names the classes.
-- Reads:   lib/model/retention.c
-- Cost:    one row.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DELETE FROM system_settings WHERE key = 'retention'.

-- A new site forgets people after three years.  One that knows people already
-- keeps them until an admin decides: an upgrade must not forget a customer.
INSERT INTO system_settings (key, value, description, type) VALUES
	('retention', CASE WHEN EXISTS (SELECT 1 FROM webinar_registrations)
	 OR EXISTS (SELECT 1 FROM whitepaper_downloads)
	 OR EXISTS (SELECT 1 FROM bookings)
	 THEN '{"registrations":0,"downloads":0,"bookings":0,"subscribers":0,"consents":0,"letters":3,"audit_log":0,"analytics":13}'
	 ELSE '{"registrations":36,"downloads":36,"bookings":36,"subscribers":12,"consents":36,"letters":3,"audit_log":36,"analytics":13}'
	 END,
	 'Months that each class of personal data stays; 0 is for ever', 'json');
