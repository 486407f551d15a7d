#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters as who develops sees them, and that production has no such page."""
import glob
import os
import re

from harness import Client, Site, run, unharmed, until

HOST = "www.example.org"
CONTACT = "/api/v1/public/contact"
HOSTILE = "<script>alert(1)</script> & \"Ärger\""
DOORS = ("/dev/mail", "/dev/mail/1", "/dev/mail/1/html")


def _contact(site, name, address="ann@example.org"):
    answer = site.api.post(CONTACT, {
        "name": name, "email": address, "message": "Hello",
        "privacy_consent": True})
    assert answer.status == 202, answer


def _files(site):
    return sorted(glob.glob(site.state + "/mail/*.eml"))


def _number(path):
    return int(os.path.basename(path)[:-4])


def _write(site, number, subject, html="<p>x</p>", more=b""):
    """A letter as jobs would write it, by hand."""
    os.makedirs(site.state + "/mail", exist_ok=True)
    with open(f"{site.state}/mail/{number:08}.eml", "wb") as f:
        f.write(f"Date: Tue, 01 Dec 2026 10:00:00 +0000\r\n"
                f"To: ann@example.org\r\nSubject: {subject}\r\n"
                "Content-Type: text/html; charset=utf-8\r\n"
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                f"{html}\r\n".encode() + more)


def before_the_first_letter_the_list_is_empty(site):
    answer = site.spa.get("/dev/mail", Accept_Language="en")
    assert answer.status == 200, answer
    assert "No letter has been written yet." in answer.text
    assert answer.header("Cache-Control") == "no-store", answer
    # Whoever starts the site learns of it.
    assert f"http://localhost:{site.spa_port}/dev/mail" in site.start().stdout


def a_letter_is_listed_and_shown_with_its_parts(site):
    admin = site.admin()
    starts = "2027-03-01T10:00:00Z"
    webinar = admin.post("/api/v1/business/webinars", {
        "title": {"en": HOSTILE, "de": "x"}, "slug": "hostile",
        "scheduled_at": starts, "status": "scheduled"}).data
    answer = site.api.post(
        f"/api/v1/business/webinars/{webinar['id']}/register",
        {"first_name": "Ann", "last_name": "Example", "language": "en",
         "email": "ann@example.org", "privacy_consent": True})
    assert answer.status == 201, answer
    until(lambda: _files(site), 20)
    number = _number(_files(site)[-1])

    listed = site.spa.get("/dev/mail")
    assert listed.status == 200, listed
    assert f'href="/dev/mail/{number}"' in listed.text
    assert "ann@example.org" in listed.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in listed.text
    assert "<script>alert" not in listed.text
    assert "Ärger" in listed.text, "an encoded subject is read"

    shown = site.spa.get(f"/dev/mail/{number}", Accept_Language="en")
    assert shown.status == 200, shown
    assert "<script>alert" not in shown.text
    assert "<dd>ann@example.org</dd>" in shown.text
    assert "invite.ics (text/calendar, REQUEST)" in shown.text
    assert "BEGIN:VCALENDAR" in shown.text
    assert "When: Monday, 1 March 2027" in shown.text
    assert f'<iframe src="/dev/mail/{number}/html"' in shown.text
    policy = shown.header("Content-Security-Policy")
    assert "frame-src 'self'" in policy, policy

    html = site.spa.get(f"/dev/mail/{number}/html")
    assert html.status == 200, html
    assert html.header("Content-Type") == "text/html; charset=utf-8"
    assert html.text.lstrip().lower().startswith("<!doctype html"), html
    assert "<script>alert" not in html.text
    assert site.spa.head(f"/dev/mail/{number}").status == 200


def the_html_of_a_letter_runs_nothing(site):
    _write(site, 90000000, "x", "<script>alert(1)</script>")
    html = site.spa.get("/dev/mail/90000000/html")
    assert html.text == "<script>alert(1)</script>\n", html
    policy = html.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none';"), policy
    assert "script-src" not in policy, policy
    assert "frame-ancestors 'self'" in policy and "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy, policy


