/* SPDX-License-Identifier: MIT */
/* Forgetting by age. */
#include <string.h>

#include <magnetiq/db.h>
#include <magnetiq/limits.h>
#include <magnetiq/retention.h>
#include <magnetiq/setting.h>

#include "privacy.h"

#define MONTH	2629800	/* seconds: a twelfth of 365.25 days */
#define AGES(class, table, how, preset, most, find) \
	{ class, table, how, preset, most, find },

static const struct mag_retention classes[] = {
#include "retention.def"
	{ .class = NULL }
};

const struct mag_retention *
mag_retention_classes(void)
{

	return classes;
}

/* The class of that name; one without a name if there is none. */
static const struct mag_retention *
find(const char *name)
{
	const struct mag_retention *r;

	for (r = classes; r->class != NULL; r++)
		if (strcmp(r->class, name) == 0)
			break;
	return r;
}

void
mag_retention_check(struct mag_call *c, const char *key,
    const struct mag_json *j)
{
	const struct mag_retention *r;
	const struct mag_json *m;
	const char *name;
	int64_t n, least, most;

	if (mag_json_kind(j) != MAG_JSON_OBJECT) {
		mag_wrong(c, key, "must be an object", NULL);
		return;
	}
	for (m = mag_json_first(j); m != NULL; m = mag_json_next(m)) {
		name = mag_printf(c->a, "%s.%s", key, mag_json_key(m));
		r = find(mag_json_key(m));
		least = r->most > 0;
		most = r->most > 0 ? r->most : MAG_RETENTION_MAX;
		if (r->class == NULL)
			mag_wrong(c, name, "is not a known field", NULL);
		else if (!mag_json_int(&n, m) || n < least || n > most)
			mag_wrong(c, name, "must be a whole number from %s",
			    mag_printf(c->a, "%d to %d", (int)least,
			    (int)most));
	}
}

enum mag_status
mag_retention_months(int64_t *out, struct mag_call *c, const char *class)
{
	const char *text;
	const struct mag_json *j;
	enum mag_status st;

	*out = find(class)->preset;
	st = mag_setting_text(&text, c, "retention");
	if (st != MAG_OK || text == NULL)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	if ((j = mag_json_own(c->a, text, strlen(text))) != NULL &&
	    (j = mag_json_get(j, class)) != NULL &&
	    (!mag_json_int(out, j) || *out < 0))
		*out = 0;
	return MAG_OK;
}

int64_t
mag_retention_before(int64_t now, int64_t months)
{

	return now - months * MONTH;
}

enum mag_status
mag_retention_count(int64_t *out, struct mag_call *c,
    const struct mag_retention *r, int64_t before)
{

	return mag_db_int(out, c->db, mag_printf(c->a,
	    "SELECT count(*) FROM %s WHERE %s", r->table, r->find), "t",
	    before);
}

struct forgetting {
	struct mag_call	*c;
	const struct mag_retention *r;
	int64_t		 before, rows;
};

static enum mag_status
forget_some(struct mag_db *db, void *arg)
{
	struct forgetting *w = arg;
	const struct mag_retention *r = w->r;
	struct mag_arena *a = w->c->a;
	const char *some = mag_printf(a, "id IN (SELECT id FROM %s WHERE %s"
	    " LIMIT %d)", r->table, r->find, MAG_RETENTION_BATCH);
	enum mag_status st;

	st = mag_db_run(db, r->how == MAG_FORGETS_DROP ?
	    mag_printf(a, "DELETE FROM %s WHERE %s", r->table, some) :
	    mag_printf(a, "UPDATE %s SET %s WHERE %s", r->table,
	    privacy_emptied(a, r->table), some), "t", w->before);
	w->rows = mag_db_changes(db);
	return st;
}

enum mag_status
mag_retention_forget(int64_t *out, struct mag_call *c,
    const struct mag_retention *r, int64_t before)
{
	struct forgetting w = { c, r, before, 0 };
	enum mag_status st;

	*out = 0;
	do {
		st = mag_db_write(c->db, forget_some, &w);
		*out += w.rows;
	} while (st == MAG_OK && w.rows == MAG_RETENTION_BATCH);
	return st;
}
