/* SPDX-License-Identifier: MIT */
/* Lists as tables: all of their lines, or a refusal. */
#include "unit.h"

static struct mag_call *c;

static void
open_db(void)
{

	c = unit_db_call(unit_db());
	ck_assert_int_eq(unit_run(c->db, "WITH RECURSIVE n(i) AS (SELECT 1"
	    " UNION ALL SELECT i + 1 FROM n WHERE i < 103) INSERT INTO pages"
	    " (id, slug, title, status, sort_order) SELECT i, 'p' || i,"
	    " '{\"en\":\"Page ' || i || '\"}', CASE i % 3 WHEN 0 THEN"
	    " 'published' ELSE 'draft' END, i % 7 FROM n"), MAG_OK);
}

/* The numbers of the lines, each with a blank behind it. */
struct lines {
	struct mag_buf	 ids;
	size_t		 columns;
	int64_t		 n, stop;	/* MAG_CONFLICT from there on; 0: not */
};

static enum mag_status
line(void *arg, const struct mag_cell *cells, size_t n)
{
	struct lines *to = arg;

	ck_assert_uint_eq(n, to->columns);
	ck_assert_int_eq(cells[0].kind, MAG_CELL_NUMBER);
	ck_assert_int_eq(cells[1].kind, MAG_CELL_TEXT);
	mag_buf_addf(&to->ids, "%lld ", (long long)cells[0].i);
	return ++to->n == to->stop ? MAG_CONFLICT : MAG_OK;
}

static enum mag_status
read_all(struct lines *to, struct mag_list *l)
{
	struct mag_table_column columns[MAG_FIELDS_MAX];

	memset(&c->problem, 0, sizeof(c->problem));
	mag_buf_init(&to->ids, a, 0);
	to->n = 0;
	to->columns = mag_noun_columns(columns, &mag_page,
	    MAG_VIEW_STAFF_LIST);
	ck_assert_str_eq(columns[0].name, "id");
	return mag_noun_table(c, &mag_page, l, line, to);
}

START_TEST(a_table_has_every_line_in_the_order_of_the_list)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST, .per_page = 200,
	    .sort_by = "sort_order", .ordered = true, .descending = true };
	struct lines lines = { .stop = 0 };
	struct mag_row *row = NULL;
	struct mag_buf want;

	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	mag_buf_init(&want, a, 0);
	ck_assert_int_eq(mag_db_query(&row, c->db, "SELECT id FROM pages"
	    " ORDER BY sort_order DESC, id DESC", NULL), MAG_OK);
	while (mag_row_next(row) == MAG_OK)
		mag_buf_addf(&want, "%lld ", (long long)mag_row_int(row, 0));
	mag_row_done(row);
	ck_assert_str_eq(lines.ids.p, want.p);
	ck_assert_ptr_null(l.next_cursor);
}
END_TEST

START_TEST(a_table_of_too_many_lines_is_refused_before_the_first)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST, .per_page = 102,
	    .most = 102 };
	struct lines lines = { .stop = 0 };

	ck_assert_int_eq(read_all(&lines, &l), MAG_INVALID);
	ck_assert_int_eq(lines.n, 0);
	ck_assert_str_eq(c->problem.arg, "102");
	l.per_page = l.most = 103;
	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	ck_assert_int_eq(lines.n, 103);
	/* A filter brings it down to what may be. */
	l.per_page = l.most = 34;
	l.status = "published";
	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	ck_assert_int_eq(lines.n, 34);
	l.per_page = l.most = 33;
	ck_assert_int_eq(read_all(&lines, &l), MAG_INVALID);
}
END_TEST

/* Behind a cursor nobody has counted. */
START_TEST(a_table_from_a_cursor_is_refused_in_the_end)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST, .per_page = 3,
	    .sort_by = "id" };
	struct lines lines = { .stop = 0 };

	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	ck_assert_str_eq(lines.ids.p, "1 2 3 ");
	ck_assert_ptr_nonnull(l.next_cursor);
	l.cursor = l.next_cursor;
	l.per_page = l.most = 99;
	ck_assert_int_eq(read_all(&lines, &l), MAG_INVALID);
	l.per_page = l.most = 100;
	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	ck_assert_int_eq(lines.n, 100);
}
END_TEST

START_TEST(whoever_writes_a_table_can_end_it)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST, .per_page = 200 };
	struct lines lines = { .stop = 5 };

	ck_assert_int_eq(read_all(&lines, &l), MAG_CONFLICT);
	ck_assert_int_eq(lines.n, 5);
	lines.stop = 0;
	ck_assert_int_eq(read_all(&lines, &l), MAG_OK);
	ck_assert_int_eq(lines.n, 103);
}
END_TEST

/* What a column is called on paper says that it is there. */
START_TEST(registrations_have_few_columns_on_paper)
{
	static const char want[] = "first_name last_name email company phone"
	    " status attended attendance_duration registered_at ";
	struct mag_table_column columns[MAG_FIELDS_MAX];
	size_t i, n = mag_noun_columns(columns, &mag_registration,
	    MAG_VIEW_STAFF_LIST);
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	for (i = 0; i < n; i++)
		if (columns[i].paper != NULL)
			mag_buf_addf(&b, "%s ", columns[i].name);
	ck_assert_str_eq(b.p, want);
}
END_TEST

Suite *
suite_table(void)
{
	Suite *s = suite_create("table");
	TCase *tc = unit_case(s, "table");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_test(tc, a_table_has_every_line_in_the_order_of_the_list);
	tcase_add_test(tc, a_table_of_too_many_lines_is_refused_before_the_first);
	tcase_add_test(tc, a_table_from_a_cursor_is_refused_in_the_end);
	tcase_add_test(tc, whoever_writes_a_table_can_end_it);
	tcase_add_test(tc, registrations_have_few_columns_on_paper);
	return s;
}
