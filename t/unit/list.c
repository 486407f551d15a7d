/* SPDX-License-Identifier: MIT */
/* Lists: sorted, filtered, counted; by page and by cursor, at any depth. */
#include <stdlib.h>

#include "../../lib/model/cursor.h"
#include "unit.h"

static struct mag_call *c;

static void
sql(const char *text)
{

	ck_assert_int_eq(unit_run(c->db, text), MAG_OK);
}

/* 103 pages: every third published, sort_order with many equals, and
 * published_at with a few that the earlier Magnetiq wrote. */
static void
open_db(void)
{

	c = unit_db_call(unit_db());
	sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 103) INSERT INTO pages (id, slug, title, status,"
	    " sort_order, is_featured, created_at, published_at) SELECT i,"
	    " 'p' || i, '{\"en\":\"Page ' || i || '\"}',"
	    " CASE i % 3 WHEN 0 THEN 'published' ELSE 'draft' END, i % 7,"
	    " i % 5 = 0, printf('2026-01-%02d 00:00:00', 1 + i % 28),"
	    " CASE WHEN i % 3 = 0 THEN printf('2026-02-01 10:%02d:00%s', i % 10,"
	    " CASE WHEN i % 2 THEN printf('.%d', i) ELSE '' END) END FROM n");
}

static struct mag_list
listing(const char *sort_by, bool descending)
{

	return (struct mag_list){ .view = MAG_VIEW_STAFF_LIST,
	    .sort_by = sort_by, .ordered = true, .descending = descending };
}

/* The ids of one answer, each with a blank behind it. */
static void
add_ids(struct mag_buf *ids, struct mag_list *l)
{
	const struct mag_json *j;
	enum mag_status st;
	struct mag_buf b;
	int64_t id;

	memset(&c->problem, 0, sizeof(c->problem));
	mag_buf_init(&b, a, 0);
	st = mag_noun_list(&b, c, &mag_page, l);
	ck_assert_msg(st == MAG_OK, "%d %s", st, unit_problem(c));
	j = mag_json_first(unit_json(b.p));
	for (; j != NULL; j = mag_json_next(j)) {
		ck_assert(mag_json_int(&id, mag_json_get(j, "id")));
		mag_buf_addf(ids, "%lld ", (long long)id);
	}
}

static const char *
ids(struct mag_list *l)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	add_ids(&b, l);
	return b.p;
}

static const char *
refused(struct mag_list *l)
{
	struct mag_buf b;

	memset(&c->problem, 0, sizeof(c->problem));
	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_noun_list(&b, c, &mag_page, l), MAG_INVALID);
	return unit_problem(c);
}

/* What SQL itself says of the whole list. */
static const char *
expected(const char *tail)
{
	struct mag_row *row = NULL;
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_db_query(&row, c->db, mag_printf(a,
	    "SELECT id FROM pages WHERE deleted_at IS NULL %s", tail), NULL),
	    MAG_OK);
	while (mag_row_next(row) == MAG_OK)
		mag_buf_addf(&b, "%lld ", (long long)mag_row_int(row, 0));
	mag_row_done(row);
	return b.p;
}

static const struct { const char *sort_by; bool descending; const char *sql; }
sorts[] = {
	{ "id", false, "ORDER BY id" },
	{ "id", true, "ORDER BY id DESC" },
	{ "created_at", false, "ORDER BY created_at, id" },
	{ "created_at", true, "ORDER BY created_at DESC, id DESC" },
	{ "sort_order", false, "ORDER BY sort_order, id" },
	{ "sort_order", true, "ORDER BY sort_order DESC, id DESC" },
	{ "published_at", false, "ORDER BY coalesce(published_at, ''), id" },
	{ "published_at", true,
	  "ORDER BY coalesce(published_at, '') DESC, id DESC" },
	{ "updated_at", true, "ORDER BY updated_at DESC, id DESC" },
};
#define SORTS	(int)(sizeof(sorts) / sizeof(sorts[0]))

START_TEST(pages_show_every_row_once_in_its_order)
{
	struct mag_list l = listing(sorts[_i].sort_by, sorts[_i].descending);
	struct mag_buf all;

	l.per_page = 10;
	mag_buf_init(&all, a, 0);
	for (l.page = 1; l.page <= 12; l.page++) {
		add_ids(&all, &l);
		ck_assert_int_eq(l.total, 103);
		ck_assert(l.total_exact);
		ck_assert_int_eq(l.next_cursor != NULL, l.page <= 10);
	}
	ck_assert_str_eq(all.p, expected(sorts[_i].sql));
}
END_TEST

START_TEST(cursors_show_the_same_rows_as_pages)
{
	struct mag_list l = listing(sorts[_i].sort_by, sorts[_i].descending);
	struct mag_buf all;
	int n = 0;

	l.per_page = 7;
	mag_buf_init(&all, a, 0);
	do {
		add_ids(&all, &l);
		ck_assert_int_eq(l.total, l.cursor == NULL ? 103 : -1);
		l.cursor = l.next_cursor;
	} while (l.cursor != NULL && ++n < 100);
	ck_assert_str_eq(all.p, expected(sorts[_i].sql));
}
END_TEST

