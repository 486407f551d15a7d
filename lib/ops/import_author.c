/* SPDX-License-Identifier: MIT */
/* Authors elsewhere who are users here: the e-mail address tells. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/user.h>

#include "import.h"

static const char sql_user[] = "SELECT id FROM admin_users"
    " WHERE email_folded = ?1 AND deleted_at IS NULL";

enum mag_status
import_author_add(struct importing *w, const struct wxr_author *a)
{
	struct import_author *author;
	struct mag_arena *m = w->c->a;

	if (w->nauthors >= IMPORT_AUTHORS)
		return MAG_OK;
	w->nauthors++;
	author = mag_alloc(m, sizeof(*author));
	author->is = (struct wxr_author){ import_cut(m, a->login, 60),
	    import_cut(m, a->email, MAG_EMAIL_MAX),
	    import_cut(m, a->first_name, MAG_NAME_MAX),
	    import_cut(m, a->last_name, MAG_NAME_MAX),
	    import_cut(m, a->name, MAG_NAME_MAX) };
	author->next = w->authors;
	w->authors = author;
	return MAG_OK;
}

static const struct mag_json *
user_body(struct importing *w, const struct wxr_author *a)
{
	bool named = *a->first_name != '\0' || *a->last_name != '\0';
	struct mag_buf b;

	mag_buf_init(&b, w->one.a, 256);
	mag_buf_adds(&b, "{\"role\":\"editor\",\"is_active\":false,\"email\":");
	mag_buf_jsons(&b, a->email);
	mag_buf_adds(&b, ",\"first_name\":");
	mag_buf_jsons(&b, a->first_name);
	mag_buf_adds(&b, ",\"last_name\":");
	mag_buf_jsons(&b, named ? a->last_name : a->name);
	mag_buf_addc(&b, '}');
	return mag_json_own(w->one.a, b.p, b.len);
}

/*
 * Not through mag_user_create(), which would write a letter: somebody decides
 * later who of them may come in.
 */
static enum mag_status
make(struct importing *w, struct import_author *author)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_noun_create(&r, &w->one, &mag_user, user_body(w, &author->is));
	if (st == MAG_OK) {
		author->user = mag_record_id(r);
		w->users++;
		import_note_of(w, "is a user now: an editor who is switched "
		    "off and has no password", author->is.email);
	} else if (st == MAG_INVALID || st == MAG_EMAIL_TAKEN) {
		import_note_of(w, "is an author who cannot be made a user",
		    author->is.login);
		st = MAG_OK;
	}
	return st;
}

enum mag_status
import_users(struct importing *w)
{
	struct import_author *a;
	enum mag_status st = MAG_OK;

	for (a = w->authors; a != NULL && st == MAG_OK; a = a->next) {
		import_ready(w);
		if (*a->is.email != '\0' && mag_db_int(&a->user, w->one.db,
		    sql_user, "s", mag_fold_email(w->one.a, a->is.email)) ==
		    MAG_OK)
			w->matched++;
		else if (w->wish->users)
			st = make(w, a);
		else
			import_note_of(w, "is an author whose address no user "
			    "has: the pages have no author", a->is.login);
	}
	return st;
}

int64_t
import_author(const struct importing *w, const char *login)
{
	const struct import_author *a;

	for (a = w->authors; a != NULL; a = a->next)
		if (strcmp(a->is.login, login) == 0)
			return a->user;
	return 0;
}
