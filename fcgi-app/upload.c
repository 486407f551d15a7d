/* SPDX-License-Identifier: MIT */
/* A form with one file and some fields; see upload.h. */
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/utf8.h>

#include "http/multipart.h"
#include "upload.h"

struct reading {
	struct exchange	*x;
	struct upload	*out;
	const struct mag_noun *noun;
	const char	*fields;
	const struct mag_field *field;	/* of the part in hand, or NULL */
	bool		 is_file;	/* the part in hand is the file */
	struct mag_buf	 text;		/* of the part in hand */
	uint64_t	 seen;		/* bits of fields that have come */
	struct mag_buf	 json;
};

static void
wrong(struct reading *r, const char *name, const char *message)
{

	mag_wrong(&r->x->call, name, message, NULL);
}

/* ---- the parts as they come ---- */

static enum mag_status
begin_file(struct reading *r, const struct multipart_part *part)
{

	if (part->filename == NULL || *part->filename == '\0') {
		wrong(r, "file", "must be a file");
		return MAG_OK;
	}
	if (r->out->file != NULL) {
		wrong(r, "file", "must be one file");
		return MAG_OK;
	}
	r->is_file = true;
	r->out->name = part->filename;
	return mag_upload_begin(&r->out->file, &r->x->call, r->x->rq->length);
}

static enum mag_status
begin(void *arg, const struct multipart_part *part)
{
	struct reading *r = arg;
	int i;

	r->is_file = false;
	r->field = NULL;
	mag_buf_init(&r->text, r->x->a, 64);
	if (strcmp(part->name, "file") == 0)
		return begin_file(r, part);
	if (!mag_listed(r->fields, part->name)) {
		wrong(r, part->name, "is not a known field");
		return MAG_OK;
	}
	i = mag_noun_field(r->noun, part->name);
	if (part->filename != NULL)
		wrong(r, part->name, "must be text, not a file");
	else if (r->seen & UINT64_C(1) << i)
		wrong(r, part->name, "is given twice");
	else
		r->field = &r->noun->fields[i];
	r->seen |= UINT64_C(1) << i;
	return MAG_OK;
}

static enum mag_status
data(void *arg, const char *p, size_t n)
{
	struct reading *r = arg;

	if (r->is_file)
		return mag_upload_add(r->out->file, p, n);
	if (r->field == NULL)
		return MAG_OK;
	if (r->text.len + n > MAG_PART_TEXT_MAX) {
		wrong(r, r->field->name, "is too long");
		r->field = NULL;
	} else
		mag_buf_add(&r->text, p, n);
	return MAG_OK;
}

/* ---- a part's text as JSON ---- */

/* What reads as JSON of the kind that the field takes; else NULL. */
static const struct mag_json *
as_json(struct reading *r)
{
	struct mag_call *c = &r->x->call;
	struct mag_problem was = c->problem;
	const struct mag_json *j;
	const char *p = r->text.p + strspn(r->text.p, " \t\r\n");
	bool maybe;

	maybe = *p == '"' || *p == (r->field->kind == MAG_STRINGS ? '[' : '{');
	if (!maybe || mag_json_parse(&j, c, r->text.p, r->text.len) != MAG_OK)
		j = NULL;
	/* What does not read as JSON is meant as plain text. */
	c->problem = was;
	if (was.last != NULL)
		was.last->next = NULL;
	return j;
}

static void
plain_list(struct mag_buf *b, const char *s)
{
	size_t n, len;
	int count = 0;

	mag_buf_addc(b, '[');
	for (; *s != '\0'; s += n + (s[n] == ',')) {
		s += strspn(s, " \t\r\n");
		n = len = strcspn(s, ",");
		while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
			len--;
		if (len == 0)
			continue;
		mag_buf_adds(b, count++ > 0 ? "," : "");
		mag_buf_json(b, s, len);
	}
	mag_buf_addc(b, ']');
}

static void
plain(struct reading *r, const char *s)
{
	struct mag_buf *b = &r->json;

	switch (r->field->kind) {
	case MAG_ML:
		mag_buf_addc(b, '{');
		mag_buf_jsons(b, mag_site(&r->x->call)->language);
		mag_buf_addc(b, ':');
		mag_buf_jsons(b, s);
		mag_buf_addc(b, '}');
		break;
	case MAG_STRINGS:
		plain_list(b, s);
		break;
	default:
		mag_buf_jsons(b, s);
	}
}

static bool
takes_json(const struct mag_field *f)
{

	return f->kind == MAG_ML || f->kind == MAG_STRINGS;
}

static enum mag_status
end(void *arg)
{
	struct reading *r = arg;
	const struct mag_json *j = NULL;

	if (r->field == NULL || r->text.len == 0)
		return MAG_OK;
	if (!mag_utf8_valid(r->text.p, r->text.len))
		return mag_fail(&r->x->call, MAG_MALFORMED,
		    "The request is not UTF-8.");
	if (memchr(r->text.p, '\0', r->text.len) != NULL) {
		wrong(r, r->field->name, "must not hold the character U+0000");
		return MAG_OK;
	}
	mag_buf_adds(&r->json, r->json.len > 1 ? "," : "");
	mag_buf_jsons(&r->json, r->field->name);
	mag_buf_addc(&r->json, ':');
	if (takes_json(r->field))
		j = as_json(r);
	if (j != NULL && mag_json_text(j) == NULL)
		mag_json_print(&r->json, j);
	else
		plain(r, j != NULL ? mag_json_text(j) : r->text.p);
	return MAG_OK;
}

/* ---- the whole ---- */

static enum mag_status
read_parts(struct reading *r)
{
	static const struct multipart_handler handler = { begin, data, end };
	struct exchange *x = r->x;
	struct multipart *m;
	char *piece = mag_alloc(x->a, 65536);
	enum mag_status st;
	ssize_t got;

	if ((st = multipart_new(&m, x->a, x->rq->content_type, &handler,
	    r)) != MAG_OK)
		return st;
	while ((got = fcgi_read(x->io, piece, 65536)) > 0)
		if ((st = multipart_push(m, piece, (size_t)got)) != MAG_OK)
			return st;
	return got < 0 ? MAG_MALFORMED : multipart_end(m);
}

enum mag_status
upload_read(struct upload *out, struct exchange *x,
    const struct mag_noun *noun, const char *fields)
{
	struct reading r = { .x = x, .out = out, .noun = noun,
	    .fields = fields };
	struct mag_problem *problem = &x->call.problem;
	enum mag_status st;

	memset(out, 0, sizeof(*out));
	mag_buf_init(&r.json, x->a, 512);
	mag_buf_addc(&r.json, '{');
	st = read_parts(&r);
	if (st == MAG_OK && out->file != NULL)
		st = mag_upload_end(out->file);
	else if (st == MAG_OK && problem->count == 0)
		wrong(&r, "file", "is required");
	if (st == MAG_OK)
		st = mag_verdict(&x->call);
	/* Only a refusal of fields speaks of fields. */
	if (st != MAG_OK && st != MAG_INVALID)
		problem->first = problem->last = NULL;
	if (st != MAG_OK)
		return st;
	mag_buf_addc(&r.json, '}');
	out->fields = mag_json_own(x->a, r.json.p, r.json.len);
	return MAG_OK;
}
