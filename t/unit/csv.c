/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <magnetiq/csv.h>

static const struct {
	const char	*cell, *printed;
} cells[] = {
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
	mag_csv_cell(&b, cells[_i].cell, strlen(cells[_i].cell));
	ck_assert_str_eq(b.p, cells[_i].printed);
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

Suite *
suite_csv(void)
{
	Suite *s = suite_create("csv");
	TCase *tc = unit_case(s, "csv");

	tcase_add_loop_test(tc, a_cell_is_quoted_and_never_a_formula, 0,
	    sizeof(cells) / sizeof(cells[0]));
	tcase_add_test(tc, cells_make_lines);
	return s;
}
