/* SPDX-License-Identifier: MIT */
/* node.h -- a struct mag_json is a cJSON node; only lib/json knows. */
#ifndef JSON_NODE_H
#define JSON_NODE_H

#include <cJSON.h>

#include <magnetiq/json.h>

/** Up to here a double holds every whole number, and no two share one. */
#define JSON_WHOLE_MAX	9007199254740991.0

static inline const cJSON *
node(const struct mag_json *v)
{

	return (const cJSON *)v;
}

#endif
