# fuzz: one target a parser that meets a stranger.  `make check` replays its
# corpus; t/fuzz/run looks for more with clang.  README.md says how to add one.
fuzz_main = t/fuzz/libreplay.la
fuzz_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/fcgi-app
fuzz_libs = $(fuzz_main) fcgi-app/libhttp.la lib/libcore.la

check_LTLIBRARIES = t/fuzz/libreplay.la
t_fuzz_libreplay_la_SOURCES = t/fuzz/replay.c

TESTS += t/fuzz/fuzz.tap
EXTRA_DIST += t/fuzz/README.md t/fuzz/corpus t/fuzz/fuzz.tap t/fuzz/run

check_PROGRAMS += t/fuzz/accept_language
t_fuzz_accept_language_SOURCES = t/fuzz/accept_language.c
t_fuzz_accept_language_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_accept_language_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/csv
t_fuzz_csv_SOURCES = t/fuzz/csv.c
t_fuzz_csv_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_csv_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/cursor
t_fuzz_cursor_SOURCES = t/fuzz/cursor.c
t_fuzz_cursor_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_cursor_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/env
t_fuzz_env_SOURCES = t/fuzz/env.c
t_fuzz_env_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_env_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/fold
t_fuzz_fold_SOURCES = t/fuzz/fold.c
t_fuzz_fold_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_fold_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/header
t_fuzz_header_SOURCES = t/fuzz/header.c
t_fuzz_header_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_header_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/html
t_fuzz_html_SOURCES = t/fuzz/html.c
t_fuzz_html_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_html_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/image
t_fuzz_image_SOURCES = t/fuzz/image.c
t_fuzz_image_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_image_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/json
t_fuzz_json_SOURCES = t/fuzz/json.c
t_fuzz_json_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_json_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/jwt
t_fuzz_jwt_SOURCES = t/fuzz/jwt.c
t_fuzz_jwt_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_jwt_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/letter
t_fuzz_letter_SOURCES = t/fuzz/letter.c
t_fuzz_letter_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_letter_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/markdown
t_fuzz_markdown_SOURCES = t/fuzz/markdown.c
t_fuzz_markdown_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_markdown_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/multipart
t_fuzz_multipart_SOURCES = t/fuzz/multipart.c
t_fuzz_multipart_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_multipart_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/path
t_fuzz_path_SOURCES = t/fuzz/path.c
t_fuzz_path_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_path_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/query
t_fuzz_query_SOURCES = t/fuzz/query.c
t_fuzz_query_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_query_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/search_query
t_fuzz_search_query_SOURCES = t/fuzz/search_query.c
t_fuzz_search_query_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_search_query_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/template
t_fuzz_template_SOURCES = t/fuzz/template.c
t_fuzz_template_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_template_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/time
t_fuzz_time_SOURCES = t/fuzz/time.c
t_fuzz_time_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_time_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/token
t_fuzz_token_SOURCES = t/fuzz/token.c
t_fuzz_token_CPPFLAGS = $(fuzz_cppflags)
t_fuzz_token_LDADD = $(fuzz_libs)

check_PROGRAMS += t/fuzz/txt
t_fuzz_txt_SOURCES = t/fuzz/txt.c cli/txt.c
t_fuzz_txt_CPPFLAGS = $(fuzz_cppflags) -I$(top_srcdir)/cli
t_fuzz_txt_LDADD = $(fuzz_libs) -lresolv

check_PROGRAMS += t/fuzz/wxr
t_fuzz_wxr_SOURCES = t/fuzz/wxr.c
t_fuzz_wxr_CPPFLAGS = $(fuzz_cppflags) -I$(top_srcdir)/lib/ops
t_fuzz_wxr_LDADD = $(fuzz_main) lib/libimport.la lib/libcore.la

check_PROGRAMS += t/fuzz/ics_busy
t_fuzz_ics_busy_SOURCES = t/fuzz/ics_busy.c
t_fuzz_ics_busy_CPPFLAGS = $(fuzz_cppflags) -I$(top_srcdir)/lib/text
t_fuzz_ics_busy_LDADD = $(fuzz_main) lib/libics.la lib/libcore.la
