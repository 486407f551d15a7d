#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Many bookings at once, in numbers and in bulk, and what follows a meeting
that was or was not."""
import os
import re
import time

from harness import ROOT, Client, run, until
from jobs_done import letters, ran, text_of
from moments import at

DAY, HOUR = 86400, 3600
WEEK = {d: [{"start": "00:00", "end": "24:00"}] for d in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}
PATH = "/api/v1/business/bookings"
BULK = PATH + "/bulk/"
count = iter(range(1000))


class _Now:
    """How far the site's clock is ahead; it never goes back."""
    ahead = signed_in = 0
    client = None


def _admin(site):
    """Signed in anew once time has gone by: tokens are good for minutes."""
    site.admin()
    if _Now.ahead != _Now.signed_in:
        _Now.signed_in, _Now.client = _Now.ahead, site.login()
    return _Now.client or site.admin()


def _at(seconds):
    return at(_Now.ahead + seconds, "00:00")


def _consultant(site, **more):
    n = next(count)
    answer = _admin(site).post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": f"Z{n}",
        "email": f"zuse{n}@example.org", "timezone": "Asia/Tokyo",
        "working_hours": WEEK, "notice_hours": 0, **more})
    assert answer.status == 201, answer.text
    return answer.data


def _book(site, c, hours, **more):
    """(id, e-mail) of a new booking."""
    to = f"ada{next(count)}@example.org"
    answer = Client(site.spa_port).post("/api/v1/business/bookings", {
        "first_name": "Ada", "last_name": "Lovelace", "email": to,
        "privacy_consent": True, "consultant_id": c["id"],
        "timezone": "Europe/Berlin", "starts_at": _at(hours * HOUR), **more})
    assert answer.status == 201, answer.text
    row = site.rows("SELECT id FROM bookings WHERE reference = ?",
                    answer.data["reference"])
    return row[0]["id"], to


def _letters(site, to):
    return [r["template"] for r in site.rows(
        "SELECT template FROM outbox WHERE recipient = ? ORDER BY id", to)]


def _letter(site, to, subject):
    """The text of the letter that was sent to somebody."""
    return until(lambda: [text_of(m) for m in letters(site, to)
                          if subject in m["Subject"]], 20)[0]


def _ran(site):
    """When the job ran that was asked for now; it began after we asked."""
    ran(site, "bookings")
    return site.rows("SELECT last_run FROM jobs WHERE name = 'bookings'"
                     )[0]["last_run"] or ""


def _later(site, seconds):
    """So much later, and the jobs process has looked at it twice."""
    _Now.ahead += seconds
    site.set_clock(_Now.ahead)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S",
                          time.gmtime(time.time() + _Now.ahead - 1))
    until(lambda: _ran(site) >= stamp, 30)
    _ran(site)


def _status(site, number, status):
    answer = _admin(site).patch(f"/api/v1/business/bookings/{number}",
                                {"status": status})
    assert answer.status == 200, answer.text


def _numbers(site, c=None):
    data = site.staff("viewer").get(PATH + "/summary").data
    lines = data.pop("consultants")
    return data if c is None else next(
        n for n in lines if n["consultant_id"] == c["id"])


