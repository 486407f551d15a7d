#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Consultants, their free hours, and who meets them."""
import sqlite3
import threading
from datetime import datetime, timedelta, timezone

from harness import Client, run

OFFICE = [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:00"}]
WEEK = {day: OFFICE for day in ("monday", "tuesday", "wednesday", "thursday",
                                "friday", "saturday", "sunday")}
count = iter(range(1000))


def person(n, **more):
    return {"first_name": "Ada", "last_name": f"Nr. {n}",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def consultant(site, **more):
    n = next(count)
    answer = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": f"Z{n}",
        "email": f"zuse{n}@example.org", "timezone": "Europe/Berlin",
        "working_hours": WEEK, "notice_hours": 0, **more})
    assert answer.status == 201, answer.text
    return answer.data


def rest(site, *consultants):
    """So that nobody else is free in what follows."""
    for c in consultants:
        site.admin().patch(f"/api/v1/business/consultants/{c['id']}",
                           {"is_active": False})


def day(n):
    return (datetime.now(timezone.utc) + timedelta(days=n)).strftime("%Y-%m-%d")


def free(site, c, from_, to=None, **query):
    more = "".join(f"&{k}={v}" for k, v in query.items())
    answer = site.spa.get(f"/api/v1/public/consultants/{c['id']}/availability"
                          f"?from={from_}&to={to or from_}{more}")
    assert answer.status == 200, answer.text
    return [s["starts_at"] for s in answer.data["slots"]]


def book(site, c, starts_at, n=1, **more):
    body = person(n, starts_at=starts_at, **more)
    if c is not None:
        body["consultant_id"] = c["id"]
    return Client(site.spa_port).post("/api/v1/business/bookings", body)


def by_link(site, url, tail="", body=None):
    path = "/api/v1/public" + "/" + url.split("/", 3)[3]
    door, _, token = path.partition("?")
    path = f"{door}{tail}?{token}"
    return site.spa.get(path) if body is None else site.spa.post(path, body)


def a_consultant_is_made_read_and_shown(site):
    admin = site.admin()
    c = consultant(site, meeting_url="https://meet.example/k",
                   busy_url=None, title="Dr.")
    path = f"/api/v1/business/consultants/{c['id']}"
    assert admin.put(path, admin.get(path).data).status == 200
    shown = [k for k in site.spa.get("/api/v1/public/consultants").data
             if k["id"] == c["id"]][0]
    assert shown["title"] == "Dr."
    for secret in ("email", "meeting_url", "busy_url", "working_hours"):
        assert secret not in shown
    wrong = admin.post("/api/v1/business/consultants", {
        "first_name": "", "email": "x", "timezone": "Mars/Olympus",
        "working_hours": {"monday": [{"start": "9", "end": "17:00"}],
                          "funday": []}})
    assert wrong.status == 422
    assert wrong.fields == [
        "email", "first_name", "last_name", "timezone",
        "working_hours.funday", "working_hours.monday.0"], wrong.text
    hours = admin.patch(path, {"working_hours": {
        "monday": [{"start": "17:00", "end": "09:00"}], "funday": []}})
    assert hours.fields == ["working_hours.funday", "working_hours.monday.0"]
    assert admin.patch(path, {"holidays": "DE-XX"}).fields == ["holidays"]
    listed = admin.get("/api/v1/business/consultants?is_active=true").data
    assert c["id"] in [k["id"] for k in listed]
    assert admin.delete(path).status == 204
    assert site.spa.get(f"/api/v1/public/consultants/{c['id']}/availability"
                        ).status == 404


def profiles_are_found_by_language_and_expertise(site):
    c = consultant(site, languages=["de", "en"], bio={"en": "Builds."},
                   expertise=["Lean 100%", "Förderung"], title="Prof.")
    other = consultant(site, languages=["fr"], expertise=["Lean"])
    path = "/api/v1/public/consultants"

    def found(query):
        answer = site.spa.get(f"{path}?{query}")
        assert answer.status == 200, answer.text
        return [k["id"] for k in answer.data]
    assert found("language=de") == [c["id"]]
    assert found("language=DE&expertise=F%C3%B6rderung") == [c["id"]]
    assert found("expertise=lean") == [other["id"]]
    assert found("expertise=lean%20100%25") == [c["id"]]
    assert found("expertise=%25") == found("language=d") == []
    assert found("search=prof") == [c["id"]]
    # What strangers may not see they do not find either.
    assert found("search=" + c["email"]) == []
    one = site.spa.get(f"{path}/{c['id']}")
    assert one.data["bio"] == {"en": "Builds."} and "email" not in one.data
    tag = one.header("ETag")
    assert site.spa.get(f"{path}/{c['id']}", If_None_Match=tag).status == 304
    rest(site, c, other)
    assert site.spa.get(f"{path}/{c['id']}").status == 404


