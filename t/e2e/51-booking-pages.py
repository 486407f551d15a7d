#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A visitor books without a script: page by page, as a browser sends forms."""
import html
import re
import threading
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from harness import Client, run, unharmed

OFFICE = [{"start": "09:00", "end": "17:00"}]
WEEK = {day: OFFICE for day in ("monday", "tuesday", "wednesday", "thursday",
                                "friday", "saturday", "sunday")}
PERSON = {"first_name": "Ada", "last_name": "Lovelace",
          "email": "ada@example.org", "privacy_consent": "yes"}
count = iter(range(1000))


class Page(HTMLParser):
    """Links by their words, the forms' fields, and labels."""

    def __init__(self, answer):
        super().__init__()
        self.status, self.text = answer.status, answer.text
        self.links, self.fields, self.radios = {}, {}, []
        self.labels, self.ids, self.selected = set(), set(), {}
        self.href, self.select, self.words = None, None, ""
        self.feed(answer.text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "a":
            self.href, self.words = a.get("href"), ""
        elif tag == "label" and "for" in a:
            self.labels.add(a["for"])
        elif tag == "select":
            self.select = a["name"]
            self.ids.add(a["id"])
        elif tag == "option" and "selected" in a:
            self.words = ""
            self.selected[self.select] = True
        elif tag in ("input", "textarea") and a.get("type") != "search":
            if a.get("type") == "radio":
                self.radios.append((a["name"], a["value"]))
            elif a.get("type") != "checkbox":
                self.fields[a["name"]] = a.get("value", "")
                if a.get("type") != "hidden":
                    self.ids.add(a.get("id"))

    def handle_data(self, data):
        self.words += data

    def handle_endtag(self, tag):
        if tag == "a" and self.href is not None:
            self.links.setdefault(self.words.strip(), self.href)
            self.href = None
        if tag == "option" and self.selected.get(self.select) is True:
            self.selected[self.select] = self.words.strip()


def consultant(site, **more):
    n = next(count)
    answer = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": f"Z{n}",
        "email": f"zuse{n}@example.org", "timezone": "Europe/Berlin",
        "working_hours": WEEK, "notice_hours": 0, "slot_step_minutes": 60,
        **more})
    assert answer.status == 201, answer.text
    return answer.data


def rest(site, *consultants):
    for c in consultants:
        site.admin().patch(f"/api/v1/business/consultants/{c['id']}",
                           {"is_active": False})


def get(site, url):
    parts = urlsplit(url)
    return site.spa.get(parts.path + ("?" + parts.query if parts.query
                                      else ""))


def page(site, url, status=200):
    answer = get(site, url)
    assert answer.status == status, (url, answer)
    return Page(answer)


CLOCK = threading.Lock()


def looked_at(site, fields):
    """What the form itself brings along, and the moment that a look takes."""
    if "form_token" not in fields:
        shown = page(site, "/en/bookings?consultant=any&starts_at="
                     f"{day(3)}T10:00:00Z")
        fields = {**fields, "form_token": shown.fields["form_token"]}
    with CLOCK:
        clock = getattr(site, "looked", 0) + 3
        site.looked = clock
        site.set_clock(clock)
    return fields


