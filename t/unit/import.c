/* SPDX-License-Identifier: MIT */
/* What WordPress writes, piece by piece; t/e2e/88-import.py has the whole. */
#include "unit.h"

#include "import.h"

/* ---- the reader ---- */

#define HEAD	"<rss xmlns:wp=\"http://wordpress.org/export/1.2/\"" \
		" xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"><channel>"
#define TAIL	"</channel></rss>"

static struct mag_buf seen;

static enum mag_status
see_author(void *arg, const struct wxr_author *author)
{

	(void)arg;
	mag_buf_addf(&seen, "author %s %s;", author->login, author->email);
	return MAG_OK;
}

static enum mag_status
see_item(void *arg, const struct wxr_site *site, const struct wxr_item *i)
{
	const struct wxr_pair *p;

	(void)arg;
	(void)site;
	mag_buf_addf(&seen, "%s %s|%s|%s", i->type, i->id, i->title,
	    i->content);
	for (p = i->terms; p != NULL; p = p->next)
		mag_buf_addf(&seen, " [%s %s %s]", p->key, p->slug, p->value);
	for (p = i->metas; p != NULL; p = p->next)
		mag_buf_addf(&seen, " (%s %s)", p->key, p->value);
	if (i->comments > 0)
		mag_buf_addf(&seen, " %lld comments", (long long)i->comments);
	mag_buf_adds(&seen, i->too_large ? " too large;" : ";");
	return MAG_OK;
}

/* All of it, in pieces of ${step} bytes. */
static enum mag_status
read_in(struct mag_call *c, const char *text, size_t n, size_t step)
{
	const struct wxr_events events = { NULL, see_author, see_item };
	struct wxr *r = wxr_new(c, &events);
	enum mag_status st = MAG_OK;
	size_t k;

	mag_buf_init(&seen, a, 256);
	for (; st == MAG_OK && n > 0; text += k, n -= k) {
		k = n < step ? n : step;
		st = wxr_add(r, text, k, false);
	}
	if (st == MAG_OK)
		st = wxr_add(r, "", 0, true);
	wxr_free(r);
	return st;
}

static enum mag_status
read_text(struct mag_call *c, const char *text)
{

	return read_in(c, text, strlen(text), 7);
}

START_TEST(an_item_has_its_fields_terms_and_wanted_metadata)
{
	struct mag_call *c = unit_call();
	const char *text = HEAD "<wp:author><wp:author_login>jo</wp:author_login>"
	    "<wp:author_email>jo@example.org</wp:author_email></wp:author>"
	    "<title>Site</title><item><title>A &amp; B</title>"
	    "<c:encoded><![CDATA[<p>x</p>]]>]]&gt;<![CDATA[y]]></c:encoded>"
	    "<wp:post_id>7</wp:post_id><wp:post_type>post</wp:post_type>"
	    "<category domain=\"post_tag\" nicename=\"t\">T</category>"
	    "<wp:postmeta><wp:meta_key>_secret</wp:meta_key><wp:meta_value>no"
	    "</wp:meta_value></wp:postmeta><wp:postmeta><wp:meta_key>"
	    "_menu_item_url</wp:meta_key><wp:meta_value>u</wp:meta_value>"
	    "</wp:postmeta><wp:comment><title>not this</title></wp:comment>"
	    "</item><item><wp:post_id>8</wp:post_id></item>" TAIL;
	static const size_t steps[] = { 1, 3, 64, 100000 };
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ck_assert_int_eq(read_in(c, text, strlen(text), steps[i]),
		    MAG_OK);
		ck_assert_str_eq(seen.p, "author jo jo@example.org;"
		    "post 7|A & B|<p>x</p>]]>y [post_tag t T]"
		    " (_menu_item_url u) 1 comments; 8||;");
	}
}
END_TEST

START_TEST(what_is_no_export_is_refused_with_a_sentence)
{
	static const struct {
		const char	*text, *message;
	} files[] = {
		{ "", "The file cannot be read: %s." },
		{ "<rss><channel></channel></rss>",
		  "This is no export of WordPress." },
		{ "<html/>", "This is no export of WordPress." },
		{ HEAD "<item></channel>", "The file cannot be read: %s." },
		{ HEAD "<item>", "The file cannot be read: %s." },
		{ "<!DOCTYPE rss [<!ENTITY a \"b\">]>" HEAD TAIL,
		  "The file has a document type; WordPress writes none." },
		{ HEAD "<item>&nbsp;</item>" TAIL,
		  "The file cannot be read: %s." },
	};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct mag_call *c = unit_call();

		ck_assert_int_eq(read_text(c, files[i].text), MAG_INVALID);
		ck_assert_str_eq(c->problem.message, files[i].message);
	}
}
END_TEST

