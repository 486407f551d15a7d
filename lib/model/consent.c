/* SPDX-License-Identifier: MIT */
/* The ledger of consents. */
#include <assert.h>
#include <string.h>

#include <magnetiq/consent.h>
#include <magnetiq/fold.h>
#include <magnetiq/i18n.h>

#include "noun.h"

static const struct mag_field fields[] = {
	{ "id", MAG_ID, .flags = MAG_READONLY | MAG_LIST | MAG_SORT },
	{ "email_folded", MAG_TEXT,
	  .flags = MAG_READONLY | MAG_LIST | MAG_PERSONAL },
	{ "purpose", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST | MAG_FILTER },
	{ "wording", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "version", MAG_INT, .flags = MAG_READONLY | MAG_LIST },
	{ "language", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "given_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ "source", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "request_id", MAG_TEXT, .flags = MAG_READONLY | MAG_LIST },
	{ "withdrawn_at", MAG_TIME, .flags = MAG_READONLY | MAG_LIST },
	{ .name = NULL }
};

struct mag_noun mag_consent_noun = {
	.name = "consent",
	.plural = "consents",
	.table = "consents",
	.fields = fields,
	.sort = "id",
	.descending = true,
	.label = "There is no such consent.",
};

/* A wording that changes gets the next version. */
static const struct wording {
	const char	*purpose;
	int64_t		 version;
	const char	*words;
} wordings[] = {
	{ MAG_CONSENT_MARKETING, 1, "I would like to receive letters about "
	  "further offers. I can end this at any time." },
	{ MAG_CONSENT_NEWSLETTER, 1, "I would like to receive the newsletter "
	  "by e-mail. I can end this at any time with the link in each "
	  "letter." },
	{ MAG_CONSENT_PRIVACY, 1, "I agree that my details are kept and used "
	  "to deal with my request. I can withdraw this at any time." },
};

static const char sql_give[] =
    "INSERT INTO consents (email_folded, purpose, wording, version, language,"
    " given_at, source, request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " RETURNING id";
static const char sql_withdraw[] =
    "UPDATE consents SET withdrawn_at = ?3 WHERE email_folded = ?1"
    " AND purpose = ?2 AND withdrawn_at IS NULL";
static const char sql_stands[] =
    "SELECT 1 FROM consents WHERE email_folded = ?1 AND purpose = ?2"
    " AND withdrawn_at IS NULL LIMIT 1";

const char *
mag_consent_wording(int64_t *version, const char *purpose,
    const char *language)
{
	size_t i;

	for (i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++) {
		if (strcmp(wordings[i].purpose, purpose) != 0)
			continue;
		if (version != NULL)
			*version = wordings[i].version;
		return mag_tr(language, wordings[i].words);
	}
	return NULL;
}

enum mag_status
mag_consent_give(int64_t *id, struct mag_call *c, const struct mag_consent *k)
{
	int64_t version = 0;
	const char *words = mag_consent_wording(&version, k->purpose,
	    k->language);

	assert(words != NULL);
	return mag_db_int(id, c->db, sql_give, "sssistss",
	    mag_fold_email(c->a, k->email), k->purpose, words, version,
	    k->language, c->now, k->source, c->request_id);
}

enum mag_status
mag_consent_withdraw(struct mag_call *c, const char *email,
    const char *purpose)
{

	return mag_db_run(c->db, sql_withdraw, "sst",
	    mag_fold_email(c->a, email), purpose, c->now);
}

enum mag_status
mag_consent_stands(bool *out, struct mag_call *c, const char *email,
    const char *purpose)
{
	int64_t one;
	enum mag_status st;

	st = mag_db_int(&one, c->db, sql_stands, "ss",
	    mag_fold_email(c->a, email), purpose);
	*out = st == MAG_OK;
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}
