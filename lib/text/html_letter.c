/* SPDX-License-Identifier: MIT */
/*
 * A letter of our own making as text: the one source of its words is HTML.
 * What came from strangers is escaped in it, so tags are all ours.
 */
#include <string.h>

#include <magnetiq/html.h>

struct reader {
	struct mag_buf	*b;
	int		 owed;		/* line ends before the next word */
	bool		 blank;		/* and a blank */
	bool		 hidden;	/* within what nobody reads */
	const char	*link;		/* where the link in hand leads */
	size_t		 link_len;
};

static const struct {
	const char	*name;
	int		 lines;		/* line ends around it */
} blocks[] = {
	{ "br", 1 }, { "dd", 1 }, { "div", 1 }, { "dl", 2 }, { "h1", 2 },
	{ "h2", 2 }, { "hr", 2 }, { "li", 1 }, { "ol", 2 }, { "p", 2 },
	{ "table", 2 }, { "tr", 1 }, { "ul", 2 },
};

static void
owe(struct reader *r, int lines)
{

	if (r->owed < lines)
		r->owed = lines;
	r->blank = false;
}

/* Words: what is owed comes first, but not at the beginning. */
static void
put(struct reader *r, const char *p, size_t n)
{

	for (; r->owed > 0; r->owed--)
		if (r->b->len > 0)
			mag_buf_addc(r->b, '\n');
	if (r->blank && r->b->len > 0 && r->b->p[r->b->len - 1] != '\n')
		mag_buf_addc(r->b, ' ');
	r->blank = false;
	mag_buf_add(r->b, p, n);
}

/* One of those that mag_buf_html() writes; else the & itself. */
static size_t
entity(struct reader *r, const char *p, size_t n)
{
	static const struct {
		const char	*code, *text;
	} known[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&#39;", "'" }, { "&nbsp;", " " },
	};
	size_t i, len;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		len = strlen(known[i].code);
		if (n >= len && memcmp(p, known[i].code, len) == 0) {
			put(r, known[i].text, strlen(known[i].text));
			return len;
		}
	}
	put(r, p, 1);
	return 1;
}

static void
words(struct reader *r, const char *p, size_t n)
{
	size_t i, len;

	for (i = 0; i < n; i += len) {
		len = 1;
		if (strchr(" \t\r\n", p[i]) != NULL && p[i] != '\0')
			r->blank = true;
		else if (p[i] == '&')
			len = entity(r, p + i, n - i);
		else
			put(r, p + i, 1);
	}
}

static bool
is(const char *p, size_t n, const char *name)
{

	return strlen(name) == n && memcmp(p, name, n) == 0;
}

/* The address of <a href="...">, which the template wrote in this form. */
static void
link_begin(struct reader *r, const char *p, size_t n)
{
	static const char head[] = "href=\"";
	const char *at = p, *end = p + n;

	for (; at + sizeof(head) - 1 < end; at++)
		if (memcmp(at, head, sizeof(head) - 1) == 0)
			break;
	if (at + sizeof(head) - 1 >= end)
		return;
	r->link = at + sizeof(head) - 1;
	at = memchr(r->link, '"', (size_t)(end - r->link));
	r->link_len = at == NULL ? 0 : (size_t)(at - r->link);
}

/* Its words, a colon, and on a line of its own the address. */
static void
link_end(struct reader *r)
{

	if (r->link == NULL || r->link_len == 0)
		return;
	put(r, ":", 1);
	owe(r, 1);
	words(r, r->link, r->link_len);
	owe(r, 1);
	r->link = NULL;
}

static void
tag(struct reader *r, const char *p, size_t n)
{
	bool closes = n > 0 && *p == '/';
	size_t i, len;

	p += closes;
	n -= closes;
	for (len = 0; len < n && strchr(" \t\r\n/", p[len]) == NULL; len++)
		continue;
	if (is(p, len, "head") || is(p, len, "style"))
		r->hidden = !closes;
	if (r->hidden)
		return;
	if (is(p, len, "a")) {
		if (closes)
			link_end(r);
		else
			link_begin(r, p, n);
	}
	if (is(p, len, "th") && closes) {
		put(r, ":", 1);
		r->blank = true;
	}
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (is(p, len, blocks[i].name))
			owe(r, is(p, len, "br") && r->owed > 0 ? r->owed + 1 :
			    blocks[i].lines);
	if (is(p, len, "li") && !closes) {
		put(r, "-", 1);
		r->blank = true;
	}
}

void
mag_html_letter(struct mag_buf *b, const char *p, size_t n)
{
	struct reader r = { .b = b };
	const char *end = p + n, *stop;

	while (p < end) {
		if (*p != '<') {
			stop = memchr(p, '<', (size_t)(end - p));
			if (stop == NULL)
				stop = end;
			if (!r.hidden)
				words(&r, p, (size_t)(stop - p));
			p = stop;
			continue;
		}
		stop = memchr(p, '>', (size_t)(end - p));
		if (stop == NULL)
			return;
		tag(&r, p + 1, (size_t)(stop - p - 1));
		p = stop + 1;
	}
}
