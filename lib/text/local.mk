# text: bytes to bytes, no database.
core_sources += \
	lib/text/address.c \
	lib/text/bounded.c \
	lib/text/csv.c \
	lib/text/csv_read.c \
	lib/text/day.c \
	lib/text/disposable.c \
	lib/text/excerpt.c \
	lib/text/filetype.c \
	lib/text/fold.c \
	lib/text/holiday.c \
	lib/text/html.c \
	lib/text/html_letter.c \
	lib/text/i18n.c \
	lib/text/ical.c \
	lib/text/image.c \
	lib/text/image_gif.c \
	lib/text/image_jpeg.c \
	lib/text/image_strip.c \
	lib/text/letters.c \
	lib/text/markdown.c \
	lib/text/mime.c \
	lib/text/mime_body.c \
	lib/text/mime_head.c \
	lib/text/mime_read.c \
	lib/text/template.c \
	lib/text/template_check.c \
	lib/text/template_data.c \
	lib/text/template_parse.c \
	lib/text/template_run.c \
	lib/text/utf8.c \
	lib/text/when.c \
	lib/text/zone.c \
	lib/text/zone_file.c \
	lib/text/zone_rule.c
EXTRA_DIST += lib/text/bounded.h lib/text/image.h lib/text/letters.h \
	lib/text/mime.h lib/text/template.h lib/text/zone.h
embed_text += \
	lib/text/files/catalogue/de.txt \
	lib/text/files/passwords.txt \
	lib/text/files/template/disposable.txt \
	lib/text/files/template/letter/alert.html \
	lib/text/files/template/letter/booking-again.html \
	lib/text/files/template/letter/booking-cancelled.html \
	lib/text/files/template/letter/booking-confirmed.html \
	lib/text/files/template/letter/booking-followup.html \
	lib/text/files/template/letter/booking-links.html \
	lib/text/files/template/letter/booking-missed.html \
	lib/text/files/template/letter/booking-moved.html \
	lib/text/files/template/letter/booking-pending.html \
	lib/text/files/template/letter/booking-reminder.html \
	lib/text/files/template/letter/booking.html \
	lib/text/files/template/letter/consultant-booked.html \
	lib/text/files/template/letter/consultant-cancelled.html \
	lib/text/files/template/letter/consultant-moved.html \
	lib/text/files/template/letter/consultant-pending.html \
	lib/text/files/template/letter/consultant-reminder.html \
	lib/text/files/template/letter/contact.html \
	lib/text/files/template/letter/hello.html \
	lib/text/files/template/letter/invitation.html \
	lib/text/files/template/letter/layout.html \
	lib/text/files/template/letter/newsletter-confirm.html \
	lib/text/files/template/letter/password-reset.html \
	lib/text/files/template/letter/privacy-link.html \
	lib/text/files/template/letter/seat.html \
	lib/text/files/template/letter/speaker-again.html \
	lib/text/files/template/letter/speaker-briefing.html \
	lib/text/files/template/letter/speaker-cancelled.html \
	lib/text/files/template/letter/visitor.html \
	lib/text/files/template/letter/webinar-again.html \
	lib/text/files/template/letter/webinar-cancelled.html \
	lib/text/files/template/letter/webinar-confirmed.html \
	lib/text/files/template/letter/webinar-declined.html \
	lib/text/files/template/letter/webinar-door.html \
	lib/text/files/template/letter/webinar-followup.html \
	lib/text/files/template/letter/webinar-manage.html \
	lib/text/files/template/letter/webinar-moved.html \
	lib/text/files/template/letter/webinar-note.html \
	lib/text/files/template/letter/webinar-offer.html \
	lib/text/files/template/letter/webinar-promoted.html \
	lib/text/files/template/letter/webinar-reminder-days.html \
	lib/text/files/template/letter/webinar-reminder-hours.html \
	lib/text/files/template/letter/webinar-reminder-week.html \
	lib/text/files/template/letter/webinar-requested.html \
	lib/text/files/template/letter/webinar-summary.html \
	lib/text/files/template/letter/webinar-waitlisted.html \
	lib/text/files/template/letter/webinar-withdrawn.html \
	lib/text/files/template/letter/webinar.html \
	lib/text/files/template/letter/whitepaper-edition.html \
	lib/text/files/template/letter/whitepaper-link.html \
	lib/text/files/template/site/ask.html \
	lib/text/files/template/site/asked.html \
	lib/text/files/template/site/blocks.html \
	lib/text/files/template/site/button.html \
	lib/text/files/template/site/booking-form.html \
	lib/text/files/template/site/booking.html \
	lib/text/files/template/site/consents.html \
	lib/text/files/template/site/consultant.html \
	lib/text/files/template/site/consultants.html \
	lib/text/files/template/site/dev-letter.html \
	lib/text/files/template/site/dev-letters.html \
	lib/text/files/template/site/foot.html \
	lib/text/files/template/site/form.html \
	lib/text/files/template/site/head.html \
	lib/text/files/template/site/list.html \
	lib/text/files/template/site/manage.html \
	lib/text/files/template/site/menu.html \
	lib/text/files/template/site/name.html \
	lib/text/files/template/site/offer.html \
	lib/text/files/template/site/offers.html \
	lib/text/files/template/site/own-form.html \
	lib/text/files/template/site/own.html \
	lib/text/files/template/site/page.html \
	lib/text/files/template/site/password.html \
	lib/text/files/template/site/person.html \
	lib/text/files/template/site/picture.html \
	lib/text/files/template/site/problem.html \
	lib/text/files/template/site/search.html \
	lib/text/files/template/site/site.css \
	lib/text/files/template/site/site.js \
	lib/text/files/template/site/skills.html \
	lib/text/files/template/site/thanks.html \
	lib/text/files/template/site/unseen.html

# For the workers: nobody else carries libxlsxwriter and libharu.
noinst_LTLIBRARIES += lib/libsheet.la
lib_libsheet_la_SOURCES = \
	lib/text/pdf.c \
	lib/text/pdf.h \
	lib/text/sheet.h \
	lib/text/sheet_pdf.c \
	lib/text/sheet_xlsx.c
lib_libsheet_la_CFLAGS = $(AM_CFLAGS) $(XLSX_CFLAGS)
lib_libsheet_la_LIBADD = $(XLSX_LIBS) $(HPDF_LIBS)

# For the jobs process: workers do not carry libical.
noinst_LTLIBRARIES += lib/libics.la
lib_libics_la_SOURCES = \
	lib/text/ics_busy.c \
	lib/text/ics_busy.h \
	lib/text/ics_event.c \
	lib/text/ics_zone.c
lib_libics_la_CFLAGS = $(AM_CFLAGS) $(ICAL_CFLAGS)
lib_libics_la_LIBADD = $(ICAL_LIBS)
