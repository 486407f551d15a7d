/* SPDX-License-Identifier: MIT */
/* macros.h -- what the files of routes/ use beside ROUTE. */
#ifndef MACROS_H
#define MACROS_H

/* The parameters of every list. */
#define LISTQ	"page per_page cursor sort_by order search "

/* The six usual doors: list and show for one role, write for another. */
#define CRUD(path, reads, writes, deletes, noun, filters, plural) \
	ROUTE(GET, path, reads, usual_list, noun, R_LIST, LISTQ filters, \
	    "List " plural) \
	ROUTE(POST, path, writes, usual_create, noun, R_JSON, "", \
	    "Create one of the " plural) \
	CRUD_ONE(path "/{id}", reads, writes, deletes, noun, plural)
#define CRUD_ONE(path, reads, writes, deletes, noun, plural) \
	ROUTE(GET, path, reads, usual_show, noun, 0, "", \
	    "Read one of the " plural) \
	ROUTE(PUT, path, writes, usual_put, noun, R_JSON, "", \
	    "Replace one of the " plural) \
	ROUTE(PATCH, path, writes, usual_patch, noun, R_JSON, "", \
	    "Change one of the " plural) \
	ROUTE(DELETE, path, deletes, usual_delete, noun, 0, "", \
	    "Delete one of the " plural)

#endif
