/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/arena.h -- memory that is given back all at once, and strings
 * that grow in it.
 *
 * A request, a job or a test has one arena.  Every input from a stranger has
 * a length limit, so an arena that would pass its own limit means a mistake
 * of ours: the process logs it and dies, and its supervisor starts another.
 * Therefore nothing here returns NULL and no caller checks.
 */
#ifndef MAGNETIQ_ARENA_H
#define MAGNETIQ_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

struct mag_arena;

/** Bytes with their length; p need not end in NUL unless a function says so. */
struct mag_str {
	const char	*p;
	size_t		 n;
};

/**
 * mag_arena_new(limit): a new arena that may hold ${limit} bytes.
 * mag_arena_free(a): give everything back; NULL is allowed.
 * mag_arena_reset(a): forget all contents, keep the first block for reuse.
 * mag_arena_wipe(a): the same, and overwrite what they held: secrets.
 * mag_arena_used(a): bytes handed out since it was made or reset.
 */
MAG_API struct mag_arena *mag_arena_new(size_t limit) MAG_CHECK;
MAG_API void	 mag_arena_free(struct mag_arena *);
MAG_API void	 mag_arena_reset(struct mag_arena *);
MAG_API void	 mag_arena_wipe(struct mag_arena *);
MAG_API size_t	 mag_arena_used(const struct mag_arena *);

/** mag_alloc(a, n): ${n} zeroed bytes, aligned for any type. */
MAG_API void	*mag_alloc(struct mag_arena *, size_t n) MAG_CHECK;
/** mag_dup(a, p, n): a copy of ${n} bytes with a NUL after them. */
MAG_API char	*mag_dup(struct mag_arena *, const void *p, size_t n) MAG_CHECK;
/** mag_strdup(a, s): a copy of a C string; NULL gives NULL. */
MAG_API char	*mag_strdup(struct mag_arena *, const char *s) MAG_CHECK;
/** mag_printf(a, format, ...): a new C string. */
MAG_API char	*mag_printf(struct mag_arena *, const char *, ...)
    MAG_PRINTF(2, 3) MAG_CHECK;

/**
 * A string that grows.  After mag_buf_init(), p is never NULL and p[len] is
 * always NUL.  It lives in the arena; it has no free function.
 */
struct mag_buf {
	struct mag_arena *a;
	char		*p;
	size_t		 len;
	size_t		 cap;
};

MAG_API void	 mag_buf_init(struct mag_buf *, struct mag_arena *, size_t hint);
MAG_API void	 mag_buf_add(struct mag_buf *, const void *, size_t);
MAG_API void	 mag_buf_adds(struct mag_buf *, const char *);
MAG_API void	 mag_buf_addc(struct mag_buf *, char);
MAG_API void	 mag_buf_addi(struct mag_buf *, int64_t);
MAG_API void	 mag_buf_addf(struct mag_buf *, const char *, ...) MAG_PRINTF(2, 3);
/** mag_buf_room(b, n): make room for ${n} more bytes; returns p + len. */
MAG_API char	*mag_buf_room(struct mag_buf *, size_t n);
/** mag_buf_json(b, p, n): the bytes as a JSON string, quotes included. */
MAG_API void	 mag_buf_json(struct mag_buf *, const char *p, size_t n);
/** mag_buf_jsons(b, s): a C string as a JSON string; NULL gives null. */
MAG_API void	 mag_buf_jsons(struct mag_buf *, const char *s);
/** mag_buf_html(b, p, n): the bytes with & < > " ' escaped. */
MAG_API void	 mag_buf_html(struct mag_buf *, const char *p, size_t n);

/** mag_listed(words, word): is it one of the blank-separated words? */
MAG_API bool	 mag_listed(const char *words, const char *word) MAG_CHECK;

#endif
