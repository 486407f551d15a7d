/* SPDX-License-Identifier: MIT */
/* magnetiq/role.h -- roles by name, and the scopes of API keys. */
#ifndef MAGNETIQ_ROLE_H
#define MAGNETIQ_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/call.h>

/** mag_role_parse(text): MAG_NOBODY if it is no role. */
MAG_API enum mag_role mag_role_parse(const char *text);
/** mag_role_name(role): `viewer`, `editor`, `admin`; "" for a stranger. */
MAG_API const char *mag_role_name(enum mag_role);

/*
 * A scope is a part of the API, `content`, or one of its nouns, `pages`, or
 * `*` for all; behind it may stand `:read` or `:write` (which includes
 * reading).  Without either it means both.
 */
#define MAG_SCOPE_MAX	60	/* bytes */

/** mag_scope_valid(p, n): is it written as a scope? */
MAG_API bool	mag_scope_valid(const char *p, size_t n) MAG_CHECK;
/**
 * mag_scope_allows(scopes, part, noun, write): does one of the blank-separated
 * ${scopes} cover it?  ${noun} may be NULL.  NULL scopes are no API key's: all.
 */
MAG_API bool	mag_scope_allows(const char *scopes, const char *part,
    const char *noun, bool write) MAG_CHECK;

#endif
