/* SPDX-License-Identifier: MIT */
/* Fuzzes mag_time_parse: a time that is read is printed and read the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <magnetiq/clock.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	char text[MAG_TIME_TEXT];
	int64_t t, again;

	if (mag_time_parse(&t, p, size, false)) {
		assert(mag_time_parse(&again, p, size, true) && again == t);
		mag_time_rfc3339(text, t);
		assert(mag_time_parse(&again, text, strlen(text), false));
		assert(again == t);
	}
	if (mag_time_parse(&t, p, size, true)) {
		assert(t >= MAG_TIME_MIN && t <= MAG_TIME_MAX);
		mag_time_db(text, t);
		assert(mag_time_parse(&again, text, strlen(text), true));
		assert(again == t);
		mag_time_http(text, t);
	}
	return 0;
}
