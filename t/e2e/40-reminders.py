#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters that time brings: once each, whoever was asleep meanwhile."""
import re

from harness import run, until
from jobs_done import letters, text_of
from moments import at

DAY, HOUR = 86400, 3600
WEEK = {d: [{"start": "00:00", "end": "24:00"}] for d in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}


class _Now:
    """How far the site's clock is ahead; it never goes back."""
    ahead = 0


def _at(seconds):
    return at(_Now.ahead + seconds)


def _admin(site):
    """Signed in anew: what was good last week is so no longer."""
    site.admin()
    return site.login()


def _person(name, **more):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": f"{name}@example.org", "privacy_consent": True, **more}


def _webinar(site, seconds, **more):
    answer = _admin(site).post("/api/v1/business/webinars", {
        "title": {"en": "Steel and law"}, "scheduled_at": _at(seconds), **more})
    assert answer.status == 201, answer.text
    return answer.data


def _register(site, w, name, **more):
    answer = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                           _person(name, **more))
    assert answer.status == 201, answer.text
    return answer.data


def _letters(site, name):
    """The kinds of its letters, in their order."""
    return [r["template"] for r in site.rows(
        "SELECT template FROM outbox WHERE recipient = ? ORDER BY id",
        f"{name}@example.org")]


def _mail(site, name):
    """The text of the newest letter that somebody got."""
    found = letters(site, f"{name}@example.org")
    return " ".join(text_of(found[-1]).split()) if found else ""


def _later(site, seconds):
    """So much later, and the jobs process has looked at it twice."""
    _Now.ahead += seconds
    site.set_clock(_Now.ahead)
    for job in ("webinars", "bookings") * 2:
        stamp = _at(0).replace("T", " ")[:-1]
        site.ask_job(job)
        until(lambda j=job, t=stamp: site.rows(
            "SELECT 1 FROM jobs WHERE name = ? AND last_run >= ?", j, t), 30)


def each_reminder_comes_once_also_after_days_of_sleep(site):
    w = _webinar(site, 10 * DAY)
    _register(site, w, "early")
    _register(site, w, "quiet", send_reminder=False)
    week, days, hours = (f"webinar-reminder-{s}"
                         for s in ("week", "days", "hours"))
    _later(site, DAY)
    assert _letters(site, "early") == ["webinar-confirmed"]
    _later(site, 6 * DAY)           # four days late
    assert _letters(site, "early")[1:] == [week]
    site.kill(site.pid("jobs"))
    _later(site, DAY + 60)
    _register(site, w, "late")      # knows the day from the confirmation
    _later(site, 2 * DAY - HOUR)
    assert _letters(site, "early")[1:] == [week, days, hours]
    assert _letters(site, "late")[1:] == [hours]
    _later(site, DAY)
    assert _letters(site, "early")[1:] == [week, days, hours]
    assert _letters(site, "quiet") == ["webinar-confirmed"]


def who_slept_through_two_of_them_hears_the_newest_only(site):
    w = _webinar(site, 10 * DAY)
    _register(site, w, "sleeper")
    _later(site, 10 * DAY - HOUR)
    assert _letters(site, "sleeper")[1:] == ["webinar-reminder-hours"]


def a_reminder_that_was_held_up_does_not_say_when_it_begins(site):
    def newest(name, n):
        found = until(lambda: letters(site, f"{name}@example.org")[n:], 20)
        return str(found[-1]["Subject"]), " ".join(text_of(found[-1]).split())
    w = _webinar(site, 10 * DAY, title={"en": "Steel", "de": "Stahl"})
    _register(site, w, "held-up")
    _register(site, w, "aufgehalten", language="de")
    _later(site, 9 * DAY)
    for name, subject, words in (
            ("held-up", "Reminder: Steel", "this webinar begins soon:"),
            ("aufgehalten", "Erinnerung: Stahl",
             "dieses Webinar beginnt bald:")):
        said, text = newest(name, 1)
        assert said == subject and words in text, (said, text)
    _later(site, DAY - 2 * HOUR)
    for name, subject, words in (
            ("held-up", "In two hours: Steel",
             "this webinar begins in two hours:"),
            ("aufgehalten", "In zwei Stunden: Stahl",
             "dieses Webinar beginnt in zwei Stunden:")):
        said, text = newest(name, 2)
        assert said == subject and words in text, (said, text)


