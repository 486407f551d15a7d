/* SPDX-License-Identifier: MIT */
/*
 * slots DATABASE, which is made: answers slots.tap, a line for a line: `Z name`
 * makes a consultant of that zone, `S from to` lists the starts of free half
 * hours between two instants.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <magnetiq.h>

static const char hours[] = "[{\"start\":\"00:00\",\"end\":\"02:30\"},"
    "{\"start\":\"02:30\",\"end\":\"03:15\"},"
    "{\"start\":\"12:00\",\"end\":\"24:00\"}]";

static struct mag_record who;

/* The hours of all seven days, as staff would send them. */
static enum mag_status
choose(struct mag_call *c, const char *zone)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday",
	    "thursday", "friday", "saturday", "sunday" };
	struct mag_buf b;
	size_t i;

	mag_buf_init(&b, c->a, 2048);
	mag_buf_addf(&b, "{\"first_name\":\"A\",\"last_name\":\"B\",\"email\":"
	    "\"a@example.org\",\"timezone\":\"%s\",\"notice_hours\":0,"
	    "\"horizon_days\":730,\"working_hours\":{", zone);
	for (i = 0; i < 7; i++)
		mag_buf_addf(&b, "%s\"%s\":%s", i > 0 ? "," : "", days[i],
		    hours);
	mag_buf_adds(&b, "}}");
	memset(&who, 0, sizeof(who));
	who.noun = &mag_consultant;
	return mag_record_read(c, &who, NULL, mag_json_own(c->a, b.p, b.len),
	    MAG_POST);
}

static enum mag_status
list(struct mag_call *c, int64_t from, int64_t to)
{
	struct mag_slot_question q = { from, to, 30, 0, NULL };
	struct mag_slot *slot;
	enum mag_status st;
	size_t n, i;

	c->now = from - 1;
	if ((st = mag_slots(&slot, &n, c, &who, &q)) != MAG_OK)
		return st;
	for (i = 0; i < n; i++)
		printf("%s%" PRId64, i > 0 ? " " : "", slot[i].starts);
	puts("");
	return MAG_OK;
}

static enum mag_status
answer(struct mag_call *c, struct mag_arena *kept, char *line)
{
	struct mag_call one = *c;
	int64_t from, to;
	enum mag_status st;

	if (line[0] == 'Z') {
		line[strcspn(line, "\n")] = '\0';
		mag_arena_reset(kept);
		one.a = kept;
		st = choose(&one, line + 2);
		puts(st == MAG_OK ? "ok" : "wrong");
		return st;
	}
	if (sscanf(line + 1, "%" SCNd64 "%" SCNd64, &from, &to) != 2)
		return MAG_FAILED;
	mag_arena_reset(c->a);
	return list(&one, from, to);
}

int
main(int argc, char **argv)
{
	struct mag_arena *kept = mag_arena_new(16 * 1024 * 1024);
	struct mag_conf conf = { .environment = MAG_TEST };
	struct mag_call c = { .a = mag_arena_new(16 * 1024 * 1024),
	    .conf = &conf, .lang = "en", .request_id = "", .address = "",
	    .user_agent = "" };
	char line[256];

	if (argc != 2 ||
	    mag_db_open(&c.db, argv[1], MAG_DB_CREATE, 0) != MAG_OK ||
	    mag_migrate_apply(c.db, 1700000000, NULL, NULL) != MAG_OK)
		return 2;
	while (fgets(line, sizeof(line), stdin) != NULL)
		if (answer(&c, kept, line) != MAG_OK)
			return 1;
	mag_db_close(c.db);
	mag_arena_free(c.a);
	mag_arena_free(kept);
	return 0;
}
