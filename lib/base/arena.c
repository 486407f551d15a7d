/* SPDX-License-Identifier: MIT */
/* Memory that is given back all at once: a list of blocks, used in order. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/arena.h>
#include <magnetiq/log.h>
#include <magnetiq/rand.h>

#define FIRST_BLOCK	(32 * 1024)	/* holds most requests */
#define ALIGN		16

struct block {
	struct block	*next;
	size_t		 size, used;
	_Alignas(ALIGN) unsigned char data[];
};

struct mag_arena {
	struct block	*first, *current;
	size_t		 limit, used, held;
};

static _Noreturn void
die(const char *why, size_t n)
{

	mag_log(MAG_ERROR, "out_of_memory", "%s (%zu bytes)", why, n);
	abort();
}

static struct block *
block_new(struct mag_arena *a, size_t size)
{
	struct block *b;

	if (size > a->limit || a->held > a->limit - size)
		die("an arena would pass its limit", a->held + size);
	if ((b = malloc(sizeof(*b) + size)) == NULL)
		die("malloc failed", size);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	a->held += size;
	return b;
}

struct mag_arena *
mag_arena_new(size_t limit)
{
	struct mag_arena *a;

	if ((a = calloc(1, sizeof(*a))) == NULL)
		die("malloc failed", sizeof(*a));
	a->limit = limit;
	a->first = a->current = block_new(a,
	    limit < FIRST_BLOCK ? limit : FIRST_BLOCK);
	return a;
}

static void
blocks_free(struct block *b)
{
	struct block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

void
mag_arena_free(struct mag_arena *a)
{

	if (a == NULL)
		return;
	blocks_free(a->first);
	free(a);
}

void
mag_arena_reset(struct mag_arena *a)
{

	blocks_free(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	a->current = a->first;
	a->used = 0;
	a->held = a->first->size;
}

void
mag_arena_wipe(struct mag_arena *a)
{
	struct block *b;

	for (b = a->first; b != NULL; b = b->next)
		mag_wipe(b->data, b->used);
	mag_arena_reset(a);
}

size_t
mag_arena_used(const struct mag_arena *a)
{

	return a->used;
}

/* Each new block doubles what is held, so that their number stays small. */
static void
grow(struct mag_arena *a, size_t n)
{
	size_t size = a->held < 1024 * 1024 ? a->held : 1024 * 1024;

	if (size > a->limit - a->held)
		size = a->limit - a->held;
	if (size < n)
		size = n;
	a->current->next = block_new(a, size);
	a->current = a->current->next;
}

static void *
take(struct mag_arena *a, size_t n)
{
	void *p;

	if (n > a->limit)
		die("an arena would pass its limit", n);
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (n > a->current->size - a->current->used)
		grow(a, n);
	p = a->current->data + a->current->used;
	a->current->used += n;
	a->used += n;
	return p;
}

void *
mag_alloc(struct mag_arena *a, size_t n)
{

	return memset(take(a, n), 0, n);
}

char *
mag_dup(struct mag_arena *a, const void *p, size_t n)
{
	char *s = take(a, n + 1);

	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

char *
mag_strdup(struct mag_arena *a, const char *s)
{

	return s == NULL ? NULL : mag_dup(a, s, strlen(s));
}

char *
mag_printf(struct mag_arena *a, const char *format, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	assert(n >= 0);
	s = take(a, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(s, (size_t)n + 1, format, ap);
	va_end(ap);
	return s;
}
