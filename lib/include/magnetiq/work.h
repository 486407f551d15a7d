/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/work.h -- proof of work: a form that costs its sender some seconds
 * of computing, and us one hash.
 *
 * Whoever wants to send one asks for a challenge, and looks for a nonce so that
 *
 *	SHA-256(challenge " " nonce "\n" body)
 *
 * begins with as many zero bits as were asked for.  The body is part of it, so
 * that one proof is good for one message, and nothing need be remembered here.
 */
#ifndef MAGNETIQ_WORK_H
#define MAGNETIQ_WORK_H

#include <stdbool.h>

#include <magnetiq/call.h>

#define MAG_WORK_BITS_MAX	24	/* a minute of a telephone */
#define MAG_WORK_SECONDS	(10 * 60)

/** mag_work_challenge(c, expires): good until the second ${expires}. */
MAG_API const char *mag_work_challenge(struct mag_call *, int64_t expires);
/**
 * mag_work_done(c, proof, bits, body, n): is "challenge nonce" a proof for
 * these bytes?
 */
MAG_API bool	mag_work_done(struct mag_call *, const char *proof, int bits,
    const char *body, size_t n);

#endif
