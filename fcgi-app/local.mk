# fcgi-app: HTTP in, library calls, HTTP out.
# http/ is pure functions on bytes; unit tests and fuzzers link it.
http_sources += \
	fcgi-app/http/bytes.c \
	fcgi-app/http/bytes.h \
	fcgi-app/http/etag.c \
	fcgi-app/http/etag.h \
	fcgi-app/http/header.c \
	fcgi-app/http/header.h \
	fcgi-app/http/mime.c \
	fcgi-app/http/mime.h \
	fcgi-app/http/multipart.c \
	fcgi-app/http/multipart.h \
	fcgi-app/http/path.c \
	fcgi-app/http/path.h \
	fcgi-app/http/query.c \
	fcgi-app/http/query.h

noinst_LTLIBRARIES += fcgi-app/libhttp.la
fcgi_app_libhttp_la_SOURCES = $(http_sources)
fcgi_app_libhttp_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app

worker_sources += \
	fcgi-app/api/admin.c \
	fcgi-app/api/analytics.c \
	fcgi-app/api/auth.c \
	fcgi-app/api/availability.c \
	fcgi-app/api/bookings.c \
	fcgi-app/api/calendars.c \
	fcgi-app/api/health.c \
	fcgi-app/api/leads.c \
	fcgi-app/api/letters.c \
	fcgi-app/api/media.c \
	fcgi-app/api/metrics.c \
	fcgi-app/api/pages.c \
	fcgi-app/api/people.c \
	fcgi-app/api/privacy.c \
	fcgi-app/api/public.c \
	fcgi-app/api/registrations.c \
	fcgi-app/api/running.c \
	fcgi-app/api/speakers.c \
	fcgi-app/api/webhooks.c \
	fcgi-app/api/webinars.c \
	fcgi-app/api/whitepapers.c \
	fcgi-app/cache.c \
	fcgi-app/cache.h \
	fcgi-app/cors.c \
	fcgi-app/deadline.c \
	fcgi-app/deadline.h \
	fcgi-app/doors.c \
	fcgi-app/doors.h \
	fcgi-app/exchange.c \
	fcgi-app/exchange.h \
	fcgi-app/fcgi.c \
	fcgi-app/fcgi.h \
	fcgi-app/guard.c \
	fcgi-app/handlers.h \
	fcgi-app/input.c \
	fcgi-app/links.c \
	fcgi-app/links.h \
	fcgi-app/macros.h \
	fcgi-app/main.c \
	fcgi-app/observe.c \
	fcgi-app/observe.h \
	fcgi-app/openapi.c \
	fcgi-app/params.c \
	fcgi-app/params.h \
	fcgi-app/reply.c \
	fcgi-app/route.h \
	fcgi-app/router.c \
	fcgi-app/site/asset.c \
	fcgi-app/site/booking.c \
	fcgi-app/site/booking.h \
	fcgi-app/site/booking_form.c \
	fcgi-app/site/consultants.c \
	fcgi-app/site/dev_mail.c \
	fcgi-app/site/form.c \
	fcgi-app/site/forms.c \
	fcgi-app/site/form.h \
	fcgi-app/site/manage.c \
	fcgi-app/site/news.c \
	fcgi-app/site/offers.c \
	fcgi-app/site/own.c \
	fcgi-app/site/page.c \
	fcgi-app/site/paper.c \
	fcgi-app/site/password.c \
	fcgi-app/site/problem.c \
	fcgi-app/site/search.c \
	fcgi-app/site/seat.c \
	fcgi-app/site/site.h \
	fcgi-app/site/sitemap.c \
	fcgi-app/site/spam.c \
	fcgi-app/site/view.c \
	fcgi-app/site/webinar.c \
	fcgi-app/table.c \
	fcgi-app/upload.c \
	fcgi-app/upload.h \
	fcgi-app/usual.c \
	fcgi-app/worker.c

EXTRA_DIST += fcgi-app/routes
sbin_PROGRAMS += fcgi-app/magnetiq-fcgi
fcgi_app_magnetiq_fcgi_SOURCES = $(worker_sources)
fcgi_app_magnetiq_fcgi_CFLAGS = $(AM_CFLAGS) $(FCGI_CFLAGS)
fcgi_app_magnetiq_fcgi_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app
fcgi_app_magnetiq_fcgi_LDFLAGS = $(AM_LDFLAGS) $(MAG_PIE_LDFLAGS)
fcgi_app_magnetiq_fcgi_LDADD = fcgi-app/libhttp.la lib/libsheet.la \
	lib/libmagnetiq.la $(FCGI_LIBS)
