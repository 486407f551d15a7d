/* SPDX-License-Identifier: MIT */
/* Addresses that are not written to, known by their MACs. */
#include <string.h>

#include <magnetiq/db.h>
#include <magnetiq/fold.h>
#include <magnetiq/suppression.h>
#include <magnetiq/token.h>

static const char sql_find[] = "SELECT reason FROM suppressions"
    " WHERE address_mac IN (?1, ?2) ORDER BY reason";
static const char sql_add[] = "INSERT INTO suppressions (address_mac, reason,"
    " created_at) VALUES (?1, ?2, ?3) ON CONFLICT (address_mac, reason)"
    " DO NOTHING";
static const char sql_delete[] = "DELETE FROM suppressions"
    " WHERE address_mac IN (?1, ?2) AND reason = ?3";

static const char *const reasons[] = { "bounced", "unsubscribed" };

/* What the key before this one has made is still known; NULL without one. */
static const char *
mac(struct mag_call *c, const char *email, bool previous)
{
	const char *folded = mag_fold_email(c->a, email);
	uint8_t out[MAG_SHA256];

	if (!mag_token_mac(out, c->conf, MAG_FOR_SUPPRESSION, previous, folded,
	    strlen(folded)))
		return NULL;
	return mag_hex(c->a, out, sizeof(out));
}

enum mag_status
mag_suppressed(unsigned *out, struct mag_call *c, const char *email)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	*out = 0;
	st = mag_db_query(&row, c->db, sql_find, "ss", mac(c, email, false),
	    mac(c, email, true));
	while (st == MAG_OK && (st = mag_row_next(row)) == MAG_OK)
		*out |= strcmp(mag_row_str(row, 0).p, reasons[0]) == 0 ?
		    MAG_BOUNCED : MAG_UNSUBSCRIBED;
	mag_row_done(row);
	return st == MAG_NOT_FOUND ? MAG_OK : st;
}

enum mag_status
mag_suppress(struct mag_call *c, const char *email, unsigned what)
{
	enum mag_status st = MAG_OK;
	unsigned i;

	for (i = 0; i < 2 && st == MAG_OK; i++)
		if (what & 1U << i)
			st = mag_db_run(c->db, sql_add, "sst",
			    mac(c, email, false), reasons[i], c->now);
	return st;
}

enum mag_status
mag_suppress_not(struct mag_call *c, const char *email, unsigned what)
{
	enum mag_status st = MAG_OK;
	unsigned i;

	for (i = 0; i < 2 && st == MAG_OK; i++)
		if (what & 1U << i)
			st = mag_db_run(c->db, sql_delete, "sss",
			    mac(c, email, false), mac(c, email, true),
			    reasons[i]);
	return st;
}
