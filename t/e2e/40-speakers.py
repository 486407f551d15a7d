#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who speaks at webinars, which of them are one topic, and what they hear."""
import re

from harness import run, until
from jobs_done import all_letters, letters, ran, text_of
from moments import at

DAY, HOUR = 86400, 3600
BUSINESS = "/api/v1/business"


def _make(site, what, **fields):
    answer = site.admin().post(f"/api/v1/{what}", fields)
    assert answer.status == 201, answer.text
    return answer.data


def _webinar(site, **more):
    return _make(site, "business/webinars", **{"title": {"en": "Steel"},
                                      "scheduled_at": at(20 * DAY), **more})


def _mail(site, name):
    """Subject and text of the letters that somebody got."""
    return [(str(m["Subject"]), " ".join(text_of(m).split()))
            for m in letters(site, f"{name}@example.org")]


def a_speaker_is_kept_once_and_stands_on_each_webinar(site):
    grace = _make(site, "business/speakers", name="Grace <Hopper>",
                  title={"en": "Admiral", "de": "Admiralin"},
                  bio={"en": "Found the moth"}, email="grace@example.org",
                  website="https://grace.example")
    alan = _make(site, "business/speakers", name="Alan Turing")
    w = _webinar(site, speaker_ids=[alan["id"], grace["id"]])
    assert w["speaker_ids"] == [alan["id"], grace["id"]]
    door = f"{BUSINESS}/webinars/{w['id']}"
    assert site.admin().put(door, site.admin().get(door).data).status == 200
    page = site.spa.get(f"/de/webinars/{w['slug']}").text
    assert page.index("Alan Turing") < page.index("Grace &lt;Hopper&gt;")
    assert "Admiralin" in page and "grace@example.org" not in page
    public = site.spa.get(f"/api/v1/public/webinars/{w['slug']}").data
    assert public["speaker_ids"] == [alan["id"], grace["id"]]
    listed = site.spa.get("/api/v1/public/speakers?lang=de")
    assert {"Grace <Hopper>", "Alan Turing"} <= \
        {s["name"] for s in listed.data}
    one = site.spa.get(f"/api/v1/public/speakers/{grace['id']}?lang=de")
    assert one.data["title"] == "Admiralin" and one.data["bio"]
    for answer in (listed, one):
        assert "grace@example.org" not in answer.text
    site.admin().patch(f"{BUSINESS}/speakers/{grace['id']}",
                       {"name": "Grace Murray"})
    assert "Grace Murray" in site.spa.get(f"/de/webinars/{w['slug']}").text
    assert site.admin().delete(
        f"{BUSINESS}/speakers/{grace['id']}").status == 204
    assert site.spa.get(
        f"/api/v1/public/speakers/{grace['id']}").status == 404
    assert "Grace" not in site.spa.get(f"/de/webinars/{w['slug']}").text
    # What GET gave can be PUT back, and does not name anybody new.
    assert site.admin().put(door, site.admin().get(door).data).status == 200


def who_does_not_exist_does_not_speak(site):
    alan = _make(site, "business/speakers", name="Alan")
    for ids, field in (([alan["id"], 99999], "speaker_ids.1"),
                       ([alan["id"], alan["id"]], "speaker_ids.1"),
                       (["x"], "speaker_ids.0"), ([-1], "speaker_ids.0"),
                       ({}, "speaker_ids"), ("1", "speaker_ids"),
                       ([1] * 21, "speaker_ids")):
        answer = site.admin().post(f"{BUSINESS}/webinars", {
            "title": {"en": "x"}, "scheduled_at": at(DAY),
            "speaker_ids": ids})
        assert answer.status == 422, (ids, answer.text)
        assert field in answer.fields, (ids, answer.fields)
    lost = site.admin().post(f"{BUSINESS}/webinars", {
        "title": {"en": "x"}, "scheduled_at": at(DAY), "topic_id": 99999})
    assert lost.fields == ["topic_id"], lost.text


