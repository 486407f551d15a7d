/* SPDX-License-Identifier: MIT */
/* Long work says how far it is, if anybody looks. */
#include <stdio.h>

#include <magnetiq/clock.h>
#include <magnetiq/progress.h>

#define AGAIN_US	200000

static void (*listener)(const char *);
static const char *current;	/* what was told of last */
static int64_t told_at;

void
mag_progress_to(void (*fn)(const char *))
{

	listener = fn;
	current = NULL;
}

void
mag_progress(const char *what, int64_t n, int64_t of)
{
	char text[128];
	int64_t now;

	if (listener == NULL)
		return;
	now = mag_clock_us();
	if (what == current && now - told_at < AGAIN_US)
		return;
	current = what;
	told_at = now;
	if (of > 0)
		(void)snprintf(text, sizeof(text), "%s: %d %%", what,
		    (int)(100.0 * (double)n / (double)of));
	else if (n > 0)
		(void)snprintf(text, sizeof(text), "%s: %lld", what,
		    (long long)n);
	else
		(void)snprintf(text, sizeof(text), "%s", what);
	listener(text);
}

void
mag_progress_end(void)
{

	if (listener != NULL && current != NULL)
		listener(NULL);
	current = NULL;
}
