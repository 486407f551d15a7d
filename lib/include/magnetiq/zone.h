/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/zone.h -- time zones, by their names in the IANA database.
 */
#ifndef MAGNETIQ_ZONE_H
#define MAGNETIQ_ZONE_H

#include <stdbool.h>

#include <magnetiq/status.h>

/**
 * mag_zone_valid(name): does the name stand in tzdata's own list?  Asked
 * before a name is ever made part of a file's path.
 */
MAG_API bool	mag_zone_valid(const char *name);

#endif
