/* SPDX-License-Identifier: MIT */
/* What an import tells: how much came, and what became of the rest. */
#include <string.h>

#include "import.h"

static const char *
name_of(struct importing *w)
{
	const struct wxr_item *i = w->item;
	const char *title = import_cut(w->one.a,
	    import_plain(w->one.a, i->title), 60);

	if (*title == '\0')
		title = *i->name != '\0' ? import_cut(w->one.a, i->name, 60) :
		    "without a title";
	return mag_printf(w->c->a, "%.40s %.20s (%s)", *i->type == '\0' ?
	    "item" : i->type, i->id, title);
}

/* Somebody may have invented a thousand kinds of things. */
static struct import_note *
find(struct importing *w, const char *what)
{
	struct import_note *n;

	if (w->nnotes >= IMPORT_NOTES)
		what = "is left out for yet another reason";
	for (n = w->notes; n != NULL; n = n->next)
		if (strcmp(n->what, what) == 0)
			return n;
	n = mag_alloc(w->c->a, sizeof(*n));
	n->what = import_cut(w->c->a, what, 200);
	if (w->last_note == NULL)
		w->notes = n;
	else
		w->last_note->next = n;
	w->nnotes++;
	return w->last_note = n;
}

void
import_note_of(struct importing *w, const char *what, const char *who)
{
	struct import_note *n = find(w, what);

	if (n->n < IMPORT_EXAMPLES)
		n->who[n->n] = import_cut(w->c->a, who, 200);
	n->n++;
}

void
import_note(struct importing *w, const char *what)
{
	struct import_note *n = find(w, what);

	if (n->last == w->nitems)
		return;
	n->last = w->nitems;
	if (n->n < IMPORT_EXAMPLES)
		n->who[n->n] = name_of(w);
	n->n++;
}

/* ---- the report ---- */

static int64_t
named(const struct import_note *n)
{

	return n->n < IMPORT_EXAMPLES ? n->n : IMPORT_EXAMPLES;
}

static void
print_lines(struct mag_buf *b, const struct importing *w)
{
	const struct import_note *n;
	int64_t i;

	mag_buf_addf(b, "%s, language %s%s\n", w->source, w->lang,
	    w->wish->dry ? " (nothing was changed)" : "");
	mag_buf_addf(b, "pages: %lld new, %lld known; %lld translations\n",
	    (long long)w->pages, (long long)w->pages_known,
	    (long long)w->translations);
	mag_buf_addf(b, "media: %lld new, %lld known\n", (long long)w->media,
	    (long long)w->media_known);
	mag_buf_addf(b, "menus: %lld new, %lld known\n", (long long)w->menus,
	    (long long)w->menus_known);
	mag_buf_addf(b, "redirects: %lld new\n", (long long)w->redirects);
	mag_buf_addf(b, "authors: %lld of %lld are users here, %lld made\n",
	    (long long)w->matched, (long long)w->nauthors,
	    (long long)w->users);
	for (n = w->notes; n != NULL; n = n->next) {
		for (i = 0; i < named(n); i++)
			mag_buf_addf(b, "%s %s\n", n->who[i], n->what);
		if (n->n > i)
			mag_buf_addf(b, "and %lld others: %s\n",
			    (long long)(n->n - i), n->what);
	}
}

static void
print_note(struct mag_buf *b, const struct import_note *n)
{
	int64_t i;

	mag_buf_adds(b, "{\"what\":");
	mag_buf_jsons(b, n->what);
	mag_buf_addf(b, ",\"count\":%lld,\"items\":[", (long long)n->n);
	for (i = 0; i < named(n); i++) {
		mag_buf_adds(b, i > 0 ? "," : "");
		mag_buf_jsons(b, n->who[i]);
	}
	mag_buf_adds(b, "]}");
}

static void
print_object(struct mag_buf *b, const struct importing *w)
{
	const struct import_note *n;

	mag_buf_addf(b, "{\"dry_run\":%s,\"source\":",
	    w->wish->dry ? "true" : "false");
	mag_buf_jsons(b, w->source);
	mag_buf_adds(b, ",\"language\":");
	mag_buf_jsons(b, w->lang);
	mag_buf_addf(b, ",\"pages\":{\"new\":%lld,\"known\":%lld},"
	    "\"translations\":{\"new\":%lld},"
	    "\"media\":{\"new\":%lld,\"known\":%lld},"
	    "\"menus\":{\"new\":%lld,\"known\":%lld},"
	    "\"redirects\":{\"new\":%lld},"
	    "\"authors\":{\"all\":%lld,\"users\":%lld,\"made\":%lld},"
	    "\"notes\":[", (long long)w->pages, (long long)w->pages_known,
	    (long long)w->translations,
	    (long long)w->media, (long long)w->media_known,
	    (long long)w->menus, (long long)w->menus_known,
	    (long long)w->redirects, (long long)w->nauthors,
	    (long long)w->matched, (long long)w->users);
	for (n = w->notes; n != NULL; n = n->next) {
		mag_buf_adds(b, n == w->notes ? "" : ",");
		print_note(b, n);
	}
	mag_buf_adds(b, "]}");
}

void
import_report(struct mag_buf *b, const struct importing *w)
{

	if (w->wish->json)
		print_object(b, w);
	else
		print_lines(b, w);
}
