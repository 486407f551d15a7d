#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The secret feed in which a consultant's own calendar reads the bookings."""
import os
import re
import subprocess
from datetime import timedelta

import icalendar

from harness import ROOT, Client, run
from moments import at_hour

WEEK = {day: [{"start": "00:00", "end": "24:00"}] for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}
HOSTILE = "Girders\r\nEND:VEVENT\r\nBEGIN:VEVENT; a, \"x\" – Łódź " + "ß" * 90
count = iter(range(1000))


def consultant(site, **more):
    n = next(count)
    return site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": f"Z{n}",
        "email": f"zuse{n}@example.org", "timezone": "Europe/Berlin",
        "working_hours": WEEK, "notice_hours": 0, **more}).data


def feed_of(site, c):
    answer = site.admin().post(
        f"/api/v1/business/consultants/{c['id']}/calendar")
    assert answer.status == 201, answer.text
    return "/" + answer.data["url"].split("/", 3)[3]


def book(site, c, starts_at, **more):
    answer = Client(site.spa_port).post("/api/v1/business/bookings", {
        "first_name": "Ada", "last_name": "Lovelace",
        "email": "ada@example.org", "privacy_consent": True,
        "consultant_id": c["id"], "starts_at": starts_at, **more})
    assert answer.status == 201, answer.text
    return answer.data


def book_fails(site, c, starts_at):
    return Client(site.spa_port).post("/api/v1/business/bookings", {
        "first_name": "Eve", "last_name": "E", "email": "eve@example.org",
        "privacy_consent": True, "consultant_id": c["id"],
        "starts_at": starts_at}).status


def events(site, path):
    answer = site.spa.get(path)
    assert answer.status == 200, answer
    return {str(e["UID"]).split("@")[0]: e for e in
            icalendar.Calendar.from_ical(answer.text).walk("VEVENT")}


def a_booking_comes_moves_and_vanishes_in_the_feed(site):
    c = consultant(site, meeting_url="https://meet.example/k")
    path = feed_of(site, c)
    assert events(site, path) == {}
    mine = book(site, c, at_hour(3), subject="Girders", company="Engines & Co",
                duration_minutes=60)
    event = events(site, path)[mine["reference"]]
    assert event["DTSTART"].dt.isoformat() == at_hour(3).replace("Z", "+00:00")
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    assert str(event["SUMMARY"]) == "Ada Lovelace – Girders"
    assert "ada@example.org" in event["DESCRIPTION"]
    assert "Engines & Co" in event["DESCRIPTION"]
    assert str(event["LOCATION"]) == "https://meet.example/k"
    assert (event["SEQUENCE"], str(event["STATUS"])) == (0, "CONFIRMED")
    door = "/api/v1/public/" + mine["manage_url"].split("/", 3)[3]
    moved = site.spa.post(door.replace("?", "/reschedule?"),
                          {"starts_at": at_hour(4)})
    assert moved.status == 200, moved.text
    event = events(site, path)[mine["reference"]]
    assert event["SEQUENCE"] == 1
    assert event["DTSTART"].dt.isoformat() == at_hour(4).replace("Z", "+00:00")
    assert site.spa.post(door.replace("?", "/cancel?"), {}).status == 200
    assert events(site, path) == {}


def pending_ones_are_tentative_and_others_bookings_stay_theirs(site):
    admin = site.admin()
    c, other = consultant(site), consultant(site)
    path = feed_of(site, c)
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    mine = book(site, c, at_hour(3))
    book(site, other, at_hour(3))
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    assert {k: str(e["STATUS"]) for k, e in events(site, path).items()} == \
        {mine["reference"]: "TENTATIVE"}


def each_entry_of_the_feed_is_of_one_booking(site):
    c = consultant(site)
    path = feed_of(site, c)
    mine = {n: book(site, c, at_hour(n), first_name=f"Ada{n}",
                    email=f"ada{n}@example.org", subject=f"About {n}",
                    company=f"Firm {n}", duration_minutes=30 * (n - 2))
            for n in (3, 4)}
    found = events(site, path)
    assert set(found) == {b["reference"] for b in mine.values()}
    for n, b in mine.items():
        e = found[b["reference"]]
        assert str(e["SUMMARY"]) == f"Ada{n} Lovelace – About {n}"
        assert e["DTSTART"].dt.isoformat() == at_hour(n).replace("Z", "+00:00")
        assert e["DTEND"].dt - e["DTSTART"].dt == \
            timedelta(minutes=30 * (n - 2))
        assert str(e["DESCRIPTION"]).split("\n") == [
            f"ada{n}@example.org", f"Firm {n}", b["reference"]]


def what_is_long_over_is_left_out(site):
    c = consultant(site)
    path = feed_of(site, c)
    mine = book(site, c, at_hour(3))
    site.set_clock(20 * 86400)
    assert list(events(site, path)) == [mine["reference"]]
    site.set_clock(40 * 86400)
    assert events(site, path) == {}
    site.set_clock(0)


