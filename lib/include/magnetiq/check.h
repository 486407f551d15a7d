/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/check.h -- what is looked at to know whether a site is well.
 *
 * A check is a line of a table: its name, what it looks at, and a function
 * that names what it finds.  `magnetiq doctor` runs all of them, the panel
 * those that cost next to nothing, and the jobs process those that an admin
 * should have a letter about.  What needs more than the library (connections,
 * nginx, other processes) stands in tables of the same kind beside it:
 * jobs/egress/, cli/.
 */
#ifndef MAGNETIQ_CHECK_H
#define MAGNETIQ_CHECK_H

#include <magnetiq/call.h>

/** How bad it is: in which order it is told, and when a letter comes again. */
enum mag_gravity { MAG_MINOR, MAG_MAJOR, MAG_URGENT, MAG_GRAVITY__MAX };

struct mag_check;

/**
 * Something that is wrong.  Sentences are English constants with at most one
 * %s; those of the library stand in the catalogues, since admins get them by
 * letter.  The same finding comes again with the same check and ${id}.
 */
struct mag_finding {
	struct mag_finding *next;
	const struct mag_check *check;
	enum mag_gravity gravity;
	const char	*id;		/* among those of the check; NULL: ${what} */
	const char	*what, *arg;	/* what was found ... */
	const char	*cure, *cure_arg;	/* ... and what to type */
};

/** One look at a site: what the checks work with, and what they found. */
struct mag_checkup {
	struct mag_call	*c;		/* c->db may be NULL, c->conf may not */
	const struct mag_check *check;	/* whose turn it is */
	struct mag_finding *first, *last;
	unsigned	 count;
};

#define MAG_CHECK_DB	1	/* needs a database of our schema */
#define MAG_CHECK_PANEL	2	/* cheap enough for a worker to run */
#define MAG_CHECK_WATCH	4	/* an admin gets a letter about it */
#define MAG_CHECK_ROOT	8	/* sees more as root: before that is given up */

struct mag_check {
	const char	*name;		/* what `doctor NAME` says */
	const char	*part;		/* "disk", "mail": doctor takes this, too */
	const char	*what;		/* what it looks at, and when it complains */
	unsigned	 flags;
	int		 patience;	/* seconds that it must last for a letter */
	void		(*look)(struct mag_checkup *);
};

/** mag_checks(): those that the library has; ends with a name of NULL. */
MAG_API const struct mag_check *mag_checks(void);
/**
 * mag_check_run(k, checks, with, without, name): run those that have all of
 * the flags ${with} and none of ${without}, and whose name or part is ${name}
 * (NULL: any).  How many that were.
 */
MAG_API int	mag_check_run(struct mag_checkup *, const struct mag_check *,
    unsigned with, unsigned without, const char *name);
/** mag_found(k, f): the check whose turn it is has found this; it is copied. */
MAG_API void	mag_found(struct mag_checkup *, struct mag_finding f);
/** mag_gravity_name(g): "minor", "major" or "urgent". */
MAG_API const char *mag_gravity_name(enum mag_gravity);
/** mag_finding_what(a, lang, f): the sentence, filled in, in that language. */
MAG_API const char *mag_finding_what(struct mag_arena *, const char *lang,
    const struct mag_finding *);
MAG_API const char *mag_finding_cure(struct mag_arena *, const char *lang,
    const struct mag_finding *);

#endif
