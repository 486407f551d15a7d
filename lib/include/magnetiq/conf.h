/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/conf.h -- the settings of magnetiq.env(5), read once at start.
 *
 * The environment wins over `.env` files.  An empty value counts as unset.
 * Any secret may come as NAME_FILE.  All strings live as long as the conf.
 */
#ifndef MAGNETIQ_CONF_H
#define MAGNETIQ_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/log.h>
#include <magnetiq/status.h>

enum mag_environment { MAG_DEVELOPMENT, MAG_PRODUCTION, MAG_TEST };

struct mag_conf {
	enum mag_environment environment;
	bool		 debug;
	const char	*secret_key;		/* at least 32 bytes */
	const char	*secret_key_previous;	/* or NULL */
	const char	*database;		/* a path; the URL forms are undone */
	const char	*upload_dir;
	const char	*state_dir;		/* STATE_DIR; else the database's folder */
	const char	*template_dir;		/* TEMPLATE_DIR, or NULL */
	const char	*site_url;		/* no slash at the end */
	const char	*site_host;		/* host[:port] of site_url */
	const char	**allowed_origins;	/* ends with NULL */
	const char	*allowed_methods;	/* as one header value */
	const char	*allowed_headers;
	const char	**allowed_file_types;	/* MIME types; ends with NULL */
	const char	*trusted_proxies;	/* or NULL */
	int64_t		 max_file_size;		/* bytes */
	int64_t		 sqlite_cache_kib;
	int		 workers, auth_workers, metrics_port;
	bool		 rate_limits, microcache;
	const char	*rate_limits_text;	/* own limits, or NULL */
	enum mag_level	 log_level;
	const char	*smtp_host;		/* NULL: letters go to mail_dir */
	int		 smtp_port;
	const char	*smtp_user, *smtp_password;
	const char	*smtp_from_email, *smtp_from_name;
	enum { MAG_TLS_STARTTLS, MAG_TLS_DIRECT, MAG_TLS_NONE } smtp_tls;
	const char	*mail_dir;		/* state_dir/mail */
	const char	*backup_dir, *backup_keep;
	const char	*clock_offset_file;	/* only in MAG_TEST, else NULL */
};

/**
 * mag_conf_load(out, error, size): read .env files and the environment.
 * ENV_FILE names the file to read; without it `.env` in the working folder
 * is read if it is there.  On a wrong setting MAG_INVALID, and ${error}
 * holds one line that names the setting.  Free with mag_conf_free().
 */
MAG_API enum mag_status mag_conf_load(struct mag_conf **out, char *error,
    size_t size) MAG_CHECK;
MAG_API void	mag_conf_free(struct mag_conf *);

/** One setting, for `config show`, magnetiq.env(5) and .env.example. */
struct mag_setting_doc {
	const char	*name;
	const char	*preset;	/* as text, "" for none */
	const char	*what;		/* one sentence */
	bool		 secret;
};
/** mag_conf_docs(): all settings; ends with a name that is NULL. */
MAG_API const struct mag_setting_doc *mag_conf_docs(void);
/** mag_conf_text(c, name): the value in force as text; secrets are masked. */
MAG_API const char *mag_conf_text(const struct mag_conf *, const char *name,
    char *out, size_t size);

#endif
