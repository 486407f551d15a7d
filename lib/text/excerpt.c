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
read_word(struct reader *r)
{
	const char *at, *form;

	r->word = NULL;
	while (r->p < r->end) {
		at = r->p;
		if (!letter_parts(letter_next(&form, &r->p, r->end, false))) {
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
found(const struct reader *r, const struct mag_str *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (begins(r, &words[i], false) || begins(r, &words[i], true))
			return true;
	return false;
}

/* Where the excerpt begins: some words before the first find. */
static const char *
start(struct mag_str text, const struct mag_str *words, size_t n)
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

void
mag_excerpt(struct mag_buf *b, struct mag_str text, const struct mag_str *words,
    size_t n)
{
	const char *from = start(text, words, n), *done = from;
	struct reader r = { from, text.p + text.n, NULL, NULL };
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
		}
	}
	if (i < WORDS || !read_word(&r)) {
		mag_buf_html(b, done, (size_t)(r.end - done));
		return;
	}
	mag_buf_html(b, done, (size_t)(r.word - done));
	mag_buf_adds(b, "…");
}
