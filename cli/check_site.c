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

static const char sql_hashes[] =
    "SELECT email, hashed_password FROM admin_users WHERE is_active = 1"
    " AND deleted_at IS NULL LIMIT 100";

/* The specification of an earlier Magnetiq made an admin with this password;
 * what is set here is longer, so only its hashes are tried. */
void
check_known(struct mag_checkup *k)
{
	static const char known[] = "admin123";
	struct mag_row *row = NULL;
	const char *hash;

	if (mag_db_query(&row, k->c->db, sql_hashes, "") != MAG_OK)
		return;
	while (mag_row_next(row) == MAG_OK) {
		hash = mag_row_dup(row, 1, k->c->a);
		if (*hash == '\0' || !mag_password_stale(hash) ||
		    !mag_password_verify(hash, known, sizeof(known) - 1))
			continue;
		mag_found(k, (struct mag_finding){ .gravity = MAG_URGENT,
		    .id = mag_row_dup(row, 0, k->c->a),
		    .what = "Everybody knows the password of %s",
		    .arg = mag_row_dup(row, 0, k->c->a),
		    .cure = "magnetiq user reset-password %s",
		    .cure_arg = mag_row_dup(row, 0, k->c->a) });
	}
	mag_row_done(row);
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
