/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "unit.h"

#include "http/multipart.h"

#define TYPE	"multipart/form-data; boundary=XyZ"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"

/* What a body was read as: `<name|filename|type>data</>` for each part. */
static struct mag_buf seen;
static enum mag_status refuse;		/* what data() answers */

static enum mag_status
begin(void *arg, const struct multipart_part *p)
{

	(void)arg;
	mag_buf_addf(&seen, "<%s|%s|%s>", p->name,
	    p->filename == NULL ? "-" : p->filename, p->type);
	return MAG_OK;
}

static enum mag_status
data(void *arg, const char *p, size_t n)
{

	(void)arg;
	ck_assert_uint_gt(n, 0);
	mag_buf_add(&seen, p, n);
	return refuse;
}

static enum mag_status
end(void *arg)
{

	(void)arg;
	mag_buf_adds(&seen, "</>");
	return MAG_OK;
}

static const struct multipart_handler handler = { begin, data, end };

/* Read a body in pieces of ${step} bytes. */
static enum mag_status
feed(const char *body, size_t n, size_t step)
{
	struct multipart *m;
	size_t i;

	mag_buf_init(&seen, a, 0);
	ck_assert_int_eq(multipart_new(&m, a, TYPE, &handler, NULL), MAG_OK);
	for (i = 0; i < n; i += step)
		(void)!multipart_push(m, body + i, n - i < step ? n - i : step);
	return multipart_end(m);
}

static enum mag_status
read_body(const char *body)
{

	return feed(body, strlen(body), strlen(body) + 1);
}

static const char whole[] =
    "--XyZ\r\n" NAMED("title") "\r\nHello\r\n"
    "--XyZ\r\n" NAMED("empty") "\r\n\r\n"
    "--XyZ\r\n"
    "content-disposition: form-data; name=file; filename=\"\xc3\xa4.jpg\"\r\n"
    "Content-Type: image/jpeg\r\n\r\n"
    "\r\n--Xy\r\r\n\r\n--XYZ--\r\n-\r\n"
    "--XyZ--\r\n";
static const char want[] =
    "<title|-|text/plain>Hello</><empty|-|text/plain></>"
    "<file|\xc3\xa4.jpg|image/jpeg>"
    "\r\n--Xy\r\r\n\r\n--XYZ--\r\n-</>";

START_TEST(a_body_reads_the_same_however_it_is_split)
{
	size_t step;

	for (step = 1; step <= strlen(whole); step++) {
		ck_assert_int_eq(feed(whole, strlen(whole), step), MAG_OK);
		ck_assert_str_eq(seen.p, want);
	}
}
END_TEST

START_TEST(a_body_may_be_cut_nowhere_before_its_end)
{
	size_t n;

	for (n = 0; n < strlen(whole) - 2; n++)
		ck_assert_int_eq(feed(whole, n, 7), MAG_MALFORMED);
	ck_assert_int_eq(feed(whole, n, 7), MAG_OK);
}
END_TEST

START_TEST(what_stands_around_the_parts_is_ignored)
{

	ck_assert_int_eq(read_body("For old mail readers.\r\n"
	    "--XyZ\r\n" NAMED("a") "\r\nb\r\n--XyZ--\r\nmore\r\n--XyZ\r\n"),
	    MAG_OK);
	ck_assert_str_eq(seen.p, "<a|-|text/plain>b</>");
	ck_assert_int_eq(read_body("--XyZ--\r\n"), MAG_OK);
	ck_assert_str_eq(seen.p, "");
}
END_TEST

START_TEST(any_byte_may_stand_in_a_part)
{
	char body[1024];
	int i, n;

	n = snprintf(body, sizeof(body), "--XyZ\r\n" NAMED("a") "\r\n");
	for (i = 0; i < 256; i++)
		body[n++] = (char)i;
	n += snprintf(body + n, sizeof(body) - (size_t)n, "\r\n--XyZ--");
	ck_assert_int_eq(feed(body, (size_t)n, 10), MAG_OK);
	ck_assert_uint_eq(seen.len, 16 + 256 + 3);
}
END_TEST

START_TEST(a_file_name_may_come_in_each_of_the_usual_ways)
{
	static const struct { const char *param, *name; } cases[] = {
		{ "filename=\"\"", "" },
		{ "filename=plain.txt", "plain.txt" },
		{ "filename=\"a \\\"b\\\".txt\"", "a \"b\".txt" },
		{ "filename=\"C:\\x\\y.txt\"", "C:\\x\\y.txt" },
		{ "filename=\"\xe2\x82\xac.txt\"", "\xe2\x82\xac.txt" },
		{ "filename=\"x.txt\"; filename*=UTF-8''%e2%82%ac.txt",
		    "\xe2\x82\xac.txt" },
	};
	struct mag_buf b;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mag_buf_init(&b, a, 0);
		mag_buf_addf(&b, "--XyZ\r\nContent-Disposition: form-data; "
		    "name=\"f\"; %s\r\n\r\nx\r\n--XyZ--", cases[i].param);
		ck_assert_int_eq(read_body(b.p), MAG_OK);
		ck_assert_str_eq(seen.p, mag_printf(a,
		    "<f|%s|text/plain>x</>", cases[i].name));
	}
}
END_TEST

