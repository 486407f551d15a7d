/* SPDX-License-Identifier: MIT */
/*
 * What WordPress stores as a text is not yet HTML: it makes paragraphs of
 * empty lines and pictures of [caption] only when it shows them.
 */
#include <string.h>
#include <strings.h>

#include "import.h"

static bool
is_blank(char c)
{

	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_letter(char c)
{

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- paragraphs ---- */

/* What stands beside paragraphs, not in one. */
static const char *const blocks[] = {
	"address", "article", "aside", "audio", "blockquote", "canvas",
	"center", "dd", "details", "div", "dl", "dt", "embed", "fieldset",
	"figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
	"h6", "header", "hr", "iframe", "li", "main", "nav", "noscript",
	"object", "ol", "p", "pre", "script", "section", "style", "summary",
	"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video",
	NULL
};
/* Empty lines in these mean something else. */
static const char *const whole[] = { "pre", "script", "style", NULL };

static bool
is_tag(const char *p, const char *end, const char *const *names)
{
	size_t n;

	if (p < end && *p == '/')
		p++;
	for (; *names != NULL; names++) {
		n = strlen(*names);
		if ((size_t)(end - p) > n && strncasecmp(p, *names, n) == 0 &&
		    !is_letter(p[n]) && (p[n] < '0' || p[n] > '9'))
			return true;
	}
	return false;
}

static bool
begins(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - p) >= n && strncasecmp(p, what, n) == 0;
}

static const char *
find(const char *p, const char *end, const char *what)
{

	for (; p < end; p++)
		if (*p == *what && begins(p, end, what))
			return p;
	return NULL;
}

/* Behind a <pre>...</pre> that begins here; else p itself. */
static const char *
skip_whole(const char *p, const char *end)
{
	const char *const *name;
	const char *close;
	char tail[16];

	for (name = whole; *name != NULL; name++) {
		const char *const one[] = { *name, NULL };

		if (p[1] == '/' || !is_tag(p + 1, end, one))
			continue;
		tail[0] = '<';
		tail[1] = '/';
		memcpy(tail + 2, *name, strlen(*name) + 1);
		close = find(p, end, tail);
		return close == NULL ? end : close;
	}
	return p;
}

/* Where the paragraph that begins here ends: before an empty line. */
static const char *
paragraph_end(const char *p, const char *end)
{
	const char *q;

	for (; p < end; p++) {
		if (*p == '<' && (q = skip_whole(p, end)) > p)
			p = q < end ? q : end - 1;
		if (*p != '\n')
			continue;
		for (q = p + 1; q < end && (*q == ' ' || *q == '\t' ||
		    *q == '\r'); q++)
			continue;
		if (q < end && *q == '\n')
			return p;
	}
	return end;
}

static void
add_paragraph(struct mag_buf *b, const char *p, const char *end)
{

	while (p < end && is_blank(*p))
		p++;
	while (end > p && is_blank(end[-1]))
		end--;
	if (p == end)
		return;
	if (*p == '<' && (is_tag(p + 1, end, blocks) || p[1] == '!')) {
		mag_buf_add(b, p, (size_t)(end - p));
		mag_buf_addc(b, '\n');
		return;
	}
	mag_buf_adds(b, "<p>");
	for (; p < end; p++)
		if (*p == '\n')
			mag_buf_adds(b, "<br>\n");
		else if (*p != '\r')
			mag_buf_addc(b, *p);
	mag_buf_adds(b, "</p>\n");
}

static void
add_paragraphs(struct mag_buf *b, const char *p, const char *end)
{
	const char *stop;

	for (; p < end; p = stop + (stop < end)) {
		stop = paragraph_end(p, end);
		add_paragraph(b, p, stop);
	}
}

/* ---- [shortcodes] ---- */

/* [caption ...]<img ...> words[/caption] */
static void
add_caption(struct mag_buf *b, const char *p, const char *end)
{
	const char *img = find(p, end, "<img"), *words = NULL, *a;

	if (img != NULL)
		words = memchr(img, '>', (size_t)(end - img));
	if (words == NULL) {
		mag_buf_add(b, p, (size_t)(end - p));
		return;
	}
	words++;
	/* The picture may be a link. */
	if ((a = find(words, end, "</a>")) != NULL &&
	    find(p, img, "<a") != NULL)
		words = a + strlen("</a>");
	mag_buf_adds(b, "<figure>");
	mag_buf_add(b, p, (size_t)(words - p));
	mag_buf_adds(b, "<figcaption>");
	mag_buf_add(b, words, (size_t)(end - words));
	mag_buf_adds(b, "</figcaption></figure>");
}

/* [embed]https://...[/embed] */
static void
add_embed(struct mag_buf *b, const char *p, const char *end)
{

	mag_buf_adds(b, "<a href=\"");
	mag_buf_html(b, p, (size_t)(end - p));
	mag_buf_adds(b, "\">");
	mag_buf_html(b, p, (size_t)(end - p));
	mag_buf_adds(b, "</a>");
}

static const struct shortcode {
	const char	*open, *close;
	void		(*add)(struct mag_buf *, const char *, const char *);
} shortcodes[] = {
	{ "[caption", "[/caption]", add_caption },
	{ "[wp_caption", "[/wp_caption]", add_caption },
	{ "[embed", "[/embed]", add_embed },
	{ NULL, NULL, NULL }
};

#define OPEN_MAX	2000	/* bytes between [ and ] */
#define CAPTION_MAX	8000	/* up to [/caption] */

static const char *
bracket_end(const char *p, const char *end)
{
	size_t n = (size_t)(end - p);

	return memchr(p, ']', n < OPEN_MAX ? n : OPEN_MAX);
}

/* Others stay as they are, and somebody must look at them. */
static bool
is_foreign(const char *p, const char *end)
{
	static const char *const known[] = { "gallery", "audio", "video",
	    "playlist", "contact-form-7", "contact-form", "wpforms", NULL };
	const char *stop = bracket_end(p, end);

	if (stop == NULL || !is_letter(p[1]))
		return false;
	return is_tag(p + 1, end, known) || find(p, stop, "=\"") != NULL;
}

/* Behind a shortcode that begins here and was put in; NULL: none does. */
static const char *
add_shortcode(struct mag_buf *b, const char *p, const char *end)
{
	const struct shortcode *s;
	const char *open, *close;

	for (s = shortcodes; s->open != NULL; s++)
		if (begins(p, end, s->open))
			break;
	if (s->open == NULL || (open = bracket_end(p, end)) == NULL)
		return NULL;
	/* A caption is short; whoever forgot its end meant none. */
	if (end - open > CAPTION_MAX)
		end = open + CAPTION_MAX;
	if ((close = find(open, end, s->close)) == NULL)
		return NULL;
	s->add(b, open + 1, close);
	return close + strlen(s->close);
}

static void
expand(struct mag_buf *b, struct importing *w, const char *p, const char *end)
{
	const char *behind;

	while (p < end) {
		if (*p == '[' && (behind = add_shortcode(b, p, end)) != NULL) {
			p = behind;
			continue;
		}
		if (*p == '[' && is_foreign(p, end))
			import_note(w, "has a [shortcode] that nothing here "
			    "fills: it stands there as it is");
		mag_buf_addc(b, *p++);
	}
}

/* ---- addresses ---- */

/* A value in quotes: what stands in it goes to where it lies now. */
static void
add_value(struct mag_buf *b, struct importing *w, const char *p,
    const char *end)
{
	struct mag_buf url;
	const char *moved;
	const char *q;

	mag_buf_init(&url, w->one.a, (size_t)(end - p) + 1);
	for (q = p; q < end; q++) {
		mag_buf_addc(&url, *q);
		if (*q == '&' && end - q >= 5 && strncmp(q, "&amp;", 5) == 0)
			q += 4;
	}
	moved = import_address(w, url.p);
	if (strcmp(moved, url.p) == 0)
		mag_buf_add(b, p, (size_t)(end - p));
	else
		mag_buf_html(b, moved, strlen(moved));
}

/* Is what ends here `href=` or `src=`, as an attribute? */
static bool
is_address(const char *start, const char *equals)
{
	static const char *const names[] = { "href", "src" };
	const char *p = equals;
	size_t i, n;

	for (; p > start && is_blank(p[-1]); p--)
		continue;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(names[i]);
		if ((size_t)(p - start) > n && is_blank(p[-(int)n - 1]) &&
		    strncasecmp(p - n, names[i], n) == 0)
			return true;
	}
	return false;
}

