/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

#include "../../lib/model/media.h"

static const char *types[] = { "image/png", "application/pdf", NULL };
static struct mag_conf conf;
static struct mag_call *c;

static const char paper[] = "%PDF-1.4\nprices\n";

static void
setup(void)
{

	c = unit_db_call(unit_db());
	conf = (struct mag_conf){ .upload_dir = unit_dir(),
	    .site_url = "http://localhost", .max_file_size = 4096,
	    .allowed_file_types = types };
	c->conf = &conf;
	c->now = time(NULL);
}

/* A PNG of one pixel; ${n} makes it another file each time. */
static struct mag_str
picture(int n)
{
	static const char head[] =
	    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0crc!"
	    "\0\0\0\0IDATcrc!\0\0\0\0IENDcrc!";
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_buf_add(&b, head, sizeof(head) - 1);
	mag_buf_addf(&b, "%d", n);
	return (struct mag_str){ b.p, b.len };
}

static struct mag_upload *
upload(const char *p, size_t n)
{
	struct mag_upload *u;

	ck_assert_int_eq(mag_upload_begin(&u, c, (int64_t)n), MAG_OK);
	ck_assert_int_eq(mag_upload_add(u, p, n / 2), MAG_OK);
	ck_assert_int_eq(mag_upload_add(u, p + n / 2, n - n / 2), MAG_OK);
	ck_assert_int_eq(mag_upload_end(u), MAG_OK);
	return u;
}

static enum mag_status
try(struct mag_record **out, struct mag_str s, const char *fields)
{
	struct mag_upload *u;
	enum mag_status st;

	memset(&c->problem, 0, sizeof(c->problem));
	u = upload(s.p, s.n);
	st = mag_media_create(out, c, u, "a.png", unit_json(fields));
	mag_upload_free(u);
	return st;
}

static struct mag_record *
create(struct mag_str s, const char *fields)
{
	struct mag_record *r;

	ck_assert_int_eq(try(&r, s, fields), MAG_OK);
	return r;
}

/* Files below the folder for uploads; the database lies beside its trees. */
static enum mag_status
count_one(void *arg, const char *path, int64_t mtime)
{

	(void)path;
	(void)mtime;
	++*(int *)arg;
	return MAG_OK;
}

static int
files(void)
{
	int n = 0;

	ck_assert_int_eq(media_walk(c, count_one, &n), MAG_OK);
	return n;
}

static const char *
verify(void)
{
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	ck_assert_int_eq(mag_media_verify(&b, c), MAG_OK);
	return b.p;
}

START_TEST(an_upload_that_is_given_up_leaves_nothing)
{
	struct mag_upload *u;

	ck_assert_int_eq(mag_upload_begin(&u, c, 0), MAG_OK);
	ck_assert_int_eq(mag_upload_add(u, "half", 4), MAG_OK);
	mag_upload_free(u);
	mag_upload_free(NULL);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_stored_file_is_named_by_its_bytes_and_lies_there_once)
{
	struct mag_record *one = create(picture(1), "{}");
	struct mag_record *two = create(picture(1), "{}");
	struct mag_record *hidden = create(picture(1),
	    "{\"visibility\":\"private\"}");
	const char *hash = mag_text(one, "file_hash");

	ck_assert_str_eq(mag_media_path(one), mag_printf(a,
	    "public/%.2s/%s.png", hash, hash));
	ck_assert_str_eq(mag_media_path(two), mag_media_path(one));
	ck_assert_str_eq(mag_media_path(hidden), mag_printf(a,
	    "private/%.2s/%s", hash, hash));
	ck_assert_int_eq(files(), 2);
	ck_assert_str_eq(verify(), "");
}
END_TEST

START_TEST(a_file_goes_with_the_last_row_that_speaks_of_it)
{
	struct mag_record *one = create(picture(1), "{}");
	struct mag_record *two = create(picture(1), "{}");

	ck_assert_int_eq(mag_media_delete(c, mag_record_id(one)), MAG_OK);
	ck_assert_int_eq(files(), 1);
	ck_assert_int_eq(mag_media_delete(c, mag_record_id(two)), MAG_OK);
	ck_assert_int_eq(files(), 0);
	ck_assert_int_eq(mag_media_delete(c, mag_record_id(two)),
	    MAG_NOT_FOUND);
}
END_TEST

