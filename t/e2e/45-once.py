#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Idempotency-Key: what strangers send twice happens once, at each such door."""
import itertools
import json
import re
import threading

from harness import Client, run, until
from jobs_done import letters, text_of

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"
count = itertools.count(1)


def _person(**more):
    return {"first_name": "Ada", "last_name": "L", "privacy_consent": True,
            "email": f"once{next(count)}@example.org", **more}


def _made(site, path, **body):
    answer = site.admin().post("/api/v1/business/" + path, body)
    assert answer.status == 201, answer.text
    return answer.data["id"]


def _webinar(site):
    return _made(site, "webinars", title={"en": "w"},
                 scheduled_at="2030-01-01T10:00:00Z")


def _paper(site, **more):
    medium = site.admin().upload("/api/v1/content/media", PDF, "a.pdf").data
    return _made(site, "whitepapers", title={"en": "p"},
                 file_id=medium["id"], status="published", **more)


def _consultant(site):
    hours = [{"start": "00:00", "end": "24:00"}]
    return _made(site, "consultants", first_name="K", last_name="Z",
                 timezone="UTC", email=f"k{next(count)}@example.org",
                 notice_hours=0, horizon_days=730, working_hours={
                     d: hours for d in ("monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday",
                                        "sunday")})


def _count(site, sql, *values):
    return site.rows(f"SELECT count(*) AS n FROM {sql}", *values)[0]["n"]


def _own(url, tail):
    """The API's door that a link to one's own page stands for."""
    page, _, token = url.partition("?")
    return f"/api/v1/public/{page.split('/', 3)[3]}{tail}?{token}"


def _registered(site):
    answer = site.spa.post(
        f"/api/v1/business/webinars/{_webinar(site)}/register", _person())
    assert answer.status == 201, answer.text
    return answer.data


def _booked(site):
    answer = site.spa.post("/api/v1/business/bookings", _person(
        consultant_id=_consultant(site), starts_at="2027-06-01T10:00:00Z"))
    assert answer.status == 201, answer.text
    return answer.data


def _subscribed(site):
    body = {"email": f"news{next(count)}@example.org", "language": "en",
            "privacy_consent": True}
    assert site.spa.post("/api/v1/public/subscribe", body).status == 202
    until(lambda: letters(site, body["email"]), 15)
    return body["email"], re.search(
        r"token=([\w-]+)", text_of(letters(site, body["email"])[-1]))[1]


# Each door: a function that gives its path, a body, another body, and how
# often what it does has happened.

def _register(site):
    path = f"/api/v1/business/webinars/{_webinar(site)}/register"
    body = _person()
    return path, body, _person(), lambda: _count(
        site, "outbox WHERE recipient = ?", body["email"])


def _download(site):
    body = _person()
    return (f"/api/v1/business/whitepapers/{_paper(site)}/download", body,
            _person(), lambda: _count(site, "outbox WHERE recipient = ?",
                                      body["email"]))


def _download_freely(site):
    paper = _paper(site, requires_registration=False)
    return (f"/api/v1/business/whitepapers/{paper}/download", {}, _person(),
            lambda: site.rows("SELECT download_count AS n FROM whitepapers"
                              " WHERE id = ?", paper)[0]["n"])


def _book(site):
    body = _person(consultant_id=_consultant(site),
                   starts_at="2027-06-01T10:00:00Z")
    return "/api/v1/business/bookings", body, {
        **body, "starts_at": "2027-06-02T10:00:00Z"}, lambda: _count(
            site, "bookings WHERE email = ?", body["email"])


def _subscribe(site):
    body = {"email": f"sub{next(count)}@example.org", "language": "en",
            "privacy_consent": True}
    return "/api/v1/public/subscribe", body, {
        **body, "language": "de"}, lambda: _count(
            site, "outbox WHERE recipient = ?", body["email"])


def _confirm(site):
    address, token = _subscribed(site)
    return ("/api/v1/public/subscribe/confirm", {"token": token},
            {"token": token + "A"}, lambda: _count(
                site, "consents WHERE email_folded = ?"
                " AND purpose = 'newsletter'", address))


def _unsubscribe(site):
    address, token = _subscribed(site)
    assert site.spa.post("/api/v1/public/subscribe/confirm",
                         {"token": token}).status == 200
    site.sql("INSERT INTO outbox (message_id, recipient, recipient_folded,"
             " template, language, data, due_at, next_attempt_at, created_at)"
             " VALUES (?1, ?1, ?1, 'webinar-followup', 'en', ?2, ?3, ?3, ?3)",
             address, '{"title":"T","url":"u"}', "2020-01-01 00:00:00")
    until(lambda: len(letters(site, address)) == 2, 15)
    token = re.search(r"token=([\w-]+)", str(
        letters(site, address)[-1]["List-Unsubscribe"]))[1]
    return "/api/v1/public/unsubscribe", {"token": token}, None, \
        lambda: _count(site, "subscribers WHERE email = ?"
                       " AND status = 'ended'", address)


