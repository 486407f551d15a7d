/* SPDX-License-Identifier: MIT */
/* The outbox: what is queued, taken back, claimed, written down. */
#include <magnetiq/conf.h>
#include <magnetiq/consent.h>
#include <magnetiq/letter.h>
#include <magnetiq/suppression.h>

#include "unit.h"

#define NOW	1790000000

static struct mag_db *db;
static struct mag_call *c;

static const struct mag_conf conf = {
	.secret_key = "a key that is long enough for everybody",
	.site_url = "https://www.example.org", .site_host = "www.example.org"
};

static void
setup(void)
{

	db = unit_db();
	c = unit_db_call(db);
	c->conf = &conf;
	c->now = NOW;
}

static enum mag_status
add(struct mag_db *d, void *arg)
{

	(void)d;
	return mag_outbox_add(c, arg);
}

static void
queue(const char *template, const char *to, const char *dedupe, int64_t due,
    bool stranger)
{
	struct mag_outbox_letter l = {
		.template = template, .recipient = to, .language = "en",
		.data = "{\"url\":\"x\"}", .dedupe = dedupe, .due = due,
		.stranger = stranger
	};

	ck_assert_int_eq(mag_db_write(db, add, &l), MAG_OK);
}

static int64_t
count(const char *where)
{

	return unit_number(db, mag_printf(a,
	    "SELECT count(*) FROM outbox WHERE %s", where));
}

static size_t
claim(struct mag_outbox_claim *out, size_t max)
{
	size_t n;
	enum mag_status st = mag_outbox_claim(out, &n, max, c, 60);

	ck_assert_int_eq(st, n > 0 ? MAG_OK : MAG_NOT_FOUND);
	return n;
}

static void
turn(const struct mag_outbox_claim *done, int what,
    const struct mag_outbox_claim *next)
{
	struct mag_outbox_outcome o = { .letter = done, .error = "why" };
	bool begun;

	o.what = what;
	ck_assert_int_eq(mag_outbox_turn(&begun, c, &o, next), MAG_OK);
	ck_assert_int_eq(begun, next != NULL);
}

START_TEST(a_dedupe_key_counts_once_until_it_is_taken_back)
{
	queue("contact", "ann@example.org", "once", 0, false);
	queue("contact", "ann@example.org", "once", 0, false);
	ck_assert_int_eq(count("1 = 1"), 1);
	ck_assert_int_eq(mag_outbox_move(c, "once", NOW + 500), MAG_OK);
	ck_assert_int_eq(mag_outbox_move(c, "other", NOW + 500), MAG_OK);
	ck_assert_int_eq(claim(&(struct mag_outbox_claim){ 0 }, 1), 0);
	ck_assert_int_eq(mag_outbox_cancel(c, "once"), MAG_OK);
	ck_assert_int_eq(count("state = 'dropped' AND data = '{}'"), 1);
	queue("contact", "ann@example.org", "once", 0, false);
	ck_assert_int_eq(count("state = 'queued'"), 1);
}
END_TEST

START_TEST(a_letter_to_nobody_is_not_written)
{

	queue("contact", "", NULL, 0, false);
	ck_assert_int_eq(count("1 = 1"), 0);
}
END_TEST

START_TEST(letters_about_a_row_are_taken_back_together)
{
	struct mag_outbox_letter l = {
		.template = "contact", .recipient = "ann@example.org",
		.language = "en", .data = "{}", .cause_type = "booking",
		.cause_id = 7
	};

	ck_assert_int_eq(mag_db_write(db, add, &l), MAG_OK);
	ck_assert_int_eq(mag_db_write(db, add, &l), MAG_OK);
	l.cause_id = 8;
	ck_assert_int_eq(mag_db_write(db, add, &l), MAG_OK);
	ck_assert_int_eq(mag_outbox_cancel_for(c, "booking", 7), MAG_OK);
	ck_assert_int_eq(count("state = 'queued' AND cause_id = 8"), 1);
	ck_assert_int_eq(count("state = 'queued'"), 1);
}
END_TEST

