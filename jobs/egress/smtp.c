/* SPDX-License-Identifier: MIT */
/* Letters to the server of SMTP_HOST, through libcurl. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "smtp.h"

#define CONNECT_SECONDS	10L
#define WHOLE_SECONDS	30L

struct egress_smtp {
	const struct mag_conf *conf;
	CURL		*curl;
	bool		 connected;	/* the last letter got an answer */
	/* Of the letter in hand: */
	const char	*p;
	size_t		 left;
	enum { TALK_HELLO, TALK_RCPT, TALK_DATA } talk;
	char		 said[256];	/* the server's first no ... */
	int		 said_of;	/* ... and what it answered */
	char		 why[CURL_ERROR_SIZE];	/* curl's own words */
};

bool
egress_begin(void)
{

	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static size_t
on_read(char *to, size_t size, size_t n, void *arg)
{
	struct egress_smtp *w = arg;

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
	struct egress_smtp *w = arg;

	if (w->said[0] == '\0' && size * n > 0 && (*p == '4' || *p == '5')) {
		snprintf(w->said, sizeof(w->said), "%.*s",
		    (int)strcspn(p, "\r\n"), p);
		w->said_of = w->talk;
	}
	return size * n;
}

/* Which command the next answer is about. */
static int
on_command(CURL *curl, curl_infotype type, char *p, size_t n, void *arg)
{
	struct egress_smtp *w = arg;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT || n < 4)
		return 0;
	if (strncasecmp(p, "RCPT", 4) == 0)
		w->talk = TALK_RCPT;
	else if (strncasecmp(p, "DATA", 4) == 0)
		w->talk = TALK_DATA;
	return 0;
}

#define SET(option, value) \
	if (rc == CURLE_OK) \
		rc = curl_easy_setopt(w->curl, option, value)

/* Where it goes, and that nobody else can be there: said, not left to how
 * this curl was built. */
static CURLcode
set_server(struct egress_smtp *w)
{
	const struct mag_conf *conf = w->conf;
	bool direct = conf->smtp_tls == MAG_TLS_DIRECT;
	CURLcode rc = CURLE_OK;
	char url[300];

	snprintf(url, sizeof(url), "%s://%s:%d", direct ? "smtps" : "smtp",
	    conf->smtp_host, conf->smtp_port > 0 ? conf->smtp_port :
	    direct ? 465 : 587);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_USE_SSL, conf->smtp_tls == MAG_TLS_NONE ?
	    (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	/* The system's own stay in force: curl looks there by CAPATH. */
	if (conf->egress_ca_file != NULL)
		SET(CURLOPT_CAINFO, conf->egress_ca_file);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	return rc;
}

static bool
set_up(struct egress_smtp *w)
{
	const struct mag_conf *conf = w->conf;
	CURLcode rc = set_server(w);

	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, on_read);
	SET(CURLOPT_READDATA, (void *)w);
	SET(CURLOPT_HEADERFUNCTION, on_line);
	SET(CURLOPT_HEADERDATA, (void *)w);
	SET(CURLOPT_DEBUGFUNCTION, on_command);
	SET(CURLOPT_DEBUGDATA, (void *)w);
	SET(CURLOPT_VERBOSE, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, WHOLE_SECONDS);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_ERRORBUFFER, w->why);
	if (conf->smtp_user != NULL) {
		SET(CURLOPT_USERNAME, conf->smtp_user);
		SET(CURLOPT_PASSWORD, conf->smtp_password == NULL ? "" :
		    conf->smtp_password);
	}
	return rc == CURLE_OK;
}

#undef SET

struct egress_smtp *
egress_smtp_new(const struct mag_conf *conf)
{
	struct egress_smtp *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->conf = conf;
	w->curl = curl_easy_init();
	if (w->curl != NULL && set_up(w))
		return w;
	egress_smtp_free(w);
	return NULL;
}

void
egress_smtp_free(struct egress_smtp *w)
{

	if (w == NULL)
		return;
	curl_easy_cleanup(w->curl);
	free(w);
}

/*
 * Is it the address that is wrong?  RFC 3463: 5.1.x speaks of addresses, and
 * 5.2.1 of a mailbox that is closed; 5.7.x is about us.  A server without such
 * codes says 550, 551 or 553 for them.
 */
