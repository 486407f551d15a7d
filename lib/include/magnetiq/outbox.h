/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/outbox.h -- letters: written down in the transaction that causes
 * them, sent later by the jobs process.
 */
#ifndef MAGNETIQ_OUTBOX_H
#define MAGNETIQ_OUTBOX_H

#include <magnetiq/call.h>

struct mag_outbox_letter {
	const char	*template;	/* "reset": files letter/reset.* */
	const char	*recipient;
	const char	*language;
	const char	*data;		/* a JSON object: what the template shows */
	const char	*dedupe;	/* once only, whatever asks; or NULL */
	int64_t		 due;		/* 0: now */
};

/** mag_outbox_add(c, l): in the open transaction; a dedupe seen before is MAG_OK. */
MAG_API enum mag_status mag_outbox_add(struct mag_call *,
    const struct mag_outbox_letter *) MAG_CHECK;
/**
 * mag_outbox_file(done, c): write what is due as .eml files into
 * conf->mail_dir: the sender of development.  At most 50 at a time.
 */
MAG_API enum mag_status mag_outbox_file(int64_t *done, struct mag_call *)
    MAG_CHECK;

#endif
