/* SPDX-License-Identifier: MIT */
/*
 * wxr.h -- what WordPress exports (WXR: RSS with additions), read as a stream:
 * however long the file, only one item of it is in memory.
 *
 * Versions 1.0 to 1.2 differ only in the address of their namespace.  Linked
 * into the command only: a worker does not carry expat.
 */
#ifndef OPS_WXR_H
#define OPS_WXR_H

#include <stdbool.h>
#include <stdint.h>

#include <magnetiq/call.h>

#define WXR_FILE_MAX	(4LL * 1024 * 1024 * 1024)	/* of one file */
#define WXR_ITEM_MAX	(8 * 1024 * 1024)	/* all that is kept of an item */
#define WXR_TEXT_MAX	(1024 * 1024)		/* one content or excerpt */
#define WXR_WORD_MAX	(16 * 1024)		/* any other field */
#define WXR_PENDING_MAX	(1024 * 1024)		/* a tag or a comment */

/** What stands at the head of the file; "" where nothing does. */
struct wxr_site {
	const char	*title, *link, *language, *version;
	const char	*site_url, *blog_url;
	int64_t		 blanked;	/* bytes that no XML may hold */
};

struct wxr_author {
	const char	*login, *email, *first_name, *last_name, *name;
};

/** A category or tag, or one value of an item's metadata. */
struct wxr_pair {
	struct wxr_pair	*next;
	const char	*key;		/* the domain, or the name */
	const char	*value;
	const char	*slug;		/* of a category */
};

/** A post, page, attachment, entry of a menu ...; never NULL, but "". */
struct wxr_item {
	const char	*title, *link, *guid, *creator, *content, *excerpt;
	const char	*id, *parent, *name, *status, *type, *password;
	const char	*date, *date_gmt, *modified_gmt;
	const char	*attachment_url, *menu_order, *sticky;
	struct wxr_pair	*terms, *metas;
	int64_t		 comments;
	bool		 too_large;	/* something of it was not kept */
};

/** Told of what was read; all of it lives until the function returns. */
struct wxr_events {
	void		*arg;
	enum mag_status	(*author)(void *arg, const struct wxr_author *);
	enum mag_status	(*item)(void *arg, const struct wxr_site *,
			    const struct wxr_item *);
};

struct wxr;

/**
 * wxr_new(c, events): a reader.  wxr_add() takes the next bytes; with ${last}
 * they are the last ones.  What the events return ends the reading.
 * MAG_INVALID with a sentence for what is no XML, has a document type (which
 * could define entities without end), or comes from elsewhere than WordPress.
 */
struct wxr	*wxr_new(struct mag_call *, const struct wxr_events *) MAG_CHECK;
enum mag_status	wxr_add(struct wxr *, const char *, size_t, bool last)
		    MAG_CHECK;
const struct wxr_site *wxr_site(const struct wxr *);
void	wxr_free(struct wxr *);

/** wxr_read(site, c, fd, events): a whole file, from its beginning. */
enum mag_status	wxr_read(struct wxr_site *, struct mag_call *, int fd,
		    const struct wxr_events *) MAG_CHECK;

/** wxr_wanted(key): is it one of the metadata that are kept? */
bool	wxr_wanted(const char *key);
/** wxr_meta(item, key): a value of its metadata, or NULL. */
const char *wxr_meta(const struct wxr_item *, const char *key);
/** wxr_term(item, domain): its first category of that domain, or NULL. */
const struct wxr_pair *wxr_term(const struct wxr_item *, const char *domain);

#endif
