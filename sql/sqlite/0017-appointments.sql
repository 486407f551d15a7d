-- 0017-appointments: a calendar feed for each consultant, and letters after
-- the meeting.
--
-- Why:     a consultant sees all bookings in the own calendar, by an address
--          that staff can make anew; what follows a meeting is said once.
-- Rules:   calendar_key is random, or NULL: no feed; followed_up is the last
--          letter that followed: 0 none, 1 after the talk, 2 after none.
-- Reads:   lib/model/{calendar,booking_letters}.c
-- Cost:    adds two columns; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

ALTER TABLE consultants ADD COLUMN calendar_key TEXT;
ALTER TABLE bookings ADD COLUMN followed_up INTEGER NOT NULL DEFAULT 0;
