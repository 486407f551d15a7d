/* SPDX-License-Identifier: MIT */
/* Memory with a limit; see bounded.h. */
#include <assert.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include "bounded.h"

/* What stands before each piece, so that all of them can be found. */
struct piece {
	struct piece	*next, *prev;
	size_t		 size;
	max_align_t	 bytes[];
};

static struct {
	struct piece	 all;		/* a ring, empty when next is itself */
	size_t		 used, max;
	jmp_buf		 full;
	bool		 running;
} now;

static struct piece *
piece_of(void *p)
{

	return (struct piece *)((char *)p - offsetof(struct piece, bytes));
}

static void
enter(struct piece *p)
{

	p->next = now.all.next;
	p->prev = &now.all;
	p->next->prev = p->prev->next = p;
	now.used += p->size;
}

static void
leave(struct piece *p)
{

	p->next->prev = p->prev;
	p->prev->next = p->next;
	now.used -= p->size;
}

/* The size of a whole piece; does not return if there is no room for it. */
static size_t
room(size_t n, size_t size)
{

	assert(now.running);
	if (size > 0 && n > (now.max - now.used) / size)
		longjmp(now.full, 1);
	n = n * size + sizeof(struct piece);
	if (n > now.max - now.used)
		longjmp(now.full, 1);
	return n;
}

void *
bounded_calloc(size_t n, size_t size)
{
	size_t all = room(n, size);
	struct piece *p = calloc(1, all);

	if (p == NULL)
		longjmp(now.full, 1);
	p->size = all;
	enter(p);
	return p->bytes;
}

void
bounded_free(void *bytes)
{

	if (bytes == NULL)
		return;
	leave(piece_of(bytes));
	free(piece_of(bytes));
}

void *
bounded_realloc(void *bytes, size_t n)
{
	struct piece *old, *p;
	size_t all;

	if (bytes == NULL)
		return bounded_calloc(n, 1);
	old = piece_of(bytes);
	leave(old);
	all = n + sizeof(*p);
	p = n > now.max || all > now.max - now.used ? NULL : realloc(old, all);
	if (p == NULL) {
		enter(old);
		longjmp(now.full, 1);
	}
	p->size = all;
	enter(p);
	return p->bytes;
}

bool
bounded_run(void (*work)(void *), void *arg, size_t max)
{
	volatile bool done = false;	/* it outlives longjmp() */

	assert(!now.running);
	now.all.next = now.all.prev = &now.all;
	now.used = 0;
	now.max = max;
	now.running = true;
	if (setjmp(now.full) == 0) {
		work(arg);
		done = true;
	}
	while (now.all.next != &now.all)
		bounded_free(now.all.next->bytes);
	now.running = false;
	return done;
}
