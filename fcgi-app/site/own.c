/* SPDX-License-Identifier: MIT */
/*
 * What visitors may see and do about what is kept of them: a form that sends a
 * link, and the page where it leads.  Looking at either changes nothing.
 */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/ops.h>
#include <magnetiq/privacy.h>
#include <magnetiq/subscriber.h>

#include "../handlers.h"
#include "site.h"

/* ---- the form ---- */

static enum mag_status
show_form(struct exchange *x, int status, const char *done, const char *wrong)
{
	const char *lang = site_language(x);
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, mag_tr(lang, "What we know of you"));
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "done", done == NULL ? NULL : mag_tr(lang, done));
	mag_data_text(d, "wrong", wrong);
	return view_send(x, d, lang, status, "own-form");
}

enum mag_status
site_own_form(struct exchange *x)
{

	if (site_path_language(x) == NULL)
		return MAG_NOT_FOUND;
	return show_form(x, 200, NULL, NULL);
}

static const char *
field(const struct query *form, const char *name)
{
	const char *s = query_get(form, name);

	return s == NULL ? "" : s;
}

/* Whoever is known and whoever is not read the same, as soon. */
enum mag_status
site_own_ask(struct exchange *x)
{
	const char *lang = site_path_language(x);
	const struct mag_detail *wrong;
	struct query form;
	enum mag_status st;

	if (lang == NULL)
		return MAG_NOT_FOUND;
	if (query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len) != MAG_OK)
		return MAG_MALFORMED;
	st = mag_privacy_ask(&x->call, field(&form, "email"), lang);
	if (st == MAG_OK)
		return show_form(x, 200, "If this address can get letters, a "
		    "link is on its way to it. It works for a day.", NULL);
	if (st != MAG_INVALID || (wrong = x->call.problem.first) == NULL)
		return st;
	return show_form(x, reply_http(st), NULL,
	    mag_tr_fill(x->a, lang, wrong->message, ""));
}

/* ---- the page behind the link ---- */

/* What each table of one's own is called on the page. */
static const char *
name_of(const char *table)
{
	static const char *const names[][2] = {
		{ "bookings", "Conversations" },
		{ "consents", "Consents" },
		{ "leads", "Who you are to us" },
		{ "outbox", "Letters to you" },
		{ "subscribers", "News by e-mail" },
		{ "webinar_registrations", "Seats in webinars" },
		{ "whitepaper_downloads", "White papers" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], table) == 0)
			return names[i][1];
	return table;
}

struct counting {
	struct mag_data	*d;
	const char	*lang;
	struct mag_arena *a;
	int64_t		 rows;
};

static void
count(void *arg, const char *table, int64_t rows)
{
	struct counting *w = arg;
	struct mag_data *line;

	if (rows == 0)
		return;
	w->rows += rows;
	line = mag_data_each(w->d, "tables");
	mag_data_text(line, "name", mag_tr(w->lang, name_of(table)));
	mag_data_text(line, "rows", mag_printf(w->a, "%lld", (long long)rows));
}

static enum mag_status
show(struct exchange *x, const char *token, const char *email,
    const char *done)
{
	const char *lang = site_language(x);
	struct mag_data *d = view_begin(x, lang);
	struct counting w = { d, lang, x->a, 0 };
	enum mag_status st;

	if ((st = mag_privacy_own(&x->call, email, count, &w)) != MAG_OK)
		return st;
	view_title(x, d, lang, mag_tr(lang, "What we know of you"));
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "token", token);
	mag_data_text(d, "email", email);
	mag_data_bool(d, "known", w.rows > 0);
	mag_data_text(d, "done", done == NULL ? NULL : mag_tr(lang, done));
	return view_send(x, d, lang, 200, "own");
}

static enum mag_status
download(struct exchange *x, const char *email)
{
	struct mag_buf b;
	enum mag_status st;

	mag_buf_init(&b, x->a, 4096);
	if ((st = mag_op_privacy_own(&x->call, email, &b)) != MAG_OK)
		return st;
	reply_header(x, "Content-Disposition",
	    "attachment; filename=\"own-data.json\"");
	return reply_bytes(x, 200, "application/json", b.p, b.len);
}

enum mag_status
site_own(struct exchange *x)
{
	const char *token = input_query(x, "token"), *email;
	const char *format = input_query(x, "format");
	enum mag_status st;

	if (site_path_language(x) == NULL)
		return MAG_NOT_FOUND;
	if ((st = mag_privacy_open(&email, &x->call, token)) != MAG_OK)
		return st;
	return format != NULL && strcmp(format, "json") == 0 ?
	    download(x, email) : show(x, token, email, NULL);
}

static enum mag_status
erase(struct exchange *x, const struct query *form, const char **done,
    const char *email)
{
	struct mag_buf counts;

	*done = "Nothing was erased: please tick the box first.";
	if (strcmp(field(form, "sure"), "yes") != 0)
		return MAG_OK;
	*done = "You are forgotten.";
	mag_buf_init(&counts, x->a, 1024);
	return mag_op_privacy_erase(&x->call, email, &counts);
}

enum mag_status
site_own_act(struct exchange *x)
{
	const char *token = input_query(x, "token"), *email, *done, *what;
	struct query form;
	enum mag_status st;

	if (site_path_language(x) == NULL)
		return MAG_NOT_FOUND;
	if (query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len) != MAG_OK)
		return MAG_MALFORMED;
	if ((st = mag_privacy_open(&email, &x->call, token)) != MAG_OK)
		return st;
	what = field(&form, "do");
	if (strcmp(what, "erase") == 0)
		st = erase(x, &form, &done, email);
	else if (strcmp(what, "object") == 0) {
		done = "You get no more letters about offers and news.";
		st = mag_unsubscribe_address(&x->call, email);
	} else
		return mag_fail(&x->call, MAG_MALFORMED,
		    "The request is not well-formed.");
	return st != MAG_OK ? st : show(x, token, email, done);
}