def a_webinar_that_moved_is_remembered_anew(site):
    w = _webinar(site, 3 * DAY)
    _register(site, w, "mover")
    _later(site, DAY + 60)
    assert _letters(site, "mover")[1:] == ["webinar-reminder-days"]
    door = f"/api/v1/business/webinars/{w['id']}"
    _admin(site).patch(door, {"scheduled_at": _at(5 * DAY)})
    until(lambda: "So far it was:" in _mail(site, "mover"), 20)
    _later(site, 60)
    assert _letters(site, "mover")[2:] == ["webinar-moved"]
    _later(site, 4 * DAY)
    assert _letters(site, "mover")[3:] == ["webinar-reminder-days"]


def _entries(site, name):
    """METHOD and SEQUENCE of the entries that somebody got, in their order."""
    found = []
    for letter in letters(site, f"{name}@example.org"):
        part = [p for p in letter.walk()
                if p.get_content_type() == "text/calendar"][:1]
        found += [(p.get_param("method"), int(re.search(
            r"SEQUENCE:(\d+)", p.get_content())[1])) for p in part]
    return found


def who_was_registered_hears_that_it_takes_place_after_all(site):
    rosa = _admin(site).post("/api/v1/business/speakers", {
        "name": "Rosa", "email": "rosa@example.org"}).data["id"]
    w = _webinar(site, 3 * DAY, max_participants=2, waitlist_enabled=True,
                 speaker_ids=[rosa], meeting_url="https://meet.example/back")
    door = f"/api/v1/business/webinars/{w['id']}"
    _register(site, w, "stays")
    gone = _register(site, w, "leaves", language="de")
    _register(site, w, "waits")
    _later(site, DAY + 60)
    assert _letters(site, "rosa") == ["speaker-briefing"]
    _admin(site).post(door + "/cancel")
    path = "/api/v1/public/" + gone["manage_url"].split("/", 3)[3]
    until(lambda: len(_entries(site, "leaves")) == 2, 20)
    # A change while it is off is nobody's news.
    _admin(site).patch(door, {"presenter_name": "Grace"})
    for _ in range(2):
        back = _admin(site).patch(door, {"status": "scheduled",
                                         "scheduled_at": _at(4 * DAY)[:14]
                                         + "00:00Z"})
        assert back.status == 200, back.text
    for name, says in (
            ("stays", "but this webinar takes place after all"),
            ("leaves", "dieses Webinar findet nun doch statt")):
        until(lambda n=name, s=says: s in _mail(site, n), 20)
        assert ("https://meet.example/back" in _mail(site, name)), name
        assert ("So far it was:" if name == "stays" else "Bisher war es:") \
            in _mail(site, name), _mail(site, name)
        kinds = _letters(site, name)
        assert kinds[-2:] == ["webinar-cancelled", "webinar-again"], kinds
        assert _entries(site, name) == [
            ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2)]
    until(lambda: "takes place after all" in _mail(site, "waits"), 20)
    assert _entries(site, "waits") == []
    until(lambda: "takes place after all" in _mail(site, "rosa"), 20)
    _later(site, 2 * DAY + HOUR)
    assert _letters(site, "rosa") == ["speaker-briefing", "speaker-cancelled",
                                      "speaker-again", "speaker-briefing"]
    # Who leaves now leaves for good, and hears of nothing more.
    site.spa.post(path.replace("?", "/cancel?"), {})
    _admin(site).post(door + "/cancel")
    _admin(site).patch(door, {"status": "scheduled"})
    assert _letters(site, "leaves")[-1] == "webinar-withdrawn"


def who_has_a_seat_hears_of_another_way_in(site):
    w = _webinar(site, 20 * DAY, max_participants=1, waitlist_enabled=True,
                 meeting_url="https://meet.example/old")
    _register(site, w, "seated")
    _register(site, w, "queued")
    door = f"/api/v1/business/webinars/{w['id']}"
    _admin(site).patch(door, {"meeting_url": "https://meet.example/new"})
    _admin(site).patch(door, {"presenter_name": "Grace"})
    until(lambda: "https://meet.example/new" in _mail(site, "seated"), 20)
    assert _letters(site, "seated")[1:] == ["webinar-door"]
    assert _letters(site, "queued") == ["webinar-waitlisted"]
    assert site.rows("SELECT calendar_sequence AS n FROM webinars"
                     " WHERE id = ?", w["id"])[0]["n"] == 1


