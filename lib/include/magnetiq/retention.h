/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/retention.h -- forgetting by age: months for each class of data, in
 * the setting `retention`, and what is done when they are over.
 */
#ifndef MAGNETIQ_RETENTION_H
#define MAGNETIQ_RETENTION_H

#include <magnetiq/privacy.h>

struct mag_retention {
	const char	*class, *table;
	enum mag_forgets how;
	int64_t		 preset, most;	/* months; the most 0: no limit */
	const char	*find;		/* ?1: older than that */
};
/** mag_retention_classes(): all of them; ends with a class that is NULL. */
MAG_API const struct mag_retention *mag_retention_classes(void);
/** mag_retention_check(c, key, value): is it a map of classes to months? */
MAG_API void	mag_retention_check(struct mag_call *, const char *key,
    const struct mag_json *);

/** mag_retention_months(out, c, class): as it is set, else its preset;
 * 0 is for ever. */
MAG_API enum mag_status mag_retention_months(int64_t *out, struct mag_call *,
    const char *class) MAG_CHECK;
/** mag_retention_before(now, months): the moment so many months ago. */
MAG_API int64_t	mag_retention_before(int64_t now, int64_t months);
/** mag_retention_count(out, c, class, before): how many rows are over. */
MAG_API enum mag_status mag_retention_count(int64_t *out, struct mag_call *,
    const struct mag_retention *, int64_t before) MAG_CHECK;
/**
 * mag_retention_forget(out, c, class, before): forget them, some hundred a
 * transaction, so that nobody waits for it.
 */
MAG_API enum mag_status mag_retention_forget(int64_t *out, struct mag_call *,
    const struct mag_retention *, int64_t before) MAG_CHECK;

#endif
