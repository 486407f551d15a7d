/* SPDX-License-Identifier: MIT */
/* WordPress eXtended RSS, event by event, with expat. */
#include <stddef.h>
#include <string.h>

#include <expat.h>

#include "wxr.h"

#define DEPTH_MAX	64
#define PAIRS_MAX	500	/* categories, or values, of one item */
#define SITE_MAX	1024	/* a field of the head */

/* A namespace, whatever version stands in its address. */
enum space { NONE, WP, CONTENT, EXCERPT, DC, OTHER };

enum where { OUTSIDE, CHANNEL, AUTHOR, ITEM, META };

struct wxr {
	XML_Parser	 xml;
	struct mag_call	*c;
	const struct wxr_events *events;
	enum mag_status	 st;
	struct mag_arena *head, *scratch;	/* the site's, the item's */
	struct wxr_site	 site;
	struct wxr_author author;
	struct wxr_item	 item;
	struct wxr_pair	*last_term, *last_meta;
	const char	*meta_key, *meta_value;
	int		 pairs, depth;
	enum where	 where;
	bool		 wordpress;	/* something of its namespace was seen */
	bool		 wide;		/* UTF-16 */
	int64_t		 fed;
	/* The field whose text is being collected. */
	const char	**field;
	int		 field_depth;
	size_t		 field_max;
	bool		 over;
	struct mag_buf	 text;
};

/* Where the text of an element goes. */
struct place {
	enum space	 space;
	const char	*name;
	size_t		 at;
	size_t		 max;
};

static const struct place head_places[] = {
	{ NONE, "title", offsetof(struct wxr_site, title), SITE_MAX },
	{ NONE, "link", offsetof(struct wxr_site, link), SITE_MAX },
	{ NONE, "language", offsetof(struct wxr_site, language), SITE_MAX },
	{ WP, "wxr_version", offsetof(struct wxr_site, version), SITE_MAX },
	{ WP, "base_site_url", offsetof(struct wxr_site, site_url), SITE_MAX },
	{ WP, "base_blog_url", offsetof(struct wxr_site, blog_url), SITE_MAX },
	{ NONE, NULL, 0, 0 }
};
static const struct place author_places[] = {
	{ WP, "author_login", offsetof(struct wxr_author, login), SITE_MAX },
	{ WP, "author_email", offsetof(struct wxr_author, email), SITE_MAX },
	{ WP, "author_first_name", offsetof(struct wxr_author, first_name),
	  SITE_MAX },
	{ WP, "author_last_name", offsetof(struct wxr_author, last_name),
	  SITE_MAX },
	{ WP, "author_display_name", offsetof(struct wxr_author, name),
	  SITE_MAX },
	{ NONE, NULL, 0, 0 }
};
#define ITEM_WORD(space, name, field)	\
	{ space, name, offsetof(struct wxr_item, field), WXR_WORD_MAX }
static const struct place item_places[] = {
	ITEM_WORD(NONE, "title", title),
	ITEM_WORD(NONE, "link", link),
	ITEM_WORD(NONE, "guid", guid),
	ITEM_WORD(DC, "creator", creator),
	{ CONTENT, "encoded", offsetof(struct wxr_item, content),
	  WXR_TEXT_MAX },
	{ EXCERPT, "encoded", offsetof(struct wxr_item, excerpt),
	  WXR_TEXT_MAX },
	ITEM_WORD(WP, "post_id", id),
	ITEM_WORD(WP, "post_parent", parent),
	ITEM_WORD(WP, "post_name", name),
	ITEM_WORD(WP, "status", status),
	ITEM_WORD(WP, "post_type", type),
	ITEM_WORD(WP, "post_password", password),
	ITEM_WORD(WP, "post_date", date),
	ITEM_WORD(WP, "post_date_gmt", date_gmt),
	ITEM_WORD(WP, "post_modified_gmt", modified_gmt),
	ITEM_WORD(WP, "attachment_url", attachment_url),
	ITEM_WORD(WP, "menu_order", menu_order),
	ITEM_WORD(WP, "is_sticky", sticky),
	{ NONE, NULL, 0, 0 }
};

static void
stop(struct wxr *r, enum mag_status st)
{

	if (r->st == MAG_OK)
		r->st = st;
	(void)XML_StopParser(r->xml, XML_FALSE);
}

static bool
ends(const char *s, size_t n, const char *tail)
{
	size_t k = strlen(tail);

	return n >= k && strncmp(s + n - k, tail, k) == 0;
}

/* `http://wordpress.org/export/1.2/ status`, as expat joins them. */
static enum space
split(const char **local, const char *name)
{
	static const char wp[] = "http://wordpress.org/export/";
	const char *blank = strrchr(name, ' ');
	size_t n;

	*local = blank == NULL ? name : blank + 1;
	if (blank == NULL)
		return NONE;
	n = (size_t)(blank - name);
	if (strncmp(name, wp, sizeof(wp) - 1) == 0)
		return ends(name, n, "/excerpt/") ? EXCERPT : WP;
	if (ends(name, n, "/modules/content/"))
		return CONTENT;
	return ends(name, n, "/dc/elements/1.1/") ? DC : OTHER;
}

