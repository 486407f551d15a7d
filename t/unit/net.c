/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "unit.h"

/* As a socket sees it; false if it cannot be connected to at all. */
static bool
seen(struct mag_net *out, const char *text)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return mag_net_of(out, (const struct sockaddr *)&four);
	ck_assert_int_eq(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return mag_net_of(out, (const struct sockaddr *)&six);
}

static bool
is_public(const char *text)
{
	struct mag_net net;

	return seen(&net, text) && mag_net_public(&net);
}

START_TEST(addresses_of_the_internet_are_public)
{
	static const char *const good[] = {
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255",
		"128.0.0.0", "169.253.255.255", "169.255.0.0",
		"172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
		"192.169.0.0", "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "2606:4700::1111", "2a00:1450::1",
		"2001:4860:4860::8888", "2003::1",
	};
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(is_public(good[i]), "%s", good[i]);
}
END_TEST

START_TEST(addresses_within_are_not_public)
{
	static const char *const bad[] = {
		"0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255",
		"100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8",
		"192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
		"198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
		"239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
		"::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1",
		"64:ff9b:1::1", "100::1", "2001::1", "2001:20::1",
		"2001:db8::1", "2002:7f00:1::1", "3fff::1", "4000::1",
		"fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!is_public(bad[i]), "%s", bad[i]);
}
END_TEST

START_TEST(what_is_no_address_of_the_internet_is_refused)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct mag_net net;

	ck_assert(!mag_net_of(&net, (const struct sockaddr *)&un));
}
END_TEST

START_TEST(networks_are_read_strictly)
{
	static const char *const bad[] = {
		"", "/", "1.2.3", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1",
		"1.2.3.4/ 8", "1.2.3.4/0008", "01.2.3.4", "1.2.3.4 ",
		"::1/129", "::g", "localhost", "1.2.3.4/8/8",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/128",
	};
	struct mag_net net;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(!mag_net_parse(&net, bad[i], strlen(bad[i])),
		    "%s", bad[i]);
	ck_assert(!mag_net_parse(&net, "1.2.3.4\0/8", 10));
	ck_assert(mag_net_parse(&net, "1.2.3.4", 7));
	ck_assert_uint_eq(net.bits, 128);
	ck_assert(mag_net_parse(&net, "0.0.0.0/0", 9));
	ck_assert_uint_eq(net.bits, 96);
	ck_assert(mag_net_parse(&net, "2001:db8::/32", 13));
	ck_assert_uint_eq(net.bits, 32);
}
END_TEST

START_TEST(a_list_names_what_lies_in_its_networks)
{
	static const char list[] = "127.0.0.1,10.1.0.0/22, fd00::/9";
	static const struct {
		const char	*address;
		bool		 listed;
	} cases[] = {
		{ "127.0.0.1", true }, { "127.0.0.2", false },
		{ "10.1.3.255", true }, { "10.1.4.0", false },
		{ "fd7f::1", true }, { "fd80::1", false }, { "::1", false },
	};
	struct mag_net net;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ck_assert(seen(&net, cases[i].address));
		ck_assert_msg(mag_net_listed(&net, list) == cases[i].listed,
		    "%s", cases[i].address);
		ck_assert(!mag_net_listed(&net, NULL));
		ck_assert(!mag_net_listed(&net, ""));
	}
}
END_TEST

Suite *
suite_net(void)
{
	Suite *s = suite_create("net");
	TCase *t = unit_case(s, "net");

	tcase_add_test(t, addresses_of_the_internet_are_public);
	tcase_add_test(t, addresses_within_are_not_public);
	tcase_add_test(t, what_is_no_address_of_the_internet_is_refused);
	tcase_add_test(t, networks_are_read_strictly);
	tcase_add_test(t, a_list_names_what_lies_in_its_networks);
	return s;
}
