/* SPDX-License-Identifier: MIT */
/* What the database holds: magnetiq verify, with a cure for each line. */
#include <string.h>

#include "checks.h"

static const char *
cure(const char *line)
{
	static const struct {
		const char	*word, *cure;
	} cures[] = {
		{ "users:", "magnetiq create-admin --email YOU" },
		{ "missing", "magnetiq restore FILE of a backup that has it "
		  "brings it back" },
		{ "search", "magnetiq maintain --reindex" },
		{ "find", "magnetiq maintain --reindex" },
	};
	size_t i;

	for (i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
		if (strstr(line, cures[i].word) != NULL)
			return cures[i].cure;
	return "Mend the row, or magnetiq restore FILE of a good backup";
}

void
check_content(struct mag_checkup *k)
{
	char *line, *end, why[512];
	struct mag_buf b;

	if (mag_migrate_check(k->c->db, why, sizeof(why)) != MAG_OK)
		return;			/* `schema` speaks of that */
	mag_buf_init(&b, k->c->a, 256);
	if (mag_op_verify(k->c, &b) != MAG_OK)
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .what = "The database cannot be checked",
		    .cure = "See the log above; magnetiq restore FILE if it "
		    "is broken" });
	for (line = b.p; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		/* `users` says that already. */
		if (strncmp(line, "users:", 6) != 0)
			mag_found(k, (struct mag_finding){
			    .gravity = MAG_MAJOR, .id = line, .what = "%s",
			    .arg = line, .cure = cure(line) });
	}
}
