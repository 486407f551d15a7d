#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Pages for staff: the contract of /content/pages, line by line."""
import sqlite3
import time
from urllib.parse import quote

from harness import run, until

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"


def _make(site, slug, status="draft", **more):
    body = {"title": {"en": slug.title()}, "slug": slug, "status": status}
    answer = site.admin().post(PAGES, {**body, **more})
    assert answer.status == 201, answer
    return answer.data


def a_new_page_is_a_draft_with_an_address_of_its_own(site):
    answer = site.admin().post(PAGES, {
        "title": {"en": "Our Größe & more", "de": "Unsere Größe"},
        "content": {"en": "Hello"}})
    assert answer.status == 201, answer
    page = answer.data
    assert page["slug"] == "our-groesse-more", page
    assert page["status"] == "draft" and page["version"] == 1
    assert page["published_at"] is None
    assert answer.header("Location") == \
        f"http://localhost:{site.spa_port}{PAGES}/{page['id']}"
    assert answer.header("ETag") and answer.header(
        "Cache-Control") == "no-store"
    assert site.spa.get(f"{PUBLIC}/our-groesse-more").status == 404


def every_wrong_field_is_named_at_once(site):
    answer = site.admin().post(PAGES, {
        "title": {"de": "nur deutsch", "fr": "x"}, "slug": "Not A Slug",
        "status": "live", "sort_order": "three", "is_featured": 1,
        "publish_at": "tomorrow", "canonical_url": "javascript:alert(1)",
        "author_id": 999, "nonsense": True, "excerpt": {"de": "nur"},
        "content": {"en": [{"type": "hero", "cta_url": "javascript:x"},
                           {"type": "spaceship"}, "text",
                           {"type": "features", "items": [{"text": 5}]}],
                    "de": 7}})
    assert answer.status == 422 and answer.code == "VALIDATION_ERROR", answer
    assert answer.fields == sorted([
        "title.fr", "title.en", "slug", "status", "sort_order", "is_featured",
        "publish_at", "canonical_url", "author_id", "nonsense", "excerpt.en",
        "content.en.0.cta_url", "content.en.1.type", "content.en.2",
        "content.en.3.items.0.text", "content.de"]), answer.fields


def messages_are_in_the_language_of_the_caller(site):
    for headers, word in (({"Accept_Language": "de-AT,de;q=0.9"}, "fehlt"),
                          ({"Accept_Language": "fr, en;q=0.5"}, "required"),
                          ({}, "required")):
        answer = site.admin().post(PAGES, {"slug": "x"}, **headers)
        assert word in answer.json["error"]["details"][0]["message"], answer
    answer = site.admin().post(PAGES + "?lang=de", {"slug": "x"})
    assert "fehlt" in answer.json["error"]["details"][0]["message"], answer


def a_patch_merges_languages_and_null_clears(site):
    page = _make(site, "patched", title={"en": "One", "de": "Eins"},
                 excerpt={"en": "e", "de": "d"}, sort_order=7)
    url = f"{PAGES}/{page['id']}"
    page = site.admin().patch(url, {"title": {"de": "Zwei"}}).data
    assert page["title"] == {"en": "One", "de": "Zwei"}, page
    page = site.admin().patch(url, {
        "title": {"de": None}, "excerpt": None, "sort_order": None}).data
    assert page["title"] == {"en": "One"}, page
    assert page["excerpt"] is None and page["sort_order"] == 0
    answer = site.admin().patch(url, {"title": None})
    assert answer.status == 422 and answer.fields == ["title"], answer
    answer = site.admin().patch(url, {"title": {"en": None}})
    assert answer.status == 422 and answer.fields == ["title.en"], answer


def a_put_returns_what_it_leaves_out_to_its_default(site):
    page = _make(site, "replaced", "published", sort_order=9,
                 excerpt={"en": "gone soon"})
    url = f"{PAGES}/{page['id']}"
    answer = site.admin().put(url, {"title": {"en": "New"}})
    assert answer.status == 200, answer
    page = answer.data
    assert page["excerpt"] is None and page["sort_order"] == 0
    assert page["status"] == "draft" and page["slug"] == "replaced"
    assert site.admin().put(url, {"slug": "x"}).fields == ["title"]


