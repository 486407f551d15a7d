-- 0029-seats: seats and places in the queue are counted in an index alone.
--
-- Why:     each registration counts them several times, in the program and in
--          the triggers that keep hand-written SQL from overbooking; the index
--          did not say who is exempt or approved, so that each one counted
--          cost a look into its row, and the two-thousandth registration took
--          three times as long as the first.
-- Rules:   none.
-- Reads:   lib/model/{seat,registration}.c
-- Cost:    reads webinar_registrations once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none needed; the index may stay.

DROP INDEX webinar_registrations_status;
CREATE INDEX webinar_registrations_status ON webinar_registrations
	(webinar_id, status, id, approved, legacy_exempt);

-- The one above begins with the same column.
DROP INDEX webinar_registrations_webinar;
