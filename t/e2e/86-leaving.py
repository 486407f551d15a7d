#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Leaving: everything goes elsewhere, and a real PostgreSQL takes it."""
import glob
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile

from harness import ROOT, run
from postgres import Postgres

PAGES = "/api/v1/content/pages"
LEFT_OUT = {"busy_times", "findings", "generation", "idempotency", "lead_todo",
            "login_addresses", "login_failures", "password_resets",
            "readings", "refresh_tokens", "search_text", "search_todo",
            "size_days", "totals", "user_sessions"}
PLAIN = "\\ N '\"ß€𝄞 \\."
STRANGE = "tab\there \\ back\r\nNULL \\N '\"ß€𝄞 \\."


def _fill(site):
    """Rows with whatever makes a format stumble, and a gap in the ids."""
    admin = site.admin()
    with open(os.path.join(ROOT, "t/fixtures/photo.jpg"), "rb") as f:
        photo = f.read()
    for visibility in ("public", "private"):
        answer = admin.upload("/api/v1/content/media", photo, "photo.jpg",
                              visibility=visibility, title=PLAIN)
        assert answer.status == 201, answer
    for n in range(3):
        answer = admin.post(PAGES, {
            "title": {"en": f"Page {n} {PLAIN}"}, "slug": f"page-{n}",
            "content": {"en": [{"type": "text", "text": STRANGE}]}})
        assert answer.status == 201, answer
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("PRAGMA foreign_keys=ON")
    with db:
        db.execute("DELETE FROM pages WHERE slug = 'page-2'")
        db.execute("INSERT INTO webinars (title, slug, scheduled_at) VALUES"
                   " ('{\"en\":\"W\"}', 'w', '2026-12-01T10:00:00.5')")
        db.execute("INSERT INTO webinar_registrations (webinar_id, email,"
                   " attended) VALUES (1, 'who@example.org', 1)")
    db.close()


def _export(site, *more):
    out = os.path.join(tempfile.mkdtemp(dir=site.state), "out")
    done = site.magnetiq("export-v3", "--out", out, *more)
    assert "Everything is in" in done.stderr, done.stderr
    return out


def _load(out, name):
    with open(os.path.join(out, name), encoding="utf-8") as f:
        return json.load(f)


def every_table_is_written_or_named_as_left_out(site):
    _fill(site)
    out = _export(site)
    manifest = _load(out, "manifest.json")
    tables = {r["name"] for r in site.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND"
        " type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")}
    written = {t["table"] for t in manifest["tables"]}
    assert {t["table"] for t in manifest["left_out"]} == LEFT_OUT
    assert written == tables - LEFT_OUT, tables - LEFT_OUT ^ written
    for name in ("users", "pages", "webinars", "media_files"):
        assert os.path.exists(f"{out}/{name}_export.json"), name


def the_manifest_says_what_lies_there(site):
    out = _export(site)
    manifest = _load(out, "manifest.json")
    for t in [*manifest["tables"], manifest["sql"]]:
        with open(os.path.join(out, t["file"]), "rb") as f:
            assert hashlib.sha256(f.read()).hexdigest() == t["sha256"], t
    for t in manifest["tables"]:
        count = site.rows(f"SELECT count(*) AS n FROM \"{t['table']}\"")
        assert count == [{"n": t["rows"]}], t
        assert len(_load(out, t["file"])) == t["rows"], t
    assert os.stat(out).st_mode & 0o777 == 0o700
    for path in glob.glob(out + "/*.json"):
        assert os.stat(path).st_mode & 0o777 == 0o600, path


def values_are_json_times_and_truths_not_strings(site):
    out = _export(site)
    page = _load(out, "pages_export.json")[0]
    assert page["title"] == {"en": f"Page 0 {PLAIN}"}, page
    assert page["content"]["en"][0]["text"] == STRANGE
    assert page["is_featured"] is False and page["published_at"] is None
    assert page["created_at"].endswith("Z")
    webinar, = _load(out, "webinars_export.json")
    assert webinar["scheduled_at"] == "2026-12-01T10:00:00Z", webinar
    person, = _load(out, "webinar_registrations_export.json")
    assert person["attended"] is True


def hashes_of_passwords_leave_only_when_asked(site):
    secret = site.rows("SELECT hashed_password AS hash FROM admin_users"
                       )[0]["hash"]
    out = _export(site)
    for path in glob.glob(out + "/*.*"):
        with open(path, encoding="utf-8") as f:
            assert secret not in f.read(), path
    assert "hashed_password" not in _load(out, "users_export.json")[0]
    out = _export(site, "--with-passwords")
    assert _load(out, "users_export.json")[0]["hashed_password"] == secret


def addresses_that_are_secrets_leave_only_when_asked(site):
    """Whoever knows where a consultant's calendar lies can read it."""
    busy = "https://calendar.example/private-0d4f/k.ics"
    made = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "timezone": "UTC",
        "email": "zuse@example.org", "busy_url": busy, "working_hours": {
            "monday": [{"start": "09:00", "end": "17:00"}]}})
    assert made.status == 201, made.text
    path = f"/api/v1/business/consultants/{made.data['id']}"
    assert site.admin().post(path + "/calendar").status == 201
    key = site.rows("SELECT calendar_key AS key FROM consultants"
                    " WHERE id = ?", made.data["id"])[0]["key"]
    out = _export(site)
    for file in glob.glob(out + "/*.*"):
        with open(file, encoding="utf-8") as f:
            text = f.read()
        assert "private-0d4f" not in text and key not in text, file
    row, = [k for k in _load(out, "consultants_export.json")
            if k["id"] == made.data["id"]]
    assert row["last_name"] == "Zuse"
    assert "busy_url" not in row and "calendar_key" not in row, row
    out = _export(site, "--with-passwords")
    row, = [k for k in _load(out, "consultants_export.json")
            if k["id"] == made.data["id"]]
    assert (row["busy_url"], row["calendar_key"]) == (busy, key), row


def the_media_are_there_byte_for_byte(site):
    out = _export(site)
    media = site.env["UPLOAD_DIR"]
    paths = [r["file_path"] for r in site.rows(
        "SELECT file_path FROM media_files UNION"
        " SELECT file_path FROM media_renditions")]
    assert len(paths) >= 2, paths
    assert _load(out, "manifest.json")["media_files"] == len(paths)
    for path in paths:
        with open(f"{media}/{path}", "rb") as a, \
                open(f"{out}/media/{path}", "rb") as b:
            assert a.read() == b.read(), path


def a_folder_with_something_in_it_is_refused(site):
    out = _export(site)
    done = site.magnetiq("export-v3", "--out", out, check=False)
    assert done.returncode == 1 and "not empty" in done.stderr, done
    assert site.magnetiq("export-v3", check=False).returncode == 2


def postgresql_loads_it_row_by_row_with_right_sequences(site):
    out = _export(site, "--with-passwords")
    with Postgres() as pg:
        pg.take(out)
        next_id = int(pg.sql(
            "-A", "-t", "-c", "INSERT INTO pages (slug, title, template,"
            " status, is_featured, sort_order, version, revision, created_at,"
            " updated_at) VALUES ('x', '{}', 'default', 'draft', false, 0, 1,"
            " 1, now(), now()) RETURNING id"))
        assert next_id == 4, next_id
        failed = subprocess.run(
            [*pg.user, pg.bin + "/psql", "-h", pg.folder, "-U", "me", "-X",
             "-c", "UPDATE pages SET author_id = 999", "postgres"],
            capture_output=True, text=True, check=False, cwd=pg.folder)
        assert "foreign key" in failed.stderr, failed


run(globals(), "--no-demo")
