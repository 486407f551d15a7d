/* SPDX-License-Identifier: MIT */
/* Settings that name hosts, origins, addresses and header words. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/net.h>

#include "settings.h"

const char **
conf_split(struct mag_arena *a, const char *text)
{
	const char **list, *p;
	size_t n = 0, len;

	list = mag_alloc(a, (strlen(text) / 2 + 2) * sizeof(*list));
	for (p = text; ; p += len) {
		p += strspn(p, ", \t");
		if ((len = strcspn(p, ", \t")) == 0)
			return list;
		list[n++] = mag_dup(a, p, len);
	}
}

void
conf_show_list(const char *const *list, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (; list != NULL && *list != NULL && n < size; list++)
		n += (size_t)snprintf(out + n, size - n, "%s%s",
		    n == 0 ? "" : ",", *list);
}

static void
show_list(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{

	(void)c;
	(void)k;
	conf_show_list(*(const char *const *const *)from, out, size);
}

static void
show_text(const struct mag_conf *c, const void *from, const struct kind *k,
    char *out, size_t size)
{
	const char *text = *(const char *const *)from;

	(void)c;
	(void)k;
	snprintf(out, size, "%s", text == NULL ? "" : text);
}

/* Letters, digits, dots and hyphens, or an IPv6 address in brackets. */
static bool
host_name(const char *p, size_t n)
{
	size_t i;

	if (n > 2 && p[0] == '[' && p[n - 1] == ']') {
		for (i = 1; i < n - 1; i++)
			if (strchr("0123456789abcdefABCDEF:.", p[i]) == NULL)
				return false;
		return true;
	}
	for (i = 0; i < n; i++)
		if (!((p[i] >= 'a' && p[i] <= 'z') ||
		    (p[i] >= 'A' && p[i] <= 'Z') ||
		    (p[i] >= '0' && p[i] <= '9') || p[i] == '.' || p[i] == '-'))
			return false;
	return n > 0 && n <= 253 && p[0] != '.' && p[0] != '-';
}

/*
 * An origin as browsers send it: lower case, no port where it is the usual
 * one, nothing behind.  A slash at the end is forgiven.  NULL if it is none.
 */
