/* SPDX-License-Identifier: MIT */
/*
 * What was read in the PDF of a paper: pages, minutes, words.  The words go
 * into the index and nowhere else, folded, each once, in no order that would
 * tell what the paper says.
 */
#include <string.h>

#include <magnetiq/fold.h>
#include <magnetiq/limits.h>
#include <magnetiq/whitepaper.h>

#include "noun.h"

#define WORDS_A_MINUTE	200	/* of careful reading */

/* Its file has other bytes than those that were read last. */
static const char sql_next[] =
    "SELECT w.id, m.file_path, m.file_hash FROM whitepapers w"
    " JOIN media_files m ON m.id = w.file_id"
    " LEFT JOIN whitepaper_texts t ON t.whitepaper_id = w.id"
    " WHERE w.deleted_at IS NULL AND m.mime_type = 'application/pdf'"
    " AND (t.file_hash IS NULL OR t.file_hash <> m.file_hash)"
    " ORDER BY w.id LIMIT 1";

enum mag_status
mag_paper_next(struct mag_paper_job *out, struct mag_call *c)
{
	struct mag_row *row = NULL;
	enum mag_status st;

	if ((st = mag_db_row(&row, c->db, sql_next, "")) == MAG_OK) {
		out->id = mag_row_int(row, 0);
		out->path = mag_row_dup(row, 1, c->a);
		out->hash = mag_row_dup(row, 2, c->a);
	}
	mag_row_done(row);
	return st;
}

struct work {
	struct mag_call	*c;
	const struct mag_paper_job *job;
	const char	*vocabulary;
	int64_t		 pages, minutes;
	bool		 read;
};

static const char sql_note[] =
    "INSERT INTO whitepaper_texts (whitepaper_id, file_hash, vocabulary)"
    " VALUES (?1, ?2, ?3) ON CONFLICT (whitepaper_id) DO UPDATE SET"
    " file_hash = excluded.file_hash, vocabulary = excluded.vocabulary";
static const char sql_pages[] =
    "UPDATE whitepapers SET page_count = ?2, reading_minutes = ?3"
    " WHERE id = ?1";
/* The paper has this very file still. */
static const char sql_same[] =
    "SELECT 1 FROM whitepapers w JOIN media_files m ON m.id = w.file_id"
    " WHERE w.id = ?1 AND m.file_hash = ?2";

static enum mag_status
note(struct mag_db *db, void *arg)
{
	struct work *w = arg;
	enum mag_status st;
	int64_t one;

	st = mag_db_int(&one, db, sql_same, "is", w->job->id, w->job->hash);
	if (st != MAG_OK)
		return st == MAG_NOT_FOUND ? MAG_OK : st;
	st = mag_db_run(db, sql_note, "iss", w->job->id, w->job->hash,
	    w->vocabulary);
	if (st == MAG_OK && w->read)
		st = mag_db_run(db, sql_pages, "iii", w->job->id, w->pages,
		    w->minutes);
	return st != MAG_OK ? st : mag_whitepaper.index(w->c, w->job->id);
}

enum mag_status
mag_paper_read(struct mag_call *c, const struct mag_paper_job *job,
    const char *text, size_t n)
{
	struct work w = { .c = c, .job = job, .read = true };
	struct mag_buf b;
	const char *p;
	int64_t words;

	/* A form feed ends each page. */
	for (p = text; (p = memchr(p, '\f', (size_t)(text + n - p))) != NULL;
	    p++)
		w.pages++;
	mag_buf_init(&b, c->a, 4096);
	words = mag_fold_vocabulary(&b, text, n, MAG_VOCABULARY_MAX);
	w.vocabulary = b.p;
	w.minutes = (words + WORDS_A_MINUTE - 1) / WORDS_A_MINUTE;
	return mag_db_write(c->db, note, &w);
}

enum mag_status
mag_paper_unread(struct mag_call *c, const struct mag_paper_job *job)
{
	struct work w = { .c = c, .job = job, .vocabulary = "" };

	return mag_db_write(c->db, note, &w);
}