def slots_keep_to_hours_breaks_and_length(site):
    c = consultant(site, slot_step_minutes=60)
    got = free(site, c, "2027-01-13", duration=60)
    assert got == [f"2027-01-13T{h:02}:00:00Z"
                   for h in (8, 9, 10, 12, 13, 14, 15)], got
    long = free(site, c, "2027-01-13", duration=120)
    assert long == [f"2027-01-13T{h:02}:00:00Z" for h in (8, 9, 12, 13, 14)]
    other = free(site, c, "2027-01-13", duration=60,
                 timezone="America/New_York")
    assert other == got
    rest(site, c)


def the_days_on_which_clocks_change_are_right(site):
    c = consultant(site, slot_step_minutes=60, horizon_days=730,
                   working_hours={"sunday": [{"start": "00:00",
                                              "end": "06:00"}]})
    spring = free(site, c, "2027-03-28", duration=60)
    assert spring == ["2027-03-27T23:00:00Z"] + [
        f"2027-03-28T{h:02}:00:00Z" for h in range(4)], spring
    autumn = free(site, c, "2027-10-31", duration=60)
    assert autumn == ["2027-10-30T22:00:00Z", "2027-10-30T23:00:00Z"] + [
        f"2027-10-31T{h:02}:00:00Z" for h in range(5)], autumn
    rest(site, c)


def holidays_time_off_notice_and_horizon_close_days(site):
    c = consultant(site, holidays="DE-BY", time_off=[{
        "starts_at": "2027-01-08T00:00:00+01:00",
        "ends_at": "2027-01-09T00:00:00+01:00", "reason": "skiing"}])
    assert free(site, c, "2027-01-06") == []        # Epiphany
    assert free(site, c, "2027-01-07")
    assert free(site, c, "2027-01-08") == []
    site.admin().patch(f"/api/v1/business/consultants/{c['id']}",
                       {"horizon_days": 5, "notice_hours": 72})
    assert free(site, c, day(1)) == [] and free(site, c, day(8)) == []
    assert free(site, c, day(4))
    late = book(site, c, f"{day(8)}T10:00:00Z")
    assert late.status == 422 and late.fields == ["starts_at"]
    soon = book(site, c, f"{day(1)}T10:00:00Z")
    assert soon.status == 422 and soon.fields == ["starts_at"]
    rest(site, c)


def a_question_has_limits(site):
    c = consultant(site)
    path = f"/api/v1/public/consultants/{c['id']}/availability"
    for query, field in (("from=2027-02-30", "from"), ("to=1", "to"),
                         ("from=2027-01-01&to=2027-03-04", "to"),
                         ("from=2027-01-02&to=2027-01-01", "to"),
                         ("duration=31", "duration"),
                         ("timezone=../etc/passwd", "timezone")):
        answer = site.spa.get(f"{path}?{query}")
        assert answer.status == 422 and answer.fields == [field], query
    all_wrong = site.spa.get(f"{path}?from=x&to=y&duration=0&timezone=z")
    assert all_wrong.fields == ["duration", "from", "timezone", "to"]
    whole = site.spa.get(f"{path}?from=2027-01-01&to=2027-03-03")
    assert whole.status == 200
    assert whole.header("Cache-Control") == \
        "public, max-age=0, must-revalidate"
    tag = whole.header("ETag")
    assert site.spa.get(f"{path}?from=2027-01-01&to=2027-03-03",
                        If_None_Match=tag).status == 304
    assert whole.data["calendar_read_at"] is None
    rest(site, c)


