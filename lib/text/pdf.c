/* SPDX-License-Identifier: MIT */
/*
 * Pages of text, by libharu.
 *
 * Its memory is ours: what it asks for beyond the limit, or what malloc
 * refuses, is a jump out of it, and whatever it had is given back.  So no
 * answer of its functions has to be looked at.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hpdf.h>

#include <magnetiq/log.h>
#include <magnetiq/utf8.h>

#include "pdf.h"

#define DOTS		0x2026	/* an ellipsis */
#define UNKNOWN		0xfffd
#define CACHED		0x3000	/* letters whose width is kept */
#define LETTERS_MAX	1000	/* of one text: no page is wider */
#define RANGES		64	/* in a block; 100 are allowed */
#define UNITS		1000.0	/* of a font's widths */
#define GREY_BAR	0.9f
#define GREY_RULE	0.7f

/* What libharu has been given. */
struct block {
	struct block	*next, **from;
	size_t		 n;
	_Alignas(16) unsigned char data[];
};

struct face {
	HPDF_Font	 font;
	short		 width[CACHED];	/* plus one; 0: not asked yet */
};

struct pdf {
	jmp_buf		 out;		/* where a failure goes */
	enum mag_status	 st;
	struct block	*blocks;
	size_t		 held, most;
	HPDF_Doc	 doc;
	struct face	 faces[PDF_FONT__MAX];
	HPDF_Page	 page, pages[PDF_PAGES_MAX];
	size_t		 npages;
	struct mag_arena *a;		/* for one text */
};

/* libharu tells its allocator nothing. */
static struct pdf *current;

/* Nothing happens after a failure; one below this line ends the function. */
#define GUARD(x)	if ((x)->st != MAG_OK || setjmp((x)->out) != 0) return

static _Noreturn void
fail(struct pdf *x, enum mag_status st)
{

	x->st = st;
	longjmp(x->out, 1);
}

static void HPDF_STDCALL
refused(HPDF_STATUS error, HPDF_STATUS detail, void *arg)
{

	mag_log(MAG_ERROR, "pdf", "libharu says 0x%04lx, %lu",
	    (unsigned long)error, (unsigned long)detail);
	fail(arg, MAG_FAILED);
}

static void *HPDF_STDCALL
get(HPDF_UINT n)
{
	struct pdf *x = current;
	struct block *b;

	if (n > x->most - x->held)
		fail(x, MAG_TOO_LARGE);
	if ((b = malloc(sizeof(*b) + n)) == NULL)
		fail(x, MAG_FAILED);
	b->n = n;
	b->next = x->blocks;
	b->from = &x->blocks;
	if (b->next != NULL)
		b->next->from = &b->next;
	x->blocks = b;
	x->held += n;
	return b->data;
}

static void HPDF_STDCALL
give_back(void *p)
{
	struct block *b;

	if (p == NULL)
		return;
	b = (struct block *)(void *)((unsigned char *)p -
	    offsetof(struct block, data));
	current->held -= b->n;
	*b->from = b->next;
	if (b->next != NULL)
		b->next->from = b->from;
	free(b);
}

/*
 * Which letters the codes of a text are, so that it can be searched and
 * copied.  libharu 2.3 says it in a form that is meant for something else, and
 * that only some readers understand.  A code is its letter; a range may not
 * go beyond one first byte.
 */
static void
tell_letters(struct pdf *x, HPDF_Font font)
{
	HPDF_Dict map = HPDF_DictStream_New(x->doc->mmgr, x->doc->xref);
	char line[64];
	int i;

	HPDF_Stream_WriteStr(map->stream, "/CIDInit /ProcSet findresource begin"
	    " 12 dict begin begincmap /CIDSystemInfo << /Registry (Adobe)"
	    " /Ordering (UCS) /Supplement 0 >> def /CMapName"
	    " /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange"
	    " <0000> <FFFF> endcodespacerange\n");
	for (i = 0; i < 256; i++) {
		if (i % RANGES == 0)
			HPDF_Stream_WriteStr(map->stream,
			    "64 beginbfrange\n");
		snprintf(line, sizeof(line), "<%02X00> <%02XFF> <%02X00>\n",
		    i, i, i);
		HPDF_Stream_WriteStr(map->stream, line);
		if (i % RANGES == RANGES - 1)
			HPDF_Stream_WriteStr(map->stream, "endbfrange\n");
	}
	HPDF_Stream_WriteStr(map->stream, "endcmap CMapName currentdict /CMap"
	    " defineresource pop end end\n");
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	HPDF_Dict_Add(font, "ToUnicode", map);
}

static void
load(struct pdf *x, enum pdf_font i, const char *folder, const char *file)
{
	const char *path = mag_printf(x->a, "%s/%s", folder, file), *name;

	if (access(path, R_OK) != 0) {
		mag_log(MAG_ERROR, "pdf", "the font %s: %m", path);
		fail(x, MAG_UNAVAILABLE);
	}
	name = HPDF_LoadTTFontFromFile(x->doc, path, HPDF_TRUE);
	x->faces[i].font = HPDF_GetFont(x->doc, name, "UTF-8");
	tell_letters(x, x->faces[i].font);
}

/* A jump out of here would leave a file open, so fonts take what they need:
 * they are always the same. */
