/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/whitepaper.h -- white papers, and who fetched them.
 *
 * The file is a private medium; a signed link opens it for an hour, and one
 * that is sent by letter for a week.  Links and the cookie of a known visitor
 * name the row of a download, so they are void once that row is gone, or the
 * person in it is forgotten.
 */
#ifndef MAGNETIQ_WHITEPAPER_H
#define MAGNETIQ_WHITEPAPER_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_whitepaper;
extern MAG_API struct mag_noun mag_download;

#define MAG_DOWNLOAD_SECONDS	(60 * 60)
#define MAG_LEAD_SECONDS	(90 * 24 * 60 * 60)

/** Of the published ones, those that strangers are shown without knowing the
 * address: not those whose lead_magnet_active is false. */
extern MAG_API const struct mag_filter mag_whitepaper_listed;

/** mag_whitepaper_public(out, c, slug): one that strangers may see. */
MAG_API enum mag_status mag_whitepaper_public(struct mag_record **out,
    struct mag_call *, const char *slug) MAG_CHECK;

/* A field that the form before a paper asks for. */
struct mag_form_field {
	const char	*name;		/* one of the fields of a download */
	bool		 required;	/* where it applies */
	const char	*when;		/* the field it depends on; NULL: none */
	bool		 filled;	/* it applies if that one is; or is not */
};
/**
 * mag_whitepaper_form(out, a, paper): what its form asks for beside name and
 * address, in ${out}[MAG_FORM_FIELDS_MAX]; how many that are.  -1 if the paper
 * says nothing of it: then the form is the usual one.
 */
MAG_API int	mag_whitepaper_form(struct mag_form_field *out,
    struct mag_arena *, const struct mag_record *paper) MAG_CHECK;

/*
 * What stands in the PDF of a paper.  Whoever reads them asks which is next,
 * and tells what came of it; both do nothing if the paper has another file by
 * then.
 */
struct mag_paper_job {
	int64_t		 id;
	const char	*path;		/* of the file, below UPLOAD_DIR */
	const char	*hash;
};
/** mag_paper_next(out, c): MAG_NOT_FOUND if all are read. */
MAG_API enum mag_status mag_paper_next(struct mag_paper_job *out,
    struct mag_call *) MAG_CHECK;
/** mag_paper_read(c, job, text, n): its text, a form feed behind each page. */
MAG_API enum mag_status mag_paper_read(struct mag_call *,
    const struct mag_paper_job *, const char *text, size_t n) MAG_CHECK;
/** It cannot be read; nobody tries again until the bytes are others. */
MAG_API enum mag_status mag_paper_unread(struct mag_call *,
    const struct mag_paper_job *) MAG_CHECK;

/** What came of asking for a paper. */
struct mag_download_result {
	const char	*token;		/* of the link */
	int64_t		 expires;
	const char	*lead;		/* the cookie's new value, or NULL */
};
/**
 * mag_download_ask(out, c, paper, body, lead): a visitor fills in the form,
 * or says use_session and is known by the cookie's value ${lead} (NULL:
 * none).  Where the paper asks nobody's name, {} is enough; where it does,
 * whoever is not known must fill in what its form_fields require.
 */
MAG_API enum mag_status mag_download_ask(struct mag_download_result *out,
    struct mag_call *, int64_t paper, const struct mag_json *body,
    const char *lead) MAG_CHECK;
/**
 * mag_download_open(out, c, token, whole): the medium behind a link.
 * MAG_NOT_FOUND for a wrong token or a paper that is gone, MAG_GONE for one
 * that has expired or was revoked.  With ${whole} it is counted: somebody
 * fetches the file, not only another piece of it.
 */
MAG_API enum mag_status mag_download_open(struct mag_record **out,
    struct mag_call *, const char *token, bool whole) MAG_CHECK;
/** mag_download_get(out, c, paper, id): one of the downloads of a paper. */
MAG_API enum mag_status mag_download_get(struct mag_record **out,
    struct mag_call *, int64_t paper, int64_t id) MAG_CHECK;
/**
 * mag_download_revoke(out, c, paper, id): the links of this download open
 * nothing any more, and a letter that has not left yet stays.  MAG_OK,
 * unchanged, if they were revoked before.  The cookie of the visitor is
 * another matter: it ends with the person.
 */
MAG_API enum mag_status mag_download_revoke(struct mag_record **out,
    struct mag_call *, int64_t paper, int64_t id) MAG_CHECK;

/**
 * mag_edition_tell(letters, edition, c, paper): write to whoever had an earlier
 * edition of a published paper, has agreed to such letters and was not told of
 * this edition before; ${letters} were written.  MAG_CONFLICT if the paper is
 * not published.
 */
MAG_API enum mag_status mag_edition_tell(int64_t *letters, int64_t *edition,
    struct mag_call *, int64_t paper) MAG_CHECK;

#endif
