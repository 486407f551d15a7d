/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/markdown.h -- CommonMark, by cmark-gfm: raw HTML and dangerous
 * links are dropped; tables, strikethrough and bare links are known.
 */
#ifndef MAGNETIQ_MARKDOWN_H
#define MAGNETIQ_MARKDOWN_H

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/** mag_markdown_html(b, p, n): as HTML that is safe to show. */
MAG_API void	mag_markdown_html(struct mag_buf *, const char *p, size_t n);
/** mag_markdown_text(b, p, n): what a reader reads, without any marks. */
MAG_API void	mag_markdown_text(struct mag_buf *, const char *p, size_t n);

#endif
