/* SPDX-License-Identifier: MIT */
/* mime.h -- what the files about letters as bytes share. */
#ifndef TEXT_MIME_H
#define TEXT_MIME_H

#include <magnetiq/mime.h>

/** mime_base64(b, p, n): without line breaks. */
void	mime_base64(struct mag_buf *, const void *p, size_t n);
/** mime_base64_lines(b, s): a text as a body of base64, 76 a line. */
void	mime_base64_lines(struct mag_buf *, const char *s);
/** mime_quoted(b, s): a text as quoted-printable (RFC 2045 6.7). */
void	mime_quoted(struct mag_buf *, const char *s);
/** mime_text(b, name, s): a header of words, encoded and folded as need be. */
void	mime_text(struct mag_buf *, const char *name, const char *s);
/** mime_mailbox(b, name, words, address): `To: "A, B" <a@b>`. */
void	mime_mailbox(struct mag_buf *, const char *name, const char *words,
	    const char *address);
/** mime_token(b, s): without blanks, control characters and brackets. */
void	mime_token(struct mag_buf *, const char *s);

#endif
