/* SPDX-License-Identifier: MIT */
/* board.h -- the scoreboard's file, as its two users (and the limits) see it. */
#ifndef BASE_BOARD_H
#define BASE_BOARD_H

#include <stdatomic.h>

#include <magnetiq/scoreboard.h>
#include <magnetiq/tally.h>

#define BOARD_BUCKETS	32768	/* a power of two; 256 KiB */

typedef _Atomic int64_t board_word;

/* Two cache lines, so that workers do not wait for each other's counting. */
struct board_slot {
	board_word	 pid, pool, started, requests, memory_kb, busy;
	board_word	 unused[10];
};

/* A text and how often it was said; see tally.c.  Two cache lines as well. */
#define BOARD_TEXT_WORDS	(MAG_TALLY_TEXT / 8)
struct board_place {
	_Atomic uint64_t state, hash, text[BOARD_TEXT_WORDS], unused;
};

/* The file.  Whoever changes its shape changes BOARD_VERSION. */
#define BOARD_MAGIC	UINT64_C(0x6472616f62716d00)
#define BOARD_VERSION	2
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
	_Alignas(128) struct board_place places[MAG_TALLY_PLACES];
};

struct mag_scoreboard {
	struct board	*shared;
	struct board_slot *own;		/* NULL: not joined */
	int		 fd;
};

/* Locks of the kernel on single bytes far behind the file's end: one for each
 * slot, and one for whoever takes the tally out. */
#define BOARD_TALLY_LOCK	MAG_SCOREBOARD_WORKERS
/* board_lock(s, i): take one, until the board is closed; false: it is held. */
bool	board_lock(struct mag_scoreboard *, size_t i);
/* board_held(s, i): does somebody hold a slot's?  Our own counts as well. */
bool	board_held(struct mag_scoreboard *, size_t i);

/* board_inherit(s, slot): free the places of the tally that who had the slot
 * before was writing into when it was killed. */
void	board_inherit(struct mag_scoreboard *, size_t slot);
/* board_answered(s): count one in the own slot. */
void	board_answered(struct mag_scoreboard *);

#endif
