/* SPDX-License-Identifier: MIT */
/* What was written to somebody, and about what. */
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/outbox.h>

#include "noun.h"

#define COLUMNS	"SELECT id, template, state, created_at, sent_at, cause_type," \
    " cause_id, last_error FROM outbox"
#define NEWEST	" ORDER BY id DESC LIMIT 50"

static const char sql_person[] = COLUMNS " WHERE recipient_folded = ?1" NEWEST;
static const char sql_cause[] = COLUMNS
    " WHERE cause_type = ?1 AND cause_id = ?2" NEWEST;

static void
print_text(struct mag_buf *b, const char *name, struct mag_row *row, int i)
{
	struct mag_str s = mag_row_str(row, i);

	mag_buf_addf(b, ",\"%s\":", name);
	if (mag_row_null(row, i))
		mag_buf_adds(b, "null");
	else
		mag_buf_json(b, s.p, s.n);
}

static void
print_time(struct mag_buf *b, const char *name, struct mag_row *row, int i)
{
	char when[MAG_TIME_TEXT];

	if (mag_row_null(row, i)) {
		mag_buf_addf(b, ",\"%s\":null", name);
		return;
	}
	mag_time_rfc3339(when, mag_row_time(row, i));
	mag_buf_addf(b, ",\"%s\":\"%s\"", name, when);
}

/* What a server said may name machines and mailboxes: for admins only. */
static void
print_letter(struct mag_buf *b, const struct mag_call *c, struct mag_row *row)
{

	mag_buf_addf(b, "{\"id\":%lld", (long long)mag_row_int(row, 0));
	print_text(b, "template", row, 1);
	print_text(b, "state", row, 2);
	print_time(b, "created_at", row, 3);
	print_time(b, "sent_at", row, 4);
	print_text(b, "cause_type", row, 5);
	if (mag_row_null(row, 6))
		mag_buf_adds(b, ",\"cause_id\":null");
	else
		mag_buf_addf(b, ",\"cause_id\":%lld",
		    (long long)mag_row_int(row, 6));
	if (c->who.role == MAG_ADMIN)
		print_text(b, "last_error", row, 7);
	mag_buf_addc(b, '}');
}

static enum mag_status
print_all(struct mag_buf *b, struct mag_call *c, struct mag_row *row,
    enum mag_status st)
{
	int n = 0;

	mag_buf_adds(b, ",\"letters\":[");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_buf_adds(b, n++ > 0 ? "," : "");
		print_letter(b, c, row);
	}
	mag_row_done(row);
	mag_buf_addc(b, ']');
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_outbox_to(struct mag_buf *b, struct mag_call *c, const char *folded)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, c->db, sql_person, "s", folded);
	return print_all(b, c, row, st);
}

enum mag_status
mag_outbox_about(struct mag_buf *b, struct mag_call *c,
    const struct mag_record *r)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	st = mag_db_query(&row, c->db, sql_cause, "si", r->noun->name,
	    mag_record_id(r));
	return print_all(b, c, row, st);
}

/* FNV-1a: a tag must differ when the text does; nobody gains by a collision. */
const char *
mag_outbox_tag(struct mag_call *c, const struct mag_record *r,
    const struct mag_buf *b)
{
	uint64_t h = 14695981039346656037u;
	size_t i;

	for (i = 0; i < b->len; i++)
		h = (h ^ (unsigned char)b->p[i]) * 1099511628211u;
	return mag_printf(c->a, "\"r%lld.%lld\"",
	    (long long)mag_int(r, "revision"), (long long)(h >> 1));
}
