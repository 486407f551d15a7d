#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Webinars, papers and bookings as pages for people, without a script."""
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

from harness import run

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


def _person(n, **more):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": f"ada{n}@example.org", "privacy_consent": "yes", **more}


def _post(site, path, fields):
    return site.spa.post(path, urlencode(fields).encode(), **FORM)


def _fill(site, path, fields):
    """Send a form that was looked at for a moment."""
    token = re.search(r'name="form_token" value="([^"]*)"',
                      site.spa.get(path).text)[1]
    site.set_clock(5)
    try:
        return _post(site, path, {"form_token": token, **fields})
    finally:
        site.set_clock(0)


def _path(url):
    return "/" + url.split("/", 3)[3]


def _webinar(site, **more):
    return site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel & law", "de": "Stahl & Recht"},
        "description": {"en": "About <girders>", "de": "Über Träger"},
        "scheduled_at": "2030-05-01T14:00:00Z",
        "timezone": "Europe/Berlin", **more}).data


def a_webinar_has_a_page_and_a_form_in_both_languages(site):
    w = _webinar(site)
    listed = site.spa.get("/de/webinars")
    assert listed.status == 200 and "Stahl &amp; Recht" in listed.text
    page = site.spa.get(f"/de/webinars/{w['slug']}")
    assert page.status == 200, page
    assert "1. Mai 2030, 16:00" in page.text and "Anmelden" in page.text
    page = site.spa.get(f"/en/webinars/{w['slug']}")
    assert "About &lt;girders&gt;" in page.text and "<form" in page.text
    done = _fill(site, f"/en/webinars/{w['slug']}", _person(1))
    assert done.status == 200 and "You are registered" in done.text, done.text
    row = site.rows("SELECT * FROM webinar_registrations")[0]
    assert (row["email"], row["privacy_consent"]) == ("ada1@example.org", 1)
    twice = _fill(site, f"/en/webinars/{w['slug']}", _person(1))
    assert twice.status == 409 and "registered already" in twice.text
    wrong = _fill(site, f"/de/webinars/{w['slug']}",
                  {"first_name": '"><script>', "email": "x"})
    assert wrong.status == 422 and "<script>" not in wrong.text.split("<h1>")[1]
    assert "E-Mail-Adresse" in wrong.text
    assert site.spa.get("/en/webinars/nothing").status == 404


def each_line_of_a_list_is_of_one_offer(site):
    made = [_webinar(site, title={"en": f"Web {n}", "de": f"Netz {n}"},
                     description={"en": f"words {n}", "de": f"Worte {n}"})
            for n in ("one", "two")]
    medium = site.admin().upload("/api/v1/content/media", PDF, "b.pdf").data
    made += [site.admin().post("/api/v1/business/whitepapers", {
        "title": {"en": f"Paper {n}", "de": f"Papier {n}"},
        "description": {"en": f"lines {n}", "de": f"Zeilen {n}"},
        "file_id": medium["id"], "status": "published"}).data
        for n in ("three", "four")]
    for lang in ("en", "de"):
        found = {}
        for path in ("webinars", "whitepapers"):
            found |= {url.rsplit("/", 1)[1]: (url, title, words)
                      for url, title, words in re.findall(
                          r'<h2><a href="(.*?)">(.*?)</a></h2>\s*<p>(.*?)</p>',
                          site.spa.get(f"/{lang}/{path}").text)}
        for x in made:
            url, title, words = found[x["slug"]]
            assert f"/{lang}/w" in url, url
            assert (title, words) == (x["title"][lang],
                                      x["description"][lang]), found
            page = site.spa.get(_path(url)).text
            assert f"<h1>{title}</h1>" in page and words in page


def offers_say_where_they_stand_in_each_language(site):
    w = _webinar(site, title={"en": "Beams", "de": "Balken"})
    plain = _webinar(site, title={"en": "English only"})
    base = site.spa.get("/en/webinars").text
    base = re.search(r'class="name" href="(.*?)/en/"', base)[1]

    def stands(path):
        text = site.spa.get(path).text
        return (re.search(r'rel="canonical" href="(.*?)"', text)[1],
                re.search(r'"og:url" content="(.*?)"', text)[1],
                dict(re.findall(r'<link rel="alternate" hreflang="(.*?)"'
                                r' href="(.*?)"', text)))
    for path in ("webinars", "whitepapers", f"webinars/{w['slug']}",
                 "consultants"):
        there = {lang: f"{base}/{lang}/{path}" for lang in ("en", "de")}
        for lang, url in there.items():
            assert stands(f"/{lang}/{path}") == \
                (url, url, {**there, "x-default": there["en"]}), path
    # In German it has no words of its own.
    url = f"{base}/en/webinars/{plain['slug']}"
    for lang in ("en", "de"):
        assert stands(f"/{lang}/webinars/{plain['slug']}") == \
            (url, url, {"en": url, "x-default": url})


