/* SPDX-License-Identifier: MIT */
/*
 * Lists: by page (10,000 rows deep) or by cursor (any depth at one cost).
 * The SQL is made of the noun's own names and of constant filters; what a
 * stranger sent is only ever bound.
 */
#include <assert.h>
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/rand.h>
#include <magnetiq/search.h>

#include "cursor.h"
#include "noun.h"

#define COUNT_MAX	10000	/* totals with a filter count this far */
#define DEPTH_MAX	10000	/* rows that pages reach */
#define PER_PAGE	20
#define BINDS_MAX	24

struct query {
	struct mag_call	*c;
	struct mag_noun	*noun;
	struct mag_list	*l;
	const char	*key;		/* the column sorted by */
	const struct mag_field *field;
	bool		 descending;
	struct mag_buf	 where;
	struct mag_bind	 binds[BINDS_MAX];
	size_t		 nbinds;
};

static void
also(struct query *q, const char *sql)
{

	mag_buf_adds(&q->where, q->where.len > 0 ? " AND " : " WHERE ");
	mag_buf_adds(&q->where, sql);
}

/* Add a condition whose one ? becomes the next number. */
static void
also_bound(struct query *q, const char *sql, struct mag_bind b)
{
	const char *mark = strchr(sql, '?');

	assert(mark != NULL && q->nbinds < BINDS_MAX);
	q->binds[q->nbinds++] = b;
	mag_buf_adds(&q->where, q->where.len > 0 ? " AND " : " WHERE ");
	mag_buf_add(&q->where, sql, (size_t)(mark - sql));
	mag_buf_addf(&q->where, "?%zu%s", q->nbinds, mark + 1);
}

static enum mag_status
choose_sort(struct query *q)
{
	struct mag_list *l = q->l;
	int i;

	q->key = l->sort_by == NULL ? q->noun->sort : l->sort_by;
	i = mag_noun_field(q->noun, q->key);
	if (i < 0 || !(q->noun->fields[i].flags & MAG_SORT)) {
		mag_wrong(q->c, "sort_by", "is not a field to sort by", NULL);
		return mag_verdict(q->c);
	}
	q->field = &q->noun->fields[i];
	q->descending = l->ordered ? l->descending :
	    l->sort_by == NULL ? q->noun->descending : false;
	return MAG_OK;
}

/*
 * The texts of a noun that stands in no index: short lists, read whole.
 * Strangers search in what they see: else they could guess at the rest.
 */
static enum mag_status
without_index(struct mag_filter *out, struct query *q)
{
	bool strangers = q->l->view == MAG_VIEW_PUBLIC_LIST ||
	    q->l->view == MAG_VIEW_PUBLIC;
	const struct mag_field *f;
	struct mag_buf b;

	if (strlen(q->l->search) > MAG_SEARCH_MAX) {
		mag_wrong(q->c, "search", "is too long", NULL);
		return mag_verdict(q->c);
	}
	mag_buf_init(&b, q->c->a, 128);
	for (f = q->noun->fields; f->name != NULL; f++)
		if ((f->flags & MAG_FIND) && (!strangers ||
		    (f->flags & MAG_PUBLIC)))
			mag_buf_addf(&b, "%scoalesce(%s, '')", b.len > 0 ?
			    " || ' ' || " : "finds(", f->name);
	mag_buf_adds(&b, ", ?)");
	out->sql = b.p;
	out->bind = (struct mag_bind){ MAG_BIND_TEXT, 0, q->l->search,
	    strlen(q->l->search) };
	return MAG_OK;
}

/*
 * Partial indexes are only used where their condition stands as a constant,
 * so status and deletion are written out.  The words are our own: ENUM has
 * been checked against the field table.
 */
static enum mag_status
conditions(struct query *q)
{
	struct mag_list *l = q->l;
	struct mag_filter f;
	enum mag_status st;
	size_t i;

	if (q->noun->soft_delete)
		also(q, l->deleted ? "deleted_at IS NOT NULL" :
		    "deleted_at IS NULL");
	if (l->status != NULL)
		also(q, mag_printf(q->c->a, "status = '%s'", l->status));
	for (i = 0; i < l->nfilters; i++)
		if (l->filters[i].bound)
			also_bound(q, l->filters[i].sql, l->filters[i].bind);
		else
			also(q, l->filters[i].sql);
	if (l->search == NULL)
		return MAG_OK;
	st = !q->noun->searched ? without_index(&f, q) :
	    mag_search_filter(&f, q->c, q->noun->name, l->search);
	if (st != MAG_OK)
		return st;
	also_bound(q, f.sql, f.bind);
	return MAG_OK;
}

