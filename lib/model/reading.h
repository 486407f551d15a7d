/* SPDX-License-Identifier: MIT */
/* reading.h -- what the files share that read a stranger's fields. */
#ifndef MODEL_READING_H
#define MODEL_READING_H

#include <string.h>

#include <magnetiq/noun.h>

/** What is being read: enough to say what is wrong with it. */
struct reading {
	struct mag_call	*c;
	const struct mag_field *f;
	const char	*name;		/* dotted */
};

/** reading_wrong(r, message): what is read is wrong; _number fills its %s. */
void	reading_wrong(const struct reading *, const char *message);
void	reading_wrong_number(const struct reading *, const char *message,
	    int64_t);

/*
 * Each of these reads ${j} into *v; false, with a detail noted, if it is
 * wrong.  ${old} is what stands, or NULL; a language map is merged with it
 * where ${merge} says so.
 */
bool	reading_value(struct mag_value *, const struct reading *,
	    const struct mag_json *, const struct mag_value *old, bool merge);
bool	reading_map(struct mag_value *, const struct reading *,
	    const struct mag_json *, const struct mag_value *old, bool merge);
bool	reading_string(struct mag_value *, const struct reading *,
	    const struct mag_json *);

static inline struct mag_value
text_value(const char *s)
{

	return (struct mag_value){ MAG_V_TEXT, 0, s, strlen(s) };
}

static inline struct mag_value
int_value(int64_t i)
{

	return (struct mag_value){ MAG_V_INT, i, NULL, 0 };
}

#endif