def a_page_of_that_name_is_the_better_list(site):
    site.admin().post("/api/v1/content/pages", {
        "slug": "webinars", "title": {"en": "Our own words"},
        "status": "published"})
    assert "Our own words" in site.spa.get("/en/webinars").text


def a_paper_is_handed_out_behind_its_form(site):
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    p = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "On girders"}, "file_id": medium["id"],
        "status": "published"}).data
    assert "On girders" in site.spa.get("/en/whitepapers").text
    page = site.spa.get(f"/en/whitepapers/{p['slug']}")
    assert "<form" in page.text
    done = _fill(site, f"/en/whitepapers/{p['slug']}", _person(2))
    assert done.status == 200, done.text
    link = re.search(r'href="([^"]*/downloads/[^"]*)"', done.text)[1]
    assert site.spa.get(_path(link)).body == PDF
    assert _fill(site, f"/en/whitepapers/{p['slug']}", {}).status == 422


def a_letters_link_shows_the_seat_and_gives_it_up(site):
    w = _webinar(site, max_participants=1, waitlist_enabled=True)
    mine = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register", {
        **_person(3), "privacy_consent": True, "language": "de"}).data
    path = _path(mine["manage_url"])
    for _ in range(2):
        page = site.spa.get(path)
        assert page.status == 200 and "Das ist bestätigt." in page.text
        assert mine["reference"] in page.text and "Absagen" in page.text
    assert page.header("Referrer-Policy") == "no-referrer"
    door, _, token = path.partition("?token=")
    gone = _post(site, door, {"token": token})
    assert gone.status == 200 and "Das ist abgesagt." in gone.text
    assert "<form" not in gone.text.split("<h1>")[1]
    assert site.spa.get(f"{door}?token=wrong").status == 404


def a_letters_link_moves_and_cancels_a_booking(site):
    hours = [{"start": "08:00", "end": "18:00"}]
    k = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "timezone": "UTC",
        "email": "k@example.org", "notice_hours": 0, "working_hours": {
            d: hours for d in ("monday", "tuesday", "wednesday", "thursday",
                               "friday", "saturday", "sunday")}}).data
    day = (datetime.now(timezone.utc) + timedelta(days=3)).strftime("%Y-%m-%d")
    mine = site.spa.post("/api/v1/business/bookings", {
        **_person(4), "privacy_consent": True, "consultant_id": k["id"],
        "starts_at": f"{day}T10:00:00Z"}).data
    path = _path(mine["manage_url"])
    page = site.spa.get(path)
    assert page.status == 200 and "Konrad Zuse" in page.text
    offered = re.findall(r'<option value="([^"]*)">([^<]*)', page.text)
    slots = [at for at, _ in offered]
    free = site.spa.get(f"/api/v1/public/consultants/{k['id']}/availability"
                        f"?from={slots[0][:10]}&to={slots[-1][:10]}"
                        f"&duration={mine.get('duration_minutes', 60)}")
    every = [s["starts_at"] for s in free.data["slots"]]
    assert len(slots) > 5 and slots == every[:len(slots)], (slots, every)
    # Whoever picks an hour gets the hour that they read.
    for at, words in offered:
        assert re.search(rf"\b{at[11:16]}\b", words), (at, words)
    door, _, token = path.partition("?token=")
    moved = _post(site, door, {"token": token, "starts_at": slots[-1]})
    assert moved.status == 200, moved.text
    row = site.rows("SELECT starts_at FROM bookings WHERE reference = ?",
                    mine["reference"])[0]
    assert row["starts_at"].replace(" ", "T") + "Z" == slots[-1]
    taken = _post(site, door, {"token": token,
                               "starts_at": "2020-01-01T00:00:00Z"})
    assert taken.status == 409 and "taken" in taken.text
    gone = _post(site, door, {"token": token})
    assert "This is cancelled." in gone.text


if __name__ == "__main__":
    run(globals(), "--no-demo")