static void
begin(struct pdf *x, const char *folder, size_t memory)
{

	GUARD(x);
	x->most = SIZE_MAX;
	if ((x->doc = HPDF_NewEx(refused, get, give_back, 0, x)) == NULL)
		fail(x, MAG_FAILED);
	HPDF_SetCompressionMode(x->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(x->doc);
	HPDF_SetCurrentEncoder(x->doc, "UTF-8");
	load(x, PDF_PLAIN, folder, "DejaVuSans.ttf");
	load(x, PDF_BOLD, folder, "DejaVuSans-Bold.ttf");
	x->most = x->held + memory;
}

enum mag_status
pdf_new(struct pdf **out, const char *fonts, size_t memory)
{
	struct pdf *x;

	*out = NULL;
	if (current != NULL || (x = calloc(1, sizeof(*x))) == NULL)
		return MAG_FAILED;
	x->st = MAG_OK;
	x->a = mag_arena_new(64 * 1024);
	*out = current = x;
	begin(x, fonts, memory);
	return x->st;
}

/* It has the files of the fonts open. */
static void
end(struct pdf *x)
{

	x->st = MAG_OK;
	GUARD(x);
	HPDF_Free(x->doc);
}

void
pdf_free(struct pdf *x)
{

	if (x == NULL)
		return;
	if (x->doc != NULL)
		end(x);
	while (x->blocks != NULL)
		give_back(x->blocks->data);
	mag_arena_free(x->a);
	free(x);
	current = NULL;
}

enum mag_status
pdf_status(const struct pdf *x)
{

	return x->st;
}

void
pdf_title(struct pdf *x, const char *title)
{

	GUARD(x);
	HPDF_SetInfoAttr(x->doc, HPDF_INFO_TITLE, title);
}

void
pdf_page(struct pdf *x)
{

	GUARD(x);
	if (x->npages == PDF_PAGES_MAX)
		fail(x, MAG_TOO_LARGE);
	x->page = x->pages[x->npages++] = HPDF_AddPage(x->doc);
	HPDF_Page_SetSize(x->page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_LANDSCAPE);
	HPDF_Page_SetLineWidth(x->page, 0.5f);
	HPDF_Page_SetGrayStroke(x->page, GREY_RULE);
}

void
pdf_turn(struct pdf *x, size_t i)
{

	if (i < x->npages)
		x->page = x->pages[i];
}

/* ---- text ---- */

/* The next letter; the font has none beyond the 16 bits of libharu. */
static HPDF_UNICODE
next(const char **p, const char *end)
{
	uint32_t code;

	if (!mag_utf8_next(p, end, &code)) {
		(*p)++;
		return UNKNOWN;
	}
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return ' ';
	return code > 0xffff ? UNKNOWN : (HPDF_UNICODE)code;
}

static double
width(struct face *f, HPDF_UNICODE code)
{

	if (code >= CACHED)
		return HPDF_Font_GetUnicodeWidth(f->font, code) / UNITS;
	if (f->width[code] == 0)
		f->width[code] = (short)(HPDF_Font_GetUnicodeWidth(f->font,
		    code) + 1);
	return (f->width[code] - 1) / UNITS;
}

static const char *
fit(struct pdf *x, struct face *f, double room, const char *p, size_t n)
{
	const char *stop = p + n;
	double wide = 0, dots = width(f, DOTS);
	size_t letters = 0, cut = 0;
	HPDF_UNICODE code;
	struct mag_buf b;
	char bytes[4];

	mag_arena_reset(x->a);
	mag_buf_init(&b, x->a, 256);
	while (p < stop) {
		code = next(&p, stop);
		wide += width(f, code);
		if (wide > room || letters++ == LETTERS_MAX) {
			b.len = cut;
			mag_buf_adds(&b, "…");
			break;
		}
		mag_buf_add(&b, bytes, mag_utf8_put(bytes, code));
		if (wide + dots <= room)
			cut = b.len;
	}
	return b.p;
}

void
pdf_text(struct pdf *x, double at, double y, double room, enum pdf_font font,
    double size, const char *p, size_t n)
{
	struct face *f = &x->faces[font];

	GUARD(x);
	HPDF_Page_BeginText(x->page);
	HPDF_Page_SetFontAndSize(x->page, f->font, (HPDF_REAL)size);
	HPDF_Page_TextOut(x->page, (HPDF_REAL)at, (HPDF_REAL)y,
	    fit(x, f, room / size, p, n));
	HPDF_Page_EndText(x->page);
}

/* ---- what is around it ---- */

void
pdf_bar(struct pdf *x, double at, double y, double wide, double high)
{

	GUARD(x);
	HPDF_Page_SetGrayFill(x->page, GREY_BAR);
	HPDF_Page_Rectangle(x->page, (HPDF_REAL)at, (HPDF_REAL)y,
	    (HPDF_REAL)wide, (HPDF_REAL)high);
	HPDF_Page_Fill(x->page);
	HPDF_Page_SetGrayFill(x->page, 0);
}

void
pdf_rule(struct pdf *x, double at, double y, double wide)
{

	GUARD(x);
	HPDF_Page_MoveTo(x->page, (HPDF_REAL)at, (HPDF_REAL)y);
	HPDF_Page_LineTo(x->page, (HPDF_REAL)(at + wide), (HPDF_REAL)y);
	HPDF_Page_Stroke(x->page);
}

static void
save(struct mag_buf *b, struct pdf *x)
{
	HPDF_UINT32 n;

	GUARD(x);
	HPDF_SaveToStream(x->doc);
	n = HPDF_GetStreamSize(x->doc);
	HPDF_ResetStream(x->doc);
	HPDF_ReadFromStream(x->doc, (HPDF_BYTE *)mag_buf_room(b, n), &n);
	b->len += n;
	b->p[b->len] = '\0';
}

enum mag_status
pdf_out(struct mag_buf *b, struct pdf *x)
{

	save(b, x);
	return x->st;
}
