/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/html.h -- HTML that older systems and importers bring, shown
 * through an allow list over a real parser (libxml2).
 */
#ifndef MAGNETIQ_HTML_H
#define MAGNETIQ_HTML_H

#include <stdbool.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/**
 * mag_html_clean(b, p, n): the allowed elements and attributes of it, well
 * formed; of others only their text, of scripts and the like nothing.
 */
MAG_API void	mag_html_clean(struct mag_buf *, const char *p, size_t n);
/** mag_html_text(b, p, n): what a reader reads. */
MAG_API void	mag_html_text(struct mag_buf *, const char *p, size_t n);
/**
 * mag_html_letter(b, p, n): a letter of our own templates as text: paragraphs
 * part lines, a link is its words, a colon and its address on the next line.
 */
MAG_API void	mag_html_letter(struct mag_buf *, const char *p, size_t n);
/**
 * mag_html_looks(p, n): after blanks, does it begin with < and a tag name, or
 * as a comment or document type does?
 */
MAG_API bool	mag_html_looks(const char *p, size_t n);

#endif
