#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The story of a first day, in order: each test goes on where the last ended.

A site as spawn/dev makes it, a first admin, a photograph, a page in two
languages; it is shown around, published, found, fought over, put back; and
meanwhile workers die and are replaced.
"""
import os
import threading
import time
from urllib.parse import quote

from harness import ROOT, Client, Load, run, until

PAGES = "/api/v1/content/pages"
MEDIA = "/api/v1/content/media"
PUBLIC = "/api/v1/public/pages"
EMAIL, PASSWORD = "anna@example.org", "a lake in late October"

at = {}         # what one test hands to the next


def _path(url):
    return "/" + url.split("/", 3)[3]


def a_fresh_site_is_healthy_and_nobody_can_sign_in(site):
    for client in (site.spa, site.api):
        assert client.get("/api/v1/health").json["status"] == "healthy"
    answer = site.api.post("/api/v1/auth/login", {
        "email": EMAIL, "password": PASSWORD})
    assert answer.status == 401 and answer.code == "UNAUTHENTICATED", answer


def the_first_admin_is_made_by_command_and_signs_in(site):
    site.magnetiq("create-admin", "--email", EMAIL, "--password-stdin",
                  stdin=PASSWORD + "\n")
    again = site.magnetiq("create-admin", "--email", EMAIL,
                          "--password-stdin", stdin=PASSWORD + "\n",
                          check=False)
    assert again.returncode == 1, again
    at["anna"] = site.login(EMAIL, PASSWORD)
    me = at["anna"].get("/api/v1/auth/me").data
    assert me["email"] == EMAIL and me["role"] == "admin", me


def a_photograph_is_uploaded_and_tells_nothing_of_its_maker(site):
    with open(os.path.join(ROOT, "t", "fixtures", "photo.jpg"), "rb") as f:
        photo = f.read()
    answer = at["anna"].upload(MEDIA, photo, "See im Oktober.jpg",
                               alt_text={"en": "A lake", "de": "Ein See"})
    assert answer.status == 201, answer
    at["photo"] = answer.data
    shown = site.spa.get(_path(at["photo"]["url"]))
    assert shown.header("Content-Type") == "image/jpeg", shown
    assert b"Anna" in photo and b"Anna" not in shown.body
    until(lambda: at["anna"].get(f"{MEDIA}/{at['photo']['id']}"
                                 ).data["renditions"])


def a_page_is_written_in_two_languages_with_it(site):
    picture = {"type": "image", "media_id": at["photo"]["id"]}
    answer = at["anna"].post(PAGES, {
        "slug": "late-autumn", "slugs": {"de": "spaetherbst"},
        "title": {"en": "Late autumn", "de": "Spätherbst"},
        "meta_description": {"en": "The lake in October",
                             "de": "Der See im Oktober"},
        "content": {
            "en": [{"type": "text", "text": "The first **ice** is near."},
                   picture],
            "de": [{"type": "text", "text": "Die ersten **Eisblöcke** "
                                            "treiben in der Strömung."},
                   picture]}})
    assert answer.status == 201, answer
    at["page"] = answer.data
    assert at["page"]["status"] == "draft" and at["page"]["version"] == 1
    for path in ("/en/late-autumn", "/de/spaetherbst",
                 f"{PUBLIC}/late-autumn"):
        assert site.spa.get(path).status == 404, path


def a_link_shows_the_draft_to_whoever_has_it(site):
    answer = at["anna"].post(f"{PAGES}/{at['page']['id']}/preview")
    assert answer.status == 201, answer
    stranger = Client(site.spa_port)
    shown = stranger.get(_path(answer.data["url"]))
    assert shown.status == 200 and "<strong>ice</strong>" in shown.text
    assert at["photo"]["url"] in shown.text
    token = answer.data["url"].rsplit("/", 1)[1]
    shown = stranger.get(f"{PUBLIC}/preview/{token}")
    assert shown.data["title"]["de"] == "Spätherbst", shown


def published_it_stands_there_in_both_languages(site):
    answer = at["anna"].post(f"{PAGES}/{at['page']['id']}/publish")
    assert answer.status == 200, answer
    at["page"] = answer.data
    for path, lang, title, words, alt in (
            ("/en/late-autumn", "en", "Late autumn", "<strong>ice</strong>",
             "A lake"),
            ("/de/spaetherbst", "de", "Spätherbst",
             "<strong>Eisblöcke</strong>", "Ein See")):
        page = site.spa.get(path)
        assert page.status == 200, page
        assert page.header("Content-Language") == lang
        assert f"<title>{title}" in page.text and words in page.text
        assert f'src="{at["photo"]["url"]}"' in page.text
        assert f'alt="{alt}"' in page.text and "srcset=" in page.text
        for other in ("/en/late-autumn", "/de/spaetherbst"):
            assert f'href="http://localhost:{site.spa_port}{other}"' in \
                page.text, other
    for slug in ("late-autumn", "spaetherbst"):
        page = site.api.get(f"{PUBLIC}/{slug}?lang=de").data
        assert page["title"] == "Spätherbst" and page["language"] == "de"


def it_is_found_by_a_german_word_however_it_is_typed(site):
    for words in ("Eisblöcke", "eisbloecke", "eisblocke", "STRÖMUNG",
                  "stroemung", "eisbl"):
        answer = site.spa.get(f"/api/v1/public/search?q={quote(words)}")
        assert [h["id"] for h in answer.data] == [at["page"]["id"]], (
            words, answer)
        assert "<mark>" in answer.data[0]["excerpt"]
        page = site.spa.get(f"/de/search?q={quote(words)}")
        assert "/de/spaetherbst" in page.text, words


def of_two_clients_the_stale_one_gets_412_and_nothing_is_lost(site):
    url = f"{PAGES}/{at['page']['id']}"
    other = site.login(EMAIL, PASSWORD)
    mine, theirs = at["anna"].get(url), other.get(url)
    answer = other.patch(url, {"title": {"en": "Early winter"}},
                         If_Match=theirs.header("ETag"))
    assert answer.status == 200, answer
    answer = at["anna"].patch(url, {"title": {"en": "Lost?"}, "excerpt": {
        "en": "mine"}}, If_Match=mine.header("ETag"))
    assert answer.status == 412, answer
    assert answer.code == "PRECONDITION_FAILED"
    now = at["anna"].get(url)
    assert now.data["title"] == {"en": "Early winter", "de": "Spätherbst"}
    assert now.data["excerpt"] is None
    answer = at["anna"].patch(url, {"excerpt": {"en": "mine"}},
                              If_Match=now.header("ETag"))
    assert answer.status == 200, answer
    assert answer.data["title"]["en"] == "Early winter"
    assert "Early winter" in site.spa.get("/en/late-autumn").text


def the_first_version_comes_back_as_a_new_one(site):
    url = f"{PAGES}/{at['page']['id']}"
    versions = at["anna"].get(url + "/versions").data
    assert [v["version"] for v in versions] == [4, 3, 2, 1], versions
    answer = at["anna"].post(url + "/versions/1/restore")
    assert answer.status == 200, answer
    assert answer.data["version"] == 5
    assert answer.data["title"]["en"] == "Late autumn"
    assert answer.data["excerpt"] is None
    assert answer.data["published_at"] == at["page"]["published_at"]
    page = site.spa.get("/en/late-autumn")
    assert "<title>Late autumn" in page.text, page


def _write(site, ended, statuses):
    """An editor who saves without pause."""
    client = Client(site.api_port, at["anna"].token)
    n = 0
    while not ended.is_set():
        n += 1
        try:
            statuses.append(client.patch(
                f"{PAGES}/{at['page']['id']}", {"sort_order": n},
                Connection="close").status)
        except OSError as e:
            statuses.append(repr(e))


def _under_load(site, what):
    """All that failed while readers read, an editor wrote, and what() ran."""
    ended, saved = threading.Event(), []
    writer = threading.Thread(target=_write, args=(site, ended, saved))
    with Load(site.spa_port, "/en/late-autumn", clients=4) as pages, \
            Load(site.api_port, f"{PUBLIC}/late-autumn", clients=2) as reads:
        writer.start()
        time.sleep(0.4)
        what()
        time.sleep(0.4)
        ended.set()
        writer.join()
    assert len(pages.statuses) > 50 and len(reads.statuses) > 50
    assert len(saved) > 5
    return (pages.failures() + reads.failures() +
            [s for s in saved if s != 200])


def a_killed_worker_takes_one_request_along_and_is_replaced(site):
    for _ in range(3):
        before = site.workers()

        def kill(victim=before[0], count=len(before)):
            site.kill(victim)
            until(lambda: victim not in site.workers() and
                  len(site.workers()) == count, 1)

        failures = _under_load(site, kill)
        assert len(failures) <= 1 and set(failures) <= {503}, failures


def a_reload_loses_no_request(site):
    before = set(site.workers())
    failures = _under_load(site, lambda: site.dev("reload"))
    assert not failures, failures
    assert not before & set(site.workers())


def what_was_saved_is_there_after_all_that(site):
    page = at["anna"].get(f"{PAGES}/{at['page']['id']}").data
    assert page["title"]["de"] == "Spätherbst"
    versions = site.rows("SELECT count(*) AS n, max(version) AS last FROM"
                         " page_versions WHERE page_id = ?", page["id"])[0]
    assert versions["n"] == versions["last"] == page["version"], versions
    assert site.magnetiq("verify").returncode == 0


run(globals())
