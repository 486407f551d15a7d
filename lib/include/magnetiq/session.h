/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/session.h -- a sign-in on one device, from its first access token
 * to its end.
 *
 * A session has one refresh token at a time; using it spends it and gives a
 * new one.  A spent one that is used again was stolen from, or by, somebody:
 * the whole session ends at once, and with it its access token.  There is no
 * time of grace, so two tabs of one browser must take turns (the panel does,
 * with a lock of the browser): whoever reads a cookie that is already spent
 * signs both out.
 */
#ifndef MAGNETIQ_SESSION_H
#define MAGNETIQ_SESSION_H

#include <magnetiq/call.h>
#include <magnetiq/noun.h>

#define MAG_REFRESH_SECONDS	(7 * 86400)	/* how long a refresh token is good */

extern MAG_API struct mag_noun mag_session;

/** What a client gets when it signs in or refreshes. */
struct mag_tokens {
	const char	*access;
	const char	*refresh;
	int64_t		 expires_in;	/* seconds, of the access token */
	int64_t		 session_id;
	struct mag_record *user;
};

/**
 * mag_session_actor(c, token, n): fill c->who from an access token (its
 * session live, its user active, the role from the database) or an API key.
 * MAG_UNAUTHENTICATED for anything else.
 */
MAG_API enum mag_status mag_session_actor(struct mag_call *, const char *token,
    size_t n) MAG_CHECK;
/**
 * mag_session_refresh(out, c, token): spend a refresh token for new tokens.
 * MAG_UNAUTHENTICATED if it is none, has expired or was spent before, or if
 * its session has ended or its user may no longer sign in.
 */
MAG_API enum mag_status mag_session_refresh(struct mag_tokens *,
    struct mag_call *, const char *token) MAG_CHECK;
/**
 * mag_session_leave(c, token): end the session of a refresh token (spent or
 * not), or, if ${token} is NULL, that of the caller.  MAG_UNAUTHENTICATED if
 * there is none to end.
 */
MAG_API enum mag_status mag_session_leave(struct mag_call *, const char *token)
    MAG_CHECK;
/** mag_session_list(b, c, l): the caller's live sessions. */
MAG_API enum mag_status mag_session_list(struct mag_buf *, struct mag_call *,
    struct mag_list *) MAG_CHECK;
/** mag_session_end(c, id): end one of the caller's own. */
MAG_API enum mag_status mag_session_end(struct mag_call *, int64_t id)
    MAG_CHECK;

#endif