def a_visitor_books_and_the_time_is_gone(site):
    c = consultant(site, meeting_url="https://meet.example/secret")
    at = f"{day(3)}T10:00:00Z"
    answer = book(site, c, at, duration_minutes=60, subject="Girders",
                  timezone="Europe/London")
    assert answer.status == 201, answer.text
    mine = answer.data
    assert mine["reference"][:4] == "VLT-" and len(mine["reference"]) == 17
    assert (mine["status"], mine["timezone"]) == ("confirmed", "Europe/London")
    assert mine["consultant"]["last_name"] == c["last_name"]
    assert "meet.example" not in answer.text and "zuse" not in answer.text
    assert at not in free(site, c, day(3))
    second = book(site, c, f"{day(3)}T10:30:00Z", 2)
    assert second.status == 409 and second.code == "SLOT_TAKEN"
    others = second.json["error"]["alternatives"]
    assert others and {"starts_at", "ends_at"} == set(others[0])
    assert book(site, c, others[0]["starts_at"], 2,
                duration_minutes=30).status == 201
    letters = site.rows("SELECT template FROM outbox WHERE data LIKE"
                        f" '%{mine['reference']}%' ORDER BY template")
    assert [row["template"] for row in letters] == \
        ["booking-confirmed", "consultant-booked"], letters
    rest(site, c)


def any_start_that_fits_is_accepted_and_no_other(site):
    c = consultant(site, buffer_minutes=15, daily_limit=2)
    assert book(site, c, f"{day(3)}T09:07:00Z").status == 201
    before = book(site, c, f"{day(3)}T08:30:00Z", 2)
    assert before.status == 409, before.text        # 08:30-09:00 and a buffer
    for wrong, field in (({"starts_at": f"{day(3)}T03:00:00Z"}, "starts_at"),
                         ({"starts_at": "2020-01-01T10:00:00Z"}, "starts_at"),
                         ({"starts_at": f"{day(3)}T14:00:00Z",
                           "duration_minutes": 45}, "duration_minutes"),
                         ({"starts_at": f"{day(3)}T14:00:00Z",
                           "status": "confirmed"}, "status"),
                         ({"starts_at": f"{day(3)}T14:00:00Z",
                           "meeting_type": "telepathy"}, "meeting_type")):
        answer = Client(site.spa_port).post(
            "/api/v1/business/bookings",
            person(3, consultant_id=c["id"], **wrong))
        assert answer.status == 422 and answer.fields == [field], answer.text
    assert book(site, c, f"{day(3)}T13:00:00Z", 2).status == 201
    full = book(site, c, f"{day(3)}T14:00:00Z", 3)
    assert full.status == 409 and full.code == "SLOT_TAKEN"
    rest(site, c)


def every_wrong_field_is_named_at_once(site):
    c = consultant(site)
    answer = Client(site.spa_port).post("/api/v1/business/bookings", {
        "first_name": "", "email": "nobody", "privacy_consent": False,
        "consultant_id": c["id"], "starts_at": "2020-01-01T10:00:00Z",
        "duration_minutes": 45, "meeting_type": "telepathy",
        "timezone": "Mars/Olympus", "colour": "red", "status": "confirmed",
        "message": "x" * 5001})
    assert answer.status == 422 and answer.fields == [
        "colour", "duration_minutes", "email", "first_name", "last_name",
        "meeting_type", "message", "privacy_consent", "starts_at", "status",
        "timezone"], answer.text
    for at in ("2027-03-28T02:30:00", "2027-02-30T10:00:00Z", "tomorrow",
               1800000000, None, "2027-01-13T10:00:00+25:00"):
        assert book(site, c, at).fields == ["starts_at"], at
    gone = book(site, None, "2020-01-01T10:00:00Z", meeting_type="x")
    assert gone.fields == ["meeting_type", "starts_at"]
    assert book(site, {"id": 99999}, f"{day(3)}T10:00:00Z",
                email="x").fields == ["consultant_id", "email"]
    mine = book(site, c, f"{day(3)}T10:00:00Z").data
    wrong = by_link(site, mine["manage_url"], "/reschedule", {
        "starts_at": "2020-01-01T10:00:00Z", "duration_minutes": 45,
        "timezone": "x", "subject": "y"})
    assert wrong.fields == ["duration_minutes", "starts_at", "subject",
                            "timezone"], wrong.text
    rest(site, c)


def a_hundred_want_the_same_hour_and_one_gets_it(site):
    c = consultant(site)
    answers = []

    def one(n):
        answers.append(book(site, c, f"{day(5)}T10:00:00Z", n))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(100)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    statuses = sorted(a.status for a in answers)
    assert statuses == [201] + [409] * 99, statuses
    assert all(a.json["error"]["alternatives"] for a in answers
               if a.status == 409)
    assert site.magnetiq("verify").returncode == 0
    rest(site, c)