START_TEST(wrong_fields_leave_no_file)
{
	struct mag_record *r;

	ck_assert_int_eq(try(&r, picture(1), "{\"title\":5,\"folder\":\"a/..\"}"),
	    MAG_INVALID);
	ck_assert_int_eq(files(), 0);
	ck_assert_int_eq(try(&r, picture(1), "{\"folder\":\"a/..\"}"),
	    MAG_INVALID);
	ck_assert_str_eq(unit_problem(c),
	    "folder must not hold . or .. as a part");
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_file_that_the_database_refuses_goes_again)
{
	struct mag_record *r;

	ck_assert_int_eq(unit_run(c->db, "CREATE TRIGGER no BEFORE INSERT ON"
	    " media_files BEGIN SELECT RAISE(ABORT, 'SLUG_TAKEN'); END"), MAG_OK);
	ck_assert_int_eq(try(&r, picture(1), "{}"), MAG_SLUG_TAKEN);
	ck_assert_ptr_null(r);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_crash_before_the_row_leaves_a_file_that_the_purge_finds)
{
	struct mag_upload *u = upload(paper, strlen(paper));
	const char *path;
	int64_t done;

	ck_assert_int_eq(media_place(&path, c, u->fd, u->hash, u->type, false),
	    MAG_OK);
	mag_upload_free(u);
	ck_assert_int_eq(mag_media_purge(&done, c), MAG_OK);
	ck_assert_int_eq(done, 0);
	ck_assert_int_eq(files(), 1);
	c->now += 2 * 3600;
	ck_assert_ptr_nonnull(strstr(verify(), "belongs to nothing"));
	ck_assert_int_eq(mag_media_purge(&done, c), MAG_OK);
	ck_assert_int_eq(done, 1);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(a_killed_process_leaves_no_nameless_file)
{
	struct mag_upload *u;
	pid_t pid = fork();

	if (pid == 0) {
		if (mag_upload_begin(&u, c, 0) == MAG_OK &&
		    mag_upload_add(u, "half", 4) == MAG_OK)
			raise(SIGKILL);
		_exit(1);
	}
	ck_assert_int_gt(waitpid(pid, NULL, 0), 0);
	ck_assert_int_eq(files(), 0);
}
END_TEST

START_TEST(the_purge_leaves_alone_what_it_does_not_know)
{
	const char *path = unit_path("public/note.txt");
	int64_t done;
	FILE *f;

	create(picture(1), "{}");
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("mine", f);
	fclose(f);
	c->now += 2 * 3600;
	ck_assert_int_eq(mag_media_purge(&done, c), MAG_OK);
	ck_assert_int_eq(done, 0);
	ck_assert_int_eq(files(), 2);
}
END_TEST

START_TEST(a_medium_moves_between_the_trees_whole)
{
	struct mag_record *r = create(picture(1), "{}"), *moved;
	int64_t id = mag_record_id(r);

	ck_assert_int_eq(mag_media_change(&moved, c, id,
	    unit_json("{\"visibility\":\"private\"}")), MAG_OK);
	ck_assert_int_eq(strncmp(mag_media_path(moved), "private/", 8), 0);
	ck_assert_int_eq(files(), 1);
	ck_assert_str_eq(verify(), "");
	ck_assert_int_eq(mag_media_change(&moved, c, id,
	    unit_json("{\"visibility\":\"public\",\"folder\":\"/x\"}")), MAG_OK);
	ck_assert_str_eq(mag_media_path(moved), mag_media_path(r));
	ck_assert_str_eq(mag_text(moved, "renditions_state"), "wanted");
	ck_assert_int_eq(files(), 1);
	ck_assert_str_eq(verify(), "");
}
END_TEST

START_TEST(a_move_that_the_database_refuses_changes_nothing)
{
	struct mag_record *r = create(picture(1), "{}"), *moved;

	ck_assert_int_eq(unit_run(c->db, "CREATE TRIGGER no BEFORE UPDATE ON"
	    " media_files BEGIN SELECT RAISE(ABORT, 'SLUG_TAKEN'); END"), MAG_OK);
	ck_assert_int_eq(mag_media_change(&moved, c, mag_record_id(r),
	    unit_json("{\"visibility\":\"private\"}")), MAG_SLUG_TAKEN);
	ck_assert_int_eq(files(), 1);
	ck_assert_str_eq(verify(), "");
}
END_TEST

START_TEST(what_a_page_shows_is_neither_deleted_nor_hidden)
{
	struct mag_record *r = create(picture(1), "{}"), *moved;
	int64_t id = mag_record_id(r);

	ck_assert_int_eq(unit_run(c->db, mag_printf(a, "INSERT INTO media_uses"
	    " (media_id, noun, object_id) VALUES (%lld, 'page', 7)",
	    (long long)id)), MAG_OK);
	ck_assert_int_eq(mag_media_delete(c, id), MAG_CONFLICT);
	ck_assert_str_eq(c->problem.arg, "page 7");
	ck_assert_str_eq(c->problem.extra,
	    "\"uses\":[{\"type\":\"page\",\"id\":7,\"slug\":null}]");
	ck_assert_int_eq(mag_media_change(&moved, c, id,
	    unit_json("{\"visibility\":\"private\"}")), MAG_CONFLICT);
	ck_assert_int_eq(mag_media_change(&moved, c, id,
	    unit_json("{\"folder\":\"/y\"}")), MAG_OK);
	ck_assert_int_eq(files(), 1);
}
END_TEST

START_TEST(other_bytes_take_the_place_of_the_old_ones)
{
	struct mag_record *r = create(picture(1), "{}"), *new;
	struct mag_str s = picture(2);
	struct mag_upload *u = upload(s.p, s.n);

	ck_assert_int_eq(mag_media_replace(&new, c, mag_record_id(r), u, "b.png"),
	    MAG_OK);
	mag_upload_free(u);
	ck_assert_str_eq(mag_text(new, "original_filename"), "b.png");
	ck_assert_str_ne(mag_media_path(new), mag_media_path(r));
	ck_assert_int_eq(files(), 1);
	ck_assert_str_eq(verify(), "");
	u = upload(paper, strlen(paper));
	ck_assert_int_eq(mag_media_replace(&new, c, mag_record_id(r), u, "b"),
	    MAG_INVALID);
	mag_upload_free(u);
	ck_assert_int_eq(files(), 1);
}
END_TEST

START_TEST(limits_hold_while_bytes_come_in)
{
	struct mag_upload *u;
	char piece[4096] = "";

	ck_assert_int_eq(mag_upload_begin(&u, c, 0), MAG_OK);
	ck_assert_int_eq(mag_upload_add(u, piece, sizeof(piece)), MAG_OK);
	ck_assert_int_eq(mag_upload_add(u, piece, 1), MAG_TOO_LARGE);
	mag_upload_free(u);
	/* More than any disk has. */
	ck_assert_int_eq(mag_upload_begin(&u, c, INT64_C(1) << 60),
	    MAG_UNAVAILABLE);
	ck_assert_ptr_null(u);
}
END_TEST

START_TEST(widths_never_exceed_the_picture)
{
	static const struct {
		int64_t		 width, want[MAG_RENDITIONS_MAX];
		size_t		 n;
	} cases[] = {
		{ 1, { 1 }, 1 }, { 320, { 320 }, 1 }, { 321, { 320, 321 }, 2 },
		{ 1200, { 320, 640, 1200 }, 3 },
		{ 1920, { 320, 640, 1280, 1920 }, 4 },
		{ 8000, { 320, 640, 1280, 1920 }, 4 }, { 0, { 0 }, 0 }
	};
	int64_t widths[MAG_RENDITIONS_MAX];
	size_t i, j;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_uint_eq(mag_rendition_widths(widths, cases[i].width),
		    cases[i].n);
		for (j = 0; j < cases[i].n; j++)
			ck_assert_int_eq(widths[j], cases[i].want[j]);
	}
}
END_TEST

