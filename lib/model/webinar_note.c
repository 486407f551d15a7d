/* SPDX-License-Identifier: MIT */
/*
 * What staff write to everybody of a filtered list, as one transaction.  A
 * person gets the same words about the same webinar once, so that asking again
 * writes to whoever has come since, and to nobody else.
 */
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/outbox.h>
#include <magnetiq/rand.h>

#include "noun.h"
#include "webinar.h"

#define AT_ONCE		200	/* rows whose ids are read together */

static const struct mag_field fields[] = {
	{ "subject", MAG_ML, .max = 200, .flags = MAG_REQUIRED },
	{ "text", MAG_ML, .max = MAG_MESSAGE_MAX,
	  .flags = MAG_REQUIRED | MAG_LONG },
	{ "marketing", MAG_BOOL, .flags = MAG_REQUIRED },
	{ .name = NULL }
};
static struct mag_noun noun = { .name = "note", .fields = fields };

struct work {
	struct mag_call	*c;		/* its arena is emptied again and again */
	struct mag_call	*whole;		/* what its reader is told lives in this */
	struct mag_list	*list;
	struct mag_record *note, *webinar;
	const char	*digest;	/* of the words */
	struct mag_noted *out;
};

/* The same words to the same person are the same letter. */
static const char *
dedupe(struct work *w, const struct mag_record *r)
{
	const char *s = mag_printf(w->c->a, "%s %lld %s", w->digest,
	    (long long)mag_record_id(w->webinar), mag_text(r, "email_folded"));

	return mag_printf(w->c->a, "note:%s",
	    mag_sha256_hex(w->c->a, s, strlen(s)));
}

static void
add_lines(struct mag_buf *b, const char *s)
{
	size_t n;

	mag_buf_adds(b, ",\"lines\":[");
	for (; *s != '\0'; s += n, s += *s == '\n') {
		n = strcspn(s, "\n");
		mag_buf_adds(b, b->p[b->len - 1] == '[' ? "" : ",");
		mag_buf_json(b, s, n > 0 && s[n - 1] == '\r' ? n - 1 : n);
	}
	mag_buf_addc(b, ']');
}

static const char *
letter_data(struct work *w, const struct mag_record *r)
{
	const char *lang = mag_text(r, "language");
	struct mag_str subject, text;
	struct mag_buf b;

	(void)mag_ml(&subject, w->c, mag_value_of(w->note, "subject"), lang);
	(void)mag_ml(&text, w->c, mag_value_of(w->note, "text"), lang);
	mag_buf_init(&b, w->c->a, 1024);
	mag_buf_adds(&b, webinar_letter_data(w->c, w->webinar, r,
	    NULL));
	mag_buf_adds(&b, ",\"subject\":");
	mag_buf_json(&b, subject.p, subject.n);
	add_lines(&b, mag_dup(w->c->a, text.p, text.n));
	mag_buf_addc(&b, '}');
	return b.p;
}

static enum mag_status
write_one(struct work *w, int64_t id)
{
	bool marketing = mag_int(w->note, "marketing") != 0;
	struct mag_outbox_letter l = {
		.template = marketing ? "webinar-offer" : "webinar-note",
		.cause_type = "registration", .cause_id = id };
	struct mag_record *r;
	enum mag_status st;

	if ((st = registration_load(&r, w->c, id)) != MAG_OK)
		return st;
	if (marketing && mag_int(r, "marketing_consent") == 0) {
		w->out->without_consent++;
		return MAG_OK;
	}
	l.recipient = mag_text(r, "email");
	l.language = mag_text(r, "language");
	l.dedupe = dedupe(w, r);
	l.data = letter_data(w, r);
	st = mag_outbox_add(w->c, &l);
	w->out->queued += mag_db_changes(w->c->db) > 0;
	return st;
}

static enum mag_status
write_all(struct work *w)
{
	int64_t ids[AT_ONCE], last = 0, seen = 0;
	enum mag_status st;
	size_t n, i;

	do {
		mag_arena_reset(w->c->a);
		st = mag_noun_ids(ids, &n, AT_ONCE, w->whole, &mag_registration,
		    w->list, last);
		for (i = 0; st == MAG_OK && i < n; i++) {
			mag_arena_reset(w->c->a);
			st = write_one(w, last = ids[i]);
		}
		if ((seen += (int64_t)n) > MAG_NOTES_MAX)
			return mag_fail(w->whole, MAG_CONFLICT,
			    "These are too many people for one letter.");
	} while (st == MAG_OK && n == AT_ONCE);
	return st;
}

static enum mag_status
note(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_noted *out = w->out;
	enum mag_status st;

	(void)db;
	mag_problem_reset(w->whole);
	*out = (struct mag_noted){ 0, 0 };
	st = write_all(w);
	return st != MAG_OK || out->queued == 0 ? st : mag_audit_json(w->c,
	    "letter", "webinar", mag_record_id(w->webinar), NULL,
	    mag_printf(w->c->a, "{\"queued\":%lld}", (long long)out->queued));
}

static enum mag_status
read_note(struct work *w, struct mag_call *c, int64_t webinar,
    const struct mag_json *body)
{
	enum mag_status st;
	struct mag_buf b;

	st = mag_noun_get(&w->webinar, c, &mag_webinar, webinar);
	if (st != MAG_OK)
		return st;
	w->note = mag_alloc(c->a, sizeof(*w->note));
	w->note->noun = &noun;
	if ((st = mag_record_read(c, w->note, NULL, body, MAG_POST)) != MAG_OK)
		return st;
	mag_buf_init(&b, c->a, 1024);
	mag_json_print(&b, body);
	w->digest = mag_sha256_hex(c->a, b.p, b.len);
	return MAG_OK;
}

enum mag_status
mag_webinar_note(struct mag_noted *out, struct mag_call *c, int64_t webinar,
    struct mag_list *list, const struct mag_json *body)
{
	struct mag_call inner = *c;
	struct work w = { .c = &inner, .whole = c, .list = list, .out = out };
	enum mag_status st;

	if ((st = read_note(&w, c, webinar, body)) != MAG_OK)
		return st;
	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_write(c->db, note, &w);
	mag_arena_free(inner.a);
	return st;
}
