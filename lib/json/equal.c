/* SPDX-License-Identifier: MIT */
/* Is it the same value?  The order of members does not count. */
#include <stdlib.h>
#include <string.h>

#include "node.h"

static int
by_key(const void *x, const void *y)
{

	return strcmp((*(const cJSON *const *)x)->string,
	    (*(const cJSON *const *)y)->string);
}

static bool	equal(const cJSON *, const cJSON *);

/* Members in the order of their keys, so that large objects stay quick. */
static const cJSON **
sorted(const cJSON *object, size_t n)
{
	const cJSON **all, *m;
	size_t i = 0;

	if ((all = calloc(n, sizeof(*all))) == NULL)
		abort();
	cJSON_ArrayForEach(m, object)
		all[i++] = m;
	qsort(all, n, sizeof(*all), by_key);
	return all;
}

static bool
objects(const cJSON *x, const cJSON *y, size_t n)
{
	const cJSON **xs = sorted(x, n), **ys = sorted(y, n);
	bool same = true;
	size_t i;

	for (i = 0; i < n && same; i++)
		same = by_key(&xs[i], &ys[i]) == 0 && equal(xs[i], ys[i]);
	free(xs);
	free(ys);
	return same;
}

static bool
arrays(const cJSON *x, const cJSON *y)
{

	for (x = x->child, y = y->child; x != NULL; x = x->next, y = y->next)
		if (!equal(x, y))
			return false;
	return true;
}

static bool
equal(const cJSON *x, const cJSON *y)
{
	int n;

	if ((x->type & 0xff) != (y->type & 0xff))
		return false;
	if (cJSON_IsNumber(x))
		return x->valuedouble == y->valuedouble;
	if (cJSON_IsString(x))
		return strcmp(x->valuestring, y->valuestring) == 0;
	if ((n = cJSON_GetArraySize(x)) != cJSON_GetArraySize(y))
		return false;
	if (cJSON_IsObject(x) && n > 0)
		return objects(x, y, (size_t)n);
	return arrays(x, y);
}

bool
mag_json_equal(const struct mag_json *x, const struct mag_json *y)
{

	return equal(node(x), node(y));
}
