/* SPDX-License-Identifier: MIT */
/* Plain forms of the site's pages: what was typed, and what was wrong with it. */
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/i18n.h>

#include "form.h"

const char *const form_person[] = { "first_name", "last_name", "email",
    "company", "job_title", "phone", NULL };
const char *const form_paper[] = { "first_name", "last_name", "email",
    "company", "job_title", "phone", "website", NULL };

const char *
form_label(const char *lang, const char *field)
{
	static const char *const labels[][2] = {
		{ "name", "Name" },
		{ "first_name", "First name" }, { "last_name", "Last name" },
		{ "email", "E-mail" }, { "company", "Company" },
		{ "job_title", "Position" }, { "phone", "Telephone" },
		{ "subject", "Subject" }, { "message", "Message" },
		{ "starts_at", "When" }, { "timezone", "Time zone" },
		{ "duration_minutes", "Duration" },
		{ "meeting_type", "Kind of meeting" },
		{ "consultant_id", "With" },
		{ "privacy_consent", "Consent" }, { "website", "Website" },
		{ "marketing_consent", "Letters about further offers" },
	};
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i][0], field) == 0)
			return mag_tr(lang, labels[i][1]);
	return field;
}

static const char *
words_of(struct exchange *x, const struct mag_detail *w, const char *lang)
{

	return w->arg == NULL ? mag_tr(lang, w->message) :
	    mag_tr_fill(x->a, lang, w->message, w->arg);
}

const char *
form_fault(struct exchange *x, const char *field, const char *lang)
{
	const struct mag_detail *w;

	for (w = x->call.problem.first; w != NULL; w = w->next)
		if (strcmp(w->field, field) == 0)
			return words_of(x, w, lang);
	return NULL;
}

static void
fill_boxes(struct mag_data *d, const struct query *form)
{

	mag_data_text(d, "privacy_consent",
	    query_get(form, "privacy_consent"));
	mag_data_text(d, "marketing_consent",
	    query_get(form, "marketing_consent"));
}

/* The boxes say what the ledger of consents will say was agreed to. */
static void
fill_words(struct mag_data *d, const char *lang)
{

	mag_data_text(d, "privacy_words", mag_consent_wording(NULL,
	    MAG_CONSENT_PRIVACY, lang));
	mag_data_text(d, "marketing_words", mag_consent_wording(NULL,
	    MAG_CONSENT_MARKETING, lang));
}

void
form_wrongs(struct exchange *x, struct mag_data *d, const char *lang)
{
	const struct mag_detail *w;
	struct mag_data *to;

	for (w = x->call.problem.first; w != NULL; w = w->next) {
		to = mag_data_each(d, "wrongs");
		mag_data_text(to, "field", form_label(lang, w->field));
		mag_data_text(to, "words", words_of(x, w, lang));
	}
	if (x->call.problem.message != NULL)
		mag_data_text(d, "wrong", mag_tr(lang,
		    x->call.problem.message));
}

void
form_fill(struct exchange *x, struct mag_data *d, const struct query *form,
    const char *const *names, const char *lang)
{

	fill_words(d, lang);
	if (form != NULL)
		fill_boxes(d, form);
	for (; form != NULL && *names != NULL; names++)
		mag_data_text(d, *names, query_get(form, *names));
	form_wrongs(x, d, lang);
}

void
form_members(struct mag_buf *b, const struct query *form,
    const char *const *names)
{
	const char *s;

	for (; *names != NULL; names++) {
		s = query_get(form, *names);
		if (s == NULL || *s == '\0')
			continue;
		mag_buf_addf(b, "\"%s\":", *names);
		mag_buf_jsons(b, s);
		mag_buf_addc(b, ',');
	}
}

void
form_consents(struct mag_buf *b, const struct query *form, const char *lang)
{

	mag_buf_addf(b, "\"privacy_consent\":%s,\"marketing_consent\":%s,"
	    "\"language\":\"%s\"",
	    query_get(form, "privacy_consent") ? "true" : "false",
	    query_get(form, "marketing_consent") ? "true" : "false", lang);
}

const char *
form_encode(struct mag_arena *a, const char *s)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 3 * strlen(s) + 1);
	for (; *s != '\0'; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9'))
			mag_buf_addc(&b, *s);
		else
			mag_buf_addf(&b, "%%%02X", (unsigned char)*s);
	return b.p;
}
