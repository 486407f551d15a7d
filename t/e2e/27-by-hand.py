#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Rows that hand-written SQL makes: whole, found, and never stale."""
import json
import sqlite3
import warnings

from harness import run, until

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import crypt

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"
MEDIA = "/api/v1/content/media"
USERS = "/api/v1/admin/users"

# Every table that this database has always had, with its columns.
TABLES = {
    "admin_users": "id email hashed_password first_name last_name avatar_url "
    "timezone language role is_active last_login failed_login_attempts "
    "locked_until created_at updated_at deleted_at",
    "user_sessions": "id user_id session_token expires_at user_agent "
    "ip_address created_at",
    "pages": "id slug title content excerpt meta_description template status "
    "is_featured sort_order seo_title seo_keywords canonical_url "
    "published_at author_id created_at updated_at deleted_at",
    "pages_fts": "title content excerpt",
    "media_files": "id filename original_filename file_path file_size "
    "mime_type file_hash title alt_text description image_metadata folder "
    "tags uploaded_by upload_ip created_at updated_at deleted_at",
    "webinars": "id title description slug scheduled_at duration_minutes "
    "timezone max_participants meeting_url recording_url "
    "presentation_file_id status registration_enabled registration_deadline "
    "presenter_name presenter_bio presenter_avatar_id created_at updated_at "
    "deleted_at",
    "webinar_registrations": "id webinar_id first_name last_name email "
    "company job_title phone registration_source utm_source utm_medium "
    "utm_campaign attended attendance_duration send_reminder send_recording "
    "registered_at confirmed_at",
    "whitepapers": "id title description slug file_id thumbnail_id "
    "preview_content category tags industry requires_registration "
    "lead_magnet_active meta_title meta_description status featured "
    "sort_order published_at author_id download_count view_count created_at "
    "updated_at deleted_at",
    "whitepaper_downloads": "id whitepaper_id first_name last_name email "
    "company job_title phone download_ip user_agent download_source "
    "utm_source utm_medium utm_campaign downloaded_at",
    "bookings": "id first_name last_name email company job_title phone "
    "booking_type preferred_date duration_minutes timezone subject message "
    "budget_range urgency status confirmed_at completed_at meeting_url "
    "meeting_notes follow_up_required lead_score lead_source utm_source "
    "utm_medium utm_campaign assigned_to created_at updated_at deleted_at",
    "analytics_events": "id event_type event_category event_action "
    "event_label page_path referrer user_agent ip_address session_id user_id "
    "utm_source utm_medium utm_campaign utm_term utm_content metadata "
    "created_at",
    "system_settings": "id key value description type created_at updated_at",
}
DEFAULTS = {
    "admin_users": {"timezone": "UTC", "language": "en", "is_active": 1,
                    "failed_login_attempts": 0},
    "pages": {"template": "default", "status": "draft", "is_featured": 0,
              "sort_order": 0},
    "media_files": {"folder": "/"},
    "webinars": {"duration_minutes": 60, "timezone": "UTC",
                 "status": "scheduled", "registration_enabled": 1},
    "webinar_registrations": {"attended": 0, "send_reminder": 1,
                              "send_recording": 1},
    "whitepapers": {"requires_registration": 1, "lead_magnet_active": 1,
                    "status": "draft", "featured": 0, "sort_order": 0,
                    "download_count": 0, "view_count": 0},
    "bookings": {"duration_minutes": 30, "timezone": "UTC",
                 "status": "pending", "follow_up_required": 0,
                 "lead_score": 0},
}
# The least that an insert of each must say.
LEAST = {
    "admin_users": {"email": "least@example.org", "hashed_password": "x"},
    "user_sessions": {"user_id": 1, "session_token": "t",
                      "expires_at": "2030-01-01 00:00:00"},
    "pages": {"slug": "least", "title": '{"en":"Least"}'},
    "media_files": {"filename": "a", "original_filename": "a",
                    "file_path": "a", "file_size": 1, "mime_type": "image/png",
                    "file_hash": "0" * 64},
    "webinars": {"slug": "least", "title": '{"en":"Least"}',
                 "scheduled_at": "2030-01-01 00:00:00"},
    "webinar_registrations": {"webinar_id": 1, "email": "a@example.org"},
    "whitepapers": {"slug": "least", "title": '{"en":"Least"}'},
    "whitepaper_downloads": {"whitepaper_id": 1, "email": "a@example.org"},
    "bookings": {"email": "a@example.org"},
    "analytics_events": {"event_type": "page_view"},
    "system_settings": {"key": "least", "value": "1"},
}


