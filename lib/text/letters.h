/* SPDX-License-Identifier: MIT */
/* letters.h -- Latin letters without their marks. */
#ifndef TEXT_LETTERS_H
#define TEXT_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * letter_plain(code, german): what a code point becomes: lower case, marks
 * taken off; with ${german}, ä ö ü as two letters.  NULL if it is no Latin
 * letter beyond ASCII.
 */
const char	*letter_plain(uint32_t code, bool german);
/** letter_parts(code): does it stand between words? */
bool	letter_parts(uint32_t code);

#endif
