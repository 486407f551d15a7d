#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The consultants' own calendars, read from somebody else's server."""
from datetime import datetime, timedelta, timezone

from elsewhere import Elsewhere, drops
from harness import Site, run, until
from production import Authority

WEEK = {day: [{"start": "00:00", "end": "24:00"}] for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}
ICS = {"Content-Type": "text/calendar"}
count = iter(range(1000))


class CalendarSite(Site):
    """A site, and beside it servers with calendars."""
    clock = 0           # seconds that it is ahead

    def __init__(self, *options, env=None, start=True):
        super().__init__(*options, env=env, start=False)
        self.authority = Authority(self.dir + "/authority")
        self.authority.sign(self.dir + "/good", ["localhost"])
        self.authority.sign(self.dir + "/other", ["other.example"])
        Authority(self.dir + "/stranger").sign(self.dir + "/unknown",
                                               ["localhost"])
        self.servers = {name: Elsewhere(f"{self.dir}/{name}")
                        for name in ("good", "other", "unknown")}
        self.servers["plain"] = Elsewhere()
        self.environ.update(EGRESS_ALLOW="127.0.0.1",
                            EGRESS_CA_FILE=self.authority.root)
        if start:
            self.start()

    def later(self, seconds):
        """So much time goes by; tokens end meanwhile."""
        self.clock += seconds
        self.set_clock(self.clock)
        self.tokens["admin"] = self.login().token

    def release(self):
        for server in self.servers.values():
            server.end()


def day(n, hour=0):
    return (datetime.now(timezone.utc).replace(
        hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=n))


def event(start, hours=1, more=""):
    def text(t):
        return t.strftime("%Y%m%dT%H%M%SZ")
    return (f"BEGIN:VEVENT\r\nUID:{start.timestamp()}@x\r\nDTSTART:"
            f"{text(start)}\r\nDTEND:{text(start + timedelta(hours=hours))}"
            f"\r\nSUMMARY:Not your business\r\n{more}END:VEVENT\r\n")


def calendar(*events):
    return (200, ICS, ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" +
                       "".join(events) + "END:VCALENDAR\r\n").encode())


def consultant(site, url):
    n = next(count)
    answer = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Grete", "last_name": f"H{n}", "busy_url": url,
        "email": f"grete{n}@example.org", "timezone": "UTC",
        "working_hours": WEEK, "notice_hours": 0})
    assert answer.status == 201, answer
    return f"/api/v1/business/consultants/{answer.data['id']}"


def feed(site, path, answer, server="good"):
    """A consultant whose calendar is this answer."""
    site.servers[server].answers[path] = answer
    return consultant(site, site.servers[server].url + path)


def tried(site, one, since=None):
    """The consultant, once its calendar was tried (again)."""
    def look():
        c = site.admin().get(one).data
        return c if c["busy_tried_at"] not in (None, since) else None
    return until(look, 60, "nobody tried")


def again(site, one):
    """The same after the minutes that lie between two readings."""
    before = site.admin().get(one).data["busy_tried_at"]
    site.later(301)
    return tried(site, one, before)


def offered(site, one):
    number = one.rsplit("/", 1)[1]
    date = day(3).strftime("%Y-%m-%d")
    answer = site.spa.get(f"/api/v1/public/consultants/{number}/availability"
                          f"?from={date}&to={date}&timezone=UTC&duration=60")
    assert answer.status == 200, answer
    return ([s["starts_at"][11:16] for s in answer.data["slots"]],
            answer.data["calendar_stale"])


def why(site, one, hour):
    """What staff read about a time of that day, to say it on the phone."""
    answer = site.admin().get(
        f"{one}/slot?starts_at={day(3, hour).strftime('%Y-%m-%dT%H:%M:%SZ')}"
        "&duration=60")
    assert answer.status == 200, answer
    assert answer.data["offered"] is (answer.data["reason"] == "free")
    return answer.data["reason"]


def retire(site, one):
    assert site.admin().patch(one, {"is_active": False}).status == 200


def refused(site, one, *words):
    """It was tried, nothing is offered, and staff read why."""
    c = tried(site, one)
    assert c["busy_fetched_at"] is None, c
    assert all(w in c["busy_error"] for w in words), c["busy_error"]
    assert offered(site, one) == ([], True)
    assert site.rows("SELECT * FROM busy_times WHERE consultant_id = ?",
                     c["id"]) == []
    retire(site, one)


