/* SPDX-License-Identifier: MIT */
/* Letters as bytes: the headers, and parts within parts. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mime.h"

/* No body has a line that begins so: in quoted-printable `=_` is not
 * possible, and base64 has no `=` but at its end. */
#define MIXED		"=_magnetiq_mixed"
#define ALTERNATIVE	"=_magnetiq_alternative"

static void
add_date(struct mag_buf *b, int64_t seconds)
{
	time_t date = (time_t)seconds;
	char when[64];
	struct tm tm;

	gmtime_r(&date, &tm);
	strftime(when, sizeof(when), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	mag_buf_addf(b, "Date: %s\r\n", when);
}

/* A token in one of several headers of a machine. */
static void
add_token(struct mag_buf *b, const char *before, const char *s,
    const char *after)
{

	mag_buf_adds(b, before);
	mime_token(b, s);
	mag_buf_adds(b, after);
}

/* RFC 2369, and for the button in mail programs RFC 8058. */
static void
add_unsubscribe(struct mag_buf *b, const char *url)
{

	add_token(b, "List-Unsubscribe: <", url, ">\r\n"
	    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void
add_head(struct mag_buf *b, const struct mag_letter *l)
{

	add_date(b, l->date);
	mime_mailbox(b, "From", l->from_name, l->from_email);
	if (l->reply_to != NULL)
		mime_mailbox(b, "Reply-To", l->reply_name, l->reply_to);
	mime_mailbox(b, "To", NULL, l->to);
	mime_text(b, "Subject", l->subject);
	add_token(b, "Message-ID: <", l->message_id, ">\r\n");
	add_token(b, "Content-Language: ", l->language, "\r\n");
	if (l->unsubscribe != NULL)
		add_unsubscribe(b, l->unsubscribe);
	mag_buf_adds(b, "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n");
}

static void
add_text(struct mag_buf *b, const char *type, const char *text)
{

	mag_buf_addf(b, "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n", type);
	mime_quoted(b, text);
}

static void
add_calendar(struct mag_buf *b, const struct mag_letter *l)
{

	mag_buf_addf(b, "--" ALTERNATIVE "\r\nContent-Type: text/calendar; "
	    "charset=utf-8; method=%s\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n", l->calendar_method);
	mime_base64_lines(b, l->calendar);
}

static void
add_alternatives(struct mag_buf *b, const struct mag_letter *l)
{

	mag_buf_adds(b, "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"" ALTERNATIVE "\"\r\n\r\n--" ALTERNATIVE "\r\n");
	add_text(b, "text/plain", l->text);
	mag_buf_adds(b, "--" ALTERNATIVE "\r\n");
	add_text(b, "text/html", l->html);
	if (l->calendar != NULL)
		add_calendar(b, l);
	mag_buf_adds(b, "--" ALTERNATIVE "--\r\n");
}

static void
add_attachment(struct mag_buf *b, const struct mag_letter *l)
{

	mag_buf_addf(b, "--" MIXED "\r\nContent-Type: text/calendar; "
	    "charset=utf-8; method=%s;\r\n name=\"" MAG_LETTER_CALENDAR "\"\r\n"
	    "Content-Disposition: attachment; filename=\""
	    MAG_LETTER_CALENDAR "\"\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n", l->calendar_method);
	mime_base64_lines(b, l->calendar);
}

void
mag_letter_print(struct mag_buf *b, const struct mag_letter *l)
{

	add_head(b, l);
	if (l->html == NULL) {
		add_text(b, "text/plain", l->text);
		return;
	}
	if (l->calendar == NULL) {
		add_alternatives(b, l);
		return;
	}
	mag_buf_adds(b, "Content-Type: multipart/mixed;\r\n"
	    " boundary=\"" MIXED "\"\r\n\r\n--" MIXED "\r\n");
	add_alternatives(b, l);
	add_attachment(b, l);
	mag_buf_adds(b, "--" MIXED "--\r\n");
}
