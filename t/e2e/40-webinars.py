#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Webinars, and who gets a seat in them."""
import sqlite3
import threading

from harness import Client, run
from moments import at

IN_A_WEEK = 8 * 24 * 3600


def person(n, **more):
    return {"first_name": "Ada", "last_name": f"Nr. {n}",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def webinar(site, **more):
    answer = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel and law", "de": "Stahl und Recht"},
        "scheduled_at": at(IN_A_WEEK), **more})
    assert answer.status == 201, answer.text
    return answer.data


def register(site, w, n, **more):
    return site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                         person(n, **more))


def a_webinar_is_made_read_changed_and_found(site):
    admin = site.admin()
    w = webinar(site, meeting_url="https://meet.example/secret",
                description={"en": "About girders"}, max_participants=3)
    assert w["slug"].startswith("steel-and-law"), w
    assert (w["duration_minutes"], w["timezone"], w["status"]) == \
        (60, "UTC", "scheduled")
    assert w["seats_left"] == 3 and w["registration_open"] is True
    one = admin.get(f"/api/v1/business/webinars/{w['id']}")
    assert one.data == w
    again = admin.put(f"/api/v1/business/webinars/{w['id']}", one.data)
    assert again.status == 200, again.text
    changed = admin.patch(f"/api/v1/business/webinars/{w['id']}",
                          {"presenter_name": "Grace"})
    assert changed.data["presenter_name"] == "Grace"
    public = site.spa.get(f"/api/v1/public/webinars/{w['slug']}?lang=de")
    assert public.data["title"] == "Stahl und Recht", public.text
    for secret in ("meeting_url", "recording_url", "presentation_file_id"):
        assert secret not in public.data
    found = site.spa.get("/api/v1/public/search?q=girders&type=webinar")
    assert [f["id"] for f in found.data] == [w["id"]], found.text
    listed = site.spa.get("/api/v1/public/webinars?timeframe=upcoming")
    assert w["id"] in [x["id"] for x in listed.data]
    assert "secret" not in listed.text
    staff = admin.get("/api/v1/business/webinars?timeframe=upcoming")
    assert w["id"] in [x["id"] for x in staff.data]
    day = site.spa.get(f"/api/v1/public/webinars/{w['slug']}/calendar.ics")
    assert day.status == 200 and "SUMMARY:Steel and law" in day.text
    assert "secret" not in day.text
    site.admin().delete(f"/api/v1/business/webinars/{w['id']}")
    gone = site.spa.get(f"/api/v1/public/webinars/{w['slug']}")
    assert gone.status == 404


def a_visitor_registers_and_looks_at_it(site):
    w = webinar(site)
    answer = register(site, w, 1)
    assert answer.status == 201, answer.text
    mine = answer.data
    assert mine["status"] == "confirmed" and mine["position"] is None
    assert len(mine["reference"]) == 12 and mine["reference"][:4] == "WEB-"
    token = mine["manage_url"].partition("token=")[2]
    path = f"/api/v1/public/registrations/{mine['reference']}"
    assert site.spa.get(f"{path}?token={token}").data["status"] == "confirmed"
    assert site.spa.get(path).status == 404
    assert site.spa.get(f"{path}?token={token[:-2]}xx").status == 404
    listed = site.admin().get(f"/api/v1/business/webinars/{w['id']}/registrations")
    row = listed.data[0]
    assert row["email"] == "ada1@example.org" and row["position"] is None
    csv = site.admin().get(f"/api/v1/business/webinars/{w['id']}/registrations",
                           Accept="text/csv")
    assert csv.header("Content-Type").startswith("text/csv")
    assert "ada1@example.org" in csv.text
    one = site.admin().get(
        f"/api/v1/business/webinars/{w['id']}/registrations/{row['id']}")
    assert one.data["reference"] == mine["reference"]
    mine_too = site.spa.get(f"{path}/calendar.ics?token={token}")
    assert mine_too.status == 200 and mine["reference"] in mine_too.text
    assert site.spa.get(f"{path}/calendar.ics").status == 404
    came = site.admin().patch(
        f"/api/v1/business/webinars/{w['id']}/registrations/{row['id']}",
        {"attended": True, "attendance_duration": 55})
    assert came.data["attended"] is True, came.text
    refused = site.admin().patch(
        f"/api/v1/business/webinars/{w['id']}/registrations/{row['id']}",
        {"email": "other@example.org"})
    assert refused.status == 422


