/* SPDX-License-Identifier: MIT */
/* What a visitor writes through the form: a letter to whoever answers. */
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/contact.h>
#include <magnetiq/limits.h>
#include <magnetiq/noun.h>
#include <magnetiq/once.h>
#include <magnetiq/outbox.h>
#include <magnetiq/setting.h>
#include <magnetiq/webhook.h>

/* Read like any other noun, and kept nowhere but in its letters. */
static const struct mag_field fields[] = {
	{ "name", MAG_TEXT, .max = 200, .flags = MAG_REQUIRED | MAG_PERSONAL },
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX,
	  .flags = MAG_REQUIRED | MAG_PERSONAL },
	{ "message", MAG_TEXT, .max = MAG_MESSAGE_MAX,
	  .flags = MAG_REQUIRED | MAG_PERSONAL | MAG_LONG },
	{ "privacy_consent", MAG_BOOL, .flags = MAG_REQUIRED },
	{ .name = NULL }
};
static struct mag_noun noun = { .name = "contact", .fields = fields };

static const char *
letter_data(struct mag_call *c, const struct mag_record *r)
{
	const char *s = mag_text(r, "message");
	struct mag_buf b;
	size_t n;

	mag_buf_init(&b, c->a, 1024);
	mag_buf_adds(&b, "{\"name\":");
	mag_buf_jsons(&b, mag_text(r, "name"));
	mag_buf_adds(&b, ",\"reply_name\":");
	mag_buf_jsons(&b, mag_text(r, "name"));
	mag_buf_adds(&b, ",\"email\":");
	mag_buf_jsons(&b, mag_text(r, "email"));
	mag_buf_adds(&b, ",\"reply_to\":");
	mag_buf_jsons(&b, mag_text(r, "email"));
	mag_buf_adds(&b, ",\"lines\":[");
	for (; *s != '\0'; s += n, s += *s == '\n') {
		n = strcspn(s, "\n");
		mag_buf_adds(&b, b.p[b.len - 1] == '[' ? "" : ",");
		mag_buf_json(&b, s, n > 0 && s[n - 1] == '\r' ? n - 1 : n);
	}
	mag_buf_adds(&b, "]}");
	return b.p;
}

static const char sql_admins[] =
    "SELECT email, language FROM admin_users WHERE role = 'admin'"
    " AND is_active = 1 AND deleted_at IS NULL ORDER BY id LIMIT 20";

static enum mag_status
give(struct mag_call *c, struct mag_outbox_letter *l, mag_contact_words *words,
    void *arg)
{
	enum mag_status st = words == NULL ? MAG_OK : words(c, l, arg);

	return st != MAG_OK ? st : mag_outbox_add(c, l);
}

/* One address if an admin has said which; else everybody who may answer. */
enum mag_status
mag_contact_staff(struct mag_call *c, struct mag_outbox_letter *l,
    mag_contact_words *words, void *arg)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	l->language = mag_site(c)->language;
	st = mag_setting_text(&l->recipient, c, "contact_address");
	if (st == MAG_OK && l->recipient != NULL && *l->recipient != '\0')
		return give(c, l, words, arg);
	st = mag_db_query(&row, c->db, sql_admins, "");
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK) {
		l->recipient = mag_row_dup(row, 0, c->a);
		l->language = mag_row_dup(row, 1, c->a);
		st = give(c, l, words, arg);
	}
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

struct work {
	struct mag_call	*c;
	const struct mag_json *body;
};

static enum mag_status
read(struct mag_call *c, struct mag_record *r, const struct mag_json *body)
{
	enum mag_status st;

	r->noun = &noun;
	st = mag_record_read(c, r, NULL, body, MAG_POST);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	if (mag_value(r, "privacy_consent")->kind == MAG_V_INT &&
	    mag_int(r, "privacy_consent") == 0)
		mag_wrong(c, "privacy_consent", "must be true", NULL);
	return mag_verdict(c);
}

static enum mag_status
write(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	struct mag_call *c = w->c;
	struct mag_record *r = mag_alloc(c->a, sizeof(*r));
	struct mag_outbox_letter l = { .template = "contact" };
	struct mag_consent given;
	enum mag_status st;
	int64_t id;

	(void)db;
	mag_problem_reset(c);
	if ((st = mag_once_seen(&id, c, "contact")) != MAG_NOT_FOUND)
		return st;
	if ((st = read(c, r, w->body)) != MAG_OK)
		return st;
	given = (struct mag_consent){ .email = mag_text(r, "email"),
	    .purpose = MAG_CONSENT_PRIVACY, .language = c->lang,
	    .source = "contact" };
	l.data = letter_data(c, r);
	if ((st = mag_consent_give(&id, c, &given)) != MAG_OK ||
	    (st = mag_contact_staff(c, &l, NULL, NULL)) != MAG_OK ||
	    (st = mag_webhook_tell(c, "contact.created", r)) != MAG_OK)
		return st;
	return mag_once_keep(c, "contact", id);
}

enum mag_status
mag_contact(struct mag_call *c, const struct mag_json *body)
{
	struct work w = { c, body };

	return mag_db_write(c->db, write, &w);
}
