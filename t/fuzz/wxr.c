/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes wxr_add and import_html: an export of WordPress in pieces of any
 * size.  What is told of it is UTF-8 within its limits, and its texts become
 * HTML that is no longer than can be explained.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <magnetiq/migrate.h>
#include <magnetiq/utf8.h>

#include "import.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct mag_db *db;
static char path[] = "/tmp/mqfuzzXXXXXX";

static void
forget(void)
{

	mag_db_close(db);
	(void)unlink(path);
}

/* Texts ask which files came along; here none did. */
static void
open_db(void)
{
	int fd = mkstemp(path);

	assert(fd >= 0 && mag_db_open(&db, path, MAG_DB_CREATE, 0) == MAG_OK);
	assert(mag_migrate_apply(db, 1, NULL, NULL) == MAG_OK);
	close(fd);
	atexit(forget);
}

static void
check(const char *s, size_t max)
{

	assert(s != NULL && strlen(s) <= max && mag_utf8_valid(s, strlen(s)));
}

static enum mag_status
author(void *arg, const struct wxr_author *a)
{

	(void)arg;
	check(a->login, 1024);
	check(a->email, 1024);
	check(a->name, 1024);
	return MAG_OK;
}

static enum mag_status
item(void *arg, const struct wxr_site *site, const struct wxr_item *i)
{
	struct importing *w = arg;
	const struct wxr_pair *p;
	const char *html;

	w->site = *site;
	w->item = i;
	w->nitems++;
	check(site->title, 1024);
	check(i->title, WXR_WORD_MAX);
	check(i->name, WXR_WORD_MAX);
	check(i->content, WXR_TEXT_MAX);
	for (p = i->terms; p != NULL; p = p->next)
		check(p->value, 1024);
	for (p = i->metas; p != NULL; p = p->next)
		assert(wxr_wanted(p->key));
	mag_arena_reset(w->one.a);
	html = import_html(w, i->content);
	check(html, 16 * strlen(i->content) + 64);
	(void)import_path(w, i->link);
	(void)import_slug(w->one.a, i->name);
	return MAG_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	struct mag_call c = { .a = a, .lang = "en", .request_id = "",
	    .address = "", .user_agent = "" };
	struct import_wish wish = { .lang = "en" };
	struct importing w = { .c = &c, .one = c, .wish = &wish,
	    .source = "wordpress https://old.example", .lang = "en" };
	const struct wxr_events events = { &w, author, item };
	const char *p = (const char *)data;
	size_t step = size == 0 ? 1 : 1 + data[0] % 97, n;
	enum mag_status st = MAG_OK;
	struct wxr *r;

	if (db == NULL)
		open_db();
	if (size > 64 * 1024)
		size = 64 * 1024;
	w.one.db = c.db = db;
	w.one.a = mag_arena_new(64 * 1024 * 1024);
	r = wxr_new(&c, &events);
	for (; st == MAG_OK && size > 0; p += n, size -= n) {
		n = size < step ? size : step;
		st = wxr_add(r, p, n, false);
	}
	if (st == MAG_OK)
		st = wxr_add(r, "", 0, true);
	assert(st == MAG_OK || st == MAG_INVALID);
	wxr_free(r);
	mag_arena_free(w.one.a);
	mag_arena_free(a);
	return 0;
}
