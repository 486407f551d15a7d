/* SPDX-License-Identifier: MIT */
/*
 * Asking for TXT records, by the resolver of the C library.
 *
 * Only by UDP: the resolver's TCP has no limit of time, and a silent server
 * must not hold up whoever asks.
 */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "txt.h"

#define ANSWER_MAX	4096	/* three times what the resolver says it takes */
#define SECONDS		2	/* for a server to answer */
#define TRIES		2
#define SERVERS		2	/* of the system's; each has its seconds */

/* A record is strings of up to 255 bytes, each behind its length. */
static const char *
joined(struct mag_arena *a, const unsigned char *p, size_t n)
{
	char *text = mag_alloc(a, n + 1), *to = text;
	size_t i = 0, end;

	while (i < n) {
		end = i + 1 + p[i];
		if (end > n)
			return NULL;
		for (i++; i < end; i++)
			*to++ = p[i] >= ' ' && p[i] < 0x7f ? (char)p[i] : '?';
	}
	*to = '\0';
	return text;
}

const char **
txt_read(struct mag_arena *a, const unsigned char *p, size_t n)
{
	const char **list = mag_alloc(a, (TXT_MAX + 1) * sizeof(*list));
	size_t count = 0;
	ns_msg m;
	ns_rr rr;
	int i;

	if (n > ANSWER_MAX || ns_initparse(p, (int)n, &m) == -1 ||
	    ns_msg_getflag(m, ns_f_tc))
		return NULL;
	for (i = 0; i < ns_msg_count(m, ns_s_an) && count < TXT_MAX; i++) {
		if (ns_parserr(&m, ns_s_an, i, &rr) == -1)
			return NULL;
		if (ns_rr_type(rr) != ns_t_txt || ns_rr_class(rr) != ns_c_in)
			continue;
		list[count] = joined(a, ns_rr_rdata(rr), ns_rr_rdlen(rr));
		if (list[count++] == NULL)
			return NULL;
	}
	list[count] = NULL;
	return list;
}

/* The setting has been read: it is an address, a colon and a port. */
static void
use(res_state r, struct mag_arena *a, const char *server)
{
	size_t n = strcspn(server, ":");
	struct sockaddr_in to = { .sin_family = AF_INET };

	to.sin_port = htons((uint16_t)strtol(server + n + 1, NULL, 10));
	if (inet_pton(AF_INET, mag_dup(a, server, n), &to.sin_addr) != 1)
		return;
	r->nsaddr_list[0] = to;
	r->nscount = 1;
}

const char **
txt_ask(struct mag_arena *a, const char *server, const char *name)
{
	unsigned char answer[ANSWER_MAX];
	const char **list = NULL;
	struct __res_state r;
	int n;

	memset(&r, 0, sizeof(r));
	if (res_ninit(&r) == -1)
		return NULL;
	if (server != NULL)
		use(&r, a, server);
	if (r.nscount > SERVERS)
		r.nscount = SERVERS;
	r.retrans = SECONDS;
	r.retry = TRIES;
	r.options &= ~(unsigned long)RES_USEVC;
	r.options |= RES_IGNTC | RES_USE_EDNS0;
	n = res_nquery(&r, name, ns_c_in, ns_t_txt, answer, sizeof(answer));
	if (n >= 0)
		list = txt_read(a, answer, (size_t)n < sizeof(answer) ?
		    (size_t)n : sizeof(answer));
	else if (r.res_h_errno == HOST_NOT_FOUND || r.res_h_errno == NO_DATA)
		list = mag_alloc(a, sizeof(*list));	/* there is none */
	res_nclose(&r);
	return list;
}
