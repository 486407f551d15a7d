/* SPDX-License-Identifier: MIT */
/* busy ZONE FROM UNTIL <feed: its busy times for busy.tap, or the refusal. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ics_busy.h"

int
main(int argc, char **argv)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	char *text = malloc(16 * 1024 * 1024);
	struct ics_busy busy;
	size_t i, n;

	if (argc != 4 || text == NULL)
		return 2;
	n = fread(text, 1, 16 * 1024 * 1024, stdin);
	if (ics_busy_read(&busy, a, text, n, mag_zone_find(argv[1]),
	    strtoll(argv[2], NULL, 10), strtoll(argv[3], NULL, 10)) == MAG_OK)
		for (i = 0; i < busy.n; i++)
			printf("%" PRId64 " %" PRId64 "\n",
			    busy.spans[i].starts, busy.spans[i].ends);
	else
		printf("refused: %s\n", busy.why);
	free(text);
	mag_arena_free(a);
	return 0;
}