static char *
origin(struct mag_arena *a, const char *text)
{
	size_t scheme = strncasecmp(text, "https://", 8) == 0 ? 8 :
	    strncasecmp(text, "http://", 7) == 0 ? 7 : 0, n, host;
	const char *p = text + scheme, *usual = scheme == 8 ? "443" : "80";
	char *copy, *c;
	long port;

	n = strlen(p);
	if (n > 0 && p[n - 1] == '/')
		n--;
	host = p[0] == '[' ? strcspn(p, "]") + 1 : strcspn(p, ":/");
	if (scheme == 0 || host > n || !host_name(p, host))
		return NULL;
	copy = mag_dup(a, text, scheme + n);
	for (c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	if (host == n)
		return copy;
	c = copy + scheme + host;
	port = strspn(c + 1, "0123456789") == strlen(c + 1) ?
	    strtol(c + 1, NULL, 10) : 0;
	if (*c != ':' || strlen(c) > 6 || port < 1 || port > 65535)
		return NULL;
	if (strcmp(c + 1, usual) == 0)
		*c = '\0';
	return copy;
}

static const char *
read_site(struct reading *r, void *to, const char *text)
{
	char *url = origin(r->a, text);

	if (url == NULL)
		return "must be http:// or https:// and a host, without a path";
	*(const char **)to = url;
	r->c->site_host = strstr(url, "://") + 3;
	return NULL;
}
const struct kind kind_site = { read_site, show_text, NULL };

static const char *
read_origins(struct reading *r, void *to, const char *text)
{
	const char **list = conf_split(r->a, text), **p;
	char *good;

	for (p = list; *p != NULL; p++) {
		if ((good = origin(r->a, *p)) == NULL)
			return mag_printf(r->a, "has `%.80s`, which is not an "
			    "origin such as https://example.org", *p);
		*p = good;
	}
	*(const char ***)to = list;
	return NULL;
}
const struct kind kind_origins = { read_origins, show_list, NULL };

static bool
token(const char *p)
{

	return *p != '\0' && p[strspn(p, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* Words of a header (RFC 9110 5.6.2); `*` stands for what is preset. */
static const char *
read_tokens(struct reading *r, void *to, const char *text)
{
	const char **p, *joined = NULL;

	if (strcmp(text, "*") == 0)
		text = r->s->preset;
	for (p = conf_split(r->a, text); *p != NULL; p++) {
		if (!token(*p))
			return mag_printf(r->a, "has `%.80s`, which is not a "
			    "word of a header", *p);
		joined = joined == NULL ? *p :
		    mag_printf(r->a, "%s, %s", joined, *p);
	}
	*(const char **)to = joined;
	return joined == NULL ? "is empty" : NULL;
}
const struct kind kind_tokens = { read_tokens, show_text, NULL };

/* Types by their MIME names; the usual endings are understood too. */
static const char *
read_types(struct reading *r, void *to, const char *text)
{
	static const struct {
		const char	*ending, *type;
	} known[] = {
		{ "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" },
		{ "png", "image/png" }, { "webp", "image/webp" },
		{ "gif", "image/gif" }, { "pdf", "application/pdf" },
	};
	const char **list = conf_split(r->a, text), **p, *slash;
	size_t i;

	for (p = list; *p != NULL; p++) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strcasecmp(*p + (**p == '.'), known[i].ending) == 0)
				*p = known[i].type;
		if ((slash = strchr(*p, '/')) == NULL || slash == *p ||
		    !token(mag_dup(r->a, *p, (size_t)(slash - *p))) ||
		    !token(slash + 1) || strchr(*p, '*') != NULL)
			return mag_printf(r->a, "has `%.80s`, which is not a "
			    "type such as image/png", *p);
	}
	*(const char ***)to = list;
	return *list == NULL ? "is empty" : NULL;
}
const struct kind kind_types = { read_types, show_list, NULL };

static const char *
read_proxies(struct reading *r, void *to, const char *text)
{
	const char **list = conf_split(r->a, text), **p;
	char *joined = mag_alloc(r->a, strlen(text) + 1);
	struct mag_net net;

	for (p = list; *p != NULL; p++)
		if (!mag_net_parse(&net, *p, strlen(*p)))
			return mag_printf(r->a, "has `%.80s`, which is not an "
			    "address or a network such as 192.0.2.0/24", *p);
	conf_show_list(list, joined, strlen(text) + 1);
	*(const char **)to = joined;
	return NULL;
}
const struct kind kind_proxies = { read_proxies, show_text, NULL };

static const char *
read_host(struct reading *r, void *to, const char *text)
{

	if (!host_name(text, strlen(text)))
		return "must be the name or the address of a host";
	*(const char **)to = mag_strdup(r->a, text);
	return NULL;
}
const struct kind kind_host = { read_host, show_text, NULL };

static const char *
read_server(struct reading *r, void *to, const char *text)
{
	size_t n = strcspn(text, ":");
	const char *port = text + n + (text[n] == ':');
	long number = strtol(port, NULL, 10);
	struct in_addr address;

	if (strspn(port, "0123456789") != strlen(port) || number < 1 ||
	    number > 65535 || inet_pton(AF_INET, mag_dup(r->a, text, n),
	    &address) != 1)
		return "must be an IPv4 address and a port, such as "
		    "192.0.2.1:53";
	*(const char **)to = mag_strdup(r->a, text);
	return NULL;
}
const struct kind kind_server = { read_server, show_text, NULL };

/* Only what could break a letter's header; the mail server knows the rest. */
static const char *
read_email(struct reading *r, void *to, const char *text)
{
	const char *at = strrchr(text, '@');

	if (at == NULL || at == text || !host_name(at + 1, strlen(at + 1)) ||
	    strpbrk(text, " <>\",;") != NULL || strlen(text) > MAG_EMAIL_MAX)
		return "must be an e-mail address";
	*(const char **)to = mag_strdup(r->a, text);
	return NULL;
}
const struct kind kind_email = { read_email, show_text, NULL };
