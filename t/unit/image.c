/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

static struct mag_str
slurp(const char *name)
{
	char *path = mag_printf(a, "%s/t/%s", SRCDIR, name);
	FILE *f = fopen(path, "rb");
	struct mag_buf b;
	char piece[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s", path);
	mag_buf_init(&b, a, 0);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		mag_buf_add(&b, piece, n);
	fclose(f);
	return (struct mag_str){ b.p, b.len };
}

static struct mag_str
sample(const char *name)
{

	return slurp(mag_printf(a, "fuzz/corpus/image/%s", name));
}

static enum mag_status
add(void *arg, const void *p, size_t n)
{

	mag_buf_add(arg, p, n);
	return MAG_OK;
}

static struct mag_str
strip(struct mag_str s)
{
	struct mag_buf b;

	mag_buf_init(&b, a, s.n);
	ck_assert_int_eq(mag_image_strip(s.p, s.n, add, &b), MAG_OK);
	return (struct mag_str){ b.p, b.len };
}

static bool
holds(struct mag_str s, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, word, n) == 0)
			return true;
	return false;
}

START_TEST(the_four_kinds_of_pictures_are_known_by_their_bytes)
{
	static const struct {
		const char	*file, *type;
	} kinds[] = {
		{ "jpeg", "image/jpeg" }, { "png", "image/png" },
		{ "gif", "image/gif" }, { "webp", "image/webp" },
		{ "webp-exif", "image/webp" }
	};
	struct mag_image image;
	struct mag_str s;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		s = sample(kinds[i].file);
		ck_assert(mag_image_read(&image, s.p, s.n));
		ck_assert_str_eq(image.type, kinds[i].type);
		ck_assert_int_eq(image.width, 64);
		ck_assert_int_eq(image.height, 48);
		ck_assert(!image.animated && image.orientation == 1);
		ck_assert_str_eq(mag_file_type(a, s.p, s.n), kinds[i].type);
	}
}
END_TEST

START_TEST(a_turned_photograph_has_the_size_that_is_seen)
{
	struct mag_str s = slurp("fixtures/photo.jpg");
	struct mag_image image;

	ck_assert(mag_image_read(&image, s.p, s.n));
	ck_assert_int_eq(image.orientation, 6);
	ck_assert_int_eq(image.width, 1200);
	ck_assert_int_eq(image.height, 1600);
}
END_TEST

START_TEST(the_beginning_of_a_picture_is_none_until_its_picture_begins)
{
	static const char *const files[] = { "jpeg", "png", "gif", "webp-exif" };
	struct mag_image image;
	struct mag_str s;
	char *copy;
	size_t i, n, sound;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		s = sample(files[i]);
		for (sound = n = 0; n <= s.n; n++) {
			/* In memory of its own, so that no read passes it. */
			copy = malloc(n + 1);
			memcpy(copy, s.p, n);
			sound += mag_image_read(&image, copy, n);
			ck_assert(n >= 14 || sound == 0);
			free(copy);
		}
		ck_assert_uint_gt(sound, 0);
	}
}
END_TEST

START_TEST(a_photograph_keeps_its_picture_and_which_way_is_up)
{
	static const char *const told[] = {
		"Anna", "Nordlicht", "2026:05", "adobe", "8BIM", "CREATOR"
	};
	struct mag_str s = slurp("fixtures/photo.jpg"), left = strip(s), twice;
	struct mag_image image;
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		ck_assert_msg(holds(s, told[i]), "%s", told[i]);
		ck_assert_msg(!holds(left, told[i]), "%s", told[i]);
	}
	ck_assert(mag_image_read(&image, left.p, left.n));
	ck_assert_int_eq(image.orientation, 6);
	ck_assert_int_eq(image.width, 1200);
	twice = strip(left);
	ck_assert_uint_eq(twice.n, left.n);
	ck_assert_int_eq(memcmp(twice.p, left.p, left.n), 0);
}
END_TEST

START_TEST(a_second_picture_behind_a_photograph_goes_if_it_tells)
{
	struct mag_str s = sample("jpeg"), left;
	struct mag_buf b;

	mag_buf_init(&b, a, 0);
	mag_buf_add(&b, s.p, s.n);
	mag_buf_adds(&b, "plain bytes");
	left = strip((struct mag_str){ b.p, b.len });
	ck_assert(holds(left, "plain bytes"));
	mag_buf_add(&b, "\xff\xd8\xff\xe1 Exif\0\0", 12);
	left = strip((struct mag_str){ b.p, b.len });
	ck_assert(!holds(left, "plain bytes") && !holds(left, "Exif"));
}
END_TEST

