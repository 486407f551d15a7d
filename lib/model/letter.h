/* SPDX-License-Identifier: MIT */
/* letter.h -- what the files about letters share. */
#ifndef MODEL_LETTER_H
#define MODEL_LETTER_H

#include <magnetiq/json.h>
#include <magnetiq/letter.h>
#include <magnetiq/mime.h>
#include <magnetiq/template.h>

/** Variables that every letter has, beside those of its kind. */
#define LETTER_COMMON	"site_title site_url language"
/** Those of the layout. */
#define LETTER_LAYOUT	"letter_subject letter_body unsubscribe_url"

/**
 * letter_data(c, json, language): what a template is filled with: all members
 * of the row's JSON, and times in words.
 */
struct mag_data	*letter_data(struct mag_call *, const struct mag_json *,
		    const char *language);
/** letter_meeting(a, json, language): how the two of it meet, or NULL. */
const char	*letter_meeting(struct mag_arena *, const struct mag_json *,
		    const char *language);
/**
 * letter_calendar(method, c, letter, flags, json): the entry that a letter of
 * these ${flags} carries, and its METHOD; or NULL.
 */
const char	*letter_calendar(const char **method, struct mag_call *,
		    const struct mag_letter *, unsigned flags,
		    const struct mag_json *);

#endif