def what_get_gave_can_be_put_back(site):
    page = _make(site, "round-trip", "published", excerpt={"en": "x"})
    url = f"{PAGES}/{page['id']}"
    answer = site.admin().put(url, site.admin().get(url).data)
    assert answer.status == 200, answer
    assert answer.data == page, (answer.data, page)
    answer = site.admin().put(url, {**page, "version": 99, "id": 5})
    assert answer.status == 422 and answer.fields == ["id", "version"], answer


def a_change_that_changes_nothing_makes_no_version(site):
    page = _make(site, "still")
    url = f"{PAGES}/{page['id']}"
    assert site.admin().patch(url, {"title": {"en": "Still"}}).data[
        "version"] == 1
    assert site.admin().patch(url, {"title": {"en": "Moved"}}).data[
        "version"] == 2
    versions = site.admin().get(url + "/versions").data
    assert [v["version"] for v in versions] == [2, 1], versions
    assert versions[0]["author_id"] and versions[0]["author_name"]


def an_old_version_is_read_whole_and_restored_as_a_new_one(site):
    page = _make(site, "history", content={"en": "first"})
    url = f"{PAGES}/{page['id']}"
    site.admin().patch(url, {"content": {"en": "second"},
                             "title": {"en": "Second"}})
    old = site.admin().get(url + "/versions/1")
    assert old.status == 200 and old.data["content"] == {"en": "first"}, old
    answer = site.admin().post(url + "/versions/1/restore")
    assert answer.status == 200 and answer.data["version"] == 3, answer
    assert answer.data["content"] == {"en": "first"}
    assert answer.data["title"] == {"en": "History"}
    assert site.admin().get(url + "/versions/9").status == 404
    assert site.admin().post(url + "/versions/0/restore").status == 404


def a_stale_edit_gets_412_and_changes_nothing(site):
    page = _make(site, "contested")
    url = f"{PAGES}/{page['id']}"
    first = site.admin().get(url).header("ETag")
    answer = site.admin().patch(url, {"sort_order": 1}, If_Match="W/" + first)
    assert answer.status == 200, answer
    second = answer.header("ETag")
    assert second != first
    for method in ("patch", "put"):
        answer = getattr(site.admin(), method)(
            url, {"title": {"en": "Lost"}}, If_Match=first)
        assert answer.status == 412, answer
        assert answer.code == "PRECONDITION_FAILED"
    assert site.admin().delete(url, If_Match=first).status == 412
    assert site.admin().get(url).data["title"] == {"en": "Contested"}
    assert site.admin().patch(url, {"sort_order": 2},
                              If_Match=f'"other", {second}').status == 200
    assert site.admin().patch(url, {"sort_order": 3},
                              If_Match="*").status == 200


def a_stale_page_is_not_copied(site):
    page = _make(site, "stale-copy")
    url = f"{PAGES}/{page['id']}"
    first = site.admin().get(url).header("ETag")
    site.admin().patch(url, {"sort_order": 1})
    answer = site.admin().post(url + "/duplicate", If_Match=first)
    assert answer.status == 412, answer
    assert not site.rows("SELECT 1 FROM pages WHERE slug = 'stale-copy-2'")


def a_patch_may_be_called_a_merge_patch(site):
    page = _make(site, "merged")
    url = f"{PAGES}/{page['id']}"
    kind = {"Content-Type": "application/merge-patch+json"}
    answer = site.admin().request("PATCH", url, b'{"sort_order":3}', kind)
    assert answer.status == 200 and answer.data["sort_order"] == 3, answer
    answer = site.admin().request("PUT", url, b'{"title":{"en":"x"}}', kind)
    assert answer.status == 415, answer


def a_known_etag_gives_304(site):
    page = _make(site, "known", "published")
    for client, url in ((site.admin(), f"{PAGES}/{page['id']}"),
                        (site.spa, f"{PUBLIC}/known"), (site.spa, PUBLIC)):
        tag = client.get(url).header("ETag")
        answer = client.get(url, If_None_Match=tag)
        assert answer.status == 304 and answer.body == b"", answer
        assert answer.header("ETag") == tag
        assert client.get(url, If_None_Match='"x"').status == 200


