/* SPDX-License-Identifier: MIT */
/*
 * Tables: a list as CSV, as a workbook, or on paper, as Accept says.  All
 * have the same columns, but paper only those that fit.
 */
#include <malloc.h>
#include <string.h>

#include "../lib/text/sheet.h"
#include "exchange.h"
#include "http/mime.h"
#include "http/path.h"

#define CSV_ROWS	10000	/* as deep as lists by page go */
#define XLSX_ROWS	10000	/* half a second, and 34 MiB of memory */
#define PDF_ROWS	2000	/* sixty pages; nobody prints more */

/* In the order of route_file_type(). */
static const struct format {
	const char	*suffix;
	int64_t		 rows;
	const struct sheet_kind *kind;	/* NULL: CSV */
} formats[] = {
	{ "csv", CSV_ROWS, NULL },
	{ "xlsx", XLSX_ROWS, &sheet_xlsx },
	{ "pdf", PDF_ROWS, &sheet_pdf },
};

/* What is more welcome than JSON, and most; NULL: nothing is. */
static const struct format *
choose(struct exchange *x, const char **type)
{
	const struct format *found = NULL;
	const char *accept = x->rq->accept, *one;
	int best, quality;
	size_t i;

	if (accept == NULL)
		return NULL;
	best = mime_quality(accept, "application/json");
	for (i = 0; (one = route_file_type(x->match.route->flags, i)) != NULL;
	    i++)
		if ((quality = mime_quality(accept, one)) > best) {
			best = quality;
			found = &formats[i];
			*type = one;
		}
	return found;
}

/* Where the rest of it is: the same address with a cursor (RFC 8288). */
static void
link_next(struct exchange *x, const char *cursor)
{
	const struct query_param *p;
	struct mag_buf b;
	unsigned i;

	mag_buf_init(&b, x->a, 256);
	mag_buf_addf(&b, "<?cursor=%s", cursor);
	for (i = 0; i < x->query.count; i++) {
		p = &x->query.param[i];
		if (mag_listed("cursor page per_page", p->name))
			continue;
		mag_buf_addc(&b, '&');
		path_escape(&b, p->name, strlen(p->name));
		mag_buf_addc(&b, '=');
		path_escape(&b, p->value, strlen(p->value));
	}
	mag_buf_adds(&b, ">; rel=\"next\"");
	reply_header(x, "Link", b.p);
}

static enum mag_status
write_csv(struct exchange *x, struct mag_noun *noun, struct mag_list *l)
{
	enum mag_status st = mag_noun_csv(&x->out, &x->call, noun, l);

	if (st == MAG_OK && l->next_cursor != NULL)
		link_next(x, l->next_cursor);
	return st;
}

/* Why there is no such file, in words for the client. */
static enum mag_status
explain(struct exchange *x, enum mag_status st)
{

	if (st == MAG_TOO_LARGE)
		return mag_fail(&x->call, MAG_INVALID, "This is too much for"
		    " one file: filter the list, or take it as CSV.");
	if (st == MAG_UNAVAILABLE)
		return mag_fail(&x->call, MAG_UNAVAILABLE, "There can be no"
		    " PDF here: the fonts of the package fonts-dejavu-core"
		    " are missing.");
	return st;
}

static enum mag_status
write_sheet(struct exchange *x, struct mag_noun *noun, struct mag_list *l,
    const struct table_head *head, const struct sheet_kind *kind)
{
	struct mag_table_column columns[MAG_FIELDS_MAX];
	struct sheet sheet = { .name = noun->plural, .title = noun->plural,
	    .lang = x->call.lang, .now = x->call.now, .columns = columns };
	enum mag_status st;
	void *file = NULL;

	sheet.n = mag_noun_columns(columns, noun, l->view);
	if (head != NULL) {
		sheet.title = head->title;
		sheet.when = head->when;
		sheet.zone = head->zone;
	}
	if ((st = kind->open(&file, &sheet)) == MAG_OK &&
	    (st = mag_noun_table(&x->call, noun, l, kind->row, file)) ==
	    MAG_OK)
		st = kind->close(&x->out, file);
	kind->free(file);
	/* It was thousands of small pieces; their pages go back as well. */
	(void)malloc_trim(0);
	return explain(x, st);
}

enum mag_status
reply_table(struct exchange *x, struct mag_noun *noun, struct mag_list *l,
    const struct table_head *head)
{
	const struct format *f;
	const char *type;
	enum mag_status st;

	if ((f = choose(x, &type)) == NULL)
		return reply_list(x, noun, l);
	if (x->call.who.role < MAG_EDITOR)
		return mag_fail(&x->call, MAG_DENIED, "You may not do this.");
	l->per_page = f->rows;
	l->page = 1;
	l->most = f->kind == NULL ? 0 : f->rows;
	x->out.len = 0;
	st = f->kind == NULL ? write_csv(x, noun, l) :
	    write_sheet(x, noun, l, head, f->kind);
	if (st != MAG_OK)
		return st;
	x->status = 200;
	x->type = f->kind != NULL ? type : "text/csv; charset=utf-8";
	reply_header(x, "Content-Disposition", mag_printf(x->a,
	    "attachment; filename=\"%s.%s\"", noun->plural, f->suffix));
	return MAG_OK;
}
