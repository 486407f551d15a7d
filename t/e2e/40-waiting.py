#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who gets in, when, and why somebody still waits."""
import re
import signal
import sqlite3
from urllib.parse import urlencode

from harness import run, until
from jobs_done import letters
from jobs_done import ran
from moments import at

DAY = 86400
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def _webinar(site, **more):
    answer = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel and law", "de": "Stahl und Recht"},
        "scheduled_at": at(20 * DAY), **more})
    assert answer.status == 201, answer.text
    return answer.data


def _register(site, w, name, **more):
    return site.spa.post(f"/api/v1/business/webinars/{w['id']}/register", {
        "first_name": "Ada", "last_name": "Lovelace", "privacy_consent": True,
        "email": f"{name}@example.org", **more})


def _fill(site, path, fields):
    """Send a form that was looked at for a moment."""
    token = re.search(r'name="form_token" value="([^"]*)"',
                      site.spa.get(path).text)[1]
    site.set_clock(5)
    try:
        return site.spa.post(path, urlencode({
            "form_token": token, **fields}).encode(), **FORM)
    finally:
        site.set_clock(0)


def _rows(site, w, query=""):
    """Its registrations by the names of their people."""
    listed = site.admin().get(
        f"/api/v1/business/webinars/{w['id']}/registrations{query}").data
    return {r["email"].partition("@")[0]: r for r in listed}


def _letters(site, name):
    """What was written to somebody, in its order."""
    return letters(site, f"{name}@example.org")


def _subjects(site, name):
    return [str(m["Subject"]).split(":")[0] for m in _letters(site, name)]


def the_letter_about_a_seat_has_a_link_that_hands_it_on(site):
    w = _webinar(site, max_participants=1, waitlist_enabled=True)
    first = _register(site, w, "one").data
    _register(site, w, "two")
    _register(site, w, "three")
    door, _, token = first["manage_url"].partition("?token=")
    site.spa.post("/" + door.split("/", 3)[3],
                  urlencode({"token": token}).encode(), **FORM)
    until(lambda: "You have a place" in _subjects(site, "two"))
    text = _letters(site, "two")[-1].get_body(("plain",)).get_content()
    link, = set(re.findall(r"https?://\S+/registrations/WEB-\w+\?token=\S+",
                           text))
    path = "/" + link.split("/", 3)[3]
    for _ in range(3):      # mail scanners look, and change nothing
        page = site.spa.get(path)
        assert page.status == 200 and page.text.count("<button") >= 1
    assert _rows(site, w)["two"]["status"] == "confirmed"
    door, _, token = path.partition("?token=")
    gone = site.spa.post(door, urlencode({"token": token}).encode(), **FORM)
    assert gone.status == 200, gone.text
    states = {k: r["status"] for k, r in _rows(site, w).items()}
    assert states == {"one": "cancelled", "two": "cancelled",
                      "three": "confirmed"}, states
    until(lambda: "You have a place" in _subjects(site, "three"))


def staff_read_why_somebody_waits(site):
    w = _webinar(site, max_participants=1, waitlist_enabled=True)
    door = f"/api/v1/business/webinars/{w['id']}"

    def why():
        return _rows(site, w)["second"]["waiting_reason"]
    _register(site, w, "first")
    _register(site, w, "second")
    rows = _rows(site, w)
    assert rows["first"]["waiting_reason"] is None
    assert why() == "full"
    one = site.admin().get(f"{door}/registrations/{rows['second']['id']}")
    site.sql("UPDATE webinars SET registration_deadline = '2020-01-01"
             " 00:00:00' WHERE id = ?", w["id"])
    assert why() == "full"      # a deadline ends registering, not waiting
    site.sql("UPDATE webinars SET status = 'live' WHERE id = ?", w["id"])
    over = site.admin().get(f"{door}/registrations/{rows['second']['id']}",
                            If_None_Match=one.header("ETag"))
    assert over.status == 200 and over.data["waiting_reason"] == "over"
    site.sql("UPDATE webinars SET status = 'scheduled',"
             " registration_deadline = NULL WHERE id = ?", w["id"])
    jobs = site.pid("jobs")
    site.kill(jobs, signal.SIGSTOP)
    try:
        site.sql("DELETE FROM webinar_registrations WHERE id = ?",
                 rows["first"]["id"])
        assert why() == "pending"
    finally:
        site.kill(jobs, signal.SIGCONT)
    until(lambda: why() is None, 20)
    assert _rows(site, w)["second"]["status"] == "confirmed"
    _register(site, w, "third")
    site.admin().post(f"{door}/cancel")
    assert _rows(site, w)["third"]["waiting_reason"] == "cancelled"


