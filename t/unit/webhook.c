/* SPDX-License-Identifier: MIT */
#include "unit.h"

static struct mag_conf conf = {
	.secret_key = "a key that is long enough for all of it",
};

static struct mag_call *
call(void)
{
	struct mag_call *c = unit_db_call(unit_db());

	c->conf = &conf;
	return c;
}

/* A webhook for these events; its id. */
static int64_t
hook(struct mag_call *c, const char *events)
{
	struct mag_record *r;
	const char *secret;

	ck_assert_int_eq(mag_webhook_create(&r, &secret, c, unit_json(
	    mag_printf(a, "{\"url\":\"https://example.org/\","
	    "\"events\":%s}", events))), MAG_OK);
	ck_assert(mag_hook_secret_valid(secret));
	return mag_record_id(r);
}

static int64_t
queued(struct mag_call *c)
{

	return unit_number(c->db, "SELECT count(*) FROM webhook_deliveries"
	    " WHERE state = 'queued'");
}

static enum mag_status
happens(struct mag_db *db, void *arg)
{

	(void)db;
	return mag_webhook_tell(arg, "page.published", NULL);
}

static enum mag_status
happens_not(struct mag_db *db, void *arg)
{

	ck_assert_int_eq(happens(db, arg), MAG_OK);
	return MAG_CONFLICT;
}

START_TEST(an_event_is_written_for_each_that_wants_it)
{
	struct mag_call *c = call();

	hook(c, "[\"*\"]");
	hook(c, "[\"page.published\",\"ping\"]");
	hook(c, "[\"booking.created\"]");
	ck_assert_int_eq(mag_db_write(c->db, happens, c), MAG_OK);
	ck_assert_int_eq(queued(c), 2);
}
END_TEST

START_TEST(what_is_rolled_back_is_not_told)
{
	struct mag_call *c = call();

	hook(c, "[\"*\"]");
	ck_assert_int_eq(mag_db_write(c->db, happens_not, c), MAG_CONFLICT);
	ck_assert_int_eq(queued(c), 0);
}
END_TEST

START_TEST(webhooks_have_their_turns)
{
	struct mag_call *c = call();
	int64_t first = hook(c, "[\"*\"]"), second = hook(c, "[\"*\"]");
	struct mag_delivery_outcome o = { .arrived = true, .status = 200 };
	struct mag_delivery_claim d;
	int i;

	for (i = 0; i < 3; i++)
		ck_assert_int_eq(mag_db_write(c->db, happens, c), MAG_OK);
	for (i = 0; i < 6; i++, c->now++) {
		ck_assert_int_eq(mag_delivery_claim(&d, c), MAG_OK);
		ck_assert_int_eq(d.webhook, i % 2 == 0 ? first : second);
		ck_assert_int_eq(mag_delivery_mark(c, &d, &o), MAG_OK);
	}
	ck_assert_int_eq(mag_delivery_claim(&d, c), MAG_NOT_FOUND);
}
END_TEST

START_TEST(what_was_claimed_and_never_marked_comes_again)
{
	struct mag_call *c = call();
	struct mag_delivery_claim d, again;

	hook(c, "[\"*\"]");
	ck_assert_int_eq(mag_db_write(c->db, happens, c), MAG_OK);
	ck_assert_int_eq(mag_delivery_claim(&d, c), MAG_OK);
	ck_assert_int_eq(mag_delivery_claim(&again, c), MAG_NOT_FOUND);
	c->now += 120;
	ck_assert_int_eq(mag_delivery_claim(&again, c), MAG_OK);
	ck_assert_str_eq(again.message_id, d.message_id);
	ck_assert_int_eq(again.attempts, 2);
}
END_TEST

START_TEST(it_is_given_up_after_twelve_attempts_in_days)
{
	struct mag_call *c = call();
	struct mag_delivery_outcome bad = { .status = 500, .error = "no" };
	struct mag_delivery_claim d;
	int64_t began = c->now;
	int i;

	hook(c, "[\"*\"]");
	ck_assert_int_eq(mag_db_write(c->db, happens, c), MAG_OK);
	for (i = 0; i < 12; i++) {
		while (mag_delivery_claim(&d, c) == MAG_NOT_FOUND)
			c->now += 60;
		ck_assert_int_eq(d.attempts, i + 1);
		ck_assert_int_eq(mag_delivery_mark(c, &d, &bad), MAG_OK);
	}
	ck_assert_int_eq(unit_number(c->db, "SELECT count(*) FROM"
	    " webhook_deliveries WHERE state = 'failed'"), 1);
	ck_assert(c->now - began > 24 * 60 * 60);
	ck_assert(c->now - began < MAG_WEBHOOK_PATIENCE);
}
END_TEST

START_TEST(another_key_without_the_old_one_is_told_of)
{
	struct mag_call *c = call();
	struct mag_conf other = { .secret_key = "another key, which is long, "
	    "too, and good" };
	struct mag_buf b;

	hook(c, "[\"*\"]");
	mag_buf_init(&b, a, 256);
	ck_assert_int_eq(mag_webhook_verify(&b, c), MAG_OK);
	ck_assert_uint_eq(b.len, 0);
	c->conf = &other;
	ck_assert_int_eq(mag_webhook_verify(&b, c), MAG_OK);
	ck_assert_ptr_nonnull(strstr(b.p, "webhook 1: "));
}
END_TEST

Suite *
suite_webhook(void)
{
	Suite *s = suite_create("webhook");
	TCase *t = unit_case(s, "webhook");

	tcase_add_test(t, an_event_is_written_for_each_that_wants_it);
	tcase_add_test(t, what_is_rolled_back_is_not_told);
	tcase_add_test(t, webhooks_have_their_turns);
	tcase_add_test(t, what_was_claimed_and_never_marked_comes_again);
	tcase_add_test(t, it_is_given_up_after_twelve_attempts_in_days);
	tcase_add_test(t, another_key_without_the_old_one_is_told_of);
	return s;
}
