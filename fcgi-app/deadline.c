/* SPDX-License-Identifier: MIT */
/* How long a peer may keep us waiting; see deadline.h. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>

#include "deadline.h"

#define SECOND	INT64_C(1000000)
#define NEVER	INT64_MAX

/* What the handler reads; all lock-free, so it may interrupt anything. */
static _Atomic int64_t due = NEVER;	/* the wait in hand ends then */
static _Atomic int64_t aim = NEVER;	/* the timer rings then */
static atomic_int peer = -1, shut;

static timer_t timer;
static int64_t left, entered;

static void
set(int64_t when)
{
	struct itimerspec its;

	memset(&its, 0, sizeof(its));
	its.it_value.tv_sec = (time_t)(when / SECOND);
	its.it_value.tv_nsec = (long)(when % SECOND * 1000);
	(void)timer_settime(timer, TIMER_ABSTIME, &its, NULL);
}

/* Only calls that may be made in a handler: clock_gettime among them. */
static void
ring(int sig)
{
	int error = errno;
	int64_t when = due;

	(void)sig;
	if (when == NEVER) {
		aim = NEVER;
	} else if (mag_clock_us() < when) {
		aim = when;
		set(when);
	} else {
		aim = NEVER;
		if (peer >= 0)
			(void)shutdown(peer, shut);
	}
	errno = error;
}

void
deadline_init(void)
{
	struct sigaction sa;
	struct sigevent ev;
	int rc;

	/* SA_RESTART: an early ring must not cut a read short. */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = ring;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	rc = sigaction(SIGALRM, &sa, NULL);
	assert(rc == 0);

	memset(&ev, 0, sizeof(ev));
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = SIGALRM;
	rc = timer_create(CLOCK_MONOTONIC, &ev, &timer);
	assert(rc == 0);
}

void
deadline_open(int fd)
{

	peer = fd;
	left = MAG_IO_SECONDS * SECOND;
}

bool
deadline_enter(int how, int64_t reserve)
{
	int64_t when;

	if (left <= reserve)
		return false;
	entered = mag_clock_us();
	shut = how;
	due = when = entered + left - reserve;
	if (when < aim) {
		aim = when;
		set(when);
	}
	return true;
}

void
deadline_leave(void)
{

	due = NEVER;
	left -= mag_clock_us() - entered;
}

void
deadline_cut(int64_t most)
{

	if (left > most)
		left = most;
}

void
deadline_close(void)
{

	due = NEVER;
	peer = -1;
}
