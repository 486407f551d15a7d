/* SPDX-License-Identifier: MIT */
/* The settings that everything leans on, and the numbers that caches watch. */
#include <string.h>

#include <magnetiq/log.h>

#include "noun.h"

static const char sql_settings[] = "SELECT key, value FROM system_settings"
    " WHERE key IN ('default_language', 'supported_languages',"
    " 'maintenance_mode', 'registration_enabled', 'site_title',"
    " 'site_description', 'home_page') ORDER BY key";
static const char sql_generations[] =
    "SELECT (SELECT n FROM generation WHERE name = 'content'),"
    " (SELECT n FROM generation WHERE name = 'offers'),"
    " (SELECT n FROM generation WHERE name = 'appointments')";

/* In the order of the bits MAG_G_CONTENT, MAG_G_OFFERS, MAG_G_APPOINTMENTS. */
enum mag_status
mag_generation(int64_t out[3], struct mag_db *db)
{
	struct mag_row *row = NULL;
	enum mag_status st;
	int i;

	st = mag_db_row(&row, db, sql_generations, "");
	for (i = 0; i < 3; i++)
		out[i] = st == MAG_OK ? mag_row_int(row, i) : 0;
	mag_row_done(row);
	return st;
}

/* One process serves one site, so one copy is enough. */
static struct {
	struct mag_site	 site;
	struct mag_arena *a;
	struct mag_db	*db;
	int64_t		 moved;
} known;

static void
read_languages(const struct mag_json *list)
{
	const struct mag_json *j;
	size_t n = 0, max = sizeof(known.site.languages) /
	    sizeof(known.site.languages[0]) - 1;

	for (j = mag_json_first(list); j != NULL; j = mag_json_next(j))
		if (mag_json_text(j) != NULL && n < max)
			known.site.languages[n++] = mag_json_text(j);
	known.site.languages[n] = NULL;
}

/* Older programs kept a plain text, which counts for every language. */
static struct mag_value
read_map(const char *text, size_t n)
{
	const struct mag_json *j = mag_json_own(known.a, text, n);
	struct mag_buf b;

	if (j != NULL && mag_json_kind(j) == MAG_JSON_OBJECT)
		return (struct mag_value){ MAG_V_TEXT, 0, text, n };
	if (j != NULL && mag_json_text(j) != NULL)
		text = mag_json_text(j);
	mag_buf_init(&b, known.a, 64);
	mag_buf_addc(&b, '{');
	mag_buf_jsons(&b, known.site.language);
	mag_buf_addc(&b, ':');
	mag_buf_jsons(&b, text);
	mag_buf_addc(&b, '}');
	return (struct mag_value){ MAG_V_TEXT, 0, b.p, b.len };
}

static bool
is_true(const char *text)
{

	return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

/* They come with the default language first: the others lean on it. */
static void
read_setting(const char *key, struct mag_str value)
{
	struct mag_site *site = &known.site;
	const char *text = mag_dup(known.a, value.p, value.n);

	if (strcmp(key, "default_language") == 0)
		site->language = text;
	else if (strcmp(key, "supported_languages") == 0)
		read_languages(mag_json_own(known.a, text, value.n));
	else if (strcmp(key, "maintenance_mode") == 0)
		site->maintenance = is_true(text);
	else if (strcmp(key, "registration_enabled") == 0)
		site->registration = is_true(text);
	else if (strcmp(key, "home_page") == 0)
		site->home_page = text;
	else if (strcmp(key, "site_title") == 0)
		site->title = read_map(text, value.n);
	else
		site->description = read_map(text, value.n);
}

static void
forget(void)
{

	if (known.a == NULL)
		known.a = mag_arena_new(1024 * 1024);
	mag_arena_reset(known.a);
	memset(&known.site, 0, sizeof(known.site));
	known.site.language = "en";
	known.site.languages[0] = "en";
	known.site.languages[1] = "de";
	known.site.home_page = "";
	known.site.registration = true;
}

/* Whatever was committed since may have changed a setting: look again. */
static void
look(struct mag_call *c)
{
	struct mag_row *row = NULL;
	int64_t moved = c->db == NULL ? 0 : mag_db_moved(c->db);

	if (known.a != NULL && known.db == c->db && known.moved == moved)
		return;
	forget();
	known.db = c->db;
	known.moved = moved;
	if (c->db == NULL)
		return;
	if (mag_db_query(&row, c->db, sql_settings, "") == MAG_OK)
		while (mag_row_next(row) == MAG_OK)
			read_setting(mag_row_dup(row, 0, known.a),
			    mag_row_str(row, 1));
	mag_row_done(row);
}

const struct mag_site *
mag_site(struct mag_call *c)
{

	if (c->site == NULL) {
		look(c);
		c->site = &known.site;
	}
	return c->site;
}

void
mag_site_forget(struct mag_call *c)
{

	known.db = NULL;
	known.moved = -1;
	c->site = NULL;
}

bool
mag_site_speaks(const struct mag_site *site, const char *lang)
{
	const char *const *l;

	for (l = site->languages; *l != NULL; l++)
		if (strcmp(*l, lang) == 0)
			return true;
	return false;
}
