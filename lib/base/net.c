/* SPDX-License-Identifier: MIT */
/* Addresses and networks, and which of them are public. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <magnetiq/conf.h>
#include <magnetiq/net.h>

#define MAPPED_BITS	96	/* before the IPv4 address in ::ffff:0:0/96 */

/* IPv4 that is not for everybody; with the registry's name for it. */
static const char *const inside[] = {
	"0.0.0.0/8",		/* this host on this network */
	"10.0.0.0/8",		/* private use */
	"100.64.0.0/10",	/* shared address space of providers */
	"127.0.0.0/8",		/* loopback */
	"169.254.0.0/16",	/* link local: also clouds' metadata */
	"172.16.0.0/12",	/* private use */
	"192.0.0.0/24",		/* IETF protocol assignments */
	"192.0.2.0/24",		/* documentation */
	"192.88.99.0/24",	/* 6to4 relay anycast */
	"192.168.0.0/16",	/* private use */
	"198.18.0.0/15",	/* benchmarking */
	"198.51.100.0/24",	/* documentation */
	"203.0.113.0/24",	/* documentation */
	"224.0.0.0/4",		/* multicast */
	"240.0.0.0/4",		/* reserved, and broadcast */
};
/* Of IPv6 only 2000::/3 is given out, and of that not these. */
static const char global[] = "2000::/3";
static const char *const special[] = {
	"2001::/23",		/* IETF protocol assignments: Teredo, ORCHID */
	"2001:db8::/32",	/* documentation */
	"2002::/16",		/* 6to4: an IPv4 address within */
	"3fff::/20",		/* documentation */
};

static void
from_ipv4(struct mag_net *out, const void *four)
{

	memset(out->address, 0, 10);
	memset(out->address + 10, 0xff, 2);
	memcpy(out->address + 12, four, 4);
	out->bits = 128;
}

/* The number after the slash; false if there is something else. */
static bool
read_bits(unsigned *out, const char *text, unsigned most)
{
	size_t n = strlen(text);

	if (n == 0 || n > 3 || strspn(text, "0123456789") != n)
		return false;
	*out = (unsigned)strtoul(text, NULL, 10);
	return *out <= most;
}

bool
mag_net_parse(struct mag_net *out, const char *p, size_t n)
{
	char text[INET6_ADDRSTRLEN + 4], *slash;
	struct in_addr four;
	unsigned bits;

	if (n >= sizeof(text))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	if (strlen(text) != n)
		return false;
	if ((slash = strchr(text, '/')) != NULL)
		*slash++ = '\0';
	if (inet_pton(AF_INET, text, &four) == 1) {
		from_ipv4(out, &four);
		bits = 32;
		if (slash != NULL && !read_bits(&bits, slash, 32))
			return false;
		out->bits = MAPPED_BITS + bits;
		return true;
	}
	out->bits = 128;
	return inet_pton(AF_INET6, text, out->address) == 1 &&
	    (slash == NULL || read_bits(&out->bits, slash, 128));
}

bool
mag_net_of(struct mag_net *out, const struct sockaddr *sa)
{
	const struct in6_addr *six;

	if (sa->sa_family == AF_INET) {
		from_ipv4(out, &((const struct sockaddr_in *)
		    (const void *)sa)->sin_addr);
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	six = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	memcpy(out->address, six, sizeof(out->address));
	out->bits = 128;
	return !IN6_IS_ADDR_V4MAPPED(six);
}

static bool
within(const struct mag_net *one, const struct mag_net *network)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;
	unsigned mask = 0xff00u >> rest & 0xff;

	return one->bits >= network->bits &&
	    memcmp(one->address, network->address, whole) == 0 &&
	    (rest == 0 || ((one->address[whole] ^ network->address[whole]) &
	    mask) == 0);
}

bool
mag_net_listed(const struct mag_net *one, const char *list)
{
	struct mag_net network;
	size_t n;

	for (; list != NULL && *list != '\0'; list += n) {
		list += strspn(list, ", ");
		n = strcspn(list, ", ");
		if (n > 0 && mag_net_parse(&network, list, n) &&
		    within(one, &network))
			return true;
	}
	return false;
}

static bool
in_any(const struct mag_net *one, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (mag_net_listed(one, list[i]))
			return true;
	return false;
}

bool
mag_net_public(const struct mag_net *one)
{

	if (mag_net_listed(one, "::ffff:0:0/96"))
		return !in_any(one, inside, sizeof(inside) / sizeof(*inside));
	return mag_net_listed(one, global) &&
	    !in_any(one, special, sizeof(special) / sizeof(*special));
}

bool
mag_net_url(const struct mag_conf *conf, const char *url)
{

	return strncasecmp(url, "https://", 8) == 0 ||
	    (conf->egress_allow != NULL &&
	    strncasecmp(url, "http://", 7) == 0);
}