def every_wrong_field_is_named_at_once(site):
    w = webinar(site)
    answer = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register", {
        "first_name": "x" * 101, "email": "no", "privacy_consent": False,
        "website": "javascript:1", "nonsense": 1})
    assert answer.status == 422
    assert set(answer.fields) == {"first_name", "last_name", "email",
                                  "privacy_consent", "website", "nonsense"}, \
        answer.text
    line = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                         person(1, company="a\r\nBcc: x@example.org"))
    assert line.status == 422 and line.fields == ["company"]


def nobody_registers_twice_whatever_the_case(site):
    w = webinar(site)
    assert register(site, w, 1).status == 201
    second = register(site, w, 1, email="ADA1@Example.ORG")
    assert second.status == 409 and second.code == "ALREADY_REGISTERED"


def a_closed_door_says_so(site):
    for more in ({"registration_enabled": False}, {"status": "live"},
                 {"scheduled_at": at(-60)},
                 {"registration_deadline": at(-60)}):
        w = webinar(site, **more)
        assert w["registration_open"] is False
        answer = register(site, w, 1)
        assert answer.status == 409, (more, answer.text)
        assert answer.code == "REGISTRATION_CLOSED"


def a_full_webinar_has_a_waiting_list_or_not(site):
    w = webinar(site, max_participants=1)
    assert register(site, w, 1).status == 201
    full = register(site, w, 2)
    assert full.status == 409 and full.code == "WEBINAR_FULL"
    site.admin().patch(f"/api/v1/business/webinars/{w['id']}",
                       {"waitlist_enabled": True})
    second, third = register(site, w, 2), register(site, w, 3)
    assert (second.data["status"], second.data["position"]) == ("waitlisted", 1)
    assert third.data["position"] == 2


def a_seat_that_becomes_free_goes_to_who_waits(site):
    w = webinar(site, max_participants=1, waitlist_enabled=True)
    first, second = register(site, w, 1).data, register(site, w, 2).data
    token = first["manage_url"].partition("token=")[2]
    path = f"/api/v1/public/registrations/{first['reference']}/cancel"
    gone = site.spa.post(f"{path}?token={token}")
    assert gone.status == 200 and gone.data["status"] == "cancelled", gone.text
    assert site.spa.post(f"{path}?token={token}").status == 200
    token = second["manage_url"].partition("token=")[2]
    now = site.spa.get(f"/api/v1/public/registrations/{second['reference']}"
                       f"?token={token}")
    assert now.data["status"] == "confirmed"
    letters = site.rows("SELECT template, recipient FROM outbox"
                        " WHERE template = 'webinar-promoted'")
    assert letters[-1]["recipient"] == "ada2@example.org", letters
    third = register(site, w, 3).data
    assert third["status"] == "waitlisted"
    site.admin().patch(f"/api/v1/business/webinars/{w['id']}",
                       {"max_participants": 2})
    assert site.rows("SELECT status FROM webinar_registrations WHERE reference"
                     f" = '{third['reference']}'")[0]["status"] == "confirmed"
    refused = site.admin().patch(f"/api/v1/business/webinars/{w['id']}",
                                 {"max_participants": 1})
    assert refused.status == 422 and refused.fields == ["max_participants"]


def hand_written_sql_cannot_overbook_either(site):
    w = webinar(site, max_participants=2)
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    insert = ("INSERT INTO webinar_registrations (webinar_id, first_name,"
              " last_name, email) VALUES (?, 'a', 'b', ?)")
    with db:
        db.execute(insert, (w["id"], "One@example.org"))
    for email, says in (("ONE@example.org", "UNIQUE"),):
        try:
            with db:
                db.execute(insert, (w["id"], email))
            raise AssertionError("registered twice")
        except sqlite3.IntegrityError as e:
            assert says in str(e), e
    with db:
        db.execute(insert, (w["id"], "two@example.org"))
    for statement in (
            f"INSERT INTO webinar_registrations (webinar_id, email)"
            f" VALUES ({w['id']}, 'three@example.org')",
            f"UPDATE webinars SET max_participants = 1 WHERE id = {w['id']}"):
        try:
            with db:
                db.execute(statement)
            raise AssertionError(statement)
        except sqlite3.IntegrityError:
            pass
    db.close()


def a_hundred_at_once_get_as_many_seats_as_there_are(site):
    w = webinar(site, max_participants=10, waitlist_enabled=True)
    answers = []

    def one(n):
        answers.append(Client(site.spa_port).post(
            f"/api/v1/business/webinars/{w['id']}/register", person(n)))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(40)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert {a.status for a in answers} == {201}, {a.text for a in answers}
    states = [a.data["status"] for a in answers]
    assert states.count("confirmed") == 10
    positions = sorted(a.data["position"] for a in answers
                       if a.data["position"])
    assert positions[-1] <= 30
    assert site.magnetiq("verify").returncode == 0


