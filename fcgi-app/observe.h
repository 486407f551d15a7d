/* SPDX-License-Identifier: MIT */
/* observe.h -- what is written down of a request: one line, and the metrics. */
#ifndef OBSERVE_H
#define OBSERVE_H

#include "exchange.h"

/** Join the scoreboard; without one the worker works, and counts nothing. */
void	observe_begin(struct worker *);
void	observe_end(struct worker *);
/** A request is in hand; it has been answered. */
void	observe_request(struct worker *);
void	observe(struct exchange *);

#endif
