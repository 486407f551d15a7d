/* SPDX-License-Identifier: MIT */
/* scan.h -- is it JSON, to the letter of RFC 8259?  Only for lib/json. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <magnetiq/call.h>

struct scan_limits {
	unsigned	 depth;
	unsigned	 members;	/* commas and colons */
};

/**
 * json_scan(c, p, n, limits): look at all ${n} bytes, without keeping any.
 * MAG_MALFORMED and MAG_INVALID as mag_json_parse() says, MAG_TOO_LARGE for
 * too many members; what is wrong is noted in ${c}.
 */
enum mag_status json_scan(struct mag_call *, const char *p, size_t n,
    const struct scan_limits *) MAG_CHECK;

#endif