def _insert(site, table, **columns):
    return site.sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
                    f"({', '.join('?' * len(columns))})", *(
                        json.dumps(v, ensure_ascii=False)
                        if isinstance(v, (dict, list)) else v
                        for v in columns.values()))


def _results(site, words, **parameters):
    query = "&".join(f"{k}={v}" for k, v in parameters.items())
    return site.api.get(f"/api/v1/public/search?q={words}&{query}").data


def every_column_of_old_stands_where_it_always_stood(site):
    for table, columns in TABLES.items():
        there = {r["name"] for r in site.rows(
            "SELECT name FROM pragma_table_info(?)", table)}
        assert set(columns.split()) <= there, (
            table, set(columns.split()) - there)


def rows_may_say_the_least_and_get_the_usual_rest(site):
    site.admin()
    for table, columns in LEAST.items():
        number = _insert(site, table, **columns)
        row = site.rows(f"SELECT * FROM {table} WHERE id = ?", number)[0]
        for name, value in DEFAULTS.get(table, {}).items():
            assert row[name] == value, (table, name, row)
        for name in ("created_at", "updated_at", "registered_at",
                     "downloaded_at"):
            assert row.get(name, "2026-01-01 00:00:00")[4] == "-", row
    settings = {r["key"]: (r["value"], r["type"]) for r in site.rows(
        "SELECT key, value, type FROM system_settings")}
    assert settings["default_language"] == ("en", "string")
    assert json.loads(settings["supported_languages"][0]) == ["en", "de"]
    assert settings["maintenance_mode"] == ("false", "boolean")
    assert settings["registration_enabled"] == ("true", "boolean")
    for name in ("site_title", "site_description", "email_from_name",
                 "email_from_address"):
        assert name in settings, name


def values_that_no_column_may_hold_are_refused(site):
    for table, wrong in (
            ("pages", {"status": "live"}), ("pages", {"title": "no JSON"}),
            ("pages", {"is_featured": 2}), ("pages", {"author_id": 999}),
            ("admin_users", {"role": "root"}),
            ("media_files", {"tags": "{"}),
            ("webinars", {"status": "draft"}),
            ("bookings", {"urgency": "now"}),
            ("user_sessions", {"user_id": 999, "session_token": "x"}),
            ("system_settings", {"key": "odd", "type": "blob"})):
        try:
            _insert(site, table, **{**LEAST[table], "slug": "wrong", **wrong}
                    if "slug" in LEAST[table] else {**LEAST[table], **wrong})
        except sqlite3.IntegrityError:
            continue
        raise AssertionError((table, wrong))


def a_user_made_by_sql_signs_in_with_a_bcrypt_hash(site):
    number = _insert(
        site, "admin_users", email="Hand.Made@Example.org", role="editor",
        hashed_password=crypt.crypt(site.PASSWORD, "$2b$05$" + "ab" * 11),
        first_name="Hand", last_name="Made", is_active=1,
        created_at="2024-05-01T10:00:00.123456",
        updated_at="2024-05-01 10:00:00.5")
    user = site.admin().get(f"{USERS}/{number}").data
    assert user["email"] == "Hand.Made@Example.org", user
    assert user["created_at"] == "2024-05-01T10:00:00Z", user
    me = site.login("hand.made@example.org").get("/api/v1/auth/me")
    assert me.data["id"] == number and me.data["role"] == "editor", me
    stored = site.rows("SELECT hashed_password FROM admin_users WHERE id = ?",
                       number)[0]["hashed_password"]
    assert stored.startswith("$s1$"), stored
    try:
        _insert(site, "admin_users", email="HAND.made@example.org",
                hashed_password="x")
    except sqlite3.IntegrityError:
        pass
    else:
        raise AssertionError("one address, two users")
    site.sql("UPDATE admin_users SET email = 'New.Name@example.org'"
             " WHERE id = ?", number)
    assert site.login("new.name@example.org").token


