/* SPDX-License-Identifier: MIT */
/* board.h -- the scoreboard's file, as its two users (and the limits) see it. */
#ifndef BASE_BOARD_H
#define BASE_BOARD_H

#include <stdatomic.h>

#include <magnetiq/scoreboard.h>

#define BOARD_BUCKETS	32768	/* a power of two; 256 KiB */

typedef _Atomic int64_t board_word;

/* Two cache lines, so that workers do not wait for each other's counting. */
struct board_slot {
	board_word	 pid, pool, started, requests, memory_kb, busy;
	board_word	 unused[10];
};

/* The file.  Whoever changes its shape changes BOARD_VERSION. */
#define BOARD_MAGIC	UINT64_C(0x6472616f62716d00)
#define BOARD_VERSION	1
struct board {
	uint64_t	 magic, version, size;
	uint8_t		 key[16];	/* of the buckets' hash */
	board_word	 began;
	_Atomic uint64_t routes;
	board_word	 busy_waits, microseconds;
	board_word	 times[MAG_SCOREBOARD_TIMES + 1];
	_Alignas(128) struct board_slot slots[MAG_SCOREBOARD_WORKERS];
	board_word	 counts[MAG_SCOREBOARD_ROUTES][MAG_SCOREBOARD_STATUSES];
	_Atomic uint64_t buckets[BOARD_BUCKETS];
};

struct mag_scoreboard {
	struct board	*shared;
	struct board_slot *own;		/* NULL: not joined */
	int		 fd;
};

/* board_answered(s): count one in the own slot. */
void	board_answered(struct mag_scoreboard *);

#endif
