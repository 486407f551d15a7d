#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Search for strangers: words, beginnings, two languages, ranks, limits."""
import json
import sqlite3
from urllib.parse import quote

from harness import run, until

PAGES = "/api/v1/content/pages"
SEARCH = "/api/v1/public/search"


def _make(site, title, status="published", **more):
    answer = site.admin().post(PAGES, {"title": title, "status": status,
                                       **more})
    assert answer.status == 201, answer
    return answer.data


def _find(site, words, more=""):
    answer = site.spa.get(f"{SEARCH}?q={quote(words)}{more}")
    assert answer.status == 200, answer
    return answer.data


def a_german_word_is_found_with_and_without_its_umlaut(site):
    page = _make(site, {"en": "Sizes", "de": "Schöne Größen"},
                 content={"en": "plain", "de": "Eine Überprüfung lohnt sich."},
                 slugs={"de": "groessen"})
    for words in ("größen", "groessen", "grossen", "GRÖSSEN", "Größe",
                  "ueberpruefung", "uberprufung", "Überprüf", "schöne größen"):
        found = _find(site, words)
        assert [h["id"] for h in found] == [page["id"]], (words, found)
    hit = _find(site, "überprüfung", "&lang=de")[0]
    assert hit["type"] == "page" and hit["slug"] == "groessen", hit
    assert hit["title"] == "Schöne Größen"
    assert hit["url"] == f"http://localhost:{site.spa_port}/de/groessen"
    assert "<mark>Überprüfung</mark>" in hit["excerpt"], hit
    assert hit["score"] > 0


def a_word_typed_without_its_umlaut_is_found_by_the_right_spelling(site):
    pages = {name: _make(site, {"en": "A visitor"}, content={
        "en": f"Today {name} from Lindau came."})["id"]
        for name in ("Mueller", "Muller", "Müller", "Moller")}
    for words, names in (("Müller", ("Mueller", "Muller", "Müller")),
                         ("MÜLL", ("Mueller", "Muller", "Müller")),
                         ("müller lindau", ("Mueller", "Muller", "Müller")),
                         ("mueller", ("Mueller", "Müller")),
                         ("muller", ("Muller", "Müller"))):
        found = _find(site, words)
        assert {h["id"] for h in found} == {pages[n] for n in names}, (words,
                                                                      found)
        for hit in found:
            assert "<mark>M" in hit["excerpt"], (words, hit)
        listed = site.admin().get(f"{PAGES}?search={quote(words)}").data
        assert {p["id"] for p in listed} == {pages[n] for n in names}, words


def what_was_found_is_marked_even_if_only_the_title_says_it(site):
    _make(site, {"en": "The <Theremin>"}, content={"en": "Of other things."})
    _make(site, {"en": "A bodiless clavichord"})
    hit = _find(site, "theremin")[0]
    assert hit["title"] == "The <Theremin>"
    assert hit["excerpt"] == \
        "The &lt;<mark>Theremin</mark>&gt; – Of other things.", hit
    assert _find(site, "clavichord")[0]["excerpt"] == \
        "A bodiless <mark>clavichord</mark>"


def the_home_page_is_found_where_it_stands(site):
    page = _make(site, {"en": "Welcome", "de": "Willkommen"},
                 content={"en": "ocarina", "de": "Okarina"})
    settings = "/api/v1/admin/settings"
    answer = site.admin().patch(settings, {"home_page": page["slug"]})
    assert answer.status == 200, answer
    try:
        for word, lang in (("ocarina", "en"), ("okarina", "de")):
            assert _find(site, word)[0]["url"] == \
                f"http://localhost:{site.spa_port}/{lang}/"
    finally:
        site.admin().patch(settings, {"home_page": ""})


def what_is_no_longer_public_is_not_found(site):
    page = _make(site, {"en": "Ephemeral xylophone"}, slug="fleeting")
    url = f"{PAGES}/{page['id']}"
    assert len(_find(site, "xylophone")) == 1
    site.admin().post(url + "/unpublish")
    assert _find(site, "xylophone") == []
    site.admin().post(url + "/publish")
    assert len(_find(site, "xylophone")) == 1
    site.admin().patch(url, {"title": {"en": "Ephemeral marimba"}})
    assert _find(site, "xylophone") == [] and len(_find(site, "marimba")) == 1
    site.admin().delete(url)
    assert _find(site, "marimba") == []
    _make(site, {"en": "Draft of the zither"}, "draft")
    assert _find(site, "zither") == []


