/* SPDX-License-Identifier: MIT */
/*
 * From bytes to a tree: the strict scan, then cJSON with the arena's memory,
 * then a walk that looks for keys which stand there twice.
 */
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include <magnetiq/json.h>
#include <magnetiq/limits.h>

#include "path.h"
#include "scan.h"

/* What we wrote ourselves wraps what a stranger sent: a little more room. */
static const struct scan_limits strangers = {
	MAG_JSON_DEPTH, MAG_JSON_MEMBERS
};
static const struct scan_limits ours = {
	MAG_JSON_DEPTH * 2, MAG_JSON_MEMBERS * 10
};

/* cJSON's hooks take no argument: the arena of the call that runs now. */
static struct mag_arena *current;

static void *
hook_malloc(size_t n)
{

	return mag_alloc(current, n);
}

static void
hook_free(void *p)
{

	(void)p;
}

static cJSON *
tree(struct mag_arena *a, const char *p, size_t n)
{
	static cJSON_Hooks hooks = { hook_malloc, hook_free };
	cJSON *v;

	current = a;
	cJSON_InitHooks(&hooks);
	v = cJSON_ParseWithLengthOpts(p, n, NULL, 0);
	cJSON_InitHooks(NULL);
	current = NULL;
	return v;
}

static int
by_key(const void *x, const void *y)
{

	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Sorting stays quick for 20,000 keys, whatever they are. */
static void
twice(struct mag_call *c, const cJSON *object, const struct path *up)
{
	size_t i, n = (size_t)cJSON_GetArraySize(object);
	const char **keys = mag_alloc(c->a, n * sizeof(*keys));
	struct path here = { .up = up };
	const cJSON *m;

	i = 0;
	cJSON_ArrayForEach(m, object)
		keys[i++] = m->string;
	qsort(keys, n, sizeof(*keys), by_key);
	for (i = 1; i < n; i++) {
		if (strcmp(keys[i - 1], keys[i]) != 0)
			continue;
		here.key = keys[i];
		here.n = strlen(keys[i]);
		path_wrong(c, &here, "stands there twice");
	}
}

static void
walk(struct mag_call *c, const cJSON *v, const struct path *up)
{
	struct path here = { .up = up };
	const cJSON *m;

	if (cJSON_IsObject(v) && v->child != NULL && v->child->next != NULL)
		twice(c, v, up);
	cJSON_ArrayForEach(m, v) {
		here.key = m->string;
		here.n = m->string == NULL ? 0 : strlen(m->string);
		if (m->child != NULL)
			walk(c, m, &here);
		here.index++;
	}
}

static enum mag_status
parse(const struct mag_json **out, struct mag_call *c, const char *p,
    size_t n, const struct scan_limits *limits)
{
	unsigned before = c->problem.count;
	enum mag_status st;
	cJSON *v;

	*out = NULL;
	st = json_scan(c, p, n, limits);
	if (st == MAG_TOO_LARGE)
		return mag_verdict(c);
	if (st == MAG_MALFORMED)
		return st;
	/* cJSON reads no number that the scan named as too large. */
	if ((v = tree(c->a, p, n)) == NULL)
		return st == MAG_INVALID ? mag_verdict(c) :
		    mag_fail(c, MAG_MALFORMED, "The request is not JSON.");
	walk(c, v, NULL);
	*out = (const struct mag_json *)v;
	return c->problem.count > before ? mag_verdict(c) : MAG_OK;
}

enum mag_status
mag_json_parse(const struct mag_json **out, struct mag_call *c, const char *p,
    size_t n)
{

	return parse(out, c, p, n, &strangers);
}

const struct mag_json *
mag_json_own(struct mag_arena *a, const char *p, size_t n)
{
	struct mag_call c = { .a = a };
	const struct mag_json *v;

	return parse(&v, &c, p, n, &ours) == MAG_OK ? v : NULL;
}
