/* SPDX-License-Identifier: MIT */
/* Sentences in the reader's language, and which language that is. */
#include <stdio.h>
#include <sys/stat.h>

#include <magnetiq/embed.h>
#include <magnetiq/i18n.h>

#include "unit.h"

static const struct { const char *header, *want; } headers[] = {
	{ NULL, "en" }, { "", "en" }, { ",,;", "en" }, { "fr", "en" },
	{ "de", "de" }, { "DE", "de" }, { "de-AT", "de" }, { "de-at", "de" },
	{ "des", "en" }, { "d", "en" },
	{ "de-AT,de;q=0.9,en-US;q=0.8,en;q=0.7", "de" },
	{ "en-US,en;q=0.9,de;q=0.8", "en" },
	{ "en;q=0.1,de;q=0.2", "de" }, { "en;q=0.2,de;q=0.1", "en" },
	{ "fr,de;q=0.001", "de" }, { "de;q=0", "en" }, { "de;q=0.0", "en" },
	{ "*", "en" }, { "*;q=0.5,de;q=0.1", "en" }, { "fr, *;q=0.1", "en" },
	{ "en;q=0,*", "de" },			/* anything but English */
	{ "en-US;q=0,*", "de" },
	{ " de ; q=0.9 , en ; q=0.8 ", "de" }, { "de;\tQ=1.0,en;q=0.9", "de" },
	{ "de,en", "de" }, { "en,de", "en" },	/* the first of equals */
	{ "de;q=x,en;q=0.1", "en" },		/* no weight: not understood */
	{ "pt-BR", "pt-BR" }, { "pt", "pt-BR" }, { "pt-PT", "en" },
	{ "de;q=0.5555555555555,en;q=0.5", "de" },
};

START_TEST(the_language_is_the_one_that_the_header_wants_most)
{
	static const char *const ours[] = { "en", "de", "pt-BR", NULL };

	ck_assert_str_eq(mag_accept_language(headers[_i].header, ours, "en"),
	    headers[_i].want);
}
END_TEST

START_TEST(a_sentence_is_translated_or_stays_english)
{

	ck_assert_str_eq(mag_tr("de", "is required"), "fehlt");
	ck_assert_str_eq(mag_tr("en", "is required"), "is required");
	ck_assert_str_eq(mag_tr("de", "nobody ever says this"),
	    "nobody ever says this");
	ck_assert_str_eq(mag_tr("tlh", "is required"), "is required");
	ck_assert_str_eq(mag_tr("../de", "is required"), "is required");
}
END_TEST

START_TEST(an_argument_stands_where_the_sentence_wants_it)
{

	ck_assert_str_eq(mag_tr_fill(a, "en", "at most %s of it", "100%s"),
	    "at most 100%s of it");
	ck_assert_str_eq(mag_tr_fill(a, "en", "nothing to fill", "x"),
	    "nothing to fill");
	ck_assert_str_eq(mag_tr_fill(a, "en", "at most %s", NULL),
	    "at most %s");
}
END_TEST

START_TEST(a_file_of_the_operator_adds_to_a_catalogue_and_wins)
{
	FILE *f;

	ck_assert_int_eq(mkdir(unit_path("catalogue"), 0700), 0);
	f = fopen(unit_path("catalogue/de.txt"), "w");
	ck_assert_ptr_nonnull(f);
	fputs("# ours\r\nis required\r\n\tmuss sein\r\nnew\n\tneu", f);
	fclose(f);
	mag_i18n_init(unit_dir());
	ck_assert_str_eq(mag_tr("de", "is required"), "muss sein");
	ck_assert_str_eq(mag_tr("de", "new"), "neu");
	ck_assert_str_eq(mag_tr("de", "must be an id"), "muss eine Id sein");
}
END_TEST

/* Every English line has its German one, with as many %s. */
START_TEST(the_german_catalogue_is_whole)
{
	const struct mag_file *f = mag_file_find(mag_files_text,
	    "catalogue/de.txt");
	char *text, *line, *save, *english = NULL;
	int n = 0;

	ck_assert_ptr_nonnull(f);
	text = mag_strdup(a, f->text);
	for (line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		if (*line != '\t') {
			ck_assert_msg(english == NULL, "no German for: %s",
			    english);
			english = line;
			continue;
		}
		ck_assert_msg(english != NULL, "no English for: %s", line);
		ck_assert_msg((strstr(english, "%s") == NULL) ==
		    (strstr(line, "%s") == NULL), "%s", english);
		english = NULL;
		n++;
	}
	ck_assert_ptr_null(english);
	ck_assert_int_gt(n, 50);
	ck_assert_int_lt(n, 1000);	/* i18n.c's table holds 1,024 */
}
END_TEST

Suite *
suite_i18n(void)
{
	Suite *s = suite_create("i18n");
	TCase *tc = unit_case(s, "i18n");

	tcase_add_loop_test(tc,
	    the_language_is_the_one_that_the_header_wants_most, 0,
	    sizeof(headers) / sizeof(headers[0]));
	tcase_add_test(tc, a_sentence_is_translated_or_stays_english);
	tcase_add_test(tc, an_argument_stands_where_the_sentence_wants_it);
	tcase_add_test(tc, a_file_of_the_operator_adds_to_a_catalogue_and_wins);
	tcase_add_test(tc, the_german_catalogue_is_whole);
	return s;
}
