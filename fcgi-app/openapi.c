/* SPDX-License-Identifier: MIT */
/*
 * The OpenAPI 3.1 document, from the route table and the field tables: what
 * the router, the guard and strict reading go by, so it cannot say other.
 */
#include <string.h>

#include <magnetiq/limits.h>
#include <magnetiq/noun.h>

#include "doors.h"

static const char *const method_words[METHOD__MAX] = {
	"get", "post", "put", "patch", "delete"
};

static void
print_words(struct mag_buf *b, const char *words)
{
	const char *p, *end;

	mag_buf_adds(b, "\"type\":\"string\",\"enum\":[");
	for (p = words; *p != '\0'; p = end + (*end == ' ')) {
		end = p + strcspn(p, " ");
		mag_buf_adds(b, p == words ? "" : ",");
		mag_buf_json(b, p, (size_t)(end - p));
	}
	mag_buf_addc(b, ']');
}

/* The JSON type of what is a string on the wire. */
static void
print_text_type(struct mag_buf *b, const struct mag_field *f)
{

	switch (f->kind) {
	case MAG_TIME:
		mag_buf_adds(b, "\"type\":\"string\",\"format\":\"date-time\"");
		break;
	case MAG_EMAIL:
		mag_buf_addf(b, "\"type\":\"string\",\"format\":\"email\","
		    "\"maxLength\":%d", MAG_EMAIL_MAX);
		break;
	case MAG_SLUG:
		mag_buf_adds(b, "\"type\":\"string\","
		    "\"pattern\":\"^[a-z0-9]+(-[a-z0-9]+)*$\"");
		break;
	case MAG_ENUM:
		print_words(b, f->values);
		break;
	default:
		mag_buf_adds(b, "\"type\":\"string\"");
		if (f->max > 0)
			mag_buf_addf(b, ",\"maxLength\":%lld", (long long)f->max);
	}
}

/* The JSON type of a field's value, without its braces. */
static void
print_type(struct mag_buf *b, const struct mag_field *f)
{

	switch (f->kind) {
	case MAG_ID:
	case MAG_REF:
		mag_buf_adds(b, "\"type\":\"integer\",\"minimum\":1");
		break;
	case MAG_INT:
		mag_buf_addf(b, "\"type\":\"integer\",\"minimum\":%lld",
		    (long long)f->min);
		if (f->max > 0)
			mag_buf_addf(b, ",\"maximum\":%lld", (long long)f->max);
		break;
	case MAG_BOOL:
		mag_buf_adds(b, "\"type\":\"boolean\"");
		break;
	case MAG_ML:
	case MAG_ML_SLUG:
		mag_buf_adds(b, "\"type\":\"object\","
		    "\"additionalProperties\":{\"type\":\"string\"");
		if (f->max > 0)
			mag_buf_addf(b, ",\"maxLength\":%lld", (long long)f->max);
		mag_buf_addc(b, '}');
		break;
	case MAG_CONTENT:
		mag_buf_adds(b, "\"type\":\"object\",\"additionalProperties\":"
		    "{\"$ref\":\"#/components/schemas/Content\"}");
		break;
	case MAG_STRINGS:
		mag_buf_adds(b, "\"type\":\"array\",\"items\":"
		    "{\"type\":\"string\"}");
		break;
	case MAG_JSON:
		mag_buf_adds(b, "\"description\":");
		mag_buf_jsons(b, f->what == NULL ? "JSON" : f->what);
		break;
	default:
		print_text_type(b, f);
	}
}

static bool
may_be_null(const struct mag_field *f)
{

	return f->preset == NULL && !(f->flags & MAG_REQUIRED) &&
	    f->kind != MAG_ID && f->kind != MAG_SLUG && f->kind != MAG_JSON &&
	    strcmp(f->name, "created_at") != 0 &&
	    strcmp(f->name, "updated_at") != 0;
}

