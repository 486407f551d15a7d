/* SPDX-License-Identifier: MIT */
/* watch.h -- magnetiq-jobs --watch: one look at the site. */
#ifndef WATCH_H
#define WATCH_H

#include <magnetiq.h>

int	watch_main(const struct mag_conf *);

#endif
