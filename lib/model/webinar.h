/* SPDX-License-Identifier: MIT */
/* webinar.h -- what the files about webinars and seats share. */
#ifndef MODEL_WEBINAR_H
#define MODEL_WEBINAR_H

#include <magnetiq/webinar.h>

/** The columns of a registration, in the order of its fields. */
enum mag_status	registration_load(struct mag_record **, struct mag_call *,
		    int64_t id);

/* seat.c */

/** seats_taken(out, c, webinar): confirmed registrations. */
enum mag_status	seats_taken(int64_t *, struct mag_call *, int64_t webinar);
/**
 * seats_fill(c, webinar): inside a transaction: whoever waits gets what is
 * free, one after the other, and a letter.
 */
enum mag_status	seats_fill(struct mag_call *, const struct mag_record *webinar);

/* webinar_letters.c */

/** webinar_letter(c, template, webinar, registration): queue one letter. */
enum mag_status	webinar_letter(struct mag_call *, const char *template,
		    const struct mag_record *webinar,
		    const struct mag_record *registration);
/** webinar_tell(c, template, webinar): to everybody who is registered. */
enum mag_status	webinar_tell(struct mag_call *, const char *template,
		    const struct mag_record *webinar);

#endif
