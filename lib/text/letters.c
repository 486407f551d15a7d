/* SPDX-License-Identifier: MIT */
/* Latin letters without their marks: U+00C0 to U+017F and a few others. */
#include <stddef.h>

#include "letters.h"

#define FIRST	0xc0

static const char *const plain[] = {
	"a", "a", "a", "a", "a", "a", "ae", "c",	/* U+00C0 */
	"e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", NULL,
	"o", "u", "u", "u", "u", "y", "th", "ss",
	"a", "a", "a", "a", "a", "a", "ae", "c",	/* U+00E0 */
	"e", "e", "e", "e", "i", "i", "i", "i",
	"d", "n", "o", "o", "o", "o", "o", NULL,
	"o", "u", "u", "u", "u", "y", "th", "y",
	"a", "a", "a", "a", "a", "a", "c", "c",		/* U+0100 */
	"c", "c", "c", "c", "c", "c", "d", "d",
	"d", "d", "e", "e", "e", "e", "e", "e",
	"e", "e", "e", "e", "g", "g", "g", "g",
	"g", "g", "g", "g", "h", "h", "h", "h",		/* U+0120 */
	"i", "i", "i", "i", "i", "i", "i", "i",
	"i", "i", "ij", "ij", "j", "j", "k", "k",
	"k", "l", "l", "l", "l", "l", "l", "l",
	"l", "l", "l", "n", "n", "n", "n", "n",		/* U+0140 */
	"n", "n", "n", "n", "o", "o", "o", "o",
	"o", "o", "oe", "oe", "r", "r", "r", "r",
	"r", "r", "s", "s", "s", "s", "s", "s",
	"s", "s", "t", "t", "t", "t", "t", "t",		/* U+0160 */
	"u", "u", "u", "u", "u", "u", "u", "u",
	"u", "u", "u", "u", "w", "w", "y", "y",
	"y", "z", "z", "z", "z", "z", "z", "s",
};

const char *
letter_plain(uint32_t code, bool german)
{

	if (code == 0x1e9e)	/* the capital ß */
		return "ss";
	if (code < FIRST || code - FIRST >= sizeof(plain) / sizeof(plain[0]))
		return NULL;
	if (german)
		switch (code) {
		case 0xc4:
		case 0xe4:
			return "ae";
		case 0xd6:
		case 0xf6:
			return "oe";
		case 0xdc:
		case 0xfc:
			return "ue";
		}
	return plain[code - FIRST];
}

bool
letter_parts(uint32_t c)
{

	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z'));
	/* Signs of Latin-1, general punctuation, symbols, CJK brackets. */
	return c < FIRST || c == 0xd7 || c == 0xf7 ||
	    (c >= 0x2000 && c < 0x2c00) || (c >= 0x3000 && c < 0x3040) ||
	    (c >= 0xe000 && c < 0xf900) || c >= 0x1f000;
}
