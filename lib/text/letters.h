/* SPDX-License-Identifier: MIT */
/* letters.h -- Latin letters without their marks. */
#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * letter_next(form, p, end, german): read the code point at *p and the marks
 * that follow it; a broken byte is taken for a hyphen.  *form is what becomes
 * of a Latin letter: lower case, marks taken off; with ${german}, ä ö ü as
 * two letters.  It is NULL for ASCII and for letters of other scripts.
 */
uint32_t	letter_next(const char **form, const char **p, const char *end,
		    bool german);
/** letter_parts(code): does it stand between words? */
bool	letter_parts(uint32_t code);

#endif
