/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/apikey.h -- keys for programs: a role, and scopes that narrow it.
 *
 * A key is shown once, when it is made; only its hash stays.  It begins with
 * MAG_APIKEY_PREFIX and stands where an access token would.  For the names
 * of scopes see magnetiq/role.h.
 */
#ifndef MAGNETIQ_APIKEY_H
#define MAGNETIQ_APIKEY_H

#include <magnetiq/noun.h>

#define MAG_APIKEY_PREFIX	"mag_"

extern MAG_API struct mag_noun mag_apikey;

/**
 * mag_apikey_create(out, key, c, body): in place of mag_noun_create(); the
 * key itself goes to ${key}.
 */
MAG_API enum mag_status mag_apikey_create(struct mag_record **out,
    const char **key, struct mag_call *, const struct mag_json *body)
    MAG_CHECK;

#endif
