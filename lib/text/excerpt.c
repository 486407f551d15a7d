/* SPDX-License-Identifier: MIT */
/* Where in a text the words stand that somebody searched for. */
#include <stdbool.h>
#include <string.h>

#include <magnetiq/excerpt.h>
#include <magnetiq/utf8.h>

#include "letters.h"

#define BEFORE		8	/* words before the first find */
#define WORDS		30	/* words in all */

/* Reads a text word by word; a word is what mag_fold_words() takes for one. */
struct reader {
	const char	*p, *end;	/* what is left */
	const char	*word, *after;	/* the word in hand */
};

static bool
ascii(char c)
{

	return (unsigned char)c < 0x80;
}

/* Does the letter at r->p part words?  Goes beyond it. */
static bool
parts(struct reader *r)
{
	const char *form, *at = r->p;

	if (!ascii(at[0]) || (at + 1 < r->end && !ascii(at[1])))
		return letter_parts(letter_next(&form, &r->p, r->end, false));
	r->p++;
	return !((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') ||
	    (*at >= 'A' && *at <= 'Z'));
}

static bool
read_word(struct reader *r)
{
	const char *at;

	r->word = NULL;
	while (r->p < r->end) {
		at = r->p;
		if (!parts(r)) {
			if (r->word == NULL)
				r->word = at;
		} else if (r->word != NULL) {
			r->after = at;
			return true;
		}
	}
	r->after = r->end;
	return r->word != NULL;
}

/* The usual case, without a call for each letter; -1: it is not that. */
static int
begins_ascii(const struct reader *r, const struct mag_str *word)
{
	const char *p = r->word;
	size_t i;
	char c;

	for (i = 0; i < word->n; i++, p++) {
		if (p >= r->after)
			return 0;
		c = *p;
		/* A mark may follow that belongs to the letter before it. */
		if (!ascii(c))
			return -1;
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (word->p[i] != c)
			return p + 1 < r->after && !ascii(p[1]) ?
			    -1 : 0;
	}
	return 1;
}

/* Does the word in hand, folded, begin with this one? */
static bool
begins(const struct reader *r, const struct mag_str *word, bool german)
{
	const char *p = r->word, *form, *w = word->p, *end = w + word->n;
	uint32_t code;
	char bytes[4];
	size_t n;

	while (w < end) {
		if (p >= r->after)
			return false;
		code = letter_next(&form, &p, r->after, german);
		if (code >= 'A' && code <= 'Z')
			code += 'a' - 'A';
		n = form != NULL ? strlen(form) : mag_utf8_put(bytes, code);
		/* A word may end within two letters that were one. */
		if ((size_t)(end - w) < n)
			n = (size_t)(end - w);
		if (memcmp(w, form != NULL ? form : bytes, n) != 0)
			return false;
		w += n;
	}
	return true;
}

static bool
is(const struct reader *r, const struct mag_str *form)
{
	int plain = begins_ascii(r, form);

	return plain > 0 || (plain < 0 && (begins(r, form, false) ||
	    begins(r, form, true)));
}

static bool
found(const struct reader *r, const struct mag_word *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is(r, &words[i].form[0]) ||
		    (words[i].forms > 1 && is(r, &words[i].form[1])))
			return true;
	return false;
}

/* Where the excerpt begins: some words before the first find. */
static const char *
start(struct mag_str text, const struct mag_word *words, size_t n)
{
	struct reader r = { text.p, text.p + text.n, NULL, NULL };
	const char *last[BEFORE] = { NULL };
	size_t i = 0;

	while (read_word(&r)) {
		if (found(&r, words, n))
			return i < BEFORE ? text.p : last[i % BEFORE];
		last[i++ % BEFORE] = r.word;
	}
	return text.p;
}

static struct mag_str
trimmed(struct mag_str s)
{

	while (s.n > 0 && strchr(" \t\r\n", s.p[s.n - 1]) != NULL)
		s.n--;
	while (s.n > 0 && strchr(" \t\r\n", *s.p) != NULL) {
		s.p++;
		s.n--;
	}
	return s;
}

bool
mag_excerpt(struct mag_buf *b, struct mag_str whole,
    const struct mag_word *words, size_t n)
{
	struct mag_str text = trimmed(whole);
	const char *from = start(text, words, n), *done = from;
	struct reader r = { from, text.p + text.n, NULL, NULL };
	bool any = false;
	size_t i;

	if (from > text.p)
		mag_buf_adds(b, "…");
	for (i = 0; i < WORDS && read_word(&r); i++) {
		if (found(&r, words, n)) {
			mag_buf_html(b, done, (size_t)(r.word - done));
			mag_buf_adds(b, "<mark>");
			mag_buf_html(b, r.word, (size_t)(r.after - r.word));
			mag_buf_adds(b, "</mark>");
			done = r.after;
			any = true;
		}
	}
	if (i < WORDS || !read_word(&r)) {
		mag_buf_html(b, done, (size_t)(r.end - done));
		return any;
	}
	mag_buf_html(b, done, (size_t)(r.word - done));
	mag_buf_adds(b, "…");
	return any;
}
