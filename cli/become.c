/* SPDX-License-Identifier: MIT */
/* A command that root types works as whom the site belongs to. */
#define _GNU_SOURCE		/* initgroups */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

/* Whose the database is, or its folder where there is none yet. */
static bool
owner(struct stat *st, struct command_state *s, const char *database)
{
	char *folder = mag_strdup(s->a, database);

	if (stat(database, st) == 0)
		return true;
	*strrchr(folder, '/') = '\0';
	return stat(folder[0] == '\0' ? "/" : folder, st) == 0;
}

static bool
become(uid_t uid, gid_t gid)
{
	const struct passwd *p = getpwuid(uid);

	if ((p != NULL ? initgroups(p->pw_name, gid) : setgroups(1, &gid)) == -1)
		return false;
	return setgid(gid) == 0 && setuid(uid) == 0;
}

bool
become_owner(struct command_state *s)
{
	struct mag_conf *conf;
	char error[512];
	struct stat st;
	bool good = true;

	if (geteuid() != 0 || mag_conf_read(&conf, error,
	    sizeof(error)) != MAG_OK)
		return true;	/* whoever reads them next says what is wrong */
	if (owner(&st, s, conf->database) && st.st_uid != 0) {
		(void)umask(027);
		if (!(good = become(st.st_uid, st.st_gid)))
			say("magnetiq: cannot become user %ld, who owns %s: %s",
			    (long)st.st_uid, conf->database, strerror(errno));
	}
	mag_conf_free(conf);
	return good;
}
