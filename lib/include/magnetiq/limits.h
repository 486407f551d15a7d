/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/limits.h -- every maximum, once, with its reason.  t/lint/limits
 * holds nginx's own limits against these.
 */
#ifndef MAGNETIQ_LIMITS_H
#define MAGNETIQ_LIMITS_H

#define MAG_BODY_MAX		(256 * 1024)	/* a JSON body; cJSON takes 40 times this */
#define MAG_BODY_AUTH_MAX	(16 * 1024)	/* a JSON body under /auth */
#define MAG_BODY_CSV_MAX	(4 * 1024 * 1024)	/* a table as text */
#define MAG_BODY_EXTRA		(64 * 1024)	/* what multipart adds to a file */
#define MAG_JSON_DEPTH		32
#define MAG_JSON_MEMBERS	20000		/* lists are linked: reading is quadratic */
#define MAG_URI_MAX		8192		/* path and query, as nginx's 8k header buffer */
#define MAG_QUERY_PARAMS	64
#define MAG_HEADER_MAX		8192		/* one request header */
#define MAG_PARAMS_MAX		(64 * 1024)	/* all FastCGI parameters together */
#define MAG_PART_HEADER_MAX	8192		/* headers of one part of a multipart body */
#define MAG_PARTS_MAX		32
#define MAG_PART_TEXT_MAX	(64 * 1024)	/* a part that is not a file */
#define MAG_BOUNDARY_MAX	70		/* RFC 2046 5.1.1 */
#define MAG_TOKEN_MAX		4096		/* any token or cookie of ours */
#define MAG_PASSWORD_MAX	1024		/* bytes; scrypt reads them all */
#define MAG_EMAIL_MAX		254		/* RFC 5321 4.5.3.1.3, less the brackets */
#define MAG_NAME_MAX		100
#define MAG_COMPANY_MAX		200		/* a company, what somebody is there */
#define MAG_FORM_FIELDS_MAX	4		/* of a paper's form: each field of a person once */
#define MAG_MESSAGE_MAX		5000		/* what a visitor writes */
#define MAG_NOTES_MAX		5000		/* letters to many in one transaction: half a second */
#define MAG_ONCE_MIN		16		/* an Idempotency-Key */
#define MAG_ONCE_MAX		128
#define MAG_SLUG_MAX		200
#define MAG_TITLE_MAX		300
#define MAG_URL_MAX		2048
#define MAG_SEARCH_MAX		200		/* bytes of a search query */
#define MAG_SEARCH_WORDS	10
#define MAG_PAPER_TEXT_MAX	(8 * 1024 * 1024)	/* of a PDF: some 3000 pages */
#define MAG_VOCABULARY_MAX	(256 * 1024)	/* its words, each once: a language has no more */
#define MAG_PIXELS_MAX		100000000	/* of a picture; a child decodes 4 bytes each */
#define MAG_FILE_NAME_MAX	255		/* characters, as most file systems have it */
#define MAG_REQUEST_ARENA	(64 * 1024 * 1024)	/* one request's memory */
#define MAG_CACHE_BYTES		(2 * 1024 * 1024)	/* public answers kept by a worker */
#define MAG_CACHE_ENTRY		(64 * 1024)	/* larger answers are not kept */
#define MAG_WEBHOOKS_MAX	50		/* what happens is written down once for each */
#define MAG_FEED_EVENTS		500		/* of a calendar that others subscribe to */
#define MAG_EVENT_MONTHS	13		/* a single view; sums stay: the contract's */
#define MAG_RETENTION_MAX	1200		/* months; a century is for ever */
#define MAG_RETENTION_BATCH	500		/* rows forgotten at once: others write between */
#define MAG_MISS_MAX		96		/* bytes of a search in vain that is counted: a place on the scoreboard */
#define MAG_MISS_DIGITS		4		/* in one number of it: more may be a telephone's */
#define MAG_MISS_MONTHS		3		/* that it stays when nobody asks again */
#define MAG_MISSES_MAX		5000		/* of them kept, so that strangers cannot fill the table */
#define MAG_PRIVACY_HOURS	24		/* a link to what is kept of somebody */
#define MAG_SETTING_MAX		4096		/* one setting's value, also read from a NAME_FILE */
#define MAG_ENV_FILE_MAX	(64 * 1024)	/* a file of settings */
#define MAG_SNAPSHOT_SHARE	50		/* of the time may go into snapshots: a 50th */
#define MAG_SNAPSHOT_HOURS	48		/* that have one, before it is too old */
#define MAG_SNAPSHOT_FREE	10		/* percent of the disk that they leave free */
#define MAG_COPY_DAYS		30		/* of the database beside it: a wrong migration is seen by then */
#define MAG_DISK_WARN		80		/* percent in use: an admin is told */
#define MAG_DISK_FULL		95		/* percent in use: no more uploads */
#define MAG_DISK_PLENTY		(20LL << 30)	/* so much is enough, whatever the share */
#define MAG_DISK_ENOUGH		(4LL << 30)	/* the same, for uploads */
#define MAG_DISK_LEAST		(256LL << 20)	/* the database's log may need it at any time */
#define MAG_DATABASE_MUCH	(10LL << 30)	/* its copy for a backup takes minutes */
#define MAG_WAL_MUCH		(64LL << 20)	/* it begins anew at 4 MiB, unless somebody reads */
#define MAG_LOG_MUCH		(512LL << 20)	/* logrotate does it at 100 MB */
#define MAG_LETTER_HEAD		(16 * 1024)	/* of a letter as a file, for a list: its headers */
#define MAG_LETTER_MAX		(1024 * 1024)	/* the same, for a page; ours have some 20 KiB */
#define MAG_IO_SECONDS		10		/* a peer that neither reads nor writes */

#endif
