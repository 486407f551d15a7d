/* SPDX-License-Identifier: MIT */
/* The whole life of one request: read, find the door, guard, answer, log. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/tally.h>

#include "cache.h"
#include "exchange.h"
#include "http/etag.h"
#include "http/header.h"
#include "observe.h"

static enum method
method_of(const char *s, bool *head, bool *options)
{
	int m;

	*head = strcmp(s, "HEAD") == 0;
	*options = strcmp(s, "OPTIONS") == 0;
	if (*head)
		return GET;
	for (m = 0; m < METHOD__MAX; m++)
		if (strcmp(s, method_name((enum method)m)) == 0)
			break;
	return (enum method)m;
}

static bool
is_api(const struct exchange *x)
{

	return x->on_api || x->path.path.p == NULL ||
	    strncmp(x->path.path.p, "/api", 4) == 0;
}

static void
begin(struct exchange *x, struct fcgi_io *io, const struct fcgi_request *rq,
    struct worker *w)
{

	memset(x, 0, sizeof(*x));
	mag_arena_reset(w->a);
	x->call.a = x->a = w->a;
	x->call.db = w->db;
	x->call.conf = x->conf = w->conf;
	x->board = w->board;
	x->call.now = mag_clock_now();
	x->call.lang = "en";
	x->call.request_id = rq->request_id;
	x->call.address = rq->address;
	x->call.user_agent = rq->user_agent == NULL ? "" : rq->user_agent;
	x->io = io;
	x->rq = rq;
	x->on_api = strcmp(rq->server, "app") != 0;
	x->began_us = mag_clock_us();
	x->waits = mag_db_busy_waits(x->call.db);
	mag_log_request(rq->request_id);
	mag_buf_init(&x->headers, x->a, 512);
	mag_buf_init(&x->out, x->a, 8192);
}

/* ?lang=, else what the browser prefers, else the site's own language. */
static void
choose_language(struct exchange *x)
{
	const struct mag_site *site = mag_site(&x->call);
	const struct route *r = x->match.route;

	x->call.lang = x->rq->accept_language == NULL ? site->language :
	    mag_accept_language(x->rq->accept_language, site->languages,
	    site->language);
	/* A page has its language in its path. */
	if ((r != NULL && (r->flags & R_HTML)) ||
	    (x->lang = input_query(x, "lang")) == NULL)
		return;
	if (mag_site_speaks(site, x->lang))
		x->call.lang = x->lang;
	else
		x->lang = NULL;
}

/* What a door does not know is refused under /api: nothing goes unheard. */
static void
check_query(struct exchange *x)
{
	const char *name;
	unsigned i;

	if (x->match.route->flags & R_HTML)
		return;
	if (x->lang == NULL && input_query(x, "lang") != NULL)
		mag_wrong(&x->call, "lang", "is not a language of this site",
		    NULL);
	if (x->query.duplicate != NULL)
		mag_wrong(&x->call, x->query.duplicate, "is given twice", NULL);
	for (i = 0; i < x->query.count; i++) {
		name = x->query.param[i].name;
		if (strcmp(name, "lang") != 0 && strncmp(name, "utm_", 4) != 0 &&
		    !mag_listed(x->match.route->query, name))
			mag_wrong(&x->call, name, "is not a known parameter",
			    NULL);
	}
}

/* Is what the path names there, and does If-Match hold? */
static enum mag_status
look(struct exchange *x)
{
	struct mag_noun *noun = mag_noun_find(x->match.route->noun);
	struct mag_record *r;
	enum mag_status st;
	int64_t id;

	if (noun == NULL || strstr(x->match.route->path, "{id}") == NULL)
		return MAG_OK;
	if ((st = input_id(x, &id, 0)) != MAG_OK ||
	    (st = mag_noun_get(&r, &x->call, noun, id)) != MAG_OK)
		return st;
	return mag_noun_field(noun, "revision") < 0 ? MAG_OK :
	    mag_match(&x->call, mag_int(r, "revision"));
}

/*
 * A parameter, or the body as such, is wrong already: what is not there, and
 * what has been changed meanwhile, comes before it.  Whatever takes fields
 * looks for itself, and then names those that are wrong as well.
 */
static enum mag_status
answer_wrong(struct exchange *x)
{
	const struct route *r = x->match.route;
	enum mag_status st;

	mag_problem_keep(&x->call);
	st = (r->flags & (R_JSON | R_AUTH)) == R_JSON ? r->handler(x) : look(x);
	return st == MAG_OK ? mag_verdict(&x->call) : st;
}

static void
allow(struct exchange *x)
{
	struct mag_buf b;
	int m;

	mag_buf_init(&b, x->a, 64);
	for (m = 0; m < METHOD__MAX; m++)
		if (x->match.allowed & 1u << m)
			mag_buf_addf(&b, "%s%s", b.len > 0 ? ", " : "",
			    m == GET ? "GET, HEAD" : method_name((enum method)m));
	mag_buf_adds(&b, b.len > 0 ? ", OPTIONS" : "OPTIONS");
	reply_header(x, "Allow", b.p);
}

