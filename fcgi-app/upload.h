/* SPDX-License-Identifier: MIT */
/*
 * upload.h -- a form with one file and some fields (R_MULTIPART): the file
 * goes to disk while it comes in, the fields become a JSON object.
 */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <magnetiq/media.h>

#include "exchange.h"

struct upload {
	struct mag_upload *file;	/* ended; free it in any case */
	const char	*name;		/* what the client calls the file */
	const struct mag_json *fields;	/* an object */
};

/**
 * upload_read(out, x, noun, fields): the whole body.  ${fields} are the
 * blank-separated names of the parts that may stand beside `file`; of a
 * language map a plain text is the default language, of a list of strings a
 * plain text is its elements with commas between them, an empty part says
 * nothing.  MAG_MALFORMED comes before what is wrong with the file, and that
 * before what is wrong with a part, as api.md orders them.
 */
enum mag_status	upload_read(struct upload *, struct exchange *,
		    const struct mag_noun *, const char *fields) MAG_CHECK;

#endif
