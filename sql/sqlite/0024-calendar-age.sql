-- 0024-calendar-age: strangers see when a consultant's calendar was read.
--
-- Why:     availability says how old its busy times are, and a calendar that is
--          read again after an hour opens slots; answers kept from before that
--          are wrong then.
-- Rules:   reading a calendar moves the generation; trying to does not.
-- Reads:   lib/model/feed.c
-- Cost:    makes a trigger anew; instant.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

CREATE TRIGGER consultants_generation_read AFTER UPDATE OF busy_fetched_at
	ON consultants
BEGIN
	UPDATE generation SET n = n + 1 WHERE name = 'appointments';
END;