static enum mag_status
find_door(struct exchange *x)
{
	enum mag_status st;

	if ((st = path_read(&x->path, x->a, x->rq->uri,
	    strlen(x->rq->uri))) != MAG_OK)
		return st;
	st = query_read(&x->query, x->a, x->path.query.p, x->path.query.n);
	if (st != MAG_OK && st != MAG_INVALID)
		return st;
	if (x->path.count > PATH_SEGMENTS)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	router_match(&x->match, x->a, x->path.segment, x->path.count,
	    x->method, x->conf->environment == MAG_PRODUCTION ? R_DEV : 0);
	/* Under /api nobody wants a page, and the API's server has none. */
	if (((x->match.flags & R_HTML) && is_api(x)) ||
	    ((x->match.flags & R_PRIVATE) &&
	    strcmp(x->rq->server, "metrics") != 0))
		x->match.allowed = 0;
	if (x->match.allowed == 0) {
		x->match.route = NULL;
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	}
	return MAG_OK;
}

static enum mag_status
preflight(struct exchange *x)
{

	allow(x);
	cors_preflight(x);
	return reply_empty(x, 204);
}

/* A known path, another method: the one refusal that is no status of ours. */
static enum mag_status
not_allowed(struct exchange *x)
{

	reply_not_allowed(x);
	allow(x);
	return MAG_OK;
}

/* The revision that a tag of ours names; -1 if it is none of ours. */
static int64_t
revision_of(struct mag_str tag)
{
	int64_t revision;
	char text[96];
	int end = 0;

	if (tag.n > 2 && strncmp(tag.p, "W/", 2) == 0) {
		tag.p += 2;
		tag.n -= 2;
	}
	if (tag.n < 4 || tag.n >= sizeof(text))
		return -1;
	memcpy(text, tag.p, tag.n);
	text[tag.n] = '\0';
	if (text[2] < '0' || text[2] > '9' ||
	    sscanf(text, "\"r%" SCNd64 "%n", &revision, &end) != 1)
		return -1;
	/* What follows a dot grew by itself: nobody's work is lost by it. */
	while (text[end] == '.')
		end += 1 + (int)strspn(text + end + 1, "0123456789");
	return text[end] == '"' && (size_t)end + 1 == tag.n ? revision : -1;
}

static void
if_match(struct exchange *x)
{
	const char *list = x->rq->if_match;
	struct mag_match *m = &x->call.match;
	struct mag_str tag;
	int64_t *revision;

	if (!(m->given = list != NULL))
		return;
	/* A tag has at least two bytes, and a comma before the next. */
	revision = mag_alloc(x->a, (strlen(list) / 3 + 1) * sizeof(*revision));
	m->revision = revision;
	while (header_next(&tag, &list)) {
		if (tag.n == 1 && *tag.p == '*')
			m->any = true;
		else if ((*revision = revision_of(tag)) >= 0) {
			revision++;
			m->n++;
		}
	}
}

/* Whatever is refused from here on is refused in the caller's language; and
 * both guards come before a wrong parameter is spoken of: 422 is later. */
static enum mag_status
answer(struct exchange *x)
{
	bool options;
	enum mag_status st;

	x->method = method_of(x->rq->method, &x->head, &options);
	if (x->rq->oversize)
		return MAG_MALFORMED;
	st = find_door(x);
	choose_language(x);
	if (st != MAG_OK)
		return st;
	if (options)
		return preflight(x);
	if (x->match.route == NULL)
		return not_allowed(x);
	if_match(x);
	if ((st = guard_before_body(x)) != MAG_OK ||
	    (st = guard_body(x)) != MAG_OK)
		return st;
	check_query(x);
	return x->call.problem.count > 0 ? answer_wrong(x) :
	    x->match.route->handler(x);
}

/* What is for everybody may be kept if it is asked about each time. */
static void
default_headers(struct exchange *x)
{
	unsigned flags = x->match.route == NULL ? 0 : x->match.route->flags;

	if (x->cache_control == NULL)
		x->cache_control = (flags & R_CACHED) && x->status == 200 ?
		    "public, max-age=0, must-revalidate" : "no-store";
	if (x->etag == NULL && (flags & R_CACHED) && x->status == 200)
		x->etag = etag_of(x->a, x->out.p, x->out.len);
	if (flags & R_SECRET) {
		reply_header(x, "Referrer-Policy", "no-referrer");
		reply_header(x, "X-Robots-Tag", "noindex");
	}
	cors_headers(x);
}

/* The client has this very answer already. */
static bool
not_modified(struct exchange *x)
{

	return x->method == GET && x->status == 200 && x->etag != NULL &&
	    etag_matches(x->rq->if_none_match, x->etag);
}

