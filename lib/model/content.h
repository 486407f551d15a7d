/* SPDX-License-Identifier: MIT */
/* content.h -- what a page says: CommonMark, or blocks. */
#ifndef MODEL_CONTENT_H
#define MODEL_CONTENT_H

#include <magnetiq/call.h>
#include <magnetiq/json.h>
#include <magnetiq/noun.h>

/**
 * content_read(b, c, name, j): check one language's content and print it
 * into ${b}; false with details under the dotted ${name} if it is wrong.
 */
bool	content_read(struct mag_buf *, struct mag_call *, const char *name,
	    const struct mag_json *);

/** One field of a kind of block. */
struct block_field {
	const char	*name;
	enum { BLOCK_TEXT, BLOCK_LINE, BLOCK_URL, BLOCK_MEDIA, BLOCK_HTML,
	    BLOCK_ITEMS } kind;
	int64_t		 max;		/* characters */
};
struct block_kind {
	const char	*name;
	const struct block_field *fields;	/* ends with a name that is NULL */
};
/** content_kinds(): all kinds of blocks; ends with a name that is NULL. */
const struct block_kind *content_kinds(void);
/** content_kind(block): the kind of a block; NULL if it has none. */
const struct block_kind *content_kind(const struct mag_json *block);
/** content_item_fields(): what the elements of BLOCK_ITEMS hold. */
const struct block_field *content_item_fields(void);

/** content_media(c, content, each, arg): every media id that content shows. */
void	content_media(struct mag_call *, const struct mag_value *,
	    void (*each)(void *arg, int64_t id), void *arg);
/** content_text(b, c, j): one language's content as plain text, for search. */
void	content_text(struct mag_buf *, struct mag_call *,
	    const struct mag_json *);

#endif
