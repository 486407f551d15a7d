/* SPDX-License-Identifier: MIT */
/* Records as lines of a table: which columns it has, and what is in them. */
#include <string.h>

#include <magnetiq/csv.h>

#include "noun.h"

/* How much usually stands there; whoever writes gives each its share. */
static int
width(const struct mag_field *f)
{

	switch (f->kind) {
	case MAG_ID:
	case MAG_INT:
	case MAG_REF:
	case MAG_LANGUAGE:
		return 10;
	case MAG_BOOL:
		return 12;
	case MAG_ENUM:
		return 14;
	case MAG_TIME:
	case MAG_ZONE:
		return 20;
	case MAG_TEXT:
		return f->max <= 100 ? 18 : 26;
	default:
		return 32;
	}
}

size_t
mag_noun_columns(struct mag_table_column *out, const struct mag_noun *noun,
    enum mag_view view)
{
	const struct mag_field *f;
	size_t n = 0;

	for (f = noun->fields; f->name != NULL; f++)
		if (field_shown(f, view, MAG_NOBODY))
			out[n++] = (struct mag_table_column){ f->name, f->paper,
			    width(f) };
	return n;
}

static struct mag_cell
cell_of(const struct mag_field *f, const struct mag_value *v)
{
	struct mag_cell cell = { .i = v->i, .s = v->s, .n = v->n };

	if (v->kind == MAG_V_NULL)
		cell.kind = MAG_CELL_EMPTY;
	else if (v->kind == MAG_V_TEXT)
		cell.kind = f->kind == MAG_ENUM ? MAG_CELL_WORD : MAG_CELL_TEXT;
	else
		cell.kind = f->kind == MAG_BOOL ? MAG_CELL_BOOL :
		    f->kind == MAG_TIME ? MAG_CELL_TIME : MAG_CELL_NUMBER;
	return cell;
}

size_t
record_cells(struct mag_cell *out, const struct mag_record *r,
    enum mag_view view)
{
	const struct mag_field *f;
	size_t n = 0;
	int i;

	for (i = 0; (f = &r->noun->fields[i])->name != NULL; i++)
		if (field_shown(f, view, MAG_NOBODY))
			out[n++] = cell_of(f, &r->v[i]);
	return n;
}

static enum mag_status
csv_row(void *arg, const struct mag_cell *cells, size_t n)
{

	mag_csv_line(arg, cells, n);
	return MAG_OK;
}

enum mag_status
mag_noun_csv(struct mag_buf *b, struct mag_call *c, struct mag_noun *noun,
    struct mag_list *l)
{
	struct mag_table_column columns[MAG_FIELDS_MAX];
	size_t i, n = mag_noun_columns(columns, noun, l->view);

	for (i = 0; i < n; i++)
		mag_csv_cell(b, columns[i].name, strlen(columns[i].name));
	mag_csv_end(b);
	return mag_noun_table(c, noun, l, csv_row, b);
}
