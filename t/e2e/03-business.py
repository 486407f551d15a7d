#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The story of the business: many at once, letters once each, and hours that
are right."""
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from harness import Client, run, until
from mailbox_site import MailSite

PEOPLE, SEATS, LINES = 1000, 100, 100
HOURS = [{"start": "08:00", "end": "18:00"}]
WEEK = {d: HOURS for d in ("monday", "tuesday", "wednesday", "thursday",
                           "friday", "saturday", "sunday")}


def _person(n, **more):
    return {"first_name": "Ada", "last_name": f"Nr. {n}",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def _at_once(count, lines, work):
    """work(client, n) for each number, from so many connections at once."""
    numbers, answers = iter(range(count)), []
    lock = threading.Lock()

    def line(client):
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return
            answer = work(client, n)
            with lock:
                answers.append((n, answer))

    def begin(client):
        line(client)
        client.close()

    threads = [threading.Thread(target=begin,
                                args=(Client(work.port, timeout=60),))
               for _ in range(lines)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return answers


def _jobs(site, before=None):
    """The number of the jobs process that works now, another than before."""
    try:
        pid = site.pid("jobs")
    except (OSError, ValueError):
        return None             # its number is being written down
    return pid if pid != before and any(
        p == pid for p, _ in site.processes()) else None


def _kill_jobs(site, times):
    """So often, each time another one; whoever waits for it hears of a kill
    that was none."""
    pid = None
    for _ in range(times):
        pid = until(lambda before=pid: _jobs(site, before), 30,
                    "nobody has started jobs again")
        time.sleep(0.7)         # some letters go out in between
        site.kill(pid)


def a_thousand_register_at_once_for_a_hundred_seats(_site):
    with MailSite() as mail:
        site = mail.site
        w = site.admin().post("/api/v1/business/webinars", {
            "title": {"en": "Steel"}, "max_participants": SEATS,
            "waitlist_enabled": True, "timezone": "Europe/Berlin",
            "scheduled_at": "2030-05-01T14:00:00Z",
            "meeting_url": "https://meet.example/x"}).data

        def register(client, n):
            return client.post(f"/api/v1/business/webinars/{w['id']}/register",
                               _person(n))
        register.port = site.spa_port
        with ThreadPoolExecutor(1) as other:
            killed = other.submit(_kill_jobs, site, 3)
            answers = _at_once(PEOPLE, LINES, register)
        killed.result()
        assert {a.status for _, a in answers} == {201}, \
            {a.status: a.text for _, a in answers}
        seats = {n for n, a in answers if a.data["status"] == "confirmed"}
        assert len(seats) == SEATS, len(seats)
        assert sorted(a.data["position"] for n, a in answers
                      if n not in seats)[-1] <= PEOPLE - SEATS
        until(lambda: site.rows("SELECT count(*) AS n FROM outbox WHERE state"
                                " <> 'sent'")[0]["n"] == 0, 120)
        confirmed = [m for m in mail.inbox.letters
                     if m["Subject"].startswith("Registration confirmed:")]
        doubt = site.rows("SELECT count(*) AS n FROM outbox"
                          " WHERE in_doubt = 1")[0]["n"]
        to = [m["To"].addresses[0].addr_spec for m in confirmed]
        assert set(to) == {f"ada{n}@example.org" for n in seats}
        assert len(to) - len(set(to)) <= doubt, (len(to), doubt)
        for letter in confirmed:
            kinds = {p.get_content_type() for p in letter.walk()}
            assert "text/calendar" in kinds, kinds
        one = min(seats)
        mine = [a for n, a in answers if n == one][0].data
        token = mine["manage_url"].partition("token=")[2]
        gone = site.spa.post("/api/v1/public/registrations/"
                             f"{mine['reference']}/cancel?token={token}")
        assert gone.status == 200
        first = [n for n, a in answers if a.data["position"] == 1][0]
        until(lambda: [m for m in mail.inbox.to(f"ada{first}@example.org")
                       if m["Subject"].startswith("You have a place")], 15)
        assert site.magnetiq("verify").returncode == 0


def _consultant(site, n, **more):
    return site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "notice_hours": 0,
        "email": f"k{n}@example.org", "timezone": "Europe/Berlin",
        "horizon_days": 730, "working_hours": WEEK, **more}).data


def a_hundred_visitors_want_the_same_hour(site):
    k = _consultant(site, 1)
    day = (datetime.now(timezone.utc) + timedelta(days=9)).strftime("%Y-%m-%d")

    def book(client, n):
        return client.post("/api/v1/business/bookings", _person(
            n, consultant_id=k["id"], starts_at=f"{day}T12:00:00Z"))
    book.port = site.spa_port
    answers = [a for _, a in _at_once(100, 100, book)]
    assert sorted(a.status for a in answers) == [201] + [409] * 99
    assert all(a.json["error"]["alternatives"] for a in answers
               if a.status == 409)


def _sunday_of_march():
    year = datetime.now(timezone.utc).year + 1
    last = datetime(year, 3, 31, tzinfo=timezone.utc)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def a_booking_moves_across_the_last_sunday_of_march(_site):
    """13:00 in Berlin is 12:00Z before, 11:00Z after."""
    sunday = _sunday_of_march()
    before = (sunday - timedelta(days=2)).strftime("%Y-%m-%d")
    after = (sunday + timedelta(days=2)).strftime("%Y-%m-%d")
    with MailSite() as mail:
        site = mail.site
        k = _consultant(site, 2)
        mine = site.spa.post("/api/v1/business/bookings", _person(
            1, consultant_id=k["id"], starts_at=f"{before}T12:00:00Z",
            timezone="Europe/Berlin", language="de")).data
        token = mine["manage_url"].partition("token=")[2]
        moved = site.spa.post(
            f"/api/v1/public/bookings/{mine['reference']}/reschedule"
            f"?token={token}", {"starts_at": f"{after}T13:00:00+02:00"})
        assert moved.data["starts_at"] == f"{after}T11:00:00Z", moved.text
        for who in ("ada1@example.org", "k2@example.org"):
            until(lambda who=who: len(mail.inbox.to(who)) == 2, 15)
            first, second = mail.inbox.to(who)
            assert "13:00" in second["Subject"], second["Subject"]
            stamps = [re.search(r"DTSTART:(\S+)", str(
                next(p for p in m.walk() if p.get_content_type() ==
                     "text/calendar").get_content()))[1]
                for m in (first, second)]
            assert stamps == [f"{before}T120000Z".replace("-", ""),
                              f"{after}T110000Z".replace("-", "")], stamps


def a_reminder_is_written_once_also_after_a_pause(_site):
    with MailSite(options=(), ENVIRONMENT="test") as mail:
        site = mail.site
        start = datetime.now(timezone.utc) + timedelta(days=10)
        w = site.admin().post("/api/v1/business/webinars", {
            "title": {"en": "Steel"},
            "scheduled_at": start.strftime("%Y-%m-%dT%H:%M:%SZ")}).data
        site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                      _person(1))

        def subjects():
            return [str(m["Subject"]).split(":")[0]
                    for m in mail.inbox.to("ada1@example.org")]
        until(lambda: subjects() == ["Registration confirmed"], 15)
        site.set_clock(4 * 86400)       # nobody looked for a while
        # That was to come a day ago, and does not say how soon it is.
        until(lambda: subjects()[1:] == ["Reminder"], 20)
        site.set_clock(8 * 86400 + 3600)
        until(lambda: subjects()[2:] == ["In two days"], 20)
        site.kill(site.pid("jobs"))
        site.set_clock(10 * 86400 - 3600)
        until(lambda: subjects()[3:] == ["Reminder"], 20)
        time.sleep(5)
        assert len(subjects()) == 4, subjects()


if __name__ == "__main__":
    run(globals(), "--no-demo")