static void
print_field(struct mag_buf *b, const struct mag_field *f)
{

	mag_buf_json(b, f->name, strlen(f->name));
	mag_buf_adds(b, may_be_null(f) ? ":{\"oneOf\":[{" : ":{");
	print_type(b, f);
	if (may_be_null(f))
		mag_buf_adds(b, "},{\"type\":\"null\"}]");
	if (f->flags & MAG_READONLY)
		mag_buf_adds(b, ",\"readOnly\":true");
	if (f->preset != NULL && !(f->flags & MAG_READONLY))
		mag_buf_addf(b, ",\"default\":%s", f->preset);
	if (f->what != NULL && f->kind != MAG_JSON) {
		mag_buf_adds(b, ",\"description\":");
		mag_buf_jsons(b, f->what);
	}
	mag_buf_addc(b, '}');
}

static const char *
schema_name(const struct mag_noun *n, char out[64])
{

	strncpy(out, n->name, 63);
	out[63] = '\0';
	out[0] = (char)(out[0] - 'a' + 'A');
	return out;
}

/* A resource as staff read it, or (input) as they may send it. */
static void
print_schema(struct mag_buf *b, const struct mag_noun *n, bool input)
{
	const struct mag_field *f;
	char name[64];
	bool first = true;

	mag_buf_addf(b, "\"%s%s\":{\"type\":\"object\",\"properties\":{",
	    schema_name(n, name), input ? "Input" : "");
	for (f = n->fields; f->name != NULL; f++) {
		if (f->flags & (MAG_HIDDEN | MAG_SECRET))
			continue;
		if (input && (f->flags & MAG_VIRTUAL))
			continue;
		mag_buf_adds(b, first ? "" : ",");
		first = false;
		print_field(b, f);
	}
	mag_buf_addc(b, '}');
	for (first = true, f = n->fields; input && f->name != NULL; f++)
		if ((f->flags & MAG_REQUIRED) && !(f->flags & MAG_READONLY)) {
			mag_buf_adds(b, first ? ",\"required\":[" : ",");
			mag_buf_jsons(b, f->name);
			first = false;
		}
	mag_buf_adds(b, first ? "" : "]");
	if (input)
		mag_buf_adds(b, ",\"additionalProperties\":false");
	mag_buf_addc(b, '}');
}

static void
print_schemas(struct mag_buf *b)
{
	struct mag_noun *const *n;

	mag_buf_adds(b, "\"schemas\":{"
	    "\"Content\":{\"description\":\"CommonMark, or blocks\",\"oneOf\":["
	    "{\"type\":\"string\"},{\"type\":\"array\",\"items\":"
	    "{\"type\":\"object\",\"required\":[\"type\"],\"properties\":"
	    "{\"type\":{\"type\":\"string\",\"enum\":[\"hero\",\"text\","
	    "\"image\",\"video\",\"cta\",\"form\",\"testimonial\",\"features\","
	    "\"html\"]}}}}]},"
	    "\"Error\":{\"type\":\"object\",\"required\":[\"success\",\"error\","
	    "\"request_id\"],\"properties\":{\"success\":{\"const\":false},"
	    "\"error\":{\"type\":\"object\",\"required\":[\"code\",\"message\","
	    "\"details\"],\"properties\":{\"code\":{\"type\":\"string\"},"
	    "\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
	    "\"items\":{\"type\":\"object\",\"properties\":{\"field\":"
	    "{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}}},"
	    "\"request_id\":{\"type\":\"string\"}}},"
	    "\"Pagination\":{\"type\":\"object\",\"properties\":{"
	    "\"page\":{\"type\":[\"integer\",\"null\"]},"
	    "\"per_page\":{\"type\":\"integer\"},"
	    "\"total\":{\"type\":[\"integer\",\"null\"]},"
	    "\"total_exact\":{\"type\":\"boolean\"},"
	    "\"pages\":{\"type\":[\"integer\",\"null\"]},"
	    "\"next_cursor\":{\"type\":[\"string\",\"null\"]}}}");
	for (n = mag_nouns(); *n != NULL; n++) {
		mag_buf_addc(b, ',');
		print_schema(b, *n, false);
		mag_buf_addc(b, ',');
		print_schema(b, *n, true);
	}
	mag_buf_addc(b, '}');
}

static bool
is_number(const char *name, size_t n)
{
	static const char *const numbers[] = { "author_id", "id", "page",
	    "per_page", "since", "topic_id", "user_id", "version" };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strlen(numbers[i]) == n && memcmp(numbers[i], name, n) == 0)
			return true;
	return false;
}

