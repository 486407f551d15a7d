/* SPDX-License-Identifier: MIT */
/* Latin letters without their marks, whichever way those are written. */
#include <stddef.h>
#include <string.h>

#include <magnetiq/utf8.h>

#include "letters.h"

#define FIRST		0xc0
#define LIGATURES	0xfb00

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

/* One letter each from U+01A0, a hyphen where there is none to take off. */
static const char extended[] =
	"oo-------------uu---------------"			/* U+01A0 */
	"-------------aaiioouuuuuuuuuu-aaaa----ggkkoooo--j---gg--nnaa----"
	"aaaaeeeeiiiioooorrrruuuusstt--hh------aaeeooooooooyy";	/* U+0200 */
#define EXTENDED	0x1a0

static const char additional[] =
	"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
	"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
	"wwwwwwwwwwxxxxyyzzzzzzhtwy------aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
	"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy";
#define ADDITIONAL	0x1e00

/* A table's letter as a string; the strings are one after the other. */
static const char *
letter(char c)
{
	static const char alphabet[] = "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0"
	    "n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z";

	return c == '-' ? NULL : &alphabet[2 * (c - 'a')];
}

/* ä ö ü as two letters; NULL for all others. */
static const char *
umlaut(uint32_t code)
{

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
	default:
		return NULL;
	}
}

static const char *
plain_form(uint32_t code)
{

	/* Printers' letters; much of what comes out of PDFs has them. */
	static const char *const ligatures[] = { "ff", "fi", "fl", "ffi",
	    "ffl", "st", "st" };

	if (code == 0x1e9e)	/* the capital ß */
		return "ss";
	if (code >= LIGATURES &&
	    code - LIGATURES < sizeof(ligatures) / sizeof(ligatures[0]))
		return ligatures[code - LIGATURES];
	if (code >= FIRST && code - FIRST < sizeof(plain) / sizeof(plain[0]))
		return plain[code - FIRST];
	if (code >= EXTENDED && code - EXTENDED < sizeof(extended) - 1)
		return letter(extended[code - EXTENDED]);
	if (code >= ADDITIONAL && code - ADDITIONAL < sizeof(additional) - 1)
		return letter(additional[code - ADDITIONAL]);
	return NULL;
}

/* Marks that stand after their letter, as macOS writes them. */
static bool
is_mark(uint32_t code)
{

	return code >= 0x300 && code < 0x370;
}

/* Skips marks; the letter that a first diaeresis makes of ${code}. */
static uint32_t
with_marks(uint32_t code, const char **p, const char *end)
{
	static const char vowels[] = "AaOoUu";
	static const uint32_t umlauts[] = {
		0xc4, 0xe4, 0xd6, 0xf6, 0xdc, 0xfc
	};
	const char *at = *p, *vowel;
	uint32_t mark;

	while (mag_utf8_next(&at, end, &mark) && is_mark(mark)) {
		vowel = code == 0 || code >= 0x80 ? NULL :
		    strchr(vowels, (int)code);
		if (mark == 0x308 && vowel != NULL)
			code = umlauts[vowel - vowels];
		*p = at;
	}
	return code;
}

uint32_t
letter_next(const char **form, const char **p, const char *end, bool german)
{
	uint32_t code;

	if (!mag_utf8_next(p, end, &code)) {
		(*p)++;
		code = '-';
	}
	if (is_mark(code)) {
		*form = "";
		return code;
	}
	code = with_marks(code, p, end);
	*form = german ? umlaut(code) : NULL;
	if (*form == NULL)
		*form = plain_form(code);
	return code;
}

/* What is letter or digit for FTS5 must not part words here. */
bool
letter_parts(uint32_t c)
{
	static const struct { uint32_t first, last; } signs[] = {
		{ 0x80, 0xa9 }, { 0xab, 0xb1 }, { 0xb4, 0xb4 },
		{ 0xb6, 0xb8 }, { 0xbb, 0xbb }, { 0xbf, 0xbf },
		{ 0xd7, 0xd7 }, { 0xf7, 0xf7 },
		{ 0x2000, 0x206f },	/* general punctuation */
		{ 0x20a0, 0x20cf },	/* currencies */
		{ 0x2190, 0x245f },	/* arrows, mathematics, technical */
		{ 0x2500, 0x2775 },	/* boxes, symbols, dingbats */
		{ 0x2794, 0x2bff },
		{ 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x30fb, 0x30fb },
		{ 0xfe30, 0xfe6f }, { 0xff01, 0xff0f }, { 0xff1a, 0xff20 },
		{ 0x1f000, 0x1faff },	/* pictures */
	};
	size_t i;

	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z'));
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (c >= signs[i].first && c <= signs[i].last)
			return true;
	return false;
}
