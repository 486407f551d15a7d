/* SPDX-License-Identifier: MIT */
/* lead.h -- what the files about leads share. */
#ifndef MODEL_LEAD_H
#define MODEL_LEAD_H

#include <magnetiq/lead.h>

/** A rule that gave something: how often it held, and how many points. */
struct lead_points {
	const char	*rule;
	int64_t		 count, points;
};
#define LEAD_RULES	16

/** lead_score(points, n, c, lead): by the setting lead_rules. */
enum mag_status	lead_score(struct lead_points *, size_t *, struct mag_call *,
		    const struct mag_record *);

/** All that one address (?1) has done, oldest first, with these columns. */
extern const char lead_sql_deeds[];
enum lead_column {
	LEAD_KIND,		/* the counter of leads that it adds to */
	LEAD_ID, LEAD_AT,
	LEAD_EMAIL,		/* then first_name ... utm_source */
	LEAD_STATUS = LEAD_EMAIL + 9,
	LEAD_CONSENT, LEAD_ATTENDED,
	LEAD_OF,		/* the id of the webinar or paper */
	LEAD_TITLE		/* its title, a language map */
};

#endif
