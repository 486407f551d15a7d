/* SPDX-License-Identifier: MIT */
/*
 * child.h -- what the children have in common that talk to others: letters,
 * calendars, webhooks.  They are processes of their own because others are
 * slow.
 */
#ifndef JOBS_CHILD_H
#define JOBS_CHILD_H

#include <signal.h>

#include <magnetiq/call.h>
#include <magnetiq/conf.h>

/** Not 0 once the parent, or its end, has said stop. */
extern volatile sig_atomic_t child_stopping;

/**
 * child_begin(c, conf): a call with the database and an arena, in a process
 * that ends well when it is told to.  False if it cannot be; child_end() in
 * any case.
 */
bool	child_begin(struct mag_call *, const struct mag_conf *);
/** child_next(c): one thing is done; the next has its arena anew. */
void	child_next(struct mag_call *);
void	child_end(struct mag_call *);

/** calendars_main(conf): the feeds that are due, one by one. */
int	calendars_main(const struct mag_conf *);
/** webhooks_main(conf): the deliveries that are due, one by one. */
int	webhooks_main(const struct mag_conf *);

#endif
