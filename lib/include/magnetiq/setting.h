/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/setting.h -- what an admin sets while the site runs: title,
 * languages, maintenance.  (What stands in the environment is conf.h.)
 */
#ifndef MAGNETIQ_SETTING_H
#define MAGNETIQ_SETTING_H

#include <magnetiq/call.h>
#include <magnetiq/json.h>

/** mag_setting_print(b, c): all of them, as one JSON object with typed values. */
MAG_API enum mag_status mag_setting_print(struct mag_buf *, struct mag_call *)
    MAG_CHECK;
/**
 * mag_setting_change(c, body): {key: value}; an unknown key or a value of
 * another type is MAG_INVALID, naming the key; all or nothing, audited.
 * MAG_STALE if If-Match names another revision than they have.
 */
MAG_API enum mag_status mag_setting_change(struct mag_call *,
    const struct mag_json *body) MAG_CHECK;
/** mag_setting_revision(printed): a number for what mag_setting_print() says. */
MAG_API int64_t	mag_setting_revision(const char *printed);
/** mag_setting_text(out, c, key): one value as it is stored; MAG_NOT_FOUND. */
MAG_API enum mag_status mag_setting_text(const char **out, struct mag_call *,
    const char *key) MAG_CHECK;

#endif
