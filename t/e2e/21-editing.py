#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What helps editors: what a version changed, what to mend before publishing,
and one action on many pages."""
import os

from harness import ROOT, run

PAGES = "/api/v1/content/pages"
BULK = PAGES + "/bulk/"
PUBLIC = "/api/v1/public/pages"


def _make(site, slug, status="draft", **more):
    body = {"title": {"en": slug.title()}, "slug": slug, "status": status}
    answer = site.admin().post(PAGES, {**body, **more})
    assert answer.status == 201, answer
    return answer.data


def _hints(site, page):
    answer = site.admin().get(f"{PAGES}/{page['id']}/check")
    assert answer.status == 200, answer
    return {hint["field"]: hint["message"] for hint in answer.data}


def _photo(site, **fields):
    with open(os.path.join(ROOT, "t/fixtures/photo.jpg"), "rb") as f:
        answer = site.admin().upload("/api/v1/content/media", f.read(),
                                     "photo.jpg", **fields)
    assert answer.status == 201, answer
    return answer.data["id"]


def a_version_says_what_it_changed_by_language_and_block(site):
    page = _make(site, "changing", content={
        "en": [{"type": "text", "text": "one"},
               {"type": "cta", "label": "Go", "url": "/en/go"}],
        "de": "eins"})
    url = f"{PAGES}/{page['id']}"
    site.admin().patch(url, {"title": {"de": "Wandel"}, "content": {"en": [
        {"type": "text", "text": "two"},
        {"type": "cta", "label": "Go", "url": "/en/go"},
        {"type": "text", "text": "three"}]}})
    site.admin().patch(url, {"content": {"de": None}})
    changes = site.admin().get(url + "/versions/2/changes").data
    assert changes == [
        {"field": "title.de", "before": None, "after": "Wandel"},
        {"field": "content.en.0.text", "before": "one", "after": "two"},
        {"field": "content.en.2", "before": None,
         "after": {"type": "text", "text": "three"}}], changes
    changes = site.admin().get(url + "/versions/3/changes?since=2").data
    assert changes == [{"field": "content.de", "before": "eins",
                        "after": None}], changes
    fields = {c["field"] for c in site.admin().get(
        url + "/versions/3/changes?since=1").data}
    assert fields == {"title.de", "content.en.0.text", "content.en.2",
                      "content.de"}, fields
    first = site.admin().get(url + "/versions/1/changes").data
    assert {"field": "slug", "before": None, "after": "changing"} in first


def changes_against_what_is_not_there_are_refused(site):
    url = f"{PAGES}/{_make(site, 'unchanged')['id']}/versions"
    assert site.admin().get(url + "/2/changes").status == 404
    for since in ("2", "-1", "x"):
        answer = site.admin().get(f"{url}/1/changes?since={since}")
        assert answer.status == 422, answer
        assert set(answer.fields) == {"since"}, answer
    assert site.staff("viewer").get(url + "/1/changes").status == 200
    assert site.api.get(url + "/1/changes").status == 401


def what_to_mend_before_publishing_is_said_field_by_field(site):
    silent, private = _photo(site), _photo(site, visibility="private")
    spoken = _photo(site, alt_text='{"en":"A house"}')
    _make(site, "known", "published")
    page = _make(site, "wanting", excerpt={"en": "Short"}, title={
        "en": "Wanting", "de": "Bedürftig"}, content={"en": [
            {"type": "image", "media_id": silent},
            {"type": "image", "media_id": silent, "alt": "Here"},
            {"type": "image", "media_id": spoken},
            {"type": "image", "media_id": private, "alt": "Here"},
            {"type": "cta", "label": "a", "url": "/en/known?x=1"},
            {"type": "cta", "label": "a", "url": "/en/wanting"},
            {"type": "cta", "label": "a", "url": "/en/nowhere#top"},
            {"type": "cta", "label": "a", "url": "https://example.org/en/x"},
            {"type": "cta", "label": "a", "url": "/en/search?q=x"}]})
    assert _hints(site, page) == {
        "content.en.0.media_id": "has no alternative text",
        "content.en.3.media_id": "is not shown, because it is private",
        "content.en.5.url": "leads to a page that is not published",
        "content.en.6.url": "leads to a page that is not published",
        "content.de": "is not translated",
        "excerpt.de": "is not translated"}
    german = site.admin().get(f"{PAGES}/{page['id']}/check?lang=de").data
    assert german[0]["message"] == "hat keinen Alternativtext", german


def a_page_in_one_language_is_told_so_and_may_be_published(site):
    page = _make(site, "english", content={"en": "Only."})
    assert _hints(site, page) == {"title.de": "is not translated"}
    url = f"{PAGES}/{page['id']}"
    assert site.admin().post(url + "/publish").status == 200
    assert site.admin().get(f"{PAGES}/999999/check").status == 404


def one_action_is_done_on_many_pages(site):
    pages = [_make(site, f"many-{n}") for n in range(3)]
    ids = [p["id"] for p in pages]
    answer = site.admin().post(BULK + "publish", {"ids": ids})
    assert answer.status == 200, answer
    assert [p["id"] for p in answer.data] == ids
    assert {p["status"] for p in answer.data} == {"published"}
    assert "content" not in answer.data[0]
    assert site.spa.get(f"{PUBLIC}/many-2").status == 200
    for action, status in (("archive", "archived"), ("unpublish", "draft")):
        answer = site.admin().post(BULK + action, {"ids": ids})
        assert {p["status"] for p in answer.data} == {status}, answer
        assert site.spa.get(f"{PUBLIC}/many-2").status == 404
    answer = site.admin().post(BULK + "delete", {"ids": ids})
    assert answer.status == 200 and answer.data == [], answer
    assert site.admin().get(f"{PAGES}/{ids[0]}").status == 404
    answer = site.admin().post(BULK + "restore", {"ids": ids})
    assert [p["slug"] for p in answer.data] == ["many-0", "many-1", "many-2"]
    audit = site.rows("SELECT action FROM audit_log WHERE resource_type ="
                      f" 'page' AND resource_id = {ids[1]} ORDER BY id")
    assert len(audit) == 6, audit


def all_pages_are_changed_or_none(site):
    pages = [_make(site, f"none-{n}") for n in range(2)]
    ids = [pages[0]["id"], 999999, pages[1]["id"], 999998]
    answer = site.admin().post(BULK + "publish", {"ids": ids})
    assert answer.status == 422, answer
    assert set(answer.fields) == {"ids.1", "ids.3"}, answer
    assert site.spa.get(f"{PUBLIC}/none-0").status == 404
    gone = _make(site, "none-2")
    site.admin().delete(f"{PAGES}/{gone['id']}")
    _make(site, "none-2")
    site.admin().post(BULK + "delete", {"ids": [pages[0]["id"]]})
    answer = site.admin().post(BULK + "restore", {
        "ids": [pages[0]["id"], gone["id"]]})
    assert answer.status == 409 and answer.code == "SLUG_TAKEN", answer
    assert str(gone["id"]) in answer.json["error"]["message"], answer
    assert site.admin().get(f"{PAGES}/{pages[0]['id']}").status == 404


def a_list_of_ids_is_read_strictly(site):
    for body, fields in (({"ids": ["1", 0, 1.5]}, {"ids.0", "ids.1", "ids.2"}),
                         ({"ids": 7}, {"ids"}),
                         ({"ids": list(range(1, 102))}, {"ids"}),
                         ({"id": [1]}, {"ids", "id"})):
        answer = site.admin().post(BULK + "publish", body)
        assert answer.status == 422, answer
        assert set(answer.fields) == fields, answer
    assert site.admin().post(BULK + "publish", {"ids": []}).data == []
    answer = site.admin().post(BULK + "publish")
    assert answer.status == 400, answer
    assert site.staff("viewer").post(BULK + "publish",
                                     {"ids": [1]}).status == 403
    assert site.staff("editor").post(BULK + "delete",
                                     {"ids": [1]}).status == 403


def a_hundred_long_pages_fit_into_one_request(site):
    text = "Ein langer Satz über Größe. " * 4000
    ids = [_make(site, f"long-{n}", content={"en": text})["id"]
           for n in range(40)]
    before = site.workers()
    answer = site.admin().post(BULK + "publish", {"ids": ids})
    assert answer.status == 200 and len(answer.data) == 40, answer
    assert site.workers() == before, "a worker died of it"


run(globals(), "--no-demo")