def a_page_made_by_sql_is_there_for_everybody(site):
    # What a worker has learned about these words must not stay.
    assert not _results(site, "mammutbaum", lang="de")
    assert site.api.get(f"{PUBLIC}/sequoia").status == 404
    number = _insert(
        site, "pages", slug="sequoia", status="published",
        title={"en": "Sequoia", "de": "Mammutbaum"},
        slugs={"de": "mammutbaum"},
        content={"en": "A *tree*.", "de": "Überprüfung der Bäume"},
        excerpt={"en": "Tall"}, created_at="2024-05-01T10:00:00.123456",
        updated_at="2024-05-01 10:00:00.5")
    page = site.api.get(f"{PUBLIC}/sequoia").data
    assert page["published_at"] == page["created_at"] == \
        "2024-05-01T10:00:00Z", page
    assert site.spa.get("/de/mammutbaum").status == 200
    assert site.spa.get("/de/sequoia").status == 301
    until(lambda: [r["id"] for r in _results(
        site, "mammutbaum", lang="de")] == [number], 10)
    for words in ("uberprufung", "ueberpruefung", "%C3%BCberpr%C3%BCfung"):
        assert [r["id"] for r in _results(site, words, lang="de")] == \
            [number], words
    site.sql("UPDATE pages SET title = ? WHERE id = ?",
             '{"en":"Redwood","de":"Küstenbaum"}', number)
    until(lambda: [r["title"] for r in _results(
        site, "kuestenbaum", lang="de")] == ["Küstenbaum"], 10)
    assert not _results(site, "mammutbaum", lang="en")
    # What is taken away is gone at once.
    for change in ("UPDATE pages SET status = 'draft' WHERE id = ?",
                   "DELETE FROM pages WHERE id = ?"):
        site.sql("UPDATE pages SET status = 'published' WHERE id = ?", number)
        until(lambda: _results(site, "kuestenbaum", lang="de"), 10)
        site.sql(change, number)
        assert not _results(site, "kuestenbaum", lang="de"), change
        assert site.api.get(f"{PUBLIC}/sequoia").status == 404


def what_sql_wrote_is_a_version_that_can_come_back(site):
    number = _insert(site, "pages", slug="first", title={"en": "By hand"},
                     content={"en": "Old words"})
    admin = site.admin()
    path = f"{PAGES}/{number}"
    assert admin.patch(path, {"title": {"en": "By form"}}).status == 200
    site.sql("UPDATE pages SET title = ? WHERE id = ?", '{"en":"Again"}',
             number)
    assert [v["version"] for v in admin.get(path + "/versions").data] == \
        [3, 2, 1]
    assert admin.patch(path, {"title": {"en": "Once more"}}).status == 200
    titles = [admin.get(f"{path}/versions/{v['version']}").data["title"]["en"]
              for v in admin.get(path + "/versions").data]
    assert titles == ["Once more", "Again", "By form", "By hand"], titles
    answer = admin.post(path + "/versions/1/restore")
    assert answer.status == 200, answer
    assert answer.data["title"] == {"en": "By hand"}, answer


def a_change_by_sql_is_another_representation(site):
    admin = site.admin()
    page = _insert(site, "pages", slug="tagged", title={"en": "One"},
                   status="published")
    media = _insert(site, "media_files", **{**LEAST["media_files"],
                                            "title": '{"en":"One"}'})
    user = _insert(site, "admin_users", email="tag@example.org",
                   first_name="One", hashed_password="x")
    for table, number, paths, column, value in (
            ("pages", page, [f"{PAGES}/{page}", f"{PUBLIC}/tagged"], "title",
             '{"en":"Two"}'),
            ("media_files", media, [f"{MEDIA}/{media}"], "title",
             '{"en":"Two"}'),
            ("admin_users", user, [f"{USERS}/{user}"], "first_name", "Two")):
        before = [admin.get(path).header("ETag") for path in paths]
        site.sql(f"UPDATE {table} SET {column} = ? WHERE id = ?", value,
                 number)
        for path, etag in zip(paths, before):
            answer = admin.get(path, If_None_Match=etag)
            assert answer.status == 200 and "Two" in answer.text, answer


