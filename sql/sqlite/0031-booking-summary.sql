-- 0031-booking-summary: what staff have ahead of them, in one look.
--
-- Why:     a dashboard asks how many bookings wait for an answer and how many
--          were cancelled lately, of each consultant; without an index that
--          would read every booking there ever was.
-- Rules:   none.
-- Reads:   lib/model/booking_summary.c
-- Cost:    reads bookings twice; each index holds few of its rows.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none needed; the indexes may stay.

CREATE INDEX bookings_pending ON bookings (consultant_id)
	WHERE status = 'pending' AND deleted_at IS NULL;
CREATE INDEX bookings_cancelled ON bookings (cancelled_at, consultant_id)
	WHERE status = 'cancelled' AND deleted_at IS NULL;
