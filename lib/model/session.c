/* SPDX-License-Identifier: MIT */
/* Who stands behind a bearer token.  Until sign-in joins: nobody. */
#include <magnetiq/session.h>

enum mag_status
mag_session_actor(struct mag_call *c, const char *token, size_t n)
{

	(void)c;
	(void)token;
	(void)n;
	return MAG_UNAUTHENTICATED;
}