def publishing_is_an_action_or_a_status_and_keeps_its_first_time(site):
    page = _make(site, "outgoing")
    url = f"{PAGES}/{page['id']}"
    answer = site.admin().post(url + "/publish")
    assert answer.status == 200 and answer.data["status"] == "published"
    first = answer.data["published_at"]
    assert first
    assert site.spa.get(f"{PUBLIC}/outgoing").status == 200
    assert site.admin().post(url + "/unpublish", {}).data["status"] == "draft"
    assert site.spa.get(f"{PUBLIC}/outgoing").status == 404
    site.set_clock(120)
    answer = site.admin().patch(url, {"status": "published"})
    site.set_clock(0)
    assert answer.data["published_at"] == first, answer
    answer = site.admin().patch(url, {"status": "archived"})
    assert answer.data["status"] == "archived"
    assert site.spa.get(f"{PUBLIC}/outgoing").status == 404
    assert site.admin().post(url + "/publish", {"now": 1}).status == 422


def a_change_to_a_published_page_is_live_at_once(site):
    page = _make(site, "live", "published", content={"en": "before"})
    for n in range(20):
        text = f"after {n}"
        site.admin().patch(f"{PAGES}/{page['id']}", {"content": {"en": text}})
        # Whichever worker answers, none knows an older text.
        for _ in range(4):
            assert site.spa.get(f"{PUBLIC}/live").data["content"] == {
                "en": text}


def a_page_publishes_itself_when_its_time_comes(site):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    page = _make(site, "appointed", publish_at=at)
    assert page["publish_at"] == at
    assert site.spa.get(f"{PUBLIC}/appointed").status == 404
    site.set_clock(3700)
    until(lambda: site.spa.get(f"{PUBLIC}/appointed").status == 200)
    site.set_clock(0)
    page = site.admin().get(f"{PAGES}/{page['id']}").data
    assert page["publish_at"] is None and page["status"] == "published"


def what_is_published_cannot_be_told_to_publish_itself(site):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    page = _make(site, "out-already", "published")
    url = f"{PAGES}/{page['id']}"
    answer = site.admin().patch(url, {"publish_at": at})
    assert answer.status == 422 and answer.fields == ["publish_at"], answer
    answer = site.admin().post(PAGES, {"title": {"en": "x"}, "publish_at": at,
                                       "status": "published"})
    assert answer.status == 422 and answer.fields == ["publish_at"], answer
    # An appointment made before is kept early, and so is over.
    page = _make(site, "out-early", publish_at=at)
    url = f"{PAGES}/{page['id']}"
    answer = site.admin().put(url, {**page, "status": "published"})
    assert answer.status == 200, answer
    assert answer.data["publish_at"] is None, answer


def a_page_that_cannot_be_published_holds_up_no_other(site):
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    broken = _make(site, "broken-appointment", publish_at=at)
    good = _make(site, "good-appointment", publish_at=at)
    # By hand: the version that publishing would add is there already.
    db = sqlite3.connect(site.env["DATABASE_URL"])
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("INSERT INTO page_versions (page_id, version, status, snapshot,"
               " created_at) VALUES (?, 2, 'draft', '{}',"
               " '2026-01-01 00:00:00')", (broken["id"],))
    db.commit()
    site.set_clock(3700)
    try:
        until(lambda: site.spa.get(f"{PUBLIC}/good-appointment"
                                   ).status == 200)
        assert site.spa.get(f"{PUBLIC}/broken-appointment").status == 404
    finally:
        site.set_clock(0)
        db.execute("UPDATE pages SET publish_at = NULL WHERE id = ?",
                   (broken["id"],))
        db.commit()
        db.close()
    assert site.admin().get(f"{PAGES}/{good['id']}").data["publish_at"] is None


def a_slug_is_taken_once_and_free_after_a_delete(site):
    page = _make(site, "singular")
    answer = site.admin().post(PAGES, {"title": {"en": "x"},
                                       "slug": "singular"})
    assert answer.status == 409 and answer.code == "SLUG_TAKEN", answer
    assert site.admin().post(PAGES, {"title": {"en": "Singular"}}).data[
        "slug"] == "singular-2"
    url = f"{PAGES}/{page['id']}"
    assert site.admin().delete(url).status == 204
    assert site.admin().delete(url).status == 404
    assert site.admin().get(url).status == 404
    again = _make(site, "singular")
    answer = site.admin().post(url + "/restore")
    assert answer.status == 409 and answer.code == "SLUG_TAKEN", answer
    assert site.admin().delete(f"{PAGES}/{again['id']}").status == 204
    answer = site.admin().post(url + "/restore")
    assert answer.status == 200 and answer.data["slug"] == "singular", answer