static void
print_head(struct mag_buf *b, struct exchange *x)
{

	mag_buf_addf(b, "Status: %d %s\r\n", x->status, reply_reason(x->status));
	if (x->type != NULL)
		mag_buf_addf(b, "Content-Type: %s\r\n", x->type);
	if (x->etag != NULL)
		mag_buf_addf(b, "ETag: %s\r\n", x->etag);
	if (x->language != NULL)
		mag_buf_addf(b, "Content-Language: %s\r\n", x->language);
	mag_buf_addf(b, "Cache-Control: %s\r\n", x->cache_control);
	mag_buf_add(b, x->headers.p, x->headers.len);
	/* 204 and 304 have no body, and then no length either. */
	if (x->status != 204 && x->status != 304)
		mag_buf_addf(b, "Content-Length: %zu\r\n", x->out.len);
	mag_buf_adds(b, "\r\n");
}

/* Whoever reads the answer may rely on it. */
static void
count_miss(struct exchange *x)
{

	if (x->miss != NULL && !x->head)
		mag_tally_count(x->board, x->miss);
}

/* What is kept: the whole answer, before anything of this client shows. */
static void
keep(struct exchange *x, struct cache *cache, const struct mag_buf *head,
    const int64_t generations[3])
{
	const struct route *r = x->match.route;
	struct cached answer = {
		.head = head->p, .head_len = head->len,
		.body = x->out.p, .body_len = x->out.len,
		.etag = x->etag, .miss = x->miss == NULL ? "" : x->miss,
		.status = x->status,
		.route = (unsigned)router_number(r)
	};

	if (x->etag != NULL)
		cache_put(cache, x->rq->uri, r->flags >> 16, generations,
		    x->good_until, &answer);
}

static void
send(struct exchange *x, const char *head, size_t head_len, const char *body,
    size_t body_len)
{

	if (x->head || x->status == 204 || x->status == 304)
		body_len = 0;
	(void)fcgi_send(x->io, head, head_len, body, body_len);
}

static void
finish(struct exchange *x, struct cache *cache, bool keepable,
    const int64_t generations[3])
{
	struct mag_buf head;

	if (x->streamed)
		return;
	count_miss(x);
	default_headers(x);
	mag_buf_init(&head, x->a, 1024);
	if (keepable && x->status == 200) {
		print_head(&head, x);
		keep(x, cache, &head, generations);
	}
	if (not_modified(x)) {
		x->status = 304;
		x->out.len = 0;
		head.len = 0;
	}
	if (head.len == 0)
		print_head(&head, x);
	send(x, head.p, head.len, x->out.p, x->out.len);
}

/* A kept answer: no path is read, no door looked for, no statement run. */
static bool
answer_from_cache(struct exchange *x, struct worker *w)
{
	struct cached c;
	struct mag_buf head;

	if (x->rq->authorization != NULL ||
	    (strcmp(x->rq->method, "GET") != 0 &&
	    strcmp(x->rq->method, "HEAD") != 0) ||
	    !cache_get(&c, w->cache, x->rq->uri, x->call.now))
		return false;
	/* The API's own server has no pages. */
	if (x->on_api && (routes[c.route].flags & R_HTML))
		return false;
	x->method = GET;
	x->head = x->rq->method[0] == 'H';
	x->match.route = &routes[c.route];
	/* Whoever asks too often is refused by those who refuse. */
	if (guard_rate(x) != MAG_OK)
		return false;
	x->status = c.status;
	x->miss = *c.miss == '\0' ? NULL : c.miss;
	count_miss(x);
	x->out.len = c.body_len;
	if (!etag_matches(x->rq->if_none_match, c.etag)) {
		send(x, c.head, c.head_len, c.body, c.body_len);
		return true;
	}
	x->status = 304;
	x->etag = c.etag;
	x->cache_control = "public, max-age=0, must-revalidate";
	mag_buf_init(&head, x->a, 512);
	cors_headers(x);
	print_head(&head, x);
	x->out.len = 0;
	send(x, head.p, head.len, "", 0);
	return true;
}

void
exchange_run(struct fcgi_io *io, const struct fcgi_request *rq,
    struct worker *w)
{
	struct exchange x;
	int64_t generations[3];
	enum mag_status st;
	bool keepable;

	begin(&x, io, rq, w);
	observe_request(w);
	if (!answer_from_cache(&x, w)) {
		/* Asked before any data is read: what moves meanwhile makes
		 * the answer old at once, never wrongly new. */
		keepable = cache_now(generations, w->cache);
		if ((st = answer(&x)) != MAG_OK)
			reply_problem(&x, st);
		keepable = keepable && x.match.route != NULL &&
		    (x.match.route->flags & R_CACHED) &&
		    rq->authorization == NULL;
		finish(&x, w->cache, keepable, generations);
	}
	observe(&x);
	/* Passwords and tokens do not wait for the next request. */
	if (x.match.route != NULL &&
	    (x.match.route->flags & (R_AUTH | R_HASHES | R_SECRET)))
		mag_arena_wipe(w->a);
}
