/* SPDX-License-Identifier: MIT */
/* A site of WordPress comes here: what is read when, and in which language. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <magnetiq/conf.h>
#include <magnetiq/noun.h>
#include <magnetiq/progress.h>
#include <magnetiq/rand.h>

#include "import.h"

void
import_ready(struct importing *w)
{

	mag_arena_reset(w->one.a);
	memset(&w->one.problem, 0, sizeof(w->one.problem));
	memset(&w->one.noted, 0, sizeof(w->one.noted));
}

void
import_step(struct importing *w, const struct wxr_item *item)
{

	w->item = item;
	w->nitems++;
	mag_progress("things read", w->nitems, 0);
}

/* ---- what came before ---- */

static const char sql_known[] =
    "SELECT object_id FROM imports WHERE source = ?1 AND guid = ?2";
static const char sql_remember[] =
    "INSERT INTO imports (source, guid, number, file, noun, object_id,"
    " imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (source, guid) DO UPDATE SET object_id = excluded.object_id,"
    " number = excluded.number, file = excluded.file";

const char *
import_guid(struct importing *w, const struct wxr_item *i)
{
	struct mag_arena *a = w->one.a;
	const char *name = *i->guid != '\0' ? i->guid : i->link;

	/* Copies of an item share the guid, but not the number. */
	if (*name != '\0' || *i->id != '\0')
		return mag_printf(a, "%.1000s#%.20s", name, i->id);
	return mag_sha256_hex(a, i->title, strlen(i->title));
}

bool
import_known(struct importing *w, const char *guid, const char *noun)
{
	struct mag_record *r;
	int64_t id;

	if (mag_db_int(&id, w->one.db, sql_known, "ss", w->source, guid) !=
	    MAG_OK)
		return false;
	/* What is in the trash stays there; what was purged may come again. */
	if (mag_record_load(&r, &w->one, mag_noun_find(noun), id) == MAG_OK)
		return true;
	memset(&w->one.problem, 0, sizeof(w->one.problem));
	return false;
}

enum mag_status
import_remember(struct importing *w, const char *guid, const char *number,
    const char *noun, int64_t id, const char *file)
{

	return mag_db_run(w->one.db, sql_remember, "sssssit", w->source, guid,
	    number, file, noun, id, w->one.now);
}

/* ---- the first reading: is it whole, and what is in it? ---- */

static enum mag_status
look_at_author(void *arg, const struct wxr_author *a)
{

	return import_author_add(arg, a);
}

static enum mag_status
skip_author(void *arg, const struct wxr_author *a)
{

	(void)arg;
	(void)a;
	return MAG_OK;
}

/* Revisions and the like belong to what is there anyway. */
static bool
is_by_the_way(const char *type)
{

	return mag_listed("post page attachment nav_menu_item revision "
	    "customize_changeset oembed_cache user_request custom_css "
	    "wp_global_styles", type);
}

static enum mag_status
look(void *arg, const struct wxr_site *site, const struct wxr_item *item)
{
	struct importing *w = arg;

	(void)site;
	import_ready(w);
	import_step(w, item);
	if (strcmp(item->type, "nav_menu_item") == 0)
		return import_entry_add(w, item);
	if (!is_by_the_way(item->type))
		import_note(w, mag_printf(w->one.a, "is left out: \"%.30s\" is "
		    "a kind of thing that there is not here", item->type));
	return MAG_OK;
}

static const char *
first_of(const char *x, const char *y, const char *z)
{

	return *x != '\0' ? x : *y != '\0' ? y : z;
}

/* As asked for; else what the file says, `de-DE`; else the site's own. */
static enum mag_status
choose_language(struct importing *w)
{
	const struct mag_site *site = mag_site(w->c);
	const char *said = mag_printf(w->c->a, "%.*s",
	    (int)strcspn(w->site.language, "-_"), w->site.language);

	w->lang = w->wish->lang != NULL ? w->wish->lang : said;
	if (mag_site_speaks(site, w->lang))
		return MAG_OK;
	if (w->wish->lang != NULL)
		return mag_fail_arg(w->c, MAG_INVALID,
		    "%s is not a language of this site.", w->lang);
	w->lang = site->language;
	return MAG_OK;
}

