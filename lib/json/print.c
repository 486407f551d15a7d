/* SPDX-License-Identifier: MIT */
/* Printing, by ourselves: cJSON writes 9007199254740991 as 9.00719925474099e+15. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

/* The shortest form that reads back as the same double. */
static void
real(struct mag_buf *b, double d)
{
	char text[32];
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		if (strtod(text, NULL) == d)
			break;
	}
	mag_buf_adds(b, text);
}

static void
number(struct mag_buf *b, double d)
{

	if (d == trunc(d) && fabs(d) <= JSON_WHOLE_MAX + 1)
		mag_buf_addi(b, (int64_t)d);
	else
		real(b, d);
}

static void	print(struct mag_buf *, const cJSON *);

static void
members(struct mag_buf *b, const cJSON *v)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, v) {
		if (m != v->child)
			mag_buf_addc(b, ',');
		if (m->string != NULL) {
			mag_buf_jsons(b, m->string);
			mag_buf_addc(b, ':');
		}
		print(b, m);
	}
}

static void
print(struct mag_buf *b, const cJSON *v)
{

	switch (v->type & 0xff) {
	case cJSON_True:
		mag_buf_add(b, "true", 4);
		break;
	case cJSON_False:
		mag_buf_add(b, "false", 5);
		break;
	case cJSON_Number:
		number(b, v->valuedouble);
		break;
	case cJSON_String:
		mag_buf_jsons(b, v->valuestring);
		break;
	case cJSON_Array:
		mag_buf_addc(b, '[');
		members(b, v);
		mag_buf_addc(b, ']');
		break;
	case cJSON_Object:
		mag_buf_addc(b, '{');
		members(b, v);
		mag_buf_addc(b, '}');
		break;
	default:
		mag_buf_add(b, "null", 4);
	}
}

void
mag_json_print(struct mag_buf *b, const struct mag_json *v)
{

	print(b, node(v));
}
