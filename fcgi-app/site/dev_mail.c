/* SPDX-License-Identifier: MIT */
/*
 * Letters for who develops: what would have gone to the mail server, as it is
 * read by who would have got it.  Production has none of these doors (R_DEV).
 */
#include <string.h>

#include <magnetiq/i18n.h>
#include <magnetiq/mime.h>
#include <magnetiq/ops.h>

#include "../handlers.h"
#include "site.h"

#define SHOWN	100

static void
describe(struct exchange *x, struct mag_data *d, int64_t number,
    const struct mag_letter *l)
{
	char when[MAG_TIME_TEXT];

	mag_time_rfc3339(when, l->date);
	mag_data_int(d, "number", number);
	mag_data_text(d, "sent_at", mag_strdup(x->a, when));
	mag_data_text(d, "to", l->to);
	mag_data_text(d, "subject", l->subject);
}

static void
add_letters(struct exchange *x, struct mag_data *d)
{
	int64_t numbers[SHOWN];
	struct mag_letter l;
	struct mag_str file;
	int i, n = mag_letter_files(numbers, SHOWN, x->conf);

	for (i = 0; i < n; i++) {
		/* One may have been erased meanwhile. */
		if (mag_letter_file(&file, &x->call, numbers[i],
		    MAG_LETTER_HEAD) != MAG_OK)
			continue;
		mag_letter_read(&l, x->a, file.p, file.n);
		describe(x, mag_data_each(d, "letters"), numbers[i], &l);
	}
}

enum mag_status
site_dev_mail(struct exchange *x)
{
	const char *lang = site_language(x);
	struct mag_data *d = view_begin(x, lang);

	view_title(x, d, lang, mag_tr(lang, "Letters"));
	mag_data_bool(d, "noindex", true);
	add_letters(x, d);
	return view_send(x, d, lang, 200, "dev-letters");
}

/* The letter that the path names, and its bytes. */
static enum mag_status
find(struct exchange *x, struct mag_letter *l, struct mag_str *file,
    int64_t *number)
{
	enum mag_status st;

	if ((st = input_id(x, number, 0)) != MAG_OK ||
	    (st = mag_letter_file(file, &x->call, *number, MAG_LETTER_MAX)) !=
	    MAG_OK)
		return st;
	mag_letter_read(l, x->a, file->p, file->n);
	return MAG_OK;
}

enum mag_status
site_dev_letter(struct exchange *x)
{
	const char *lang = site_language(x);
	struct mag_data *d;
	struct mag_letter l;
	struct mag_str file;
	int64_t number;
	enum mag_status st;

	if ((st = find(x, &l, &file, &number)) != MAG_OK)
		return st;
	d = view_begin(x, lang);
	view_title(x, d, lang, l.subject);
	mag_data_bool(d, "noindex", true);
	describe(x, d, number, &l);
	mag_data_bool(d, "html", l.html != NULL);
	mag_data_text(d, "text", l.text);
	mag_data_text(d, "calendar", l.calendar);
	mag_data_text(d, "calendar_name", MAG_LETTER_CALENDAR);
	mag_data_text(d, "calendar_method", l.calendar_method);
	mag_data_bytes(d, "source", file.p, file.n);
	return view_send_framing(x, d, lang, 200, "dev-letter");
}

/*
 * As a mail program shows it: styles and pictures, and nothing that runs.  For
 * browsers frame-ancestors wins over the X-Frame-Options of nginx (CSP 3,
 * 6.4.2).
 */
enum mag_status
site_dev_letter_html(struct exchange *x)
{
	struct mag_letter l;
	struct mag_str file;
	int64_t number;
	enum mag_status st;

	if ((st = find(x, &l, &file, &number)) != MAG_OK)
		return st;
	if (l.html == NULL)
		return mag_fail(&x->call, MAG_NOT_FOUND,
		    "There is nothing here.");
	reply_header(x, "Content-Security-Policy", mag_printf(x->a,
	    "default-src 'none'; style-src 'unsafe-inline'; img-src %s data:; "
	    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
	    "sandbox allow-popups allow-popups-to-escape-sandbox",
	    x->conf->site_url));
	return reply_bytes(x, 200, "text/html; charset=utf-8", l.html,
	    strlen(l.html));
}
