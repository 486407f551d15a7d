/* SPDX-License-Identifier: MIT */
/* Requests in, answers out: the accept loop, bodies and answers; see fcgi.h. */
#define _GNU_SOURCE		/* accept4 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include <magnetiq/clock.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>

#include "deadline.h"
#include "fcgi.h"
#include "params.h"

#define LINGER_US	2000000	/* for a body that nobody wanted to read */
#define PATIENCE_MS	"100"	/* libfcgi's, with a peer that is broken */
#define LISTEN_FD	3	/* SD_LISTEN_FDS_START */
#define MEMORY_EVERY	64	/* requests between two looks at our size */

extern char **environ;

struct fcgi_io {
	FCGX_Request	 r;
	bool		 cgi;
	int64_t		 left;		/* bytes of the body still to come */
	enum { COMING, WHOLE, BROKEN } body;
	bool		 ended;		/* the answer is complete */
	bool		 failed;	/* the peer does not take it */
};

static volatile sig_atomic_t stop;
static int null_fd = -1;
static sigset_t open_mask, stop_set;

/* ---- being told to end ---- */

/*
 * A signal that arrives between the last look at `stop` and accept() would be
 * lost; but then fd 0 is no socket any more, and accept() fails at once.
 */
static void
on_stop(int sig)
{
	int error = errno;

	(void)sig;
	stop = 1;
	(void)dup2(null_fd, STDIN_FILENO);
	errno = error;
}

bool
fcgi_stopping(void)
{

	return stop != 0;
}

/*
 * The three signals are blocked except inside accept(), so that none can cut
 * a read or a transaction in two.  No SA_RESTART: accept() must return.
 */