START_TEST(what_reminds_is_overtaken_and_all_else_stays)
{
	const struct mag_letter_kind *k;
	struct mag_outbox_letter l = {
		.recipient = "ann@example.org", .language = "en", .data = "{}",
		.cause_type = "booking", .cause_id = 7
	};
	struct mag_outbox_claim held[100];
	bool begun;
	size_t i, n;

	for (k = mag_letter_kinds(); k->name != NULL; k++) {
		l.template = k->name;
		ck_assert_int_eq(mag_db_write(db, add, &l), MAG_OK);
	}
	/* Also those that a sender holds and has not begun. */
	n = claim(held, 100);
	ck_assert_int_eq(mag_outbox_overtake(c, "booking", 8), MAG_OK);
	ck_assert_int_eq(count("state = 'dropped'"), 0);
	ck_assert_int_eq(mag_outbox_overtake(c, "booking", 7), MAG_OK);
	for (i = 0; i < n; i++) {
		k = mag_letter_kind(held[i].template);
		ck_assert_int_eq(mag_outbox_turn(&begun, c, NULL, &held[i]),
		    MAG_OK);
		ck_assert_int_eq(begun, !(k->flags & MAG_LETTER_AHEAD));
	}
	ck_assert_int_ge(count("state = 'dropped'"), 6);
}
END_TEST

START_TEST(a_reminder_of_what_has_begun_is_unwanted)
{
	struct mag_outbox_claim l = { .recipient = "ann@example.org",
	    .template = "webinar-reminder-hours",
	    .data = "{\"starts_at\":\"2026-09-21T14:13:21Z\"}" };
	const char *why;

	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_null(why);
	c->now += 1;
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_nonnull(why);
	l.template = "webinar-confirmed";
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_null(why);
}
END_TEST

START_TEST(strangers_cause_five_an_hour_and_nothing_after_a_day)
{
	bool full;
	int i;

	for (i = 0; i < 5; i++) {
		ck_assert_int_eq(mag_outbox_full(&full, c, "ann@example.org"),
		    MAG_OK);
		ck_assert(!full);
		queue("newsletter-confirm", "Ann@Example.org", NULL, 0, true);
	}
	ck_assert_int_eq(mag_outbox_full(&full, c, "ANN@example.org"), MAG_OK);
	ck_assert(full);
	ck_assert_int_eq(mag_outbox_full(&full, c, "bob@example.org"), MAG_OK);
	ck_assert(!full);
	for (i = 0; i < 195; i++)
		queue("newsletter-confirm", "ann@example.org", NULL, 0, true);
	ck_assert_int_eq(count("next_attempt_at = created_at"), 5);
	ck_assert_int_eq(count("state = 'queued'"), 125);
	ck_assert_int_eq(count("state = 'dropped'"), 75);
	queue("contact", "ann@example.org", NULL, 0, false);
	ck_assert_int_eq(count("next_attempt_at = created_at"), 6);
	c->now += 3601;
	ck_assert_int_eq(count("next_attempt_at <= '2026-09-21 15:13:20'"), 11);
}
END_TEST

START_TEST(an_address_that_a_visitor_typed_is_a_strangers)
{
	c->address = "192.0.2.7";
	queue("webinar-confirmed", "ann@example.org", NULL, 0, false);
	queue("webinar-promoted", "ann@example.org", NULL, 0, false);
	c->who.role = MAG_EDITOR;
	queue("webinar-confirmed", "ann@example.org", NULL, 0, false);
	c->who.role = MAG_NOBODY;
	c->address = "";
	queue("webinar-confirmed", "ann@example.org", NULL, 0, false);
	ck_assert_int_eq(count("stranger = 1"), 1);
}
END_TEST

START_TEST(what_is_claimed_is_in_one_hand_and_in_order)
{
	struct mag_outbox_claim l[4], other[4];
	int i;

	for (i = 0; i < 5; i++)
		queue("contact", "ann@example.org", NULL, 0, false);
	queue("contact", "ann@example.org", NULL, NOW + 10, false);
	ck_assert_int_eq(claim(l, 4), 4);
	ck_assert_int_eq(claim(other, 4), 1);
	for (i = 1; i < 4; i++)
		ck_assert_int_lt(l[i - 1].id, l[i].id);
	ck_assert_int_gt(other[0].id, l[3].id);
	ck_assert_int_eq(claim(other, 4), 0);
	c->now += 10;
	ck_assert_int_eq(claim(other, 4), 1);
	c->now += 60;
	ck_assert_int_eq(claim(other, 4), 4);
}
END_TEST

