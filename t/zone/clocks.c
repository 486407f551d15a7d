/* SPDX-License-Identifier: MIT */
/*
 * Answers zone.tap, a line for a line: `Z name` chooses a zone, `O utc` asks
 * for its offset, `L utc` for date and clock, `W wall` for the instant and how
 * well that fits, `N utc` for the next change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/zone.h>

static const struct mag_zone *zone;
static char name[256];

static void
choose(const char *line)
{

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(line, "\n"), line);
	zone = mag_zone_find(name);
	puts(zone == NULL ? "none" : "ok");
}

int
main(void)
{
	struct mag_local local;
	char line[256];
	int64_t t, out;
	int fit;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (line[0] == 'Z') {
			choose(line + 2);
			continue;
		}
		if (zone == NULL || sscanf(line + 1, "%" SCNd64, &t) != 1)
			return 1;
		if (line[0] == 'O')
			printf("%d\n", (int)mag_zone_offset(zone, t));
		else if (line[0] == 'L') {
			mag_zone_local(&local, name, t);
			printf("%04d-%02d-%02d %02d:%02d:%02d %s %d\n",
			    local.year, local.month, local.day, local.hour,
			    local.minute, local.second, local.letters,
			    local.weekday);
		}
		else if (line[0] == 'N') {
			if (mag_zone_next(&out, zone, t))
				printf("%" PRId64 "\n", out);
			else
				puts("never");
		} else {
			fit = (int)mag_zone_utc(&out, zone, t);
			printf("%" PRId64 " %d\n", out, fit);
		}
	}
	return 0;
}
