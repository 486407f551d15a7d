/* SPDX-License-Identifier: MIT */
/* The route table as data. */
#include "doors.h"
#include "macros.h"

#define ROUTE(method, path, who, handler, noun, flags, query, summary) \
	{ method, path, who, #handler, noun, flags, query, summary },
const struct door doors[] = {
#include "routes/all.def"
};
#undef ROUTE

const size_t ndoors = sizeof(doors) / sizeof(doors[0]);

const char *
route_body_type(unsigned flags)
{

	return flags & R_MULTIPART ? "multipart/form-data" :
	    flags & R_FORM ? "application/x-www-form-urlencoded" :
	    flags & R_CSV ? "text/csv" :
	    flags & (R_JSON | R_ACTION) ? "application/json" : NULL;
}

const char *
route_file_type(unsigned flags, size_t i)
{
	static const struct {
		unsigned	 flag;
		const char	*type;
	} files[] = {
		{ R_TABLE, "text/csv" },
		{ R_TABLE, "application/vnd.openxmlformats-officedocument"
		    ".spreadsheetml.sheet" },
		{ R_PAPER, "application/pdf" },
	};

	return i < sizeof(files) / sizeof(files[0]) &&
	    (flags & files[i].flag) ? files[i].type : NULL;
}