def send(site, fields, lang="en"):
    fields = looked_at(site, fields)
    return Client(site.spa_port).request(
        "POST", f"/{lang}/bookings", urlencode(fields).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"})


def day(n):
    return (datetime.now(timezone.utc) + timedelta(days=n)).strftime("%Y-%m-%d")


def times(p):
    return {words: href for words, href in p.links.items()
            if re.match(r"\d\d:\d\d", words)}


def from_the_list_to_a_booking_by_links_and_one_form(site):
    c = consultant(site, languages=["de", "en"], expertise=["Lean"],
                   bio={"en": "Builds <things>.", "de": "Baut."}, title="Dr.")
    other = consultant(site, languages=["fr"])
    start = get(site, "/en/bookings")
    assert start.status == 302
    listed = page(site, start.header("Location"))
    assert "Dr." in listed.text and "Deutsch" in listed.text
    assert "zuse" not in listed.text
    name = f"Konrad {c['last_name']}"
    profile = page(site, listed.links[name])
    assert "Builds &lt;things&gt;." in profile.text
    week = page(site, profile.links["Book a conversation"])
    assert week.selected["timezone"] == "Europe/Berlin"
    week = page(site, f"/en/bookings?consultant={c['id']}&date={day(3)}"
                "&duration=60&timezone=America/New_York")
    slots = times(week)
    assert "(09:00)" in list(slots)[0], list(slots)[:3]
    form = page(site, slots[list(slots)[0]])
    assert "America/New_York" in form.text and "Europe/Berlin" in form.text
    done = send(site, {**form.fields, **PERSON, "subject": "Girders"})
    assert done.status == 303, done
    mine = page(site, done.header("Location"))
    assert "This is confirmed." in mine.text and "VLT-" in mine.text
    assert "America/New_York" in mine.text and "Europe/Berlin" in mine.text
    row = site.rows("SELECT * FROM bookings ORDER BY id DESC LIMIT 1")[0]
    assert (row["consultant_id"], row["duration_minutes"], row["timezone"],
            row["subject"], row["language"], row["status"]) == \
        (c["id"], 60, "America/New_York", "Girders", "en", "confirmed")
    rest(site, c, other)


def every_field_has_a_label_and_no_step_needs_a_script(site):
    c = consultant(site)
    week = page(site, f"/de/bookings?consultant={c['id']}&date={day(2)}")
    form = page(site, list(times(week).values())[0])
    for p in (week, form):
        assert p.ids <= p.labels, p.ids - p.labels
        assert "onclick" not in p.text and "<html lang=\"de\"" in p.text
        assert 'name="robots" content="noindex"' in p.text
    assert "Vorname" in form.text and "Art des Treffens" in week.text
    rest(site, c)


def a_link_skips_the_steps_that_it_answers(site):
    c = consultant(site, durations=[30, 60])
    at = f"{day(3)}T10:00:00Z"
    form = page(site, "/en/bookings?" + urlencode({
        "consultant": c["id"], "duration": 60, "starts_at": at,
        "subject": "Offer 7", "timezone": "UTC"}))
    assert form.fields["starts_at"] == at and form.fields["duration"] == "60"
    assert form.fields["subject"] == "Offer 7"
    # What a link says wrongly is as if it had not been said.
    week = page(site, f"/en/bookings?consultant={c['id']}&duration=31"
                "&timezone=../etc&date=2020-01-01&starts_at=soon"
                "&meeting_type=telepathy")
    assert week.selected["timezone"] == "Europe/Berlin"
    assert week.fields["date"] >= day(0)
    page(site, "/en/bookings?consultant=99999", 404)
    page(site, "/en/bookings?consultant=x", 404)
    page(site, "/xx/bookings?consultant=any", 404)
    rest(site, c)


def a_time_that_is_gone_shows_others_and_keeps_what_was_typed(site):
    c = consultant(site)
    at = f"{day(3)}T10:00:00Z"
    fields = {"consultant": c["id"], "duration": 30, "timezone": "UTC",
              "starts_at": at, "meeting_type": "phone", **PERSON}
    assert send(site, fields).status == 303
    late = send(site, {**fields, "email": "eve@example.org",
                       "message": "Hello <b>"})
    assert late.status == 409, late
    p = Page(late)
    assert p.fields["email"] == "eve@example.org"
    assert "Hello &lt;b&gt;" in p.text and "This time is taken." in p.text
    others = [value for name, value in p.radios if name == "starts_at"]
    assert others and at not in others
    again = send(site, {**p.fields, **PERSON, "starts_at": others[0]})
    assert again.status == 303, again
    rest(site, c)


def what_is_wrong_is_said_in_the_words_of_the_form(site):
    c = consultant(site)
    fields = {"consultant": c["id"], "starts_at": f"{day(3)}T10:00:00Z",
              "first_name": "Ada", "email": "no"}
    wrong = send(site, fields, "de")
    assert wrong.status == 422, wrong
    for words in ("Nachname: ", "E-Mail: ", "Einwilligung: "):
        assert words in wrong.text, (words, wrong.text)
    assert Page(wrong).fields["first_name"] == "Ada"
    past = send(site, {**fields, **PERSON, "starts_at": "2020-01-01T00:00:00Z"})
    assert past.status == 422 and Page(past).radios, past
    without = send(site, {"consultant": c["id"], **PERSON})
    assert without.status == 422 and Page(without).radios
    with unharmed(site):
        for body in (b"%zz", b"\xff", b"consultant=%00", b"a=1&" * 500,
                     b"consultant=any&timezone=" + b"x" * 5000):
            answer = Client(site.spa_port).request(
                "POST", "/en/bookings", body,
                {"Content-Type": "application/x-www-form-urlencoded"})
            assert 400 <= answer.status < 500, (body[:40], answer)
    rest(site, c)


def the_button_pressed_twice_is_one_booking(site):
    c = consultant(site)
    week = page(site, f"/en/bookings?consultant={c['id']}&date={day(4)}")
    fields = {**page(site, list(times(week).values())[0]).fields, **PERSON}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(
        send(site, fields))) for _ in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [a.status for a in answers] == [303] * 5, answers
    n = site.rows("SELECT count(*) AS n FROM bookings WHERE consultant_id = ?",
                  c["id"])
    assert n[0]["n"] == 1
    rest(site, c)


