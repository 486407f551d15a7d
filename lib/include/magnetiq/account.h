/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/account.h -- getting in: with a password, with a new one, or with
 * a letter.
 *
 * Five failures for one e-mail from one address lock that pair for half an
 * hour, whether anybody has that e-mail or not; 50 from anywhere lock the
 * account, except for addresses that signed in within 30 days.  A pair's
 * failures are forgotten after half an hour without one, an account's after a
 * day.  All of it is known by HMACs only.
 *
 * The functions that take a password hash it, outside of any transaction:
 * their routes carry the flag HASHES.
 */
#ifndef MAGNETIQ_ACCOUNT_H
#define MAGNETIQ_ACCOUNT_H

#include <magnetiq/call.h>
#include <magnetiq/session.h>

/**
 * mag_account_sign_in(out, c, email, password, n): a new session.
 * MAG_UNAUTHENTICATED, after the same time and with the same sentence, for an
 * unknown e-mail, a wrong password and a user who is not active; MAG_LOCKED
 * with retry_after.
 */
MAG_API enum mag_status mag_account_sign_in(struct mag_tokens *,
    struct mag_call *, const char *email, const char *password, size_t n)
    MAG_CHECK;
/**
 * mag_account_change_password(c, current, n, fresh, m): for the caller.  All
 * other sessions end.  MAG_INVALID names `current_password` or
 * `new_password`; wrong ones count as failed sign-ins.
 */
MAG_API enum mag_status mag_account_change_password(struct mag_call *,
    const char *current, size_t n, const char *fresh, size_t m) MAG_CHECK;

/**
 * mag_account_forgot(c, email): write down that somebody wants a letter.  It
 * says nothing about whether anybody has that e-mail.
 */
MAG_API enum mag_status mag_account_forgot(struct mag_call *,
    const char *email) MAG_CHECK;
/**
 * mag_account_reset(c, token, password, n): set a password with the token of
 * a letter, once.  All sessions end, all locks open.  MAG_NOT_FOUND for a
 * wrong token, MAG_GONE for one that was used or has expired.
 */
MAG_API enum mag_status mag_account_reset(struct mag_call *, const char *token,
    const char *password, size_t n) MAG_CHECK;

/**
 * mag_account_decide(done, c): what became of the wishes: for each that is
 * about an active user make a token, good for 24 h, keep only its hash, and
 * queue the letter, `password-reset` or `invitation`; from strangers only as
 * long as mag_outbox_full() says no.  For the jobs process.
 */
MAG_API enum mag_status mag_account_decide(int64_t *done, struct mag_call *)
    MAG_CHECK;

#endif