def registration_opens_by_itself(site):
    w = _webinar(site, registration_opens_at=at(100))
    path = f"/api/v1/public/webinars/{w['slug']}"
    for _ in range(3):
        assert site.spa.get(path).data["registration_open"] is False
        listed = site.spa.get("/api/v1/public/webinars").data
        assert not [x for x in listed if x["id"] == w["id"]][0][
            "registration_open"]
    early = _register(site, w, "early")
    assert early.status == 409 and early.code == "REGISTRATION_CLOSED"
    page = site.spa.get(f"/de/webinars/{w['slug']}").text
    assert "Die Anmeldung beginnt:" in page and "first_name" not in page
    site.set_clock(101)
    assert site.spa.get(path).data["registration_open"] is True
    listed = site.spa.get("/api/v1/public/webinars").data
    assert [x for x in listed if x["id"] == w["id"]][0]["registration_open"]
    assert "first_name" in site.spa.get(f"/de/webinars/{w['slug']}").text
    assert _register(site, w, "early").status == 201
    site.set_clock(0)


def a_door_that_never_opens_is_refused(site):
    for more in ({"registration_opens_at": at(21 * DAY)},
                 {"registration_opens_at": at(5 * DAY),
                  "registration_deadline": at(4 * DAY)}):
        answer = site.admin().post("/api/v1/business/webinars", {
            "title": {"en": "x"}, "scheduled_at": at(20 * DAY), **more})
        assert answer.status == 422, answer.text
        assert answer.fields == ["registration_opens_at"]


def staff_say_who_is_let_in(site):
    w = _webinar(site, registration_approval=True, max_participants=1,
                 waitlist_enabled=True)
    door = f"/api/v1/business/webinars/{w['id']}/registrations"
    mine = _register(site, w, "anna").data
    assert (mine["status"], mine["position"]) == ("waitlisted", None)
    _register(site, w, "bert")
    _register(site, w, "carl")
    rows = _rows(site, w, "?approved=false")
    assert {r["waiting_reason"] for r in rows.values()} == {"approval"}
    until(lambda: _subjects(site, "anna") == ["Registration received"])
    editor = site.staff("editor")
    yes = editor.post(f"{door}/{rows['anna']['id']}/approve")
    assert yes.status == 200 and yes.data["status"] == "confirmed", yes.text
    for _ in range(2):
        next_ = editor.post(f"{door}/{rows['bert']['id']}/approve")
        assert (next_.data["status"], next_.data["position"]) == \
            ("waitlisted", 1), next_.text
    for _ in range(2):
        no = editor.post(f"{door}/{rows['carl']['id']}/decline")
        assert no.status == 200 and no.data["status"] == "cancelled"
    until(lambda: _subjects(site, "anna")[1:] == ["Registration confirmed"])
    until(lambda: _subjects(site, "bert")[1:] == ["Waiting list"])
    until(lambda: _subjects(site, "carl")[1:] == ["Registration declined"])
    late = editor.post(f"{door}/{rows['bert']['id']}/decline")
    assert late.status == 409 and late.code == "CONFLICT", late.text
    gone = editor.post(f"{door}/{rows['carl']['id']}/approve")
    assert gone.status == 409 and gone.code == "CONFLICT", gone.text
    stale = editor.post(f"{door}/{rows['bert']['id']}/approve",
                        If_Match='"r1"')
    assert stale.status == 412, stale.text
    assert site.staff("viewer").post(
        f"{door}/{rows['bert']['id']}/approve").status == 403
    noted = site.admin().get("/api/v1/admin/audit-log?action=approve").data
    assert [n["resource_id"] for n in noted] == \
        [rows["bert"]["id"], rows["anna"]["id"]]


