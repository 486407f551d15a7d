/* SPDX-License-Identifier: MIT */
/* Arguments of a statement; the letters are explained in magnetiq/db.h. */
#include <assert.h>
#include <string.h>

#include <magnetiq/clock.h>

#include "conn.h"

static void
bind_text(struct mag_row *r, int i, const char *p, size_t n, bool copy)
{
	int rc;

	if (p == NULL)
		return;		/* what is not bound is NULL */
	rc = sqlite3_bind_text64(r->stmt, i, p, n,
	    copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
	/* A text too long leaves NULL there, which must not pass. */
	assert(rc == SQLITE_OK);
}

static void
bind_int(struct mag_row *r, int i, int64_t v)
{

	(void)sqlite3_bind_int64(r->stmt, i, v);
}

static void
bind_time(struct mag_row *r, int i, int64_t t)
{
	char text[MAG_TIME_TEXT];

	mag_time_db(text, t);
	bind_text(r, i, text, strlen(text), true);
}

void
db_bind(struct mag_row *r, const char *types, va_list ap, bool copy)
{
	const int64_t *v;
	const char *s;
	int i = 0;

	for (; types != NULL && types[i] != '\0'; i++) {
		switch (types[i]) {
		case 'i':
			bind_int(r, i + 1, va_arg(ap, int64_t));
			break;
		case 'I':
			if ((v = va_arg(ap, const int64_t *)) != NULL)
				bind_int(r, i + 1, *v);
			break;
		case 's':
			if ((s = va_arg(ap, const char *)) != NULL)
				bind_text(r, i + 1, s, strlen(s), copy);
			break;
		case 'b':
			s = va_arg(ap, const char *);
			bind_text(r, i + 1, s, va_arg(ap, size_t), copy);
			break;
		case 't':
			bind_time(r, i + 1, va_arg(ap, int64_t));
			break;
		case 'T':
			if ((v = va_arg(ap, const int64_t *)) != NULL)
				bind_time(r, i + 1, *v);
			break;
		case 'd':
			(void)sqlite3_bind_double(r->stmt, i + 1,
			    va_arg(ap, double));
			break;
		default:
			assert(types[i] == 'n');
		}
	}
	assert(i == sqlite3_bind_parameter_count(r->stmt));
}

void
db_bindv(struct mag_row *r, const struct mag_bind *v, size_t n)
{
	size_t i;

	assert((int)n == sqlite3_bind_parameter_count(r->stmt));
	for (i = 0; i < n; i++) {
		switch (v[i].kind) {
		case MAG_BIND_NULL:
			break;
		case MAG_BIND_INT:
			bind_int(r, (int)i + 1, v[i].i);
			break;
		case MAG_BIND_TEXT:
			bind_text(r, (int)i + 1, v[i].s, v[i].n, true);
			break;
		case MAG_BIND_TIME:
			bind_time(r, (int)i + 1, v[i].i);
			break;
		}
	}
}
