/* SPDX-License-Identifier: MIT */
/*
 * The forms that editors may put anywhere into a page: writing to the people
 * of the site, and asking for its newsletter.  They need no script.  What is
 * wrong with one is said in the page that it stood in.  Each has a page of its
 * own as well, for whoever comes from elsewhere, and where whoever has sent it
 * is thanked.
 */
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/contact.h>
#include <magnetiq/i18n.h>
#include <magnetiq/limits.h>
#include <magnetiq/once.h>
#include <magnetiq/rand.h>
#include <magnetiq/subscriber.h>

#include "../handlers.h"
#include "form.h"

#define SPAM_ABOUT	"forms"

struct input {
	const char	*name, *type, *autocomplete;
	int		 max;
};

struct asking {
	const char	*name;		/* in addresses, and in blocks of pages */
	const char	*data;		/* in templates */
	const char	*heading, *button, *done;
	const char	*consent;	/* the purpose that its box is about */
	const char	*const *fields;
	const struct input *inputs;
	enum mag_status	(*act)(struct mag_call *, const struct mag_json *);
	bool		 speaks;	/* it takes a language */
};

static const struct asking forms[] = {
	{ "contact", "contact_form", "Write to us", "Send the message",
	  "Thank you; your message is on its way.", MAG_CONSENT_PRIVACY,
	  (const char *const[]) { "name", "email", "message", NULL },
	  (const struct input[]) {
		{ "name", "text", "name", 200 },
		{ "email", "email", "email", MAG_EMAIL_MAX },
		{ "message", NULL, NULL, MAG_MESSAGE_MAX },
		{ NULL, NULL, NULL, 0 } }, mag_contact, false },
	{ "newsletter", "newsletter_form", "News by e-mail", "Subscribe",
	  "A letter is on its way to you; our news come once you have followed "
	  "its link.", MAG_CONSENT_NEWSLETTER,
	  (const char *const[]) { "email", NULL },
	  (const struct input[]) {
		{ "email", "email", "email", MAG_EMAIL_MAX },
		{ NULL, NULL, NULL, 0 } }, mag_subscribe, true },
};
#define FORMS	(sizeof(forms) / sizeof(forms[0]))

