/* SPDX-License-Identifier: MIT */
/* Forgetting a person: every table, as personal.def says. */
#include <string.h>

#include <magnetiq/db.h>
#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/noun.h>
#include <magnetiq/privacy.h>
#include <magnetiq/token.h>

#include "privacy.h"

#define BLANK	MAG_FORGETS_BLANK
#define DROP	MAG_FORGETS_DROP
#define KNOWS(table, how, find, columns, others) \
	{ table, how, find, columns, others },
#define NOBODY(table, columns) \
	{ table, MAG_KNOWS_NOBODY, NULL, "", columns },

static const struct mag_personal tables[] = {
#include "personal.def"
	{ NULL, MAG_KNOWS_NOBODY, NULL, NULL, NULL }
};

const struct mag_personal *
mag_personal(void)
{

	return tables;
}

/* Whatever holds the address, however it is written around it. */
static const char *
pattern(struct mag_arena *a, const char *folded)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 300);
	mag_buf_addc(&b, '%');
	for (; *folded != '\0'; folded++) {
		if (strchr("%_!", *folded) != NULL)
			mag_buf_addc(&b, '!');
		mag_buf_addc(&b, *folded);
	}
	mag_buf_addc(&b, '%');
	return b.p;
}

static struct mag_bind
text(const char *s)
{

	return (struct mag_bind){ MAG_BIND_TEXT, 0, s, strlen(s) };
}

/* How many of the two a statement takes. */
static size_t
bind(struct mag_bind out[2], struct mag_arena *a, const char *find,
    const char *folded)
{

	out[0] = text(folded);
	out[1] = text(pattern(a, folded));
	return strstr(find, "?2") != NULL ? 2 : 1;
}

enum mag_status
mag_privacy_rows(struct mag_row **out, struct mag_call *c,
    const struct mag_personal *t, const char *email)
{
	struct mag_bind binds[2];
	size_t n = bind(binds, c->a, t->find, mag_fold_email(c->a, email));

	return mag_db_queryv(out, c->db, mag_printf(c->a,
	    "SELECT * FROM %s WHERE %s", t->table, t->find), binds, n);
}

/* "a! b c[]" as `a = '', b = NULL, c = '[]'`. */
static const char *
emptied(struct mag_arena *a, const char *columns)
{
	struct mag_buf b;
	size_t name, n;

	mag_buf_init(&b, a, 256);
	for (; *columns != '\0'; columns += n, columns += *columns == ' ') {
		n = strcspn(columns, " ");
		name = strcspn(columns, " ![");
		mag_buf_adds(&b, b.len > 0 ? ", " : "");
		mag_buf_add(&b, columns, name);
		mag_buf_adds(&b, name == n ? " = NULL" :
		    columns[name] == '!' ? " = ''" : " = '[]'");
	}
	return b.p;
}

const char *
privacy_emptied(struct mag_arena *a, const char *table)
{
	const struct mag_personal *t = tables;

	while (strcmp(t->table, table) != 0)
		t++;
	return emptied(a, t->columns);
}

static enum mag_status
forget_in(int64_t *rows, struct mag_call *c, const struct mag_personal *t,
    const char *folded)
{
	struct mag_bind binds[2];
	enum mag_status st;
	size_t n = bind(binds, c->a, t->find, folded);

	st = mag_db_runv(c->db, t->how == MAG_FORGETS_DROP ?
	    mag_printf(c->a, "DELETE FROM %s WHERE %s", t->table, t->find) :
	    mag_printf(c->a, "UPDATE %s SET %s WHERE %s", t->table,
	    emptied(c->a, t->columns), t->find), binds, n);
	*rows = mag_db_changes(c->db);
	return st;
}

/* ---- what is found by a row, not by an address ---- */

#define ROWS(table) \
    "(SELECT id FROM " table " WHERE email_folded = ?1)"
#define ONCE(noun, table) "DELETE FROM idempotency WHERE noun = '" noun "'" \
    " AND object_id IN " ROWS(table)
#define NOTED(noun, table) "UPDATE audit_log SET before = NULL, after = NULL" \
    " WHERE resource_type = '" noun "' AND resource_id IN " ROWS(table)
#define PICTURES(noun, table) "DELETE FROM media_uses WHERE noun = '" noun "'" \
    " AND object_id IN " ROWS(table)

static const char *const by_row[] = {
	ONCE("registration", "webinar_registrations"),
	ONCE("download", "whitepaper_downloads"),
	ONCE("booking", "bookings"),
	ONCE("subscriber", "subscribers"),
	NOTED("registration", "webinar_registrations"),
	NOTED("download", "whitepaper_downloads"),
	NOTED("booking", "bookings"),
	NOTED("lead", "leads"),
	NOTED("subscriber", "subscribers"),
	NOTED("speaker", "speakers"),
	NOTED("consultant", "consultants"),
	NOTED("user", "admin_users"),
	PICTURES("speaker", "speakers"),
	PICTURES("consultant", "consultants"),
	"DELETE FROM busy_times WHERE consultant_id IN " ROWS("consultants"),
};
static const char sql_staff[] =
    "SELECT 1 FROM admin_users WHERE email_folded = ?1 AND is_active = 1"
    " AND deleted_at IS NULL";
static const char sql_consultant[] =
    "SELECT 1 FROM consultants WHERE email_folded = ?1 AND deleted_at IS NULL";
static const char sql_ledger[] =
    "INSERT INTO erasures (address_mac, erased_at) VALUES (?1, ?2)"
    " ON CONFLICT (address_mac) DO UPDATE SET erased_at = excluded.erased_at";

