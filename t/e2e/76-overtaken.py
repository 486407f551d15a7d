#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters as they arrive: none that something newer has overtaken, and each
entry in a calendar follows what became of it."""

from harness import run, until
from mailbox_site import MailSite
from moments import at

HOUR = 3600
WEEK = {d: [{"start": "00:00", "end": "24:00"}] for d in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}


def _at(seconds):
    return at(seconds, "%M:00")


def _person(name, **more):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": f"{name}@example.org", "privacy_consent": True, **more}


def _admin(site):
    """Signed in anew: what was good last week is so no longer."""
    site.admin()
    return site.login()


def _webinar(site, seconds, *names, **more):
    w = _admin(site).post("/api/v1/business/webinars", {
        "title": {"en": "Steel"}, "scheduled_at": _at(seconds),
        "meeting_url": "https://meet.example/w", **more}).data
    for name in names:
        answer = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                               _person(name))
        assert answer.status == 201, answer.text
    return f"/api/v1/business/webinars/{w['id']}"


def _booking(site, seconds, name):
    k = _admin(site).post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "notice_hours": 0,
        "email": f"with-{name}@example.org", "timezone": "UTC",
        "working_hours": WEEK}).data
    answer = site.spa.post("/api/v1/business/bookings", _person(
        name, consultant_id=k["id"], starts_at=_at(seconds)))
    assert answer.status == 201, answer.text
    one = _admin(site).get("/api/v1/business/bookings?consultant_id="
                           f"{k['id']}").data[0]
    return f"/api/v1/business/bookings/{one['id']}"


def _states(site, name):
    """What became of the letters to somebody, without what was sent."""
    return [(r["template"], r["state"], r["last_error"]) for r in site.rows(
        "SELECT * FROM outbox WHERE recipient = ? AND state <> 'sent'"
        " ORDER BY id", f"{name}@example.org")]


def _wait_for(site, template, name):
    until(lambda: site.rows(
        "SELECT 1 FROM outbox WHERE template = ? AND recipient = ?",
        template, f"{name}@example.org"), 60)


def no_reminder_follows_what_has_begun_moved_or_is_off(_site):
    """The server of letters is away, meanwhile all of that happens."""
    with MailSite(options=(), ENVIRONMENT="test") as mail:
        site, inbox = mail.site, mail.inbox
        off = _webinar(site, 49 * HOUR, "off")
        _webinar(site, 49 * HOUR, "begun")
        moved = _webinar(site, 49 * HOUR, "moved")
        hour = _booking(site, 50 * HOUR, "hour")
        for name in ("off", "begun", "moved", "hour", "with-hour"):
            until(lambda n=name: inbox.to(f"{n}@example.org"), 30)
        mail.controller.stop()
        site.set_clock(27 * HOUR)
        for name in ("off", "begun", "moved"):
            _wait_for(site, "webinar-reminder-days", name)
        _wait_for(site, "booking-reminder", "hour")
        admin = _admin(site)
        for method, path, body in (
                ("POST", off + "/cancel", None),
                ("PATCH", moved, {"scheduled_at": _at(400 * HOUR)}),
                ("POST", hour + "/reschedule",
                 {"starts_at": _at(400 * HOUR)})):
            answer = admin.request(method, path, body)
            assert answer.status == 200, answer.text
        newer = "something newer has overtaken it"
        for name, template in (("off", "webinar-reminder-days"),
                               ("moved", "webinar-reminder-days"),
                               ("hour", "booking-reminder")):
            assert (template, "dropped", newer) in _states(site, name), \
                _states(site, name)
        site.set_clock(49 * HOUR + 600)
        mail.listen()
        until(lambda: not site.rows("SELECT 1 FROM outbox WHERE state IN"
                                    " ('queued', 'sending')"), 60)
        assert _states(site, "begun") == [(
            "webinar-reminder-days", "dropped",
            "what it reminds of has begun")], _states(site, "begun")
        for name, subjects in (
                ("off", ["Registration confirmed", "Webinar cancelled"]),
                ("begun", ["Registration confirmed"]),
                ("moved", ["Registration confirmed", "New time"]),
                ("hour", ["Booking confirmed", "Booking moved"]),
                ("with-hour", ["New booking", "Booking moved"])):
            got = [str(m["Subject"]).split(":")[0]
                   for m in inbox.to(f"{name}@example.org")]
            assert got == subjects, (name, got)


def _entries(mail, name, n):
    """Method, UID, SEQUENCE and LOCATION of what somebody got."""
    until(lambda: len(mail.inbox.to(f"{name}@example.org")) >= n, 30)
    found = []
    for letter in mail.inbox.to(f"{name}@example.org"):
        part = next(p for p in letter.walk()
                    if p.get_content_type() == "text/calendar")
        text = part.get_content().replace("\r\n", "\n").replace("\n ", "")
        lines = dict(line.partition(":")[::2] for line in text.splitlines())
        assert lines["METHOD"] == part.get_param("method"), text
        found.append((lines["METHOD"], lines["UID"], int(lines["SEQUENCE"]),
                      lines.get("LOCATION")))
    return found


def an_entry_moves_and_ends_in_the_calendars_of_both_sides(_site):
    with MailSite() as mail:
        site = mail.site
        door = _booking(site, 100 * HOUR, "guest")
        admin = _admin(site)
        for method, path, body in (
                ("PATCH", door, {"meeting_url": "https://meet.example/new"}),
                ("PATCH", door, {"meeting_notes": "nothing to tell"}),
                ("POST", door + "/reschedule", {"starts_at": _at(99 * HOUR)}),
                ("POST", door + "/cancel", None)):
            answer = admin.request(method, path, body)
            assert answer.status == 200, answer.text
        for name in ("guest", "with-guest"):
            got = _entries(mail, name, 4)
            assert len({uid for _, uid, _, _ in got}) == 1, got
            new = "https://meet.example/new"
            assert [(m, s, at) for m, _, s, at in got] == [
                ("REQUEST", 0, "By video"), ("REQUEST", 1, new),
                ("REQUEST", 2, new), ("CANCEL", 3, new)], got
        _, changed, *_ = mail.inbox.to("guest@example.org")
        assert changed["Subject"].startswith("Booking changed: "), \
            changed["Subject"]
        text = changed.get_body(("plain",)).get_content()
        assert "https://meet.example/new" in text, text


def an_entry_of_a_webinar_moves_and_ends_as_well(_site):
    with MailSite() as mail:
        site = mail.site
        door = _webinar(site, 100 * HOUR, "seated")
        admin = _admin(site)
        for method, path, body in (
                ("PATCH", door, {"scheduled_at": _at(120 * HOUR)}),
                ("PATCH", door, {"meeting_url": "https://meet.example/new"}),
                ("POST", door + "/cancel", None)):
            answer = admin.request(method, path, body)
            assert answer.status == 200, answer.text
        got = _entries(mail, "seated", 4)
        assert len({uid for _, uid, _, _ in got}) == 1, got
        assert [(m, s) for m, _, s, _ in got] == [
            ("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)], got
        subjects = [str(m["Subject"]).split(":")[0]
                    for m in mail.inbox.to("seated@example.org")]
        assert subjects == ["Registration confirmed", "New time",
                            "The way in", "Webinar cancelled"], subjects


if __name__ == "__main__":
    run(globals(), "--no-demo", start=False)
