#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Settings, menus, redirects, the audit log, jobs: what admins look after."""
import csv
import io

from harness import run, until

SETTINGS = "/api/v1/admin/settings"
MENUS = "/api/v1/admin/menus"
REDIRECTS = "/api/v1/admin/redirects"
AUDIT = "/api/v1/admin/audit-log"
PAGES = "/api/v1/content/pages"


def settings_have_types_and_the_public_sees_some_of_them(site):
    settings = site.admin().get(SETTINGS).data
    assert settings["default_language"] == "en"
    assert settings["supported_languages"] == ["en", "de"]
    assert settings["maintenance_mode"] is False
    answer = site.admin().patch(SETTINGS, {
        "site_title": {"en": "Ours", "de": "Unseres"},
        "registration_enabled": False})
    assert answer.status == 200, answer
    assert answer.data["site_title"] == {"en": "Ours", "de": "Unseres"}
    public = site.spa.get("/api/v1/public/settings?lang=de").data
    assert public["site_title"] == "Unseres", public
    assert public["registration_enabled"] is False
    assert public["languages"] == ["en", "de"]
    assert "email_from_address" not in public


def wrong_settings_are_named_and_nothing_is_changed(site):
    answer = site.admin().patch(SETTINGS, {
        "site_title": {"en": "Other"}, "nonsense": 1, "maintenance_mode": "yes",
        "default_language": 5, "email_from_address": "nobody",
        "supported_languages": "en"})
    assert answer.status == 422, answer
    assert answer.fields == sorted([
        "nonsense", "maintenance_mode", "default_language",
        "email_from_address", "supported_languages"]), answer.fields
    assert site.admin().get(SETTINGS).data["site_title"]["en"] != "Other"
    answer = site.admin().patch(SETTINGS, {"default_language": "fr"})
    assert answer.fields == ["default_language"], answer
    answer = site.admin().patch(SETTINGS, {
        "supported_languages": ["en", "de", "en"]})
    assert answer.fields == ["supported_languages"], answer
    assert site.staff("editor").get(SETTINGS).status == 403


def a_map_is_merged_and_null_takes_a_language_away(site):
    title = site.admin().get(SETTINGS).data["site_title"]
    answer = site.admin().patch(SETTINGS, {"site_title": {"de": "Wir"}})
    assert answer.status == 200, answer
    assert answer.data["site_title"] == {**title, "de": "Wir"}, answer
    answer = site.admin().patch(SETTINGS, {"site_title": {"de": None}})
    assert answer.data["site_title"] == {"en": title["en"]}, answer
    answer = site.admin().patch(SETTINGS, {"site_title": {"en": None}})
    assert answer.status == 422, answer
    assert answer.fields == ["site_title.en"], answer
    answer = site.admin().patch(SETTINGS, {
        "site_title": {"de": 5, "fr": "x"}, "site_description": None,
        "default_language": None, "maintenance_mode": None})
    assert answer.fields == ["default_language", "maintenance_mode",
                             "site_description", "site_title.de",
                             "site_title.fr"], answer
    answer = site.admin().patch(SETTINGS, {"home_page": "start"})
    assert answer.data["home_page"] == "start", answer
    answer = site.admin().patch(SETTINGS, {"home_page": None,
                                           "site_title": title})
    assert answer.data["home_page"] == "", answer
    assert answer.data["site_title"] == title, answer


def settings_have_a_tag(site):
    first = site.admin().get(SETTINGS)
    tag = first.header("ETag")
    assert site.admin().get(SETTINGS, If_None_Match=tag).status == 304
    answer = site.admin().patch(SETTINGS, {"home_page": "one"}, If_Match=tag)
    assert answer.status == 200 and answer.header("ETag") != tag, answer
    for body in ({"home_page": "two"}, {"nonsense": 1}):
        answer = site.admin().patch(SETTINGS, body, If_Match=tag)
        assert answer.status == 412, answer
    assert site.admin().get(SETTINGS).data["home_page"] == "one"
    answer = site.admin().patch(SETTINGS, {"home_page": None}, If_Match="*")
    assert answer.status == 200 and answer.header("ETag") == tag, answer


def a_third_language_needs_no_new_schema(site):
    answer = site.admin().patch(SETTINGS, {
        "supported_languages": ["en", "de", "fr"]})
    assert answer.status == 200, answer
    page = site.admin().post(PAGES, {
        "title": {"en": "Cheese", "fr": "Fromage"}, "status": "published"})
    assert page.status == 201, page
    assert site.spa.get("/api/v1/public/pages/cheese?lang=fr").data[
        "title"] == "Fromage"
    site.admin().patch(SETTINGS, {"supported_languages": ["en", "de"]})
    assert site.spa.get("/api/v1/public/pages/cheese?lang=fr").status == 422


def maintenance_closes_the_site_for_all_but_admins(site):
    editor = site.staff("editor")
    assert site.admin().patch(SETTINGS, {"maintenance_mode": True}
                              ).status == 200
    for client in (site.spa, editor):
        answer = client.get("/api/v1/public/pages" if client is site.spa
                            else PAGES)
        assert answer.status == 503 and answer.code == "UNAVAILABLE", answer
        assert int(answer.header("Retry-After")) > 0
    assert site.admin().get(PAGES).status == 200
    assert site.spa.get("/api/v1/health").status == 200
    assert site.login().get("/api/v1/auth/me").status == 200
    assert site.admin().patch(SETTINGS, {"maintenance_mode": False}
                              ).status == 200
    assert site.spa.get("/api/v1/public/pages").status == 200


