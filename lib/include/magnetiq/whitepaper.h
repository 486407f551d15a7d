/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/whitepaper.h -- white papers, and who fetched them.
 *
 * The file is a private medium; a signed link opens it for an hour.  Links
 * and the cookie of a known visitor name the row of a download, so they are
 * void once that row is gone.
 */
#ifndef MAGNETIQ_WHITEPAPER_H
#define MAGNETIQ_WHITEPAPER_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_whitepaper;
extern MAG_API struct mag_noun mag_download;

#define MAG_DOWNLOAD_SECONDS	(60 * 60)
#define MAG_LEAD_SECONDS	(90 * 24 * 60 * 60)

/** mag_whitepaper_public(out, c, slug): one that strangers may see. */
MAG_API enum mag_status mag_whitepaper_public(struct mag_record **out,
    struct mag_call *, const char *slug) MAG_CHECK;

/** What came of asking for a paper. */
struct mag_download_result {
	const char	*token;		/* of the link */
	int64_t		 expires;
	const char	*lead;		/* the cookie's new value, or NULL */
};
/**
 * mag_download_ask(out, c, paper, body, lead): a visitor fills in the form,
 * or says use_session and is known by the cookie's value ${lead} (NULL:
 * none).  Where the paper asks nobody's name, {} is enough.
 */
MAG_API enum mag_status mag_download_ask(struct mag_download_result *out,
    struct mag_call *, int64_t paper, const struct mag_json *body,
    const char *lead) MAG_CHECK;
/**
 * mag_download_open(out, c, token): the medium behind a link.  MAG_NOT_FOUND
 * for a wrong token or a paper that is gone, MAG_GONE for an old one.
 */
MAG_API enum mag_status mag_download_open(struct mag_record **out,
    struct mag_call *, const char *token) MAG_CHECK;

#endif
