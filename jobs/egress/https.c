/* SPDX-License-Identifier: MIT */
/* One request to somebody else's server, through libcurl. */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include <magnetiq/clock.h>
#include <magnetiq/net.h>

#include "https.h"

/* A request under way. */
struct going {
	const struct mag_conf *conf;
	const struct egress_request *rq;
	struct egress_answer *out;
	CURL		*curl;
	size_t		 head;		/* bytes of headers that came */
	const char	*why;		/* we ended it; or NULL */
};

static bool
is_plain(const char *url)
{

	return strncasecmp(url, "http://", 7) == 0;
}

/* May we connect there?  The address is the one that connect() will get. */
static bool
may_connect(struct going *g, const struct sockaddr *address)
{
	struct mag_net net;

	if (!mag_net_of(&net, address))
		return false;
	if (mag_net_listed(&net, g->conf->egress_allow))
		return true;
	return mag_net_public(&net) && !is_plain(g->rq->url);
}

static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct going *g = arg;

	if (purpose != CURLSOCKTYPE_IPCXN || !may_connect(g, &address->addr)) {
		g->why = "its address is not public";
		return CURL_SOCKET_BAD;
	}
	g->why = NULL;		/* one of its addresses will do */
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct going *g = arg;

	(void)p;
	g->head += size * n;
	if (g->head <= EGRESS_HEAD_MAX)
		return size * n;
	g->why = "its answer is too large";
	return 0;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct going *g = arg;

	n *= size;
	if (g->rq->max == 0)
		return n;
	if (n > g->rq->max - g->out->body.len) {
		g->why = "its answer is too large";
		return 0;
	}
	mag_buf_add(&g->out->body, p, n);
	return n;
}

static int
on_progress(void *arg, curl_off_t all, curl_off_t now, curl_off_t up_all,
    curl_off_t up_now)
{
	struct going *g = arg;

	(void)all;
	(void)now;
	(void)up_all;
	(void)up_now;
	if (g->rq->stop == NULL || !*g->rq->stop)
		return 0;
	g->why = "it was cut short";
	return 1;
}

#define SET(option, value) \
	if (rc == CURLE_OK) \
		rc = curl_easy_setopt(g->curl, option, value)

/* Where it may go and how long it may take. */
static CURLcode
set_limits(struct going *g)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_PROTOCOLS_STR, is_plain(g->rq->url) ? "http" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(CURLOPT_OPENSOCKETDATA, (void *)g);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	/* The system's own stay in force: curl looks there by CAPATH. */
	if (g->conf->egress_ca_file != NULL)
		SET(CURLOPT_CAINFO, g->conf->egress_ca_file);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_CONNECTTIMEOUT, EGRESS_CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, EGRESS_WHOLE_SECONDS);
	SET(CURLOPT_LOW_SPEED_TIME, EGRESS_SLOW_SECONDS);
	SET(CURLOPT_LOW_SPEED_LIMIT, EGRESS_SLOW_BYTES);
	SET(CURLOPT_NOSIGNAL, 1L);
	return rc;
}

static CURLcode
set_request(struct going *g, struct curl_slist *headers)
{
	CURLcode rc = CURLE_OK;

	SET(CURLOPT_URL, g->rq->url);
	SET(CURLOPT_USERAGENT, "Magnetiq/" PACKAGE_VERSION);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_HEADERFUNCTION, on_head);
	SET(CURLOPT_HEADERDATA, (void *)g);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, (void *)g);
	SET(CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(CURLOPT_XFERINFODATA, (void *)g);
	SET(CURLOPT_NOPROGRESS, 0L);
	if (g->rq->body != NULL) {
		SET(CURLOPT_POSTFIELDS, g->rq->body);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)g->rq->n);
	}
	return rc;
}

#undef SET

/* The caller's, and that a small body needs no leave to be sent. */
static struct curl_slist *
make_headers(const struct egress_request *rq)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;
	const char *const *line;

	for (line = rq->headers; line != NULL && *line != NULL &&
	    list != NULL; line++) {
		if ((more = curl_slist_append(list, *line)) == NULL)
			curl_slist_free_all(list);
		list = more;
	}
	return list;
}

static void
judge(struct going *g, CURLcode rc)
{
	struct egress_answer *out = g->out;
	long status = 0;

	(void)curl_easy_getinfo(g->curl, CURLINFO_RESPONSE_CODE, &status);
	out->status = (int)status;
	if (rc != CURLE_OK)
		snprintf(out->error, sizeof(out->error), "%s", g->why != NULL ?
		    g->why : curl_easy_strerror(rc));
	else if (status >= 300 && status < 400)
		snprintf(out->error, sizeof(out->error),
		    "it leads elsewhere (%ld), and that is not followed",
		    status);
	else if (status < 200 || status >= 300)
		snprintf(out->error, sizeof(out->error), "it answered %ld",
		    status);
}

bool
egress_https(struct egress_answer *out, struct mag_arena *a,
    const struct mag_conf *conf, const struct egress_request *rq)
{
	struct curl_slist *headers = make_headers(rq);
	struct going g = { .conf = conf, .rq = rq, .out = out,
	    .curl = curl_easy_init() };
	int64_t began = mag_clock_us();

	memset(out, 0, sizeof(*out));
	mag_buf_init(&out->body, a, 16 * 1024);
	if (headers == NULL || g.curl == NULL ||
	    set_limits(&g) != CURLE_OK || set_request(&g, headers) != CURLE_OK)
		snprintf(out->error, sizeof(out->error), "curl does not take it");
	else
		judge(&g, curl_easy_perform(g.curl));
	out->ms = (mag_clock_us() - began) / 1000;
	curl_easy_cleanup(g.curl);
	curl_slist_free_all(headers);
	return out->error[0] == '\0';
}