def menus_lead_to_published_pages_in_the_readers_language(site):
    page = site.admin().post(PAGES, {
        "title": {"en": "Team", "de": "Mannschaft"}, "slug": "team",
        "slugs": {"de": "mannschaft"}, "status": "published"}).data
    draft = site.admin().post(PAGES, {"title": {"en": "Hidden"}}).data
    answer = site.admin().post(MENUS, {"name": "side", "items": [
        {"label": {"en": "Team", "de": "Team!"}, "page_id": page["id"],
         "children": [{"label": {"en": "Mail"}, "url": "mailto:a@b.example"}]},
        {"label": {"en": "Hidden"}, "page_id": draft["id"]}]})
    assert answer.status == 201, answer
    menu = site.spa.get("/api/v1/public/menus?lang=de").data["side"]
    base = f"http://localhost:{site.spa_port}"
    assert menu == [{"label": "Team!", "url": base + "/de/mannschaft",
                     "children": [{"label": "Mail",
                                   "url": "mailto:a@b.example",
                                   "children": []}]}], menu
    site.admin().post(f"{PAGES}/{page['id']}/unpublish")
    assert site.spa.get("/api/v1/public/menus").data["side"] == []
    assert site.admin().delete(f"{MENUS}/{answer.data['id']}").status == 204
    assert "side" not in site.spa.get("/api/v1/public/menus").data


def wrong_menus_are_named_by_their_place(site):
    answer = site.admin().post(MENUS, {"name": "Bad Name", "items": [
        {"url": "javascript:x"}, 5, {"label": {"fr": "x"}, "page_id": 999,
                                     "colour": 1}]})
    assert answer.fields == sorted([
        "name", "items.0.label", "items.0.url", "items.1",
        "items.2.label.en", "items.2.label.fr", "items.2.page_id",
        "items.2.colour"]), answer.fields
    assert site.admin().post(MENUS, {"name": "twice"}).status == 201
    answer = site.admin().post(MENUS, {"name": "twice"})
    assert answer.status == 409 and answer.code == "CONFLICT", answer


def redirects_are_paths_that_lead_elsewhere(site):
    answer = site.admin().post(REDIRECTS, {"from_path": "/old.html",
                                           "to_url": "/en/team"})
    assert answer.status == 201 and answer.data["status"] == 301, answer
    base = f"http://localhost:{site.spa_port}"
    for body, fields in (({"from_path": "old", "to_url": "/x"}, ["from_path"]),
                         ({"from_path": "/a?b", "to_url": "/x"},
                          ["from_path"]),
                         ({"from_path": "/a", "to_url": "/a"}, ["to_url"]),
                         ({"from_path": "/c", "to_url": base + "/c"},
                          ["to_url"]),
                         ({"from_path": "/en/team", "to_url": "/old.html#a"},
                          ["to_url"]),
                         ({"from_path": "/a", "to_url": "/b", "status": 307},
                          ["status"])):
        assert site.admin().post(REDIRECTS, body).fields == fields, body
    again = site.admin().post(REDIRECTS, {"from_path": "/old.html",
                                          "to_url": "/b"})
    assert again.status == 409, again


def the_audit_log_is_filtered_and_comes_as_csv(site):
    site.admin().patch(SETTINGS, {"site_title": {"en": "=1+1"}})
    answer = site.admin().get(AUDIT + "?resource_type=setting&per_page=1")
    entry = answer.data[0]
    assert set(entry) == {"id", "created_at", "user_id", "user_email",
                          "action", "resource_type", "resource_id", "before",
                          "after", "request_id"}, entry
    assert entry["after"]["site_title"]["en"] == "=1+1", entry
    assert site.admin().get(AUDIT + "?action=create").data
    assert site.admin().get(AUDIT + "?from=2999-01-01T00:00:00Z").data == []
    assert site.admin().get(AUDIT + "?from=yesterday").fields == ["from"]
    assert site.staff("editor").get(AUDIT).status == 403
    answer = site.admin().get(AUDIT, Accept="text/csv")
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows[0][0] == "id" and len(rows) > 5
    assert all(len(r) == len(rows[0]) for r in rows)
    assert not any(c and c[0] in "=+-@\t\r" for r in rows for c in r)


def jobs_can_be_asked_to_run(site):
    answer = site.admin().get("/api/v1/admin/jobs")
    jobs = answer.data
    assert answer.json["pagination"]["total"] == len(jobs), answer
    names = {j["name"] for j in jobs}
    assert {"publish", "purge", "checkpoint"} <= names, names
    assert set(jobs[0]) >= {"name", "schedule", "last_run", "next_run",
                            "last_error"}
    assert site.admin().post("/api/v1/admin/jobs/none/run").status == 404
    assert site.admin().post("/api/v1/admin/jobs/purge/run").status == 202
    until(lambda: [j["last_run"] for j in site.admin().get(
        "/api/v1/admin/jobs").data if j["name"] == "purge"][0])


run(globals(), "--no-demo")