def what_is_taken_elsewhere_is_not_offered(site):
    one = feed(site, "/a.ics", calendar(event(day(3, 10), 2)))
    c = tried(site, one)
    assert c["busy_error"] is None and c["busy_fetched_at"], c
    slots, stale = offered(site, one)
    assert not stale and "09:00" in slots and "12:00" in slots, slots
    assert not {"09:30", "10:00", "11:30"} & set(slots), slots
    refusal = site.spa.post("/api/v1/business/bookings", {
        "first_name": "A", "last_name": "B", "email": "ab@example.org",
        "privacy_consent": True, "consultant_id": c["id"],
        "starts_at": day(3, 11).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration_minutes": 60})
    assert refusal.status == 409 and refusal.code == "SLOT_TAKEN", refusal
    assert why(site, one, 11) == "busy_elsewhere"
    assert why(site, one, 13) == "free"
    assert site.admin().get(one + "/slot").fields == ["starts_at"]
    assert site.admin().get(one + "/slot?starts_at=soon").status == 422
    asked = site.servers["good"].asked("/a.ics")[0]
    assert asked.method == "GET"
    assert asked.headers["User-Agent"].startswith("Magnetiq/")
    retire(site, one)


def what_changes_there_changes_here_within_minutes(site):
    one = feed(site, "/b.ics", calendar(event(day(3, 10)),
                                        event(day(3, 14))))
    first = tried(site, one)
    site.servers["good"].answers["/b.ics"] = calendar(
        event(day(3, 14)), event(day(3, 16)))
    then = again(site, one)
    assert then["busy_fetched_at"] > first["busy_fetched_at"]
    slots, _ = offered(site, one)
    assert "10:00" in slots, slots
    assert not {"14:00", "16:00"} & set(slots), slots
    retire(site, one)


def reading_takes_nobodys_work_away(site):
    one = feed(site, "/c.ics", calendar())
    tried(site, one)
    before = site.admin().get(one)
    again(site, one)
    after = site.admin().get(one)
    assert before.header("ETag") != after.header("ETag")
    saved = site.admin().patch(one, {"title": "Dr."},
                               If_Match=before.header("ETag"))
    assert saved.status == 200, saved
    retire(site, one)


def what_breaks_leaves_the_old_times_for_an_hour(site):
    one = feed(site, "/d.ics", calendar(event(day(3, 10))))
    good = tried(site, one)
    site.servers["good"].answers["/d.ics"] = (503, {}, b"later")
    bad = again(site, one)
    assert bad["busy_error"] == "it answered 503", bad
    assert bad["busy_fetched_at"] == good["busy_fetched_at"]
    slots, stale = offered(site, one)
    assert not stale and "09:00" in slots and "10:00" not in slots
    site.later(3600)
    assert offered(site, one) == ([], True)
    assert why(site, one, 9) == "calendar_stale"
    health = site.admin().get("/api/v1/admin/system-health").data
    told = [f for f in health["calendars"] if f["consultant_id"] == bad["id"]]
    assert told[0]["calendar_stale"] is True, told
    assert told[0]["age_seconds"] > 3600, told
    assert told[0]["busy_error"] == "it answered 503", told
    doctor = site.magnetiq("doctor", check=False)
    assert "it answered 503" in doctor.stdout + doctor.stderr, doctor
    site.servers["good"].answers["/d.ics"] = calendar()
    again(site, one)
    slots, stale = offered(site, one)
    assert not stale and "10:00" in slots
    retire(site, one)


def another_address_begins_anew(site):
    one = feed(site, "/e.ics", calendar(event(day(3, 10))))
    tried(site, one)
    site.servers["good"].answers["/f.ics"] = calendar(event(day(3, 15)))
    changed = site.admin().patch(
        one, {"busy_url": site.servers["good"].url + "/f.ics"})
    assert changed.data["busy_fetched_at"] is None, changed
    tried(site, one)
    slots, _ = offered(site, one)
    assert "10:00" in slots and "15:00" not in slots, slots
    site.admin().patch(one, {"busy_url": None})
    slots, stale = offered(site, one)
    assert not stale and "15:00" in slots, slots
    retire(site, one)


def what_is_no_calendar_is_refused(site):
    for n, (body, why) in enumerate((
            (b"<html>Please sign in</html>", "it is no calendar"),
            (b"", "it is no calendar"),
            (calendar(event(day(3, 10)))[2][:-30], "not complete"))):
        refused(site, feed(site, f"/n{n}.ics", (200, ICS, body)), why)


def a_redirect_is_not_followed(site):
    inside = site.servers["plain"]
    inside.answers["/inside.ics"] = calendar()
    refused(site, feed(site, "/g.ics", (
        302, {"Location": inside.url + "/inside.ics"}, b"")),
        "leads elsewhere (302)")
    assert inside.asked("/inside.ics") == []


def what_is_too_large_is_refused(site):
    line = b"X-A:" + b"x" * 996 + b"\r\n"
    refused(site, feed(site, "/h.ics", lambda _: (
        200, ICS, (line * 100 for _ in range(100)))), "too large")
    refused(site, feed(site, "/i.ics", (
        200, {**ICS, **{f"X-{n}": "x" * 8000 for n in range(20)}}, b"")),
        "too large")


def a_certificate_that_is_not_right_is_refused(site):
    refused(site, feed(site, "/j.ics", calendar(), "other"), "certificate")
    refused(site, feed(site, "/k.ics", calendar(), "unknown"), "certificate")
    assert site.servers["other"].asked() == []
    assert site.servers["unknown"].asked() == []


def http_will_do_only_where_it_is_allowed(site):
    one = feed(site, "/l.ics", calendar(), "plain")
    assert tried(site, one)["busy_error"] is None
    retire(site, one)
    refused(site, consultant(site, "http://192.0.2.1/l.ics"),
            "address is not public")


def addresses_within_are_refused(site):
    site.servers["good"].answers["/m.ics"] = calendar()
    for host in ("10.0.0.1", "169.254.169.254", "[::1]",
                 "[::ffff:127.0.0.1]", "[fd00::1]", "0.0.0.0", "127.0.0.2",
                 "2130706434"):
        refused(site, consultant(site, f"https://{host}:"
                                 f"{site.servers['good'].port}/m.ics"),
                "address is not public")


def an_address_that_is_none_of_https_is_refused_at_once(site):
    for url in ("mailto:a@example.org", "/calendar.ics",
                "ftp://example.org/a.ics"):
        answer = site.admin().post("/api/v1/business/consultants", {
            "first_name": "Grete", "last_name": "X", "busy_url": url,
            "email": "grete-x@example.org", "timezone": "UTC",
            "working_hours": WEEK})
        assert answer.status == 422, answer
        assert answer.fields == ["busy_url"], answer


def a_slow_calendar_holds_nothing_up(site):
    """It comes drop by drop, and letters and pages do not wait for it."""
    slow = feed(site, "/o.ics", lambda _: (200, ICS, drops(60)))
    until(lambda: site.servers["good"].asked("/o.ics"), 30)
    began = datetime.now()
    page = site.admin().post("/api/v1/content/pages", {
        "title": {"en": "Soon"}, "publish_at":
        (datetime.now(timezone.utc) + timedelta(seconds=site.clock + 1))
        .strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert page.status == 201, page
    until(lambda: site.spa.get("/api/v1/public/pages/soon").status == 200, 10)
    assert (datetime.now() - began).seconds < 10
    assert site.admin().get(slow).data["busy_tried_at"] is None
    until(lambda: site.admin().get(slow).data["busy_error"], 40)
    assert "imeout" in site.admin().get(slow).data["busy_error"] or \
        "too slow" in site.admin().get(slow).data["busy_error"]
    retire(site, slow)


def whoever_dies_over_a_calendar_is_told_of(site):
    """The reader is killed; the next one goes on, and says so."""
    one = feed(site, "/p.ics", lambda _: (200, ICS, drops(60)))
    until(lambda: site.servers["good"].asked("/p.ics"), 30)
    reader = [p for p, line in site.processes() if "--calendars" in line]
    assert reader, site.processes()
    site.kill(reader[0])
    site.servers["good"].answers["/p.ics"] = lambda _: (200, ICS, drops(60))
    site.later(301)
    assert tried(site, one)["busy_error"] == "reading it was cut short"
    site.servers["good"].answers["/p.ics"] = calendar()
    retire(site, one)


def only_who_may_change_the_address_sees_it(site):
    site.admin()
    url = site.servers["good"].url + "/f.ics?key=s3cr3t-of-hers"
    one = consultant(site, url)
    for role in ("admin", "editor"):
        who = site.admin() if role == "admin" else site.staff(role)
        shown = who.get(one)
        assert shown.data["busy_url"] == url, (role, shown)
        assert who.patch(one, {"busy_url": url}).status == 200, role
    viewer = site.staff("viewer")
    shown = viewer.get(one)
    assert shown.status == 200 and "busy_url" not in shown.data, shown
    assert viewer.patch(one, {"busy_url": None}).status == 403
    moved = site.staff("editor").patch(one, {"busy_url": url + "-2"})
    assert moved.data["busy_url"] == url + "-2", moved
    for path in (one, one.rsplit("/", 1)[0]):
        assert "s3cr3t" not in viewer.get(path).text, path
    log = site.admin().get("/api/v1/admin/audit-log?per_page=100"
                           "&resource_type=consultant")
    assert "s3cr3t" not in log.text, log
    last = log.data[0]
    assert last["before"]["busy_url"] == "***", last
    assert last["after"]["busy_url"] == "***", last
    retire(site, one)


def no_log_holds_a_secret_address(site):
    one = feed(site, "/secret-token-777.ics", (403, {}, b""))
    tried(site, one)
    assert "secret-token-777" not in site.logs()
    retire(site, one)


if __name__ == "__main__":
    run(globals(), "--no-demo", kind=CalendarSite)
