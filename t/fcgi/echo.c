/* SPDX-License-Identifier: MIT */
/*
 * A responder for tests of fcgi.c: says what it got.
 *
 *	/				method, length and hash of the body
 *	/ignore				answers without reading the body
 *	/large				16 MiB of answer
 *	/grow				keeps 128 MiB more
 *	/nothing			writes nothing
 * ECHO_REQUESTS and ECHO_MEMORY (KiB) are its quotas.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/arena.h>
#include <magnetiq/rand.h>

#include "fcgi.h"

#define LARGE	(16 * 1024 * 1024)

static void
answer(struct fcgi_io *io, const char *status, const char *body)
{
	char head[128];
	int n;

	n = snprintf(head, sizeof(head), "Status: %s\r\nContent-Type: text/"
	    "plain\r\nContent-Length: %zu\r\n\r\n", status, strlen(body));
	(void)fcgi_send(io, head, (size_t)n, body, strlen(body));
}

static void
large(struct fcgi_io *io)
{
	static char page[LARGE];
	char head[128];
	int n;

	memset(page, 'x', sizeof(page));
	n = snprintf(head, sizeof(head), "Status: 200 OK\r\nContent-Type: text/"
	    "plain\r\nContent-Length: %d\r\n\r\n", LARGE);
	if (!fcgi_send(io, head, (size_t)n, page, sizeof(page)))
		fprintf(stderr, "the peer did not take it\n");
}

static void
echo(struct fcgi_io *io, const struct fcgi_request *r)
{
	char buf[16 * 1024], text[256];
	uint8_t hash[MAG_SHA256];
	int64_t all = 0;
	struct mag_sha sha;
	ssize_t n;
	size_t i;
	int at;

	mag_sha_init(&sha);
	while ((n = fcgi_read(io, buf, sizeof(buf))) > 0) {
		mag_sha_add(&sha, buf, (size_t)n);
		all += n;
	}
	if (n < 0) {
		answer(io, "400 Bad Request", "broken\n");
		return;
	}
	mag_sha_end(&sha, hash);
	at = snprintf(text, sizeof(text), "%.20s %lld ", r->method,
	    (long long)all);
	for (i = 0; i < sizeof(hash); i++)
		at += snprintf(text + at, 3, "%02x", hash[i]);
	snprintf(text + at, sizeof(text) - (size_t)at, " %s\n",
	    r->user_agent == NULL ? "-" : r->user_agent);
	answer(io, "200 OK", text);
}

static char grown[8 * LARGE];

static void
handle(struct fcgi_io *io, const struct fcgi_request *r, void *arg)
{
	(void)arg;
	if (r->oversize || r->length == FCGI_LENGTH_BAD) {
		answer(io, r->oversize ? "431 Too Large" : "400 Bad Request",
		    "refused\n");
	} else if (strcmp(r->uri, "/ignore") == 0) {
		answer(io, "413 Payload Too Large", "ignored\n");
	} else if (strcmp(r->uri, "/large") == 0) {
		large(io);
	} else if (strcmp(r->uri, "/grow") == 0) {
		memset(grown, 'x', sizeof(grown));
		answer(io, "200 OK", "grown\n");
	} else if (strcmp(r->uri, "/nothing") != 0) {
		echo(io, r);
	}
}

static unsigned
quota(const char *name)
{
	const char *s = getenv(name);

	return s == NULL ? 0 : (unsigned)strtoul(s, NULL, 10);
}

int
main(void)
{
	struct fcgi_service s;

	if (mag_crypto_init() != MAG_OK)
		return 1;
	memset(&s, 0, sizeof(s));
	s.handle = handle;
	s.max_requests = quota("ECHO_REQUESTS");
	s.max_memory_kib = quota("ECHO_MEMORY");
	return fcgi_loop(&s);
}