START_TEST(only_what_was_begun_and_not_written_down_is_in_doubt)
{
	struct mag_outbox_claim l[3];
	int i;

	for (i = 0; i < 3; i++)
		queue("contact", "ann@example.org", NULL, 0, false);
	ck_assert_int_eq(claim(l, 3), 3);
	turn(NULL, 0, &l[0]);
	turn(&l[0], MAG_OUT_SENT, &l[1]);
	/* The sender dies here; what it held comes back. */
	c->now += 61;
	ck_assert_int_eq(claim(l, 3), 2);
	ck_assert_int_eq(count("in_doubt = 1"), 1);
	ck_assert_int_eq(count("in_doubt = 1 AND attempts = 1"), 1);
	turn(NULL, 0, &l[0]);
	turn(&l[0], MAG_OUT_SENT, NULL);
	turn(&l[1], MAG_OUT_BACK, NULL);
	ck_assert_int_eq(count("in_doubt = 1 AND state = 'sent'"), 1);
	ck_assert_int_eq(count("in_doubt = 0 AND state = 'queued'"
	    " AND attempts = 0"), 1);
	ck_assert_int_eq(count("state = 'sent' AND data = '{}'"), 2);
}
END_TEST

START_TEST(a_person_is_forgotten_before_or_after_a_letter_leaves)
{
	struct mag_outbox_claim l[2];
	bool begun;

	queue("contact", "ann@example.org", NULL, 0, false);
	queue("contact", "ann@example.org", NULL, 0, false);
	ck_assert_int_eq(claim(l, 2), 2);
	turn(NULL, 0, &l[0]);
	ck_assert_int_eq(mag_privacy_forget(c, "Ann@Example.org", NULL, NULL),
	    MAG_UNAVAILABLE);
	turn(&l[0], MAG_OUT_SENT, NULL);
	ck_assert_int_eq(mag_privacy_forget(c, "Ann@Example.org", NULL, NULL),
	    MAG_OK);
	/* The other one was in the sender's hands, and stays there. */
	ck_assert_int_eq(mag_outbox_turn(&begun, c, NULL, &l[1]), MAG_OK);
	ck_assert(!begun);
}
END_TEST

START_TEST(what_does_not_go_is_tried_for_two_days_with_growing_pauses)
{
	struct mag_outbox_claim l;
	int64_t began = c->now;
	int i;

	queue("contact", "ann@example.org", NULL, 0, false);
	for (i = 0; i < 12; i++) {
		ck_assert_int_eq(claim(&l, 1), 1);
		turn(NULL, 0, &l);
		turn(&l, MAG_OUT_LATER, NULL);
		ck_assert_int_eq(claim(&l, 1), 0);
		c->now += 8 * 60 * 60;
	}
	ck_assert_int_eq(count("state = 'failed' AND attempts = 12"), 1);
	ck_assert_int_eq(claim(&l, 1), 0);
	ck_assert_int_gt(c->now, began);
}
END_TEST

START_TEST(a_bounce_ends_all_letters_to_that_address_and_retry_mends_it)
{
	struct mag_outbox_claim l;
	struct mag_record *r;
	const char *why;
	unsigned what;

	queue("contact", "Ann@example.org", NULL, 0, false);
	ck_assert_int_eq(claim(&l, 1), 1);
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_null(why);
	turn(&l, MAG_OUT_BOUNCED, NULL);
	ck_assert_int_eq(count("state = 'failed'"), 1);
	ck_assert_int_eq(mag_suppressed(&what, c, "ann@EXAMPLE.org"), MAG_OK);
	ck_assert_uint_eq(what, MAG_BOUNCED);
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(mag_outbox_retry(&r, c, l.id), MAG_OK);
	ck_assert_str_eq(mag_text(r, "state"), "queued");
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_null(why);
	ck_assert_int_eq(claim(&l, 1), 1);
	ck_assert_int_eq(mag_outbox_retry(&r, c, l.id), MAG_CONFLICT);
	ck_assert_int_eq(mag_outbox_drop(c, l.id), MAG_CONFLICT);
	c->now += 61;
	ck_assert_int_eq(mag_outbox_drop(c, l.id), MAG_OK);
	ck_assert_int_eq(mag_outbox_drop(c, l.id), MAG_NOT_FOUND);
}
END_TEST