def hand_written_sql_cannot_overlap_either(site):
    c = consultant(site)
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    insert = ("INSERT INTO bookings (first_name, last_name, email, status,"
              " consultant_id, starts_at, ends_at) VALUES ('a', 'b',"
              f" 'c@example.org', 'confirmed', {c['id']}, ?, ?)")
    with db:
        db.execute(insert, ("2027-05-03 10:00:00", "2027-05-03 11:00:00"))
    for starts, ends in (("2027-05-03T10:30:00", "2027-05-03T11:30:00"),
                         ("2027-05-03 09:00:00", "2027-05-03 12:00:00"),
                         ("2027-05-03 10:59:59", "2027-05-03 11:00:01"),
                         ("2027-05-03 12:00:00", "2027-05-03 11:00:00")):
        try:
            with db:
                db.execute(insert, (starts, ends))
            raise AssertionError((starts, ends))
        except sqlite3.IntegrityError:
            pass
    with db:
        db.execute(insert, ("2027-05-03T11:00:00", "2027-05-03T12:00:00"))
    try:
        with db:
            db.execute("UPDATE bookings SET starts_at = '2027-05-03 10:30:00'"
                       " WHERE starts_at = '2027-05-03 11:00:00'")
        raise AssertionError("moved onto another")
    except sqlite3.IntegrityError:
        pass
    db.close()
    rest(site, c)


def hand_written_times_stay_comparable(site):
    """What an UPDATE writes blocks the hour as what an INSERT does."""
    c = consultant(site)
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.row_factory = sqlite3.Row

    def refused(sql, *values):
        try:
            with db:
                db.execute(sql, values)
        except sqlite3.IntegrityError:
            return True
        return False
    insert = ("INSERT INTO bookings (first_name, last_name, email, status,"
              " consultant_id, starts_at, ends_at, legacy_exempt) VALUES ('a',"
              f" 'b', 'c@example.org', 'confirmed', {c['id']}, ?, ?, ?)")
    with db:
        mine = db.execute(insert, ("2027-05-04 10:00:00",
                                   "2027-05-04 11:00:00", 0)).lastrowid
    update = f"UPDATE bookings SET %s WHERE id = {mine}"
    for wrong in ("ends_at = NULL", "starts_at = NULL", "starts_at = 'soon'",
                  "starts_at = NULL, ends_at = NULL", "ends_at = ''",
                  "legacy_exempt = 1"):
        assert refused(update % wrong), wrong
    assert not refused(update % "starts_at = '2027-05-04T10:00:00Z', ends_at"
                       " = '2027-05-04T11:00:00Z'")
    times = db.execute("SELECT starts_at, ends_at FROM bookings WHERE id = ?",
                       (mine,)).fetchone()
    assert tuple(times) == ("2027-05-04 10:00:00", "2027-05-04 11:00:00")
    for starts, ends, exempt in (
            ("2027-05-04 10:30:00", "2027-05-04 11:30:00", 0),
            ("2027-05-04 10:30:00", "2027-05-04 11:30:00", 1),
            ("2027-05-05 10:30:00", "2027-05-05 11:30:00", 1),
            ("soon", "2027-05-04 11:30:00", 0),
            ("2027-05-05 10:30:00", "later", 0)):
        assert refused(insert, starts, ends, exempt), (starts, ends, exempt)
    # What holds no hour may be written as one likes, until it holds one.
    with db:
        off = db.execute(insert.replace("confirmed", "cancelled"),
                         ("2027-05-04 10:30:00", "2027-05-04 11:30:00",
                          0)).lastrowid
        db.execute("UPDATE bookings SET starts_at = '2027-05-04T10:30:00',"
                   " ends_at = NULL WHERE id = ?", (off,))
    assert refused("UPDATE bookings SET status = 'confirmed' WHERE id = ?", off)
    with db:
        db.execute("UPDATE bookings SET ends_at = '2027-05-04T11:30:00'"
                   " WHERE id = ?", (off,))
    assert refused("UPDATE bookings SET status = 'confirmed' WHERE id = ?", off)
    with db:
        seat = db.execute(
            "INSERT INTO webinars (title, slug, scheduled_at) VALUES ('{}',"
            " 'by-hand-x', '2027-05-04 10:00:00')").lastrowid
        db.execute("INSERT INTO webinar_registrations (webinar_id, email)"
                   " VALUES (?, 'x@example.org')", (seat,))
    assert refused("UPDATE webinar_registrations SET legacy_exempt = 1"
                   " WHERE webinar_id = ?", seat)
    assert refused("INSERT INTO webinar_registrations (webinar_id, email,"
                   " legacy_exempt) VALUES (?, 'y@example.org', 1)", seat)
    db.close()
    rest(site, c)