/* One tag, from its < to behind its >. */
static const char *
add_tag(struct mag_buf *b, struct importing *w, const char *p, const char *end)
{
	const char *start = p, *close, *equals;

	for (; p < end && *p != '>'; p++) {
		mag_buf_addc(b, *p);
		if (*p != '=')
			continue;
		for (equals = p; p + 1 < end && is_blank(p[1]); p++)
			mag_buf_addc(b, p[1]);
		if (p + 1 >= end || (p[1] != '"' && p[1] != '\''))
			continue;
		close = memchr(p + 2, p[1], (size_t)(end - p - 2));
		if (close == NULL)
			continue;
		mag_buf_addc(b, p[1]);
		if (is_address(start, equals))
			add_value(b, w, p + 2, close);
		else
			mag_buf_add(b, p + 2, (size_t)(close - p - 2));
		mag_buf_addc(b, *close);
		p = close;
	}
	if (p < end)
		mag_buf_addc(b, *p++);
	return p;
}

static void
add_addresses(struct mag_buf *b, struct importing *w, const char *p,
    const char *end)
{
	const char *stop;

	while (p < end) {
		if (*p != '<' || end - p < 2 ||
		    (!is_letter(p[1]) && p[1] != '!')) {
			mag_buf_addc(b, *p++);
			continue;
		}
		if (p[1] != '!') {
			p = add_tag(b, w, p, end);
			continue;
		}
		/* Comments, of WordPress's own editor mostly, have no use. */
		stop = find(p, end, "-->");
		p = stop == NULL ? end : stop + 3;
	}
}

/* What the allow list will not show, so that nobody wonders later. */
static void
note_losses(struct importing *w, const char *p, const char *end)
{
	static const char *const lost[] = { "audio", "embed", "form", "iframe",
	    "object", "script", "video", NULL };

	for (; (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++)
		if (is_tag(p + 1, end, lost) && p[1] != '/') {
			import_note(w, "has a frame, form, script, sound or "
			    "film, which pages here do not show");
			return;
		}
}

const char *
import_html(struct importing *w, const char *text)
{
	const char *end = text + strlen(text);
	struct mag_buf expanded, parted, b;

	note_losses(w, text, end);
	mag_buf_init(&expanded, w->one.a, strlen(text) + 64);
	expand(&expanded, w, text, end);
	/* Its newer editor writes the paragraphs itself. */
	mag_buf_init(&parted, w->one.a, expanded.len + 64);
	if (strstr(text, "<!-- wp:") != NULL)
		mag_buf_add(&parted, expanded.p, expanded.len);
	else
		add_paragraphs(&parted, expanded.p, expanded.p + expanded.len);
	mag_buf_init(&b, w->one.a, parted.len + 64);
	add_addresses(&b, w, parted.p, parted.p + parted.len);
	return b.p;
}
