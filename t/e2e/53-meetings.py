#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How two people meet, in which language they hear of it, and what else is
free for whoever does not mind with whom."""
import re
import sqlite3
from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar

from harness import Client, run, until
from jobs_done import letters, text_of
from moments import at_hour

WEEK = {day: [{"start": "09:00", "end": "17:00"}] for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}
count = iter(range(1000))


def consultant(site, **more):
    n = next(count)
    answer = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": f"Z{n}",
        "email": f"zuse{n}@example.org", "timezone": "UTC",
        "working_hours": WEEK, "notice_hours": 0, **more})
    assert answer.status == 201, answer.text
    return answer.data


def book(site, starts_at, name="ada", **more):
    return Client(site.spa_port).post("/api/v1/business/bookings", {
        "first_name": "Ada", "last_name": "Lovelace",
        "email": f"{name}@example.org", "privacy_consent": True,
        "starts_at": starts_at, **more})


def rest(site, *consultants):
    """So that nobody else is free in what follows."""
    for c in consultants:
        site.admin().patch(f"/api/v1/business/consultants/{c['id']}",
                           {"is_active": False})


def _last(site, address, n=1):
    """The n-th letter that came there: its texts, and its entry's place."""
    letter = until(lambda: letters(site, address)[n - 1:], 15)[0]
    entry = [icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")[0]
             for part in letter.walk()
             if part.get_content_type() == "text/calendar"][0]
    return (letter.get_body(("plain",)).get_content(),
            letter.get_body(("html",)).get_content(),
            str(entry.get("LOCATION")))


def what_else_is_free_is_asked_of_everybody(site):
    """Whoever was asked last may not be read, or may not meet so."""
    stale, busy, _ = team = [consultant(site), consultant(site), consultant(
        site, meeting_types=["phone"])]
    for hour in (12, 13):
        assert book(site, at_hour(4, hour),
                    consultant_id=stale["id"]).status == 201
    assert book(site, at_hour(4), consultant_id=busy["id"],
                duration_minutes=60).status == 201
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    with db:
        db.execute("UPDATE consultants SET busy_url ="
                   " 'https://calendar.invalid/k' WHERE id = ?",
                   (stale["id"],))
    db.close()
    answer = book(site, at_hour(4), "eve", meeting_type="video")
    assert answer.status == 409 and answer.code == "SLOT_TAKEN", answer.text
    others = [o["starts_at"] for o in answer.json["error"]["alternatives"]]
    # The third would have it free, but only by telephone.
    assert len(others) == 5 and at_hour(4) not in others, others
    again = book(site, others[0], "eve", meeting_type="video")
    assert again.data["consultant"]["id"] == busy["id"], again.text
    rest(site, *team)


def letters_and_calendars_say_how_one_meets(site):
    number = "+49 30 1234567"
    c = consultant(site)
    for n, (kind, english, german) in enumerate((
            ("phone", "By telephone: " + number, "Am Telefon: " + number),
            ("in_person", "In person", "Vor Ort"),
            ("video", "By video", "Per Video")), 1):
        mine = book(site, at_hour(n + 2), "carl", consultant_id=c["id"],
                    meeting_type=kind, language="de", phone=number)
        assert mine.status == 201, mine.text
        text, html, place = _last(site, "carl@example.org", n)
        assert german in text and german in html, text
        assert place == german, place
        text, html, place = _last(site, c["email"], n)
        assert english in text and english in html, text
        assert place == english, place
        door = "/" + mine.data["calendar_url"].split("/", 3)[3]
        shown = icalendar.Calendar.from_ical(
            site.spa.get(door).text).walk("VEVENT")[0]
        assert str(shown["LOCATION"]) == german, shown
    rest(site, c)


