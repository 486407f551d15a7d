/* SPDX-License-Identifier: MIT */
/* magnetiq/user.h -- people who may sign in. */
#ifndef MAGNETIQ_USER_H
#define MAGNETIQ_USER_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_user;

#endif
