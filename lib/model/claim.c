/* SPDX-License-Identifier: MIT */
/* Taking the next of what is due. */
#include "claim.h"
#include "noun.h"

struct claiming {
	struct mag_call	*c;
	enum mag_status	(*take)(struct mag_call *, void *);
	void		*out;
};

static enum mag_status
claim(struct mag_db *db, void *arg)
{
	struct claiming *w = arg;

	(void)db;
	return w->take(w->c, w->out);
}

enum mag_status
claim_next(struct mag_call *c, enum mag_status (*due)(struct mag_call *),
    enum mag_status (*take)(struct mag_call *, void *), void *out)
{
	struct claiming w = { c, take, out };
	enum mag_status st = due(c);

	return st != MAG_OK ? st : mag_db_write(c->db, claim, &w);
}
