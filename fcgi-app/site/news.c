/* SPDX-License-Identifier: MIT */
/*
 * Where the links of letters about news lead: a page with one button.  Looking
 * at it changes nothing, because programs follow the links in letters, too.
 */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/subscriber.h>

#include "../handlers.h"
#include "site.h"

struct news {
	const char	*heading, *what, *button, *done;
	enum mag_status	(*check)(struct mag_call *, const char *token);
	enum mag_status	(*act)(struct mag_call *, const char *token);
};

static const struct news subscribing = {
	"News by e-mail", "Do you want to get our news at this address?",
	"Yes, send me the news", "You will get our news.",
	mag_subscribe_check, mag_subscribe_confirm
};
static const struct news ending = {
	"No more letters",
	"Do you want no more letters about offers and news?",
	"No more letters of this kind",
	"You will get no more letters of this kind.",
	mag_unsubscribe_check, mag_unsubscribe
};

static const struct news *
about(struct exchange *x)
{

	return strcmp(x->match.route->path, "/{lang}/subscribe") == 0 ?
	    &subscribing : &ending;
}

static enum mag_status
show(struct exchange *x, const char *token)
{
	const struct news *n = about(x);
	const char *lang = site_language(x);
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, mag_tr(lang, n->heading));
	mag_data_bool(d, "noindex", true);
	mag_data_text(d, "token", token);
	mag_data_text(d, "words", mag_tr(lang, token == NULL ? n->done :
	    n->what));
	mag_data_text(d, "button", mag_tr(lang, n->button));
	return view_send(x, d, lang, 200, "button");
}

enum mag_status
site_news(struct exchange *x)
{
	const char *token = input_query(x, "token");
	enum mag_status st;

	if (site_path_language(x) == NULL)
		return MAG_NOT_FOUND;
	st = about(x)->check(&x->call, token);
	return st != MAG_OK ? st : show(x, token);
}

enum mag_status
site_news_click(struct exchange *x)
{
	const char *token = input_query(x, "token");
	struct query form;
	enum mag_status st;

	if (site_path_language(x) == NULL)
		return MAG_NOT_FOUND;
	if (token == NULL && query_read(&form, x->a, x->body == NULL ? "" :
	    x->body, x->body_len) == MAG_OK)
		token = query_get(&form, "token");
	st = about(x)->act(&x->call, token);
	return st != MAG_OK ? st : show(x, NULL);
}