static void
print_parameter(struct mag_buf *b, bool *first, const char *name, size_t n,
    const char *in)
{

	mag_buf_adds(b, *first ? "{\"name\":" : ",{\"name\":");
	*first = false;
	mag_buf_json(b, name, n);
	mag_buf_addf(b, ",\"in\":\"%s\",\"required\":%s,\"schema\":"
	    "{\"type\":\"%s\"}}", in,
	    strcmp(in, "path") == 0 ? "true" : "false",
	    is_number(name, n) ? "integer" : "string");
}

static void
print_parameters(struct mag_buf *b, const struct door *d)
{
	const char *p, *end;
	bool first = true;

	mag_buf_adds(b, ",\"parameters\":[");
	for (p = d->path; (p = strchr(p, '{')) != NULL; p = end) {
		end = strchr(p, '}');
		print_parameter(b, &first, p + 1, (size_t)(end - p - 1), "path");
	}
	for (p = d->query; *(p += strspn(p, " ")) != '\0'; p += strcspn(p, " "))
		print_parameter(b, &first, p, strcspn(p, " "), "query");
	if (!(d->flags & R_HTML))
		print_parameter(b, &first, "lang", 4, "query");
	if (d->flags & R_IDEMPOTENT)
		print_parameter(b, &first, "Idempotency-Key", 15, "header");
	if (d->flags & R_WORK)
		print_parameter(b, &first, "Proof-Of-Work", 13, "header");
	if (d->method == PUT || d->method == PATCH)
		print_parameter(b, &first, "If-Match", 8, "header");
	mag_buf_addc(b, ']');
}

/* Does it speak of its noun as a whole?  Media do, but through a form. */
static bool
is_usual(const struct door *d)
{

	return strncmp(d->handler, "usual_", 6) == 0 ||
	    (strncmp(d->handler, "media_", 6) == 0 &&
	    strcmp(d->handler, "media_file") != 0);
}

/* A file, and when it is new what is said of it. */
static void
print_form(struct mag_buf *b, const struct door *d, const struct mag_noun *n)
{
	const struct mag_field *f;

	mag_buf_adds(b, "{\"type\":\"object\",\"required\":[\"file\"],"
	    "\"properties\":{\"file\":{\"type\":\"string\","
	    "\"format\":\"binary\"}");
	for (f = n->fields; d->method == POST && f->name != NULL; f++)
		if (!(f->flags & (MAG_READONLY | MAG_HIDDEN | MAG_SECRET))) {
			mag_buf_addc(b, ',');
			print_field(b, f);
		}
	mag_buf_adds(b, "}}");
}

static void
print_body(struct mag_buf *b, const struct door *d, const struct mag_noun *n)
{
	char name[64];

	const char *type = route_body_type(d->flags);

	if (type == NULL || (d->flags & R_ACTION))
		return;
	mag_buf_addf(b, ",\"requestBody\":{\"required\":true,\"content\":{\"%s\":"
	    "{\"schema\":", type);
	if ((d->flags & R_MULTIPART) && n != NULL)
		print_form(b, d, n);
	else if (is_usual(d) && n != NULL)
		mag_buf_addf(b, "{\"$ref\":\"#/components/schemas/%sInput\"}",
		    schema_name(n, name));
	else
		mag_buf_adds(b, d->flags & R_CSV ? "{\"type\":\"string\"}" :
		    "{\"type\":\"object\"}");
	mag_buf_adds(b, "}}}");
}

static void
print_answer(struct mag_buf *b, int status, const char *what)
{

	mag_buf_addf(b, "\"%d\":{\"description\":\"%s\"", status, what);
	if (status >= 400)
		mag_buf_adds(b, ",\"content\":{\"application/json\":{\"schema\":"
		    "{\"$ref\":\"#/components/schemas/Error\"}}}");
	mag_buf_addc(b, '}');
}

/* The files that a list comes as, beside JSON. */
static void
print_files(struct mag_buf *b, const struct door *d)
{
	const char *type;
	size_t i;

	for (i = 0; (type = route_file_type(d->flags, i)) != NULL; i++)
		mag_buf_addf(b, ",\"%s\":{\"schema\":{\"type\":\"string\"%s}}",
		    type, strncmp(type, "text/", 5) == 0 ? "" :
		    ",\"format\":\"binary\"");
}

