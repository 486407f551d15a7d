/* SPDX-License-Identifier: MIT */
/*
 * A main for fuzz targets without a fuzzer: replays the files that it is
 * given.  The name of each is printed first, so that the last line of a run
 * that died says at which one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <magnetiq/rand.h>

#define INPUT_MAX	(1024 * 1024)

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Exactly as many bytes as the file has, so that no read past them is missed. */
static int
replay(const char *path)
{
	uint8_t *all, *data = NULL;
	FILE *f;
	size_t n, i;

	printf("%s\n", path);
	fflush(stdout);
	if ((f = fopen(path, "rb")) == NULL) {
		perror(path);
		return 1;
	}
	if ((all = malloc(INPUT_MAX)) == NULL)
		abort();
	n = fread(all, 1, INPUT_MAX, f);
	fclose(f);
	if ((data = malloc(n > 0 ? n : 1)) == NULL)
		abort();
	for (i = 0; i < n; i++)
		data[i] = all[i];
	free(all);
	(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;

	if (mag_crypto_init() != MAG_OK)
		return 1;
	for (i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
