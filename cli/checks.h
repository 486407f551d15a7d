/* SPDX-License-Identifier: MIT */
/* checks.h -- the checks that only `magnetiq doctor` makes, by file. */
#ifndef CHECKS_H
#define CHECKS_H

#include <magnetiq/check.h>

#include "command.h"

/** doctor_checks(): ends with a name of NULL. */
const struct mag_check *doctor_checks(void);
/**
 * installed(a, path): where what `make install` calls ${path} lies, below the
 * DESTDIR that this program stands in, if it does.
 */
const char *installed(struct mag_arena *, const char *path);
/** text_of(a, path): the first 64 KiB of a file; NULL if it cannot be read. */
const char *text_of(struct mag_arena *, const char *path);

/* check_files.c */
void	check_data(struct mag_checkup *);
void	check_folders(struct mag_checkup *);
void	check_env_file(struct mag_checkup *);

/* check_settings.c */
void	check_settings(struct mag_checkup *);
void	check_letters(struct mag_checkup *);
void	check_reader(struct mag_checkup *);

/* check_site.c */
void	check_content(struct mag_checkup *);
void	check_known(struct mag_checkup *);

/* run.c */

/** program(a, name): where it lies, in the usual folders; or NULL. */
const char *program(struct mag_arena *, const char *name);
/**
 * run_program(said, a, argv): run it to its end; *${said} is what it printed,
 * mistakes included.  Its exit status, or -1.
 */
int	run_program(const char **said, struct mag_arena *, char *const argv[]);

/** A process of this machine, as far as we may look. */
struct process {
	struct process	*next;
	int		 pid, parent;
	int64_t		 started;
	const char	*name;		/* of its program; "" if that is hidden */
	const char	*argument;	/* the first; "" without one */
	bool		 deleted;	/* its program has been replaced */
	bool		 root;
};
struct process *processes(struct mag_arena *);
/** has_open(a, p, path): has it that file open, and may we know it? */
bool	has_open(struct mag_arena *, const struct process *, const char *path);

/* check_nginx.c */
void	check_programs(struct mag_checkup *);
void	check_nginx(struct mag_checkup *);
void	check_reload(struct mag_checkup *);
void	check_ports(struct mag_checkup *);

/* check_process.c */
void	check_running(struct mag_checkup *);
void	check_others(struct mag_checkup *);
void	check_sockets(struct mag_checkup *);

/* check_machine.c */
void	check_clock(struct mag_checkup *);
void	check_zones(struct mag_checkup *);
void	check_memory(struct mag_checkup *);
void	check_queue(struct mag_checkup *);
void	check_sync(struct mag_checkup *);
void	check_release(struct mag_checkup *);
void	check_updates(struct mag_checkup *);

/* check_upgrade.c */
void	check_upgrade(struct mag_checkup *);

/* check_tls.c */
void	check_certificate(struct mag_checkup *);
void	check_renewal(struct mag_checkup *);
void	check_name(struct mag_checkup *);
void	check_acme(struct mag_checkup *);

/* check_sender.c */
void	check_sender(struct mag_checkup *);

/* check_front.c */
void	check_headers(struct mag_checkup *);
void	check_gates(struct mag_checkup *);
void	check_old_tls(struct mag_checkup *);
void	check_redirect(struct mag_checkup *);

#endif