def each_side_reads_the_hour_of_the_own_clock(site):
    c = consultant(site, timezone="America/New_York", working_hours={
        d: [{"start": "00:00", "end": "24:00"}] for d in WEEK})
    clocks = {"ute": ("de", "Asia/Tokyo"), "vic": ("en", "Europe/Berlin")}
    for n, (name, (lang, zone)) in enumerate(clocks.items()):
        answer = book(site, at_hour(6, 10 + 2 * n), name, language=lang,
                      timezone=zone, first_name=name.title(),
                      consultant_id=c["id"])
        assert answer.status == 201, answer.text
        door = "/api/v1/public/" + answer.data["manage_url"].split("/", 3)[3]
        moved = site.spa.post(door.replace("?", "/reschedule?"),
                              {"starts_at": at_hour(7, 11 + 2 * n)})
        assert moved.status == 200, moved.text

    def clock(day, hour, zone):
        when = datetime.fromisoformat(at_hour(day, hour).replace(
            "Z", "+00:00")).astimezone(ZoneInfo(zone))
        return f"{when:%H:%M}"

    def lines(letter):
        """What stands behind each heading, and what it was so far."""
        text = " ".join(text_of(letter).split())
        return [re.search(rf"{words} .*?(\d\d:\d\d)", text) for words in (
            "(?:When|Wann):?", "(?:For the consultant|Am Ort der Beratung):?",
            "(?:So far it was|Bisher war es):")]
    for n, (name, (_, zone)) in enumerate(clocks.items()):
        mine = until(lambda a=name: len(letters(
            site, f"{a}@example.org")) == 2 and letters(
            site, f"{a}@example.org"), 15)
        for letter, day, hour in ((mine[0], 6, 10 + 2 * n),
                                  (mine[1], 7, 11 + 2 * n)):
            when, theirs, before = lines(letter)
            assert when[1] == clock(day, hour, zone), text_of(letter)
            assert theirs[1] == clock(day, hour, "America/New_York")
            assert (before and before[1]) == (
                clock(6, 10 + 2 * n, zone) if day == 7 else None)
    until(lambda: len(letters(site, c["email"])) == 4, 15)
    for letter in letters(site, c["email"]):
        n = "Vic Lovelace" in text_of(letter)
        assert n or "Ute Lovelace" in text_of(letter)
        when, theirs, before = lines(letter)
        day, hour = (7, 11 + 2 * n) if before else (6, 10 + 2 * n)
        assert when[1] == clock(day, hour, "America/New_York")
        assert theirs is None, text_of(letter)
        assert not before or before[1] == clock(6, 10 + 2 * n,
                                                "America/New_York")
    rest(site, c)


def the_page_of_a_booking_says_how_one_meets(site):
    url, number = "https://meet.example/secret", "+49 30 1234567"
    c = consultant(site, meeting_url=url)
    for n, (kind, words) in enumerate((
            ("phone", "Am Telefon: " + number), ("in_person", "Vor Ort"),
            ("video", "Per Video"))):
        mine = book(site, at_hour(n + 2, 12), "page", consultant_id=c["id"],
                    meeting_type=kind, language="de", phone=number)
        page = site.spa.get("/" + mine.data["manage_url"].split("/", 3)[3])
        assert page.status == 200 and words in page.text, page.text
        assert (f'href="{url}"' in page.text) == (kind == "video"), page.text
        forged = mine.data["manage_url"].split("/", 3)[3][:-3] + "AAA"
        stranger = site.spa.get("/" + forged)
        assert stranger.status == 404 and words not in stranger.text
    path, (door, _, token) = _pending(site, c, name="pagepending",
                                      meeting_type="video")
    door = door.replace("/api/v1/public", "")
    for status, may in (("pending", False), ("confirmed", True),
                        ("cancelled", False)):
        if status != "pending":
            done = site.admin().patch(path, {"status": status})
            assert done.status == 200, done.text
        for page in (site.spa.get(f"{door}?{token}"),
                     site.spa.get(f"/api/v1/public{door}?{token}"),
                     site.spa.get(f"/api/v1/public{door}/calendar.ics"
                                  f"?{token}")):
            assert page.status == 200, page
            may_here = may and not page.text.startswith("{")
            assert (url in page.text) == may_here, (status, page.text)
    rest(site, c)


def a_consultant_reads_the_language_of_their_account(site):
    who = site.admin().post("/api/v1/admin/users", {
        "email": "konrad@example.org", "role": "viewer", "language": "de",
        "password": site.PASSWORD}).data["id"]
    theirs = consultant(site, user_id=who)
    other = consultant(site)
    for c, words in ((theirs, "Vor Ort"), (other, "In person")):
        assert book(site, at_hour(3), consultant_id=c["id"],
                    meeting_type="in_person").status == 201
        text, _, place = _last(site, c["email"])
        assert words in text and place == words, text
    subjects = [letters(site, c["email"])[0]["Subject"]
                for c in (theirs, other)]
    assert subjects[1].startswith("New booking: "), subjects
    assert subjects[0].startswith("Neuer Termin: "), subjects
    feed = site.admin().post(
        f"/api/v1/business/consultants/{theirs['id']}/calendar").data
    shown = site.spa.get("/" + feed["url"].split("/", 3)[3]).text
    assert "LOCATION:Vor Ort\r\n" in shown, shown
    rest(site, theirs, other)


