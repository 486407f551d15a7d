/* SPDX-License-Identifier: MIT */
/* magnetiq/audit.h -- the audit log, to be read; noun.h has mag_audit(). */
#ifndef MAGNETIQ_AUDIT_H
#define MAGNETIQ_AUDIT_H

#include <magnetiq/noun.h>

extern MAG_API struct mag_noun mag_audit_noun;

#endif
