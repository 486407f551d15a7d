/* SPDX-License-Identifier: MIT */
/* Webinars and who takes part, for staff; and the form of a visitor. */
#include <string.h>

#include <magnetiq/webinar.h>
#include <magnetiq/when.h>

#include "../handlers.h"

enum mag_status
webinars_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	enum mag_status st;

	(void)!input_list(x, &mag_webinar, &l);
	st = mag_webinar_timeframe(&l, &x->call, input_query(x, "timeframe"));
	if (st != MAG_OK)
		return st;
	return reply_list(x, &mag_webinar, &l);
}

enum mag_status
webinar_cancel(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_webinar_cancel(&r, &x->call, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

/* What a visitor learns of the own registration. */
enum mag_status
reply_registration(struct exchange *x, int status, const struct mag_record *r)
{
	int64_t n = mag_registration_position(&x->call, r);
	struct mag_buf *b = reply_begin(x);

	mag_buf_addf(b, "{\"reference\":\"%s\",\"status\":\"%s\","
	    "\"position\":", mag_text(r, "reference"), mag_text(r, "status"));
	if (n == 0)
		mag_buf_adds(b, "null");
	else
		mag_buf_addi(b, n);
	mag_buf_addf(b, ",\"calendar_url\":\"%s\",\"manage_url\":\"%s\"}",
	    mag_registration_calendar_url(&x->call, r),
	    mag_registration_url(&x->call, r));
	return reply_end(x, status);
}

enum mag_status
webinar_register(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_register(&r, &x->call, id, x->json)) != MAG_OK)
		return st;
	reply_location(x, mag_registration_url(&x->call, r));
	return reply_registration(x, 201, r);
}

/* Those of one webinar, which must be there. */
static enum mag_status
of_webinar(struct mag_record **w, struct exchange *x, struct mag_list *l)
{
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(w, &x->call, &mag_webinar, id)) != MAG_OK)
		return st;
	l->filters[l->nfilters++] = (struct mag_filter){ "webinar_id = ?",
	    { MAG_BIND_INT, id, NULL, 0 }, true };
	return input_list(x, &mag_registration, l);
}

/* What stands over the list on paper, in the reader's language. */
static void
head_of(struct table_head *head, struct exchange *x,
    const struct mag_record *w)
{
	int64_t start = mag_int(w, "scheduled_at");
	struct mag_str title;

	(void)mag_ml(&title, &x->call, mag_value_of(w, "title"),
	    x->call.lang);
	head->title = title.p;
	head->zone = mag_text(w, "timezone");
	head->when = mag_when(x->a, x->call.lang, head->zone, start,
	    start + mag_int(w, "duration_minutes") * 60);
}

enum mag_status
registrations_list(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	struct table_head head;
	struct mag_record *w;
	enum mag_status st;

	if ((st = of_webinar(&w, x, &l)) != MAG_OK)
		return st;
	head_of(&head, x, w);
	return reply_table(x, &mag_registration, &l, &head);
}

/* Whoever cancelled is only meant where that is asked for. */
enum mag_status
registrations_letter(struct exchange *x)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	struct mag_record *w;
	struct mag_noted noted;
	enum mag_status st;

	if ((st = of_webinar(&w, x, &l)) != MAG_OK)
		return st;
	if (input_query(x, "status") == NULL)
		l.filters[l.nfilters++] = (struct mag_filter){
		    .sql = "status <> 'cancelled'" };
	if ((st = mag_webinar_note(&noted, &x->call, mag_record_id(w), &l,
	    x->json)) != MAG_OK)
		return st;
	mag_buf_addf(reply_begin(x), "{\"queued\":%lld,"
	    "\"without_consent\":%lld}", (long long)noted.queued,
	    (long long)noted.without_consent);
	return reply_end(x, 202);
}

/* Addresses of people who came and have no seat: perhaps they came by another
 * address than the one they had registered with. */
static void
print_unknown(struct mag_buf *b, char *lines)
{
	char *line, *rest = NULL;

	mag_buf_adds(b, "[");
	for (line = strtok_r(lines, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		mag_buf_adds(b, b->p[b->len - 1] == '[' ? "" : ",");
		mag_buf_jsons(b, line);
	}
	mag_buf_adds(b, "]");
}

enum mag_status
registrations_attended(struct exchange *x)
{
	struct mag_attendance came;
	struct mag_buf *b;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_attendance_import(&came, &x->call, id, x->body,
	    x->body_len)) != MAG_OK)
		return st;
	b = reply_begin(x);
	mag_buf_addf(b, "{\"rows\":%lld,\"matched\":%lld,\"changed\":%lld,"
	    "\"unmatched\":%lld,\"unmatched_emails\":",
	    (long long)came.rows, (long long)came.matched,
	    (long long)came.changed, (long long)came.nunknown);
	print_unknown(b, came.unknown.p);
	mag_buf_adds(b, "}");
	return reply_end(x, 200);
}

static enum mag_status
read_ids(struct exchange *x, int64_t *webinar, int64_t *id)
{
	enum mag_status st = input_id(x, webinar, 0);

	return st != MAG_OK ? st : input_id(x, id, 1);
}

enum mag_status
registration_show(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webinar, id;

	if ((st = read_ids(x, &webinar, &id)) != MAG_OK ||
	    (st = mag_registration_get(&r, &x->call, webinar, id)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
registration_change(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webinar, id;

	if ((st = read_ids(x, &webinar, &id)) != MAG_OK ||
	    (st = mag_registration_get(&r, &x->call, webinar, id)) != MAG_OK ||
	    (st = mag_noun_change(&r, &x->call, &mag_registration, id, x->json,
	    MAG_PATCH)) != MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
registration_approve(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webinar, id;

	if ((st = read_ids(x, &webinar, &id)) != MAG_OK ||
	    (st = mag_registration_approve(&r, &x->call, webinar, id)) !=
	    MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
registration_decline(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t webinar, id;

	if ((st = read_ids(x, &webinar, &id)) != MAG_OK ||
	    (st = mag_registration_decline(&r, &x->call, webinar, id)) !=
	    MAG_OK)
		return st;
	return reply_record(x, 200, r);
}

enum mag_status
registration_delete(struct exchange *x)
{
	enum mag_status st;
	int64_t webinar, id;

	if ((st = read_ids(x, &webinar, &id)) != MAG_OK ||
	    (st = mag_registration_delete(&x->call, webinar, id)) != MAG_OK)
		return st;
	return reply_empty(x, 204);
}
