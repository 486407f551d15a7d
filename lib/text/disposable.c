/* SPDX-License-Identifier: MIT */
/* E-mail addresses that somebody takes for ten minutes. */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/template.h>

/* Does a line of the list say exactly this? */
static bool
listed(struct mag_str list, const char *host, size_t n)
{
	const char *p = list.p, *end = list.p + list.n, *stop;

	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - p) == n && memcmp(p, host, n) == 0)
			return true;
	}
	return false;
}

bool
mag_email_disposable(struct mag_arena *a, const char *email)
{
	const char *host = strrchr(mag_fold_email(a, email), '@');
	struct mag_str list;

	if (host == NULL || mag_template_file(&list, "disposable.txt") != MAG_OK)
		return false;
	/* The name itself, or one that it stands below. */
	for (host++; strchr(host, '.') != NULL; host = strchr(host, '.') + 1)
		if (listed(list, host, strlen(host)))
			return true;
	return false;
}
