/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/privacy.h -- what the site knows of a person, and forgetting it.
 *
 * lib/model/personal.def says of every table and column what it is; a person
 * is a folded e-mail address.
 */
#ifndef MAGNETIQ_PRIVACY_H
#define MAGNETIQ_PRIVACY_H

#include <magnetiq/call.h>
#include <magnetiq/json.h>

/** How a table forgets: it empties columns, drops rows, or knows nobody. */
enum mag_forgets { MAG_KNOWS_NOBODY, MAG_FORGETS_BLANK, MAG_FORGETS_DROP };

struct mag_personal {
	const char	*table;
	enum mag_forgets how;
	const char	*find;		/* ?1 the folded e-mail, ?2 a pattern */
	const char	*columns;	/* about a person; ! : never NULL */
	const char	*others;
};
/** mag_personal(): every table; ends with a table that is NULL. */
MAG_API const struct mag_personal *mag_personal(void);

/**
 * mag_privacy_rows(row, c, table, email): the rows of a table that are about
 * somebody, all columns.
 */
struct mag_row;
MAG_API enum mag_status mag_privacy_rows(struct mag_row **out,
    struct mag_call *, const struct mag_personal *, const char *email)
    MAG_CHECK;

/** How many rows; told to a function, table by table. */
typedef void mag_privacy_fn(void *arg, const char *table, int64_t rows);
/**
 * mag_privacy_forget(c, email, fn, arg): in one transaction: every table, and
 * a line in the ledger, so that a restored backup forgets again.  Seats in
 * webinars and hours that are still to come are cancelled: who waits gets the
 * seat, the consultant hears that the hour is free.
 * MAG_CONFLICT if the address is that of somebody who may sign in,
 * MAG_UNAVAILABLE while a letter to them is on its way to a server.
 */
MAG_API enum mag_status mag_privacy_forget(struct mag_call *,
    const char *email, mag_privacy_fn *, void *arg) MAG_CHECK;
/**
 * mag_privacy_replay(done, c): forget everybody whom the ledger names, again:
 * after a restore.
 */
MAG_API enum mag_status mag_privacy_replay(int64_t *done, struct mag_call *)
    MAG_CHECK;

/*
 * What people may see and do themselves, by a link in a letter.
 */

/** mag_privacy_own_tables(): of these rows, without the columns of `others`. */
MAG_API const struct mag_personal *mag_privacy_own_tables(void);
/** mag_privacy_own(c, email, fn, arg): how many rows of each are somebody's. */
MAG_API enum mag_status mag_privacy_own(struct mag_call *, const char *email,
    mag_privacy_fn *, void *arg) MAG_CHECK;
/**
 * mag_privacy_ask(c, email, language): a letter with the link, at most five an
 * hour; MAG_OK whoever that is.
 */
MAG_API enum mag_status mag_privacy_ask(struct mag_call *, const char *email,
    const char *language) MAG_CHECK;
/**
 * mag_privacy_open(email, c, token): whose link it is, folded.  MAG_NOT_FOUND
 * for a wrong one, MAG_GONE for one that is over.
 */
MAG_API enum mag_status mag_privacy_open(const char **email,
    struct mag_call *, const char *token) MAG_CHECK;

#endif