def hours(text):
    """Of a week: heading, words, address and moment of each link."""
    found = []
    for part in text.split('<section class="day">')[1:]:
        heading = re.search("<h2>(.*?)</h2>", part)[1]
        for href, words in re.findall('<li><a href="(.*?)">(.*?)</a>', part):
            href = html.unescape(href)
            at, = parse_qs(urlsplit(href).query)["starts_at"]
            found.append((heading, words, href, datetime.fromisoformat(
                at.replace("Z", "+00:00"))))
    return found


def whoever_reads_an_hour_gets_it_on_both_clocks(site):
    c = consultant(site)
    there, here = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
    for lang, month in (("en", "%B"), ("de", "")):
        week = page(site, f"/{lang}/bookings?consultant={c['id']}"
                    f"&date={day(3)}&duration=60&timezone=Asia/Tokyo")
        offered = hours(week.text)
        assert len({at for *_, at in offered}) == len(offered) > 20
        for heading, words, _, at in offered:
            mine = at.astimezone(there)
            assert words == f"{mine:%H:%M} ({at.astimezone(here):%H:%M})"
            assert re.search(rf"\b{mine.day}\b", heading), (heading, at)
            assert mine.strftime(month) in heading, (heading, at)
        # The form says the same moment, and sends it.
        for _, _, href, at in (offered[0], offered[-1]):
            form = page(site, href)
            assert form.fields["starts_at"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"
            said = re.findall("<dd>(.*?)</dd>", form.text)
            assert f"{at.astimezone(there):%H:%M}" in said[1], said
            assert f"{at.astimezone(here):%H:%M}" in said[2], said
    rest(site, c)


def offered_instead(text):
    """Of a form whose time is gone: moments and their words."""
    return [(datetime.fromisoformat(at.replace("Z", "+00:00")), words)
            for at, words in re.findall(
                r'name="starts_at" value="([^"]*)" required> (.*?)</label>',
                text)]


def what_is_free_instead_is_the_hour_that_one_reads(site):
    c = consultant(site)
    zone = ZoneInfo("America/New_York")
    fields = {"consultant": c["id"], "duration": 60, "meeting_type": "video",
              "timezone": zone.key, "starts_at": f"{day(3)}T10:00:00Z"}
    mine = send(site, {**fields, **PERSON})
    assert mine.status == 303, mine
    for lang in ("en", "de"):
        late = send(site, {**fields, **PERSON, "email": "e@example.org"}, lang)
        assert late.status == 409, late
        others = offered_instead(late.text)
        assert len(others) > 4, late.text
        back = [html.unescape(x) for x in re.findall(
            'href="([^"]*bookings[^"]*)"', late.text) if "&amp;date=" in x]
        assert back and all(parse_qs(urlsplit(x).query)["date"] == [day(3)]
                            for x in back), back
        for at, words in others:
            assert f"{at.astimezone(zone):%H:%M}" in words, (at, words)
            assert re.search(rf"\b{at.astimezone(zone).day}\b", words)
    # Whoever moves it reads the hours of the own zone, too.
    shown = get(site, mine.header("Location")).text
    moves = re.findall('<option value="([^"]*)">([^<]*)', shown)
    assert len(moves) > 4, shown
    for at, words in moves:
        at = datetime.fromisoformat(at.replace("Z", "+00:00"))
        assert f"{at.astimezone(zone):%H:%M}" in words, (at, words)
    rest(site, c)


def each_profile_has_its_own_words_and_links(site):
    one = consultant(site, languages=["de"], expertise=["Lean"], title="Dr.")
    two = consultant(site, languages=["fr", "it"], expertise=["Law", "Tax"])
    for lang in ("en", "de"):
        text = page(site, f"/{lang}/consultants").text
        parts = {re.search("<h2>.*?>(.*?)</a>", p)[1]: p.split("</section>")[0]
                 for p in text.split('<section class="entry">')[1:]}
        for c, tags, dr in ((one, ["Deutsch", "Lean"], True),
                            (two, ["Français", "Italiano", "Law", "Tax"],
                             False)):
            part = parts[f"Konrad {c['last_name']}"]
            links = [urlsplit(html.unescape(x)) for x in
                     re.findall('href="(.*?)"', part)]
            assert [x.path + "?" + x.query for x in links] == [
                f"/{lang}/consultants/{c['id']}?",
                f"/{lang}/bookings?consultant={c['id']}"], links
            assert re.findall('"tag">(.*?)<', part) == tags, part
            assert ("Dr." in part) == dr, part
    rest(site, one, two)


def whoever_is_free_is_found_for_those_who_do_not_mind(site):
    early = consultant(site, working_hours={k: [
        {"start": "08:00", "end": "10:00"}] for k in WEEK})
    late = consultant(site, working_hours={k: [
        {"start": "09:00", "end": "12:00"}] for k in WEEK})
    url = f"/en/bookings?consultant=any&date={day(3)}&duration=60"
    slots = times(page(site, url))
    assert list(slots)[:4] == ["08:00", "09:00", "10:00", "11:00"], slots
    form = page(site, slots["11:00"])
    assert "whoever is free" in form.text
    assert send(site, {**form.fields, **PERSON}).status == 303
    row = site.rows("SELECT consultant_id FROM bookings ORDER BY id DESC")[0]
    assert row["consultant_id"] == late["id"]
    rest(site, early, late)
    page(site, "/en/bookings?consultant=any", 404)


def an_empty_week_says_when_there_is_time(site):
    c = consultant(site, notice_hours=24 * 20)
    week = page(site, f"/en/bookings?consultant={c['id']}")
    assert not times(week) and "Nothing is free" in week.text
    words = [w for w in week.links if w.startswith("The next free time")]
    assert times(page(site, week.links[words[0]]))
    assert "Earlier" not in week.links
    later = page(site, week.links["Later"])
    assert "Earlier" in later.links
    rest(site, c)


def profiles_are_filtered_cached_and_fresh(site):
    c = consultant(site, languages=["de"], expertise=["Lean & Co"])
    other = consultant(site, languages=["fr"])
    found = page(site, "/en/consultants?language=de").text
    assert c["last_name"] in found and other["last_name"] not in found
    assert c["last_name"] in page(
        site, "/en/consultants?language=&expertise=lean%20%26%20co").text
    assert "Nobody was found." in page(site, "/en/consultants?language=xx"
                                       ).text
    answer = get(site, f"/en/consultants/{c['id']}")
    assert answer.header("Cache-Control") == \
        "public, max-age=0, must-revalidate" and answer.header("ETag")
    week = get(site, f"/en/bookings?consultant={c['id']}")
    assert week.header("Cache-Control") == "no-store"
    site.admin().patch(f"/api/v1/business/consultants/{c['id']}",
                       {"title": "Prof. <x>"})
    assert "Prof. &lt;x&gt;" in page(site, f"/en/consultants/{c['id']}").text
    rest(site, c, other)
    page(site, f"/en/consultants/{c['id']}", 404)


def an_editors_own_page_stays_where_it_is(site):
    admin = site.admin()
    for slug in ("bookings", "consultants"):
        made = admin.post("/api/v1/content/pages", {
            "slug": slug, "title": {"en": "Ours"}, "status": "published",
            "content": {"en": "Our own words."}})
        assert made.status == 201, made.text
        assert "Our own words." in page(site, f"/en/{slug}").text
    c = consultant(site)
    assert times(page(site, f"/en/bookings?consultant={c['id']}"
                      f"&date={day(2)}"))


def what_is_agreed_to_is_what_the_form_said(site):
    c = consultant(site)
    for lang, email in (("en", "says@example.org"), ("de", "sagt@example.org")):
        week = page(site, f"/{lang}/bookings?consultant={c['id']}"
                    f"&date={day(4)}&duration=60&timezone=Europe/Berlin")
        form = page(site, list(times(week).values())[0])
        done = send(site, {**form.fields, **PERSON, "email": email,
                           "marketing_consent": "yes"}, lang)
        assert done.status == 303, done
        given = site.rows("SELECT purpose, wording, language FROM consents"
                          " WHERE email_folded = ? ORDER BY purpose", email)
        assert [g["purpose"] for g in given] == ["marketing", "privacy"], given
        for g in given:
            assert g["language"] == lang, g
            assert g["wording"] in html.unescape(form.text), g
    rest(site, c)


if __name__ == "__main__":
    run(globals(), "--no-demo")
