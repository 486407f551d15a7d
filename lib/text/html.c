/* SPDX-License-Identifier: MIT */
/* Foreign HTML: parsed by libxml2, let through by an allow list. */
#include <string.h>

#include <libxml/HTMLparser.h>

#include <magnetiq/fold.h>
#include <magnetiq/html.h>
#include <magnetiq/utf8.h>

#define DEPTH_MAX	100	/* deeper nesting is cut off */
#define HTML_MAX	(4 * 1024 * 1024)	/* bytes; the rest is cut off */

static const char *const allowed[] = {
	"a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd",
	"del", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
	"h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark",
	"ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup",
	"table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", NULL
};
/*
 * Not even their text is for readers.  An embed, input, link and the like
 * have none: what libxml2 puts into them stood behind them.
 */
static const char *const dropped[] = {
	"applet", "audio", "button", "canvas", "form", "frameset", "head",
	"iframe", "math", "noembed", "noframes", "noscript", "object",
	"option", "script", "select", "style", "svg", "template", "textarea",
	"title", "video", "xmp", NULL
};
static const char *const empty[] = { "br", "hr", "img", NULL };
static const char *const lines[] = {
	"blockquote", "br", "caption", "dd", "div", "dt", "figcaption",
	"figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre",
	"table", "td", "th", "tr", NULL
};

static bool
among(const char *const *names, const xmlChar *name)
{

	for (; *names != NULL; names++)
		if (strcmp(*names, (const char *)name) == 0)
			return true;
	return false;
}

/* The root of a document; libxml2 would take broken UTF-8 for Latin-1. */
static xmlNodePtr
parse(htmlDocPtr *doc, struct mag_arena *a, const char *p, size_t n)
{
	struct mag_buf whole;

	*doc = NULL;
	if (n > HTML_MAX)
		n = HTML_MAX;
	mag_buf_init(&whole, a, n + 1);
	mag_utf8_repair(&whole, p, n);
	if (whole.len > 0)
		*doc = htmlReadMemory(whole.p, (int)whole.len, NULL, "UTF-8",
		    HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
		    HTML_PARSE_NONET | HTML_PARSE_COMPACT);
	return *doc == NULL ? NULL : xmlDocGetRootElement(*doc);
}

static bool
is_number(const char *s, size_t n)
{

	return n > 0 && n < 4 && strspn(s, "0123456789") == n;
}

static bool
is_any(const char *s, size_t n)
{

	(void)s;
	(void)n;
	return true;
}

static void
add_attribute(struct mag_buf *b, xmlNodePtr node, const char *name,
    bool (*valid)(const char *, size_t))
{
	xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
	const char *s = (const char *)value;

	if (value != NULL && valid(s, strlen(s))) {
		mag_buf_addf(b, " %s=\"", name);
		mag_buf_html(b, s, strlen(s));
		mag_buf_addc(b, '"');
	}
	xmlFree(value);
}

static void
add_attributes(struct mag_buf *b, xmlNodePtr node)
{
	const char *name = (const char *)node->name;

	if (strcmp(name, "a") == 0) {
		add_attribute(b, node, "href", mag_url_valid);
		mag_buf_adds(b, " rel=\"noopener nofollow\"");
	} else if (strcmp(name, "img") == 0) {
		add_attribute(b, node, "src", mag_url_valid);
		add_attribute(b, node, "alt", is_any);
	} else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0) {
		add_attribute(b, node, "colspan", is_number);
		add_attribute(b, node, "rowspan", is_number);
	}
}

/* A picture from nowhere is none. */
static bool
shows(xmlNodePtr node)
{
	xmlChar *src;
	bool good;

	if (strcmp((const char *)node->name, "img") != 0)
		return true;
	src = xmlGetProp(node, (const xmlChar *)"src");
	good = src != NULL && mag_url_valid((const char *)src,
	    strlen((const char *)src));
	xmlFree(src);
	return good;
}

static void	clean_children(struct mag_buf *, xmlNodePtr, int);

static void
clean(struct mag_buf *b, xmlNodePtr node, int depth)
{
	const char *name = (const char *)node->name;
	bool keep;

	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
		if (node->content != NULL)
			mag_buf_html(b, (const char *)node->content,
			    strlen((const char *)node->content));
		return;
	}
	if (node->type != XML_ELEMENT_NODE || depth > DEPTH_MAX ||
	    among(dropped, node->name))
		return;
	if ((keep = among(allowed, node->name) && shows(node))) {
		mag_buf_addf(b, "<%s", name);
		add_attributes(b, node);
		mag_buf_addc(b, '>');
	}
	clean_children(b, node, depth);
	if (keep && !among(empty, node->name))
		mag_buf_addf(b, "</%s>", name);
}

static void
clean_children(struct mag_buf *b, xmlNodePtr node, int depth)
{
	xmlNodePtr c;

	for (c = node->children; c != NULL; c = c->next)
		clean(b, c, depth + 1);
}

void
mag_html_clean(struct mag_buf *b, const char *p, size_t n)
{
	htmlDocPtr doc;
	xmlNodePtr root = parse(&doc, b->a, p, n);

	if (root != NULL)
		clean(b, root, 0);
	xmlFreeDoc(doc);
}

static void
text(struct mag_buf *b, xmlNodePtr node, int depth)
{
	xmlNodePtr c;

	if (node->type == XML_TEXT_NODE && node->content != NULL)
		mag_buf_adds(b, (const char *)node->content);
	if (node->type != XML_ELEMENT_NODE || depth > DEPTH_MAX ||
	    among(dropped, node->name))
		return;
	for (c = node->children; c != NULL; c = c->next)
		text(b, c, depth + 1);
	if (among(lines, node->name))
		mag_buf_addc(b, '\n');
}

void
mag_html_text(struct mag_buf *b, const char *p, size_t n)
{
	htmlDocPtr doc;
	xmlNodePtr root = parse(&doc, b->a, p, n);

	if (root != NULL)
		text(b, root, 0);
	xmlFreeDoc(doc);
}

static bool
is_letter(char c)
{

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
mag_html_looks(const char *p, size_t n)
{
	const char *end = p + n;

	while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		p++;
	if (end - p < 2 || *p++ != '<')
		return false;
	/* A document type or a comment. */
	if (*p == '!')
		return end - p > 1 && (p[1] == '-' || is_letter(p[1]));
	if (!is_letter(*p))
		return false;
	while (p < end && (is_letter(*p) || (*p >= '0' && *p <= '9') ||
	    *p == '-'))
		p++;
	/* <https://...> and <name@...> are links of CommonMark. */
	return p == end || strchr(" \t\r\n\f>/", *p) != NULL;
}
