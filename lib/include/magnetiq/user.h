/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/user.h -- people who may sign in.
 *
 * Reading, changing, listing and deleting go through the usual doors of
 * magnetiq/noun.h.  Deleting deactivates, ends all sessions and frees the
 * e-mail.  The last active admin stays: MAG_CONFLICT.
 */
#ifndef MAGNETIQ_USER_H
#define MAGNETIQ_USER_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_user;

/**
 * mag_user_create(out, c, body): in place of mag_noun_create(), since a
 * `password` is hashed before the transaction begins.  Without one the user
 * gets an invitation.
 */
MAG_API enum mag_status mag_user_create(struct mag_record **out,
    struct mag_call *, const struct mag_json *body) MAG_CHECK;
/**
 * mag_user_change_own(out, c, body): PATCH of the caller's own; e-mail, role
 * and activity are for admins.
 */
MAG_API enum mag_status mag_user_change_own(struct mag_record **out,
    struct mag_call *, const struct mag_json *body) MAG_CHECK;
/** mag_user_unlock(out, c, id): open every lock on this user's e-mail. */
MAG_API enum mag_status mag_user_unlock(struct mag_record **out,
    struct mag_call *, int64_t id) MAG_CHECK;
/** mag_user_send_reset(c, id): a letter with a link to a new password. */
MAG_API enum mag_status mag_user_send_reset(struct mag_call *, int64_t id)
    MAG_CHECK;

#endif