def two_pages_never_share_an_address(site):
    _insert(site, "pages", slug="shared", title={"en": "A"},
            slugs={"de": "geteilt"})
    for slug, slugs in (("shared", None), ("geteilt", None),
                        ("other", {"de": "geteilt"}),
                        ("other", {"de": "shared"})):
        try:
            _insert(site, "pages", slug=slug, title={"en": "B"}, slugs=slugs)
        except sqlite3.IntegrityError:
            continue
        raise AssertionError((slug, slugs))
    site.sql("UPDATE pages SET deleted_at = CURRENT_TIMESTAMP"
             " WHERE slug = 'shared'")
    _insert(site, "pages", slug="geteilt", title={"en": "B"},
            slugs={"de": "shared"})


def a_file_made_by_sql_has_its_size_and_its_tags(site):
    number = _insert(
        site, "media_files", filename="a.jpg", original_filename="Photo.jpg",
        file_path="public/a.jpg", file_size=123, mime_type="image/jpeg",
        file_hash="ab" * 32, title={"en": "Kestrel"}, folder="/x",
        image_metadata={"width": 640, "height": 480, "format": "JPEG"},
        tags=["one", "two"], upload_ip="192.0.2.1")
    admin = site.admin()
    media = admin.get(f"{MEDIA}/{number}").data
    assert (media["width"], media["height"]) == (640, 480), media
    assert media["tags"] == ["one", "two"] and media["folder"] == "/x", media
    assert media["url"].endswith("/media/a.jpg"), media
    for query in ("tag=two", "search=kestrel"):
        until(lambda q=query: [m["id"] for m in admin.get(
            f"{MEDIA}?{q}").data] == [number], 10)


def odd_rows_hold_nobody_up(site):
    for i, (title, content, slugs) in enumerate((
            ("[]", "5", None), ('"text"', '"text"', '["a"]'),
            ('{"en":5}', '{"en":{"a":1}}', "5"), ("null", "null", "null"),
            ('{"en":"\\ud800"}', '{"en":[1,null,{"type":5}]}', '{"de":5}'),
            ('{"en":""}', '{"en":[{"type":"image","media_id":"x"}]}', "{}"))):
        number = _insert(site, "pages", slug=f"odd-{i}", title=title,
                         content=content, slugs=slugs, status="published")
        for path in (f"{PAGES}/{number}", PAGES, f"{PUBLIC}/odd-{i}", PUBLIC):
            answer = site.admin().get(path)
            assert answer.status == 200, (title, path, answer)
        assert site.spa.get(f"/en/odd-{i}").status < 500
    last = _insert(site, "pages", slug="sound", title={"en": "Ptarmigan"},
                   status="published")
    until(lambda: [r["id"] for r in _results(site, "ptarmigan")] == [last],
          10)


def the_search_index_has_its_older_name_too(site):
    number = site.admin().post(PAGES, {
        "title": {"en": "Wheelwright", "de": "Stellmacher"}, "excerpt":
        {"en": "A craft"}, "content": {"en": "Spokes and felloes"}}
    ).data["id"]
    assert site.rows("SELECT rowid, title, excerpt FROM pages_fts WHERE"
                     " pages_fts MATCH ? ORDER BY rank", "felloes") == [
        {"rowid": number, "title": "Wheelwright", "excerpt": "A craft"}]
    assert site.rows("SELECT count(*) AS n FROM pages_fts WHERE title MATCH"
                     " 'stellmacher'") == [{"n": 1}]
    # The text of each language, not its JSON.
    assert not site.rows("SELECT 1 FROM pages_fts WHERE pages_fts MATCH 'en'")
    site.sql("INSERT INTO pages_fts (pages_fts) VALUES ('integrity-check')")
    site.sql("INSERT INTO pages_fts (pages_fts) VALUES ('rebuild')")
    site.sql("INSERT INTO pages_fts (pages_fts, rank)"
             " VALUES ('integrity-check', 1)")


run(globals(), "--no-demo")