def one_look_says_what_is_ahead_and_what_came_of_it(site):
    c, idle = _consultant(site, last_name="Ö'Hara"), _consultant(site)
    before = _numbers(site)
    assert set(before) == {
        "pending", "confirmed_ahead", "today", "next_7_days",
        "cancelled_last_30_days", "no_show_last_30_days"}, before
    numbers = [_book(site, c, hours)[0] for hours in (30, 60, 90, 24 * 20)]
    site.sql("UPDATE bookings SET status = 'pending' WHERE id = ?",
             numbers[1])
    _status(site, numbers[2], "cancelled")
    now = _at(0)
    for when, status in (("-40 days", "no_show"), ("-20 days", "no_show"),
                         ("-40 days", "cancelled"), ("-1 day", "confirmed")):
        site.sql("INSERT INTO bookings (first_name, last_name, email, status,"
                 " consultant_id, starts_at, duration_minutes, cancelled_at)"
                 " VALUES ('A', 'B', 'c@d.example', ?, ?, datetime(?, ?), 30,"
                 " CASE ? WHEN 'cancelled' THEN datetime(?, ?) END)",
                 status, c["id"], now, when, status, now, when)
    # What was long ago and never answered still waits; nobody has it.
    site.sql("INSERT INTO bookings (first_name, last_name, email, status,"
             " starts_at, duration_minutes) VALUES ('A', 'B', 'c@d.example',"
             " 'pending', '2001-01-01 10:00:00', 30)")
    assert _numbers(site, c) == {
        "consultant_id": c["id"], "first_name": c["first_name"],
        "last_name": "Ö'Hara", "pending": 1, "confirmed_ahead": 2, "today": 0,
        "next_7_days": 2, "cancelled_last_30_days": 1,
        "no_show_last_30_days": 1}
    assert _numbers(site, idle)["pending"] == 0
    after = {k: v - before[k] for k, v in _numbers(site).items()}
    assert after == {"pending": 2, "confirmed_ahead": 2, "today": 0,
                     "next_7_days": 2, "cancelled_last_30_days": 1,
                     "no_show_last_30_days": 1}, after
    nobody = site.staff("viewer").get(PATH + "/summary").data["consultants"][0]
    assert nobody["consultant_id"] is None and nobody["pending"] == 1


def today_ends_at_midnight(site):
    c = _consultant(site)
    site.sql("INSERT INTO bookings (first_name, last_name, email, status,"
             " consultant_id, starts_at, duration_minutes)"
             " SELECT 'A', 'B', 'c@d.example', s, ?, datetime(?, 'start of day',"
             " m), 10 FROM (SELECT 'completed' AS s, '+0 seconds' AS m"
             " UNION ALL SELECT 'confirmed', '+86399 seconds'"
             " UNION ALL SELECT 'cancelled', '+86398 seconds'"
             " UNION ALL SELECT 'completed', '+1 day'"
             " UNION ALL SELECT 'completed', '-1 second')", c["id"], _at(0))
    assert _numbers(site, c)["today"] == 2, _numbers(site, c)


def the_summary_is_for_staff(site):
    assert site.api.get(PATH + "/summary").status == 401
    assert site.staff("viewer").get(PATH + "/summary?x=1").status == 422
    paths = site.api.get("/openapi.json").json["paths"]
    assert paths[PATH + "/summary"]["get"]["x-role"] == "viewer"


def the_summary_finds_what_it_counts_by_indexes(site):
    with open(os.path.join(ROOT, "lib/model/booking_summary.c"),
              encoding="utf-8") as f:
        code = f.read().split("sql_numbers[] =", 1)[1].split(";", 1)[0]
    plan = [r["detail"] for r in site.rows(
        "EXPLAIN QUERY PLAN " + re.sub(r"\?\d", "'x'", "".join(
            re.findall(r'"(.*)"', code))))]
    read = sorted(line for line in plan if "bookings" in line)
    assert read == [
        "SCAN bookings USING INDEX bookings_pending",
        "SEARCH bookings USING INDEX bookings_cancelled (cancelled_at>?)",
        "SEARCH bookings USING INDEX bookings_starts (starts_at>?)"], plan


def many_are_reminded_once_an_hour(site):
    c = _consultant(site)
    some = [_book(site, c, 50 + n) for n in range(3)]
    for _ in range(2):
        answer = _admin(site).post(BULK + "remind", {
            "ids": [number for number, _ in some]})
        assert answer.status == 200, answer.text
        assert [b["id"] for b in answer.data] == [n for n, _ in some]
    for _, to in some:
        assert _letters(site, to) == ["booking-confirmed",
                                         "booking-reminder"]
    reminded = _admin(site).get("/api/v1/admin/audit-log?action=remind")
    assert len(reminded.data) == 6, reminded.text


