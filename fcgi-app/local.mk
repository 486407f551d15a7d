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
	fcgi-app/deadline.c \
	fcgi-app/deadline.h \
	fcgi-app/fcgi.c \
	fcgi-app/fcgi.h \
	fcgi-app/params.c \
	fcgi-app/params.h