START_TEST(a_cursor_goes_on_where_it_stood_whatever_came_before)
{
	struct mag_list l = listing("created_at", true);
	const char *rest;

	l.per_page = 10;
	(void)ids(&l);
	l.cursor = l.next_cursor;
	rest = ids(&l);
	sql("UPDATE pages SET deleted_at = created_at WHERE id IN"
	    " (SELECT id FROM pages ORDER BY created_at DESC, id DESC LIMIT 5)");
	sql("INSERT INTO pages (slug, title, created_at) VALUES ('new', '{}',"
	    " '2027-01-01 00:00:00')");
	ck_assert_str_eq(ids(&l), rest);
}
END_TEST

START_TEST(a_noun_has_its_own_sort_and_per_page)
{
	struct mag_list l = { .view = MAG_VIEW_STAFF_LIST };
	const char *all = expected("ORDER BY created_at DESC, id DESC LIMIT 20");

	ck_assert_str_eq(ids(&l), all);
	ck_assert_int_eq(l.page, 1);
	ck_assert_int_eq(l.per_page, 20);
}
END_TEST

START_TEST(only_fields_made_for_it_are_sorted_by)
{
	static const char *const names[] = { "title", "slug", "deleted_at", "x",
		"", "id; DROP TABLE pages", "revision" };
	struct mag_list l;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		l = listing(names[i], false);
		ck_assert_str_eq(refused(&l),
		    "sort_by is not a field to sort by");
	}
}
END_TEST

START_TEST(totals_follow_every_write)
{
	struct mag_list l = listing("id", false);

	l.status = "published";
	(void)ids(&l);
	ck_assert_int_eq(l.total, 34);
	sql("UPDATE pages SET status = 'archived' WHERE id = 3");
	sql("UPDATE pages SET deleted_at = created_at WHERE id = 6");
	sql("DELETE FROM pages WHERE id = 9");
	(void)ids(&l);
	ck_assert_int_eq(l.total, 31);
	l.status = NULL;
	(void)ids(&l);
	ck_assert_int_eq(l.total, 101);
	l.status = "archived";
	ck_assert_str_eq(ids(&l), "3 ");
	ck_assert_int_eq(l.total, 1);
	l.status = NULL;
	l.deleted = true;
	ck_assert_str_eq(ids(&l), "6 ");
	ck_assert_int_eq(l.total, 1);
}
END_TEST

static struct mag_filter
featured(int64_t yes)
{

	return (struct mag_filter){ .sql = "is_featured = ?",
	    .bind = { MAG_BIND_INT, yes, NULL, 0 }, .bound = true };
}

START_TEST(filters_hold_together_and_are_counted)
{
	struct mag_list l = listing("id", false);

	l.status = "published";
	l.filters[l.nfilters++] = featured(1);
	ck_assert_str_eq(ids(&l), expected("AND status = 'published'"
	    " AND is_featured = 1 ORDER BY id"));
	ck_assert_int_eq(l.total, 6);
	ck_assert(l.total_exact);
}
END_TEST

START_TEST(a_total_with_a_filter_counts_to_ten_thousand)
{
	struct mag_list l = listing("id", false);

	sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 10100) INSERT INTO pages (slug, title)"
	    " SELECT 'q' || i, '{}' FROM n");
	l.filters[l.nfilters++] = featured(0);
	l.per_page = 1;
	(void)ids(&l);
	ck_assert_int_eq(l.total, 10000);
	ck_assert(!l.total_exact);

	l.nfilters = 0;
	(void)ids(&l);
	ck_assert_int_eq(l.total, 10203);
	ck_assert(l.total_exact);
}
END_TEST

START_TEST(pages_reach_ten_thousand_rows_and_no_further)
{
	static const struct { int64_t page, per_page; bool good; } cases[] = {
		{ 100, 100, true }, { 101, 100, false }, { 10000, 1, true },
		{ 10001, 1, false }, { 3333, 3, true }, { 3334, 3, false },
		{ 500, 20, true }, { 501, 20, false },
		{ INT64_MAX, 100, false }, { INT64_MAX / 50, 100, false },
	};
	struct mag_list l;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		l = listing("id", false);
		l.page = cases[i].page;
		l.per_page = cases[i].per_page;
		if (cases[i].good)
			ck_assert_str_eq(ids(&l), "");
		else
			ck_assert_str_eq(refused(&l),
			    "page goes too deep; use cursor to go further");
	}
}
END_TEST

