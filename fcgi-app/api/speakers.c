/* SPDX-License-Identifier: MIT */
/* Speakers and topics of webinars, for strangers. */
#include <magnetiq/speaker.h>

#include "../handlers.h"

static enum mag_status
list(struct exchange *x, struct mag_noun *noun)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .lang = x->lang };
	enum mag_status st = input_list(x, noun, &l);

	return st != MAG_OK ? st : reply_list(x, noun, &l);
}

static enum mag_status
show(struct exchange *x, const struct mag_record *r)
{

	mag_record_print(reply_begin(x), &x->call, r, MAG_VIEW_PUBLIC, x->lang);
	x->language = x->lang;
	return reply_end(x, 200);
}

enum mag_status
public_speakers(struct exchange *x)
{

	return list(x, &mag_speaker);
}

enum mag_status
public_speaker(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, &mag_speaker, id)) != MAG_OK)
		return st;
	return show(x, r);
}

enum mag_status
public_topics(struct exchange *x)
{

	return list(x, &mag_topic);
}

enum mag_status
public_topic(struct exchange *x)
{
	struct mag_record *r;
	enum mag_status st;

	st = mag_topic_public(&r, &x->call, x->match.values[0]);
	return st != MAG_OK ? st : show(x, r);
}
