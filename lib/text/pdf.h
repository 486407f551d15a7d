/* SPDX-License-Identifier: MIT */
/*
 * pdf.h -- pages of text on A4, landscape, by libharu; points from the lower
 * left corner.  What fails makes the whole document fail, and is told by
 * pdf_out(); until then all else does nothing.
 */
#ifndef TEXT_PDF_H
#define TEXT_PDF_H

#include <stddef.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

#define PDF_WIDTH	841.89
#define PDF_HEIGHT	595.28
#define PDF_PAGES_MAX	200

enum pdf_font { PDF_PLAIN, PDF_BOLD, PDF_FONT__MAX };

struct pdf;

/**
 * pdf_new(out, fonts, memory): a document with the fonts of that folder, which
 * may take ${memory} bytes beside them.  MAG_UNAVAILABLE without the fonts.
 * To be freed in any case; there can be one at a time.
 */
enum mag_status	pdf_new(struct pdf **, const char *fonts, size_t memory)
		    MAG_CHECK;
/** pdf_free(pdf): NULL is allowed. */
void	pdf_free(struct pdf *);
/** pdf_status(pdf): MAG_OK, or what has failed. */
enum mag_status	pdf_status(const struct pdf *) MAG_CHECK;
/** pdf_title(pdf, title): what a reader's window shows. */
void	pdf_title(struct pdf *, const char *title);
/** pdf_page(pdf): begin a page. */
void	pdf_page(struct pdf *);
/** pdf_turn(pdf, i): go on with the page that was begun as the i-th, from 0. */
void	pdf_turn(struct pdf *, size_t i);
/**
 * pdf_text(pdf, x, y, room, font, size, p, n): text from there on, which ends
 * in an ellipsis where ${room} ends.
 */
void	pdf_text(struct pdf *, double x, double y, double room, enum pdf_font,
	    double size, const char *p, size_t n);
/** pdf_bar(pdf, x, y, width, height): a grey background. */
void	pdf_bar(struct pdf *, double x, double y, double width, double height);
/** pdf_rule(pdf, x, y, width): a thin grey line. */
void	pdf_rule(struct pdf *, double x, double y, double width);
/**
 * pdf_out(b, pdf): append the document, once.  MAG_TOO_LARGE if it takes more than
 * its memory or has more than PDF_PAGES_MAX, MAG_FAILED for all else.
 */
enum mag_status	pdf_out(struct mag_buf *, struct pdf *) MAG_CHECK;

#endif