static const struct asking *
find(const char *name)
{
	size_t i;

	for (i = 0; i < FORMS; i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

static const char *
path_of(struct exchange *x, const struct asking *f, const char *lang)
{

	return mag_printf(x->a, "/%s/forms/%s", lang, f->name);
}

static void
add_input(struct exchange *x, struct mag_data *to, const struct input *i,
    const struct query *form, const char *lang)
{

	mag_data_text(to, "name", i->name);
	mag_data_text(to, "label", form_label(lang, i->name));
	mag_data_text(to, "type", i->type);
	mag_data_bool(to, "long", i->type == NULL);
	mag_data_text(to, "autocomplete", i->autocomplete);
	mag_data_int(to, "max", i->max);
	mag_data_bool(to, "required", true);
	mag_data_text(to, "value", form == NULL ? NULL :
	    query_get(form, i->name));
	mag_data_text(to, "fault", form == NULL ? NULL :
	    form_fault(x, i->name, lang));
}

/*
 * The box says what the ledger of consents will say was agreed to.  ${form} is
 * what was typed into this one and was refused, or NULL.
 */
static void
add_form(struct exchange *x, struct mag_data *d, const struct asking *f,
    const struct query *form, const char *lang)
{
	const struct input *i;

	mag_data_text(d, "action", path_of(x, f, lang));
	for (i = f->inputs; i->name != NULL; i++)
		add_input(x, mag_data_each(d, "fields"), i, form, lang);
	mag_data_text(d, "consent", mag_consent_wording(NULL, f->consent,
	    lang));
	mag_data_bool(d, "agreed", form != NULL &&
	    query_get(form, "privacy_consent") != NULL);
	mag_data_text(d, "consent_fault", form == NULL ? NULL :
	    form_fault(x, "privacy_consent", lang));
	mag_data_text(d, "button", mag_tr(lang, f->button));
	if (form != NULL)
		form_wrongs(x, d, lang);
}

void
forms_add(struct exchange *x, struct mag_data *d, const char *lang,
    const char *slug, const struct form_sent *sent)
{
	struct mag_data *to;
	size_t i;

	for (i = 0; i < FORMS; i++) {
		to = mag_data_object(d, forms[i].data);
		mag_data_text(to, "page", slug);
		add_form(x, to, &forms[i], sent != NULL && strcmp(sent->name,
		    forms[i].name) == 0 ? sent->form : NULL, lang);
	}
	spam_add(x, d, SPAM_ABOUT);
}

/* ---- a page of its own ---- */

static struct mag_data *
begin(struct exchange *x, const struct asking *f, const char *lang)
{
	const char *const *l;
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, mag_tr(lang, f->heading));
	mag_data_bool(d, "noindex", true);
	for (l = mag_site(&x->call)->languages; *l != NULL; l++)
		view_language(d, *l, site_url(x, path_of(x, f, *l)),
		    strcmp(*l, lang) == 0);
	return d;
}

static enum mag_status
show(struct exchange *x, const struct asking *f, const struct query *form,
    const char *lang, int status)
{
	struct mag_data *d = begin(x, f, lang);

	add_form(x, mag_data_object(d, "ask"), f, form, lang);
	spam_add(x, d, SPAM_ABOUT);
	return view_send(x, d, lang, status, "form");
}

static enum mag_status
thank(struct exchange *x, const struct asking *f, const char *lang)
{
	struct mag_data *d = begin(x, f, lang);

	mag_data_text(d, "words", mag_tr(lang, f->done));
	return view_send(x, d, lang, 200, "thanks");
}

static const struct asking *
asked(struct exchange *x, const char **lang)
{

	*lang = site_path_language(x);
	return *lang == NULL ? NULL : find(x->match.values[1]);
}

enum mag_status
site_form(struct exchange *x)
{
	const struct asking *f;
	const char *lang;

	if ((f = asked(x, &lang)) == NULL)
		return MAG_NOT_FOUND;
	return input_query(x, "sent") != NULL ? thank(x, f, lang) :
	    show(x, f, NULL, lang, 200);
}

/* ---- it was sent ---- */

/* The same body that a program would send. */
static const struct mag_json *
body_of(struct exchange *x, const struct asking *f, const struct query *form,
    const char *lang)
{
	struct mag_buf b;

	mag_buf_init(&b, x->a, 512);
	mag_buf_addc(&b, '{');
	form_members(&b, form, f->fields);
	if (f->speaks)
		mag_buf_addf(&b, "\"language\":\"%s\",", lang);
	mag_buf_addf(&b, "\"privacy_consent\":%s}",
	    query_get(form, "privacy_consent") ? "true" : "false");
	return mag_json_own(x->a, b.p, b.len);
}

/*
 * The button pressed twice is one message.  Readers of a page may share what
 * nginx kept of it, so its bytes themselves are the key, and the signed moment
 * among them.
 */
static void
come_once(struct exchange *x, const char *path)
{
	struct mag_once *once = mag_alloc(x->a, sizeof(*once));

	*once = (struct mag_once){ path, mag_sha256_hex(x->a, x->body,
	    x->body_len), x->body, x->body_len };
	x->call.once = once;
}

/* In the page that it stood in, if that can be read; else in its own. */
static enum mag_status
refuse(struct exchange *x, const struct asking *f, const struct query *form,
    const char *lang)
{
	const struct form_sent sent = { f->name, form };
	const char *slug = query_get(form, "page");
	enum mag_status st = MAG_NOT_FOUND;

	if (slug != NULL)
		st = page_again(x, lang, slug, &sent);
	return st != MAG_NOT_FOUND ? st : show(x, f, form, lang,
	    reply_http(MAG_INVALID));
}

enum mag_status
site_form_send(struct exchange *x)
{
	const struct asking *f;
	const char *lang;
	struct query form;
	enum mag_status st;

	if ((f = asked(x, &lang)) == NULL)
		return MAG_NOT_FOUND;
	if (query_read(&form, x->a, x->body == NULL ? "" : x->body,
	    x->body_len) != MAG_OK)
		return MAG_MALFORMED;
	if (x->body != NULL)
		come_once(x, path_of(x, f, lang));
	/* What was agreed to was read in the language of the page. */
	x->call.lang = lang;
	st = spam_check(x, &form, SPAM_ABOUT);
	if (st == MAG_OK)
		st = f->act(&x->call, body_of(x, f, &form, lang));
	if (st == MAG_OK)
		return reply_redirect(x, 303, site_url(x, mag_printf(x->a,
		    "%s?sent=yes", path_of(x, f, lang))));
	return st == MAG_INVALID ? refuse(x, f, &form, lang) : st;
}