def all_are_cancelled_or_none(site):
    c = _consultant(site)
    some = [_book(site, c, 50 + n) for n in range(3)]
    ids = [number for number, _ in some]
    wrong = _admin(site).post(BULK + "cancel", {"ids": ids + [99999]})
    assert wrong.status == 422 and wrong.fields == ["ids.3"], wrong.text
    assert all(_letters(site, e) == ["booking-confirmed"] for _, e in some)
    gone = _admin(site).post(BULK + "cancel", {"ids": ids})
    assert [b["status"] for b in gone.data] == ["cancelled"] * 3, gone.text
    for _, to in some:
        assert _letters(site, to)[1:] == ["booking-cancelled"]
    assert _admin(site).post(BULK + "cancel", {"ids": ids}).status == 200
    off = _admin(site).post(BULK + "remind", {"ids": ids})
    assert off.status == 409 and off.code == "CONFLICT", off.text
    text = _letter(site, some[0][1], "Booking cancelled")
    assert f"/en/bookings?consultant={c['id']}&duration=30" in text, text


def many_are_confirmed_if_all_can_be(site):
    c = _consultant(site)
    _admin(site).patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    some = [_book(site, c, 60 + n)[0] for n in range(2)]
    _admin(site).patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    at = site.rows("SELECT starts_at, ends_at FROM bookings WHERE id = ?",
                   some[1])[0]
    site.sql("INSERT INTO busy_times VALUES (?, ?, ?)", c["id"],
             at["starts_at"], at["ends_at"])
    taken = _admin(site).post(BULK + "confirm", {"ids": some})
    assert taken.status == 409 and str(some[1]) in taken.text, taken.text
    site.sql("DELETE FROM busy_times")
    good = _admin(site).post(BULK + "confirm", {"ids": some})
    assert [b["status"] for b in good.data] == ["confirmed"] * 2, good.text


def what_is_no_list_of_ids_is_refused(site):
    for body in ({}, {"ids": 1}, {"ids": ["a"]}, {"ids": [0]},
                 {"ids": [1] * 101}, {"ids": [1], "x": 1}):
        for action in ("remind", "confirm", "cancel"):
            answer = _admin(site).post(BULK + action, body)
            assert answer.status in (400, 422), (body, answer)
    viewer = site.staff("viewer")
    assert viewer.post(BULK + "cancel", {"ids": [1]}).status == 403
    assert site.spa.post(BULK + "cancel", {"ids": [1]}).status == 401


def whoever_did_not_come_is_offered_another_time_once(site):
    c = _consultant(site)
    number, to = _book(site, c, 2, language="de")
    other, slip = _book(site, c, 3)
    _later(site, 5 * HOUR)
    _status(site, number, "no_show")
    _status(site, other, "no_show")
    _later(site, 60)
    _status(site, other, "completed")
    assert "booking-missed" not in _letters(site, to)
    _later(site, HOUR)
    assert _letters(site, to)[-1] == "booking-missed"
    assert "booking-missed" not in _letters(site, slip)
    _status(site, number, "completed")
    _status(site, number, "no_show")
    _later(site, 2 * HOUR)
    assert _letters(site, to).count("booking-missed") == 1
    text = _letter(site, to, "Wir haben Sie vermisst")
    assert f"/de/bookings?consultant={c['id']}&duration=30" in text, text
    assert "Europe/Berlin" in text and "Asia/Tokyo" in text, text