/* One rendition of a job, with some bytes in it. */
static struct mag_rendition
rendition(void)
{
	struct mag_rendition made = { .width = 1, .height = 1 };

	ck_assert_int_eq(mag_rendition_open(&made, c), MAG_OK);
	ck_assert_int_eq(media_write(c, made.fd, "RIFF small", 10), MAG_OK);
	return made;
}

START_TEST(renditions_of_what_has_changed_meanwhile_are_dropped)
{
	struct mag_record *r = create(picture(1), "{}"), *moved;
	struct mag_rendition_job job;
	struct mag_rendition made;

	ck_assert_int_eq(mag_rendition_next(&job, c), MAG_OK);
	ck_assert_int_eq(job.id, mag_record_id(r));
	ck_assert_int_eq(mag_media_change(&moved, c, job.id,
	    unit_json("{\"visibility\":\"private\"}")), MAG_OK);
	made = rendition();
	ck_assert_int_eq(mag_rendition_done(c, &job, &made, 1), MAG_OK);
	mag_rendition_close(&made);
	ck_assert_int_eq(files(), 1);
	ck_assert_int_eq(mag_rendition_next(&job, c), MAG_NOT_FOUND);
}
END_TEST

START_TEST(renditions_show_and_go_with_their_medium)
{
	struct mag_record *r = create(picture(1), "{\"alt_text\":{\"en\":\"A\"}}");
	struct mag_rendition_job job;
	struct mag_rendition made = rendition();
	struct mag_media_view view;

	ck_assert_int_eq(mag_rendition_next(&job, c), MAG_OK);
	ck_assert_str_eq(mag_record_tag(c, r), "\"r1.0\"");
	ck_assert_int_eq(mag_rendition_done(c, &job, &made, 1), MAG_OK);
	mag_rendition_close(&made);
	ck_assert_str_eq(mag_record_tag(c, r), "\"r1.1\"");
	ck_assert_int_eq(mag_media_public(&view, c, job.id, "de"), MAG_OK);
	ck_assert_str_eq(view.alt, "A");
	ck_assert_int_eq(strncmp(view.url, "http://localhost/media/", 23), 0);
	ck_assert_ptr_nonnull(strstr(view.srcset, ".webp 1w"));
	ck_assert_int_eq(files(), 2);
	ck_assert_int_eq(mag_media_delete(c, job.id), MAG_OK);
	ck_assert_int_eq(files(), 0);
	ck_assert_int_eq(mag_media_public(&view, c, job.id, "de"),
	    MAG_NOT_FOUND);
}
END_TEST

