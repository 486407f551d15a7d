/* SPDX-License-Identifier: MIT */
/* Lets libical read a calendar of ours, and says what it made of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

static void
print_event(icalcomponent *e)
{
	struct icaltimetype starts = icalcomponent_get_dtstart(e);
	struct icaltimetype ends = icalcomponent_get_dtend(e);

	printf("%s %s %s %d %s\n", icalcomponent_get_uid(e),
	    icaltime_as_ical_string(starts), icaltime_as_ical_string(ends),
	    icalcomponent_get_sequence(e), icalcomponent_get_summary(e));
}

int
main(void)
{
	static char text[64 * 1024];
	size_t n = fread(text, 1, sizeof(text) - 1, stdin);
	icalcomponent *c, *e;

	text[n] = '\0';
	icalerror_set_errors_are_fatal(0);
	if ((c = icalparser_parse_string(text)) == NULL)
		return 1;
	if (!icalrestriction_check(c) ||
	    icalcomponent_count_errors(c) > 0) {
		fputs(icalcomponent_as_ical_string(c), stdout);
		return 1;
	}
	for (e = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
	    e != NULL; e = icalcomponent_get_next_component(c,
	    ICAL_VEVENT_COMPONENT))
		print_event(e);
	icalcomponent_free(c);
	return 0;
}
