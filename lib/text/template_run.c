/* SPDX-License-Identifier: MIT */
/* A template and its data become text. */
#include <assert.h>
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/log.h>

#include "template.h"

/* The objects around a place, innermost first. */
struct frame {
	const struct frame *outer;
	const struct mag_data *data;
};

struct running {
	struct mag_buf	*b;
	const char	*lang;
	enum mag_escape	 escape;
	int		 depth;
	size_t		 steps;
};

#define STEPS_MAX	1000000	/* a list within itself grows without end */

static enum mag_status	run(struct running *, const struct mag_template *,
			    size_t, size_t, const struct frame *);

static const struct mag_data *
look_up(const struct frame *f, const char *name, size_t n)
{
	const struct mag_data *d;

	if (n == 1 && *name == '.')
		return f->data;
	for (; f != NULL; f = f->outer)
		if ((d = data_find(f->data, name, n)) != NULL)
			return d;
	return NULL;
}

static struct mag_str
text_of(const struct frame *f, const char *name, size_t n)
{
	const struct mag_data *d = look_up(f, name, n);

	if (d == NULL || d->kind != DATA_TEXT)
		return (struct mag_str){ "", 0 };
	return d->text;
}

static void
put(struct running *r, const char *p, size_t n)
{

	if (r->escape == MAG_ESCAPE_HTML)
		mag_buf_html(r->b, p, n);
	else
		mag_buf_add(r->b, p, n);
}

static void
sentence(struct running *r, const struct op *op, const struct frame *f)
{
	const char *words = mag_tr(r->lang, op->p), *mark;
	struct mag_str value;

	mark = op->fill == NULL ? NULL : strstr(words, "%s");
	if (mark == NULL) {
		put(r, words, strlen(words));
		return;
	}
	value = text_of(f, op->fill, op->fill_len);
	put(r, words, (size_t)(mark - words));
	put(r, value.p, value.n);
	put(r, mark + 2, strlen(mark + 2));
}

static enum mag_status
section(struct running *r, const struct mag_template *t, size_t at,
    const struct frame *f)
{
	const struct op *op = &t->ops[at];
	const struct mag_data *d = look_up(f, op->p, op->n), *item;
	struct frame inner = { f, d };
	enum mag_status st = MAG_OK;

	if (data_there(d) == (op->kind == OP_UNLESS))
		return MAG_OK;
	if (op->kind == OP_UNLESS || d->kind == DATA_BOOL)
		return run(r, t, at + 1, op->end, f);
	if (d->kind != DATA_LIST)
		return run(r, t, at + 1, op->end, &inner);
	for (item = d->first; item != NULL && st == MAG_OK; item = item->next) {
		inner.data = item;
		st = run(r, t, at + 1, op->end, &inner);
	}
	return st;
}

static enum mag_status
partial(struct running *r, const struct op *op, const struct frame *f)
{
	const struct mag_template *t = template_find(op->p);

	return t == NULL ? MAG_FAILED : run(r, t, 0, t->n, f);
}

static enum mag_status
step(struct running *r, const struct mag_template *t, size_t at,
    const struct frame *f)
{
	const struct op *op = &t->ops[at];
	struct mag_str value;

	switch (op->kind) {
	case OP_TEXT:
		mag_buf_add(r->b, op->p, op->n);
		return MAG_OK;
	case OP_VALUE:
		value = text_of(f, op->p, op->n);
		put(r, value.p, value.n);
		return MAG_OK;
	case OP_RAW:
		value = text_of(f, op->p, op->n);
		mag_buf_add(r->b, value.p, value.n);
		return MAG_OK;
	case OP_SENTENCE:
		sentence(r, op, f);
		return MAG_OK;
	case OP_PARTIAL:
		return partial(r, op, f);
	case OP_IF:
	case OP_UNLESS:
		return section(r, t, at, f);
	case OP_END:
		break;
	}
	assert(!"an end without its beginning");
	return MAG_FAILED;
}

static enum mag_status
endless(void)
{

	mag_log(MAG_ERROR, "template", "a template would never end");
	return MAG_FAILED;
}

static enum mag_status
run(struct running *r, const struct mag_template *t, size_t from, size_t to,
    const struct frame *f)
{
	enum mag_status st = MAG_OK;
	size_t i;

	if (++r->depth > 2 * MAG_TEMPLATE_DEPTH)
		return endless();
	for (i = from; i < to && st == MAG_OK; i++) {
		st = ++r->steps > STEPS_MAX ? endless() : step(r, t, i, f);
		if (t->ops[i].kind == OP_IF || t->ops[i].kind == OP_UNLESS)
			i = t->ops[i].end;
	}
	r->depth--;
	return st;
}

enum mag_status
mag_template_run(struct mag_buf *b, const struct mag_template *t,
    const struct mag_data *d, const char *lang, enum mag_escape escape)
{
	struct running r = { .b = b, .lang = lang, .escape = escape };
	struct frame f = { NULL, d };

	return run(&r, t, 0, t->n, &f);
}