static bool
about_address(const char *said)
{
	const char *code = said + 3 + strspn(said + 3, " -");

	if (code[0] == '5' && code[1] == '.')
		return strncmp(code, "5.1.", 4) == 0 ||
		    strncmp(code, "5.2.1", 5) == 0;
	return strncmp(said, "550", 3) == 0 || strncmp(said, "551", 3) == 0 ||
	    strncmp(said, "553", 3) == 0;
}

/* The server's own words, where it said no; else what curl makes of it.  Of a
 * certificate it knows more than the number says: what is wrong with it. */
static const char *
words(const struct egress_smtp *w, CURLcode rc)
{

	if (w->said[0] != '\0')
		return w->said;
	return egress_trouble_of(rc) == EGRESS_CERTIFICATE &&
	    w->why[0] != '\0' ? w->why : curl_easy_strerror(rc);
}

static enum mag_sent
verdict(const struct egress_smtp *w, CURLcode rc, char *answer, size_t size)
{

	if (rc == CURLE_OK)
		return MAG_SENT;
	snprintf(answer, size, "%s", words(w, rc));
	if (w->said[0] == '\0')
		return w->talk == TALK_HELLO ? MAG_SENT_NOWHERE :
		    MAG_SENT_LATER;
	/* Wrong credentials, a sender who is not liked: ours to mend. */
	if (w->said_of == TALK_HELLO)
		return MAG_SENT_NOWHERE;
	if (w->said[0] == '4')
		return MAG_SENT_LATER;
	return w->said_of == TALK_RCPT && about_address(w->said) ?
	    MAG_SENT_BOUNCED : MAG_SENT_NEVER;
}

static CURLcode
talk(struct egress_smtp *w, const struct mag_parcel *parcel)
{

	w->p = parcel->message;
	w->left = parcel->n;
	w->talk = TALK_HELLO;
	w->said[0] = w->why[0] = '\0';
	return curl_easy_perform(w->curl);
}

/* A connection that was good for others may have had enough; a new one may
 * be better. */
static enum mag_sent
give(struct egress_smtp *w, const struct mag_parcel *parcel, char *answer,
    size_t size)
{
	enum mag_sent sent = verdict(w, talk(w, parcel), answer, size);

	if (sent == MAG_SENT_NOWHERE && w->connected) {
		(void)curl_easy_setopt(w->curl, CURLOPT_FRESH_CONNECT, 1L);
		sent = verdict(w, talk(w, parcel), answer, size);
		(void)curl_easy_setopt(w->curl, CURLOPT_FRESH_CONNECT, 0L);
	}
	w->connected = sent != MAG_SENT_NOWHERE;
	return sent;
}

enum mag_sent
egress_smtp(void *server, const struct mag_parcel *parcel, char *answer,
    size_t size)
{
	struct egress_smtp *w = server;
	struct curl_slist *to = curl_slist_append(NULL, parcel->to);
	enum mag_sent sent = MAG_SENT_LATER;

	snprintf(answer, size, "curl does not take it");
	if (to != NULL &&
	    curl_easy_setopt(w->curl, CURLOPT_MAIL_FROM, parcel->from) ==
	    CURLE_OK &&
	    curl_easy_setopt(w->curl, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
	    curl_easy_setopt(w->curl, CURLOPT_INFILESIZE_LARGE,
	    (curl_off_t)parcel->n) == CURLE_OK)
		sent = give(w, parcel, answer, size);
	(void)curl_easy_setopt(w->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(to);
	return sent;
}

enum egress_trouble
egress_smtp_try(const struct mag_conf *conf, char *why, size_t size)
{
	struct egress_smtp *w = egress_smtp_new(conf);
	CURLcode rc = CURLE_FAILED_INIT;

	if (w == NULL) {
		snprintf(why, size, "curl does not take it");
		return EGRESS_OTHER;
	}
	/* As far as the sign-in, and no letter. */
	if (curl_easy_setopt(w->curl, CURLOPT_UPLOAD, 0L) == CURLE_OK &&
	    curl_easy_setopt(w->curl, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK)
		rc = curl_easy_perform(w->curl);
	snprintf(why, size, "%s", words(w, rc));
	egress_smtp_free(w);
	return egress_trouble_of(rc);
}
