/* SPDX-License-Identifier: MIT */
/* conf_case.h -- what the tests of settings share: an empty folder, files in
 * it, and settings that must be taken or refused there. */
#ifndef CONF_CASE_H
#define CONF_CASE_H

#include "unit.h"

extern struct mag_conf *conf;
extern char conf_error[512];

TCase	*conf_case(Suite *, const char *name);
void	file(const char *path, const char *text);
const char *slurp(const char *path);
/** here(path): below the test's own folder. */
const char *here(const char *path);
/** good(): the settings of now are taken, into `conf`. */
void	good(void);
/** bad(name): they are refused, in words that begin so. */
void	bad(const char *name);

#endif
