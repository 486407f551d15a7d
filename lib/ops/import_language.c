/* SPDX-License-Identifier: MIT */
/*
 * Languages.  WordPress has none; Polylang, which most use, makes a post of
 * each translation and notes language and translations as categories.  Here
 * they are one page.
 */
#include <string.h>

#include <magnetiq/page.h>

#include "import.h"

bool
import_language(struct importing *w, const struct wxr_item *i)
{
	const struct wxr_pair *t = wxr_term(i, "language");
	const char *lang;

	if (t == NULL)
		return true;
	lang = mag_dup(w->one.a, t->slug, strcspn(t->slug, "-_"));
	if (mag_site_speaks(mag_site(&w->one), lang)) {
		w->lang = lang;
		return true;
	}
	import_note(w, mag_printf(w->one.a, "is left out: its language %.10s "
	    "is none of this site", t->slug));
	return false;
}

static const char sql_group[] =
    "SELECT object_id FROM imports WHERE source = ?1 AND guid = ?2";

const char *
import_group(struct importing *w, const struct wxr_item *i)
{
	const struct wxr_pair *t = wxr_term(i, "post_translations");
	struct mag_record *page;
	const char *guid;
	int64_t id;

	w->joins = NULL;
	if (t == NULL || wxr_term(i, "language") == NULL)
		return NULL;
	guid = mag_printf(w->one.a, "translations#%.200s", t->slug);
	if (mag_db_int(&id, w->one.db, sql_group, "ss", w->source, guid) !=
	    MAG_OK)
		return guid;
	if (mag_noun_get(&page, &w->one, &mag_page, id) == MAG_OK)
		w->joins = page;
	memset(&w->one.problem, 0, sizeof(w->one.problem));
	return guid;
}

bool
import_stands_in(struct importing *w, const char *field)
{

	if (strcmp(mag_site(&w->one)->language, w->lang) == 0)
		return false;
	return w->joins == NULL || mag_noun_field(&mag_page, field) < 0 ||
	    mag_value_of(w->joins, field)->kind == MAG_V_NULL;
}
