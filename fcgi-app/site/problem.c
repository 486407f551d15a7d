/* SPDX-License-Identifier: MIT */
/* Refusals as pages. */
#include <string.h>

#include "site.h"

bool
site_wants_page(struct exchange *x)
{
	const char *path = x->path.path.p;

	return !x->on_api && path != NULL && strncmp(path, "/api", 4) != 0;
}

void
site_problem(struct exchange *x, enum mag_status st)
{

	(void)st;
	x->type = "text/html; charset=utf-8";
	x->out.len = 0;
	mag_buf_addf(&x->out, "<!doctype html><title>%d</title><h1>%d</h1>\n",
	    x->status, x->status);
}
