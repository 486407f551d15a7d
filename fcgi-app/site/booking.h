/* SPDX-License-Identifier: MIT */
/*
 * booking.h -- what the pages share on which a visitor books: what has been
 * chosen so far, all of it in the address, so that any step can be linked to.
 */
#ifndef SITE_BOOKING_H
#define SITE_BOOKING_H

#include <magnetiq/booking.h>

#include "form.h"

struct choice {
	const char	*lang;
	const struct mag_record *who;	/* NULL: whoever is free */
	const struct mag_record *host;	/* who, or one who stands for all */
	int64_t		 minutes;
	const char	*type;		/* of the meeting */
	const char	*zone;		/* the visitor's */
	int64_t		 day;		/* the first that is shown */
	int64_t		 starts_at;	/* 0: not chosen yet */
};

/**
 * choice_read(out, x, q, lang): what a query or form says; what it does not
 * say, or says wrongly, is the consultant's first.  MAG_NOT_FOUND if nobody
 * of that number can be met, or nobody at all.
 */
enum mag_status	choice_read(struct choice *, struct exchange *,
		    const struct query *, const char *lang) MAG_CHECK;
/** choice_url(x, choice, day, starts_at): the page of that choice. */
const char *choice_url(struct exchange *, const struct choice *, int64_t day,
	    int64_t starts_at);
/** choice_slots(out, n, x, choice, from, to, limit): what is free then. */
enum mag_status	choice_slots(struct mag_slot **out, size_t *n,
		    struct exchange *, const struct choice *, int64_t from,
		    int64_t to, size_t limit) MAG_CHECK;
/** choice_begin(x, choice): a page with the words for what was chosen. */
struct mag_data	*choice_begin(struct exchange *, const struct choice *);

/** booking_form(x, choice, form, status): the page that asks for a person;
 * ${form} is what was typed, or NULL. */
enum mag_status	booking_form(struct exchange *, const struct choice *,
		    const struct query *form, int status);

#endif