def _contact(site):
    body = {"name": "Ada", "email": f"c{next(count)}@example.org",
            "message": "Hello", "privacy_consent": True}
    before = _count(site, "outbox WHERE template = 'contact'")
    people = _count(site, "admin_users WHERE role = 'admin'")
    return "/api/v1/public/contact", body, {
        **body, "message": "Hi"}, lambda: (_count(
            site, "outbox WHERE template = 'contact'") - before) / people


def _events(site):
    path = f"/en/once/{next(count)}"
    return "/api/v1/public/events", {
        "event_type": "page_view", "page_path": path}, {
            "event_type": "click", "page_path": path}, lambda: _count(
                site, "analytics_events WHERE page_path = ?", path)


def _forgot(site):
    mail = f"forgot{next(count)}@example.org"
    return "/api/v1/auth/forgot-password", {"email": mail}, {
        "email": "x" + mail}, lambda: _count(
            site, "password_resets WHERE email_folded = ?", mail)


def _give_up(site):
    mine = _registered(site)
    return _own(mine["manage_url"], "/cancel"), {}, None, lambda: _count(
        site, "outbox WHERE template = 'webinar-withdrawn' AND cause_id ="
        " (SELECT id FROM webinar_registrations WHERE reference = ?)",
        mine["reference"])


def _call_off(site):
    mine = _booked(site)
    return _own(mine["manage_url"], "/cancel"), {}, None, lambda: _count(
        site, "outbox WHERE template = 'booking-cancelled' AND cause_id ="
        " (SELECT id FROM bookings WHERE reference = ?)", mine["reference"])


def _move(site):
    mine = _booked(site)
    return _own(mine["manage_url"], "/reschedule"), {
        "starts_at": "2027-06-03T10:00:00Z"}, {
            "starts_at": "2027-06-04T10:00:00Z"}, lambda: _count(
                site, "outbox WHERE template = 'booking-moved' AND cause_id ="
                " (SELECT id FROM bookings WHERE reference = ?)",
                mine["reference"])


DOORS = (_register, _download, _download_freely, _book, _subscribe, _confirm,
         _unsubscribe, _contact, _events, _forgot, _give_up, _call_off, _move)


def _send(site, path, body, key):
    return Client(site.spa_port).post(path, body, Idempotency_Key=key,
                                      User_Agent=BROWSER)


def _plain(answer):
    """Its data, without links, whose signatures name a moment."""
    return re.sub(r"(token|sig|expires\w*)[=\"][^\"&]*", "", answer.text)


def every_door_of_strangers_takes_a_key(site):
    """So says the API of itself: each POST without a token, but signing in."""
    doors = {
        path: json.dumps(methods["post"]) for path, methods in
        site.api.get("/openapi.json").json["paths"].items()
        if path.startswith("/api/") and "post" in methods
        and not methods["post"].get("security")
        and not re.search(r"/auth/(login|logout|refresh|reset)", path)}
    assert len(doors) == 12, list(doors)    # one is here with two papers
    missing = [p for p, told in doors.items() if "Idempotency-Key" not in told]
    assert missing == [], missing


def what_comes_twice_happens_once(site):
    for door in DOORS:
        path, body, other, happened = door(site)
        key = f"{door.__name__}-0123456789abcdef"
        first, again = (_send(site, path, body, key) for _ in range(2))
        assert first.status // 100 == 2, (door, first.text)
        assert again.status == first.status, (door, again.text)
        assert _plain(again) == _plain(first), (door, first.text, again.text)
        assert not again.header("Set-Cookie"), door
        assert happened() == 1, (door, happened())
        if other is None:
            continue
        wrong = _send(site, path, other, key)
        assert wrong.status == 422, (door, wrong.text)
        assert wrong.fields == ["Idempotency-Key"], (door, wrong.text)
        assert happened() == 1, door


def two_at_once_are_one(site):
    for door in DOORS:
        path, body, _, happened = door(site)
        answers, ready = [], threading.Barrier(4)

        def send(path=path, body=body, key=f"{door.__name__}-at-once-012345"):
            ready.wait()
            answers.append(_send(site, path, body, key))
        threads = [threading.Thread(target=send) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert len({a.status for a in answers}) == 1, (door, answers)
        assert answers[0].status // 100 == 2, (door, answers[0].text)
        assert happened() == 1, (door, happened())


def a_move_that_comes_again_late_moves_nothing_back(site):
    mine = _booked(site)
    door = _own(mine["manage_url"], "/reschedule")
    hours = [f"2027-06-0{d}T10:00:00Z" for d in (3, 4)]
    for hour in hours:
        assert _send(site, door, {"starts_at": hour},
                     "key-of-the-hour-" + hour).status == 200
    late = _send(site, door, {"starts_at": hours[0]},
                 "key-of-the-hour-" + hours[0])
    assert late.status == 200 and late.data["starts_at"] == hours[1], late.text


def what_was_refused_is_not_remembered(site):
    path, body, _, happened = _register(site)
    key = "refused-0123456789abcdef"
    wrong = _send(site, path, {**body, "email": "x"}, key)
    assert wrong.status == 422, wrong.text
    assert _send(site, path, body, key).status == 201
    assert happened() == 1
    for bad in ("short", "x" * 129, "with a blank in the middle"):
        answer = _send(site, path, body, bad)
        assert answer.status == 422 and answer.fields == ["Idempotency-Key"]


run(globals(), "--no-demo")