def sessions_of_one_topic_lead_to_each_other(site):
    topic = _make(site, "business/topics", description={"en": "All of them"},
                  title={"en": "Girders", "de": "Träger"})
    assert topic["slug"] == "girders"
    first = _webinar(site, topic_id=topic["id"], title={"en": "Part one"})
    second = _webinar(site, topic_id=topic["id"], title={"en": "Part two"})
    off = _webinar(site, topic_id=topic["id"], title={"en": "Called off"})
    other = _webinar(site, title={"en": "Elsewhere"})
    site.admin().post(f"{BUSINESS}/webinars/{off['id']}/cancel")
    page = site.spa.get(f"/en/webinars/{first['slug']}").text
    assert "Girders" in page and f"/en/webinars/{second['slug']}" in page
    assert "Called off" not in page and other["slug"] not in page
    for door in ("/api/v1/public/webinars", f"{BUSINESS}/webinars"):
        ask = site.spa if "public" in door else site.admin()
        listed = ask.get(f"{door}?topic_id={topic['id']}").data
        want = {first["id"], second["id"]}
        assert {w["id"] for w in listed} - {off["id"]} == want, listed
    shown = site.spa.get("/api/v1/public/topics/girders?lang=de")
    assert (shown.data["title"], shown.data["fallback"]) == ("Träger", True)
    assert [t["id"] for t in site.spa.get(
        "/api/v1/public/topics").data] == [topic["id"]]
    site.admin().patch(f"{BUSINESS}/topics/{topic['id']}",
                       {"title": {"en": "Beams"}})
    assert "Beams" in site.spa.get(f"/en/webinars/{first['slug']}").text
    site.admin().delete(f"{BUSINESS}/topics/{topic['id']}")
    assert "Beams" not in site.spa.get(f"/en/webinars/{first['slug']}").text
    assert site.spa.get("/api/v1/public/topics/girders").status == 404


def each_speaker_and_each_session_has_its_own_words(site):
    who = [_make(site, "business/speakers", name=f"Name {n}",
                 title={"en": f"Title {n}", "de": f"Titel {n}"},
                 bio={"en": f"Life {n}", "de": f"Leben {n}"},
                 website=f"https://{n}.example") for n in ("one", "two")]
    who.append(_make(site, "business/speakers", name="Name bare"))
    topic = _make(site, "business/topics", title={"en": "All", "de": "Alle"})
    w = _webinar(site, speaker_ids=[s["id"] for s in who],
                 topic_id=topic["id"])
    others = [_webinar(site, topic_id=topic["id"], title={
        "en": f"Part {n}", "de": f"Teil {n}"}, timezone=zone,
        scheduled_at=f"2031-05-0{n}T14:00:00Z")
        for n, zone in ((2, "Asia/Tokyo"), (3, "Europe/Berlin"))]
    for lang, title, life, part, at in (
            ("en", "Title", "Life", "Part", ("2 May 2031, 23:00",
                                             "3 May 2031, 16:00")),
            ("de", "Titel", "Leben", "Teil", ("2. Mai 2031, 23:00",
                                              "3. Mai 2031, 16:00"))):
        page = site.spa.get(f"/{lang}/webinars/{w['slug']}").text
        said = [re.sub(r"\s+", " ", x.split("</section>")[0]) for x in
                page.split('<section class="speaker">')[1:]]
        assert said == [
            f' <h3><a href="https://{n}.example">Name {n}</a></h3>'
            f" <p>{title} {n}</p> <p>{life} {n}</p> "
            for n in ("one", "two")] + [" <h3>Name bare</h3> "], said
        listed = re.findall(r'<li><a href="\S*?(/\w\w/webinars/.*?)">(.*?)</a>'
                            r", (.*?)</li>", page)
        assert len(listed) == 2, page
        for (url, name, when), n, x, day in zip(listed, (2, 3), others, at):
            assert (url, name) == (f"/{lang}/webinars/{x['slug']}",
                                   f"{part} {n}"), listed
            assert day in when, listed


def a_speaker_who_is_forgotten_is_gone(site):
    ada = _make(site, "business/speakers", name="Ada", email="Ada@Example.org")
    w = _webinar(site, speaker_ids=[ada["id"]])
    known = site.admin().post("/api/v1/admin/privacy/export",
                              {"email": "ada@example.org"})
    assert "speakers" in known.text, known.text
    done = site.admin().post("/api/v1/admin/privacy/erase",
                             {"email": "ada@example.org"})
    assert done.status == 200, done.text
    assert site.rows("SELECT 1 FROM speakers WHERE id = ?", ada["id"]) == []
    assert site.spa.get(f"/en/webinars/{w['slug']}").status == 200


