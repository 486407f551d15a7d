#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What staff write to everybody of a filtered list."""
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from harness import run, until
from jobs_done import letters
from moments import at

WORDS = {"subject": {"en": "The room", "de": "Der Raum"},
         "text": {"en": "Bring a coat.\nIt is <cold>.",
                  "de": "Bringen Sie einen Mantel mit."},
         "marketing": False}


def _webinar(site, **more):
    w = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel"}, "scheduled_at": at(20 * 86400), **more}).data
    return f"/api/v1/business/webinars/{w['id']}"


def _register(site, door, *names, **more):
    for name in names:
        answer = site.spa.post(f"{door}/register", {
            "first_name": "Ada", "last_name": name, "privacy_consent": True,
            "email": f"{name}@example.org", **more})
        assert answer.status == 201, answer.text


def _write(site, door, query="", who="editor", **more):
    return site.staff(who).post(f"{door}/registrations/letter{query}",
                                {**WORDS, **more})


def _told(site, kind):
    return sorted(r["recipient"].partition("@")[0] for r in site.rows(
        "SELECT recipient FROM outbox WHERE template = ?", kind))


def _letter(site, name, subject):
    return next((m for m in letters(site, f"{name}@example.org")
                 if m["Subject"] == subject), None)


def a_letter_reaches_everybody_of_the_list_once_in_their_language(site):
    door = _webinar(site, max_participants=2, waitlist_enabled=True)
    _register(site, door, "anna", "bert", "carl")
    _register(site, door, "dora", language="de")
    gone = site.admin().get(f"{door}/registrations?search=carl").data[0]
    site.sql("UPDATE webinar_registrations SET status = 'cancelled'"
             " WHERE id = ?", gone["id"])
    first = _write(site, door, "?status=confirmed")
    assert first.status == 202, first.text
    assert first.data == {"queued": 2, "without_consent": 0}
    assert _told(site, "webinar-note") == ["anna", "bert"]
    for _ in range(2):      # asked again, it goes to who is new only
        _write(site, door)
    assert _told(site, "webinar-note") == ["anna", "bert", "dora"]
    other = _write(site, door, "?search=anna", subject={"en": "Lunch"})
    assert other.data["queued"] == 1
    german = until(lambda: _letter(site, "dora", "Der Raum"), 20)
    assert "Mantel" in german.get_body(("plain",)).get_content()
    english = until(lambda: _letter(site, "anna", "The room"), 20)
    assert "It is <cold>." in english.get_body(("plain",)).get_content()
    assert "It is &lt;cold&gt;." in english.get_body(("html",)).get_content()
    assert english["List-Unsubscribe"] is None
    noted = site.admin().get("/api/v1/admin/audit-log?action=letter").data
    assert len(noted) == 3, noted


def everybody_reads_their_own_name_reference_and_links(site):
    answer = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel", "de": "Stahl"}, "scheduled_at": at(9 * 86400),
        "meeting_url": "https://meet.example/own", "max_participants": 2,
        "waitlist_enabled": True})
    door = f"/api/v1/business/webinars/{answer.data['id']}"
    people = {}
    for name, lang, zone in (("ilse", "de", "Europe/Berlin"),
                             ("jane", "en", "Asia/Tokyo"),
                             ("kurt", "de", "America/New_York")):
        people[name] = lang, zone, site.spa.post(f"{door}/register", {
            "first_name": name.title(), "last_name": "X", "language": lang,
            "privacy_consent": True, "timezone": zone,
            "email": f"{name}@example.org"}).data
    later = datetime.fromisoformat(at(10 * 86400).replace("Z", "+00:00"))
    assert site.admin().patch(door, {"scheduled_at": at(
        10 * 86400)}).status == 200
    _write(site, door, who="admin")
    for name, (lang, zone, mine) in people.items():
        for subject in (("New time: Steel", "The room") if lang == "en" else
                        ("Neuer Termin: Stahl", "Der Raum")):
            letter = until(lambda n=name, s=subject: _letter(site, n, s), 20)
            text = letter.get_body(("plain",)).get_content()
            assert name.title() in text.split("\n")[0], text
            assert re.findall(r"WEB-\w{8}\b", text) and set(re.findall(
                r"WEB-\w{8}\b", text)) == {mine["reference"]}, text
            assert f"{later.astimezone(ZoneInfo(zone)):%H:%M}" in text, text
            assert ("meet.example/own" in text) == (name != "kurt"), text
            link = re.search(r":\d+(/registrations/\S+)", text)[1]
            page = site.spa.get(link).text
            assert f'value="{name.title()}"' in page, page


def marketing_goes_only_to_who_agreed_and_can_be_ended(site):
    door = _webinar(site)
    _register(site, door, "yes", marketing_consent=True)
    _register(site, door, "no")
    answer = _write(site, door, marketing=True)
    assert answer.data == {"queued": 1, "without_consent": 1}, answer.text
    letter = until(lambda: _letter(site, "yes", "The room"), 20)
    assert letter["List-Unsubscribe"]
    assert _told(site, "webinar-offer") == ["yes"]


def a_thousand_people_are_written_to_at_once(site):
    door = _webinar(site)
    number = int(door.rpartition("/")[2])
    site.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
             " WHERE i < 1000) INSERT INTO webinar_registrations (webinar_id,"
             " first_name, last_name, email, registered_at) SELECT ?, 'A', i,"
             " 'many' || i || '@example.org', '2026-01-01 00:00:00' FROM n",
             number)
    assert _write(site, door).data["queued"] == 1000
    assert _write(site, door).data["queued"] == 0


def what_is_wrong_with_the_filter_is_said(site):
    door = _webinar(site)
    _register(site, door, "filtered")
    answer = _write(site, door, "?search=" + "x" * 600)
    assert answer.status == 422, answer.text
    assert answer.fields == ["search"], answer.text
    assert "too long" in answer.text, answer.text


def what_cannot_be_sent_is_refused_whole(site):
    door = _webinar(site)
    _register(site, door, "one")
    before = site.rows("SELECT count(*) AS n FROM outbox")
    for body, fields in (
            ({}, {"subject", "text", "marketing"}),
            ({**WORDS, "subject": {"de": "only"}}, {"subject.en"}),
            ({**WORDS, "subject": {"en": "a\r\nBcc: x@example.org"}},
             {"subject.en"}),
            ({**WORDS, "subject": {"en": "x" * 201}}, {"subject.en"}),
            ({**WORDS, "text": {"en": "x" * 5001}}, {"text.en"}),
            ({**WORDS, "to": "x@example.org"}, {"to"})):
        answer = site.staff("editor").post(f"{door}/registrations/letter",
                                           body)
        assert answer.status == 422, (body, answer.text)
        assert set(answer.fields) == fields, answer.text
    assert _write(site, door, "?status=odd").status == 422
    assert _write(site, door, "?page=2").status == 422
    assert _write(site, door, who="viewer").status == 403
    assert _write(site, "/api/v1/business/webinars/99999").status == 404
    assert site.rows("SELECT count(*) AS n FROM outbox") == before


if __name__ == "__main__":
    # Memory that was given back is seen to be so.
    run(globals(), "--no-demo", env={"MALLOC_PERTURB_": "165"})
