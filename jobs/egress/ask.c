/* SPDX-License-Identifier: MIT */
/* One GET by HTTP, through libcurl, to the site itself. */
#define _GNU_SOURCE		/* strptime, timegm */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "ask.h"

#define CONNECT_SECONDS	5L
#define WHOLE_SECONDS	10L

/* As much as there is room for; the rest is read and forgotten. */
static size_t
append(char *to, size_t room, const char *p, size_t n)
{
	size_t len = strlen(to), take = n;

	if (take > room - 1 - len)
		take = room - 1 - len;
	memcpy(to + len, p, take);
	to[len + take] = '\0';
	return n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct egress_answer *a = arg;

	return append(a->headers, sizeof(a->headers), p, size * n);
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct egress_answer *a = arg;

	return append(a->body, sizeof(a->body), p, size * n);
}

enum egress_trouble
egress_trouble_of(int code)
{

	switch (code) {
	case CURLE_OK:
		return EGRESS_FINE;
	case CURLE_COULDNT_RESOLVE_HOST:
		return EGRESS_NAME;
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		return EGRESS_CONNECT;
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CONNECT_ERROR:
		return EGRESS_TLS;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return EGRESS_CERTIFICATE;
	case CURLE_LOGIN_DENIED:
		return EGRESS_LOGIN;
	default:
		return EGRESS_OTHER;
	}
}

/* host:port of a URL of ours, for CURLOPT_CONNECT_TO. */
static struct curl_slist *
route(const struct egress_question *q)
{
	char line[600];

	if (q->here == 0)
		return NULL;
	/* Whatever the URL names, it is asked of this machine. */
	snprintf(line, sizeof(line), "::127.0.0.1:%d", q->here);
	return curl_slist_append(NULL, line);
}

static bool
set_up(CURL *curl, const struct egress_question *q, struct egress_answer *a,
    struct curl_slist *to)
{
	CURLcode rc = CURLE_OK;

#define SET(option, value) \
	if (rc == CURLE_OK) \
		rc = curl_easy_setopt(curl, option, value)
	SET(CURLOPT_URL, q->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_CONNECT_TO, to);
	SET(CURLOPT_CERTINFO, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, q->trusting ? 0L : 1L);
	SET(CURLOPT_SSL_VERIFYHOST, q->trusting ? 0L : 2L);
	if (q->authorities != NULL)
		SET(CURLOPT_CAINFO, q->authorities);
	if (q->old_tls) {
		SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_0 |
		    (long)CURL_SSLVERSION_MAX_TLSv1_1);
		SET(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0");
	}
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, (void *)a);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, (void *)a);
	SET(CURLOPT_ERRORBUFFER, a->why);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, WHOLE_SECONDS);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
#undef SET
	return rc == CURLE_OK;
}

/* When the first certificate of the chain ends: that of the site. */
static int64_t
end_of(CURL *curl)
{
	static const char name[] = "Expire date:";
	struct curl_certinfo *info = NULL;
	const struct curl_slist *line;
	struct tm tm = { 0 };

	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return 0;
	for (line = info->certinfo[0]; line != NULL; line = line->next)
		if (strncmp(line->data, name, sizeof(name) - 1) == 0 &&
		    strptime(line->data + sizeof(name) - 1,
		    "%b %d %H:%M:%S %Y", &tm) != NULL)
			return (int64_t)timegm(&tm);
	return 0;
}

bool
egress_ask(struct egress_answer *a, const struct egress_question *q)
{
	struct curl_slist *to = route(q);
	CURL *curl = curl_easy_init();
	CURLcode rc = CURLE_FAILED_INIT;

	memset(a, 0, sizeof(*a));
	if (curl != NULL && set_up(curl, q, a, to))
		rc = curl_easy_perform(curl);
	if (rc == CURLE_OK) {
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
		    &a->status);
		a->ends = end_of(curl);
	} else if (a->why[0] == '\0')
		snprintf(a->why, sizeof(a->why), "%s", curl_easy_strerror(rc));
	a->trouble = egress_trouble_of(rc);
	curl_easy_cleanup(curl);
	curl_slist_free_all(to);
	return rc == CURLE_OK;
}

int
egress_header(const struct egress_answer *a, const char *name)
{
	size_t n = strlen(name);
	const char *p = a->headers;
	int found = 0;

	while ((p = strchr(p, '\n')) != NULL) {
		p++;
		found += strncasecmp(p, name, n) == 0 && p[n] == ':';
	}
	return found;
}