def the_trash_is_a_list_of_its_own(site):
    page = _make(site, "thrown-away")
    site.admin().delete(f"{PAGES}/{page['id']}")
    live = site.admin().get(PAGES + "?per_page=100").data
    gone = site.admin().get(PAGES + "?deleted=true&per_page=100").data
    assert page["id"] not in [p["id"] for p in live]
    assert page["id"] in [p["id"] for p in gone]


def an_old_slug_leads_to_the_new_one(site):
    page = _make(site, "first-name", "published",
                 slugs={"de": "erster-name"})
    url = f"{PAGES}/{page['id']}"
    site.admin().patch(url, {"slug": "second-name",
                             "slugs": {"de": "zweiter-name"}})
    base = f"http://localhost:{site.spa_port}{PUBLIC}"
    for old in ("first-name", "erster-name"):
        answer = site.spa.get(f"{PUBLIC}/{old}")
        assert answer.status == 301, answer
        assert answer.header("Location") == base + "/second-name", answer
    answer = site.spa.get(f"{PUBLIC}/erster-name?lang=de")
    assert answer.header("Location") == base + "/zweiter-name?lang=de", answer
    for slug in ("second-name", "zweiter-name"):
        assert site.spa.get(f"{PUBLIC}/{slug}").data["id"] == page["id"]
    answer = site.admin().post(PAGES, {
        "title": {"en": "x"}, "slugs": {"de": "second-name"}})
    assert answer.status == 409 and answer.code == "SLUG_TAKEN", answer
    answer = site.admin().post(PAGES, {
        "title": {"en": "x"}, "slug": "zweiter-name"})
    assert answer.status == 409 and answer.code == "SLUG_TAKEN", answer


def one_language_is_flattened_and_falls_back(site):
    _make(site, "flat", "published", title={"en": "Flat", "de": "Flach"},
          excerpt={"en": "only English"}, content={"en": "E", "de": "D"})
    page = site.spa.get(f"{PUBLIC}/flat?lang=de").data
    assert page["title"] == "Flach" and page["content"] == "D", page
    assert page["language"] == "de" and page["excerpt"] == "only English"
    assert page["fallback"] is True
    page = site.spa.get(f"{PUBLIC}/flat?lang=en").data
    assert page["title"] == "Flat" and "fallback" not in page, page
    _make(site, "flat-empty", "published", title={"en": "E", "de": ""})
    page = site.spa.get(f"{PUBLIC}/flat-empty?lang=de").data
    assert page["title"] == "E" and page["fallback"] is True, page
    assert site.spa.get(f"{PUBLIC}/flat?lang=fr").fields == ["lang"]
    items = site.spa.get(f"{PUBLIC}?lang=de").data
    assert all(i["language"] == "de" and "content" not in i for i in items)


def a_preview_shows_a_draft_to_a_stranger_for_an_hour(site):
    page = _make(site, "secret-plan", content={"en": "not yet"})
    answer = site.staff("editor").post(f"{PAGES}/{page['id']}/preview")
    assert answer.status == 201, answer
    token = answer.data["url"].rsplit("/", 1)[1]
    shown = site.spa.get(f"{PUBLIC}/preview/{token}")
    assert shown.status == 200 and shown.data["content"] == {"en": "not yet"}
    assert shown.header("Cache-Control") == "no-store"
    assert shown.header("Referrer-Policy") == "no-referrer", shown
    assert shown.header("X-Robots-Tag") == "noindex"
    assert site.spa.get(f"{PUBLIC}/preview/{token[:-2]}xx").status == 404
    site.set_clock(3700)
    gone = site.spa.get(f"{PUBLIC}/preview/{token}")
    site.set_clock(0)
    assert gone.status == 410 and gone.code == "GONE", gone
    assert token not in site.logs()


def a_copy_is_a_draft_with_a_free_slug(site):
    page = _make(site, "original", "published", content={"en": "text"})
    answer = site.admin().post(f"{PAGES}/{page['id']}/duplicate")
    assert answer.status == 201, answer
    copy = answer.data
    assert copy["slug"] == "original-2" and copy["status"] == "draft"
    assert copy["content"] == page["content"] and copy["version"] == 1
    assert answer.header("Location").endswith(f"{PAGES}/{copy['id']}")


