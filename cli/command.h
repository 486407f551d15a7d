/* SPDX-License-Identifier: MIT */
/*
 * command.h -- magnetiq(1): one table of commands; most only call lib/ops.
 *
 * Exit status: 0 done, 1 failed, 2 wrong use.  What people read goes to
 * stderr, what scripts read to stdout.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <magnetiq.h>
#include <magnetiq/ops.h>

#define EXIT_DONE	0
#define EXIT_FAILED	1
#define EXIT_USE	2

/** What a command works with; only what it asked for is there. */
struct command_state {
	int		 argc;		/* without the command's own name */
	char		**argv;
	struct mag_conf	*conf;
	struct mag_arena *a;
	struct mag_db	*db;
	struct mag_call	 call;
};

/* What must stand before a command begins. */
#define NEEDS_CONF	1	/* settings; without NEEDS_FOLDERS only read */
#define NEEDS_FOLDERS	2
#define NEEDS_DB	4	/* an open database of this schema */
#define NEEDS_ANY_DB	8	/* an open database of any schema */

struct command {
	const char	*name;
	const char	*usage;		/* arguments */
	const char	*what;
	unsigned	 needs;
	int		(*run)(struct command_state *);
};

/** say(format, ...): a line for people. */
void	say(const char *, ...) MAG_PRINTF(1, 2);
/** fail_use(s, why): the message for wrong use; returns EXIT_USE. */
int	fail_use(const char *why);
/** fail(s, status): the call's problem as a line; returns EXIT_FAILED. */
int	fail(struct command_state *, enum mag_status);
/** flag(s, name): is the flag given?  It is taken out of argv. */
bool	flag(struct command_state *, const char *name);
/** option(s, name): the value after an option, taken out; or NULL. */
const char *option(struct command_state *, const char *name);
/** rest(s, n): true if exactly ${n} arguments are left. */
bool	rest(const struct command_state *, int n);
/** password(s, prompt): from stdin or a terminal, into the arena; or NULL. */
char	*password_read(struct command_state *, bool from_stdin,
	    const char *prompt);

/** print_report(b): the lines of a report, for people. */
void	print_report(const struct mag_buf *);
/** print_findings(s, b): {"ok":false,"findings":[...]}: a line each. */
void	print_findings(struct command_state *, const struct mag_buf *);
/** site_is_well(s, path): does the site answer 200 there? */
bool	site_is_well(struct command_state *s, const char *path);
/** site_has_database(s): does it answer out of its database?  Whether the disk
 * is full or letters wait is another matter. */
bool	site_has_database(struct command_state *s);

/**
 * ask_socket(s, socket_path, path, version): GET ${path} from the pool behind
 * a socket; done if the answer is whole and good, and says that it is of this
 * version (unless NULL).
 */
int	ask_socket(struct command_state *, const char *socket_path,
	    const char *path, const char *version);
/** socket_says(s, socket_path, path, text): does its answer, whatever the
 * status, have this text in it? */
bool	socket_says(struct command_state *, const char *socket_path,
	    const char *path, const char *text);
/** hours(s): what --if-older says, taken out; 0 without it, -1 for no number
 * of hours. */
int64_t	hours(struct command_state *);
/**
 * become_owner(s): as root, become whom the site belongs to, so that no file
 * of root's appears in it.  Says what is wrong and returns false.
 */
bool	become_owner(struct command_state *);

/* The commands, by file. */
int	command_setup(struct command_state *);
int	command_status(struct command_state *);
int	command_init_db(struct command_state *);
int	command_create_admin(struct command_state *);
int	command_migrate(struct command_state *);
int	command_newsletter(struct command_state *);
int	command_privacy(struct command_state *);
int	command_user(struct command_state *);
int	command_outbox(struct command_state *);
int	command_config(struct command_state *);
int	command_gen_secret(struct command_state *);
int	command_verify(struct command_state *);
int	command_backup(struct command_state *);
int	command_restore(struct command_state *);
int	command_doctor(struct command_state *);
int	command_export(struct command_state *);
int	command_import_wordpress(struct command_state *);
int	command_maintain(struct command_state *);
int	command_seed_demo(struct command_state *);
int	command_routes(struct command_state *);
int	command_openapi(struct command_state *);
int	command_healthcheck(struct command_state *);

#endif
