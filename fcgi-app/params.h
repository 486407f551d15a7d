/* SPDX-License-Identifier: MIT */
/* params.h -- from NAME=value strings to a struct fcgi_request. */
#ifndef PARAMS_H
#define PARAMS_H

#include "fcgi.h"

/**
 * params_read(out, envp, max): pick what fcgi.h names out of ${envp}, which
 * ends with NULL and must outlive ${out}.  All strings together may have
 * ${max} bytes; with more, oversize is set.
 */
void	params_read(struct fcgi_request *out, const char *const *envp,
	    size_t max);

/** params_length(s): a Content-Length, or FCGI_LENGTH_NONE or _BAD. */
int64_t	params_length(const char *s) MAG_CHECK;

#endif