def roles_may_what_the_table_says(site):
    page = _make(site, "ranked")
    url = f"{PAGES}/{page['id']}"
    viewer, editor = site.staff("viewer"), site.staff("editor")
    assert site.api.get(PAGES).status == 401
    assert site.api.get(PAGES).header("WWW-Authenticate") == "Bearer"
    assert viewer.get(url).status == 200
    answer = viewer.patch(url, {"nonsense": 1})
    assert answer.status == 403 and answer.code == "FORBIDDEN", answer
    assert viewer.post(PAGES, {}).status == 403
    assert editor.patch(url, {"sort_order": 4}).status == 200
    assert editor.delete(url).status == 403
    assert site.admin().delete(url).status == 204


def checks_come_in_the_order_of_the_contract(site):
    editor = site.staff("editor")
    send = editor.request
    assert send("POST", "/api/v1/content/nothing", b"{").status == 404
    answer = send("PATCH", PAGES, b"{")
    assert answer.status == 405 and answer.code == "METHOD_NOT_ALLOWED"
    assert answer.header("Allow") == "GET, HEAD, POST, OPTIONS", answer
    json = {"Content-Type": "application/json"}
    assert send("POST", PAGES, b" " * 300000, json).status == 413
    assert site.api.request("POST", PAGES, b"{", json).status == 401
    assert site.staff("viewer").request("POST", PAGES, b"{",
                                        json).status == 403
    assert send("POST", PAGES, b"{", {"Content-Type": "text/plain"}
                ).status == 415
    assert send("PATCH", PAGES + "/99999", b"{", json).status == 400
    assert send("PATCH", PAGES + "/99999", b'{"a":1}', json).status == 404
    assert send("POST", PAGES, b"", json).status == 400
    assert send("POST", PAGES, b"").status == 400
    assert send("POST", "/api/v1/content/media", b"").status == 400
    assert send("POST", PAGES + "?x=1", b"{", json).status == 400
    assert send("POST", PAGES + "?x=1", b"{}", json).status == 422


def unknown_parameters_are_refused_and_utm_is_not(site):
    answer = site.admin().get(PAGES + "?colour=red&page=0&per_page=101")
    assert answer.status == 422, answer
    assert "colour" in answer.fields, answer
    answer = site.admin().get(PAGES + "?page=0&per_page=101&order=up"
                              "&sort_by=title&status=x&is_featured=maybe")
    assert answer.status == 422, answer
    assert {"page", "per_page", "order", "status",
            "is_featured"} <= set(answer.fields), answer.fields
    assert site.spa.get(PUBLIC + "?utm_source=mail").status == 200
    assert site.spa.get(PUBLIC + "?page=1&page=2").status == 422
    assert site.spa.get(PUBLIC + "?page%20per_page=1").status == 422
    answer = site.admin().post(PAGES, {"title": {"en": "Two words"},
                                       "status": "draft published"})
    assert answer.status == 422 and answer.fields == ["status"], answer


def lists_are_sorted_paged_and_counted(site):
    for n in range(25):
        _make(site, f"counted-{n:02d}", "archived", sort_order=n % 5,
              title={"en": f"Counted {n}"})
    url = PAGES + "?status=archived&per_page=10"
    answer = site.admin().get(url)
    total = answer.json["pagination"]["total"]
    assert total == site.rows("SELECT count(*) AS n FROM pages WHERE status ="
                              " 'archived' AND deleted_at IS NULL")[0]["n"]
    assert answer.json["pagination"]["total_exact"] is True
    assert all("content" not in p for p in answer.data)
    ids = [p["id"] for p in answer.data]
    assert ids == sorted(ids, reverse=True), "newest first"
    by_sort = site.admin().get(
        url + "&sort_by=sort_order&order=asc").data
    keys = [(p["sort_order"], p["id"]) for p in by_sort]
    assert keys == sorted(keys), keys
    deep = site.admin().get(PAGES + "?page=101&per_page=100")
    assert deep.status == 422 and deep.fields == ["page"], deep