static void
print_success(struct mag_buf *b, const struct door *d,
    const struct mag_noun *n)
{
	char name[64];

	if (d->method == DELETE) {
		print_answer(b, 204, "Deleted");
		return;
	}
	if ((!is_usual(d) && !(d->flags & R_TABLE)) || n == NULL) {
		print_answer(b, 200, "Success");
		return;
	}
	mag_buf_addf(b, "\"%d\":{\"description\":\"Success\",\"content\":"
	    "{\"application/json\":{\"schema\":{\"type\":\"object\","
	    "\"properties\":{\"success\":{\"const\":true},\"data\":",
	    d->method == POST ? 201 : 200);
	mag_buf_addf(b, d->flags & R_LIST ? "{\"type\":\"array\",\"items\":"
	    "{\"$ref\":\"#/components/schemas/%s\"}},\"pagination\":"
	    "{\"$ref\":\"#/components/schemas/Pagination\"}" :
	    "{\"$ref\":\"#/components/schemas/%s\"}", schema_name(n, name));
	mag_buf_adds(b, "}}}");
	print_files(b, d);
	mag_buf_adds(b, "}}");
}

static void
print_answers(struct mag_buf *b, const struct door *d,
    const struct mag_noun *n)
{

	mag_buf_adds(b, ",\"responses\":{");
	print_success(b, d, n);
	if (d->who != MAG_NOBODY) {
		mag_buf_addc(b, ',');
		print_answer(b, 401, "Not signed in");
		mag_buf_addc(b, ',');
		print_answer(b, 403, "The role may not");
	}
	if (strchr(d->path, '{') != NULL) {
		mag_buf_addc(b, ',');
		print_answer(b, 404, "No such thing");
	}
	mag_buf_addc(b, ',');
	print_answer(b, 422, "A field or parameter is wrong");
	mag_buf_addc(b, '}');
}

static void
print_door(struct mag_buf *b, const struct door *d)
{
	const struct mag_noun *n = mag_noun_find(d->noun);
	static const char *const roles[MAG_ROLE__MAX] = {
		"", "viewer", "editor", "admin"
	};

	mag_buf_addf(b, "\"%s\":{\"operationId\":\"%s%s%s\",\"summary\":",
	    method_words[d->method], d->handler,
	    *d->noun == '\0' ? "" : "_", d->noun);
	mag_buf_jsons(b, d->summary);
	mag_buf_adds(b, ",\"tags\":[");
	mag_buf_jsons(b, *d->noun == '\0' ? "site" : d->noun);
	mag_buf_addc(b, ']');
	print_parameters(b, d);
	print_body(b, d, n);
	print_answers(b, d, n);
	if (d->who != MAG_NOBODY)
		mag_buf_addf(b, ",\"security\":[{\"bearer\":[]}],"
		    "\"x-role\":\"%s\"", roles[d->who]);
	mag_buf_addc(b, '}');
}

static bool
first_of_path(size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (strcmp(doors[j].path, doors[i].path) == 0)
			return false;
	return true;
}

void
openapi_print(struct mag_buf *b, const char *site_url)
{
	bool first_path = true, first;
	size_t i, j;

	mag_buf_adds(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Magnetiq\","
	    "\"version\":\"2.0.0\",\"description\":\"Content and business "
	    "automation for consultancies.\"},\"servers\":[{\"url\":");
	mag_buf_jsons(b, site_url);
	mag_buf_adds(b, "}],\"paths\":{");
	for (i = 0; i < ndoors; i++) {
		if (!first_of_path(i) || (doors[i].flags & (R_PRIVATE | R_HTML)))
			continue;
		mag_buf_adds(b, first_path ? "" : ",");
		first_path = false;
		mag_buf_jsons(b, doors[i].path);
		mag_buf_adds(b, ":{");
		for (first = true, j = i; j < ndoors; j++) {
			if (strcmp(doors[j].path, doors[i].path) != 0)
				continue;
			mag_buf_adds(b, first ? "" : ",");
			first = false;
			print_door(b, &doors[j]);
		}
		mag_buf_addc(b, '}');
	}
	mag_buf_adds(b, "},\"components\":{");
	print_schemas(b);
	mag_buf_adds(b, ",\"securitySchemes\":{\"bearer\":{\"type\":\"http\","
	    "\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}}}}");
}
