# The migrations and the demo site; compiled into the library.
embed_sql += \
	sql/demo-business.sql \
	sql/demo.pdf \
	sql/demo.sql \
	sql/sqlite/0001-base.sql \
	sql/sqlite/0002-pages.sql \
	sql/sqlite/0003-media.sql \
	sql/sqlite/0004-offers.sql \
	sql/sqlite/0005-search-merge.sql \
	sql/sqlite/0006-by-hand.sql \
	sql/sqlite/0007-erasures.sql \
	sql/sqlite/0008-registrations.sql \
	sql/sqlite/0009-imports.sql \
	sql/sqlite/0010-papers.sql \
	sql/sqlite/0011-bookings.sql \
	sql/sqlite/0012-letters.sql \
	sql/sqlite/0013-analytics.sql \
	sql/sqlite/0014-calendars.sql \
	sql/sqlite/0015-webhooks.sql \
	sql/sqlite/0016-deliveries.sql \
	sql/sqlite/0017-appointments.sql \
	sql/sqlite/0018-paper-links.sql \
	sql/sqlite/0019-paper-texts.sql \
	sql/sqlite/0020-lead-imports.sql \
	sql/sqlite/0021-waiting.sql \
	sql/sqlite/0022-speakers.sql \
	sql/sqlite/0023-backup-drills.sql \
	sql/sqlite/0024-calendar-age.sql \
	sql/sqlite/0025-forms.sql \
	sql/sqlite/0026-watch.sql \
	sql/sqlite/0027-retention.sql \
	sql/sqlite/0028-funnels.sql \
	sql/sqlite/0029-seats.sql \
	sql/sqlite/0030-missed.sql \
	sql/sqlite/0031-booking-summary.sql \
	sql/sqlite/0032-lead-forms.sql \
	sql/sqlite/0033-missed-searches.sql \
	sql/sqlite/0034-true-times.sql \
	sql/sqlite/0035-exempt-and-funnels.sql
EXTRA_DIST += $(embed_sql)
