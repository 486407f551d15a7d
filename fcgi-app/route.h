/* SPDX-License-Identifier: MIT */
/*
 * route.h -- the site as a table: routes/<part>.def has one line a door.
 * Router, guard, OpenAPI, nginx's list for the auth pool and the route test
 * all read it.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include <magnetiq/call.h>
#include <magnetiq/status.h>

struct exchange;

enum method { GET, POST, PUT, PATCH, DELETE, METHOD__MAX };

/* Who may come through a door, beside the roles of magnetiq/call.h. */
#define PUBLIC	MAG_NOBODY
#define VIEWER	MAG_VIEWER
#define EDITOR	MAG_EDITOR
#define ADMIN	MAG_ADMIN

/* What a body may be. */
#define R_JSON		0x0001	/* an object with fields; an empty one is 400 */
#define R_ACTION	0x0002	/* nothing or {} */
#define R_MULTIPART	0x0004	/* a file and its fields, streamed */
#define R_FORM		0x0008	/* a plain HTML form */
#define R_CSV		0x400000	/* a table as text, in UTF-8 or UTF-16 */
#define R_OPTIONAL	0x8000	/* with R_JSON: the body may be missing */
#define R_CLICK		0x200000	/* also the POST of RFC 8058: any form */
/* What it is. */
#define R_CACHED	0x0010	/* an answer for everybody, kept by workers */
#define R_HASHES	0x0020	/* hashes a password: goes to the auth pool */
#define R_LIST		0x0040	/* takes the parameters of lists */
#define R_IDEMPOTENT	0x0080	/* takes Idempotency-Key */
#define R_HTML		0x0100	/* a page for people: errors are pages, too */
#define R_MAYBE		0x0200	/* shows more to whoever has a token */
#define R_OPEN		0x0400	/* stays open in maintenance mode */
#define R_AUTH		0x0800	/* under /auth: small bodies, tight limits */
#define R_SECRET	0x1000	/* its address holds a token: never logged or kept */
#define R_BARE		0x2000	/* its answer has no envelope */
#define R_PRIVATE	0x4000	/* only for a server that nginx names internal */
#define R_DEV		0x800000	/* production has no such door */
#define R_TABLE		0x1000000	/* editors get its list as a file, too */
#define R_PAPER		0x2000000	/* and as a PDF */
#define R_WORK		0x4000000	/* may ask for Proof-Of-Work */
/* Groups of nouns that its answer is made of (only with R_CACHED). */
#define R_CONTENT	0x10000
#define R_OFFERS	0x20000
#define R_APPOINTMENTS	0x40000
/* Whose limit of requests counts, where it is not that of the API. */
#define R_REGISTERS	0x80000
#define R_DOWNLOADS	0x100000

struct route {
	enum method	 method;
	const char	*path;		/* "/api/v1/content/pages/{id}" */
	enum mag_role	 who;
	enum mag_status	(*handler)(struct exchange *);
	const char	*noun;		/* of the field tables, or "" */
	unsigned	 flags;
	const char	*query;		/* blank-separated parameters it knows */
	const char	*summary;
};

extern const struct route routes[];
extern const size_t nroutes;

const char	*method_name(enum method);
/** route_body_type(flags): the media type of its body; NULL: it takes none. */
const char	*route_body_type(unsigned flags);
/** route_file_type(flags, i): the media type of the i-th kind of file that its
 * list comes as beside JSON; NULL after the last. */
const char	*route_file_type(unsigned flags, size_t i);

#define PARAMS_MAX	4

struct match {
	const struct route *route;	/* NULL: no such path, or method */
	unsigned	 allowed;	/* bits of enum method; 0: no such path */
	unsigned	 flags;		/* of one of its methods */
	const char	*values[PARAMS_MAX];	/* of {…}, decoded */
	int		 nvalues;
};

/**
 * router_match(out, segments, n, method, closed): find the door.  ${segments}
 * are the decoded parts of the path; a method that is none of ours is
 * METHOD__MAX.  Doors with one of the flags ${closed} are as if they were not
 * in the table.
 */
void	router_match(struct match *, struct mag_arena *,
	    const struct mag_str *segments, size_t n, enum method,
	    unsigned closed);
/** router_number(route): its place in the table, for the metrics. */
size_t	router_number(const struct route *);

#endif
