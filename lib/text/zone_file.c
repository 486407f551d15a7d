/* SPDX-License-Identifier: MIT */
/* A zone's file, as zic compiled it: TZif of version 2 or later (RFC 9636). */
#include <stdlib.h>
#include <string.h>

#include "zone.h"

#define HEAD		44
#define TIMES_MAX	4000	/* changes; the most that any zone has is 250 */
#define RULE_MAX	128

struct counts {
	size_t		 isut, isstd, leap, time, type, chars;
};

static uint32_t
be32(const uint8_t *p)
{

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const uint8_t *p)
{

	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
read_head(struct counts *c, const uint8_t *p, size_t n)
{

	if (n < HEAD || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	*c = (struct counts){ be32(p + 20), be32(p + 24), be32(p + 28),
	    be32(p + 32), be32(p + 36), be32(p + 40) };
	return c->time <= TIMES_MAX && c->type >= 1 && c->type <= 256 &&
	    c->chars >= 1 && c->chars <= 2048 && c->leap <= 1000 &&
	    c->isut <= 256 && c->isstd <= 256;
}

/* Bytes behind the head; a time has 4 of them, or 8 in the second part. */
static size_t
body_size(const struct counts *c, size_t time)
{

	return c->time * (time + 1) + c->type * 6 + c->chars +
	    c->leap * (time + 4) + c->isstd + c->isut;
}

static bool
read_changes(struct mag_zone *z, const struct counts *c, const uint8_t *p)
{
	const uint8_t *index = p + c->time * 8, *types = index + c->time;
	size_t i;

	z->first = (int32_t)be32(types);
	z->first_name = types[5];
	z->n = c->time;
	z->at = calloc(z->n + 1, sizeof(z->at[0]));
	z->offset = calloc(z->n + 1, sizeof(z->offset[0]));
	z->name = calloc(z->n + 1, sizeof(z->name[0]));
	z->chars = calloc(c->chars + 1, 1);
	if (z->at == NULL || z->offset == NULL || z->name == NULL ||
	    z->chars == NULL || z->first_name >= c->chars)
		return false;
	memcpy(z->chars, types + 6 * c->type, c->chars);
	for (i = 0; i < z->n; i++) {
		z->at[i] = be64(p + i * 8);
		if (index[i] >= c->type || (i > 0 && z->at[i] <= z->at[i - 1]))
			return false;
		z->offset[i] = (int32_t)be32(types + 6 * index[i]);
		z->name[i] = types[6 * index[i] + 5];
		if (z->offset[i] < -93599 || z->offset[i] > 93599 ||
		    z->name[i] >= c->chars)
			return false;
	}
	return true;
}

/* A line of its own; where it is empty, nobody knows what comes. */
static bool
read_rule(struct mag_zone *z, const uint8_t *p, size_t n)
{
	char text[RULE_MAX];
	const uint8_t *end;

	if (n < 2 || p[0] != '\n' ||
	    (end = memchr(p + 1, '\n', n - 1)) == NULL)
		return false;
	n = (size_t)(end - p) - 1;
	if (n >= sizeof(text))
		return false;
	memcpy(text, p + 1, n);
	text[n] = '\0';
	z->ruled = n > 0;
	return n == 0 || zone_rule_parse(&z->rule, text);
}

bool
zone_file_parse(struct mag_zone *z, const uint8_t *p, size_t n)
{
	struct counts c;
	size_t size;

	memset(z, 0, sizeof(*z));
	/* First the part for programs that know only 32 bits. */
	if (!read_head(&c, p, n) || (size = HEAD + body_size(&c, 4)) > n)
		return false;
	p += size;
	n -= size;
	if (!read_head(&c, p, n) || (size = HEAD + body_size(&c, 8)) > n)
		return false;
	if (read_changes(z, &c, p + HEAD) && read_rule(z, p + size, n - size))
		return true;
	free(z->at);
	free(z->offset);
	free(z->name);
	free(z->chars);
	return false;
}