static enum mag_status
look_at_all(struct importing *w, int fd)
{
	const struct wxr_events events = { w, look_at_author, look };
	enum mag_status st;

	if ((st = wxr_read(&w->site, w->c, fd, &events)) != MAG_OK ||
	    (st = choose_language(w)) != MAG_OK)
		return st;
	w->source = mag_printf(w->c->a, "wordpress %s", first_of(
	    w->site.blog_url, w->site.site_url, w->site.link));
	if (w->site.blanked > 0)
		import_note_of(w, "held control characters, which no XML may: "
		    "they became blanks", "the file");
	if (!mag_listed("1.0 1.1 1.2", w->site.version))
		import_note_of(w, "is a version of the format that nobody has "
		    "tried here", first_of(w->site.version, "none", ""));
	if (strcmp(mag_site(w->c)->language, w->lang) != 0)
		import_note_of(w, "is not the site's first language, which "
		    "each page must have: it holds the same texts, until "
		    "somebody translates them", w->lang);
	return MAG_OK;
}

/* ---- the others ---- */

static enum mag_status
bring_all(struct importing *w, int fd)
{
	const struct wxr_events files = { w, skip_author, import_media };
	const struct wxr_events pages = { w, skip_author, import_page };
	struct wxr_site site;
	enum mag_status st;

	if ((st = import_users(w)) != MAG_OK ||
	    (st = wxr_read(&site, w->c, fd, &files)) != MAG_OK ||
	    (st = wxr_read(&site, w->c, fd, &pages)) != MAG_OK)
		return st;
	w->item = NULL;
	return import_menus(w);
}

/* All of it, on a copy of the database that nobody keeps. */
static enum mag_status
try_all(struct importing *w, int fd)
{
	const char *path = mag_printf(w->c->a, "%s.try-%d",
	    w->c->conf->database, (int)getpid());
	struct mag_db *copy = NULL;
	enum mag_status st;

	if ((st = mag_db_copy(w->c->db, path)) == MAG_OK &&
	    (st = mag_db_open(&copy, path, 0, 0)) == MAG_OK) {
		w->one.db = copy;
		st = bring_all(w, fd);
	}
	mag_db_close(copy);
	(void)mag_db_remove(path);
	return st;
}

static enum mag_status
open_file(int *fd, struct mag_call *c, const struct import_wish *wish)
{
	struct stat sb;

	*fd = open(wish->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 || fstat(*fd, &sb) != 0)
		return mag_fail_arg(c, MAG_INVALID,
		    "The file cannot be read: %s.", strerror(errno));
	if (!S_ISREG(sb.st_mode))
		return mag_fail_arg(c, MAG_INVALID,
		    "The file cannot be read: %s.", "it is no plain file");
	if (sb.st_size > WXR_FILE_MAX)
		return mag_fail(c, MAG_INVALID, "That is too large.");
	if (wish->media_dir != NULL && (stat(wish->media_dir, &sb) != 0 ||
	    !S_ISDIR(sb.st_mode)))
		return mag_fail_arg(c, MAG_INVALID,
		    "There is no folder %s.", wish->media_dir);
	return MAG_OK;
}

enum mag_status
import_wordpress(struct mag_call *c, const struct import_wish *wish,
    struct mag_buf *report)
{
	struct importing w = { .c = c, .one = *c, .wish = wish };
	enum mag_status st;
	int fd = -1;

	w.one.a = mag_arena_new(IMPORT_ARENA);
	if ((st = open_file(&fd, c, wish)) != MAG_OK ||
	    (st = look_at_all(&w, fd)) != MAG_OK)
		goto done;
	st = wish->dry ? try_all(&w, fd) : bring_all(&w, fd);
	if (st == MAG_OK)
		import_report(report, &w);
	else if (c->problem.message == NULL && w.one.problem.message != NULL)
		(void)mag_fail_arg(c, st, w.one.problem.message,
		    mag_strdup(c->a, w.one.problem.arg));
done:
	if (fd >= 0)
		close(fd);
	mag_arena_free(w.one.a);
	return st;
}