def the_newest_hundred_come_first(site):
    for number in range(80000000, 80000120):
        _write(site, number, f"Letter {number}")
    listed = site.spa.get("/dev/mail").text
    numbers = list(map(int, re.findall(r'href="/dev/mail/(\d+)"', listed)))
    assert numbers == [90000000, *range(80000119, 80000020, -1)], numbers
    assert "2026-12-01T10:00:00Z" in listed


def what_is_no_letter_is_not_shown(site):
    folder = site.state + "/mail/"
    with open(site.dir + "/secret", "w", encoding="utf-8") as f:
        f.write("To: secret\r\n\r\n")
    os.symlink(site.dir + "/secret", folder + "95000001.eml")
    os.mkdir(folder + "95000002.eml")
    for name in ("notes.eml", "95000003.eml.new", "95000004.txt"):
        with open(folder + name, "w", encoding="utf-8") as f:
            f.write("To: secret\r\n\r\n")
    listed = site.spa.get("/dev/mail").text
    assert "secret" not in listed and "/dev/mail/95" not in listed
    for number in range(95000001, 95000005):
        assert site.spa.get(f"/dev/mail/{number}").status == 404, number


def numbers_that_are_none_are_not_found(site):
    with unharmed(site):
        for name in ("0", "-1", "99999999", "080000100", "1e3", "x",
                     "9" * 18, "9" * 30, "9" * 3000, "..%2f..%2fsecret.key",
                     "%2e%2e", "80000100.eml", "80000100%00", "%ff", "1%201"):
            for path in (f"/dev/mail/{name}", f"/dev/mail/{name}/html"):
                answer = site.spa.get(path)
                assert answer.status in (400, 404), (path, answer)
                assert answer.status == 404 or "%" in name, (path, answer)
    assert site.spa.get("/dev/mail/80000100").status == 200
    assert site.spa.get("/dev/mail/").status == 404


def broken_letters_break_nothing(site):
    with unharmed(site):
        for n, head in enumerate((
                b"", b"\r\n\r\n", b"Subject: =?UTF-8?B?\r\n\r\n", b"\0" * 500,
                b"Subject: =?UTF-8?B?%%%?= =?UTF-8?B?QQ==?=\r\n\r\n",
                b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n",
                b"Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\n"
                b"Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\n"
                * 200, b"Subject: \xff\xfe\r\n\r\n\xff", b"x" * 3000000)):
            with open(f"{site.state}/mail/{96000000 + n}.eml", "wb") as f:
                f.write(head)
            answer = site.spa.get(f"/dev/mail/{96000000 + n}")
            assert answer.status == 200, (head[:80], answer)
            site.spa.get(f"/dev/mail/{96000000 + n}/html")
        assert site.spa.get("/dev/mail").status == 200


def the_api_has_no_such_page(site):
    for path in DOORS:
        assert site.api.get(path).status == 404, path
    assert "/dev/mail" not in site.api.get("/openapi.json").text


def production_has_no_such_page(_site):
    other = Site("--no-demo", start=False, env={
        "ENVIRONMENT": "production", "CLOCK_OFFSET_FILE": "", "SITE_URL":
        "https://" + HOST, "SECRET_KEY": os.urandom(32).hex()})
    try:
        assert "/dev/mail" not in other.start().stdout
        _write(other, 1, "Secret subject")
        client = Client(other.spa_port)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            for path, like in zip(DOORS, ("/dev/none", "/dev/none/1",
                                          "/dev/none/1/html")):
                body = b"" if method in ("POST", "PUT") else None
                ours, unknown = (
                    client.request(method, p, body, {"Host": HOST})
                    for p in (path, like))
                assert ours.status == unknown.status, (method, path, ours)
                assert method != "GET" or ours.status == 404, ours
                assert "Secret" not in ours.text
                assert ours.header("Allow") == unknown.header("Allow")
                assert ours.body == unknown.body, (method, path)
                assert {k for k, _ in ours.headers} == \
                    {k for k, _ in unknown.headers}, (ours, unknown)
    finally:
        other.end()


run(globals(), "--no-demo")
