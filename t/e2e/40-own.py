#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What people do by themselves: correct a registration, subscribe to dates."""
import re
from urllib.parse import urlencode

from harness import run
from moments import at

DAY = 86400
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def _webinar(site, **more):
    answer = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel, law", "de": "Stahl; Recht"},
        "scheduled_at": at(20 * DAY), **more})
    assert answer.status == 201, answer.text
    return answer.data


def _mine(site, name, **more):
    """A registration: its door in the API, its page, its token."""
    answer = site.spa.post(
        f"/api/v1/business/webinars/{_webinar(site)['id']}/register", {
            "first_name": "Ada", "last_name": "Lovelace",
            "privacy_consent": True, "email": f"{name}@example.org", **more})
    assert answer.status == 201, answer.text
    assert set(answer.data) == {"reference", "status", "position",
                                "calendar_url", "manage_url"}, answer.text
    page, _, token = answer.data["manage_url"].partition("?token=")
    return ("/api/v1/public" + "/" + page.split("/", 3)[3] +
            f"?token={token}", "/" + page.split("/", 3)[3], token)


def a_link_shows_ones_own_words_and_changes_them(site):
    door, _, _ = _mine(site, "own", company="Old & Sons",
                       utm_source="newsletter")
    mine = site.spa.get(door)
    assert mine.data["company"] == "Old & Sons", mine.text
    assert mine.data["send_reminder"] is True
    for secret in ("id", "utm_source", "attended", "waiting_reason",
                   "approved", "meeting_url", "privacy_consent"):
        assert secret not in mine.data, secret
    changed = site.spa.patch(door, {
        "last_name": "King", "company": None, "send_reminder": False,
        "language": "de", "timezone": "Europe/Berlin"},
        If_Match=mine.header("ETag"))
    assert changed.status == 200, changed.text
    assert (changed.data["last_name"], changed.data["company"],
            changed.data["send_reminder"]) == ("King", None, False)
    row = site.rows("SELECT * FROM webinar_registrations"
                    " WHERE email = 'own@example.org'")[0]
    assert (row["last_name"], row["send_reminder"], row["timezone"],
            row["language"]) == ("King", 0, "Europe/Berlin", "de")
    stale = site.spa.patch(door, {"last_name": "Byron"},
                           If_Match=mine.header("ETag"))
    assert stale.status == 412, stale.text


def a_link_changes_nothing_else(site):
    door, page, token = _mine(site, "other")
    for body in ({"email": "else@example.org"}, {"status": "cancelled"},
                 {"attended": True}, {"privacy_consent": False},
                 {"id": 1}, {"approved": True}, {"first_name": ""},
                 {"first_name": "x" * 101}, {"timezone": "Mars"},
                 {"company": "a\r\nBcc: x@example.org"},
                 {"send_reminder": "yes"}):
        answer = site.spa.patch(door, body)
        assert answer.status == 422, (body, answer.text)
        assert answer.fields == list(body), (body, answer.text)
    bare, _, _ = door.partition("?")
    assert site.spa.patch(bare, {"company": "x"}).status == 404
    assert site.spa.patch(f"{bare}?token=x", {"company": "x"}).status == 404
    site.spa.post(page, urlencode({"token": token}).encode(), **FORM)
    late = site.spa.patch(door, {"company": "x"})
    assert late.status == 409 and late.code == "CONFLICT", late.text


def the_page_needs_no_script_to_correct_it(site):
    _, page, token = _mine(site, "page", company='"><script>')
    shown = site.spa.get(f"{page}?token={token}")
    assert shown.status == 200
    body = shown.text.split("<h1>")[1]
    assert "<script>" not in body and 'value="Lovelace"' in body
    assert body.count("checked") == 2, body
    sent = {"token": token, "details": "yes", "first_name": "Ada",
            "last_name": "King", "company": "", "job_title": "Countess",
            "phone": "", "send_recording": "yes"}
    saved = site.spa.post(page, urlencode(sent).encode(), **FORM)
    assert saved.status == 200 and 'value="King"' in saved.text, saved.text
    row = site.rows("SELECT * FROM webinar_registrations"
                    " WHERE email = 'page@example.org'")[0]
    assert (row["last_name"], row["company"], row["job_title"],
            row["send_reminder"], row["send_recording"], row["status"]) == \
        ("King", None, "Countess", 0, 1, "confirmed")
    wrong = site.spa.post(page, urlencode({
        **sent, "first_name": "x" * 101}).encode(), **FORM)
    assert wrong.status == 422 and 'value="King"' in wrong.text
    assert 'role="alert"' in wrong.text
    for _ in range(2):
        gone = site.spa.post(page, urlencode({"token": token}).encode(),
                             **FORM)
        assert gone.status == 200 and "This is cancelled." in gone.text
    assert 'name="first_name"' not in gone.text


def webinars_can_be_subscribed_to(site):
    soon = _webinar(site, meeting_url="https://meet.example/secret")
    off, gone = _webinar(site), _webinar(site)
    long_ago = _webinar(site, scheduled_at=at(-40 * DAY))
    site.admin().post(f"/api/v1/business/webinars/{off['id']}/cancel")
    site.admin().delete(f"/api/v1/business/webinars/{gone['id']}")
    feed = site.spa.get("/api/v1/public/webinars/calendar.ics?lang=de")
    assert feed.status == 200, feed.text
    assert feed.header("Content-Type").startswith("text/calendar")
    text = feed.text.replace("\r\n ", "")
    events = {m[1]: m[0] for m in re.finditer(
        r"BEGIN:VEVENT.*?webinar-(\d+)@.*?END:VEVENT", text, re.S)}
    assert str(soon["id"]) in events
    for w in (off, gone, long_ago):
        assert str(w["id"]) not in events, text
    assert r"SUMMARY:Stahl\; Recht" in events[str(soon["id"])]
    assert f"/de/webinars/{soon['slug']}" in events[str(soon["id"])]
    assert "secret" not in text and "ATTENDEE" not in text
    again = site.spa.get("/api/v1/public/webinars/calendar.ics?lang=de",
                         If_None_Match=feed.header("ETag"))
    assert again.status == 304
    site.admin().patch(f"/api/v1/business/webinars/{soon['id']}",
                       {"title": {"de": "Neuer Name"}})
    assert "SUMMARY:Neuer Name" in site.spa.get(
        "/api/v1/public/webinars/calendar.ics?lang=de").text
    page = site.spa.get("/de/webinars").text
    link = re.search(r'href="webcal(://[^"]*)"', page)[1]
    assert link.endswith("/api/v1/public/webinars/calendar.ics?lang=de")


if __name__ == "__main__":
    run(globals(), "--no-demo")