/* What stands for the sort and the filters of a list. */
static char *
fingerprint(struct query *q)
{
	struct mag_buf b;
	char *hex;
	size_t i;

	mag_buf_init(&b, q->c->a, 256);
	mag_buf_addf(&b, "%s %s %d %s", q->noun->name, q->key, q->descending,
	    q->where.p);
	for (i = 0; i < q->nbinds; i++)
		mag_buf_addf(&b, "\n%lld %.*s", (long long)q->binds[i].i,
		    (int)q->binds[i].n, q->binds[i].s == NULL ? "" :
		    q->binds[i].s);
	hex = mag_sha256_hex(q->c->a, b.p, b.len);
	hex[CURSOR_LIST] = '\0';
	return hex;
}

static struct mag_bind
bind_int(int64_t i)
{

	return (struct mag_bind){ MAG_BIND_INT, i, NULL, 0 };
}

/* Only times sort by a column that may be null; '' stands before all times. */
static const char *
key_sql(struct query *q)
{

	if (q->field->kind == MAG_TIME && !(q->field->flags & MAG_REQUIRED) &&
	    q->l->view != MAG_VIEW_PUBLIC_LIST &&
	    strcmp(q->key, "created_at") != 0 &&
	    strcmp(q->key, "updated_at") != 0)
		return mag_printf(q->c->a, "coalesce(%s, '')", q->key);
	return q->key;
}

static enum mag_status
refuse_cursor(struct query *q)
{

	mag_wrong(q->c, "cursor",
	    "was not made for this list, sort and filter", NULL);
	return mag_verdict(q->c);
}

/* Continue after the row that the cursor names. */
static enum mag_status
after(struct query *q, const char *print)
{
	const char *sign = q->descending ? "<" : ">";
	struct cursor at;
	struct mag_bind key;

	if (!cursor_read(&at, q->c->a, q->l->cursor) ||
	    strcmp(at.list, print) != 0)
		return refuse_cursor(q);
	if (strcmp(q->key, "id") == 0) {
		also_bound(q, mag_printf(q->c->a, "id %s ?", sign),
		    bind_int(at.id));
		return MAG_OK;
	}
	/* Times go back as they stand: older rows have fractions of seconds. */
	key = (struct mag_bind){ MAG_BIND_TEXT, 0, at.key, strlen(at.key) };
	if (q->field->kind != MAG_TIME) {
		key = bind_int(0);
		if (!cursor_whole(&key.i, at.key))
			return refuse_cursor(q);
	}
	assert(q->nbinds + 2 <= BINDS_MAX);
	q->binds[q->nbinds++] = key;
	q->binds[q->nbinds++] = bind_int(at.id);
	also(q, mag_printf(q->c->a, "(%s, id) %s (?%zu, ?%zu)", key_sql(q), sign,
	    q->nbinds - 1, q->nbinds));
	return MAG_OK;
}

/* How many there are: kept by triggers without a filter, else counted. */
static enum mag_status
count(struct query *q)
{
	static const char sql_total[] =
	    "SELECT n FROM totals WHERE noun = ?1 AND status = ?2";
	struct mag_list *l = q->l;
	struct mag_row *row = NULL;
	enum mag_status st;
	const char *sql;

	l->total_exact = true;
	if (q->noun->totals && l->nfilters == 0 && l->search == NULL &&
	    !l->deleted)
		return mag_db_int(&l->total, q->c->db, sql_total, "ss",
		    q->noun->name, l->status == NULL ? "" : l->status);
	sql = mag_printf(q->c->a,
	    "SELECT count(*) FROM (SELECT 1 FROM %s%s LIMIT %d)",
	    q->noun->table, q->where.p, COUNT_MAX + 1);
	if ((st = mag_db_queryv(&row, q->c->db, sql, q->binds,
	    q->nbinds)) == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		l->total = mag_row_int(row, 0);
	mag_row_done(row);
	if (l->total > COUNT_MAX) {
		l->total = COUNT_MAX;
		l->total_exact = false;
	}
	return st;
}

/* By page or by cursor; the cursor's own row is not counted in any total. */
static enum mag_status
place(struct query *q, int64_t *offset)
{
	struct mag_list *l = q->l;
	enum mag_status st;

	*offset = 0;
	l->total = -1;
	if (l->cursor != NULL)
		return MAG_OK;
	if (l->page > DEPTH_MAX / l->per_page) {
		mag_wrong(q->c, "page",
		    "goes too deep; use cursor to go further", NULL);
		return mag_verdict(q->c);
	}
	*offset = (l->page - 1) * l->per_page;
	st = count(q);
	return st;
}

/* One item: a line of a table, or a member of the array. */
static enum mag_status
give(struct mag_buf *b, struct query *q, const struct mag_record *r, bool first)
{
	struct mag_cell cells[MAG_FIELDS_MAX];
	struct mag_list *l = q->l;

	if (l->row != NULL)
		return l->row(l->row_arg, cells, record_cells(cells, r,
		    l->view));
	mag_buf_adds(b, first ? "" : ",");
	mag_record_print(b, q->c, r, l->view, l->lang);
	return MAG_OK;
}

/* A table has no next page: rather none than one that ends too early. */
static enum mag_status
too_many(struct query *q)
{

	return mag_fail_arg(q->c, MAG_INVALID, "There are more than %s rows:"
	    " filter the list, or take it as CSV.", mag_printf(q->c->a,
	    "%lld", (long long)q->l->most));
}

static enum mag_status
items(struct mag_buf *b, struct query *q, const char *print, int64_t offset)
{
	struct mag_list *l = q->l;
	struct mag_record *r = mag_alloc(q->c->a, sizeof(*r));
	struct mag_arena *own = l->row == NULL ? NULL :
	    mag_arena_new(MAG_REQUEST_ARENA), *a = own == NULL ? q->c->a : own;
	struct mag_row *row = NULL;
	const char *way = q->descending ? " DESC" : "", *sql;
	struct cursor last;
	enum mag_status st;
	int64_t n = 0;

	memcpy(last.list, print, sizeof(last.list));
	r->noun = q->noun;
	sql = mag_printf(q->c->a,
	    "SELECT %s, %s FROM %s%s ORDER BY %s%s, id%s LIMIT %lld"
	    " OFFSET %lld", noun_sql(q->noun)->columns, key_sql(q),
	    q->noun->table, q->where.p, key_sql(q), way, way,
	    (long long)l->per_page + 1, (long long)offset);
	if ((st = mag_db_queryv(&row, q->c->db, sql, q->binds,
	    q->nbinds)) != MAG_OK)
		goto done;
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		if (n++ == l->per_page) {
			l->next_cursor = cursor_print(q->c->a, &last);
			break;
		}
		if (own != NULL)
			mag_arena_reset(own);
		record_fill(r, row, a);
		last.id = mag_record_id(r);
		last.key = mag_row_dup(row, noun_sql(q->noun)->n, a);
		st = give(b, q, r, n == 1);
	}
	if (st == MAG_NOT_FOUND)
		st = MAG_OK;
	if (st == MAG_OK && l->most > 0 && l->next_cursor != NULL)
		st = too_many(q);
done:
	mag_row_done(row);
	mag_arena_free(own);
	return st;
}

