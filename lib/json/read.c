/* SPDX-License-Identifier: MIT */
/* Looking at a value: its kind, its members, what it says. */
#include <math.h>

#include "node.h"

enum mag_json_kind
mag_json_kind(const struct mag_json *v)
{

	switch (node(v)->type & 0xff) {
	case cJSON_True:
	case cJSON_False:
		return MAG_JSON_BOOL;
	case cJSON_Number:
		return MAG_JSON_NUMBER;
	case cJSON_String:
		return MAG_JSON_STRING;
	case cJSON_Array:
		return MAG_JSON_ARRAY;
	case cJSON_Object:
		return MAG_JSON_OBJECT;
	default:
		return MAG_JSON_NULL;
	}
}

const struct mag_json *
mag_json_first(const struct mag_json *v)
{

	return v == NULL ? NULL : (const struct mag_json *)node(v)->child;
}

const struct mag_json *
mag_json_next(const struct mag_json *v)
{

	return (const struct mag_json *)node(v)->next;
}

size_t
mag_json_count(const struct mag_json *v)
{

	return (size_t)cJSON_GetArraySize(node(v));
}

const char *
mag_json_key(const struct mag_json *v)
{

	return node(v)->string;
}

const struct mag_json *
mag_json_get(const struct mag_json *v, const char *key)
{

	if (v == NULL || !cJSON_IsObject(node(v)))
		return NULL;
	return (const struct mag_json *)
	    cJSON_GetObjectItemCaseSensitive(node(v), key);
}

const char *
mag_json_text(const struct mag_json *v)
{

	return v == NULL ? NULL : cJSON_GetStringValue(node(v));
}

bool
mag_json_true(const struct mag_json *v)
{

	return v != NULL && cJSON_IsTrue(node(v));
}

bool
mag_json_int(int64_t *out, const struct mag_json *v)
{
	double d;

	if (v == NULL || !cJSON_IsNumber(node(v)))
		return false;
	d = node(v)->valuedouble;
	if (d != trunc(d) || fabs(d) > JSON_WHOLE_MAX)
		return false;
	*out = (int64_t)d;
	return true;
}