def the_recording_goes_to_those_who_wanted_it(site):
    w = _webinar(site, DAY)
    came = _register(site, w, "came", language="de")
    _register(site, w, "missed")
    _register(site, w, "without", send_recording=False)
    _later(site, 2 * DAY)
    door = f"/api/v1/business/webinars/{w['id']}"
    for r in _admin(site).get(f"{door}/registrations").data:
        if r["reference"] == came["reference"]:
            _admin(site).patch(f"{door}/registrations/{r['id']}",
                               {"attended": True})
    _admin(site).patch(door, {"status": "completed"})
    _later(site, 60)
    assert "webinar-followup" not in _letters(site, "came")
    _admin(site).patch(door, {"recording_url": "https://video.example/1"})
    for _ in range(2):
        _later(site, 60)
        for name in ("came", "missed"):
            assert _letters(site, name).count("webinar-followup") == 1
        assert "webinar-followup" not in _letters(site, "without")
    for name, says in (("came", "danke, dass Sie dabei waren"),
                       ("missed", "you were not able to be there")):
        until(lambda n=name, s=says: s in _mail(site, n), 20)


def where_nobody_noted_who_came_nobody_is_said_to_have_missed_it(site):
    w = _webinar(site, DAY)
    _register(site, w, "unknown")
    _later(site, 2 * DAY)
    _admin(site).patch(f"/api/v1/business/webinars/{w['id']}", {
        "status": "completed", "recording_url": "https://video.example/2"})
    until(lambda: "https://video.example/2" in _mail(site, "unknown"), 20)
    assert "not able to be there" not in _mail(site, "unknown")


def both_sides_of_a_booking_are_reminded_once(site):
    k = _admin(site).post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "timezone": "UTC",
        "email": "konrad@example.org", "notice_hours": 0,
        "working_hours": WEEK}).data
    booked = site.spa.post("/api/v1/business/bookings", _person(
        "guest", consultant_id=k["id"],
        starts_at=_at(5 * DAY)[:14] + "00:00Z"))
    assert booked.status == 201, booked.text
    _later(site, 3 * DAY)
    assert _letters(site, "guest") == ["booking-confirmed"]
    _later(site, 38 * HOUR)
    assert _letters(site, "guest")[1:] == ["booking-reminder"]
    _later(site, 8 * HOUR)
    site.kill(site.pid("jobs"))
    _later(site, HOUR - 60)
    assert _letters(site, "guest")[1:] == ["booking-reminder"] * 2
    assert _letters(site, "konrad")[1:] == ["consultant-reminder"]


def who_moves_to_the_same_day_is_not_reminded_at_once(site):
    k = _admin(site).post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "timezone": "UTC",
        "email": "konrad-too@example.org", "notice_hours": 0,
        "working_hours": WEEK}).data
    booked = site.spa.post("/api/v1/business/bookings", _person(
        "hasty", consultant_id=k["id"],
        starts_at=_at(5 * DAY)[:14] + "00:00Z"))
    assert booked.status == 201, booked.text
    number = site.rows("SELECT id FROM bookings WHERE reference = ?",
                       booked.data["reference"])[0]["id"]
    door = f"/api/v1/business/bookings/{number}/reschedule"
    for hours, knows in ((3, ["booking-moved"]), (20, ["booking-moved"] * 2)):
        moved = _admin(site).post(door, {"starts_at": _at(hours * HOUR)})
        assert moved.status == 200, moved.text
        _later(site, 60)
        assert _letters(site, "hasty")[1:] == knows
        assert "consultant-reminder" not in _letters(site, "konrad-too")
    _later(site, 18 * HOUR)
    assert _letters(site, "hasty")[3:] == ["booking-reminder"]
    assert _letters(site, "konrad-too")[-1] == "consultant-reminder"


if __name__ == "__main__":
    run(globals(), "--no-demo")
