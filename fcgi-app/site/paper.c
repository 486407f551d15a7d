/* SPDX-License-Identifier: MIT */
/* What the page of a white paper shows beside its words: its form. */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/limits.h>
#include <magnetiq/whitepaper.h>

#include "form.h"

/* What browsers want to know of a field; its length stands in the noun. */
static const struct kind {
	const char	*name, *type, *autocomplete;
} kinds[] = {
	{ "company", "text", "organization" },
	{ "job_title", "text", "organization-title" },
	{ "phone", "tel", "tel" },
	{ "website", "url", "url" },
};

static void
add_kind(struct mag_data *to, const char *name)
{
	const struct kind *k = kinds;

	while (strcmp(k->name, name) != 0)
		k++;
	mag_data_text(to, "type", k->type);
	mag_data_text(to, "autocomplete", k->autocomplete);
	mag_data_int(to, "max", mag_download.fields[
	    mag_noun_field(&mag_download, name)].max);
}

/* Whoever has no script sees every field, and reads when it is needed. */
static void
add_rule(struct exchange *x, struct mag_data *to,
    const struct mag_form_field *f, const char *lang)
{

	mag_data_bool(to, "required", f->required && f->when == NULL);
	if (f->when == NULL)
		return;
	mag_data_text(to, "depends", f->when);
	mag_data_text(to, "filled", f->filled ? "true" : "false");
	if (f->required)
		mag_data_text(to, "needed", mag_tr_fill(x->a, lang,
		    f->filled ? "needed with: %s" : "needed without: %s",
		    form_label(lang, f->when)));
}

static void
add_field(struct exchange *x, struct mag_data *to,
    const struct mag_form_field *f, const struct query *form, const char *lang)
{

	mag_data_text(to, "name", f->name);
	mag_data_text(to, "label", form_label(lang, f->name));
	add_kind(to, f->name);
	add_rule(x, to, f, lang);
	mag_data_text(to, "value", form == NULL ? NULL :
	    query_get(form, f->name));
	mag_data_text(to, "fault", form_fault(x, f->name, lang));
}

/* What depends on a box stands behind it, with all that follows. */
static void
add_fields(struct exchange *x, struct mag_data *d, const struct mag_record *r,
    const struct query *form, const char *lang)
{
	struct mag_form_field f[MAG_FORM_FIELDS_MAX];
	const char *list = "fields";
	int i, n = mag_whitepaper_form(f, x->a, r);

	mag_data_bool(d, "asked", n >= 0);
	for (i = 0; i < n; i++) {
		if (f[i].when != NULL &&
		    strcmp(f[i].when, "marketing_consent") == 0)
			list = "fields_behind";
		add_field(x, mag_data_each(d, list), &f[i], form, lang);
	}
}

void
paper_page(struct exchange *x, struct mag_data *d, const struct mag_record *r,
    const struct query *form, const char *lang)
{
	bool asks = mag_int(r, "requires_registration") != 0;

	mag_data_bool(d, asks ? "form" : "plain", true);
	mag_data_text(d, "button", mag_tr(lang, "Get the paper"));
	add_fields(x, d, r, form, lang);
}
