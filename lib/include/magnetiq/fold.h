/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/fold.h -- text made comparable: slugs, e-mail addresses, words to
 * search for; and what such texts may look like.
 */
#ifndef MAGNETIQ_FOLD_H
#define MAGNETIQ_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/**
 * mag_slugify(a, p, n): a slug from a title: German letters as two (ä: ae,
 * ß: ss), other Latin letters without their marks, everything else a hyphen.
 * At most MAG_SLUG_MAX bytes; "" if nothing is left.
 */
MAG_API char	*mag_slugify(struct mag_arena *, const char *p, size_t n) MAG_CHECK;
/** [a-z0-9]+(-[a-z0-9]+)*, at most MAG_SLUG_MAX bytes. */
MAG_API bool	mag_slug_valid(const char *p, size_t n);

/** mag_fold_email(a, s): lower case, without blanks around it. */
MAG_API char	*mag_fold_email(struct mag_arena *, const char *) MAG_CHECK;
/**
 * mag_email_valid(p, n): one @, a dotted host, no blanks, control characters,
 * quotes, commas or brackets; the lengths of RFC 5321.  Letters of any script.
 */
MAG_API bool	mag_email_valid(const char *p, size_t n);
/**
 * mag_email_disposable(a, s): is it of a throw-away service?  The list is the
 * template disposable.txt, so TEMPLATE_DIR may have another.
 */
MAG_API bool	mag_email_disposable(struct mag_arena *, const char *);
/** https, http, mailto, tel or relative; no blanks or control characters. */
MAG_API bool	mag_url_valid(const char *p, size_t n);
/** `en`, `de-CH`: two or three letters, perhaps a region. */
MAG_API bool	mag_lang_valid(const char *p, size_t n);

/*
 * Search.  The index folds marks away by itself (ö: o), so a text is indexed
 * as it is, plus mag_fold_search() of it: each word that has a letter beyond
 * ASCII once with German letters as two (groesse) and once without its marks
 * and ß as ss (grosse).  A word of a query is folded both ways, and either
 * will do.  So groesse, grosse, GRÖSSE and größe all find Größe, and größe
 * finds what somebody wrote as Groesse.
 */
MAG_API char	*mag_fold_search(struct mag_arena *, const char *text) MAG_CHECK;
/**
 * mag_fold_vocabulary(b, p, n, max): the words of a long text, each folded both
 * ways and once, with a blank behind it, as long as ${b} has no more than
 * ${max} bytes.  They can be found, not read.  Returns how many words the text
 * has, the same one counted each time.
 */
MAG_API int64_t	mag_fold_vocabulary(struct mag_buf *, const char *p, size_t n,
    size_t max);
struct mag_word {
	struct mag_str	 form[2];	/* without marks; with letters as two */
	size_t		 forms;		/* 1 where both are the same */
};
/**
 * mag_fold_words(out, max, a, query): the words of a query, folded; what is
 * neither letter nor digit parts them; the same one counts once.  Returns how
 * many; words beyond ${max} are left out.
 */
MAG_API size_t	mag_fold_words(struct mag_word *out, size_t max,
    struct mag_arena *, const char *query);

#endif
