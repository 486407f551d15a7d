#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What visitors may ask about themselves, and what they read about it."""
import csv
import io
import json
import re
import urllib.parse

from harness import run, until
from jobs_done import letters, text_of
from moments import at

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRACE = "grace@oneill-pumps.example"


def the_demo_site_is_whole_in_both_languages(site):
    told = site.magnetiq("seed-demo")
    assert "is there" in told.stderr, told
    for path in ("/en/imprint", "/de/impressum", "/en/privacy",
                 "/de/datenschutz", "/en/terms", "/de/nutzungsbedingungen",
                 "/en/webinars/three-causes", "/de/webinars/three-causes",
                 "/en/whitepapers/before-you-buy", "/de/whitepapers"):
        assert site.spa.get(path).status == 200, path
    people = site.spa.get("/api/v1/public/consultants").data
    assert [p["last_name"] for p in people] == ["Hartmann", "Okafor"], people
    leads = site.admin().get("/api/v1/business/leads").data
    assert {p["last_name"] for p in leads} == {"Lindqvist", "Wróbel",
                                               "O'Neill"}, leads
    german = site.rows("SELECT wording FROM consents WHERE language = 'de'")
    assert "einverstanden" in german[0]["wording"], german
    paper = site.spa.post("/api/v1/business/whitepapers/2/download", {})
    got = site.spa.get(paper.data["download_url"].split(
        str(site.spa_port), 1)[1])
    assert got.status == 200 and got.body.startswith(b"%PDF-1.4"), got
    assert site.magnetiq("verify").returncode == 0


def seeding_again_does_nothing_and_writes_to_nobody(site):
    tables = ("pages", "webinars", "whitepapers", "consultants", "bookings",
              "webinar_registrations", "consents", "media_files",
              # What admins hear of the site comes when it comes.
              "outbox WHERE template NOT LIKE 'alert%'")
    before = [site.rows(f"SELECT count(*) AS n FROM {t}") for t in tables]
    assert "nothing done" in site.magnetiq("seed-demo").stderr
    assert before == [site.rows(f"SELECT count(*) AS n FROM {t}")
                      for t in tables]
    letters = site.rows("SELECT template, recipient FROM outbox"
                        " WHERE cause_type IN ('registration', 'booking')")
    assert letters == [], letters


def _send(site, path, **fields):
    return site.spa.request("POST", path, urllib.parse.urlencode(
        fields).encode(), FORM)


def _letters(site, address):
    return site.rows("SELECT * FROM outbox WHERE template = 'privacy-link'"
                     " AND recipient = ?", address)


def _link(site, address):
    """The path of the link in the last letter to an address."""
    def found():
        for letter in letters(site, address)[::-1]:
            if url := re.search(r"https?://\S+/own-data\?token=[^\s>]+",
                                text_of(letter)):
                return url[0]
        return None
    return until(found).split(str(site.spa_port), 1)[1]


def whoever_asks_reads_the_same_answer(site):
    known = _send(site, "/de/privacy-request", email=GRACE)
    nobody = _send(site, "/de/privacy-request", email="nobody@example.org")
    assert known.status == nobody.status == 200, known
    assert known.body == nobody.body and "unterwegs" in known.text
    assert GRACE not in known.text
    for address in (GRACE, "nobody@example.org"):
        assert len(_letters(site, address)) == 1
    wrong = _send(site, "/en/privacy-request", email="x")
    assert wrong.status == 422 and 'role="alert"' in wrong.text
    assert site.spa.get("/en/privacy-request").status == 200
    assert site.spa.get("/xx/privacy-request").status == 404


def five_letters_an_hour_reach_one_address(site):
    for _ in range(8):
        answer = _send(site, "/en/privacy-request", email="many@example.org")
        assert answer.status == 200
    assert len(_letters(site, "many@example.org")) == 5


def the_link_shows_what_is_kept_and_looking_changes_nothing(site):
    path = _link(site, GRACE)
    before = site.rows("SELECT count(*) AS n FROM audit_log")
    for _ in range(2):
        page = site.spa.get(path)
        assert page.status == 200 and "Plätze in Webinaren" in page.text
    assert page.header("Cache-Control") == "no-store"
    assert page.header("Referrer-Policy") == "no-referrer"
    got = site.spa.get(path + "&format=json")
    assert "own-data.json" in got.header("Content-Disposition")
    tables = json.loads(got.body)["tables"]
    assert tables["webinar_registrations"][0]["company"].startswith("O'Neill")
    assert "notes" not in tables["leads"][0], tables["leads"]
    assert "audit_log" not in tables and "data" not in tables["outbox"][0]
    assert before == site.rows("SELECT count(*) AS n FROM audit_log")
    assert site.spa.get(path[:-3] + "xxx").status == 404
    assert site.spa.get("/en/own-data").status == 404


