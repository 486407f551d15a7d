/* SPDX-License-Identifier: MIT */
/*
 * A request to a pool without nginx between: for whoever has put a program
 * there and wants to know whether it serves.  FastCGI by hand, for one
 * request: https://fastcgi-archives.github.io/FastCGI_Specification.html
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "command.h"

#define LIMIT_SECONDS	10
#define ANSWER_MAX	(64 * 1024)	/* of which all that matters begins */
#define RECORD_MAX	0xffff

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static void
add_record(struct mag_buf *b, int type, const char *p, size_t n)
{
	const char head[8] = { 1, (char)type, 0, 1, (char)(n >> 8), (char)n,
	    0, 0 };

	mag_buf_add(b, head, sizeof(head));
	mag_buf_add(b, p, n);
}

static void
add_param(struct mag_buf *b, const char *name, const char *value)
{
	size_t n = strlen(name), v = strlen(value);
	const char sizes[5] = { (char)n, (char)(v >> 24 | 0x80),
	    (char)(v >> 16), (char)(v >> 8), (char)v };

	mag_buf_add(b, sizes, sizeof(sizes));
	mag_buf_add(b, name, n);
	mag_buf_add(b, value, v);
}

static void
request(struct mag_buf *b, struct mag_arena *a, const char *path)
{
	static const char responder[8] = { 0, 1 };
	const char *query = strchr(path, '?');
	struct mag_buf params;

	mag_buf_init(&params, a, 512);
	add_param(&params, "REQUEST_METHOD", "GET");
	add_param(&params, "REQUEST_URI", path);
	add_param(&params, "QUERY_STRING", query == NULL ? "" : query + 1);
	add_param(&params, "REQUEST_SCHEME", "http");
	/* Not the address of anybody who is counted. */
	add_param(&params, "REMOTE_ADDR", "127.0.0.2");
	add_param(&params, "HTTP_HOST", "localhost");
	add_param(&params, "REQUEST_ID", "00000000000000000000000000000000");
	add_param(&params, "MAGNETIQ_SERVER", "app");
	mag_buf_init(b, a, 1024);
	add_record(b, BEGIN, responder, sizeof(responder));
	add_record(b, PARAMS, params.p, params.len);
	add_record(b, PARAMS, "", 0);
	add_record(b, STDIN, "", 0);
}

static int
connect_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval limit = { LIMIT_SECONDS, 0 };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path));
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
take(int fd, char *p, size_t n)
{
	ssize_t got;

	for (; n > 0; p += got, n -= (size_t)got)
		if ((got = recv(fd, p, n, 0)) <= 0)
			return false;
	return true;
}

/* The beginning of what the worker writes; false if it is not whole. */
static bool
answer(struct mag_buf *b, int fd)
{
	static char content[RECORD_MAX + 255];
	unsigned char head[8];
	size_t n;

	while (take(fd, (char *)head, sizeof(head))) {
		n = (size_t)head[4] << 8 | head[5];
		if (!take(fd, content, n + head[6]))
			return false;
		if (head[1] == STDOUT && b->len < ANSWER_MAX)
			mag_buf_add(b, content, n);
		if (head[1] == END)
			return true;
	}
	return false;
}

/* The answer, or false with a line said. */
static bool
ask(struct mag_buf *b, struct mag_arena *a, const char *socket_path,
    const char *path)
{
	struct mag_buf question;
	bool whole = false;
	int fd;

	mag_buf_init(b, a, 4096);
	request(&question, a, path);
	if ((fd = connect_socket(socket_path)) == -1) {
		say("magnetiq: %s: %s", socket_path, strerror(errno));
		return false;
	}
	if (send(fd, question.p, question.len, MSG_NOSIGNAL) ==
	    (ssize_t)question.len)
		whole = answer(b, fd);
	close(fd);
	if (!whole)
		say("magnetiq: %s gives no whole answer to %s", socket_path,
		    path);
	return whole;
}

bool
socket_says(struct command_state *s, const char *socket_path,
    const char *path, const char *text)
{
	struct mag_buf b;

	if (!ask(&b, s->a, socket_path, path))
		return false;
	mag_buf_addc(&b, '\0');
	return strstr(b.p, text) != NULL;
}

int
ask_socket(struct command_state *s, const char *socket_path,
    const char *path, const char *version)
{
	struct mag_buf b;
	int status = 0;

	if (!ask(&b, s->a, socket_path, path))
		return EXIT_FAILED;
	mag_buf_addc(&b, '\0');
	if (sscanf(b.p, "Status: %d", &status) != 1 || status < 200 ||
	    status > 399) {
		say("magnetiq: %s answers %d to %s", socket_path, status,
		    path);
		return EXIT_FAILED;
	}
	if (version != NULL && strstr(b.p, mag_printf(s->a,
	    "\"version\":\"%s\"", version)) == NULL) {
		say("magnetiq: %s is not version %s", socket_path, version);
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
