/* SPDX-License-Identifier: MIT */
/* observe.h -- what is written down of a request: one line, and the metrics. */
#ifndef OBSERVE_H
#define OBSERVE_H

#include "exchange.h"

void	observe(struct exchange *);

#endif