def what_has_not_changed_is_not_sent_again(site):
    c = consultant(site)
    path = feed_of(site, c)
    book(site, c, at_hour(3))
    first = site.spa.get(path)
    tag = first.header("ETag")
    assert site.spa.get(path, If_None_Match=tag).status == 304
    site.set_clock(3600)
    assert site.spa.get(path, If_None_Match=tag).status == 304
    site.set_clock(0)
    book(site, c, at_hour(4))
    again = site.spa.get(path, If_None_Match=tag)
    assert again.status == 200 and again.header("ETag") != tag


def the_address_is_secret_and_a_new_one_ends_the_old(site):
    admin, c = site.admin(), consultant(site)
    door = f"/api/v1/business/consultants/{c['id']}/calendar"
    assert admin.delete(door).status == 404
    first = feed_of(site, c)
    answer = site.spa.get(first)
    assert answer.header("Content-Type") == \
        "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("Referrer-Policy") == "no-referrer"
    assert answer.header("X-Robots-Tag") == "noindex"
    second = feed_of(site, c)
    assert site.spa.get(first).status == 404
    assert site.spa.get(second).status == 200
    assert admin.delete(door).status == 204
    assert site.spa.get(second).status == 404
    for guess in (second[:-5] + ".ics", "/calendars/.ics", "/calendars/x",
                  second[:-4], second.replace(".ics", "A.ics")):
        assert site.spa.get(guess).status == 404, guess
    key = site.rows("SELECT count(*) AS n FROM audit_log WHERE action ="
                    " 'calendar' AND after LIKE '%calendar_key%'"
                    " AND after NOT LIKE '%***%'")
    assert key[0]["n"] == 0


def only_editors_open_and_close_it(site):
    c = consultant(site)
    door = f"/api/v1/business/consultants/{c['id']}/calendar"
    assert site.spa.post(door).status == 401
    viewer = site.staff("viewer")
    assert viewer.post(door).status == 403
    assert viewer.delete(door).status == 403
    assert site.admin().post("/api/v1/business/consultants/99999/calendar"
                             ).status == 404


def a_consultant_who_left_has_no_feed(site):
    c = consultant(site)
    path = feed_of(site, c)
    site.admin().delete(f"/api/v1/business/consultants/{c['id']}")
    assert site.spa.get(path).status == 404


def neither_access_log_nor_lists_hold_the_address(site):
    c = consultant(site)
    path = feed_of(site, c)
    site.spa.get(path)
    assert "calendar_key" not in site.admin().get(
        f"/api/v1/business/consultants/{c['id']}").text
    logs = site.logs()
    assert "/calendars/***" in logs and path.split("/")[2][:24] not in logs


def what_was_accepted_there_does_not_keep_a_booking_from_moving(site):
    c = consultant(site)
    mine = book(site, c, at_hour(3), duration_minutes=60)
    site.sql("INSERT INTO busy_times VALUES (?, ?, ?)", c["id"],
             at_hour(3)[:10] + " 10:00:00", at_hour(3)[:10] + " 12:00:00")
    door = "/api/v1/public/" + mine["manage_url"].split("/", 3)[3]
    door = door.replace("?", "/reschedule?")
    into = site.spa.post(door, {"starts_at": at_hour(3).replace(":00:00Z",
                                                           ":30:00Z")})
    assert into.status == 409 and into.code == "SLOT_TAKEN", into.text
    earlier = site.spa.post(door, {"starts_at": at_hour(3, 9).replace(
        ":00:00Z", ":30:00Z")})
    assert earlier.status == 200, earlier.text
    assert book_fails(site, c, at_hour(3, 11)) == 409


def what_strangers_wrote_stays_text_for_both_parsers(site):
    c = consultant(site)
    path = feed_of(site, c)
    mine = book(site, c, at_hour(3), subject=HOSTILE.replace("\r\n", " "),
                message=HOSTILE)
    found = events(site, path)
    assert list(found) == [mine["reference"]]
    assert HOSTILE.replace("\r\n", "\n") in found[mine["reference"]][
        "DESCRIPTION"]
    text = site.spa.get(path).body
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
    subprocess.run(["make", "-s", "-C", build, "t/ical/read"], check=True,
                   stdout=subprocess.DEVNULL)
    out = subprocess.run([os.path.join(build, "t/ical/read")], input=text,
                         check=True, stdout=subprocess.PIPE).stdout
    assert out.count(b"\n") == 1 and mine["reference"].encode() in out, out


def the_calendar_file_of_a_visitor_says_where_it_is(site):
    c = consultant(site, meeting_url="https://meet.example/k")
    mine = book(site, c, at_hour(3), meeting_type="video")
    door = "/" + mine["calendar_url"].split("/", 3)[3]
    assert re.search(r"LOCATION:https://meet\.example/k\r\n",
                     site.spa.get(door).text)
    phone = book(site, c, at_hour(4), meeting_type="phone")
    door = "/" + phone["calendar_url"].split("/", 3)[3]
    there = site.spa.get(door).text
    assert "LOCATION:By telephone\r\n" in there, there
    assert "meet.example" not in there, there


if __name__ == "__main__":
    run(globals(), "--no-demo")