static const struct place *
place_of(const struct place *p, enum space space, const char *name)
{

	for (; p->name != NULL; p++)
		if (p->space == space && strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static struct mag_arena *
arena(struct wxr *r)
{

	return r->where == CHANNEL ? r->head : r->scratch;
}

static bool
has_room(struct wxr *r)
{

	if (mag_arena_used(arena(r)) < WXR_ITEM_MAX)
		return true;
	r->item.too_large = true;
	return false;
}

static void
collect(struct wxr *r, const char **field, size_t max)
{

	if (!has_room(r))
		return;
	r->field = field;
	r->field_depth = r->depth;
	r->field_max = max;
	r->over = false;
	mag_buf_init(&r->text, arena(r), 64);
}

static void
collect_at(struct wxr *r, const struct place *places, void *base,
    enum space space, const char *name)
{
	const struct place *p = place_of(places, space, name);

	if (p != NULL)
		collect(r, (const char **)(void *)((char *)base + p->at),
		    p->max);
}

/* What nothing was said of is an empty text. */
static void
empty(const struct place *p, void *base)
{

	for (; p->name != NULL; p++)
		*(const char **)(void *)((char *)base + p->at) = "";
}

static void
begin_item(struct wxr *r)
{

	memset(&r->item, 0, sizeof(r->item));
	empty(item_places, &r->item);
	r->last_term = r->last_meta = NULL;
	r->pairs = 0;
	r->where = ITEM;
}

static struct wxr_pair *
add_pair(struct wxr *r, struct wxr_pair **first, struct wxr_pair **last)
{
	struct wxr_pair *p;

	if (++r->pairs > PAIRS_MAX || !has_room(r)) {
		r->item.too_large = true;
		return NULL;
	}
	p = mag_alloc(r->scratch, sizeof(*p));
	p->key = p->value = p->slug = "";
	if (*last == NULL)
		*first = p;
	else
		(*last)->next = p;
	return *last = p;
}

static const char *
attribute(struct wxr *r, const char **attributes, const char *name)
{

	for (; *attributes != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0 &&
		    strlen(attributes[1]) < WXR_WORD_MAX)
			return mag_strdup(r->scratch, attributes[1]);
	return "";
}

static void
begin_term(struct wxr *r, const char **attributes)
{
	struct wxr_pair *p = add_pair(r, &r->item.terms, &r->last_term);

	if (p == NULL)
		return;
	p->key = attribute(r, attributes, "domain");
	p->slug = attribute(r, attributes, "nicename");
	collect(r, &p->value, SITE_MAX);
}

static void
start_in_channel(struct wxr *r, enum space space, const char *name)
{

	if (space == NONE && strcmp(name, "item") == 0)
		begin_item(r);
	else if (space == WP && strcmp(name, "author") == 0) {
		empty(author_places, &r->author);
		r->where = AUTHOR;
	} else
		collect_at(r, head_places, &r->site, space, name);
}

static void
start_in_item(struct wxr *r, enum space space, const char *name,
    const char **attributes)
{

	if (space == NONE && strcmp(name, "category") == 0)
		begin_term(r, attributes);
	else if (space == WP && strcmp(name, "postmeta") == 0) {
		r->meta_key = r->meta_value = "";
		r->where = META;
	} else if (space == WP && strcmp(name, "comment") == 0)
		r->item.comments++;
	else
		collect_at(r, item_places, &r->item, space, name);
}

static void
start_in_meta(struct wxr *r, enum space space, const char *name)
{

	if (space != WP)
		return;
	if (strcmp(name, "meta_key") == 0)
		collect(r, &r->meta_key, SITE_MAX);
	else if (strcmp(name, "meta_value") == 0 && wxr_wanted(r->meta_key))
		collect(r, &r->meta_value, WXR_WORD_MAX);
}

static void
begin(void *arg, const char *full, const char **attributes)
{
	struct wxr *r = arg;
	const char *name;
	enum space space = split(&name, full);

	r->wordpress |= space == WP;
	if (++r->depth > DEPTH_MAX)
		stop(r, mag_fail(r->c, MAG_INVALID,
		    "The file nests its elements too deep."));
	else if (r->depth == 1 && (space != NONE || strcmp(name, "rss") != 0))
		stop(r, mag_fail(r->c, MAG_INVALID,
		    "This is no export of WordPress."));
	else if (r->depth == 2 && strcmp(name, "channel") == 0)
		r->where = CHANNEL;
	else if (r->depth == 3 && r->where == CHANNEL)
		start_in_channel(r, space, name);
	else if (r->depth == 4 && r->where == AUTHOR)
		collect_at(r, author_places, &r->author, space, name);
	else if (r->depth == 4 && r->where == ITEM)
		start_in_item(r, space, name, attributes);
	else if (r->depth == 5 && r->where == META)
		start_in_meta(r, space, name);
}

static void
text(void *arg, const char *p, int n)
{
	struct wxr *r = arg;

	if (r->field == NULL || r->depth != r->field_depth || r->over)
		return;
	if (r->text.len + (size_t)n > r->field_max || !has_room(r)) {
		r->over = true;
		r->item.too_large = true;
		return;
	}
	mag_buf_add(&r->text, p, (size_t)n);
}

static void
end_meta(struct wxr *r)
{
	struct wxr_pair *p;

	r->where = ITEM;
	if (*r->meta_value == '\0')
		return;
	p = add_pair(r, &r->item.metas, &r->last_meta);
	if (p != NULL) {
		p->key = r->meta_key;
		p->value = r->meta_value;
	}
}

static void
tell(struct wxr *r)
{
	enum mag_status st;

	if (r->where == ITEM)
		st = r->events->item(r->events->arg, &r->site, &r->item);
	else
		st = r->events->author(r->events->arg, &r->author);
	r->where = CHANNEL;
	mag_arena_reset(r->scratch);
	if (st != MAG_OK)
		stop(r, st);
}

static void
end(void *arg, const char *full)
{
	struct wxr *r = arg;

	(void)full;
	if (r->field != NULL && r->depth == r->field_depth) {
		*r->field = r->over ? "" : r->text.p;
		r->field = NULL;
	}
	if (r->depth == 4 && r->where == META)
		end_meta(r);
	else if (r->depth == 3 && (r->where == ITEM || r->where == AUTHOR))
		tell(r);
	else if (r->depth == 2 && r->where == CHANNEL)
		r->where = OUTSIDE;
	r->depth--;
}

/* An entity of its own making may stand for a billion bytes. */
static void
doctype(void *arg, const char *name, const char *system, const char *public,
    int internal)
{
	struct wxr *r = arg;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(r, mag_fail(r->c, MAG_INVALID,
	    "The file has a document type; WordPress writes none."));
}

struct wxr *
wxr_new(struct mag_call *c, const struct wxr_events *events)
{
	struct wxr *r = mag_alloc(c->a, sizeof(*r));

	r->c = c;
	r->events = events;
	r->head = mag_arena_new(4 * WXR_ITEM_MAX);
	r->scratch = mag_arena_new(4 * WXR_ITEM_MAX);
	empty(head_places, &r->site);
	r->xml = XML_ParserCreateNS(NULL, ' ');
	if (r->xml == NULL) {
		r->st = MAG_FAILED;
		return r;
	}
	XML_SetUserData(r->xml, r);
	XML_SetElementHandler(r->xml, begin, end);
	XML_SetCharacterDataHandler(r->xml, text);
	XML_SetStartDoctypeDeclHandler(r->xml, doctype);
	return r;
}

void
wxr_free(struct wxr *r)
{

	if (r == NULL)
		return;
	XML_ParserFree(r->xml);
	mag_arena_free(r->head);
	mag_arena_free(r->scratch);
}

const struct wxr_site *
wxr_site(const struct wxr *r)
{

	return &r->site;
}

/*
 * WordPress copies control characters from its database, which XML forbids:
 * each becomes a blank.  In UTF-16 such bytes are halves of letters.
 */
static void
blank_out(struct wxr *r, char *p, size_t n)
{
	size_t i;

	if (r->fed == 0)
		r->wide = n > 1 && (p[0] == '\0' || p[1] == '\0' ||
		    (unsigned char)p[0] >= 0xfe);
	for (i = 0; i < n && !r->wide; i++)
		if ((unsigned char)p[i] < 0x20 && p[i] != '\t' &&
		    p[i] != '\n' && p[i] != '\r') {
			p[i] = ' ';
			r->site.blanked++;
		}
}

static enum mag_status
refuse(struct wxr *r)
{

	return mag_fail_arg(r->c, MAG_INVALID, "The file cannot be read: %s.",
	    mag_printf(r->c->a, "line %lu, %s",
	    (unsigned long)XML_GetCurrentLineNumber(r->xml),
	    XML_ErrorString(XML_GetErrorCode(r->xml))));
}

static bool
feed(struct wxr *r, const char *p, size_t n)
{
	char *room;

	if (n == 0)
		return true;
	if ((room = XML_GetBuffer(r->xml, (int)n)) == NULL)
		return false;
	memcpy(room, p, n);
	blank_out(r, room, n);
	r->fed += (int64_t)n;
	return XML_ParseBuffer(r->xml, (int)n, XML_FALSE) == XML_STATUS_OK;
}

enum mag_status
wxr_add(struct wxr *r, const char *p, size_t n, bool last)
{

	if (r->st != MAG_OK)
		return r->st;
	if (!feed(r, p, n) ||
	    (last && XML_Parse(r->xml, "", 0, XML_TRUE) != XML_STATUS_OK))
		return r->st = r->st != MAG_OK ? r->st : refuse(r);
	/* What has no end yet waits in memory. */
	if (!last && r->fed - (int64_t)XML_GetCurrentByteIndex(r->xml) >
	    WXR_PENDING_MAX + (int64_t)n)
		r->st = mag_fail(r->c, MAG_INVALID,
		    "The file has a tag or a comment without an end.");
	else if (last && !r->wordpress)
		r->st = mag_fail(r->c, MAG_INVALID,
		    "This is no export of WordPress.");
	return r->st;
}