START_TEST(a_cursor_for_another_list_is_refused)
{
	static const char text[] = "cursor was not made for this list, sort and"
	    " filter";
	struct mag_list l = listing("created_at", true), other;
	const char *cursor;

	(void)ids(&l);
	cursor = l.next_cursor;
	ck_assert_ptr_nonnull(cursor);

	other = listing("created_at", false);
	other.cursor = cursor;
	ck_assert_str_eq(refused(&other), text);
	other = listing("updated_at", true);
	other.cursor = cursor;
	ck_assert_str_eq(refused(&other), text);
	other = listing("created_at", true);
	other.cursor = cursor;
	other.status = "draft";
	ck_assert_str_eq(refused(&other), text);
	other.status = NULL;
	other.search = "page";
	ck_assert_str_eq(refused(&other), text);
	other.search = NULL;
	other.filters[other.nfilters++] = featured(1);
	ck_assert_str_eq(refused(&other), text);
	other.filters[0] = featured(0);
	ck_assert_str_eq(refused(&other), text);
	other.nfilters = 0;
	other.deleted = true;
	ck_assert_str_eq(refused(&other), text);
	other.deleted = false;
	other.per_page = 50;	/* another size is the same list */
	(void)ids(&other);
}
END_TEST

START_TEST(what_is_no_cursor_is_refused)
{
	static const char *const texts[] = { "", "x", "====", "../..", "AAAA",
		"MDEyMzQ1NjcgMSAx", "MDEyMzQ1Njc", "\xff", "a b" };
	struct mag_list l = listing("created_at", true);
	const char *whole;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		l.cursor = texts[i];
		(void)refused(&l);
	}
	l.cursor = NULL;
	(void)ids(&l);
	whole = l.next_cursor;
	/* Cut before the end of what says which list it is. */
	for (i = 0; i < 12; i++) {
		l.cursor = mag_dup(a, whole, i);
		(void)refused(&l);
	}
}
END_TEST

START_TEST(a_cursor_is_read_as_it_was_printed)
{
	static const struct cursor places[] = {
		{ "0123abcd", 1, "2026-01-01 00:00:00.5" },
		{ "0123abcd", INT64_MAX, "" }, { "ffffffff", 7, "-12" },
	};
	struct cursor got;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		ck_assert(cursor_read(&got, a, cursor_print(a, &places[i])));
		ck_assert_str_eq(got.list, places[i].list);
		ck_assert_int_eq(got.id, places[i].id);
		ck_assert_str_eq(got.key, places[i].key);
	}
}
END_TEST

START_TEST(a_forged_key_of_a_number_is_refused)
{
	struct mag_list l = listing("sort_order", false);
	struct cursor at;

	(void)ids(&l);
	ck_assert(cursor_read(&at, a, l.next_cursor));
	at.key = "1 OR 1=1";
	l.cursor = cursor_print(a, &at);
	(void)refused(&l);
	at.key = "99999999999999999999";
	l.cursor = cursor_print(a, &at);
	(void)refused(&l);
	at.key = "-1";
	l.cursor = cursor_print(a, &at);
	ck_assert_str_eq(ids(&l), expected("ORDER BY sort_order, id LIMIT 20"));
}
END_TEST

START_TEST(items_are_flattened_for_strangers)
{
	struct mag_list l = { .view = MAG_VIEW_PUBLIC_LIST, .status = "published",
	    .sort_by = "id", .per_page = 1, .lang = "de" };
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_noun_list(&b, c, &mag_page, &l), MAG_OK);
	ck_assert_ptr_nonnull(strstr(b.p, "\"title\":\"Page 3\""));
	ck_assert_ptr_nonnull(strstr(b.p, "\"language\":\"de\",\"fallback\":true"));
	ck_assert_ptr_null(strstr(b.p, "\"content\""));
	ck_assert_ptr_null(strstr(b.p, "\"status\""));
}
END_TEST

Suite *
suite_list(void)
{
	Suite *s = suite_create("list");
	TCase *tc = unit_case(s, "list");

	tcase_add_checked_fixture(tc, open_db, NULL);
	tcase_add_loop_test(tc, pages_show_every_row_once_in_its_order, 0, SORTS);
	tcase_add_loop_test(tc, cursors_show_the_same_rows_as_pages, 0, SORTS);
	tcase_add_test(tc, a_cursor_goes_on_where_it_stood_whatever_came_before);
	tcase_add_test(tc, a_noun_has_its_own_sort_and_per_page);
	tcase_add_test(tc, only_fields_made_for_it_are_sorted_by);
	tcase_add_test(tc, totals_follow_every_write);
	tcase_add_test(tc, filters_hold_together_and_are_counted);
	tcase_add_test(tc, a_total_with_a_filter_counts_to_ten_thousand);
	tcase_add_test(tc, pages_reach_ten_thousand_rows_and_no_further);
	tcase_add_test(tc, a_cursor_for_another_list_is_refused);
	tcase_add_test(tc, what_is_no_cursor_is_refused);
	tcase_add_test(tc, a_cursor_is_read_as_it_was_printed);
	tcase_add_test(tc, a_forged_key_of_a_number_is_refused);
	tcase_add_test(tc, items_are_flattened_for_strangers);
	return s;
}
