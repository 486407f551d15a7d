/* SPDX-License-Identifier: MIT */
/*
 * person.h -- a person, as forms ask for one: the same fields wherever
 * somebody registers, downloads or books.
 */
#ifndef MODEL_PERSON_H
#define MODEL_PERSON_H

#include <magnetiq/limits.h>
#include <magnetiq/noun.h>

#define PERSON_LINE	(MAG_LIST | MAG_CREATE | MAG_PERSONAL)

/* The columns of a person; each noun has its own before and after them. */
#define PERSON_FIELDS \
	{ "first_name", MAG_TEXT, .max = MAG_NAME_MAX, \
	  .flags = PERSON_LINE | MAG_REQUIRED | MAG_FIND, \
	  .paper = "First name" }, \
	{ "last_name", MAG_TEXT, .max = MAG_NAME_MAX, \
	  .flags = PERSON_LINE | MAG_REQUIRED | MAG_FIND, \
	  .paper = "Last name" }, \
	{ "email", MAG_EMAIL, .max = MAG_EMAIL_MAX, \
	  .flags = PERSON_LINE | MAG_REQUIRED | MAG_FIND, \
	  .paper = "E-mail" }, \
	{ "email_folded", MAG_TEXT, .flags = MAG_HIDDEN | MAG_PERSONAL }, \
	{ "company", MAG_TEXT, .max = MAG_COMPANY_MAX, \
	  .flags = PERSON_LINE | MAG_FIND, .paper = "Company" }, \
	{ "job_title", MAG_TEXT, .max = MAG_COMPANY_MAX, \
	  .flags = PERSON_LINE }, \
	{ "phone", MAG_TEXT, .max = 50, .flags = PERSON_LINE, \
	  .paper = "Phone" }, \
	{ "website", MAG_URL, .max = MAG_URL_MAX, .flags = PERSON_LINE }, \
	{ "language", MAG_LANGUAGE, .max = 20, \
	  .flags = MAG_LIST | MAG_CREATE, \
	  .what = "of letters; that of the request if left out" }, \
	{ "privacy_consent", MAG_BOOL, \
	  .flags = MAG_LIST | MAG_CREATE | MAG_REQUIRED, \
	  .what = "must be true" }, \
	{ "marketing_consent", MAG_BOOL, .preset = "false", \
	  .flags = MAG_LIST | MAG_CREATE }, \
	{ "utm_source", MAG_TEXT, .max = 200, .flags = MAG_LIST | MAG_CREATE }, \
	{ "utm_medium", MAG_TEXT, .max = 200, .flags = MAG_LIST | MAG_CREATE }, \
	{ "utm_campaign", MAG_TEXT, .max = 200, .flags = MAG_LIST | MAG_CREATE }

/**
 * person_check(c, r): what a person's fields must be beside their kinds; fills
 * email_folded and the language.
 */
enum mag_status	person_check(struct mag_call *, struct mag_record *);
/**
 * person_agreed(c, r, source): what a form's boxes say goes into the ledger of
 * consents, in the open transaction.
 */
enum mag_status	person_agreed(struct mag_call *, const struct mag_record *,
		    const char *source);
/** person_name(a, r): first and last name. */
const char	*person_name(struct mag_arena *, const struct mag_record *);

/**
 * reference_new(a, head): `WEB-7K2M9QXT`: ${head}, and letters and digits that
 * nobody takes for one another.
 */
const char	*reference_new(struct mag_arena *, const char *head, int letters);

#endif
