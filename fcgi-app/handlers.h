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

/** reply_registration(x, status, r): what its person may know of it. */
enum mag_status	reply_registration(struct exchange *, int status,
	    const struct mag_record *);
/** health_print(b, x): the members of a detailed report; true if all is well. */
bool	health_print(struct mag_buf *, struct exchange *);
/** health_wal_size(x): bytes of the write-ahead log. */
int64_t	health_wal_size(struct exchange *);

#endif
