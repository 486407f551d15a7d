/* SPDX-License-Identifier: MIT */
/* The table of doors, as a tree of path segments made at the first request. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "macros.h"
#include "route.h"

#define ROUTE(method, path, who, handler, noun, flags, query, summary) \
	{ method, path, who, handler, noun, flags, query, summary },
const struct route routes[] = {
#include "routes/all.def"
};
#undef ROUTE

const size_t nroutes = sizeof(routes) / sizeof(routes[0]);

static const char *const method_names[METHOD__MAX] = {
	"GET", "POST", "PUT", "PATCH", "DELETE"
};

const char *
method_name(enum method m)
{

	return m < METHOD__MAX ? method_names[m] : "";
}

size_t
router_number(const struct route *r)
{

	return (size_t)(r - routes);
}

struct node {
	const char	*name;		/* of the segment; "{" for a parameter */
	size_t		 len;
	struct node	*next, *children;
	const struct route *route[METHOD__MAX];
};

static struct node root;

static struct node *
child(struct node *parent, const char *name, size_t len)
{
	struct node **p, *n;

	/* Parameters come last, so that fixed words win over them. */
	for (p = &parent->children; *p != NULL; p = &(*p)->next) {
		if ((*p)->len == len && memcmp((*p)->name, name, len) == 0)
			return *p;
		if ((*p)->name[0] == '{')
			break;
	}
	if ((n = calloc(1, sizeof(*n))) == NULL)
		abort();
	n->name = name;
	n->len = len;
	n->next = *p;
	*p = n;
	return n;
}

static void
plant(const struct route *r)
{
	const char *p = r->path, *end;
	struct node *n = &root;

	while (*p == '/') {
		p++;
		end = p + strcspn(p, "/");
		n = *p == '{' ? child(n, "{", 1) :
		    child(n, p, (size_t)(end - p));
		p = end;
	}
	assert(n->route[r->method] == NULL);
	n->route[r->method] = r;
}

static void
plant_all(void)
{
	size_t i;

	for (i = 0; i < nroutes; i++)
		plant(&routes[i]);
}

static const struct route *
door(const struct node *n, size_t method, unsigned closed)
{
	const struct route *r = n->route[method];

	return r != NULL && (r->flags & closed) ? NULL : r;
}

static bool
is_door(const struct node *n, unsigned closed)
{
	size_t i;

	for (i = 0; i < METHOD__MAX; i++)
		if (door(n, i, closed) != NULL)
			return true;
	return false;
}

/* Where a path leads, and what stood in the place of its parameters. */
struct walk {
	struct mag_str	 values[PARAMS_MAX];
	int		 n;
	unsigned	 closed;
};

/* Fixed words win over parameters where both lead to a door. */
static const struct node *
find(const struct node *parent, const struct mag_str *s, size_t n,
    struct walk *w)
{
	const struct node *c, *found;
	int before = w->n;

	if (n == 0)
		return is_door(parent, w->closed) ? parent : NULL;
	for (c = parent->children; c != NULL; c = c->next) {
		w->n = before;
		if (*c->name == '{' && s->n > 0 && before < PARAMS_MAX)
			w->values[w->n++] = *s;
		else if (c->len != s->n || memcmp(c->name, s->p, s->n) != 0)
			continue;
		if ((found = find(c, s + 1, n - 1, w)) != NULL)
			return found;
	}
	return NULL;
}

void
router_match(struct match *m, struct mag_arena *a,
    const struct mag_str *segments, size_t n, enum method method,
    unsigned closed)
{
	const struct node *node;
	struct walk w = { .closed = closed };
	const struct route *r;
	int i;

	if (root.children == NULL)
		plant_all();
	memset(m, 0, sizeof(*m));
	if ((node = find(&root, segments, n, &w)) == NULL)
		return;
	for (i = 0; i < METHOD__MAX; i++)
		if ((r = door(node, (size_t)i, closed)) != NULL) {
			m->allowed |= 1u << i;
			m->flags = r->flags;
		}
	for (i = 0; i < w.n; i++)
		m->values[i] = mag_dup(a, w.values[i].p, w.values[i].n);
	m->nvalues = w.n;
	if (method < METHOD__MAX)
		m->route = door(node, method, closed);
}
