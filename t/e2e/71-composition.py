#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What letters look like: every kind, in each language, with the worst data,
read by Python's own parser, which names every defect."""
import email
import email.policy
import json
import os
import re
import tempfile

from harness import run

BAD = ["Tom & \"Ann\" <b>bold</b>", "x\r\nBcc: evil@example.org\r\n\r\nbody",
       "Grüße 🎉 " * 40, "a" * 900, "a, b; c: d@e (f) [g] \\h", "=?UTF-8?Q?x?=",
       "  blanks  in   it ", ".", "-- \n.\r\n..\nFrom me\n", "日本語の件名" * 20,
       "\t", "e\u0301 \u202e \u0085 \u2028x", "<a href=\"javascript:1\">x</a>"]


def _kinds(site):
    lines = site.magnetiq("outbox", "preview").stdout.splitlines()
    return [line.split()[0] for line in lines]


def _letter(site, kind, language, data=None):
    more = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        if data is not None:
            json.dump(data, f)
            f.flush()
            more = ["--data", f.name]
        text = site.magnetiq("outbox", "preview", kind, "--language",
                             language, *more).stdout
    # Python's universal newlines have been at it.
    raw = text.replace("\n", "\r\n").encode()
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def _check(raw, letter):
    for part in letter.walk():
        assert not part.defects, (part.defects, raw.decode())
        for name, value in part.items():
            assert not value.defects, (name, value, value.defects)
            assert not re.search(r"[\r\n]", str(value)), (name, value)
        if not part.is_multipart():
            assert part.get_content_charset() == "utf-8"
            part.get_content()
    for line in raw.split(b"\r\n"):
        assert len(line) <= 78 or line.count(b" ") == 1, line
        assert all(9 <= c < 127 for c in line), line
    assert sorted(set(letter.keys())) == sorted(letter.keys())
    assert "Bcc" not in letter
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime and letter["Message-ID"]
    for kind in ("plain", "html"):
        assert letter.get_body((kind,)).get_content().strip()


def every_kind_in_each_language_is_read_without_defects(site):
    kinds = _kinds(site)
    assert len(kinds) > 20 and kinds == sorted(kinds), kinds
    for kind in kinds:
        subjects = set()
        for language in ("en", "de"):
            raw, letter = _letter(site, kind, language)
            _check(raw, letter)
            assert letter["Content-Language"] == language
            assert letter["Subject"].strip(), kind
            subjects.add(str(letter["Subject"]))
            text = letter.get_body(("plain",)).get_content()
            assert "{{" not in text and "<" not in text, text
        # What staff write to many has a subject of their own.
        own = kind in ("webinar-note", "webinar-offer")
        assert len(subjects) == (1 if own else 2), (kind, subjects)


def the_worst_data_breaks_no_letter(site):
    names = set()
    with open(os.path.join(os.path.dirname(__file__),
                           "../../lib/model/letters.def"),
              encoding="utf-8") as f:
        for words in re.findall(r'"([a-z_ ]+)"', f.read()):
            names.update(words.split())
    kinds = _kinds(site)
    for n, bad in enumerate(BAD):
        data = {name: bad for name in names}
        data.update(lines=[bad, bad], reply_to="a@example.org")
        for kind in kinds[n % 2::2]:
            raw, letter = _letter(site, kind, "de" if n % 3 else "en", data)
            _check(raw, letter)
            html = letter.get_body(("html",)).get_content()
            assert "<b>" not in html and "javascript:1\">" not in html, html


def subjects_begin_as_agreed_and_hold_the_title(site):
    data = {"title": "Über \"Maschinen\", Teil 1", "starts_at":
            "2026-12-01T14:00:00Z", "duration_minutes": 60,
            "timezone": "Europe/Berlin", "first_name": "Jörg"}
    _, letter = _letter(site, "webinar-confirmed", "de", data)
    assert letter["Subject"] == \
        "Anmeldung bestätigt: Über \"Maschinen\", Teil 1", letter["Subject"]
    text = letter.get_body(("plain",)).get_content()
    assert "Guten Tag Jörg," in text, text
    assert ("Wann: Dienstag, 1. Dezember 2026, 15:00–16:00 Uhr MEZ "
            "(Europe/Berlin)") in text, text
    _, letter = _letter(site, "webinar-confirmed", "en", data)
    assert letter["Subject"].startswith("Registration confirmed: Über")
    text = letter.get_body(("plain",)).get_content()
    assert ("When: Tuesday, 1 December 2026, 15:00–16:00 CET "
            "(Europe/Berlin)") in text, text