def the_page_of_a_seat_says_how_it_stands(site):
    w = _webinar(site, registration_approval=True, max_participants=1,
                 waitlist_enabled=True)
    door = f"/api/v1/business/webinars/{w['id']}"
    mine = {name: "/" + _register(site, w, name, language=lang).data[
        "manage_url"].split("/", 3)[3]
        for name, lang in (("gina", "en"), ("hugo", "de"), ("ines", "en"))}

    def reads(name):
        text = site.spa.get(mine[name]).text
        return (re.search(r'<p role="status">(.*?)</p>', text)[1],
                'class="cancel"' in text)
    assert reads("gina") == ("This waits for our confirmation.", True)
    assert reads("hugo") == ("Das wartet auf unsere Bestätigung.", True)
    number = {k: r["id"] for k, r in _rows(site, w).items()}
    for name in ("gina", "hugo"):
        site.admin().post(f"{door}/registrations/{number[name]}/approve")
    assert reads("gina") == ("This is confirmed.", True)
    assert reads("hugo") == ("Sie stehen auf der Warteliste.", True)
    site.admin().post(f"{door}/cancel")
    off = "This webinar will not take place."
    assert reads("gina") == (off, False)
    assert reads("hugo") == ("Dieses Webinar findet nicht statt.", False)
    assert reads("ines") == (off, False)
    site.admin().patch(door, {"status": "scheduled"})
    assert reads("gina") == ("This is confirmed.", True)
    site.admin().delete(door)
    assert reads("gina") == (off, False)


def who_only_waited_gives_no_place_back(site):
    w = _webinar(site, max_participants=1, waitlist_enabled=True)
    mine = {name: "/" + _register(site, w, name, language=lang).data[
        "manage_url"].split("/", 3)[3] for name, lang in (
            ("nora", "en"), ("otto", "de"), ("paul", "en"))}
    for name, words, place in (
            ("otto", "Sie haben Ihre Anmeldung storniert.", None),
            ("paul", "you have cancelled your registration.", None),
            ("nora", "you have cancelled your registration.",
             "The place goes to somebody else.")):
        door, _, token = mine[name].partition("?token=")
        site.spa.post(door, urlencode({"token": token}).encode(), **FORM)
        letter = until(lambda n=name: _letters(site, n)[1:])[-1]
        text = " ".join(letter.get_body(("plain",)).get_content().split())
        assert words in text, text
        says = [x for x in ("The place", "Der Platz") if x in text]
        assert says == ([place[:9]] if place else []), text
        # What never stood in a calendar is taken out of none.
        kinds = {p.get_content_type() for p in letter.walk()}
        assert ("text/calendar" in kinds) == (place is not None), kinds


def no_seat_becomes_free_for_who_waits_for_a_word(site):
    w = _webinar(site, registration_approval=True)
    _register(site, w, "dora")
    _register(site, w, "emil")
    number = _rows(site, w)["dora"]["id"]
    try:
        site.sql("UPDATE webinar_registrations SET status = 'confirmed'"
                 " WHERE id = ?", number)
        raise AssertionError("a seat without a word")
    except sqlite3.IntegrityError:
        pass
    ran(site, "webinars")
    assert {r["status"] for r in _rows(site, w).values()} == {"waitlisted"}
    site.admin().patch(f"/api/v1/business/webinars/{w['id']}",
                       {"registration_approval": False})
    assert {r["status"] for r in _rows(site, w).values()} == {"confirmed"}


def letters_say_the_hour_where_their_reader_lives(site):
    w = _webinar(site, scheduled_at="2030-05-01T14:00:00Z",
                 timezone="Europe/Berlin")
    _register(site, w, "berlin", language="de")
    tokyo = _register(site, w, "tokyo", timezone="Asia/Tokyo").data
    wrong = _register(site, w, "mars", timezone="Mars/Olympus")
    assert wrong.status == 422 and wrong.fields == ["timezone"]
    until(lambda: _letters(site, "tokyo") and _letters(site, "berlin"))
    for name, hour in (("berlin", "16:00–17:00 Uhr MESZ (Europe/Berlin)"),
                       ("tokyo", "23:00 – Thursday, 2 May 2030, 00:00 JST")):
        text = _letters(site, name)[0].get_body(("plain",)).get_content()
        assert hour in " ".join(text.split()), text
    page = site.spa.get("/" + tokyo["manage_url"].split("/", 3)[3])
    assert "JST" in page.text
    for name, zone in (("ny", "America/New_York"), ("odd", "Odd/Zone")):
        sent = _fill(site, f"/en/webinars/{w['slug']}", {
            "first_name": "A", "last_name": "B", "timezone": zone,
            "email": f"{name}@example.org", "privacy_consent": "yes"})
        assert sent.status == 200, sent.text
    zones = {k: r["timezone"] for k, r in _rows(site, w).items()}
    assert zones == {"berlin": None, "tokyo": "Asia/Tokyo", "odd": None,
                     "ny": "America/New_York"}, zones


if __name__ == "__main__":
    run(globals(), "--no-demo")
