/* SPDX-License-Identifier: MIT */
/* account.h -- what user, account, session and the rest of them share. */
#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H

#include <magnetiq/account.h>
#include <magnetiq/session.h>
#include <magnetiq/user.h>

/*
 * lockout.c: failed sign-ins.  All take part in an open transaction, except
 * lockout_look().
 */
struct lockout {
	const char	*pair;		/* HMAC of e-mail and address */
	const char	*account;	/* HMAC of the e-mail */
	const char	*address;	/* HMAC of the address */
	const char	*email;		/* folded */
};
/** lockout_of(c, email): the hashes; ${email} is folded already. */
struct lockout	lockout_of(struct mag_call *, const char *email);
/** lockout_look(c, l): MAG_LOCKED with retry_after if it may not be tried. */
enum mag_status	lockout_look(struct mag_call *, const struct lockout *) MAG_CHECK;
/** lockout_fail(c, l): one more failure. */
enum mag_status	lockout_fail(struct mag_call *, const struct lockout *) MAG_CHECK;
/** lockout_pass(c, l, user): this pair begins anew; the address is known. */
enum mag_status	lockout_pass(struct mag_call *, const struct lockout *,
		    int64_t user_id) MAG_CHECK;
/** lockout_clear(c, email): as if nothing had ever failed for this e-mail. */
enum mag_status	lockout_clear(struct mag_call *, const char *email) MAG_CHECK;

/*
 * session.c, inside a transaction.
 */
/** session_start(out, c, user): for a user who has just shown a password. */
enum mag_status	session_start(struct mag_tokens *, struct mag_call *,
		    struct mag_record *user) MAG_CHECK;
/** session_end_all(c, user, but): all of a user's sessions; 0: without one. */
enum mag_status	session_end_all(struct mag_call *, int64_t user_id,
		    int64_t but) MAG_CHECK;

/** apikey_actor(c, token, n): fill c->who from an API key. */
enum mag_status	apikey_actor(struct mag_call *, const char *token, size_t n)
		    MAG_CHECK;

/** reset_wish(c, kind, email, user): a letter is wanted; user 0: by strangers. */
enum mag_status	reset_wish(struct mag_call *, const char *kind,
		    const char *email, int64_t user_id) MAG_CHECK;

#endif
