/* SPDX-License-Identifier: MIT */
/* One letter to the server of SMTP_HOST, through libcurl. */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "smtp.h"

#define CONNECT_SECONDS	10L
#define WHOLE_SECONDS	30L

struct sending {
	const char	*p;
	size_t		 left;
	char		 said[256];	/* the server's first no */
};

bool
egress_begin(void)
{

	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static size_t
on_read(char *to, size_t size, size_t n, void *arg)
{
	struct sending *w = arg;

	n *= size;
	if (n > w->left)
		n = w->left;
	memcpy(to, w->p, n);
	w->p += n;
	w->left -= n;
	return n;
}

/* What the server answers comes as headers; the first no is what counts. */
static size_t
on_line(char *p, size_t size, size_t n, void *arg)
{
	struct sending *w = arg;

	if (w->said[0] == '\0' && size * n > 0 && (*p == '4' || *p == '5'))
		snprintf(w->said, sizeof(w->said), "%.*s",
		    (int)strcspn(p, "\r\n"), p);
	return size * n;
}

static bool
set_up(CURL *curl, const struct mag_conf *conf, const char *from,
    struct curl_slist *to, struct sending *w)
{
	char url[300];
	bool direct = conf->smtp_tls == MAG_TLS_DIRECT;
	CURLcode rc = CURLE_OK;

	snprintf(url, sizeof(url), "%s://%s:%d", direct ? "smtps" : "smtp",
	    conf->smtp_host, conf->smtp_port > 0 ? conf->smtp_port :
	    direct ? 465 : 587);
#define SET(option, value) \
	if (rc == CURLE_OK) \
		rc = curl_easy_setopt(curl, option, value)
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_USE_SSL, conf->smtp_tls == MAG_TLS_NONE ?
	    (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	SET(CURLOPT_MAIL_FROM, from);
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, on_read);
	SET(CURLOPT_READDATA, (void *)w);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)w->left);
	SET(CURLOPT_HEADERFUNCTION, on_line);
	SET(CURLOPT_HEADERDATA, (void *)w);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, WHOLE_SECONDS);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	if (conf->smtp_user != NULL) {
		SET(CURLOPT_USERNAME, conf->smtp_user);
		SET(CURLOPT_PASSWORD, conf->smtp_password == NULL ? "" :
		    conf->smtp_password);
	}
#undef SET
	return rc == CURLE_OK;
}

/* The server's own words, where it said no; else what curl makes of it. */
static enum mag_sent
verdict(CURLcode rc, const struct sending *w, char *answer,
    size_t size)
{

	if (rc == CURLE_OK)
		return MAG_SENT;
	snprintf(answer, size, "%s", w->said[0] != '\0' ? w->said :
	    curl_easy_strerror(rc));
	/* Wrong credentials are ours to mend, and the letter can wait. */
	return w->said[0] == '5' && rc != CURLE_LOGIN_DENIED ?
	    MAG_SENT_NEVER : MAG_SENT_LATER;
}

enum mag_sent
egress_smtp(void *arg, const char *from, const char *to, const char *message,
    size_t n, char *answer, size_t size)
{
	struct sending w = { .p = message, .left = n };
	struct curl_slist *list = curl_slist_append(NULL, to);
	CURL *curl = curl_easy_init();
	enum mag_sent sent = MAG_SENT_LATER;

	snprintf(answer, size, "curl does not start");
	if (curl != NULL && list != NULL && set_up(curl, arg, from, list, &w))
		sent = verdict(curl_easy_perform(curl), &w, answer, size);
	curl_easy_cleanup(curl);
	curl_slist_free_all(list);
	return sent;
}