static void
signals(void)
{
	static const int stops[] = { SIGTERM, SIGUSR1, SIGUSR2 };
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_stop;
	sigemptyset(&sa.sa_mask);
	sigemptyset(&stop_set);
	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		sigaddset(&stop_set, stops[i]);
		(void)sigaction(stops[i], &sa, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigprocmask(SIG_BLOCK, NULL, &open_mask);

	/* Whoever started us may have had them blocked, and the timer's too. */
	for (i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		sigdelset(&open_mask, stops[i]);
	sigdelset(&open_mask, SIGALRM);
	(void)sigprocmask(SIG_SETMASK, &open_mask, NULL);
	(void)sigprocmask(SIG_BLOCK, &stop_set, NULL);
}

/* Resident memory in KiB; 0 where /proc does not tell. */
static size_t
memory(void)
{
	char text[64];
	unsigned long pages = 0;
	ssize_t n;
	int fd;

	if ((fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (sscanf(text, "%*u %lu", &pages) != 1)
		return 0;
	return pages * ((size_t)sysconf(_SC_PAGESIZE) / 1024);
}

/* Has the process done enough?  Then it ends as if told to. */
static bool
spent(const struct fcgi_service *s, uint64_t count, bool look)
{

	if (s->max_requests != 0 && count >= s->max_requests)
		return true;
	if (s->max_memory_kib == 0 || (!look && count % MEMORY_EVERY != 0))
		return false;
	return memory() > s->max_memory_kib;
}

/* ---- reading the body ---- */

/* Bytes of the body from whoever sends it: 0 at its end, -1 if it broke. */
static ssize_t
pull(struct fcgi_io *io, void *buf, size_t n)
{
	ssize_t got;

	if (io->cgi) {
		while ((got = read(STDIN_FILENO, buf, n)) < 0 && errno == EINTR)
			continue;
		return got;
	}
	if (!deadline_enter(SHUT_RD, DEADLINE_RESERVE_US))
		return -1;
	got = FCGX_GetStr(buf, n > INT_MAX ? INT_MAX : (int)n, io->r.in);
	deadline_leave();
	return FCGX_GetError(io->r.in) != 0 ? -1 : got;
}

/* All bytes are here; do more follow?  A CGI server need not end stdin. */
static ssize_t
last(struct fcgi_io *io)
{
	char extra;

	io->body = io->cgi || pull(io, &extra, 1) == 0 ? WHOLE : BROKEN;
	return io->body == WHOLE ? 0 : -1;
}

ssize_t
fcgi_read(struct fcgi_io *io, void *buf, size_t n)
{
	ssize_t got;

	assert(n > 0);
	if (io->body != COMING)
		return io->body == WHOLE ? 0 : -1;
	if (io->left == 0)
		return last(io);
	if (n > (uint64_t)io->left)
		n = (size_t)io->left;
	if ((got = pull(io, buf, n)) <= 0) {
		io->body = BROKEN;
		return -1;
	}
	io->left -= got;
	return got;
}

enum mag_status
fcgi_read_body(struct fcgi_io *io, void *buf, size_t n)
{
	char extra, *p = buf;
	ssize_t got;

	for (; n > 0; p += got, n -= (size_t)got)
		if ((got = fcgi_read(io, p, n)) <= 0)
			return MAG_MALFORMED;
	return fcgi_read(io, &extra, 1) == 0 ? MAG_OK : MAG_MALFORMED;
}

/* ---- writing the answer ---- */

static bool
push_cgi(const char *p, size_t n)
{
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put) {
		put = write(STDOUT_FILENO, p, n);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			return false;
	}
	return true;
}

static bool
push(struct fcgi_io *io, const char *p, size_t n)
{
	int part = 0;

	if (!deadline_enter(SHUT_RDWR, 0))
		return false;
	for (; n > 0; p += part, n -= (size_t)part) {
		part = n > INT_MAX ? INT_MAX : (int)n;
		if (FCGX_PutStr(p, part, io->r.out) != part)
			break;
	}
	deadline_leave();
	return n == 0;
}

bool
fcgi_write(struct fcgi_io *io, const void *p, size_t n)
{

	if (io->failed || io->ended)
		return false;
	io->failed = !(io->cgi ? push_cgi(p, n) : push(io, p, n));
	return !io->failed;
}

/* Closing `out` last puts its end and the request's into the same write. */
bool
fcgi_end(struct fcgi_io *io)
{

	if (io->ended)
		return !io->failed;
	io->ended = true;
	if (io->cgi)
		return !io->failed;
	if (!deadline_enter(SHUT_RDWR, 0))
		return !(io->failed = true);
	if (FCGX_FClose(io->r.err) != 0 || FCGX_FClose(io->r.out) != 0)
		io->failed = true;
	deadline_leave();
	return !io->failed;
}

bool
fcgi_send(struct fcgi_io *io, const void *head, size_t headlen,
    const void *body, size_t bodylen)
{

	(void)fcgi_write(io, head, headlen);
	(void)fcgi_write(io, body, bodylen);
	return fcgi_end(io);
}

/* ---- connections ---- */

/* The next connection, or -1 when there will be none: then *failed tells. */
static int
next(bool *failed)
{
	int error, fd;

	*failed = false;
	for (;;) {
		(void)sigprocmask(SIG_SETMASK, &open_mask, NULL);
		fd = stop ? -1 :
		    accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
		error = errno;
		(void)sigprocmask(SIG_BLOCK, &stop_set, NULL);
		if (fd >= 0 || stop)
			return fd;
		if (error == EINTR || error == ECONNABORTED)
			continue;
		mag_log(MAG_ERROR, "accept", "accept: %s", strerror(error));
		if (error != EMFILE && error != ENFILE && error != ENOBUFS &&
		    error != ENOMEM) {
			*failed = true;
			return -1;
		}
		/* The system is short of something: let others give back. */
		mag_clock_sleep_ms(100);
	}
}

/*
 * Read a request's parameters.  keepConnection first keeps libfcgi from
 * closing the socket that we gave it, then from keeping it when the peer asks
 * for that: one kept connection would starve all others.
 */
static bool
receive(struct fcgi_io *io, struct fcgi_request *req, int fd)
{
	int rc;

	memset(io, 0, sizeof(*io));
	(void)FCGX_InitRequest(&io->r, -1, 0);
	io->r.ipcFd = fd;
	io->r.keepConnection = 1;
	deadline_open(fd);
	(void)deadline_enter(SHUT_RDWR, DEADLINE_RESERVE_US);
	rc = FCGX_Accept_r(&io->r);
	deadline_leave();
	io->r.keepConnection = 0;
	if (rc < 0) {
		deadline_close();	/* libfcgi has closed the socket */
		return false;
	}
	params_read(req, (const char *const *)io->r.envp, MAG_PARAMS_MAX);
	return true;
}

/*
 * Close the connection ourselves: libfcgi would wait for the peer to do so,
 * and nginx sees the end of an answer only then.  But bytes that are still on
 * their way must be taken off it, or nginx finds that it cannot send them and
 * forgets the answer; so where there are any, half is closed first.
 */
static void
hang_up(struct fcgi_io *io)
{
	char waste[16 * 1024];

	deadline_cut(DEADLINE_RESERVE_US + LINGER_US);
	if (io->body != WHOLE && !io->failed &&
	    (io->left > 0 || pull(io, waste, 1) != 0)) {
		(void)shutdown(io->r.ipcFd, SHUT_WR);
		while (pull(io, waste, sizeof(waste)) == sizeof(waste))
			continue;
	}
	deadline_close();
	close(io->r.ipcFd);
	io->r.ipcFd = -1;
	FCGX_Free(&io->r, 0);
}

static void
serve(struct fcgi_io *io, const struct fcgi_service *s,
    struct fcgi_request *req)
{

	io->left = req->length > 0 ? req->length : 0;
	s->handle(io, req, s->arg);
	(void)fcgi_end(io);
}

/* One request from the environment and stdin, as a plain CGI program. */
static int
serve_cgi(const struct fcgi_service *s)
{
	struct fcgi_request req;
	struct fcgi_io io;

	memset(&io, 0, sizeof(io));
	io.cgi = true;
	params_read(&req, (const char *const *)environ, SIZE_MAX);
	serve(&io, s, &req);
	if (s->idle != NULL)
		s->idle(s->arg);
	return io.failed ? 1 : 0;
}

static bool
is_listening(int fd)
{
	socklen_t n = sizeof(int);
	int yes = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 &&
	    yes != 0;
}

bool
fcgi_is_pool(void)
{

	return is_listening(STDIN_FILENO) || getenv("LISTEN_PID") != NULL;
}

/*
 * The socket is fd 0: that is what FastCGI says, and StandardInput=socket of
 * a unit does.  Who only follows sd_listen_fds(3) gives it as fd 3.
 */
static void
take_socket(void)
{
	const char *pid = getenv("LISTEN_PID");

	if (pid == NULL || strtol(pid, NULL, 10) != (long)getpid())
		return;
	if (!is_listening(STDIN_FILENO) && is_listening(LISTEN_FD))
		(void)dup2(LISTEN_FD, STDIN_FILENO);
	if (is_listening(LISTEN_FD))
		close(LISTEN_FD);
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
}

int
fcgi_loop(const struct fcgi_service *s)
{
	struct fcgi_io io;
	struct fcgi_request req;
	uint64_t count = 0;
	bool failed = false;
	int fd;

	take_socket();
	deadline_init();
	if (!is_listening(STDIN_FILENO))
		return serve_cgi(s);
	(void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", PATIENCE_MS, 0);
	(void)setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", PATIENCE_MS,
	    0);
	if (FCGX_Init() != 0 ||
	    (null_fd = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1) {
		mag_log(MAG_ERROR, "fcgi", "libfcgi could not be started");
		return 1;
	}
	signals();
	while ((fd = next(&failed)) >= 0) {
		if (!receive(&io, &req, fd))
			continue;
		serve(&io, s, &req);
		hang_up(&io);
		if (s->idle != NULL)
			s->idle(s->arg);
		if (spent(s, ++count, req.oversize))
			break;
	}
	return failed ? 1 : 0;
}