def whoever_is_free_shares_fairly(site):
    team = [consultant(site) for _ in range(3)]
    got = [book(site, None, f"{day(6)}T{h:02}:00:00Z", h).data["consultant"]["id"]
           for h in (9, 9, 9, 10, 10, 10)]
    assert sorted(got[:3]) == sorted(k["id"] for k in team)
    assert sorted(got[3:]) == sorted(k["id"] for k in team)
    none = book(site, None, f"{day(6)}T09:00:00Z", 20)
    assert none.status == 409 and none.json["error"]["alternatives"]
    rest(site, *team)


def whoever_is_free_shares_fairly_over_many(site):
    team = [consultant(site) for _ in range(4)]
    busy = team[0]
    for h in (8, 9, 10):
        assert book(site, busy, f"{day(9)}T{h:02}:00:00Z").status == 201
    got = [book(site, None, f"{day(n)}T{h:02}:{m:02}:00Z", n).data[
        "consultant"]["id"] for n in (10, 11, 12) for h in (8, 9, 10, 12)
        for m in (0, 30)]
    shares = [got.count(k["id"]) for k in team]
    shares[0] += 3
    assert sum(shares) == 27 and max(shares) - min(shares) <= 1, shares
    rest(site, *team)


def a_link_moves_and_cancels_keeping_reference_and_entry(site):
    c = consultant(site)
    mine = book(site, c, f"{day(3)}T10:00:00Z").data
    url = mine["manage_url"]
    assert by_link(site, url).data["status"] == "confirmed"
    assert site.spa.get(f"/api/v1/public/bookings/{mine['reference']}"
                        "?token=no").status == 404
    before = by_link(site, url, "/calendar.ics").text
    moved = by_link(site, url, "/reschedule",
                    {"starts_at": f"{day(4)}T12:00:00+00:00"})
    assert moved.status == 200, moved.text
    assert moved.data["reference"] == mine["reference"]
    assert moved.data["starts_at"] == f"{day(4)}T12:00:00Z"
    after = by_link(site, url, "/calendar.ics").text

    def line(text, name):
        return [x for x in text.split("\r\n") if x.startswith(name)][0]
    assert line(before, "UID") == line(after, "UID")
    assert line(before, "SEQUENCE") == "SEQUENCE:0"
    assert line(after, "SEQUENCE") == "SEQUENCE:1"
    assert f"{day(3)}T10:00:00Z" in free(site, c, day(3))
    wrong = by_link(site, url, "/reschedule", {"nonsense": 1})
    assert wrong.fields == ["nonsense", "starts_at"]
    gone = by_link(site, url, "/cancel", {})
    assert gone.status == 200 and gone.data["status"] == "cancelled"
    assert by_link(site, url, "/cancel", {}).status == 200
    again = by_link(site, url, "/reschedule",
                    {"starts_at": f"{day(5)}T12:00:00Z"})
    assert again.status == 409
    assert f"{day(4)}T12:00:00Z" in free(site, c, day(4))
    site.set_clock(300 * 86400)
    assert by_link(site, url).status == 410
    site.set_clock(0)
    rest(site, c)


def what_has_begun_stays(site):
    c = consultant(site)
    mine = book(site, c, f"{day(2)}T10:00:00Z").data
    site.set_clock(3 * 86400)
    for tail, body in (("/cancel", {}), ("/reschedule",
                       {"starts_at": f"{day(6)}T12:00:00Z"})):
        late = by_link(site, mine["manage_url"], tail, body)
        assert late.status == 409 and late.code == "CONFLICT", late.text
    site.set_clock(0)
    rest(site, c)


