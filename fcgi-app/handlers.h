/* SPDX-License-Identifier: MIT */
/* handlers.h -- every handler that a route names, declared from the table. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "exchange.h"

#define LISTQ
#define ROUTE(method, path, who, handler, noun, flags, query, summary) \
	enum mag_status handler(struct exchange *);
#define CRUD(path, reads, writes, deletes, noun, filters, plural)
#define CRUD_ONE(path, reads, writes, deletes, noun, plural)
#include "routes/all.def"
#undef LISTQ
#undef ROUTE
#undef CRUD
#undef CRUD_ONE

#endif
