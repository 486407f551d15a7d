/* SPDX-License-Identifier: MIT */
/* A row of the outbox becomes a message: template, layout, text, headers. */
#include <string.h>

#include <magnetiq/conf.h>
#include <magnetiq/fold.h>
#include <magnetiq/html.h>
#include <magnetiq/log.h>
#include <magnetiq/noun.h>
#include <magnetiq/setting.h>
#include <magnetiq/token.h>

#include "letter.h"

/* A setting that admins may leave empty; then NULL. */
static const char *
setting(struct mag_call *c, const char *key)
{
	const char *text;

	return mag_setting_text(&text, c, key) == MAG_OK && text != NULL &&
	    *text != '\0' ? text : NULL;
}

/* The environment wins over the settings, as everywhere. */
const char *
mag_letter_from(struct mag_call *c)
{
	const char *host = c->conf->site_host, *set;

	if (c->conf->smtp_from_email != NULL)
		return c->conf->smtp_from_email;
	if ((set = setting(c, "email_from_address")) != NULL)
		return set;
	return mag_printf(c->a, "noreply@%.*s", (int)strcspn(host, ":"), host);
}

static const char *
from_name(struct mag_call *c, const char *language)
{
	const char *set;
	struct mag_str title;

	if (c->conf->smtp_from_name != NULL)
		return c->conf->smtp_from_name;
	if ((set = setting(c, "email_from_name")) != NULL)
		return set;
	(void)mag_ml(&title, c, &mag_site(c)->title, language);
	return mag_dup(c->a, title.p, title.n);
}

/* The page with the button, which also takes the one POST of RFC 8058. */
static const char *
unsubscribe_url(struct mag_call *c, const struct mag_outbox_claim *l)
{
	const struct mag_site *site = mag_site(c);

	return mag_printf(c->a, "%s/%s/unsubscribe?token=%s",
	    c->conf->site_url, mag_site_speaks(site, l->language) ?
	    l->language : site->language, mag_token_sign(c->a, c->conf,
	    MAG_FOR_UNSUBSCRIBE, mag_fold_email(c->a, l->recipient), 0));
}

/* <title>words</title> at the beginning: the words, and what follows. */
static enum mag_status
subject(const char **out, struct mag_str *rest, struct mag_arena *a,
    const struct mag_buf *html)
{
	static const char begin[] = "<title>", end[] = "</title>";
	const char *p = html->p + strspn(html->p, " \t\r\n"), *stop;
	struct mag_buf b;

	if (strncmp(p, begin, sizeof(begin) - 1) != 0)
		return MAG_FAILED;
	p += sizeof(begin) - 1;
	if ((stop = strstr(p, end)) == NULL)
		return MAG_FAILED;
	mag_buf_init(&b, a, 128);
	mag_html_letter(&b, p, (size_t)(stop - p));
	*out = b.p;
	rest->p = stop + sizeof(end) - 1;
	rest->n = html->len - (size_t)(rest->p - html->p);
	return MAG_OK;
}

/* The words, then the layout around them, then all of it as text. */
static enum mag_status
write_parts(struct mag_letter *out, struct mag_call *c,
    const struct mag_outbox_claim *l, struct mag_data *d)
{
	struct mag_buf words, html, text;
	struct mag_str rest;
	enum mag_status st;

	mag_buf_init(&words, c->a, 2048);
	mag_buf_init(&html, c->a, 8192);
	mag_buf_init(&text, c->a, 2048);
	if ((st = mag_template_render(&words, mag_printf(c->a,
	    "letter/%s.html", l->template), d, l->language,
	    MAG_ESCAPE_HTML)) != MAG_OK ||
	    (st = subject(&out->subject, &rest, c->a, &words)) != MAG_OK)
		return st;
	mag_data_text(d, "letter_subject", out->subject);
	mag_data_bytes(d, "letter_body", rest.p, rest.n);
	mag_data_text(d, "unsubscribe_url", out->unsubscribe);
	if ((st = mag_template_render(&html, "letter/layout.html", d,
	    l->language, MAG_ESCAPE_HTML)) != MAG_OK)
		return st;
	mag_html_letter(&text, html.p, html.len);
	out->html = html.p;
	out->text = text.p;
	return MAG_OK;
}

enum mag_status
mag_letter_compose(struct mag_buf *b, struct mag_call *c,
    const struct mag_outbox_claim *l)
{
	const struct mag_letter_kind *kind = mag_letter_kind(l->template);
	const struct mag_json *json = mag_json_own(c->a, l->data,
	    strlen(l->data));
	struct mag_letter letter = {
		.from_name = from_name(c, l->language),
		.from_email = mag_letter_from(c),
		.reply_name = mag_json_text(mag_json_get(json, "reply_name")),
		.reply_to = mag_json_text(mag_json_get(json, "reply_to")),
		.to = l->recipient, .message_id = l->message_id,
		.date = l->created, .language = l->language,
	};

	if (kind == NULL) {
		mag_log(MAG_ERROR, "letter", "there is no letter called %s",
		    l->template);
		return MAG_FAILED;
	}
	if (kind->flags & MAG_LETTER_MARKETING)
		letter.unsubscribe = unsubscribe_url(c, l);
	if (write_parts(&letter, c, l, letter_data(c, json, l->language)) !=
	    MAG_OK) {
		mag_log(MAG_ERROR, "letter", "the template %s is broken",
		    l->template);
		return MAG_FAILED;
	}
	letter.calendar = letter_calendar(&letter.calendar_method, c, &letter,
	    kind->flags, json);
	mag_letter_print(b, &letter);
	return MAG_OK;
}

enum mag_status
mag_letter_preview(struct mag_buf *b, struct mag_call *c, const char *kind,
    const char *language, const char *data)
{
	struct mag_outbox_claim l = {
		.message_id = "preview@example.org",
		.recipient = "reader@example.org", .template = kind,
		.language = language, .data = data, .created = c->now,
	};
	const struct mag_json *json;

	if (mag_letter_kind(kind) == NULL)
		return mag_fail(c, MAG_NOT_FOUND, "There is no such letter.");
	if (data == NULL)
		l.data = mag_letter_example();
	json = mag_json_own(c->a, l.data, strlen(l.data));
	if (json == NULL || mag_json_kind(json) != MAG_JSON_OBJECT)
		return mag_fail(c, MAG_INVALID, "The data is no JSON object.");
	return mag_letter_compose(b, c, &l);
}
