/* SPDX-License-Identifier: MIT */
/* Settings, menus and the audit log. */
#include <stdlib.h>
#include <string.h>

#include <magnetiq/audit.h>
#include <magnetiq/csv.h>
#include <magnetiq/menu.h>
#include <magnetiq/setting.h>

#include "../handlers.h"

enum mag_status
settings_show(struct exchange *x)
{
	struct mag_buf *b = reply_begin(x);
	size_t begin = b->len;
	enum mag_status st;

	if ((st = mag_setting_print(b, &x->call)) != MAG_OK)
		return st;
	x->etag = mag_printf(x->a, "\"r%lld\"",
	    (long long)mag_setting_revision(b->p + begin));
	return reply_end(x, 200);
}

enum mag_status
settings_change(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_setting_change(&x->call, x->json)) != MAG_OK)
		return st;
	return settings_show(x);
}

enum mag_status
public_menus(struct exchange *x)
{
	enum mag_status st;

	if ((st = mag_menu_print_all(reply_begin(x), &x->call, x->lang)) !=
	    MAG_OK)
		return st;
	x->language = x->lang;
	return reply_end(x, 200);
}

/* One member of the public settings; a map as a string with ?lang=. */
static enum mag_status
print_setting(struct exchange *x, const char *key, const char *name)
{
	struct mag_value v = { MAG_V_TEXT, 0, NULL, 0 };
	struct mag_buf *b = &x->out;
	const struct mag_json *j;
	struct mag_str s;
	enum mag_status st;

	st = mag_setting_text(&v.s, &x->call, key);
	if (st != MAG_OK && st != MAG_NOT_FOUND)
		return st;
	mag_buf_addf(b, "%s\"%s\":", b->p[b->len - 1] == '{' ? "" : ",", name);
	if (st == MAG_NOT_FOUND || v.s == NULL) {
		mag_buf_adds(b, "null");
		return MAG_OK;
	}
	v.n = strlen(v.s);
	j = mag_json_own(x->a, v.s, v.n);
	if (j == NULL)
		mag_buf_jsons(b, v.s);
	else if (x->lang != NULL && mag_json_kind(j) == MAG_JSON_OBJECT) {
		(void)mag_ml(&s, &x->call, &v, x->lang);
		mag_buf_json(b, s.p, s.n);
	} else
		mag_json_print(b, j);
	return MAG_OK;
}

enum mag_status
public_settings(struct exchange *x)
{
	static const struct {
		const char	*key, *name;
	} shown[] = {
		{ "site_title", "site_title" },
		{ "site_description", "site_description" },
		{ "default_language", "default_language" },
		{ "supported_languages", "languages" },
		{ "registration_enabled", "registration_enabled" },
	};
	enum mag_status st;
	size_t i;

	mag_buf_addc(reply_begin(x), '{');
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if ((st = print_setting(x, shown[i].key, shown[i].name)) != MAG_OK)
			return st;
	if (x->lang != NULL) {
		mag_buf_adds(&x->out, ",\"language\":");
		mag_buf_jsons(&x->out, x->lang);
	}
	mag_buf_addc(&x->out, '}');
	x->language = x->lang;
	return reply_end(x, 200);
}

enum mag_status
not_found_list(struct exchange *x)
{
	static const char sql_list[] =
	    "SELECT path, hits, first_at, last_at FROM not_found_log"
	    " ORDER BY hits DESC, last_at DESC LIMIT 100";
	struct mag_buf *b = reply_begin(x);
	char first[MAG_TIME_TEXT], last[MAG_TIME_TEXT];
	struct mag_row *row = NULL;
	enum mag_status st;
	int n = 0;

	if ((st = mag_db_query(&row, x->call.db, sql_list, "")) != MAG_OK)
		goto done;
	mag_buf_addc(b, '[');
	while ((st = mag_row_next(row)) == MAG_OK) {
		mag_time_rfc3339(first, mag_row_time(row, 2));
		mag_time_rfc3339(last, mag_row_time(row, 3));
		mag_buf_adds(b, n++ > 0 ? ",{\"path\":" : "{\"path\":");
		mag_buf_jsons(b, mag_row_dup(row, 0, x->a));
		mag_buf_addf(b, ",\"hits\":%lld,\"first_at\":\"%s\","
		    "\"last_at\":\"%s\"}", (long long)mag_row_int(row, 1),
		    first, last);
	}
	mag_buf_addc(b, ']');
	if (st == MAG_NOT_FOUND)
		st = reply_whole(x);
done:
	mag_row_done(row);
	return st;
}

static void
filter_time(struct exchange *x, struct mag_list *l, const char *name,
    const char *sql)
{
	const char *s = input_query(x, name);
	struct mag_filter *f = &l->filters[l->nfilters];
	int64_t t;

	if (s == NULL)
		return;
	if (!mag_time_parse(&t, s, strlen(s), true)) {
		mag_wrong(&x->call, name, "must be a time with an offset, as in "
		    "2026-05-01T09:00:00Z", NULL);
		return;
	}
	f->sql = sql;
	f->bind = (struct mag_bind){ MAG_BIND_TIME, t, NULL, 0 };
	f->bound = true;
	l->nfilters++;
}


enum mag_status
audit_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	(void)!input_list(x, &mag_audit_noun, &l);
	filter_time(x, &l, "from", "created_at >= ?");
	filter_time(x, &l, "to", "created_at <= ?");
	if ((st = mag_verdict(&x->call)) != MAG_OK)
		return st;
	return reply_table(x, &mag_audit_noun, &l, NULL);
}
