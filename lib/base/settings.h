/* SPDX-License-Identifier: MIT */
/* settings.h -- what the files of lib/base/conf*.c share. */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <magnetiq/arena.h>
#include <magnetiq/conf.h>
#include <magnetiq/limits.h>

/* What `magnetiq setup --system` writes. */
#define MAG_CONF_INSTALLED	MAG_ETC "/magnetiq.env"

struct setting;

/** One value on its way from text into the conf. */
struct reading {
	struct mag_conf	*c;
	struct mag_arena *a;
	const struct setting *s;
};

/**
 * How a kind of setting is read and shown.  read() returns NULL, or what is
 * wrong with the text, to stand after the setting's name.  `to` is the member
 * that the table names.
 */
struct kind {
	const char	*(*read)(struct reading *, void *to, const char *text);
	void		(*show)(const struct mag_conf *, const void *from,
			    const struct kind *, char *out, size_t size);
	const char	*const *words;	/* of an enum, in its order */
};

#define SETTING(name, how, ...)	extern const struct kind kind_##how;
#include "settings.def"
#undef SETTING

struct setting {
	const char	*name, *preset, *production;
	const struct kind *kind;
	size_t		 at;		/* offset in struct mag_conf */
	int64_t		 low, high;
	bool		 secret;
};
extern const struct setting mag_settings[];	/* ends with a NULL name */

/** The conf as it is made: what it owns stands around it. */
struct conf_held {
	struct mag_conf	 conf;
	struct mag_arena *a;
	size_t		 secrets;	/* of wipe[] */
	struct { char *p; size_t n; } wipe[16];
};

/** conf_keep(c, p, n): wipe these bytes of its arena when it is freed. */
void	conf_keep(struct mag_conf *, char *p, size_t n);
/** conf_wrong(error, size, name, what): `NAME what`; returns MAG_INVALID. */
enum mag_status conf_wrong(char *error, size_t size, const char *name,
    const char *what);
/** conf_full_path(a, path): from the working folder if it is relative. */
const char *conf_full_path(struct mag_arena *, const char *path);
/** conf_split(a, text): the words between commas and blanks; NULL at the end. */
const char **conf_split(struct mag_arena *, const char *text);
/** conf_check(c, error, size): what only holds between settings. */
enum mag_status conf_check(struct mag_conf *, struct mag_arena *, char *error,
    size_t size);
/** conf_show_list(from, out, size): words with commas between them. */
void	conf_show_list(const char *const *, char *out, size_t size);

#endif