def a_speaker_hears_that_it_is_off(site):
    rosa = _make(site, "business/speakers", name="Rosa",
                 email="rosa@example.org")
    w = _webinar(site, speaker_ids=[rosa["id"]], title={"en": "Off"})
    for _ in range(2):
        site.admin().post(f"{BUSINESS}/webinars/{w['id']}/cancel")
    until(lambda: _mail(site, "rosa"), 20)
    assert [m[0] for m in _mail(site, "rosa")] == ["Webinar cancelled: Off"]


def each_speaker_reads_their_own_name_and_language(site):
    who = {name: _make(site, "business/speakers", name=name.title(),
                       email=f"{name}@example.org", language=lang)["id"]
           for name, lang in (("lise", "de"), ("marie", "en"))}
    w = _webinar(site, speaker_ids=list(who.values()),
                 title={"en": "Radium", "de": "Uran"})
    site.admin().post(f"{BUSINESS}/webinars/{w['id']}/cancel")
    for name, title, hello, other in (("lise", "Uran", "Guten Tag", "Marie"),
                                      ("marie", "Radium", "Hello", "Lise")):
        (subject, text), = until(lambda n=name: _mail(site, n))
        assert title in subject and title in text, (subject, text)
        assert text.startswith(f"{hello} {name.title()},"), text
        assert other not in text, text


def staff_read_speakers_and_topics_one_by_one_and_in_lists(site):
    viewer = site.staff("viewer")
    for noun, body in (("speakers", {"name": "Grace Hopper"}),
                       ("topics", {"title": {"en": "Compilers"}})):
        door = "/api/v1/business/" + noun
        made = site.admin().post(door, body)
        assert made.status == 201, made
        assert made.data["id"] in [r["id"] for r in viewer.get(door).data]
        one = viewer.get(f"{door}/{made.data['id']}")
        assert one.status == 200 and one.data["id"] == made.data["id"], one


def speakers_hear_before_and_staff_afterwards_once_each(site):
    konrad = _make(site, "business/speakers", name="Konrad", language="de",
                   email="konrad@example.org")
    mute = _make(site, "business/speakers", name="No Address")
    _make(site, "admin/users", email="chefin@example.org", role="admin",
          language="de", password=site.PASSWORD)
    w = _webinar(site, scheduled_at=at(5 * DAY),
                 title={"en": "Relays", "de": "Relais"},
                 speaker_ids=[konrad["id"], mute["id"]],
                 meeting_url="https://meet.example/in")
    for name in ("one", "two"):
        site.spa.post(f"{BUSINESS}/webinars/{w['id']}/register", {
            "first_name": "A", "last_name": "B", "privacy_consent": True,
            "email": f"{name}@example.org"})
    until(lambda: "Konrad, No Address" in _mail(site, "one")[0][1]
          if _mail(site, "one") else False, 20)
    ran(site, "webinars", "webinars")
    all_letters(site)
    assert _mail(site, "konrad") == []
    site.set_clock(3 * DAY + 60)
    until(lambda: _mail(site, "konrad"), 20)
    site.kill(site.pid("jobs"))
    subject, text = _mail(site, "konrad")[0]
    assert subject == "Sie sprechen bald: Relais", subject
    assert "Angemeldet: 2" in text and "https://meet.example/in" in text, text
    site.sql("UPDATE webinar_registrations SET attended = 1"
             " WHERE email = 'one@example.org'")
    site.set_clock(6 * DAY + 60)
    until(lambda: [m for m in _mail(site, "admin")
                   if m[0] == "How it went: Relays"], 20)
    site.set_clock(6 * DAY + 120)
    ran(site, "webinars", "webinars")
    all_letters(site)
    assert len(_mail(site, "konrad")) == 1
    told = [m for m in _mail(site, "admin") if m[0].startswith("How it went")]
    assert len(told) == 1, told
    assert "Registered: 2" in told[0][1] and "Came: 1" in told[0][1], told
    told = [m for m in _mail(site, "chefin") if "Relais" in m[0]]
    assert len(told) == 1 and "Angemeldet: 2" in told[0][1], told
    assert "Webinar: Relais" in told[0][1], told


if __name__ == "__main__":
    run(globals(), "--no-demo")
