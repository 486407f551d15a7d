/* SPDX-License-Identifier: MIT */
/* A site for the tests of pages, and pages in it. */
#include "page_case.h"

struct mag_call *c;

static void
open_db(void)
{

	c = unit_db_call(unit_db());
	c->who = (struct mag_actor){ .user_id = 1, .role = MAG_EDITOR };
	ck_assert_int_eq(unit_run(c->db, "INSERT INTO admin_users (id, email,"
	    " email_folded, hashed_password, first_name, last_name, role)"
	    " VALUES (1, 'ada@b.de', 'ada@b.de', 'x', 'Ada', 'L', 'editor')"),
	    MAG_OK);
	ck_assert_int_eq(unit_run(c->db, "INSERT INTO media_files (id, filename,"
	    " original_filename, file_path, file_size, mime_type, file_hash)"
	    " VALUES (7, 'a.png', 'a.png', 'a.png', 1, 'image/png', 'x'),"
	    " (8, 'b.png', 'b.png', 'b.png', 1, 'image/png', 'y')"), MAG_OK);
}

void
sql(const char *text)
{

	ck_assert_int_eq(unit_run(c->db, text), MAG_OK);
}

int64_t
number(const char *text)
{

	return unit_number(c->db, text);
}

void
calm(void)
{

	memset(&c->problem, 0, sizeof(c->problem));
}

enum mag_status
create(struct mag_record **page, const char *body)
{

	calm();
	return mag_noun_create(page, c, &mag_page, unit_json(body));
}

/* A page that must come into being: `title` and further members. */
struct mag_record *
make(const char *title, const char *more)
{
	struct mag_record *page;
	enum mag_status st;

	st = create(&page, mag_printf(a, "{\"title\":{\"en\":\"%s\"}%s}", title,
	    more));
	ck_assert_msg(st == MAG_OK, "%d %s", st, unit_problem(c));
	return page;
}

enum mag_status
try_patch(struct mag_record **page, int64_t id, const char *body)
{

	calm();
	return mag_noun_change(page, c, &mag_page, id, unit_json(body),
	    MAG_PATCH);
}

struct mag_record *
patch(int64_t id, const char *body)
{
	struct mag_record *page;
	enum mag_status st = try_patch(&page, id, body);

	ck_assert_msg(st == MAG_OK, "%d %s", st, unit_problem(c));
	return page;
}

enum mag_status
find(struct mag_page_found *found, const char *lang, const char *slug)
{

	calm();
	return mag_page_find(found, c, lang, slug);
}

const char *
moved_to(const char *lang, const char *slug)
{
	struct mag_page_found found;

	ck_assert_int_eq(find(&found, lang, slug), MAG_OK);
	ck_assert(found.moved_to == NULL || found.page == NULL);
	return found.moved_to == NULL ? "here" : found.moved_to;
}

TCase *
page_case(Suite *s, const char *name)
{
	TCase *tc = unit_case(s, name);

	tcase_add_checked_fixture(tc, open_db, NULL);
	return tc;
}
