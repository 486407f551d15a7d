/* SPDX-License-Identifier: MIT */
/*
 * deadline.h -- how long a peer may keep us waiting: MAG_IO_SECONDS in all
 * for one connection, however it spreads its delays.
 *
 * A time-out on the socket would start afresh with every byte, and would
 * make signals interrupt reads.  Here SIGALRM shuts the socket down when the
 * time is up, so that whatever waits on it returns.  The timer is set about
 * once in ten seconds, not once a request: when it rings early it aims anew.
 * There is one connection at a time.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#define DEADLINE_RESERVE_US	1000000	/* what reading leaves to the answer */

/** deadline_init(): once a process, before anything else. */
void	deadline_init(void);
/** deadline_open(fd): a new peer, with all of its time before it. */
void	deadline_open(int fd);
/**
 * deadline_enter(how, reserve): we are going to wait for the peer, and leave
 * it ${reserve} microseconds of its time.  When it is up, the socket is shut
 * down as ${how} (SHUT_RD, SHUT_RDWR) says.  False if it is up already.
 */
bool	deadline_enter(int how, int64_t reserve);
/** deadline_leave(): the wait is over; its length is taken off. */
void	deadline_leave(void);
/** deadline_cut(left): let the peer have at most ${left} microseconds more. */
void	deadline_cut(int64_t left);
/** deadline_close(): there is no peer any more. */
void	deadline_close(void);

#endif
