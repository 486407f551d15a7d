/* SPDX-License-Identifier: MIT */
/* CommonMark to HTML and to plain text, by cmark-gfm. */
#include <stdlib.h>
#include <string.h>

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#include <magnetiq/markdown.h>

static const char *const extensions[] = { "table", "strikethrough", "autolink" };

/* A parsed document, or NULL where there is no memory for one. */
static cmark_node *
parse(const char *p, size_t n, cmark_parser **parser)
{
	size_t i;

	cmark_gfm_core_extensions_ensure_registered();
	*parser = cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
	for (i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		cmark_parser_attach_syntax_extension(*parser,
		    cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(*parser, p, n);
	return cmark_parser_finish(*parser);
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

void
mag_markdown_html(struct mag_buf *b, const char *p, size_t n)
{
	cmark_parser *parser;
	cmark_node *doc = parse(p, n, &parser);
	char *html;

	drop_html(doc);
	html = cmark_render_html(doc, CMARK_OPT_DEFAULT,
	    cmark_parser_get_syntax_extensions(parser));
	if (html != NULL)
		mag_buf_adds(b, html);
	free(html);
	cmark_node_free(doc);
	cmark_parser_free(parser);
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

void
mag_markdown_text(struct mag_buf *b, const char *p, size_t n)
{
	cmark_parser *parser;
	cmark_node *doc = parse(p, n, &parser);
	cmark_iter *iter = cmark_iter_new(doc);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		add_node(b, cmark_iter_get_node(iter), event);
	cmark_iter_free(iter);
	cmark_node_free(doc);
	cmark_parser_free(parser);
}
