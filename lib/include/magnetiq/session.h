/* SPDX-License-Identifier: MIT */
/* magnetiq/session.h -- who stands behind a bearer token. */
#ifndef MAGNETIQ_SESSION_H
#define MAGNETIQ_SESSION_H

#include <magnetiq/call.h>

/**
 * mag_session_actor(c, token, n): fill c->who from an access token (its
 * session live, its user active, the role from the database) or an API key.
 * MAG_UNAUTHENTICATED for anything else.
 */
MAG_API enum mag_status mag_session_actor(struct mag_call *, const char *token,
    size_t n) MAG_CHECK;

#endif