/* What is on its way to them, or about them, cannot be called back. */
static const char sql_on_its_way[] = "SELECT 1 FROM outbox"
    " WHERE begun = 1 AND locked_until > ?3 AND (lower(recipient) = ?1"
    " OR lower(data) LIKE ?2 ESCAPE '!')"
    " UNION ALL SELECT 1 FROM webhook_deliveries WHERE state = 'sending'"
    " AND locked_until > ?3 AND lower(body) LIKE ?2 ESCAPE '!' LIMIT 1";

struct forgetting {
	struct mag_call	*c;
	const char	*folded;
	mag_privacy_fn	*fn;
	void		*arg;
	bool		 again;		/* what the ledger says already */
};

static enum mag_status
forget_rows(struct forgetting *w)
{
	enum mag_status st = MAG_OK;
	size_t i;

	for (i = 0; st == MAG_OK && i < sizeof(by_row) / sizeof(*by_row); i++)
		st = mag_db_run(w->c->db, by_row[i], "s", w->folded);
	return st;
}

static enum mag_status
check_forgettable(struct forgetting *w)
{
	enum mag_status st;
	int64_t n;

	st = mag_db_int(&n, w->c->db, sql_staff, "s", w->folded);
	if (st == MAG_OK)
		return mag_fail(w->c, MAG_CONFLICT,
		    "This is the address of a user who may sign in.");
	if (st != MAG_NOT_FOUND || w->again)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	st = mag_db_int(&n, w->c->db, sql_consultant, "s", w->folded);
	if (st == MAG_OK)
		return mag_fail(w->c, MAG_CONFLICT, "This is the address of a"
		    " consultant, who has to be deleted first.");
	if (st != MAG_NOT_FOUND)
		return st;
	st = mag_db_int(&n, w->c->db, sql_on_its_way, "sst", w->folded,
	    pattern(w->c->a, w->folded), w->c->now);
	if (st == MAG_OK)
		return mag_fail(w->c, MAG_UNAVAILABLE,
		    "A letter to this person is being sent at this moment.");
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

static enum mag_status
forget(struct mag_db *db, void *arg)
{
	struct forgetting *w = arg;
	const struct mag_personal *t;
	enum mag_status st;
	int64_t n;

	mag_problem_reset(w->c);
	if ((st = check_forgettable(w)) != MAG_OK ||
	    (st = forget_rows(w)) != MAG_OK)
		return st;
	for (t = tables; t->table != NULL; t++) {
		if (t->how == MAG_KNOWS_NOBODY)
			continue;
		if ((st = forget_in(&n, w->c, t, w->folded)) != MAG_OK)
			return st;
		if (w->fn != NULL)
			w->fn(w->arg, t->table, n);
	}
	if ((st = privacy_ahead(w->c)) != MAG_OK)
		return st;
	return w->again ? MAG_OK : mag_db_run(db, sql_ledger, "st",
	    mag_token_hash(w->c->a, w->c->conf, MAG_FOR_ERASURE, w->folded),
	    w->c->now);
}

enum mag_status
mag_privacy_forget(struct mag_call *c, const char *email, mag_privacy_fn *fn,
    void *arg)
{
	struct forgetting w = { c, mag_fold_email(c->a, email), fn, arg, false };

	return mag_db_write(c->db, forget, &w);
}

/* ---- again, after a restore ---- */

/* Whoever may sign in is not forgotten, and was not when it was written. */
static const char sql_users[] = " AND is_active = 0";

/* All addresses that a table knows by themselves, each once. */
static const char *
everybody(struct mag_arena *a)
{
	const struct mag_personal *t;
	const char *column;
	struct mag_buf b;

	mag_buf_init(&b, a, 1024);
	for (t = tables; t->table != NULL; t++) {
		column = strstr(t->columns, "email_folded") != NULL ?
		    "email_folded" : "recipient_folded";
		if (strstr(t->columns, column) == NULL)
			continue;
		mag_buf_addf(&b, "%sSELECT %s FROM %s WHERE %s <> ''%s",
		    b.len > 0 ? " UNION " : "", column, t->table, column,
		    strcmp(t->table, "admin_users") == 0 ? sql_users : "");
	}
	return b.p;
}

static const char sql_named[] = "SELECT 1 FROM erasures WHERE address_mac = ?1";
static const char sql_any[] = "SELECT 1 FROM erasures LIMIT 1";

/* Those of everybody whom the ledger names; the others are passed by. */
static enum mag_status
named(struct mag_buf *out, struct mag_call *c)
{
	struct mag_call inner = *c;
	struct mag_row *row = NULL;
	const char *folded;
	enum mag_status st;
	int64_t one;

	inner.a = mag_arena_new(MAG_REQUEST_ARENA);
	st = mag_db_query(&row, c->db, everybody(c->a), "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		mag_arena_reset(inner.a);
		folded = mag_row_dup(row, 0, inner.a);
		st = mag_db_int(&one, c->db, sql_named, "s",
		    mag_token_hash(inner.a, c->conf, MAG_FOR_ERASURE, folded));
		if (st == MAG_OK)
			mag_buf_add(out, folded, strlen(folded) + 1);
		if (st == MAG_NOT_FOUND)
			st = MAG_OK;
	}
	mag_row_done(row);
	mag_arena_free(inner.a);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_privacy_replay(int64_t *done, struct mag_call *c)
{
	struct forgetting w = { c, NULL, NULL, NULL, true };
	struct mag_buf names;
	const char *p;
	enum mag_status st;
	int64_t one;

	*done = 0;
	st = mag_db_int(&one, c->db, sql_any, "");
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	mag_buf_init(&names, c->a, 4096);
	if ((st = named(&names, c)) != MAG_OK)
		return st;
	for (p = names.p; st == MAG_OK && p < names.p + names.len;
	    p += strlen(p) + 1) {
		w.folded = p;
		st = mag_db_write(c->db, forget, &w);
		++*done;
	}
	return st;
}