struct work {
	struct mag_buf	*b;
	struct query	*q;
};

static enum mag_status
list(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct query *q = w->q;
	enum mag_status st;
	const char *print;
	int64_t offset;

	(void)db;
	if ((st = choose_sort(q)) != MAG_OK || (st = conditions(q)) != MAG_OK)
		return st;
	print = fingerprint(q);
	if ((st = place(q, &offset)) != MAG_OK)
		return st;
	if (q->l->cursor != NULL && (st = after(q, print)) != MAG_OK)
		return st;
	if (q->l->most > 0 && q->l->cursor == NULL &&
	    (!q->l->total_exact || q->l->total > q->l->most))
		return too_many(q);
	return items(w->b, q, print, offset);
}

static enum mag_status
read_list(struct mag_buf *b, struct mag_call *c, struct mag_noun *noun,
    struct mag_list *l)
{
	struct query q = { .c = c, .noun = noun, .l = l };
	struct work w = { b, &q };

	if (l->page == 0)
		l->page = 1;
	if (l->per_page == 0)
		l->per_page = PER_PAGE;
	l->next_cursor = NULL;
	mag_buf_init(&q.where, c->a, 256);
	/* One moment for the total and the items. */
	return mag_db_read(c->db, list, &w);
}

enum mag_status
mag_noun_list(struct mag_buf *b, struct mag_call *c, struct mag_noun *noun,
    struct mag_list *l)
{
	enum mag_status st;

	mag_buf_adds(b, "[");
	st = read_list(b, c, noun, l);
	mag_buf_adds(b, "]");
	return st;
}

enum mag_status
mag_noun_ids(int64_t *out, size_t *n, size_t max, struct mag_call *c,
    struct mag_noun *noun, struct mag_list *l, int64_t after)
{
	struct query q = { .c = c, .noun = noun, .l = l };
	struct mag_row *row = NULL;
	enum mag_status st;

	*n = 0;
	mag_buf_init(&q.where, c->a, 256);
	if ((st = conditions(&q)) != MAG_OK)
		return st;
	also_bound(&q, "id > ?", bind_int(after));
	st = mag_db_queryv(&row, c->db, mag_printf(c->a,
	    "SELECT id FROM %s%s ORDER BY id LIMIT %zu", noun->table,
	    q.where.p, max), q.binds, q.nbinds);
	while (st == MAG_OK && *n < max && (st = mag_row_next(row)) == MAG_OK)
		out[(*n)++] = mag_row_int(row, 0);
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_noun_table(struct mag_call *c, struct mag_noun *noun, struct mag_list *l,
    mag_table_fn *row, void *arg)
{

	l->row = row;
	l->row_arg = arg;
	return read_list(NULL, c, noun, l);
}