def a_cursor_reaches_every_row_once(site):
    for sort in ("id", "created_at", "sort_order", "published_at",
                 "updated_at"):
        for order in ("asc", "desc"):
            url = f"{PAGES}?sort_by={sort}&order={order}&per_page=7"
            answer = site.admin().get(url)
            seen = [p["id"] for p in answer.data]
            while answer.json["pagination"]["next_cursor"]:
                answer = site.admin().get(
                    url + "&cursor=" + answer.json["pagination"]["next_cursor"])
                assert answer.status == 200, answer
                assert answer.json["pagination"]["total"] is None
                assert answer.json["pagination"]["page"] is None
                seen += [p["id"] for p in answer.data]
            live = site.rows("SELECT count(*) AS n FROM pages"
                             " WHERE deleted_at IS NULL")[0]["n"]
            assert len(seen) == len(set(seen)) == live, (sort, order, seen)


def a_cursor_of_another_list_is_refused(site):
    cursor = site.admin().get(PAGES + "?per_page=3").json["pagination"][
        "next_cursor"]
    for more in ("&sort_by=id", "&order=asc", "&status=draft", "&search=a"):
        answer = site.admin().get(f"{PAGES}?per_page=3{more}&cursor={cursor}")
        assert answer.status == 422 and answer.fields == ["cursor"], answer
    for wrong in ("x", "", "AAAA", cursor[:-1], cursor + "A"):
        answer = site.admin().get(f"{PAGES}?per_page=3&cursor={wrong}")
        assert answer.status == 422, (wrong, answer)
    assert site.admin().get(f"{PAGES}?per_page=9&cursor={cursor}"
                            ).status == 200


def search_finds_words_and_their_beginnings_in_lists(site):
    _make(site, "needle", title={"en": "Quarzuhr", "de": "Größenwahn"},
          content={"en": "about a haystack of straw"})
    for words in ("quarz", "QUARZUHR", "needle", "hayst straw", "grossenwahn",
                  "groessenwahn", "Größen"):
        found = site.admin().get(PAGES + "?search=" + quote(words))
        assert [p["slug"] for p in found.data] == ["needle"], (words, found)
    for words in ("quarz missing", "uarz", "C++ %22 (", "*", "AND"):
        found = site.admin().get(PAGES + "?search=" + quote(words))
        assert found.status == 200, found
        assert "needle" not in [p["slug"] for p in found.data], words


def strings_come_back_exactly_as_they_were_sent(site):
    text = 'Łukasz O\'Brien, <b>&amp;</b> "x" \\ / \u2028 \U0001f600 e\u0301'
    page = _make(site, "exact", title={"en": text}, content={"en": text})
    assert page["title"] == {"en": text}
    assert site.admin().get(f"{PAGES}/{page['id']}").data["content"] == {
        "en": text}


def what_staff_changes_is_in_the_audit_log(site):
    page = _make(site, "watched")
    site.admin().patch(f"{PAGES}/{page['id']}", {"sort_order": 5})
    site.admin().post(f"{PAGES}/{page['id']}/publish")
    site.admin().delete(f"{PAGES}/{page['id']}")
    rows = site.rows("SELECT action, before, after, user_email, request_id"
                     " FROM audit_log WHERE resource_type = 'page' AND"
                     " resource_id = ? ORDER BY id", page["id"])
    assert [r["action"] for r in rows] == ["create", "update", "update", "delete"]
    assert '"sort_order":0' in rows[1]["before"] and '"sort_order":5' in rows[1][
        "after"]
    assert all(r["user_email"] == "admin@example.org" and
               len(r["request_id"]) == 32 for r in rows)


def pages_by_hand_written_sql_are_found_and_counted(site):
    db = sqlite3.connect(site.env["DATABASE_URL"])
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("INSERT INTO pages (slug, title, content, status) VALUES"
               " ('by-hand', '{\"en\":\"Handmade\"}', '{\"en\":\"zylinder\"}',"
               " 'published')")
    db.commit()
    db.close()
    assert site.spa.get(f"{PUBLIC}/by-hand").status == 200
    until(lambda: [p["slug"] for p in site.admin().get(
        PAGES + "?search=zylinder").data] == ["by-hand"])
    versions = site.admin().get(PAGES + "?search=zylinder").data[0]["id"]
    assert site.admin().get(f"{PAGES}/{versions}/versions").data[0][
        "version"] == 1


run(globals())
