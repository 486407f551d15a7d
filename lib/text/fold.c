/* SPDX-License-Identifier: MIT */
/* Text made comparable: slugs and words to search for. */
#define _GNU_SOURCE		/* tdestroy */
#include <search.h>
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "letters.h"

#define FOLD_WORD_MAX	100	/* bytes of a word that is folded; longer: cut */

static char
lower(uint32_t c)
{

	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static void
slug_add(struct mag_buf *b, uint32_t code, const char *form)
{

	if (form != NULL)
		mag_buf_adds(b, form);
	else if (code < 0x80 && !letter_parts(code))
		mag_buf_addc(b, lower(code));
	else if (code == '\'' || code == 0x2019)
		return;		/* "don't" is one word */
	else if (b->len > 0 && b->p[b->len - 1] != '-')
		mag_buf_addc(b, '-');
}

char *
mag_slugify(struct mag_arena *a, const char *p, size_t n)
{
	const char *end = p + n, *form;
	struct mag_buf b;
	uint32_t code;

	mag_buf_init(&b, a, MAG_SLUG_MAX + 8);
	while (p < end && b.len < MAG_SLUG_MAX) {
		code = letter_next(&form, &p, end, true);
		slug_add(&b, code, form);
	}
	if (b.len > MAG_SLUG_MAX)
		b.len = MAG_SLUG_MAX;
	while (b.len > 0 && b.p[b.len - 1] == '-')
		b.len--;
	b.p[b.len] = '\0';
	return b.p;
}

bool
mag_slug_valid(const char *p, size_t n)
{
	size_t i;
	bool hyphen = true;	/* a slug begins as if after one */

	if (n == 0 || n > MAG_SLUG_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] == '-' && hyphen)
			return false;
		hyphen = p[i] == '-';
		if (!hyphen && !(p[i] >= 'a' && p[i] <= 'z') &&
		    !(p[i] >= '0' && p[i] <= '9'))
			return false;
	}
	return !hyphen;
}

/* One word in one of the two ways; other scripts stay as they are. */
static void
fold_word(struct mag_buf *b, const char *p, const char *end, bool german)
{
	size_t start = b->len;
	const char *form;
	uint32_t code;
	char bytes[4];

	while (p < end && b->len - start < FOLD_WORD_MAX) {
		code = letter_next(&form, &p, end, german);
		if (form != NULL)
			mag_buf_adds(b, form);
		else if (code < 0x80)
			mag_buf_addc(b, lower(code));
		else
			mag_buf_add(b, bytes, mag_utf8_put(bytes, code));
	}
}

/* The next word: false at the end; *beyond: it has letters beyond ASCII. */
static bool
word(const char **p, const char *end, struct mag_str *out, bool *beyond)
{
	const char *start, *at, *form;
	uint32_t code;

	*beyond = false;
	for (start = NULL; *p < end;) {
		at = *p;
		code = letter_next(&form, p, end, false);
		if (letter_parts(code)) {
			if (start != NULL) {
				*out = (struct mag_str){ start,
				    (size_t)(at - start) };
				return true;
			}
			continue;
		}
		if (start == NULL)
			start = at;
		*beyond |= code >= 0x80 || *p - at > 1;
	}
	if (start != NULL)
		*out = (struct mag_str){ start, (size_t)(end - start) };
	return start != NULL;
}

char *
mag_fold_search(struct mag_arena *a, const char *text)
{
	const char *end = text + strlen(text);
	struct mag_buf b;
	struct mag_str w;
	size_t plain;
	bool beyond;

	mag_buf_init(&b, a, 256);
	while (word(&text, end, &w, &beyond)) {
		if (!beyond)
			continue;
		plain = b.len;
		fold_word(&b, w.p, w.p + w.n, false);
		mag_buf_addc(&b, ' ');
		fold_word(&b, w.p, w.p + w.n, true);
		mag_buf_addc(&b, ' ');
		/* Where both ways lead to the same, once is enough. */
		if ((b.len - plain) % 2 == 0 && memcmp(b.p + plain,
		    b.p + plain + (b.len - plain) / 2,
		    (b.len - plain) / 2) == 0)
			b.len -= (b.len - plain) / 2;
	}
	b.p[b.len] = '\0';
	return b.p;
}

static bool
same(struct mag_str x, struct mag_str y)
{

	return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

static struct mag_str
form(struct mag_arena *a, struct mag_str w, bool german)
{
	struct mag_buf b;

	mag_buf_init(&b, a, w.n + 8);
	fold_word(&b, w.p, w.p + w.n, german);
	return (struct mag_str){ b.p, b.len };
}

size_t
mag_fold_words(struct mag_word *out, size_t max, struct mag_arena *a,
    const char *query)
{
	const char *end = query + strlen(query);
	struct mag_str w;
	size_t i, n = 0;
	bool beyond;

	while (n < max && word(&query, end, &w, &beyond)) {
		out[n].form[0] = form(a, w, false);
		out[n].form[1] = form(a, w, true);
		out[n].forms = same(out[n].form[0], out[n].form[1]) ? 1 : 2;
		for (i = 0; !same(out[i].form[0], out[n].form[0]); i++)
			continue;
		/* Of a mark without its letter nothing is left. */
		n += i == n && out[n].form[0].n > 0;
	}
	return n;
}

/* ---- the words of a long text ---- */

static int
by_bytes(const void *x, const void *y)
{

	return strcmp(x, y);
}

static void
keep(void *word)
{

	(void)word;	/* it lives in the arena */
}

/* tsearch(3) is a balanced tree, so that no choice of words makes this slow. */
struct vocabulary {
	struct mag_arena *a;
	struct mag_buf	*b, form;
	size_t		 max;
	void		*known;
};

static void
learn(struct vocabulary *v, struct mag_str w, bool german)
{

	v->form.len = 0;
	fold_word(&v->form, w.p, w.p + w.n, german);
	v->form.p[v->form.len] = '\0';
	if (v->form.len == 0 || v->b->len + v->form.len + 1 > v->max ||
	    tfind(v->form.p, &v->known, by_bytes) != NULL)
		return;
	(void)tsearch(mag_dup(v->a, v->form.p, v->form.len), &v->known,
	    by_bytes);
	mag_buf_add(v->b, v->form.p, v->form.len);
	mag_buf_addc(v->b, ' ');
}

int64_t
mag_fold_vocabulary(struct mag_buf *b, const char *p, size_t n, size_t max)
{
	struct vocabulary v = { .a = mag_arena_new(16 * max + 65536), .b = b,
	    .max = max };
	const char *end = p + n;
	struct mag_str w;
	int64_t words = 0;
	bool beyond;

	mag_buf_init(&v.form, v.a, FOLD_WORD_MAX + 8);
	for (; word(&p, end, &w, &beyond); words++) {
		learn(&v, w, false);
		if (beyond)
			learn(&v, w, true);
	}
	tdestroy(v.known, keep);
	mag_arena_free(v.a);
	return words;
}
