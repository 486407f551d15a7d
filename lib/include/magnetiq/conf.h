/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/conf.h -- the settings of magnetiq.env(5), read once at start.
 *
 * The environment wins over `.env` files.  An empty value counts as unset.
 * Any secret may come as NAME_FILE.  All strings live as long as the conf.
 * The settings themselves stand in one table, lib/base/settings.def.
 */
#ifndef MAGNETIQ_CONF_H
#define MAGNETIQ_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>
#include <magnetiq/limit.h>
#include <magnetiq/log.h>
#include <magnetiq/status.h>

enum mag_environment { MAG_DEVELOPMENT, MAG_PRODUCTION, MAG_TEST };

struct mag_conf {
	enum mag_environment environment;
	bool		 debug;
	const char	*secret_key;		/* 32 bytes or more in production */
	const char	*secret_key_previous;	/* or NULL */
	const char	*database;		/* a full path; the URL forms are undone */
	const char	*upload_dir;
	const char	*state_dir;		/* STATE_DIR; else the database's folder */
	const char	*template_dir;		/* TEMPLATE_DIR, or NULL */
	const char	*pdftotext;		/* PDFTOTEXT: a name, a path, "off" */
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
	/* nginx in production, which magnetiq-nginx writes down. */
	const char	*site_aliases, *tls_certificate, *tls_key;
	const char	*tls_certificate_rsa, *acme_dir;
	int		 http_port, https_port;
	bool		 hsts_subdomains;
	bool		 rate_limits, microcache;
	struct mag_limit limits[MAG_LIMIT__MAX];	/* what rate_limits switches on */
	enum mag_level	 log_level;
	const char	*smtp_host;		/* NULL: letters go to mail_dir */
	int		 smtp_port;
	const char	*smtp_user, *smtp_password;
	const char	*smtp_from_email, *smtp_from_name;
	enum { MAG_TLS_STARTTLS, MAG_TLS_DIRECT, MAG_TLS_NONE } smtp_tls;
	const char	*smtp_dkim_selector, *dns_server;
	const char	*alert_email;		/* NULL: all active admins */
	const char	*watch_url;		/* NULL: nginx on this machine */
	int		 slow_query_ms;		/* 0: none is logged */
	int		 smtp_per_minute, smtp_per_hour;	/* 0: no limit */
	int		 smtp_domain_per_minute;
	const char	*nginx_log_dir;	/* NGINX_LOG_DIR */
	const char	*mail_dir;		/* state_dir/mail */
	const char	*egress_allow;		/* networks, or NULL */
	const char	*egress_ca_file;	/* or NULL */
	const char	*backup_dir, *backup_keep;
	const char	*clock_offset_file;	/* only in MAG_TEST, else NULL */
};

/**
 * mag_conf_load(out, error, size): read the settings and make ready what they
 * name: mag_conf_read() and mag_conf_prepare().  This is what a program does
 * at its start.  On a wrong setting MAG_INVALID, and ${error} holds one line
 * that begins with its name.  Free with mag_conf_free(), which wipes.
 */
MAG_API enum mag_status mag_conf_load(struct mag_conf **out, char *error,
    size_t size) MAG_CHECK;
/**
 * mag_conf_read(out, error, size): only read: ENV_FILE names the file; without
 * it `.env` in the working folder is read if it is there; else, where the
 * environment names neither ENVIRONMENT nor DATABASE_URL, the file that
 * `magnetiq setup --system` wrote.  Nothing is made, so secret_key may be NULL
 * outside production.
 */
MAG_API enum mag_status mag_conf_read(struct mag_conf **out, char *error,
    size_t size) MAG_CHECK;
/** mag_conf_file(): the file of settings that counts, or NULL. */
MAG_API const char *mag_conf_file(void);
/**
 * mag_conf_prepare(c, error, size): make the folders that are missing, check
 * that they can be written, and outside production read or make
 * STATE_DIR/secret.key if SECRET_KEY is not set.
 */
MAG_API enum mag_status mag_conf_prepare(struct mag_conf *, char *error,
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
/**
 * mag_conf_text(c, name, out, size): the value in force as text, "" if there
 * is none; secrets are masked.  NULL if no setting has that name.
 */
MAG_API const char *mag_conf_text(const struct mag_conf *, const char *name,
    char *out, size_t size);
/** mag_conf_plain(c, name, out, size): the same, secrets as they are: wipe. */
MAG_API const char *mag_conf_plain(const struct mag_conf *, const char *name,
    char *out, size_t size);
/** mag_conf_example(b): the text of .env.example. */
MAG_API void	mag_conf_example(struct mag_buf *);
/** mag_conf_manual(b): the SETTINGS part of magnetiq.env(5), in man(7). */
MAG_API void	mag_conf_manual(struct mag_buf *);

/** One NAME=value of a file of settings. */
struct mag_env {
	struct mag_env	*next;
	const char	*name, *value;
	int		 line;
};
/**
 * mag_env_parse(out, a, error, size, p, n): read the ${n} bytes of a `.env`
 * file and the NUL after them: comments after `#`, `export`, and values that
 * are bare, in '...' or in "...", as a shell would read them, but nothing is
 * expanded.  Names and values stay in ${p}, which is changed, so that whoever
 * owns it can wipe it.  MAG_INVALID with one line in ${error} if a line is
 * none of that.
 */
MAG_API enum mag_status mag_env_parse(struct mag_env **out,
    struct mag_arena *, char *error, size_t size, char *p, size_t n) MAG_CHECK;

#endif