/* A row and a file as an older program left them. */
static int64_t
older(const char *path, const char *visibility, const void *p, size_t n)
{
	FILE *f = fopen(unit_path(path), "w");

	ck_assert_ptr_nonnull(f);
	fwrite(p, 1, n, f);
	fclose(f);
	ck_assert_int_eq(unit_run(c->db, mag_printf(a, "INSERT INTO media_files"
	    " (filename, original_filename, file_path, file_size, mime_type,"
	    " file_hash, visibility) VALUES ('x', 'x', '%s', 1, 'image/png', '',"
	    " '%s')", path, visibility)), MAG_OK);
	return unit_number(c->db, "SELECT max(id) FROM media_files");
}

START_TEST(an_older_file_is_taken_in_and_stays_where_it_was)
{
	struct mag_str s = picture(1);
	int64_t id = older("old.png", "public", s.p, s.n);
	int64_t html = older("odd.png", "public", "<html>", 6);
	struct mag_record *r;

	ck_assert_int_eq(mag_media_adopt(c, id), MAG_OK);
	ck_assert_int_eq(mag_media_adopt(c, id), MAG_OK);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_media, id), MAG_OK);
	ck_assert_int_eq(strncmp(mag_media_path(r), "public/", 7), 0);
	ck_assert_int_eq(mag_int(r, "width"), 1);
	ck_assert_int_eq(access(unit_path("old.png"), F_OK), 0);
	ck_assert_int_eq(mag_media_adopt(c, html), MAG_OK);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_media, html), MAG_OK);
	ck_assert_int_eq(strncmp(mag_media_path(r), "private/", 8), 0);
	ck_assert_str_eq(mag_text(r, "mime_type"), "text/html");
	ck_assert_str_eq(verify(), "");
	ck_assert_int_eq(unlink(unit_path("old.png")), 0);
	ck_assert_str_eq(verify(), "");
}
END_TEST

START_TEST(an_older_file_that_is_missing_is_told_and_changes_nothing)
{
	int64_t id = older("gone.png", "public", "x", 1);
	struct mag_record *r;

	ck_assert_int_eq(unlink(unit_path("gone.png")), 0);
	ck_assert_int_eq(mag_media_adopt(c, id), MAG_NOT_FOUND);
	ck_assert_int_eq(mag_noun_get(&r, c, &mag_media, id), MAG_OK);
	ck_assert_str_eq(mag_media_path(r), "gone.png");
	ck_assert_ptr_nonnull(strstr(verify(), "gone.png is missing"));
	ck_assert_int_eq(mag_media_adopt(c, 999), MAG_NOT_FOUND);
}
END_TEST

Suite *
suite_media(void)
{
	Suite *s = suite_create("media");
	TCase *tc = unit_case(s, "media");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, an_upload_that_is_given_up_leaves_nothing);
	tcase_add_test(tc, a_stored_file_is_named_by_its_bytes_and_lies_there_once);
	tcase_add_test(tc, a_file_goes_with_the_last_row_that_speaks_of_it);
	tcase_add_test(tc, wrong_fields_leave_no_file);
	tcase_add_test(tc, a_file_that_the_database_refuses_goes_again);
	tcase_add_test(tc,
	    a_crash_before_the_row_leaves_a_file_that_the_purge_finds);
	tcase_add_test(tc, a_killed_process_leaves_no_nameless_file);
	tcase_add_test(tc, the_purge_leaves_alone_what_it_does_not_know);
	tcase_add_test(tc, a_medium_moves_between_the_trees_whole);
	tcase_add_test(tc, a_move_that_the_database_refuses_changes_nothing);
	tcase_add_test(tc, what_a_page_shows_is_neither_deleted_nor_hidden);
	tcase_add_test(tc, other_bytes_take_the_place_of_the_old_ones);
	tcase_add_test(tc, limits_hold_while_bytes_come_in);
	tcase_add_test(tc, widths_never_exceed_the_picture);
	tcase_add_test(tc, renditions_of_what_has_changed_meanwhile_are_dropped);
	tcase_add_test(tc, renditions_show_and_go_with_their_medium);
	tcase_add_test(tc, an_older_file_is_taken_in_and_stays_where_it_was);
	tcase_add_test(tc,
	    an_older_file_that_is_missing_is_told_and_changes_nothing);
	return s;
}
