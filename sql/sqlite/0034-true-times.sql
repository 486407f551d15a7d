-- 0034-true-times: hand-written UPDATEs keep the times of bookings true; views
-- of white papers are counted.
--
-- Why:     an hour belongs to one because times are compared as text.  What an
--          INSERT wrote in another form was put right; an UPDATE could leave a
--          T between day and hour, or no time at all, and the hour was free to
--          others.  And view_count stood still.
-- Rules:   who holds an hour has a beginning and an end, in the one form; other
--          forms that are times are put right.  No booking is exempt from that,
--          and no registration becomes exempt from the number of seats.  (One
--          that comes so may be: that is how an older database is taken over.)
-- Reads:   lib/model/{slot,booking,whitepaper}.c
-- Cost:    reads bookings and analytics_offers once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TRIGGER, each of those below.

-- What overlaps something in truth is left to `magnetiq verify`, which tells.
UPDATE bookings SET starts_at = datetime(starts_at), ends_at = datetime(ends_at)
WHERE (starts_at <> datetime(starts_at) OR ends_at <> datetime(ends_at))
  AND NOT EXISTS (SELECT 1 FROM bookings b
	WHERE b.consultant_id = bookings.consultant_id AND b.id <> bookings.id
	  AND datetime(b.starts_at) < datetime(bookings.ends_at)
	  AND datetime(b.ends_at) > datetime(bookings.starts_at)
	  AND b.status IN ('pending', 'confirmed') AND b.deleted_at IS NULL
	  AND b.legacy_exempt = 0);

CREATE TRIGGER bookings_times_insert BEFORE INSERT ON bookings
WHEN new.status IN ('pending', 'confirmed') AND new.consultant_id IS NOT NULL
 AND new.deleted_at IS NULL
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR')
	WHERE datetime(coalesce(new.starts_at, new.preferred_date)) IS NULL
	   OR (new.ends_at IS NOT NULL AND datetime(new.ends_at) IS NULL);
END;
CREATE TRIGGER bookings_times_update BEFORE UPDATE OF consultant_id, starts_at,
	ends_at, status, deleted_at, legacy_exempt ON bookings
WHEN new.status IN ('pending', 'confirmed') AND new.consultant_id IS NOT NULL
 AND new.deleted_at IS NULL AND new.legacy_exempt = 0
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR')
	WHERE datetime(new.starts_at) IS NULL OR datetime(new.ends_at) IS NULL;
END;
CREATE TRIGGER bookings_exempt_insert BEFORE INSERT ON bookings
WHEN new.legacy_exempt = 1
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR');
END;
CREATE TRIGGER bookings_exempt_update BEFORE UPDATE OF legacy_exempt ON bookings
WHEN new.legacy_exempt > old.legacy_exempt
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR');
END;
CREATE TRIGGER bookings_times_whole AFTER UPDATE OF starts_at, ends_at ON bookings
WHEN new.starts_at <> datetime(new.starts_at)
  OR new.ends_at <> datetime(new.ends_at)
BEGIN
	UPDATE bookings SET starts_at = coalesce(datetime(starts_at), starts_at),
		ends_at = coalesce(datetime(ends_at), ends_at)
	WHERE id = new.id;
END;
CREATE TRIGGER webinar_registrations_exempt_update
BEFORE UPDATE OF legacy_exempt ON webinar_registrations
WHEN new.legacy_exempt > old.legacy_exempt
BEGIN
	SELECT RAISE(ABORT, 'VALIDATION_ERROR');
END;

UPDATE whitepapers SET view_count = view_count + (SELECT coalesce(sum(n), 0)
	FROM analytics_offers o WHERE o.noun = 'whitepaper'
	AND o.object_id = whitepapers.id);
CREATE TRIGGER analytics_events_papers AFTER INSERT ON analytics_events
WHEN new.event_type = 'page_view' AND new.page_path GLOB '/*/whitepapers/?*'
BEGIN
	UPDATE whitepapers SET view_count = view_count + 1
	WHERE deleted_at IS NULL AND slug = substr(new.page_path,
		instr(new.page_path, '/whitepapers/') + 13);
END;
