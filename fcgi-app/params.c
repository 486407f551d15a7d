/* SPDX-License-Identifier: MIT */
/* From NAME=value strings to a struct fcgi_request, in one pass. */
#include <string.h>

#include "params.h"

#define LONGEST	64	/* no name in the table is longer */

struct param {
	const char	*name;
	size_t		 offset;
	bool		 server;	/* never NULL in the result */
};

#define SERVER(name, field) \
	{ name, offsetof(struct fcgi_request, field), true }
#define CLIENT(name, field) \
	{ name, offsetof(struct fcgi_request, field), false }

/* Sorted by the length of the name, so that few are compared. */
static const struct param table[] = {
	CLIENT("HTTP_HOST", host),
	CLIENT("HTTP_RANGE", range),
	SERVER("REQUEST_ID", request_id),
	SERVER("REMOTE_ADDR", address),
	CLIENT("HTTP_ACCEPT", accept),
	CLIENT("HTTP_COOKIE", cookie),
	CLIENT("HTTP_ORIGIN", origin),
	SERVER("REQUEST_URI", uri),
	SERVER("CONTENT_TYPE", content_type),
	CLIENT("HTTP_REFERER", referer),
	SERVER("QUERY_STRING", query),
	CLIENT("HTTP_IF_MATCH", if_match),
	SERVER("MAGNETIQ_POOL", pool),
	SERVER("CONTENT_LENGTH", content_length),
	SERVER("REQUEST_METHOD", method),
	SERVER("REQUEST_SCHEME", scheme),
	CLIENT("HTTP_USER_AGENT", user_agent),
	SERVER("MAGNETIQ_SERVER", server),
	CLIENT("HTTP_AUTHORIZATION", authorization),
	CLIENT("HTTP_PROOF_OF_WORK", work),
	CLIENT("HTTP_IF_NONE_MATCH", if_none_match),
	CLIENT("HTTP_ACCEPT_LANGUAGE", accept_language),
	CLIENT("HTTP_IDEMPOTENCY_KEY", idempotency_key),
	CLIENT("HTTP_ACCESS_CONTROL_REQUEST_METHOD", acr_method),
	CLIENT("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", acr_headers),
};
#define TABLE	(sizeof(table) / sizeof(table[0]))

/* Where names of each length begin; made at the first request. */
static unsigned char first[LONGEST + 2];

static void
index_make(void)
{
	size_t i = 0, len;

	for (len = 0; len < LONGEST + 2; len++) {
		while (i < TABLE && strlen(table[i].name) < len)
			i++;
		first[len] = (unsigned char)i;
	}
}

static const char **
field(struct fcgi_request *out, const struct param *p)
{

	return (const char **)(void *)((char *)out + p->offset);
}

static const struct param *
find(const char *name, size_t len)
{
	size_t i;

	if (len > LONGEST)
		return NULL;
	for (i = first[len]; i < first[len + 1]; i++)
		if (memcmp(table[i].name, name, len) == 0)
			return &table[i];
	return NULL;
}

int64_t
params_length(const char *s)
{
	int64_t n = 0;

	if (*s == '\0')
		return FCGI_LENGTH_NONE;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || n > INT64_MAX / 10 - 1)
			return FCGI_LENGTH_BAD;
		n = n * 10 + (*s - '0');
	}
	return n;
}

void
params_read(struct fcgi_request *out, const char *const *envp, size_t max)
{
	const struct param *p;
	const char *equals, **to;
	size_t i, all = 0;

	if (first[LONGEST + 1] == 0)
		index_make();
	memset(out, 0, sizeof(*out));
	for (; *envp != NULL; envp++) {
		if ((equals = strchr(*envp, '=')) == NULL)
			continue;
		all += strlen(equals) + (size_t)(equals - *envp);
		p = find(*envp, (size_t)(equals - *envp));
		if (p != NULL && *(to = field(out, p)) == NULL)
			*to = equals + 1;
	}
	for (i = 0; i < TABLE; i++)
		if (table[i].server && *(to = field(out, &table[i])) == NULL)
			*to = "";
	out->length = params_length(out->content_length);
	out->oversize = all > max;
}
