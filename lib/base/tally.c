/* SPDX-License-Identifier: MIT */
/* Texts that all workers count together, in a table on the scoreboard. */
#include <string.h>

#include <sodium.h>

#include <magnetiq/log.h>

#include "board.h"

/*
 * Each place has a state, which is one word and changes only by comparing:
 *
 *	free	->	claimed	by one worker, which then writes text and hash
 *	claimed	->	ready	by it, with a count of 1
 *	ready	->	ready	one more, by anybody with the same hash
 *	ready	->	free	by who takes the counts out, when none is left
 *	claimed	->	free	by who finds that the claimant is dead
 *
 * Text is written only while the place is claimed, and read only while it is
 * ready, by the one process that could free it then.  A claimant holds its
 * slot's lock; once that is gone so is the process, and nothing of its half
 * text was ever ready.  Whatever becomes free gets another generation, so who
 * compares with a state of before fails.  What is read is held against its
 * hash all the same: after a power cut any page of the file may be an old one.
 */
enum phase { FREE, CLAIMED, READY };

#define PHASE_BITS	2
#define N_BITS		30	/* a count, or who has claimed it */
#define N_MAX		((UINT64_C(1) << N_BITS) - 1)
#define ONE		(UINT64_C(1) << PHASE_BITS)
#define PROBES		16	/* places a text may stand in */

struct line {
	uint64_t	 text[BOARD_TEXT_WORDS];	/* then zeros */
	uint64_t	 hash;
};

static uint64_t
state(uint64_t generation, uint64_t n, enum phase phase)
{

	return generation << (N_BITS + PHASE_BITS) | n << PHASE_BITS | phase;
}

static enum phase
phase_of(uint64_t word)
{

	return word & ((1 << PHASE_BITS) - 1);
}

static uint64_t
n_of(uint64_t word)
{

	return word >> PHASE_BITS & N_MAX;
}

static uint64_t
generation_of(uint64_t word)
{

	return word >> (N_BITS + PHASE_BITS);
}

/* Its key is random, so nobody can choose texts that share a place. */
static uint64_t
hash(const struct board *b, const uint64_t text[BOARD_TEXT_WORDS])
{
	uint64_t h;

	crypto_shorthash((unsigned char *)&h, (const unsigned char *)text,
	    MAG_TALLY_TEXT, b->key);
	return h;
}

/* One more, if the text stands there. */
static bool
add(struct board_place *p, const struct line *l)
{
	uint64_t seen = p->state;

	/* The hash is of this generation if the state is still the same. */
	while (phase_of(seen) == READY && n_of(seen) < N_MAX &&
	    p->hash == l->hash)
		if (atomic_compare_exchange_weak(&p->state, &seen, seen + ONE))
			return true;
	return false;
}

static bool
claim(struct board_place *p, const struct line *l, uint64_t slot)
{
	uint64_t seen = p->state, mine;
	size_t i;

	mine = state(generation_of(seen), slot, CLAIMED);
	if (phase_of(seen) != FREE ||
	    !atomic_compare_exchange_strong(&p->state, &seen, mine))
		return false;
	for (i = 0; i < BOARD_TEXT_WORDS; i++)
		p->text[i] = l->text[i];
	p->hash = l->hash;
	(void)atomic_compare_exchange_strong(&p->state, &mine,
	    state(generation_of(mine), 1, READY));
	return true;
}

void
mag_tally_count(struct mag_scoreboard *s, const char *text)
{
	struct line l = { .hash = 0 };
	struct board *b;
	size_t i, n = strlen(text);

	if (s == NULL || s->own == NULL || n == 0 || n > MAG_TALLY_TEXT)
		return;
	b = s->shared;
	memcpy(l.text, text, n);
	l.hash = hash(b, l.text);
	for (i = 0; i < PROBES; i++)
		if (add(&b->places[(l.hash + i) % MAG_TALLY_PLACES], &l))
			return;
	for (i = 0; i < PROBES; i++)
		if (claim(&b->places[(l.hash + i) % MAG_TALLY_PLACES], &l,
		    (uint64_t)(s->own - b->slots)))
			return;
}

/* Nobody has changed it meanwhile, or this does nothing. */
static void
make_free(struct board_place *p, uint64_t seen)
{

	(void)atomic_compare_exchange_strong(&p->state, &seen,
	    state(generation_of(seen) + 1, 0, FREE));
}

void
board_inherit(struct mag_scoreboard *s, size_t slot)
{
	struct board_place *p = s->shared->places;
	uint64_t seen;

	for (; p < s->shared->places + MAG_TALLY_PLACES; p++) {
		seen = p->state;
		if (phase_of(seen) == CLAIMED && n_of(seen) == slot)
			make_free(p, seen);
	}
}

/* Copy what is ready; false, and it is forgotten, if it is not what it was. */
static bool
copy(struct mag_tallied *out, struct board *b, struct board_place *p,
    uint64_t seen)
{
	uint64_t text[BOARD_TEXT_WORDS];
	size_t i;

	for (i = 0; i < BOARD_TEXT_WORDS; i++)
		text[i] = p->text[i];
	if (hash(b, text) != p->hash || n_of(seen) == 0) {
		mag_log(MAG_WARN, "scoreboard", "a damaged text was dropped");
		return false;
	}
	memset(out, 0, sizeof(*out));
	memcpy(out->text, text, MAG_TALLY_TEXT);
	out->n = (int64_t)n_of(seen);
	out->place = (size_t)(p - b->places);
	out->generation = generation_of(seen);
	return true;
}

static bool
is_dead(struct mag_scoreboard *s, uint64_t slot)
{

	return slot >= MAG_SCOREBOARD_WORKERS || !board_held(s, slot);
}

size_t
mag_tally_read(struct mag_scoreboard *s,
    struct mag_tallied out[MAG_TALLY_PLACES])
{
	struct board_place *p;
	uint64_t seen;
	size_t i, n = 0;

	if (s == NULL || !board_lock(s, BOARD_TALLY_LOCK))
		return 0;
	for (i = 0; i < MAG_TALLY_PLACES; i++) {
		p = &s->shared->places[i];
		seen = p->state;
		switch (phase_of(seen)) {
		case FREE:
			break;
		case CLAIMED:
			if (is_dead(s, n_of(seen)))
				make_free(p, seen);
			break;
		case READY:
			if (copy(&out[n], s->shared, p, seen)) {
				n++;
				break;
			}
			/* FALLTHROUGH */
		default:	/* a state that nobody ever makes */
			make_free(p, seen);
		}
	}
	return n;
}

/* Take off what was read; free once nothing is left. */
static void
take(struct board_place *p, const struct mag_tallied *t)
{
	uint64_t seen = p->state, n, next;

	while (phase_of(seen) == READY &&
	    generation_of(seen) == t->generation) {
		n = n_of(seen) > (uint64_t)t->n ?
		    n_of(seen) - (uint64_t)t->n : 0;
		next = n > 0 ? state(t->generation, n, READY) :
		    state(t->generation + 1, 0, FREE);
		if (atomic_compare_exchange_weak(&p->state, &seen, next))
			return;
	}
}

void
mag_tally_taken(struct mag_scoreboard *s, const struct mag_tallied *list,
    size_t n)
{
	size_t i;

	for (i = 0; s != NULL && i < n; i++)
		take(&s->shared->places[list[i].place], &list[i]);
}
