/* SPDX-License-Identifier: MIT */
/* What a person may correct of a registration, as a form without a script. */
#include <magnetiq/webinar.h>

#include "../exchange.h"
#include "site.h"

static const char *const inputs[] = { "first_name", "last_name", "company",
    "job_title", "phone" };
static const char *const boxes[] = { "send_reminder", "send_recording" };

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))

/* What was refused comes back as it was typed. */
void
seat_form(struct mag_data *d, const struct mag_record *r,
    const struct query *form)
{
	struct mag_data *to = mag_data_object(d, "details");
	size_t i;

	for (i = 0; i < COUNT(inputs); i++)
		mag_data_text(to, inputs[i], form == NULL ?
		    mag_text(r, inputs[i]) : query_get(form, inputs[i]));
	for (i = 0; i < COUNT(boxes); i++)
		mag_data_bool(to, boxes[i], form == NULL ?
		    mag_int(r, boxes[i]) != 0 :
		    query_get(form, boxes[i]) != NULL);
}

const struct mag_json *
seat_body(struct exchange *x, const struct query *form)
{
	const char *s;
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, x->a, 512);
	mag_buf_addc(&b, '{');
	for (i = 0; i < COUNT(inputs); i++) {
		s = query_get(form, inputs[i]);
		mag_buf_addf(&b, "\"%s\":", inputs[i]);
		mag_buf_jsons(&b, s != NULL && *s != '\0' ? s : NULL);
		mag_buf_addc(&b, ',');
	}
	/* A box without its mark is not sent at all. */
	for (i = 0; i < COUNT(boxes); i++)
		mag_buf_addf(&b, "\"%s\":%s%s", boxes[i],
		    query_get(form, boxes[i]) == NULL ? "false" : "true",
		    i + 1 < COUNT(boxes) ? "," : "}");
	return mag_json_own(x->a, b.p, b.len);
}
