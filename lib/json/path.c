/* SPDX-License-Identifier: MIT */
/* The dotted name of a value: `content.de.2.url`. */
#include "path.h"

#define STEP_MAX	64	/* bytes of one key that are worth repeating */

/* A cut never leaves half a character. */
static size_t
cut(const char *p, size_t n)
{

	if (n <= STEP_MAX)
		return n;
	for (n = STEP_MAX; n > 0 && ((unsigned char)p[n] & 0xc0) == 0x80; n--)
		continue;
	return n;
}

static void
spell(struct mag_buf *b, const struct path *at)
{

	if (at->up != NULL) {
		spell(b, at->up);
		mag_buf_addc(b, '.');
	}
	if (at->key != NULL)
		mag_buf_add(b, at->key, cut(at->key, at->n));
	else
		mag_buf_addi(b, (int64_t)at->index);
}

void
path_wrong(struct mag_call *c, const struct path *at, const char *message)
{
	struct mag_buf b;

	/* Beyond the limit they are only counted: spare the memory. */
	if (at == NULL || c->problem.count >= MAG_DETAILS_MAX) {
		mag_wrong(c, "body", message, NULL);
		return;
	}
	mag_buf_init(&b, c->a, 0);
	spell(&b, at);
	mag_wrong(c, b.p, message, NULL);
}
