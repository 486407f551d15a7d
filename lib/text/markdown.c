/* SPDX-License-Identifier: MIT */
/* CommonMark to HTML and to plain text, by cmark-gfm. */
#include <stdbool.h>
#include <string.h>

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#include <magnetiq/markdown.h>

#include "bounded.h"

#define COLUMNS_MAX	200	/* of a table: cmark-gfm is quadratic in them */
#define CELLS_MAX	100000	/* it fills up rows: few bytes, many cells */
#define MEMORY_MAX	(128 * 1024 * 1024)	/* for 256 KiB of nothing but marks */
#define HTML_MAX	(4 * 1024 * 1024)	/* of what 256 KiB may become */

/* The first one only where it can do no harm. */
static const char *const extensions[] = { "table", "strikethrough", "autolink" };

static cmark_mem mem = { bounded_calloc, bounded_realloc, bounded_free };

/* Can no table of this text pass the limits, whatever its rows are? */
static bool
tables_fit(const char *p, size_t n)
{
	const char *end = p + n;
	size_t rows = 1, columns = 0, most = 0;

	for (; p < end; p++)
		if (*p == '\n') {
			rows++;
			columns = 0;
		} else if (*p == '|' && ++columns > most)
			most = columns;
	return most <= COLUMNS_MAX && most * rows <= CELLS_MAX;
}

/* One text on its way; all that cmark makes of it lives in `mem`. */
struct work {
	struct mag_buf	*out;
	const char	*p;
	size_t		 n;
	cmark_parser	*parser;
};

static cmark_node *
parse(struct work *w)
{
	size_t i = tables_fit(w->p, w->n) ? 0 : 1;

	w->parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT |
	    CMARK_OPT_VALIDATE_UTF8, &mem);
	for (; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		cmark_parser_attach_syntax_extension(w->parser,
		    cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(w->parser, w->p, w->n);
	return cmark_parser_finish(w->parser);
}

/* cmark would leave a comment in place of each piece of raw HTML. */
static void
drop_html(cmark_node *doc)
{
	cmark_iter *iter = cmark_iter_new(doc);
	cmark_event_type event;
	cmark_node *node;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		node = cmark_iter_get_node(iter);
		/* Leaves may go while the iterator stands at them. */
		if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK ||
		    cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE)
			cmark_node_free(node);
	}
	cmark_iter_free(iter);
}

static void
to_html(void *arg)
{
	struct work *w = arg;
	cmark_node *doc = parse(w);
	char *html;

	drop_html(doc);
	html = cmark_render_html(doc, CMARK_OPT_DEFAULT,
	    cmark_parser_get_syntax_extensions(w->parser));
	if (strlen(html) > HTML_MAX)
		w->out = NULL;
	else
		mag_buf_adds(w->out, html);
}

/* What would become too much is shown as it was written. */
void
mag_markdown_html(struct mag_buf *b, const char *p, size_t n)
{
	struct work w = { b, p, n, NULL };

	cmark_gfm_core_extensions_ensure_registered();
	if (bounded_run(to_html, &w, MEMORY_MAX) && w.out != NULL)
		return;
	mag_buf_adds(b, "<p>");
	mag_buf_html(b, p, n);
	mag_buf_adds(b, "</p>\n");
}

static void
add_node(struct mag_buf *b, cmark_node *node, cmark_event_type event)
{
	const char *text;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
	case CMARK_NODE_CODE_BLOCK:
		if (event == CMARK_EVENT_ENTER &&
		    (text = cmark_node_get_literal(node)) != NULL)
			mag_buf_adds(b, text);
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		mag_buf_addc(b, ' ');
		break;
	default:
		/* A block ends a line, and so a word. */
		if (event == CMARK_EVENT_EXIT && b->len > 0 &&
		    b->p[b->len - 1] != '\n' &&
		    ((unsigned)cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) ==
		    CMARK_NODE_TYPE_BLOCK)
			mag_buf_addc(b, '\n');
	}
}

static void
to_text(void *arg)
{
	struct work *w = arg;
	cmark_node *doc = parse(w);
	cmark_iter *iter = cmark_iter_new(doc);
	cmark_event_type event;

	/* Walking takes no memory of cmark's: this comes to its end. */
	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		add_node(w->out, cmark_iter_get_node(iter), event);
}

void
mag_markdown_text(struct mag_buf *b, const char *p, size_t n)
{
	struct work w = { b, p, n, NULL };

	cmark_gfm_core_extensions_ensure_registered();
	if (!bounded_run(to_text, &w, MEMORY_MAX))
		mag_buf_add(b, p, n);
}
