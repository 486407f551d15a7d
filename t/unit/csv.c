/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <magnetiq/csv.h>

static const struct {
	const char	*cell, *printed;
} printed[] = {
	{ "plain", "plain" },
	{ "", "\"\"" },
	{ "a,b", "\"a,b\"" },
	{ "say \"hi\"", "\"say \"\"hi\"\"\"" },
	{ "two\nlines", "\"two\nlines\"" },
	{ "=1+1", "'=1+1" },
	{ "+49 1", "'+49 1" },
	{ "-1", "'-1" },
	{ "@SUM(A1)", "'@SUM(A1)" },
	{ "\tx", "'\tx" },
	{ "=a,\"b\"", "\"'=a,\"\"b\"\"\"" },
	{ "a=b", "a=b" },
};

START_TEST(a_cell_is_quoted_and_never_a_formula)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_csv_cell(&b, printed[_i].cell, strlen(printed[_i].cell));
	ck_assert_str_eq(b.p, printed[_i].printed);
}
END_TEST

START_TEST(cells_make_lines)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_csv_cell(&b, "a", 1);
	mag_csv_cell(&b, "", 0);
	mag_csv_cell(&b, "c", 1);
	mag_csv_end(&b);
	mag_csv_cell(&b, "", 0);
	mag_csv_cell(&b, "e", 1);
	mag_csv_end(&b);
	ck_assert_str_eq(b.p, "a,,c\r\n\"\",e\r\n");
}
END_TEST

START_TEST(a_line_has_each_cell_as_json_would_have_it)
{
	static const struct mag_cell cells[] = {
		{ MAG_CELL_EMPTY, 0, NULL, 0 },
		{ MAG_CELL_TEXT, 0, "=a, b", 4 },
		{ MAG_CELL_WORD, 0, "confirmed", 9 },
		{ MAG_CELL_NUMBER, INT64_MAX, NULL, 0 },
		{ MAG_CELL_BOOL, 1, NULL, 0 },
		{ MAG_CELL_BOOL, 0, NULL, 0 },
		{ MAG_CELL_TIME, 1700000000, NULL, 0 },
		{ MAG_CELL_EMPTY, 0, NULL, 0 },
	};
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_csv_line(&b, cells, sizeof(cells) / sizeof(cells[0]));
	ck_assert_str_eq(b.p, "\"\",\"'=a, \",confirmed,9223372036854775807,"
	    "true,false,2023-11-14T22:13:20Z,\r\n");
}
END_TEST

#define LONG "\xe4\xbd\xa0"

/* Rows are joined with / and cells with | to be compared. */
static const struct {
	char		 separator;
	const char	*text, *rows;
} tables[] = {
	{ ',', "a,b\r\nc,d\r\n", "a|b/c|d" },
	{ ',', "a,b\nc,d", "a|b/c|d" },
	{ ',', "a,b\rc", "a|b/c" },
	{ ';', "a,b;c\n", "a,b|c" },
	{ '\t', " a \tb\t\n", "a|b|" },
	{ ',', "\"a, \"\"b\"\"\nc\" ,d\n", "a, \"b\"\nc|d" },
	{ ',', "\"never closed, ever\nx", "never closed, ever\nx" },
	{ ',', "\"a\"b,c", "a|c" },
	{ ',', "\"\",\n\nx\n", "|//x" },
	{ ',', "", "" },
	{ ',', LONG ",\xc3\xa4", LONG "|\xc3\xa4" },
};

START_TEST(a_table_is_read_as_it_was_meant)
{
	const char *text = tables[_i].text;
	struct mag_csv t = { text, text + strlen(text), tables[_i].separator };
	struct mag_str *cells;
	struct mag_buf b;
	size_t i, n, rows = 0;

	mag_buf_init(&b, a, 0);
	while (mag_csv_row(&t, a, &cells, &n)) {
		mag_buf_adds(&b, rows++ > 0 ? "/" : "");
		for (i = 0; i < n; i++) {
			mag_buf_adds(&b, i > 0 ? "|" : "");
			mag_buf_add(&b, cells[i].p, cells[i].n);
		}
	}
	ck_assert_str_eq(b.p, tables[_i].rows);
}
END_TEST

START_TEST(a_line_of_any_length_is_read_to_its_end)
{
	struct mag_str *cells;
	struct mag_csv t;
	struct mag_buf b;
	size_t i, n;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < 100000; i++)
		mag_buf_adds(&b, "\"\"\"\",");
	mag_buf_adds(&b, "\nend");
	t = (struct mag_csv){ b.p, b.p + b.len, ',' };
	ck_assert(mag_csv_row(&t, a, &cells, &n));
	ck_assert_uint_eq(n, 200);
	ck_assert_str_eq(mag_dup(a, cells[199].p, cells[199].n), "\"");
	ck_assert(mag_csv_row(&t, a, &cells, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert(!mag_csv_row(&t, a, &cells, &n));
}
END_TEST

static const struct {
	const char	*bytes;
	size_t		 n;
	const char	*text;		/* NULL: refused */
} encodings[] = {
#define BYTES(s)	s, sizeof(s) - 1
	{ BYTES("a\xc3\xa4"), "a\xc3\xa4" },
	{ BYTES("\xef\xbb\xbf" "a"), "a" },
	{ BYTES("\xff\xfe" "a\0\xe4\0"), "a\xc3\xa4" },
	{ BYTES("\xfe\xff" "\0a\0\xe4"), "a\xc3\xa4" },
	{ BYTES("\xff\xfe" "\x3d\xd8\x00\xde"), "\xf0\x9f\x98\x80" },
	{ BYTES("a\xe4"), NULL },
	{ BYTES("a\0b"), NULL },
	{ BYTES("\xff\xfe" "a"), NULL },
	{ BYTES("\xff\xfe" "\x3d\xd8"), NULL },
	{ BYTES("\xff\xfe" "\x3d\xd8" "a\0"), NULL },
	{ BYTES("\xff\xfe" "\x00\xde"), NULL },
	{ BYTES("\xff\xfe" "\0\0"), NULL },
	{ BYTES("PK\3\4\0\0"), NULL },
};

START_TEST(a_file_is_read_in_its_encoding_or_refused)
{
	struct mag_str s;
	enum mag_status st = mag_csv_text(&s, a, encodings[_i].bytes,
	    encodings[_i].n);

	if (encodings[_i].text == NULL) {
		ck_assert_int_eq(st, MAG_MALFORMED);
		return;
	}
	ck_assert_int_eq(st, MAG_OK);
	ck_assert_str_eq(mag_dup(a, s.p, s.n), encodings[_i].text);
}
END_TEST

Suite *
suite_csv(void)
{
	Suite *s = suite_create("csv");
	TCase *tc = unit_case(s, "csv");

	tcase_add_loop_test(tc, a_cell_is_quoted_and_never_a_formula, 0,
	    sizeof(printed) / sizeof(printed[0]));
	tcase_add_test(tc, cells_make_lines);
	tcase_add_test(tc, a_line_has_each_cell_as_json_would_have_it);
	tcase_add_loop_test(tc, a_table_is_read_as_it_was_meant, 0,
	    sizeof(tables) / sizeof(tables[0]));
	tcase_add_test(tc, a_line_of_any_length_is_read_to_its_end);
	tcase_add_loop_test(tc, a_file_is_read_in_its_encoding_or_refused, 0,
	    sizeof(encodings) / sizeof(encodings[0]));
	return s;
}
