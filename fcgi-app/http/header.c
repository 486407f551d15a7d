/* SPDX-License-Identifier: MIT */
/* Request headers: tokens and lists, Authorization, cookies, sites. */
#include <string.h>
#include <strings.h>

#include <magnetiq/limits.h>

#include "http/bytes.h"
#include "http/header.h"

static bool
alnum(char c)
{

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* All of these bytes are letters, digits or in ${others}. */
static bool
made_of(const char *p, size_t n, const char *others)
{

	for (; n > 0; p++, n--)
		if (!alnum(*p) && (*p == '\0' || strchr(others, *p) == NULL))
			return false;
	return true;
}

bool
header_token(const char *p, size_t n)
{

	return n > 0 && made_of(p, n, "!#$%&'*+-.^_`|~");
}

/* Where the element at p ends: at a comma outside of quotes, or the end. */
static const char *
element(const char *p)
{
	bool quoted = false;

	for (; *p != '\0' && (quoted || *p != ','); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && quoted && p[1] != '\0')
			p++;
	}
	return p;
}

bool
header_next(struct mag_str *item, const char **list)
{
	const char *end, *p = *list;

	if (p == NULL)
		return false;
	p += strspn(p, " \t,");
	end = element(p);
	*list = end;
	item->p = p;
	item->n = (size_t)(end - p);
	while (item->n > 0 && (p[item->n - 1] == ' ' || p[item->n - 1] == '\t'))
		item->n--;
	return item->n > 0;
}

bool
header_has(const char *list, const char *word)
{
	struct mag_str item;

	while (header_next(&item, &list))
		if (bytes_same(item.p, item.n, word))
			return true;
	return false;
}

enum mag_status
header_bearer(struct mag_str *out, const char *authorization)
{
	static const char scheme[] = "Bearer ";
	const char *p = authorization;

	if (p == NULL)
		return MAG_NOT_FOUND;
	if (strncasecmp(p, scheme, strlen(scheme)) != 0)
		return MAG_UNAUTHENTICATED;
	p += strlen(scheme);
	out->p = p += strspn(p, " ");
	out->n = strlen(p);
	while (out->n > 0 && p[out->n - 1] == ' ')
		out->n--;
	if (out->n == 0 || out->n > MAG_TOKEN_MAX ||
	    !made_of(p, out->n, "-._~+/="))
		return MAG_UNAUTHENTICATED;
	return MAG_OK;
}

/* RFC 6265 4.1.1: no control characters, blanks, quotes, commas, backslash. */
static bool
cookie_value(struct mag_str *v)
{

	while (v->n > 0 && (v->p[v->n - 1] == ' ' || v->p[v->n - 1] == '\t'))
		v->n--;
	if (v->n >= 2 && v->p[0] == '"' && v->p[v->n - 1] == '"') {
		v->p++;
		v->n -= 2;
	}
	return made_of(v->p, v->n, "!#$%&'()*+-./:<=>?@[]^_`{|}~");
}

bool
header_cookie(struct mag_str *out, const char *cookie, const char *name)
{
	size_t len = strlen(name);
	const char *p = cookie;

	while (p != NULL) {
		p += strspn(p, " \t;");
		if (strncmp(p, name, len) == 0 && p[len] == '=') {
			out->p = p + len + 1;
			out->n = strcspn(out->p, ";");
			return cookie_value(out);
		}
		p = strchr(p, ';');
	}
	return false;
}

/* The digits after a colon; nothing after them. */
static bool
port(int *out, const char *p)
{
	int n = 0;

	for (*out = 0; *p >= '0' && *p <= '9' && n < 5; p++, n++)
		*out = *out * 10 + (*p - '0');
	return *p == '\0' && n > 0 && *out > 0 && *out <= 65535;
}

bool
header_host(struct header_site *out, const char *host)
{
	const char *p = host;

	memset(out, 0, sizeof(*out));
	if (p == NULL)
		return false;
	out->scheme.p = out->host.p = p;
	if (*p == '[') {
		p = p + 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
		if (*p++ != ']' || p - host < 4)
			return false;
	} else {
		p += strcspn(p, ":");
	}
	out->host.n = (size_t)(p - host);
	if (*host != '[' && !made_of(host, out->host.n, "-._~"))
		return false;
	if (out->host.n == 0 || out->host.n > 255)
		return false;
	return *p == '\0' || (*p == ':' && port(&out->port, p + 1));
}

bool
header_origin(struct header_site *out, const char *origin)
{
	const char *colon;
	size_t n;
	bool tls;

	memset(out, 0, sizeof(*out));
	if (origin == NULL || (colon = strstr(origin, "://")) == NULL)
		return false;
	n = (size_t)(colon - origin);
	tls = bytes_same(origin, n, "https");
	if (!tls && !bytes_same(origin, n, "http"))
		return false;
	if (!header_host(out, colon + 3))
		return false;
	out->scheme.p = origin;
	out->scheme.n = n;
	if (out->port == 0)
		out->port = tls ? 443 : 80;
	return true;
}

static bool
equal(const struct mag_str *x, const struct mag_str *y)
{

	return x->n == y->n && strncasecmp(x->p, y->p, x->n) == 0;
}

bool
header_same_site(const struct header_site *x, const struct header_site *y)
{

	return equal(&x->scheme, &y->scheme) && equal(&x->host, &y->host) &&
	    x->port == y->port;
}

bool
header_safe(const char *p, size_t n)
{

	for (; n > 0; p++, n--)
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}