START_TEST(control_characters_become_blanks)
{
	ck_assert_int_eq(read_text(unit_call(), HEAD "<item><title>a\x0b"
	    "b\x1f</title><wp:post_id>1</wp:post_id></item>" TAIL), MAG_OK);
	ck_assert_str_eq(seen.p, " 1|a b |;");
}
END_TEST

START_TEST(a_field_that_is_too_long_is_not_kept)
{
	struct mag_buf b;
	int i;

	mag_buf_init(&b, a, 1024 * 1024);
	mag_buf_adds(&b, HEAD "<item><wp:post_id>1</wp:post_id><title>");
	for (i = 0; i < WXR_WORD_MAX + 1; i++)
		mag_buf_addc(&b, 'x');
	mag_buf_adds(&b, "</title></item><item><title>y</title></item>" TAIL);
	ck_assert_int_eq(read_in(unit_call(), b.p, b.len, 4096), MAG_OK);
	ck_assert_str_eq(seen.p, " 1|| too large; |y|;");
}
END_TEST

START_TEST(utf_16_is_read)
{
	static const char text[] = HEAD "<item><title>x</title>"
	    "<wp:post_id>1</wp:post_id></item>" TAIL;
	char wide[2 * sizeof(text)] = "\xff\xfe";
	size_t i;

	for (i = 0; i + 1 < sizeof(text); i++) {
		wide[2 * i + 2] = text[i];
		wide[2 * i + 3] = '\0';
	}
	ck_assert_int_eq(read_in(unit_call(), wide, 2 * sizeof(text), 5),
	    MAG_OK);
	ck_assert_str_eq(seen.p, " 1|x|;");
}
END_TEST

/* ---- its texts ---- */

static struct importing *
importing(void)
{
	static const struct import_wish wish = { .lang = "en" };
	static const struct wxr_item item;
	struct importing *w = mag_alloc(a, sizeof(*w));
	struct mag_db *db = unit_db();

	w->c = unit_db_call(db);
	w->one = *w->c;
	w->wish = &wish;
	w->lang = "en";
	w->source = "wordpress https://www.old.example";
	w->site.blog_url = w->site.site_url = "https://www.old.example";
	w->site.link = "";
	w->item = mag_alloc(a, sizeof(item));
	*(struct wxr_item *)w->item = (struct wxr_item){ .title = "", .id = "1",
	    .type = "post", .name = "x" };
	ck_assert_int_eq(unit_run(db, "INSERT INTO media_files (id, filename,"
	    " original_filename, file_path, file_size, mime_type, file_hash)"
	    " VALUES (3, 'f', 'f', 'public/ab/abc.jpg', 1, 'image/jpeg', 'h'),"
	    " (4, 'f', 'f', 'public/cd/cde.jpg', 1, 'image/jpeg', 'h')"),
	    MAG_OK);
	ck_assert_int_eq(import_remember(w, "g", "5", "media", 3,
	    "2020/05/photo.jpg"), MAG_OK);
	ck_assert_int_eq(import_remember(w, "h", "6", "media", 4,
	    "2020/05/large-scaled.jpg"), MAG_OK);
	return w;
}

static const struct {
	const char	*was, *is;
} addresses[] = {
	{ "https://www.old.example/wp-content/uploads/2020/05/photo.jpg",
	  "/media/ab/abc.jpg" },
	{ "http://old.example/wp-content/uploads/2020/05/photo-300x200.jpg?x=1",
	  "/media/ab/abc.jpg" },
	{ "/wp-content/uploads/2020/05/photo-1x1.jpg", "/media/ab/abc.jpg" },
	{ "//OLD.example/wp-content/uploads/2020/05/large-1024x768.jpg",
	  "/media/cd/cde.jpg" },
	{ "https://i2.wp.com/old.example/wp-content/uploads/2020/05/photo.jpg",
	  "/media/ab/abc.jpg" },
	{ "https://i2.wp.com/new.example/wp-content/uploads/2020/05/photo.jpg",
	  "https://i2.wp.com/new.example/wp-content/uploads/2020/05/photo.jpg" },
	{ "https://other.example/wp-content/uploads/2020/05/photo.jpg",
	  "https://other.example/wp-content/uploads/2020/05/photo.jpg" },
	{ "/wp-content/uploads/2020/05/gone.jpg",
	  "/wp-content/uploads/2020/05/gone.jpg" },
	{ "/wp-content/uploads/photo.jpg", "/wp-content/uploads/photo.jpg" },
	{ "https://old.example/a/b/?c=d#e", "/a/b/?c=d#e" },
	{ "https://old.example", "/" },
	{ "https://old.example?x=1", "/?x=1" },
	{ "https://www.old.example/?p=7", "https://www.old.example/?p=7" },
	{ "https://old.example.evil/a", "https://old.example.evil/a" },
	{ "mailto:me@old.example", "mailto:me@old.example" },
	{ "#top", "#top" }, { "a/b", "a/b" }, { "", "" }, { "%", "%" },
	{ "https:", "https:" }, { "//", "//" },
};

