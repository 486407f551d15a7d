/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "params.h"

static struct fcgi_request r;

START_TEST(a_request_is_read_from_its_parameters)
{
	static const char *const envp[] = {
		"FCGI_ROLE=RESPONDER", "REQUEST_METHOD=POST",
		"REQUEST_URI=/a?b=c=d", "CONTENT_LENGTH=12",
		"HTTP_IF_NONE_MATCH=\"x\"", "HTTP_IF_MATCH=",
		"HTTP_RANGE=bytes=0-9",
		"HTTP_ACCESS_CONTROL_REQUEST_HEADERS=if-match",
		"HTTP_SOMETHING_THAT_NOBODY_READS_AND_THAT_HAS_A_NAME_LONGER_"
		    "THAN_ANY_OTHER=1", "=", "odd", "HTTP_HOST_=no",
		"MAGNETIQ_SERVER=api", NULL
	};

	params_read(&r, envp, 4096);
	ck_assert_str_eq(r.method, "POST");
	ck_assert_str_eq(r.uri, "/a?b=c=d");
	ck_assert_int_eq(r.length, 12);
	ck_assert_str_eq(r.if_none_match, "\"x\"");
	ck_assert_str_eq(r.if_match, "");
	ck_assert_str_eq(r.range, "bytes=0-9");
	ck_assert_str_eq(r.acr_headers, "if-match");
	ck_assert_str_eq(r.server, "api");
	ck_assert_ptr_null(r.host);
	ck_assert(!r.oversize);
}
END_TEST

START_TEST(what_the_server_left_out_is_empty_and_the_client_null)
{
	static const char *const envp[] = { NULL };

	params_read(&r, envp, 4096);
	ck_assert_str_eq(r.method, "");
	ck_assert_str_eq(r.uri, "");
	ck_assert_str_eq(r.content_type, "");
	ck_assert_str_eq(r.address, "");
	ck_assert_str_eq(r.request_id, "");
	ck_assert_str_eq(r.pool, "");
	ck_assert_ptr_null(r.authorization);
	ck_assert_ptr_null(r.cookie);
	ck_assert_int_eq(r.length, FCGI_LENGTH_NONE);
}
END_TEST

START_TEST(of_a_header_that_came_twice_the_first_counts)
{
	static const char *const envp[] = {
		"HTTP_AUTHORIZATION=one", "HTTP_AUTHORIZATION=two", NULL
	};

	params_read(&r, envp, 4096);
	ck_assert_str_eq(r.authorization, "one");
}
END_TEST

START_TEST(too_many_bytes_of_parameters_are_noticed)
{
	static const char *const envp[] = { "A=345678", "B=345678", NULL };

	params_read(&r, envp, 16);
	ck_assert(!r.oversize);
	params_read(&r, envp, 15);
	ck_assert(r.oversize);
}
END_TEST

START_TEST(a_length_is_made_of_digits)
{

	ck_assert_int_eq(params_length(""), FCGI_LENGTH_NONE);
	ck_assert_int_eq(params_length("0"), 0);
	ck_assert_int_eq(params_length("0012"), 12);
	ck_assert_int_eq(params_length("922337203685477579"),
	    922337203685477579);
	ck_assert_int_eq(params_length("9223372036854775807999"),
	    FCGI_LENGTH_BAD);
	ck_assert_int_eq(params_length("-1"), FCGI_LENGTH_BAD);
	ck_assert_int_eq(params_length("+1"), FCGI_LENGTH_BAD);
	ck_assert_int_eq(params_length("1 "), FCGI_LENGTH_BAD);
	ck_assert_int_eq(params_length("0x1"), FCGI_LENGTH_BAD);
	ck_assert_int_eq(params_length("1,1"), FCGI_LENGTH_BAD);
}
END_TEST

Suite *
suite_params(void)
{
	Suite *s = suite_create("params");
	TCase *tc = unit_case(s, "params");

	tcase_add_test(tc, a_request_is_read_from_its_parameters);
	tcase_add_test(tc,
	    what_the_server_left_out_is_empty_and_the_client_null);
	tcase_add_test(tc, of_a_header_that_came_twice_the_first_counts);
	tcase_add_test(tc, too_many_bytes_of_parameters_are_noticed);
	tcase_add_test(tc, a_length_is_made_of_digits);
	return s;
}
