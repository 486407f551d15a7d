/* SPDX-License-Identifier: MIT */
/* Files that are compiled in, found by name. */
#include <string.h>

#include <magnetiq/embed.h>

const struct mag_file *
mag_file_find(const struct mag_file *files, const char *name)
{

	for (; files->name != NULL; files++)
		if (strcmp(files->name, name) == 0)
			return files;
	return NULL;
}