def a_title_ranks_before_a_text(site):
    _make(site, {"en": "One"}, content={"en": "about turbines in passing"
                                              + ", turbines" * 15})
    _make(site, {"en": "Turbines"}, content={"en": "nothing else"})
    assert [h["title"] for h in _find(site, "turbines")] == [
        "Turbines", "One"]


def a_language_finds_its_own_text_and_what_has_no_other(site):
    both = _make(site, {"en": "Harbour", "de": "Hafen"},
                 content={"en": "kumquat", "de": "kumquat"})
    english = _make(site, {"en": "Quay"}, content={"en": "kumquat"})
    for lang, titles in (("de", {"Hafen", "Quay"}),
                         ("en", {"Harbour", "Quay"})):
        found = _find(site, "kumquat", "&lang=" + lang)
        assert {h["title"] for h in found} == titles, (lang, found)
    assert {h["id"] for h in _find(site, "kumquat")} == {
        both["id"], english["id"]}


def strange_queries_are_answered(site):
    for words in ("C++", "AND", "a:b", "-x", "(", "it's", "*", 'foo"bar', "",
                  "  ", "NEAR(a b)", "title:x", "\u2028", "😀", "''", "^a",
                  "{a} : b", "x" * 190, "a " * 90):
        _find(site, words)
    assert site.spa.get(SEARCH).fields == ["q"]
    assert site.spa.get(SEARCH + "?q=" + "x" * 201).fields == ["q"]
    assert site.spa.get(SEARCH + "?q=a&type=novel").fields == ["type"]
    assert site.spa.get(SEARCH + "?q=a&page=201").status == 422
    assert site.spa.get(SEARCH + "?q=%ff").status == 400
    assert site.spa.get(SEARCH + "?q=a%00b").status == 400


def excerpts_are_escaped(site):
    _make(site, {"en": "Evil"}, content={
        "en": "A `<script>alert(1)</script>` gramophone & \"more\""})
    excerpt = _find(site, "gramophone")[0]["excerpt"]
    assert "<script>" not in excerpt and "&lt;script&gt;" in excerpt, excerpt
    assert "<mark>gramophone</mark>" in excerpt
    assert excerpt == excerpt.strip(), excerpt


def results_come_in_pages(site):
    for n in range(12):
        _make(site, {"en": f"Series {n}"}, content={"en": "bassoon"})
    answer = site.spa.get(SEARCH + "?q=bassoon&per_page=5&page=3")
    assert len(answer.data) == 2 and answer.json["pagination"]["total"] == 12
    assert _find(site, "bassoon", "&page=40") == []


def many_large_pages_by_hand_written_sql_are_found_soon(site):
    text = json.dumps({"en": "größere glockenspiele " * 8000})
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    jobs = site.pid("jobs")
    with db:
        db.executemany("INSERT INTO pages (slug, title, content, status)"
                       " VALUES (?, '{\"en\":\"Large\"}', ?, 'published')",
                       ((f"large-{n}", text) for n in range(60)))
        db.executemany("INSERT INTO pages (slug, title, status)"
                       " VALUES (?, '{\"en\":\"Vibraphone\"}', 'published')",
                       ((f"small-{n}",) for n in range(200)))
    db.close()
    until(lambda: _total(site, "glockenspiele") == 60, 30)
    until(lambda: _total(site, "vibraphone") == 200, 30)
    assert site.pid("jobs") == jobs, "it died of them"


def _total(site, words):
    return site.spa.get(f"{SEARCH}?q={words}").json["pagination"]["total"]


def a_block_an_item_and_old_html_are_searched(site):
    _make(site, {"en": "Blocks"}, content={"en": [
        {"type": "features", "items": [{"title": "Oboe d'amore"}]},
        {"type": "html", "html": "<p>A <b>theor</b>bo</p><script>sackbut"
                                 "</script>"},
        {"type": "text", "text": "**Cornetto** [link](http://shawm.example)"}]})
    for words in ("oboe", "amore", "cornetto"):
        assert len(_find(site, words)) == 1, words
    for words in ("sackbut", "shawm"):
        assert _find(site, words) == [], words


run(globals(), "--no-demo")
