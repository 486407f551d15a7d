/* SPDX-License-Identifier: MIT */
/* Who did what to what, written in the transaction that does it. */
#include <string.h>

#include <magnetiq/audit.h>
#include <magnetiq/log.h>

#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "created_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "user_id", MAG_REF, .values = "user",
	  .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "user_email", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "action", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "resource_type", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "resource_id", MAG_INT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "before", MAG_JSON, .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "after", MAG_JSON, .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "request_id", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ .name = NULL }
};

struct mag_noun mag_audit_noun = {
	.name = "audit",
	.plural = "audit log",
	.table = "audit_log",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such entry.",
};

static const char sql_add[] =
    "INSERT INTO audit_log (created_at, user_id, user_email, action,"
    " resource_type, resource_id, before, after, request_id)"
    " VALUES (?1, ?2, coalesce("
    "(SELECT email FROM admin_users WHERE id = ?2),"
    " (SELECT 'API key ' || name FROM api_keys WHERE id = ?9)),"
    " ?3, ?4, ?5, ?6, ?7, ?8)";

enum mag_status
mag_audit_json(struct mag_call *c, const char *action, const char *type,
    int64_t id, const char *before, const char *after)
{

	return mag_db_run(c->db, sql_add, "tIssIsssi", c->now,
	    c->who.user_id > 0 ? &c->who.user_id : NULL, action, type,
	    id > 0 ? &id : NULL, before, after, c->request_id,
	    c->who.api_key_id);
}

/* A value as the log keeps it: secrets and persons masked, long text sized. */
static void
print_value(struct mag_buf *b, const struct mag_field *f,
    const struct mag_value *v)
{
	char masked[300];

	if (v->kind == MAG_V_NULL)
		mag_buf_adds(b, "null");
	else if (f->flags & (MAG_SECRET | MAG_GUARDED))
		mag_buf_adds(b, "\"***\"");
	else if (v->kind == MAG_V_TEXT && (f->flags & MAG_LONG))
		mag_buf_addf(b, "\"(%zu bytes)\"", v->n);
	else if (v->kind == MAG_V_TEXT && (f->flags & MAG_PERSONAL)) {
		mag_log_email(masked, sizeof(masked), v->s);
		mag_buf_jsons(b, masked);
	} else
		mag_value_print(b, f, v);
}

/* What the database layer stamps by itself says nothing. */
static bool
noted(const struct mag_field *f)
{

	return !(f->flags & MAG_VIRTUAL) && strcmp(f->name, "updated_at") != 0 &&
	    strcmp(f->name, "created_at") != 0 &&
	    strcmp(f->name, "revision") != 0;
}

/* The fields of ${r} that differ from ${other}, as a JSON object. */
static const char *
differences(struct mag_call *c, const struct mag_record *r,
    const struct mag_record *other)
{
	const struct mag_field *f;
	struct mag_buf b;
	int i, n = 0;

	if (r == NULL)
		return NULL;
	mag_buf_init(&b, c->a, 256);
	mag_buf_addc(&b, '{');
	for (i = 0; (f = &r->noun->fields[i])->name != NULL; i++) {
		if (!noted(f))
			continue;
		if (other == NULL ? r->v[i].kind == MAG_V_NULL :
		    mag_same(&r->v[i], &other->v[i]))
			continue;
		mag_buf_addf(&b, "%s\"%s\":", n++ > 0 ? "," : "", f->name);
		print_value(&b, f, &r->v[i]);
	}
	mag_buf_addc(&b, '}');
	return b.p;
}

enum mag_status
mag_audit(struct mag_call *c, const char *action, const char *type, int64_t id,
    const struct mag_record *before, const struct mag_record *after)
{

	return mag_audit_json(c, action, type, id,
	    differences(c, before, after), differences(c, after, before));
}
