/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/log.h -- one JSON line a fact, on stderr.
 *
 * A line has time, level, pid, event and what the caller adds.  Never log a
 * password, a token, a query string or a body; mask e-mail addresses with
 * mag_log_email().  Each line leaves in one write(2), so that lines of many
 * workers do not mix.
 */
#ifndef MAGNETIQ_LOG_H
#define MAGNETIQ_LOG_H

#include <stddef.h>
#include <stdint.h>

#include <magnetiq/status.h>

enum mag_level { MAG_DEBUG, MAG_INFO, MAG_WARN, MAG_ERROR, MAG_LEVEL__MAX };

/** mag_log_level(l): drop lines below ${l} from now on (default MAG_INFO). */
MAG_API void	mag_log_level(enum mag_level);
/** mag_log_request(id): the request id that later lines carry; NULL: none. */
MAG_API void	mag_log_request(const char *id);
/** mag_log(level, event, format, ...): `event` is a word, the rest a sentence. */
MAG_API void	mag_log(enum mag_level, const char *event, const char *, ...)
    MAG_PRINTF(3, 4);
/**
 * mag_log_fields(level, event, json): as mag_log, with ready JSON members
 * (`"status":200,"bytes":12`) in place of a message.
 */
MAG_API void	mag_log_fields(enum mag_level, const char *event,
    const char *json);
/** mag_log_email(out, size, email): `a***@example.org`. */
MAG_API void	mag_log_email(char *out, size_t size, const char *email);

#endif