START_TEST(who_unsubscribed_gets_all_but_marketing_also_under_an_older_key)
{
	struct mag_conf changed = *c->conf;
	struct mag_outbox_claim l = { .recipient = "ann@example.org" };
	const char *why;
	unsigned what;

	ck_assert_int_eq(mag_suppress(c, "ann@example.org", MAG_UNSUBSCRIBED),
	    MAG_OK);
	ck_assert_int_eq(mag_suppress(c, "ann@example.org", MAG_UNSUBSCRIBED),
	    MAG_OK);
	l.template = "webinar-confirmed";
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_null(why);
	l.template = "webinar-followup";
	ck_assert_int_eq(mag_outbox_unwanted(&why, c, &l), MAG_OK);
	ck_assert_ptr_nonnull(why);
	changed.secret_key_previous = changed.secret_key;
	changed.secret_key = "another key that is long enough for anybody";
	c->conf = &changed;
	ck_assert_int_eq(mag_suppressed(&what, c, "ann@example.org"), MAG_OK);
	ck_assert_uint_eq(what, MAG_UNSUBSCRIBED);
	ck_assert_int_eq(mag_suppress_not(c, "ann@example.org",
	    MAG_UNSUBSCRIBED | MAG_BOUNCED), MAG_OK);
	ck_assert_int_eq(mag_suppressed(&what, c, "ann@example.org"), MAG_OK);
	ck_assert_uint_eq(what, 0);
}
END_TEST

START_TEST(a_consent_is_kept_word_for_word_until_it_is_withdrawn)
{
	struct mag_consent k = { "Ann@example.org", MAG_CONSENT_NEWSLETTER,
	    "de", "test" };
	bool stands;
	int64_t id;

	c->request_id = "r-1";
	ck_assert_int_eq(mag_consent_give(&id, c, &k), MAG_OK);
	ck_assert_int_gt(id, 0);
	ck_assert_int_eq(mag_consent_stands(&stands, c, "ann@example.org",
	    MAG_CONSENT_NEWSLETTER), MAG_OK);
	ck_assert(stands);
	ck_assert_int_eq(mag_consent_stands(&stands, c, "ann@example.org",
	    MAG_CONSENT_MARKETING), MAG_OK);
	ck_assert(!stands);
	ck_assert_int_eq(unit_run(db, "UPDATE consents SET wording = 'x'"),
	    MAG_CONFLICT);
	ck_assert_int_eq(mag_consent_withdraw(c, "ANN@example.org",
	    MAG_CONSENT_NEWSLETTER), MAG_OK);
	ck_assert_int_eq(mag_consent_stands(&stands, c, "ann@example.org",
	    MAG_CONSENT_NEWSLETTER), MAG_OK);
	ck_assert(!stands);
	ck_assert_int_eq(unit_number(db, "SELECT count(*) FROM consents WHERE"
	    " request_id = 'r-1' AND version = 1 AND withdrawn_at IS NOT NULL"),
	    1);
}
END_TEST

Suite *
suite_outbox(void)
{
	Suite *s = suite_create("outbox");
	TCase *tc = unit_case(s, "outbox");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, a_dedupe_key_counts_once_until_it_is_taken_back);
	tcase_add_test(tc, a_letter_to_nobody_is_not_written);
	tcase_add_test(tc, letters_about_a_row_are_taken_back_together);
	tcase_add_test(tc, what_reminds_is_overtaken_and_all_else_stays);
	tcase_add_test(tc, a_reminder_of_what_has_begun_is_unwanted);
	tcase_add_test(tc, strangers_cause_five_an_hour_and_nothing_after_a_day);
	tcase_add_test(tc, an_address_that_a_visitor_typed_is_a_strangers);
	tcase_add_test(tc, what_is_claimed_is_in_one_hand_and_in_order);
	tcase_add_test(tc, only_what_was_begun_and_not_written_down_is_in_doubt);
	tcase_add_test(tc, a_person_is_forgotten_before_or_after_a_letter_leaves);
	tcase_add_test(tc,
	    what_does_not_go_is_tried_for_two_days_with_growing_pauses);
	tcase_add_test(tc,
	    a_bounce_ends_all_letters_to_that_address_and_retry_mends_it);
	tcase_add_test(tc,
	    who_unsubscribed_gets_all_but_marketing_also_under_an_older_key);
	tcase_add_test(tc, a_consent_is_kept_word_for_word_until_it_is_withdrawn);
	return s;
}