def _event(text):
    """The properties of the one event, unfolded."""
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 1, text
    return {line.partition(":")[0].partition(";")[0]: line.partition(":")[2]
            for line in lines}


def appointments_carry_an_entry_that_is_taken_back_by_its_name(site):
    data = {"title": "Maschinen; Teil 1\r\nX:y", "duration_minutes": 90,
            "starts_at": "2026-03-29T00:30:00Z", "reference": "WEB-12345678",
            "timezone": "Europe/Berlin", "sequence": 4}
    events = []
    for kind, method in (("webinar-confirmed", "REQUEST"),
                         ("webinar-cancelled", "CANCEL")):
        _, letter = _letter(site, kind, "de", data)
        parts = [p for p in letter.walk()
                 if p.get_content_type() == "text/calendar"]
        assert len(parts) == 2, letter
        assert all(p.get_param("method") == method for p in parts)
        attached, = letter.iter_attachments()
        assert attached.get_filename() == "invite.ics"
        assert parts[0].get_content() == attached.get_content()
        events.append(_event(attached.get_payload(decode=True).decode()))
        assert events[-1]["METHOD"] == method
    one, other = events
    assert one["UID"] == other["UID"] == "WEB-12345678@localhost", one
    assert one["SEQUENCE"] == "4" and one["DTSTART"] == "20260329T003000Z"
    assert one["DTEND"] == "20260329T020000Z", one
    assert other["STATUS"] == "CANCELLED" and "X" not in one, other
    _, letter = _letter(site, "webinar-moved", "de",
                        {**data, "waitlisted": True})
    assert not list(letter.iter_attachments()), letter


def what_is_marketing_can_be_ended_with_one_click(site):
    for kind, marketing in (("webinar-followup", True),
                            ("booking-followup", True),
                            ("webinar-confirmed", False),
                            ("password-reset", False)):
        _, letter = _letter(site, kind, "de")
        assert ("List-Unsubscribe" in letter) == marketing, letter
        if marketing:
            url = letter["List-Unsubscribe"].strip("<>")
            assert url.startswith(
                f"http://localhost:{site.spa_port}/de/unsubscribe?token=")
            assert letter["List-Unsubscribe-Post"] == \
                "List-Unsubscribe=One-Click"
            text = letter.get_body(("plain",)).get_content()
            assert url in text, text


def a_template_of_ones_own_wins_and_is_checked(site):
    folder = tempfile.mkdtemp(dir=site.dir)
    os.mkdir(folder + "/letter")
    path = folder + "/letter/webinar-confirmed.html"

    def config(text):
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        old = site.env.get("TEMPLATE_DIR")
        site.env["TEMPLATE_DIR"] = folder
        try:
            return (site.magnetiq("config", "check", check=False),
                    site.magnetiq("outbox", "preview", "webinar-confirmed",
                                  check=False))
        finally:
            site.env.pop("TEMPLATE_DIR")
            if old is not None:
                site.env["TEMPLATE_DIR"] = old

    checked, shown = config("<title>Ours: {{title}}</title>\n<p>Hi</p>\n")
    assert checked.returncode == 0, checked
    assert "Subject: Ours: " in shown.stdout, shown
    checked, _ = config("<title>Ours</title>{{#titel}}x{{/titel}}")
    assert checked.returncode == 1 and "{{titel}}" in checked.stderr, checked
    assert "webinar-confirmed" in checked.stderr, checked
    checked, shown = config("<title>Ours</title>{{#title}}")
    assert checked.returncode == 1 and "broken" in checked.stderr, checked
    assert "Registration confirmed:" in shown.stdout, shown
    checked, _ = config("no title at all")
    assert checked.returncode == 1 and "<title>" in checked.stderr, checked


run(globals(), "--no-demo")