START_TEST(a_broken_body_is_malformed)
{
	static const char *const bad[] = {
		"", "x", "--XyZ", "--XyZ\r\n", "--XyZ-", "--XyZ\n",
		/* Blanks, a lone LF or more letters after a delimiter. */
		"--XyZ \r\n" NAMED("a") "\r\nb\r\n--XyZ--",
		"--XyZ\n" NAMED("a") "\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") "\r\nb\r\n--XyZa\r\n",
		"--XyZ\r\n" NAMED("a") "\r\nb\n--XyZ--",
		/* No headers, no name, no colon, a name twice, folding. */
		"--XyZ\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\nContent-Type: a/b\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: file; name=a\r\n\r\n\r\n--XyZ--",
		"--XyZ\r\n" NAMED("") "\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") NAMED("b") "\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") "Odd\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") ": x\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") " folded: x\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a") "X: a\nb\r\n\r\nb\r\n--XyZ--",
		/* Encodings that we do not undo; names that are no text. */
		"--XyZ\r\n" NAMED("a") "Content-Transfer-Encoding: base64\r\n"
		    "\r\nYg==\r\n--XyZ--",
		"--XyZ\r\n" NAMED("\xff") "\r\nb\r\n--XyZ--",
		"--XyZ\r\n" NAMED("a\x01") "\r\nb\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=a; "
		    "filename*=UTF-8''%ff\r\n\r\nb\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: form-data; name=a; "
		    "filename*=UTF-8''a%0d\r\n\r\nb\r\n--XyZ--",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(read_body(bad[i]) == MAG_MALFORMED, "%s", bad[i]);
		ck_assert_msg(feed(bad[i], strlen(bad[i]), 1) == MAG_MALFORMED,
		    "%s", bad[i]);
	}
}
END_TEST

START_TEST(headers_and_parts_have_a_limit)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 0);
	mag_buf_adds(&b, "--XyZ\r\n" NAMED("a"));
	for (i = 0; i < MAG_PART_HEADER_MAX / 10; i++)
		mag_buf_adds(&b, "X: 3456\r\n");
	mag_buf_adds(&b, "\r\nb\r\n--XyZ--");
	ck_assert_uint_lt(b.len, MAG_PART_HEADER_MAX);
	ck_assert_int_eq(read_body(b.p), MAG_OK);

	mag_buf_init(&b, a, 0);
	mag_buf_adds(&b, "--XyZ\r\n" NAMED("a"));
	for (i = 0; i < MAG_PART_HEADER_MAX / 8; i++)
		mag_buf_adds(&b, "X: 3456\r\n");
	mag_buf_adds(&b, "\r\nb\r\n--XyZ--");
	ck_assert_int_eq(read_body(b.p), MAG_MALFORMED);
	ck_assert_uint_eq(seen.len, 0);

	mag_buf_init(&b, a, 0);
	for (i = 0; i < MAG_PARTS_MAX; i++)
		mag_buf_adds(&b, "--XyZ\r\n" NAMED("a") "\r\nb\r\n");
	ck_assert_int_eq(read_body(mag_printf(a, "%s--XyZ--", b.p)), MAG_OK);
	mag_buf_adds(&b, "--XyZ\r\n" NAMED("a") "\r\nb\r\n--XyZ--");
	ck_assert_int_eq(read_body(b.p), MAG_MALFORMED);
}
END_TEST

START_TEST(what_a_handler_answers_ends_the_reading)
{

	refuse = MAG_TOO_LARGE;
	ck_assert_int_eq(read_body(whole), MAG_TOO_LARGE);
	refuse = MAG_OK;
	ck_assert_str_eq(seen.p, "<title|-|text/plain>Hello");
}
END_TEST

START_TEST(only_form_data_with_a_boundary_is_read)
{
	static const struct { const char *type; enum mag_status st; } cases[] = {
		{ TYPE, MAG_OK },
		{ "Multipart/Form-Data;boundary=\"a b'()+_,-./:=?\"", MAG_OK },
		{ "multipart/form-data; boundary=----WebKit01; charset=utf-8",
		    MAG_OK },
		{ "multipart/form-data", MAG_MALFORMED },
		{ "multipart/form-data; boundary=\"\"", MAG_MALFORMED },
		{ "multipart/form-data; boundary=\"a \"", MAG_MALFORMED },
		{ "multipart/form-data; boundary=\"a\xc3\xa4\"", MAG_MALFORMED },
		{ "multipart/form-data; boundary=\"a;b\"", MAG_MALFORMED },
		{ "multipart/form-data; boundary=123456789012345678901234567890"
		    "1234567890123456789012345678901234567890", MAG_OK },
		{ "multipart/form-data; boundary=123456789012345678901234567890"
		    "12345678901234567890123456789012345678901", MAG_MALFORMED },
		{ "multipart/mixed; boundary=a", MAG_UNSUPPORTED },
		{ "application/json", MAG_UNSUPPORTED },
		{ "", MAG_UNSUPPORTED },
	};
	struct multipart *m;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(multipart_new(&m, a, cases[i].type, &handler,
		    NULL) == cases[i].st, "%s", cases[i].type);
		ck_assert_int_eq(m != NULL, cases[i].st == MAG_OK);
	}
}
END_TEST

Suite *
suite_http_multipart(void)
{
	Suite *s = suite_create("http_multipart");
	TCase *tc = unit_case(s, "multipart");

	tcase_add_test(tc, a_body_reads_the_same_however_it_is_split);
	tcase_add_test(tc, a_body_may_be_cut_nowhere_before_its_end);
	tcase_add_test(tc, what_stands_around_the_parts_is_ignored);
	tcase_add_test(tc, any_byte_may_stand_in_a_part);
	tcase_add_test(tc, a_file_name_may_come_in_each_of_the_usual_ways);
	tcase_add_test(tc, a_broken_body_is_malformed);
	tcase_add_test(tc, headers_and_parts_have_a_limit);
	tcase_add_test(tc, what_a_handler_answers_ends_the_reading);
	tcase_add_test(tc, only_form_data_with_a_boundary_is_read);
	return s;
}
