/* SPDX-License-Identifier: MIT */
/* Addresses of the old site, and where they lead now. */
#include <string.h>
#include <strings.h>

#include <magnetiq/fold.h>
#include <magnetiq/utf8.h>

#include "import.h"

#define UPLOADS	"/wp-content/uploads/"

/* The host of an address, without `www.`; the path stands behind it. */
static struct mag_str
host_of(const char **path, const char *url)
{
	struct mag_str host = { NULL, 0 };
	const char *p = strstr(url, "//");

	*path = url;
	if (p == NULL || (p != url && (p == url || p[-1] != ':' ||
	    (size_t)(p - url) > sizeof("https:") - 1)))
		return host;
	p += 2;
	if (strncasecmp(p, "www.", 4) == 0)
		p += 4;
	host = (struct mag_str){ p, strcspn(p, "/?#") };
	*path = p + host.n;
	return host;
}

static bool
same_host(struct mag_str x, const char *url)
{
	const char *path;
	struct mag_str y = host_of(&path, url);

	return x.n > 0 && x.n == y.n && strncasecmp(x.p, y.p, x.n) == 0;
}

static bool
is_ours(const struct importing *w, struct mag_str host)
{

	return same_host(host, w->site.site_url) ||
	    same_host(host, w->site.blog_url) || same_host(host, w->site.link);
}

static int
digit(char c)
{
	const char *digits = "0123456789abcdef", *p;

	p = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ?
	    c - 'A' + 'a' : c);
	return p == NULL ? -1 : (int)(p - digits);
}

/* `%c3%bc` as the letter that it is; as it was if that makes no sense. */
static const char *
decode(struct mag_arena *a, const char *s)
{
	struct mag_buf b;
	const char *p;
	int c;

	mag_buf_init(&b, a, strlen(s) + 1);
	for (p = s; *p != '\0'; p++) {
		c = (unsigned char)*p;
		if (c == '%' && digit(p[1]) >= 0 && digit(p[2]) >= 0) {
			c = digit(p[1]) * 16 + digit(p[2]);
			p += 2;
			if (c < 0x20 || c == 0x7f || strchr("%?#", c) != NULL)
				return s;
		}
		mag_buf_addc(&b, (char)c);
	}
	return mag_utf8_valid(b.p, b.len) ? b.p : s;
}

const char *
import_slug(struct mag_arena *a, const char *name)
{
	const char *s = decode(a, name);

	return mag_slugify(a, s, strlen(s));
}

const char *
import_upload(struct mag_arena *a, const char *url)
{
	const char *p = strstr(url, UPLOADS);

	if (p == NULL)
		return NULL;
	p += strlen(UPLOADS);
	return decode(a, mag_dup(a, p, strcspn(p, "?#")));
}

const char *
import_path(struct importing *w, const char *url)
{
	const char *path, *end;
	struct mag_str host = host_of(&path, url);

	if (!is_ours(w, host) || *path != '/')
		return NULL;
	end = path + strcspn(path, "?#");
	return decode(w->one.a, mag_dup(w->one.a, path, (size_t)(end - path)));
}

/* ---- files ---- */

static const char sql_file[] =
    "SELECT i.object_id, m.file_path FROM imports i LEFT JOIN media_files m"
    " ON m.id = i.object_id AND m.deleted_at IS NULL"
    " AND m.visibility = 'public' WHERE i.source = ?1 AND i.file = ?2";

static const char *
file_at(struct importing *w, const char *file)
{
	struct mag_row *row = NULL;
	const char *path = NULL;

	if (mag_db_row(&row, w->one.db, sql_file, "ss", w->source, file) ==
	    MAG_OK) {
		if (!mag_row_null(row, 1))
			path = mag_row_dup(row, 1, w->one.a);
		else if (w->wish->dry && mag_row_int(row, 0) == 0)
			path = "public/dry-run";
	}
	mag_row_done(row);
	if (path == NULL || strncmp(path, "public/", 7) != 0)
		return NULL;
	return mag_printf(w->one.a, "/media/%s", path + 7);
}

/*
 * WordPress makes photo-300x200.jpg of photo.jpg, and calls photo.jpg
 * photo-scaled.jpg where it was large; ours makes its own sizes.
 */
static const char *
original(struct mag_arena *a, const char *file, const char *tail)
{
	const char *dot = strrchr(file, '.'), *p = dot;

	if (dot == NULL)
		return file;
	while (p > file && p[-1] >= '0' && p[-1] <= '9')
		p--;
	if (p < dot && p > file && p[-1] == 'x') {
		const char *x = --p;

		while (p > file && p[-1] >= '0' && p[-1] <= '9')
			p--;
		if (p < x && p > file && p[-1] == '-')
			return mag_printf(a, "%.*s%s%s", (int)(p - 1 - file),
			    file, tail, dot);
	}
	return mag_printf(a, "%.*s%s%s", (int)(dot - file), file, tail, dot);
}

static const char *
moved_file(struct importing *w, const char *url)
{
	const char *file = import_upload(w->one.a, url), *now;

	if ((now = file_at(w, file)) == NULL &&
	    (now = file_at(w, original(w->one.a, file, ""))) == NULL)
		now = file_at(w, original(w->one.a, file, "-scaled"));
	if (now == NULL)
		import_note(w, "shows or offers a file of the old site that "
		    "did not come along: it still points there");
	return now;
}

/* Does somebody else only pass on the old site's pictures? */
static bool
is_passed_on(const struct importing *w, struct mag_str host, const char *path)
{

	if (host.n <= 7 || strncasecmp(host.p + host.n - 7, ".wp.com", 7) != 0 ||
	    *path != '/')
		return false;
	host.p = path + 1;
	if (strncasecmp(host.p, "www.", 4) == 0)
		host.p += 4;
	host.n = strcspn(host.p, "/");
	return is_ours(w, host);
}

const char *
import_address(struct importing *w, const char *url)
{
	const char *path, *now = NULL;
	struct mag_str host = host_of(&path, url);
	bool ours = is_ours(w, host) || (host.n == 0 && *url == '/');

	if (strstr(path, UPLOADS) != NULL &&
	    (ours || is_passed_on(w, host, path)))
		now = moved_file(w, url);
	else if (ours && strncmp(path + (*path == '/'), "?p", 2) == 0)
		import_note(w, "links to a page by its number, which leads "
		    "nowhere here");
	else if (ours && host.n > 0)
		/* Redirects lead from the old addresses of pages. */
		now = *path == '/' ? path : mag_printf(w->one.a, "/%s", path);
	return now == NULL ? url : now;
}
