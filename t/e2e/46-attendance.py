#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who came to a webinar, from the reports of meeting programs."""
import time

from harness import run

CSV = "text/csv; charset=utf-8"

ZOOM = """\ufeffAttendee Report
Report Generated:,"11/24/2026 10:12"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered
Steel and law,812 3456 7890,"Nov 24, 2026 09:00 AM",61,4

Panelist Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,\
Time in Session (minutes),Is Guest
Yes,Grace Hopper,grace@consult.example,"Nov 24, 2026 08:50",,70,No

Attendee Details
Attended,User Name,First Name,Last Name,Email,Registration Time,Join Time,\
Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Ada,Ada,"Nr. 1, with a comma",ADA1@example.org,x,y,z,40,Yes,Germany
Yes,Ada,Ada,"Nr. 1, with a comma",ada1@example.org,x,y,z,15,Yes,Germany
No,Ada,Ada,Nr. 2,ada2@example.org,x,--,--,--,--,--
Yes,Ada,Ada,Nr. 3,ada3@example.org,x,y,z,,Yes,Germany
"""

TEAMS = """1. Zusammenfassung
Titel der Besprechung\tStahl und Recht
Teilnehmer\t2

2. Teilnehmer
Name\tErster Beitritt\tLetztes Verlassen\tBesprechungsdauer\tE-Mail\tRolle
Ada Eins\t24.11.26, 09:00:00\t24.11.26, 10:10:00\t1 Std. 2 Min. 40 Sek.\t\
ada1@example.org\tReferent
Ada Zwei\t24.11.26, 09:00:00\t24.11.26, 09:10:00\t9m 20s\t\
ada2@example.org\tTeilnehmer

3. Aktivitäten während der Besprechung
Name\tBeitrittszeit\tZeitpunkt des Verlassens\tDauer\tE-Mail\tRolle
Ada Eins\t24.11.26, 09:00:00\t24.11.26, 09:30:00\t30m\tada1@example.org\tReferent
Ada Eins\t24.11.26, 09:38:00\t24.11.26, 10:10:00\t32m 40s\tada1@example.org\t\
Referent
Ada Zwei\t24.11.26, 09:00:00\t24.11.26, 09:10:00\t9m 20s\tada2@example.org\t\
Teilnehmer
"""


def full_webinar(site, people=3):
    """A webinar with so many people, ada1@, ada2@ …; its number."""
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                          time.gmtime(time.time() + 86400))
    w = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel and law"}, "scheduled_at": start}).data
    for n in range(1, people + 1):
        answer = site.spa.post(
            f"/api/v1/business/webinars/{w['id']}/register",
            {"first_name": "Ada", "last_name": f"Nr. {n}",
             "email": f"ada{n}@example.org", "privacy_consent": True})
        assert answer.status == 201, answer.text
    return w["id"]


def bring(site, w, report, mime=CSV, who="editor"):
    body = report if isinstance(report, bytes) else report.encode()
    return site.staff(who).post(
        f"/api/v1/business/webinars/{w}/registrations", body,
        Content_Type=mime)


def came(site, w):
    """Minutes of those who came, by the number of the person."""
    listed = site.admin().get(
        f"/api/v1/business/webinars/{w}/registrations?attended=true").data
    return {int(r["email"][3]): r["attendance_duration"] for r in listed}


def a_report_of_zoom_says_who_came_and_how_long(site):
    w = full_webinar(site)
    answer = bring(site, w, ZOOM)
    assert answer.status == 200, answer.text
    assert answer.data == {
        "rows": 5, "matched": 2, "changed": 2, "unmatched": 1,
        "unmatched_emails": ["grace@consult.example"]}, answer.data
    assert came(site, w) == {1: 55, 3: None}


def a_report_of_teams_in_german_and_utf_16(site):
    w = full_webinar(site)
    answer = bring(site, w, b"\xff\xfe" + TEAMS.encode("utf-16-le"),
                   "text/csv; charset=utf-16le")
    assert answer.status == 200, answer.text
    assert answer.data["matched"] == 2 and answer.data["unmatched"] == 0
    # The last table tells of the same stays once more: not added.
    assert came(site, w) == {1: 63, 2: 9}


def the_same_report_again_changes_nothing(site):
    w = full_webinar(site)
    assert bring(site, w, ZOOM).data["changed"] == 2
    before = site.rows("SELECT * FROM webinar_registrations ORDER BY id")
    again = bring(site, w, ZOOM).data
    assert (again["matched"], again["changed"]) == (2, 0)
    assert site.rows("SELECT * FROM webinar_registrations ORDER BY id") == \
        before
    noted = site.admin().get(
        "/api/v1/admin/audit-log?action=attendance").data
    assert [n["resource_id"] for n in noted].count(w) == 1


def who_came_counts_for_the_lead(site):
    w = full_webinar(site, 1)
    lead = site.admin().get(
        "/api/v1/business/leads?search=ada1@example.org").data[0]
    assert bring(site, w, "email,attended\nada1@example.org,yes\n"
                 ).data["changed"] == 1
    after = site.admin().get(f"/api/v1/business/leads/{lead['id']}").data
    assert after["attended"] == lead["attended"] + 1


def only_a_seat_is_attended(site):
    w = full_webinar(site, 1)
    site.sql("UPDATE webinar_registrations SET status = 'cancelled'"
             f" WHERE webinar_id = {w}")
    answer = bring(site, w, "Name;E-Mail\nAda;ada1@example.org\n").data
    assert (answer["matched"], answer["unmatched"]) == (0, 1), answer
    assert came(site, w) == {}


def every_way_to_write_a_duration_is_read(site):
    for text, minutes in (("45", 45), ("0:45:31", 46), ("1:02:03", 62),
                          ("1h 2m 3s", 62), ("1 Std. 2 Min.", 62),
                          ("90s", 2), ("99999", None), ("-5", None),
                          ("9999999999999999999999", None), ("1441", 1440),
                          ("soon", None), ("", None)):
        w = full_webinar(site, 1)
        report = f"email,duration\nada1@example.org,{text}\n"
        assert bring(site, w, report).status == 200
        assert came(site, w) == {1: minutes}, (text, came(site, w))


def what_is_no_such_report_is_refused(site):
    w = full_webinar(site, 1)
    for body, status in ((b"", 400), (b"PK\x03\x04\0\0", 400),
                         (b"email,x\n\xe4", 400), (b"hello", 422),
                         (b"email\nada1@example.org\n", 422),
                         (b"a,b\nc,d\n", 422), (b"email,name\n", 422),
                         (b"email,name\nnobody,x\n", 422),
                         (b"," * (4 * 1024 * 1024 + 1), 413)):
        answer = bring(site, w, body)
        assert answer.status == status, (body[:20], answer.text)
        assert answer.json["success"] is False
    assert bring(site, w, b"{}", "application/json").status == 415
    assert bring(site, w, ZOOM, who="viewer").status == 403
    assert bring(site, 999999, ZOOM).status == 404
    assert came(site, w) == {}


def a_large_report_is_read_whole(site):
    w = full_webinar(site, 3)
    lines = "".join(f"guest{n}@example.org,1\n" for n in range(100000))
    report = "email,duration\n" + lines + "ada3@example.org,7\n"
    answer = bring(site, w, report)
    assert answer.status == 200, answer.text
    assert answer.data["rows"] == 100001
    assert answer.data["unmatched"] == 100000
    assert len(answer.data["unmatched_emails"]) == 100
    assert came(site, w) == {3: 7}


if __name__ == "__main__":
    run(globals(), "--no-demo")