START_TEST(addresses_of_the_old_site_lead_to_what_is_here)
{
	struct importing *w = importing();
	size_t i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ck_assert_str_eq(import_address(w, addresses[i].was),
		    addresses[i].is);
}
END_TEST

static const struct {
	const char	*was, *is;
} texts[] = {
	{ "one\ntwo\n\n  three\n\n\n\nfour", "<p>one<br>\ntwo</p>\n"
	    "<p>three</p>\n<p>four</p>\n" },
	{ "one\r\n\r\ntwo", "<p>one</p>\n<p>two</p>\n" },
	{ "<p>a</p>\n\n<H2>b</H2>\n\n<em>c</em>",
	  "<p>a</p>\n<H2>b</H2>\n<p><em>c</em></p>\n" },
	{ "<pre>a\n\nb</pre>\n\nc", "<pre>a\n\nb</pre>\n<p>c</p>\n" },
	{ "<script>\n\n</script>", "<script>\n\n</script>\n" },
	{ "<!-- wp:p -->\na\n\nb<!-- /wp:p -->", "\na\n\nb" },
	{ "<p>a<!--more-->b</p>", "<p>ab</p>\n" },
	{ "a<!-- never ends", "<p>a" },
	{ "[caption id=\"x\" width=\"3\"]<img src=\"/a.jpg\" /> Words[/caption]",
	  "<figure><img src=\"/a.jpg\" /><figcaption> Words</figcaption>"
	  "</figure>\n" },
	{ "[embed]https://v.example/?a=\"1[/embed]",
	  "<p><a href=\"https://v.example/?a=&quot;1\">"
	  "https://v.example/?a=&quot;1</a></p>\n" },
	{ "[caption] [gallery ids=\"1\"] [sic] [",
	  "<p>[caption] [gallery ids=\"1\"] [sic] [</p>\n" },
	{ "<p><a class='b' href = 'https://old.example/x?a=1&amp;b=2'>l</a></p>",
	  "<p><a class='b' href = '/x?a=1&amp;b=2'>l</a></p>\n" },
	{ "<p><img alt=\"src='https://old.example/'\" data-src=\"//old.example/\""
	  " src=\"//old.example/'\"></p>",
	  "<p><img alt=\"src='https://old.example/'\" data-src=\"//old.example/\""
	  " src=\"/&#39;\"></p>\n" },
	{ "<p>1 < 2 and a href=\"https://old.example/\"</p>",
	  "<p>1 < 2 and a href=\"https://old.example/\"</p>\n" },
	{ "<p><a href=\"https://old.example/", "<p><a href=\"https://old.example/\n" },
	{ "", "" }, { " \n\n \n", "" },
};

START_TEST(texts_become_html_as_wordpress_shows_them)
{
	struct importing *w = importing();
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_str_eq(import_html(w, texts[i].was), texts[i].is);
}
END_TEST

START_TEST(many_brackets_do_not_take_long)
{
	static const char *const parts[] = { "[", "[caption]", "[embed ", "<",
	    "<a =", "<a href=\"", "\n \n", "<pre>", "<!--", "='", "[a=\"" };
	struct importing *w = importing();
	struct mag_buf b;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		mag_buf_init(&b, a, 300 * 1024);
		while (b.len < 200 * 1024)
			mag_buf_adds(&b, parts[i]);
		(void)import_html(w, b.p);
	}
}
END_TEST

START_TEST(names_become_slugs)
{
	ck_assert_str_eq(import_slug(a, "%c3%bcber-uns"), "ueber-uns");
	ck_assert_str_eq(import_slug(a, "___2011___"), "2011");
	ck_assert_str_eq(import_slug(a, "%ff%fe"), "ff-fe");
	ck_assert_str_eq(import_slug(a, "%d0%9f"), "");
	ck_assert_str_eq(import_slug(a, ""), "");
}
END_TEST

Suite *
suite_import(void)
{
	Suite *s = suite_create("import");
	TCase *tc = unit_case(s, "import");

	tcase_add_test(tc, an_item_has_its_fields_terms_and_wanted_metadata);
	tcase_add_test(tc, what_is_no_export_is_refused_with_a_sentence);
	tcase_add_test(tc, control_characters_become_blanks);
	tcase_add_test(tc, a_field_that_is_too_long_is_not_kept);
	tcase_add_test(tc, utf_16_is_read);
	tcase_add_test(tc, addresses_of_the_old_site_lead_to_what_is_here);
	tcase_add_test(tc, texts_become_html_as_wordpress_shows_them);
	tcase_add_test(tc, many_brackets_do_not_take_long);
	tcase_add_test(tc, names_become_slugs);
	return s;
}
