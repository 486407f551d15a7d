/* SPDX-License-Identifier: MIT */
/* Refusals as pages; and what has moved elsewhere. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/menu.h>

#include "site.h"

/* Is the path one of these, or below it? */
static bool
below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && (path[n] == '\0' ||
	    path[n] == '/' || path[n] == '?');
}

bool
site_wants_page(struct exchange *x)
{
	/* A path that could not be read is looked at as it was sent. */
	const char *path = x->path.path.p != NULL ? x->path.path.p : x->rq->uri;

	return !x->on_api && !below(path, "/api") && !below(path, "/docs") &&
	    !below(path, "/media") && !below(path, "/openapi.json");
}

/* Paths beyond ASCII stand in a header as %XX. */
static const char *
header_url(struct exchange *x, const char *url)
{
	struct mag_buf b;

	mag_buf_init(&b, x->a, strlen(url) + 64);
	if (*url == '/')
		mag_buf_adds(&b, x->conf->site_url);
	for (; *url != '\0'; url++)
		if ((unsigned char)*url > 0x20 && (unsigned char)*url < 0x7f)
			mag_buf_addc(&b, *url);
		else
			mag_buf_addf(&b, "%%%02X", (unsigned char)*url);
	return b.p;
}

enum mag_status
site_move(struct exchange *x, int status, const char *path)
{

	if (x->path.query.n > 0)
		path = mag_printf(x->a, "%s?%s", path, x->path.query.p);
	return reply_redirect(x, status, header_url(x, path));
}

/* With or without a slash at its end: nobody remembers which it was. */
static bool
redirect_at(struct exchange *x, const char *path, const char **to, int *status)
{
	size_t n = strlen(path);

	if (mag_redirect_find(to, status, &x->call, path) == MAG_OK)
		return true;
	path = path[n - 1] == '/' ? mag_printf(x->a, "%.*s", (int)n - 1, path) :
	    mag_printf(x->a, "%s/", path);
	return n > 1 && mag_redirect_find(to, status, &x->call, path) == MAG_OK;
}

/* An editor may have written the path as people read it, or with its %XX. */
static bool
find_redirect(struct exchange *x, const char **to, int *status)
{
	const char *sent = mag_printf(x->a, "%.*s",
	    (int)strcspn(x->rq->uri, "?"), x->rq->uri);

	return redirect_at(x, x->path.path.p, to, status) ||
	    (strcmp(sent, x->path.path.p) != 0 &&
	    redirect_at(x, sent, to, status));
}

bool
site_moved(struct exchange *x)
{
	const char *to;
	int status;

	/* Files have one address, whichever server is asked. */
	if (x->path.path.p == NULL || x->method != GET ||
	    (!site_wants_page(x) && !below(x->path.path.p, "/media")) ||
	    !find_redirect(x, &to, &status))
		return false;
	x->headers.len = 0;
	(void)reply_redirect(x, status, header_url(x, to));
	return true;
}

static void
fill(struct mag_data *d, struct exchange *x, enum mag_status st,
    const char *lang)
{
	const struct mag_problem *p = &x->call.problem;
	const char *words = p->message != NULL ? p->message :
	    reply_message(st);

	words = p->message != NULL && p->arg != NULL ?
	    mag_tr_fill(x->a, lang, words, p->arg) : mag_tr(lang, words);
	view_title(x, d, lang, words);
	mag_data_text(d, "message", words);
	mag_data_int(d, "status", x->status);
	mag_data_bool(d, "noindex", true);
	if (x->status >= 500)
		mag_data_text(d, "request_id", x->call.request_id);
}

static void
add_languages(struct mag_data *d, struct exchange *x, const char *lang)
{
	const char *const *l;

	for (l = mag_site(&x->call)->languages; *l != NULL; l++)
		view_language(d, *l, mag_printf(x->a, "%s/%s/",
		    x->conf->site_url, *l), strcmp(*l, lang) == 0);
}

void
site_problem(struct exchange *x, enum mag_status st)
{
	const char *lang = site_language(x);
	struct mag_data *d;
	int status = x->status;

	d = view_begin(x, lang);
	fill(d, x, st, lang);
	/* Where the database may be the trouble, nothing more is asked of it. */
	if (status < 500) {
		add_languages(d, x, lang);
		mag_menu_data(d, &x->call, "main", lang, NULL);
		mag_menu_data(d, &x->call, "footer", lang, NULL);
	}
	if (view_send(x, d, lang, status, "problem") == MAG_OK)
		return;
	x->type = "text/html; charset=utf-8";
	x->out.len = 0;
	mag_buf_addf(&x->out, "<!doctype html><title>%d</title><h1>%d</h1>\n",
	    status, status);
}