START_TEST(a_webp_without_exif_says_so_in_its_head)
{
	struct mag_str s = sample("webp-exif"), left = strip(s);
	struct mag_image image;
	uint32_t size;

	ck_assert(holds(s, "Anna") && holds(s, "XMP "));
	ck_assert(!holds(left, "Anna") && !holds(left, "XMP "));
	ck_assert(mag_image_read(&image, left.p, left.n));
	memcpy(&size, left.p + 4, 4);
	ck_assert_uint_eq(size + 8, left.n);
	ck_assert_int_eq(left.p[20] & 0x0c, 0);
}
END_TEST

START_TEST(a_gif_moves_on_without_its_comments)
{
	struct mag_str s = sample("gif-comment"), left = strip(s), cut;
	struct mag_image image;
	struct mag_buf b;

	ck_assert(holds(s, "Anna") && holds(s, "XMP Data"));
	ck_assert(!holds(left, "Anna") && !holds(left, "XMP Data"));
	ck_assert(holds(left, "NETSCAPE2.0"));
	ck_assert_int_eq(left.p[left.n - 1], ';');
	ck_assert(mag_image_read(&image, left.p, left.n) && image.animated);
	/* What breaks off in the middle of its picture is left alone. */
	cut = strip((struct mag_str){ left.p, left.n - 4 });
	ck_assert_uint_eq(cut.n, left.n - 4);
	mag_buf_init(&b, a, 0);
	mag_buf_add(&b, left.p, left.n);
	mag_buf_add(&b, "Exif\0", 6);
	ck_assert_uint_eq(strip((struct mag_str){ b.p, b.len }).n, left.n);
}
END_TEST

START_TEST(what_tells_nothing_comes_out_as_it_is)
{
	static const char *const files[] = { "png", "gif", "webp" };
	struct mag_str s, left;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		s = sample(files[i]);
		left = strip(s);
		ck_assert_uint_eq(left.n, s.n);
		ck_assert_int_eq(memcmp(left.p, s.p, s.n), 0);
	}
}
END_TEST

START_TEST(a_picture_in_name_only_has_no_known_type)
{
	static const struct {
		const char	*bytes, *type;
		size_t		 n;
	} files[] = {
		{ "\xff\xd8\xff\xe0 and so on", "application/octet-stream", 16 },
		{ "\x89PNG\r\n\x1a\n and so on", "application/octet-stream", 18 },
		{ "%PDF-1.7\n", "application/pdf", 9 },
		{ "<!DOCTYPE html><html>", "text/html", 21 },
		{ "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 41 },
		{ "words and words\n", "text/plain", 16 },
		{ "", "application/octet-stream", 0 }
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		ck_assert_str_eq(mag_file_type(a, files[i].bytes, files[i].n),
		    files[i].type);
}
END_TEST

START_TEST(what_a_browser_may_run_is_active)
{

	ck_assert(mag_file_active("text/html"));
	ck_assert(mag_file_active("image/svg+xml"));
	ck_assert(mag_file_active("application/xhtml+xml"));
	ck_assert(mag_file_active("text/xml"));
	ck_assert(!mag_file_active("image/png"));
	ck_assert(!mag_file_active("application/vnd.openxmlformats-"
	    "officedocument.wordprocessingml.document"));
	ck_assert_str_eq(mag_file_ending("image/jpeg"), "jpg");
	ck_assert_str_eq(mag_file_ending("application/x-odd"), "bin");
}
END_TEST

Suite *
suite_image(void)
{
	Suite *s = suite_create("image");
	TCase *tc = unit_case(s, "image");

	tcase_add_test(tc, the_four_kinds_of_pictures_are_known_by_their_bytes);
	tcase_add_test(tc, a_turned_photograph_has_the_size_that_is_seen);
	tcase_add_test(tc,
	    the_beginning_of_a_picture_is_none_until_its_picture_begins);
	tcase_add_test(tc, a_photograph_keeps_its_picture_and_which_way_is_up);
	tcase_add_test(tc, a_second_picture_behind_a_photograph_goes_if_it_tells);
	tcase_add_test(tc, a_webp_without_exif_says_so_in_its_head);
	tcase_add_test(tc, a_gif_moves_on_without_its_comments);
	tcase_add_test(tc, what_tells_nothing_comes_out_as_it_is);
	tcase_add_test(tc, a_picture_in_name_only_has_no_known_type);
	tcase_add_test(tc, what_a_browser_may_run_is_active);
	return s;
}
