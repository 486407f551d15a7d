/* SPDX-License-Identifier: MIT */
/* txt.h -- TXT records of the name service, where mail servers are told
 * whom to believe. */
#ifndef TXT_H
#define TXT_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/arena.h>

/** Real domains have a dozen; an answer of 4 KiB has no room for many more. */
#define TXT_MAX		64

/**
 * txt_read(a, p, n): the TXT records of an answer as it came, NULL behind the
 * last; what is not printable ASCII is a question mark.  NULL if it is no
 * whole answer: broken, or cut off where it became too long.
 */
const char **txt_read(struct mag_arena *, const unsigned char *, size_t n);
/**
 * txt_ask(a, server, name): those of a name, perhaps none.  NULL if nobody
 * could say.  ${server} is `192.0.2.1:53`; NULL: those of the system.
 */
const char **txt_ask(struct mag_arena *, const char *server, const char *name);

#endif