def a_booking_that_says_little_of_itself_gets_all_its_letters(site):
    """Written by hand, or taken over: all that may be empty is."""
    c, letters = _consultant(site), {}
    for hours, status in ((30, "completed"), (32, "no_show"),
                          (34, "cancelled")):
        to = f"terse{next(count)}@example.org"
        site.sql("INSERT INTO bookings (email, status, consultant_id,"
                 " starts_at, duration_minutes, marketing_consent) VALUES"
                 " (?, 'confirmed', ?, ?, 30, 1)", to, c["id"],
                 _at(hours * HOUR).replace("T", " ").rstrip("Z"))
        number = site.rows("SELECT id FROM bookings WHERE email = ?",
                           to)[0]["id"]
        letters[status] = number, to
    _later(site, 12 * HOUR)
    _later(site, 17 * HOUR)     # an hour before the first of them
    _status(site, letters["cancelled"][0], "cancelled")
    _later(site, 5 * HOUR)
    for status in ("completed", "no_show"):
        _status(site, letters[status][0], status)
    _later(site, HOUR)
    assert {status: _letters(site, to)
            for status, (_, to) in letters.items()} == {
        "completed": ["booking-reminder"] * 2 + ["booking-followup"],
        "no_show": ["booking-reminder", "booking-missed"],
        "cancelled": ["booking-reminder", "booking-cancelled"]}
    assert site.rows("SELECT count(*) AS n FROM outbox WHERE recipient = ?"
                     " AND template = 'consultant-reminder'",
                     c["email"])[0]["n"] >= 2
    for number, _ in letters.values():
        assert _admin(site).get(f"{PATH}/{number}").status == 200


def thanks_go_to_those_who_want_letters_once(site):
    c = _consultant(site)
    wants, yes = _book(site, c, 2, marketing_consent=True)
    plain, no = _book(site, c, 3)
    _later(site, 5 * HOUR)
    _status(site, wants, "completed")
    _status(site, plain, "completed")
    _later(site, HOUR)
    _later(site, HOUR)
    assert _letters(site, yes).count("booking-followup") == 1
    assert "booking-followup" not in _letters(site, no)


def after_weeks_of_sleep_nothing_stale_is_written(site):
    c = _consultant(site)
    number, to = _book(site, c, 30, marketing_consent=True)
    missed, absent = _book(site, c, 31)
    _later(site, 20 * DAY)
    assert _letters(site, to) == ["booking-confirmed"]
    _status(site, number, "completed")
    _status(site, missed, "no_show")
    _later(site, DAY)
    assert _letters(site, to) == ["booking-confirmed"]
    assert _letters(site, absent) == ["booking-confirmed"]


def what_was_confirmed_late_is_not_reminded_of_at_once(site):
    c = _consultant(site)
    _admin(site).patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    number, to = _book(site, c, 48)
    _admin(site).patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    _later(site, 38 * HOUR)
    _status(site, number, "confirmed")
    _later(site, 60)
    assert _letters(site, to) == ["booking-pending", "booking-confirmed"]
    # Two hours before, or up to three: it begins at a full hour.
    _later(site, 8 * HOUR)
    assert _letters(site, to)[2:] == ["booking-reminder"]


def the_letters_of_a_booking_show_and_do_not_get_into_the_way(site):
    c, admin = _consultant(site), _admin(site)
    number, to = _book(site, c, 2)
    path = f"/api/v1/business/bookings/{number}"
    before = admin.get(path)
    assert "booking-confirmed" in [x["template"]
                                   for x in before.data["letters"]], before
    assert all(x["cause_id"] == number for x in before.data["letters"])
    tag = before.header("ETag")
    site.sql("UPDATE outbox SET last_error = 'mx1 says no' WHERE recipient ="
             f" '{to}'")
    after = admin.get(path, If_None_Match=tag)
    assert after.status == 200 and after.header("ETag") != tag, after
    assert admin.get(path, If_None_Match=after.header("ETag")).status == 304
    assert "mx1" not in site.staff("viewer").get(path).text
    # An editor's work is not lost because a letter left meanwhile.
    put = admin.put(path, before.data, If_Match=tag)
    assert put.status == 200, put.text
    assert "letters" not in admin.get("/api/v1/business/bookings").data[0]


if __name__ == "__main__":
    run(globals(), "--no-demo")