def staff_see_change_and_confirm(site):
    admin = site.admin()
    c = consultant(site)
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    mine = book(site, c, f"{day(3)}T10:00:00Z", 7).data
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    assert mine["status"] == "pending"
    assert book(site, c, f"{day(3)}T10:00:00Z", 8).status == 409
    row = [b for b in admin.get("/api/v1/business/bookings?status=pending").data
           if b["reference"] == mine["reference"]][0]
    path = f"/api/v1/business/bookings/{row['id']}"
    whole = admin.get(path)
    assert admin.put(path, whole.data).status == 200
    done = admin.patch(path, {"status": "confirmed", "meeting_notes": "bring"
                              " drawings"})
    assert done.data["confirmed_at"], done.text
    assert admin.patch(path, {"email": "x@example.org"}).fields == ["email"]
    ranged = admin.get(f"/api/v1/business/bookings?consultant_id={c['id']}"
                       f"&from={day(3)}&to={day(3)}")
    assert [b["id"] for b in ranged.data] == [row["id"]]
    csv = admin.get(f"/api/v1/business/bookings?consultant_id={c['id']}",
                    Accept="text/csv")
    assert "ada7@example.org" in csv.text
    moved = admin.post(f"{path}/reschedule",
                       {"starts_at": f"{day(4)}T10:00:00Z"})
    assert moved.status == 200, moved.text
    off = admin.post(f"{path}/cancel")
    assert off.data["status"] == "cancelled"
    assert admin.post(f"{path}/cancel").status == 200
    lead = admin.get("/api/v1/business/leads?search=ada7").data[0]
    assert lead["bookings"] == 0
    rest(site, c)


def staff_move_a_booking_only_to_where_a_visitor_could(site):
    """Both doors refuse the same hours, in the same words."""
    c, admin = consultant(site, horizon_days=30, notice_hours=26), site.admin()
    mine = book(site, c, f"{day(4)}T10:00:00Z").data
    assert book(site, c, f"{day(5)}T10:00:00Z", 2).status == 201
    site.admin().patch(f"/api/v1/business/consultants/{c['id']}", {
        "time_off": [{"starts_at": f"{day(6)}T00:00:00Z",
                      "ends_at": f"{day(7)}T00:00:00Z", "reason": "x"}]})
    row = site.rows("SELECT id FROM bookings WHERE reference = ?",
                    mine["reference"])[0]
    staff = f"/api/v1/business/bookings/{row['id']}"
    for to, status, fields in (
            ({"starts_at": f"{day(4)}T03:00:00Z"}, 422, ["starts_at"]),
            ({"starts_at": f"{day(4)}T11:30:00+01:00",
              "duration_minutes": 120}, 422, ["starts_at"]),
            ({"starts_at": f"{day(1)}T10:00:00Z"}, 422, ["starts_at"]),
            ({"starts_at": f"{day(40)}T10:00:00Z"}, 422, ["starts_at"]),
            ({"starts_at": "2020-01-01T10:00:00Z"}, 422, ["starts_at"]),
            ({"starts_at": f"{day(4)}T10:00:00Z", "duration_minutes": 45},
             422, ["duration_minutes"]),
            ({"starts_at": f"{day(5)}T10:15:00Z"}, 409, []),
            ({"starts_at": f"{day(6)}T10:00:00Z"}, 409, [])):
        by_visitor = by_link(site, mine["manage_url"], "/reschedule", to)
        by_staff = admin.post(staff + "/reschedule", to)
        for answer in (by_visitor, by_staff):
            assert answer.status == status, (to, answer.text)
            assert answer.fields == fields, (to, answer.text)
        assert by_staff.json["error"] == by_visitor.json["error"], to
    assert admin.get(staff).data["starts_at"] == f"{day(4)}T10:00:00Z"
    assert admin.post(staff + "/reschedule", {
        "starts_at": f"{day(4)}T12:00:00Z"}).status == 200
    rest(site, c)


def confirming_looks_again_whether_the_time_is_free(site):
    admin, c = site.admin(), consultant(site)
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    mine = book(site, c, f"{day(3)}T10:00:00Z").data
    late = book(site, c, f"{day(4)}T10:00:00Z").data
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    ids = {b["reference"]: b["id"] for b in admin.get(
        f"/api/v1/business/bookings?consultant_id={c['id']}").data}
    path = f"/api/v1/business/bookings/{ids[mine['reference']]}"
    site.sql("INSERT INTO busy_times VALUES (?, ?, ?)", c["id"],
             f"{day(3)} 09:45:00", f"{day(3)} 10:15:00")
    taken = admin.patch(path, {"status": "confirmed"})
    assert taken.status == 409 and taken.code == "SLOT_TAKEN", taken.text
    assert taken.json["error"]["alternatives"]
    site.sql("DELETE FROM busy_times")
    assert admin.patch(path, {"status": "confirmed"}).status == 200
    # It is in calendars now, which nothing would take it out of.
    back = admin.patch(path, {"status": "pending"})
    assert back.status == 422 and back.fields == ["status"], back.text
    assert admin.patch(path, {"status": "cancelled"}).status == 200
    assert book(site, c, f"{day(3)}T10:00:00Z", 2).status == 201
    again = admin.patch(path, {"status": "pending"})
    assert again.status == 409 and again.code == "SLOT_TAKEN", again.text
    path = f"/api/v1/business/bookings/{ids[late['reference']]}"
    early = admin.patch(path, {"status": "no_show"})
    assert early.status == 422 and early.fields == ["status"]
    rest(site, c)


