/* SPDX-License-Identifier: MIT */
/* probe.h -- checks that need a connection; see magnetiq/check.h. */
#ifndef EGRESS_PROBE_H
#define EGRESS_PROBE_H

#include <magnetiq/check.h>
#include <magnetiq/conf.h>

#include "smtp.h"		/* egress_begin */

/** egress_checks(): ends with a name of NULL. */
const struct mag_check *egress_checks(void);
/**
 * egress_site_port(conf): the port of this machine on which nginx answers
 * /api/v1/health without TLS.
 */
int	egress_site_port(const struct mag_conf *);
/** egress_is_well(port, path): does somebody there answer 200? */
bool	egress_is_well(int port, const char *path);
/** egress_says(port, path, text): does an answer of there, whatever its status,
 * have this text in it? */
bool	egress_says(int port, const char *path, const char *text);
/** egress_certificate(): when the one ends that was seen last; 0: none was. */
int64_t	egress_certificate(void);

#endif
