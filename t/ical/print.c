/* SPDX-License-Identifier: MIT */
/* Prints calendars for ical.tap, which lets the programs of others read them. */
#include <stdio.h>
#include <string.h>

#include <magnetiq/ical.h>

static const struct mag_ical_event events[] = {
	{ .uid = "one@example.org", .sequence = 2, .stamp = 1795000000,
	  .starts = 1795429800, .ends = 1795433400,
	  .summary = "Größe, Maß; und \\ mehr: \"Zitat\"",
	  .description = "Erste Zeile\nZweite Zeile mit einem Verweis"
	      " https://example.org/de/webinare/ein-sehr-langer-name?lang=de\n"
	      "\nEND:VEVENT\nATTENDEE:mailto:evil@example.org",
	  .location = "Raum 7, 2. Stock",
	  .url = "https://example.org/de/webinare/groesse?a=1&b=2",
	  .organizer = { "Beratung \"Müller\"; Söhne: GmbH",
	      "kontakt@example.org" },
	  .attendee = { "Jürgen O'Neil, Łukasz", "j.o'neil+x@example.org" } },
	{ .uid = "two@example.org", .stamp = 1795000000,
	  .starts = 1806192000, .ends = 1806195600, .summary = "𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞"
	      "𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞",
	  .organizer = { NULL, "kontakt@example.org" }, .cancelled = true },
};

int
main(int argc, char **argv)
{
	static const char *const methods[] = { "publish", "request", "cancel" };
	struct mag_arena *a = mag_arena_new(1024 * 1024);
	enum mag_ical_method m = MAG_ICAL_PUBLISH;
	struct mag_buf b;
	size_t i;

	for (i = 0; argc > 1 && i < 3; i++)
		if (strcmp(argv[1], methods[i]) == 0)
			m = (enum mag_ical_method)i;
	mag_buf_init(&b, a, 4096);
	mag_ical_begin(&b, m, m == MAG_ICAL_PUBLISH ? "Alle, Termine" : NULL);
	for (i = 0; i < (m == MAG_ICAL_PUBLISH ? 2 : 1); i++)
		mag_ical_event(&b, m, &events[i]);
	mag_ical_end(&b);
	fwrite(b.p, 1, b.len, stdout);
	mag_arena_free(a);
	return 0;
}