def a_user_who_is_a_consultant_sees_the_own_bookings(site):
    site.staff("editor")
    users = site.admin().get("/api/v1/admin/users?role=editor").data
    c, other = consultant(site, user_id=users[0]["id"]), consultant(site)
    mine = book(site, c, f"{day(3)}T10:00:00Z").data["reference"]
    book(site, other, f"{day(3)}T10:00:00Z")
    path = "/api/v1/business/bookings?mine="
    listed = site.staff("editor").get(path + "true")
    assert [b["reference"] for b in listed.data] == [mine], listed.text
    assert len(site.staff("editor").get(path + "false").data) > 1
    assert site.staff("editor").get(path + "yes").fields == ["mine"]
    phone = site.admin().get("/api/v1/business/bookings?meeting_type=phone")
    assert phone.data == [], phone.text
    rest(site, c, other)


def every_wrong_parameter_of_a_list_is_named(site):
    for path, own in (("business/bookings", "from"), ("business/bookings", "to"),
                      ("business/bookings", "mine"), ("admin/audit-log", "from"),
                      ("business/leads", "score"),
                      ("business/webinars", "timeframe"),
                      ("public/webinars", "timeframe"),
                      ("public/search", "type")):
        answer = site.admin().get(
            f"/api/v1/{path}?q=x&{own}=x&page=0&per_page=101"
            if path == "public/search" else
            f"/api/v1/{path}?{own}=x&page=0&per_page=101")
        assert answer.status == 422, (path, answer.text)
        assert answer.fields == sorted([own, "page", "per_page"]), answer.text


def a_consultant_is_deleted_only_once_nobody_is_booked(site):
    c = consultant(site)
    path = f"/api/v1/business/consultants/{c['id']}"
    urls = [book(site, c, f"{day(3)}T{h}:00:00Z", h).data["manage_url"]
            for h in (10, 14)]
    for lang, words in (("en", "has bookings ahead: 2. Move or cancel them"),
                        ("de", "hat noch Termine vor sich: 2.")):
        answer = site.admin().delete(path, Accept_Language=lang)
        assert answer.status == 409 and answer.code == "CONFLICT", answer.text
        assert words in answer.json["error"]["message"], answer.text
    rest(site, c)               # nobody new comes; those who are booked stay
    assert site.admin().get(path).data["is_active"] is False
    assert by_link(site, urls[0], "/cancel", {}).status == 200
    assert "ahead: 1." in site.admin().delete(path).text
    # What is over holds nobody.
    site.sql("UPDATE bookings SET starts_at = datetime('now', '-2 hours'),"
             " ends_at = datetime('now', '-1 hour') WHERE status = 'confirmed'"
             " AND consultant_id = ?", c["id"])
    assert site.admin().delete(path).status == 204
    assert site.admin().delete(path).status == 404


def an_unread_calendar_closes_everything_and_says_so(site):
    c = consultant(site, busy_url="https://calendar.example/k.ics")
    answer = site.spa.get(f"/api/v1/public/consultants/{c['id']}/availability")
    assert answer.data["slots"] == [] and answer.data["calendar_stale"] is True
    assert answer.data["calendar_read_at"] is None
    refused = book(site, c, f"{day(3)}T10:00:00Z")
    assert refused.status == 409
    rest(site, c)


def the_same_request_twice_is_one_booking(site):
    c = consultant(site)
    body = person(9, consultant_id=c["id"], starts_at=f"{day(3)}T10:00:00Z")
    key = {"Idempotency_Key": "booking-key-0123456789"}
    path = "/api/v1/business/bookings"
    first, again = (site.spa.post(path, body, **key) for _ in range(2))
    assert first.status == again.status == 201
    assert first.data["reference"] == again.data["reference"]
    rest(site, c)


if __name__ == "__main__":
    run(globals(), "--no-demo")
