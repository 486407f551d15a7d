/* SPDX-License-Identifier: MIT */
/* Workbooks and paper: whole, or refused with nothing left behind.  What
 * stands in them is read back in t/e2e/46-lists.py. */
#define _GNU_SOURCE	/* memmem */
#include <dirent.h>

#include "../../lib/text/sheet.h"
#include "unit.h"

static const struct mag_table_column columns[] = {
	{ "id", NULL, 10 },
	{ "first_name", "First name", 18 },
	{ "status", "Status", 14 },
	{ "attended", "Attended", 12 },
	{ "registered_at", "Registered", 20 },
};
#define COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const struct sheet plain = { .name = "guests", .title = "Stahl & Söhne",
    .when = "Tuesday", .zone = "Europe/Berlin", .lang = "de",
    .now = 1700000000, .columns = columns, .n = COLUMNS };

static const struct sheet_kind *const kinds[] = { &sheet_xlsx, &sheet_pdf };

static struct mag_cell
text(const char *s, size_t n)
{

	return (struct mag_cell){ MAG_CELL_TEXT, 0, s, n };
}

/* Lines with this name in each; what became of it is in ${b}. */
static enum mag_status
make(struct mag_buf *b, const struct sheet_kind *kind, const struct sheet *s,
    int rows, struct mag_cell name)
{
	struct mag_cell cells[COLUMNS] = { { .kind = MAG_CELL_NUMBER },
	    name, { MAG_CELL_WORD, 0, "confirmed", 9 },
	    { .kind = MAG_CELL_BOOL, .i = 1 },
	    { .kind = MAG_CELL_TIME, .i = 1700000000 } };
	enum mag_status st;
	void *file = NULL;
	int i;

	mag_buf_init(b, a, 0);
	st = kind->open(&file, s);
	for (i = 0; i < rows && st == MAG_OK; i++) {
		cells[0].i = i;
		st = kind->row(file, cells, COLUMNS);
	}
	if (st == MAG_OK)
		st = kind->close(b, file);
	kind->free(file);
	return st;
}

static int
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	ck_assert_ptr_nonnull(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static bool
ends(const struct mag_buf *b, const char *tail)
{
	size_t n = strlen(tail);

	return b->len >= n && memcmp(b->p + b->len - n, tail, n) == 0;
}

START_TEST(a_file_is_whole_and_leaves_nothing_open)
{
	int before = open_files();
	struct mag_buf b;

	ck_assert_int_eq(make(&b, &sheet_xlsx, &plain, 100, text("Ada", 3)),
	    MAG_OK);
	ck_assert_int_eq(memcmp(b.p, "PK\3\4", 4), 0);
	ck_assert_ptr_nonnull(memmem(b.p, b.len, "PK\5\6", 4));
	ck_assert_int_eq(make(&b, &sheet_pdf, &plain, 100, text("Ada", 3)),
	    MAG_OK);
	ck_assert_int_eq(memcmp(b.p, "%PDF-1.", 7), 0);
	ck_assert(ends(&b, "%%EOF\n") || ends(&b, "%%EOF\012"));
	ck_assert_int_eq(open_files(), before);
}
END_TEST

START_TEST(a_table_without_lines_is_a_file_too)
{
	struct mag_buf b;

	ck_assert_int_eq(make(&b, kinds[_i], &plain, 0, text("", 0)), MAG_OK);
	ck_assert_uint_gt(b.len, 1000);
}
END_TEST

/* Broken UTF-8, control characters, letters that no font has, and more than
 * a cell may hold. */
START_TEST(any_bytes_can_stand_in_a_cell)
{
	static const char odd[] = "\xff\xc3\0\1\x1b[0m\n\xed\xa0\x80\xf0\x9f"
	    "\x98\x80\xef\xbf\xbf\xcc\x88)(\\<&>]]>_x0041_";
	struct mag_buf longest, b;

	ck_assert_int_eq(make(&b, kinds[_i], &plain, 3, text(odd,
	    sizeof(odd) - 1)), MAG_OK);
	mag_buf_init(&longest, a, 0);
	while (longest.len < 100000)
		mag_buf_adds(&longest, "\xf0\x9f\x98\x80 \xcc\x88");
	ck_assert_int_eq(make(&b, kinds[_i], &plain, 3, text(longest.p,
	    longest.len)), MAG_OK);
}
END_TEST

START_TEST(a_workbook_of_too_much_text_is_refused)
{
	int before = open_files();
	struct mag_buf b;
	char *p = mag_alloc(a, 32000);

	memset(p, 'x', 32000);
	ck_assert_int_eq(make(&b, &sheet_xlsx, &plain, 1000, text(p, 32000)),
	    MAG_TOO_LARGE);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_int_eq(open_files(), before);
}
END_TEST

START_TEST(paper_without_its_fonts_is_refused)
{
	struct sheet s = plain;
	int before = open_files();
	struct mag_buf b;

	s.fonts = unit_dir();
	ck_assert_int_eq(make(&b, &sheet_pdf, &s, 1, text("Ada", 3)),
	    MAG_UNAVAILABLE);
	ck_assert_int_eq(open_files(), before);
	/* The next one is as if nothing had been. */
	ck_assert_int_eq(make(&b, &sheet_pdf, &plain, 1, text("Ada", 3)),
	    MAG_OK);
}
END_TEST

START_TEST(paper_of_too_many_pages_is_refused)
{
	struct mag_buf b;

	ck_assert_int_eq(make(&b, &sheet_pdf, &plain, 20000, text("Ada", 3)),
	    MAG_TOO_LARGE);
	ck_assert_uint_eq(b.len, 0);
}
END_TEST

/* Wherever memory ends, it ends in a refusal. */
START_TEST(paper_gives_up_cleanly_wherever_memory_ends)
{
	struct sheet s = plain;
	enum mag_status st = MAG_TOO_LARGE;
	int before = open_files(), refusals = 0;
	struct mag_buf b;

	for (s.memory = 1; st != MAG_OK; s.memory += 1 + s.memory / 10) {
		st = make(&b, &sheet_pdf, &s, 40, text("Ada", 3));
		ck_assert(st == MAG_OK || st == MAG_TOO_LARGE);
		ck_assert(st == MAG_OK || b.len == 0);
		ck_assert_int_eq(open_files(), before);
		refusals += st != MAG_OK;
	}
	ck_assert_int_gt(refusals, 50);
}
END_TEST

Suite *
suite_sheet(void)
{
	Suite *s = suite_create("sheet");
	TCase *tc = unit_case(s, "sheet");

	tcase_add_test(tc, a_file_is_whole_and_leaves_nothing_open);
	tcase_add_loop_test(tc, a_table_without_lines_is_a_file_too, 0, 2);
	tcase_add_loop_test(tc, any_bytes_can_stand_in_a_cell, 0, 2);
	tcase_add_test(tc, a_workbook_of_too_much_text_is_refused);
	tcase_add_test(tc, paper_without_its_fonts_is_refused);
	tcase_add_test(tc, paper_of_too_many_pages_is_refused);
	tcase_add_test(tc, paper_gives_up_cleanly_wherever_memory_ends);
	return s;
}