def _heard(site, address, n):
    """The last of n letters that came there, and its entry's METHOD."""
    letter = until(lambda: letters(site, address)[n - 1:], 15)[0]
    methods = {part.get_param("method") for part in letter.walk()
               if part.get_content_type() == "text/calendar"}
    assert len(methods) < 2, letter
    return letter["Subject"], text_of(letter), (methods or {None}).pop()


def _pending(site, *consultants, **more):
    """Who is booked and waits for a word; how staff and visitors reach it."""
    admin = site.admin()
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    mine = book(site, at_hour(3), consultant_id=consultants[0]["id"], **more)
    admin.patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    assert mine.data["status"] == "pending", mine.text
    row = site.rows("SELECT id FROM bookings WHERE reference = ?",
                    mine.data["reference"])[0]
    link = "/api/v1/public/" + mine.data["manage_url"].split("/", 3)[3]
    return f"/api/v1/business/bookings/{row['id']}", link.partition("?")


def what_waits_for_a_word_goes_into_no_calendar_until_it_has_it(site):
    c = consultant(site, meeting_url="https://meet.example/secret")
    for lang, name, waits in (
            ("en", "grace", "It still waits for our confirmation. "),
            ("de", "hopper", "Er wartet noch auf unsere Bestätigung. ")):
        before = len(letters(site, c["email"]))
        path, (door, _, token) = _pending(site, c, name=name, language=lang)
        you = name + "@example.org"
        _, text, method = _heard(site, you, 1)
        assert method is None and "meet.example" not in text, text
        by_link = site.spa.post(f"{door}/reschedule?{token}",
                                {"starts_at": at_hour(4)})
        assert by_link.status == 200, by_link.text
        by_staff = site.admin().post(path + "/reschedule",
                                     {"starts_at": at_hour(5)})
        assert by_staff.data["status"] == "pending", by_staff.text
        for n in (2, 3):
            subject, text, method = _heard(site, you, n)
            assert method is None and waits in " ".join(text.split()), text
            assert "meet.example" not in text, text
            assert ("moved" if lang == "en" else "verschoben") in subject
            _, text, method = _heard(site, c["email"], before + n)
            assert method is None and "until you confirm" in text, text
        confirmed = site.admin().patch(path, {"status": "confirmed"})
        assert confirmed.status == 200, confirmed.text
        for address, n in ((you, 4), (c["email"], before + 4)):
            assert _heard(site, address, n)[2] == "REQUEST"
        _, text, _ = _heard(site, you, 4)
        assert "meet.example" in text, text
        assert site.admin().post(path + "/cancel").status == 200
        for address, n in ((you, 5), (c["email"], before + 5)):
            assert _heard(site, address, n)[2] == "CANCEL"
    rest(site, c)


def what_is_called_off_and_stands_after_all_is_newer_each_time(site):
    c, admin = consultant(site), site.admin()
    mine = book(site, at_hour(6), "wanda", consultant_id=c["id"]).data
    row = site.rows("SELECT id FROM bookings WHERE reference = ?",
                    mine["reference"])[0]
    for status in ("cancelled", "confirmed", "cancelled"):
        done = admin.patch(f"/api/v1/business/bookings/{row['id']}",
                           {"status": status})
        assert done.status == 200, done.text
    until(lambda: letters(site, "wanda@example.org")[3:], 15)
    entries = [p for m in letters(site, "wanda@example.org")
               for p in m.walk() if p.get_filename() == "invite.ics"]
    assert [(p.get_param("method"), icalendar.Calendar.from_ical(
        p.get_payload(decode=True)).walk("VEVENT")[0]["SEQUENCE"])
        for p in entries] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2),
                              ("CANCEL", 3)]
    rest(site, c)


def what_never_stood_is_taken_out_of_no_calendar(site):
    c, other = consultant(site), consultant(site)
    path, _ = _pending(site, c, name="edsger")
    moved = site.admin().post(path + "/reschedule", {
        "starts_at": at_hour(4), "consultant_id": other["id"]})
    assert moved.status == 200, moved.text
    subject, _, method = _heard(site, c["email"], 2)
    assert subject.startswith("Booking cancelled: ") and method is None
    subject, _, method = _heard(site, other["email"], 1)
    assert subject.startswith("Booking to confirm: ") and method is None
    assert site.admin().post(path + "/cancel").status == 200
    for address, n in (("edsger@example.org", 3), (other["email"], 2)):
        subject, _, method = _heard(site, address, n)
        assert subject.startswith("Booking cancelled: ") and method is None
    rest(site, c, other)


run(globals(), "--no-demo")
