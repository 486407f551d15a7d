/* SPDX-License-Identifier: MIT */
/* Tables as text, safe to open in a spreadsheet. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/clock.h>
#include <magnetiq/csv.h>

static bool
needs_quotes(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr("\",\r\n", p[i]) != NULL && p[i] != '\0')
			return true;
	return false;
}

void
mag_csv_cell(struct mag_buf *b, const char *p, size_t n)
{
	bool formula = n > 0 && p[0] != '\0' && strchr("=+-@\t\r", p[0]) != NULL;
	bool quotes = needs_quotes(p, n);
	size_t i;

	if (b->len > 0 && b->p[b->len - 1] != '\n')
		mag_buf_addc(b, ',');
	if (quotes)
		mag_buf_addc(b, '"');
	if (formula)
		mag_buf_addc(b, '\'');
	for (i = 0; i < n; i++) {
		if (p[i] == '"')
			mag_buf_addc(b, '"');
		mag_buf_addc(b, p[i]);
	}
	if (quotes)
		mag_buf_addc(b, '"');
	/* An empty cell that begins a line must still count as one. */
	if (n == 0 && (b->len == 0 || b->p[b->len - 1] == '\n'))
		mag_buf_adds(b, "\"\"");
}

void
mag_csv_end(struct mag_buf *b)
{

	mag_buf_adds(b, "\r\n");
}

static void
print_cell(struct mag_buf *b, const struct mag_cell *cell)
{
	char number[MAG_TIME_TEXT];
	const char *text = "";

	switch (cell->kind) {
	case MAG_CELL_TEXT:
	case MAG_CELL_WORD:
		mag_csv_cell(b, cell->s, cell->n);
		return;
	case MAG_CELL_NUMBER:
		snprintf(number, sizeof(number), "%" PRId64, cell->i);
		text = number;
		break;
	case MAG_CELL_BOOL:
		text = cell->i != 0 ? "true" : "false";
		break;
	case MAG_CELL_TIME:
		mag_time_rfc3339(number, cell->i);
		text = number;
		break;
	case MAG_CELL_EMPTY:
		break;
	}
	mag_csv_cell(b, text, strlen(text));
}

void
mag_csv_line(struct mag_buf *b, const struct mag_cell *cells, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		print_cell(b, &cells[i]);
	mag_csv_end(b);
}