def the_same_request_twice_makes_one_registration(site):
    w = webinar(site)
    path = f"/api/v1/business/webinars/{w['id']}/register"
    key = {"Idempotency_Key": "k" * 20}
    first = site.spa.post(path, person(1), **key)
    again = site.spa.post(path, person(1), **key)
    assert first.status == again.status == 201
    assert first.data["reference"] == again.data["reference"]
    other = site.spa.post(path, person(2), **key)
    assert other.status == 422 and other.fields == ["Idempotency-Key"]
    short = site.spa.post(path, person(3), Idempotency_Key="x")
    assert short.status == 422 and short.fields == ["Idempotency-Key"]
    assert site.rows("SELECT count(*) AS n FROM webinar_registrations"
                     f" WHERE webinar_id = {w['id']}")[0]["n"] == 1


def what_has_begun_cannot_be_cancelled(site):
    w = webinar(site, scheduled_at=at(-60))
    door = f"/api/v1/business/webinars/{w['id']}"
    late = site.admin().post(door + "/cancel")
    assert late.status == 409 and late.code == "CONFLICT", late.text
    assert site.admin().get(door).data["status"] == "scheduled"


def cancelling_a_webinar_tells_everybody(site):
    w = webinar(site, max_participants=1, waitlist_enabled=True)
    register(site, w, 1)
    register(site, w, 2)
    answer = site.admin().post(f"/api/v1/business/webinars/{w['id']}/cancel")
    assert answer.status == 200 and answer.data["status"] == "cancelled"
    count = ("SELECT count(*) AS n FROM outbox WHERE template = 'webinar-cancelled'"
             f" AND json_extract(data, '$.webinar_id') = {w['id']}")
    assert site.rows(count)[0]["n"] == 2
    again = site.admin().post(f"/api/v1/business/webinars/{w['id']}/cancel")
    assert again.status == 200 and site.rows(count)[0]["n"] == 2
    assert site.spa.get(f"/api/v1/public/webinars/{w['slug']}").status == 404
    late = register(site, w, 3)
    assert late.status == 409 and late.code == "REGISTRATION_CLOSED"


def deleting_a_webinar_takes_it_out_of_calendars(site):
    w, other = webinar(site), webinar(site)
    mine, theirs = (register(site, x, 1).data["calendar_url"]
                    for x in (w, other))
    path = f"/api/v1/business/webinars/{w['id']}"
    assert site.admin().patch(path, {
        "scheduled_at": at(IN_A_WEEK + 3600)}).status == 200
    assert site.admin().delete(path).status == 204
    told = site.rows("SELECT r.id, o.template, json_extract(o.data,"
                     " '$.sequence') AS n FROM webinar_registrations r JOIN"
                     " outbox o ON o.cause_type = 'registration' AND"
                     " o.cause_id = r.id WHERE r.webinar_id = ?"
                     " ORDER BY o.id", w["id"])
    assert [(t["template"], t["n"]) for t in told] == [
        ("webinar-confirmed", 0), ("webinar-moved", 1),
        ("webinar-cancelled", 2)], told
    # Who fetches the entry instead of the letter reads the same.
    for url, says in ((mine, ["SEQUENCE:2", "STATUS:CANCELLED"]),
                      (theirs, ["SEQUENCE:0", "STATUS:CONFIRMED"])):
        entry = site.spa.get("/" + url.split("/", 3)[3])
        assert [x for x in entry.text.splitlines()
                if x.startswith(("SEQUENCE", "STATUS"))] == says, entry.text


def staff_strike_a_registration_and_the_next_moves_up(site):
    w = webinar(site, max_participants=1, waitlist_enabled=True)
    register(site, w, 1)
    register(site, w, 2)
    rows = site.admin().get(
        f"/api/v1/business/webinars/{w['id']}/registrations").data
    first = min(rows, key=lambda r: r["id"])
    path = f"/api/v1/business/webinars/{w['id']}/registrations/{first['id']}"
    assert site.admin().delete(path).status == 204
    assert site.admin().get(path).status == 404
    left = site.admin().get(
        f"/api/v1/business/webinars/{w['id']}/registrations").data
    assert [r["status"] for r in left] == ["confirmed"]


def what_is_kept_of_a_list_knows_the_seats(site):
    w = webinar(site, max_participants=5)
    path = f"/api/v1/public/webinars/{w['slug']}"
    assert site.spa.get(path).data["seats_left"] == 5
    register(site, w, 1)
    for _ in range(8):
        assert site.spa.get(path).data["seats_left"] == 4


if __name__ == "__main__":
    run(globals(), "--no-demo")
