/* SPDX-License-Identifier: MIT */
/*
 * doors.h -- the route table as data, without the functions behind it: for
 * OpenAPI, `magnetiq routes` and nginx's list of the auth pool.
 */
#ifndef DOORS_H
#define DOORS_H

#include <stddef.h>

#include <magnetiq/arena.h>

#include "route.h"

struct door {
	enum method	 method;
	const char	*path;
	enum mag_role	 who;
	const char	*handler;	/* its name */
	const char	*noun;
	unsigned	 flags;
	const char	*query;
	const char	*summary;
};

extern const struct door doors[];
extern const size_t ndoors;

/** openapi_print(b, site_url): the OpenAPI 3.1 document. */
void	openapi_print(struct mag_buf *, const char *site_url);

#endif