def the_page_counts_what_is_kept_of_this_person_and_of_no_other(site):
    mail = "counted@example.org"
    for n in (1, 2, 3):
        w = site.admin().post("/api/v1/business/webinars", {
            "title": {"en": f"W{n}"}, "scheduled_at": at(20 * 86400)}).data
        for address in (mail, "other@example.org")[:1 + (n == 1)]:
            made = site.spa.post(
                f"/api/v1/business/webinars/{w['id']}/register", {
                    "first_name": "Ada", "last_name": "L", "email": address,
                    "privacy_consent": True})
            assert made.status == 201, made.text
    until(lambda: site.rows("SELECT 1 FROM leads WHERE email = ?", mail))
    assert _send(site, "/de/privacy-request", email=mail).status == 200
    path = _link(site, mail)
    tables = json.loads(site.spa.get(path + "&format=json").body)["tables"]
    page = site.spa.get(path).text
    said = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(\d+)</dd>", page))
    assert said == {"Plätze in Webinaren": "3", "Wer Sie für uns sind": "1",
                    "Einwilligungen": "3", "Briefe an Sie": "4"}, said
    assert sorted(said.values()) == sorted(str(len(t)) for t in
                                           tables.values() if t), tables
    assert "other@example.org" not in json.dumps(tables)
    english = site.spa.get(path.replace("/de/", "/en/")).text
    assert re.findall(r"<dd>(\d+)</dd>", english) == list(said.values())


def an_objection_ends_letters_about_offers_and_keeps_the_rest(site):
    mail = "friederike.lindqvist@gusswerk.example"
    _send(site, "/en/privacy-request", email=mail)
    path = _link(site, mail)
    answer = _send(site, path, do="object")
    assert answer.status == 200 and "no more letters" in answer.text
    rows = site.rows("SELECT marketing_consent FROM webinar_registrations"
                     " WHERE email = ?", mail)
    assert [r["marketing_consent"] for r in rows] == [0, 0], rows
    open_ = site.rows("SELECT 1 FROM consents WHERE email_folded = ? AND"
                      " purpose = 'marketing' AND withdrawn_at IS NULL", mail)
    assert open_ == [] and site.spa.get(path).status == 200
    assert len(site.rows("SELECT 1 FROM suppressions"
                         " WHERE reason = 'unsubscribed'")) == 1


def erasure_takes_a_box_and_a_button(site):
    path = _link(site, GRACE)
    answer = _send(site, path, do="erase")
    assert answer.status == 200 and "Häkchen" in answer.text
    assert _send(site, path, do="dance").status == 400
    assert len(site.rows("SELECT 1 FROM whitepaper_downloads"
                         " WHERE email = ?", GRACE)) == 1
    answer = _send(site, path, do="erase", sure="yes")
    assert answer.status == 200 and "Sie sind vergessen." in answer.text
    assert "ist hier nichts gespeichert" in answer.text
    with open(site.env["DATABASE_URL"], "rb") as f:
        assert GRACE.encode() not in f.read()
    again = _send(site, path, do="erase", sure="yes")
    assert again.status == 200


def only_confirmed_readers_go_to_listmonk(site):
    for mail, status in (("yes@example.org", "confirmed"),
                         ("tomasz@wrobel-tools.example", "confirmed"),
                         ("friederike.lindqvist@gusswerk.example",
                          "confirmed"),
                         ("asked@example.org", "pending"),
                         ("no@example.org", "ended")):
        site.sql("INSERT INTO subscribers (email, email_folded, language,"
                 " status, requested_at, confirmed_at) VALUES (?, ?, 'de', ?,"
                 " '2026-11-01 00:00:00', '2026-11-02 00:00:00')",
                 mail, mail, status)
    rows = list(csv.DictReader(io.StringIO(
        site.magnetiq("newsletter", "export").stdout)))
    # Friederike has objected to all such letters.
    assert [(r["email"], r["name"]) for r in rows] == [
        ("yes@example.org", ""),
        ("tomasz@wrobel-tools.example", "Tomasz Wróbel")], rows
    assert json.loads(rows[0]["attributes"]) == {
        "language": "de", "confirmed_at": "2026-11-02T00:00:00Z"}
    site.sql("DELETE FROM subscribers")


def a_link_lasts_a_day_and_users_are_refused(site):
    mail = site.admin().get("/api/v1/auth/me").data["email"]
    _send(site, "/en/privacy-request", email=mail)
    path = _link(site, mail)
    assert _send(site, path, do="erase", sure="yes").status == 409
    site.set_clock(25 * 3600)
    assert site.spa.get(path).status == 410


if __name__ == "__main__":
    run(globals(), "--no-demo")
