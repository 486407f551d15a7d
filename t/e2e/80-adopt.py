#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A database of the earlier Python Magnetiq is adopted, with nothing lost."""
import glob
import hashlib
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

from harness import ROOT, run

MAKER = os.path.join(ROOT, "t/fixtures/make_python_db.py")
PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"


def _old_site(site, kind="late", *more):
    """The site's database and files are those of a Python program now."""
    site.stop()
    database, media = site.env["DATABASE_URL"], site.env["UPLOAD_DIR"]
    for path in glob.glob(database + "*"):
        os.unlink(path)
    subprocess.run(["rm", "-rf", media], check=True)
    done = subprocess.run(["/usr/bin/python3", MAKER, database, "--media",
                           media, "--kind", kind, *more],
                          stdout=subprocess.PIPE, check=True)
    site.tokens.clear()
    return json.loads(done.stdout)


def _digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def _backups(site):
    return glob.glob(site.env["DATABASE_URL"] + ".before-migrate-*")


def _adopted(site, kind="late", *more):
    told = _old_site(site, kind, *more)
    report = site.magnetiq("migrate").stderr
    site.start()
    return told, report


def only_migrate_brings_an_old_database_forward(site):
    _old_site(site)
    before = _digest(site.env["DATABASE_URL"])
    for command in (("init-db",), ("seed-demo",), ("verify",), (
            "create-admin", "--email", "a@example.org", "--password-stdin")):
        done = site.magnetiq(*command, check=False,
                             stdin="a long password 1\n")
        assert done.returncode == 1, done
        assert "magnetiq migrate" in done.stderr, done.stderr
    worker = subprocess.run(
        [os.path.join(os.path.dirname(site.env["MAGNETIQ"]),
                      "magnetiq-fcgi")], env={**site.environ, **site.env},
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=False)
    assert worker.returncode != 0
    assert "magnetiq migrate" in worker.stderr, worker.stderr
    assert _digest(site.env["DATABASE_URL"]) == before


def the_development_runner_brings_it_forward_by_itself(site):
    _old_site(site)
    site.start()
    assert len(_backups(site)) == 1
    assert site.spa.get("/en/about-us").status == 200


def a_dry_run_says_what_would_be_and_changes_nothing(site):
    _old_site(site, "late", "--odd")
    database = site.env["DATABASE_URL"]
    before = _digest(database)
    status = json.loads(site.magnetiq("migrate", "--status", "--json").stdout)
    assert status["adoption"] is True and status["version"] == 0
    assert len(status["pending"]) == status["newest"], status
    done = site.magnetiq("migrate", "--dry-run")
    assert "table careers is not known here; it stays" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert _digest(database) == before
    left = [p for p in os.listdir(os.path.dirname(database)) if ".try" in p]
    assert left == [] and _backups(site) == []


def everybody_signs_in_with_the_old_password(site):
    told, _ = _adopted(site)
    for user in told["users"]:
        row = site.rows("SELECT * FROM admin_users WHERE email = ?",
                        user["email"])[0]
        assert row["role"] == user["role"], (user, row)
        answer = site.api.post("/api/v1/auth/login", {
            "email": user["email"].lower(), "password": user["password"]})
        assert answer.status == (200 if user["active"] else 401), answer
    admin = site.login(told["users"][0]["email"],
                       told["users"][0]["password"])
    me = admin.get("/api/v1/auth/me").data
    assert (me["first_name"], me["last_name"]) == ("Ada", "O'Neil"), me
    assert me["language"] == "de" and me["timezone"] == "Europe/Berlin"
    # The old hash has been replaced by one of ours.
    row = site.rows("SELECT hashed_password AS h FROM admin_users"
                    " WHERE id = 1")[0]
    assert not row["h"].startswith("$2"), row


def pages_are_read_in_both_languages_and_found_by_their_words(site):
    told, _ = _adopted(site, "late", "--odd")
    english = site.spa.get(PUBLIC + "/about-us?lang=en").data
    german = site.spa.get(PUBLIC + "/about-us?lang=de").data
    assert english["content"] == [{"type": "html", "html":
        "<h2>Welcome</h2>\n<p>We build <strong>magnets</strong> &amp; more."
        "</p><script>alert(1)</script>"}], english
    assert german["content"] == "Wir bauen Magnete für Größeres."
    assert german["title"] == "Über uns"
    assert english["published_at"] == "2024-03-02T09:15:00Z"
    page = site.spa.get("/en/about-us").text
    assert "<strong>magnets</strong>" in page and "alert(1)" not in page
    assert site.spa.get("/de/contact").status == 200
    for word, lang in (("Größeres", "de"), ("groesseres", "de"),
                       ("magnets", "en")):
        found = site.spa.get("/api/v1/public/search?q="
                             f"{word.replace('ö', '%C3%B6').replace('ß', '%C3%9F')}"
                             f"&type=page&lang={lang}").data
        assert [h["slug"] for h in found] == ["about-us"], (word, found)
    # Keys of the JSON are no words of the page.
    assert site.spa.get("/api/v1/public/search?q=en").data == []
    for page in told["pages"]:
        rows = site.rows("SELECT * FROM pages WHERE slug = ? ORDER BY"
                         " deleted_at IS NULL", page["slug"])
        if re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", page["slug"]):
            assert rows and (rows[0]["deleted_at"] is not None) == \
                page["deleted"], page
            assert (rows[0]["status"] == "published") == page["published"]
    admin = site.login(told["users"][0]["email"],
                       told["users"][0]["password"])
    whole = admin.get(PAGES + "/1").data
    assert admin.put(PAGES + "/1", whole).status == 200
    assert admin.get(PAGES + "/1/versions").data[-1]["version"] == 1


def no_row_and_no_column_is_lost(site):
    for kind in ("late", "early"):
        told, report = _adopted(site, kind, "--odd")
        old = sqlite3.connect(_backups(site)[-1])
        old.row_factory = sqlite3.Row
        for table, count in told["tables"].items():
            here = site.rows(f'SELECT count(*) AS n FROM "{table}"')[0]["n"]
            aside = site.rows("SELECT count(*) AS n FROM sqlite_schema WHERE"
                              " name = ?", "legacy_" + table)[0]["n"]
            if aside:
                here += site.rows("SELECT count(*) AS n FROM"
                                  f" legacy_{table}")[0]["n"]
                assert f"legacy_{table}" in report
            if table == "system_settings":
                assert here >= count
                continue
            assert here == count, (table, here, count)
            now = site.rows(f'SELECT * FROM "{table}"')
            assert not now or set(old.execute(
                f'SELECT * FROM "{table}"').fetchone().keys()) <= set(now[0])
        # What people typed is the same to the letter.
        for sql in ("SELECT first_name, last_name, email, company, utm_source"
                    " FROM webinar_registrations WHERE webinar_id = 1"
                    " ORDER BY id",
                    "SELECT email, last_name, download_ip FROM"
                    " whitepaper_downloads ORDER BY id",
                    "SELECT subject, message, email, assigned_to FROM bookings"
                    " ORDER BY id",
                    "SELECT email, cover_letter FROM career_applications",
                    "SELECT * FROM careers ORDER BY id"):
            assert [tuple(r) for r in old.execute(sql)] == \
                [tuple(r.values()) for r in site.rows(sql)], sql
        for column in ("scheduled_at", "created_at"):
            for row in site.rows(f"SELECT {column} AS t FROM webinars"):
                assert re.fullmatch(r"\d{4}(-\d\d){2} \d\d(:\d\d){2}",
                                    row["t"]), row
        old.close()
        for path in _backups(site):
            os.unlink(path)


def what_the_old_rows_break_is_a_rule_again_for_new_ones(site):
    _adopted(site)
    assert [(r["email"], r["legacy_exempt"]) for r in site.rows(
        "SELECT email, legacy_exempt FROM webinar_registrations"
        " WHERE webinar_id = 1 ORDER BY id")] == [
            ("Anna@Example.org", 0), ("anna@example.org", 1),
            ("ben@example.org", 1)]
    try:
        site.sql("INSERT INTO webinar_registrations (webinar_id, email,"
                 " legacy_exempt) VALUES (1, 'by-hand@example.org', 1)")
    except sqlite3.IntegrityError as e:
        assert "VALIDATION_ERROR" in str(e)
    else:
        raise AssertionError("one more than there are seats")

    def views():
        row, = site.rows("SELECT view_count AS n FROM whitepapers"
                         " WHERE slug = 'study'")
        return row["n"]
    assert views() == 5, "the paper had counted its views itself"
    # Their days and campaigns are known from the views themselves.
    assert site.rows("SELECT sum(n) AS n FROM analytics_offers")[0]["n"] == 2
    answer = site.spa.post("/api/v1/public/events", {
        "event_type": "page_view", "page_path": "/en/whitepapers/study"},
                           User_Agent="Mozilla/5.0 Firefox/140.0")
    assert answer.status == 202, answer
    assert views() == 6


def an_upgrade_forgets_nobody(site):
    """However long ago they came: an admin decides, with `retention`."""
    _adopted(site)
    names = ("SELECT last_name FROM webinar_registrations UNION ALL"
             " SELECT last_name FROM whitepaper_downloads UNION ALL"
             " SELECT last_name FROM bookings")
    before = site.rows(names)
    site.set_clock(6 * 366 * 86400)
    site.magnetiq("privacy", "retention")
    site.set_clock(0)
    assert site.rows(names) == before
    assert len([r for r in before if r["last_name"]]) >= 6, before


def files_lie_where_their_visibility_says(site):
    told, report = _adopted(site, "late", "--odd")
    admin = site.login(told["users"][0]["email"],
                       told["users"][0]["password"])
    for item in told["media"]:
        row = site.rows("SELECT * FROM media_files WHERE id = ?",
                        item["id"])[0]
        if not item["present"]:
            assert f"medium {item['id']}: {item['path']} is missing" in report
            continue
        assert row["visibility"] == ("public" if item["public"] else
                                     "private"), row
        assert row["file_hash"] == item["sha256"]
        url = admin.get(f"/api/v1/content/media/{item['id']}").data["url"]
        if item["public"]:
            path = url.split(f":{site.spa_port}")[1]
            assert site.spa.get(path).status == 200
            old = site.spa.get("/media/" + item["path"])
            assert old.status == 301 and old.header("Location") == url, old
        else:
            assert url is None
            assert site.spa.get("/media/" + item["path"]).status == 404
    assert admin.get("/api/v1/content/media?tag=press").data
    page = admin.get(PAGES + "?search=about").data[0]
    answer = admin.patch(f"{PAGES}/{page['id']}", {"content": {
        "en": "![](/media/images/2024/photo.png)"}})
    assert answer.status == 200, answer
    answer = admin.delete("/api/v1/content/media/1")
    assert answer.status == 409, "the text shows it by its old address"


def the_copy_from_before_is_a_whole_old_database(site):
    told, _ = _adopted(site)
    path, = _backups(site)
    assert oct(os.stat(path).st_mode & 0o777) == "0o600"
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for table, count in told["tables"].items():
        assert db.execute(f'SELECT count(*) FROM "{table}"').fetchone() == \
            (count,), table
    db.close()


def a_second_migrate_does_nothing(site):
    _adopted(site, "late")
    site.stop()
    database = site.env["DATABASE_URL"]
    before, copies = _digest(database), _backups(site)
    done = site.magnetiq("migrate")
    assert "applied" not in done.stderr and "taken over" not in done.stderr
    assert _digest(database) == before and _backups(site) == copies
    assert site.magnetiq("verify", check=False).stderr.count("\n") <= 1


def two_people_of_one_address_are_both_kept(site):
    _old_site(site, "late")
    db = sqlite3.connect(site.env["DATABASE_URL"])
    db.execute("INSERT INTO admin_users (email, hashed_password, role)"
               " VALUES ('ADMIN@voltaic.example', 'x', 'owner')")
    db.commit()
    db.close()
    report = site.magnetiq("migrate").stderr
    assert "is that of another user but for its case" in report, report
    assert '"owner", which is not known here' in report, report
    site.start()
    rows = site.rows("SELECT role, is_active, deleted_at FROM admin_users"
                     " WHERE email = 'ADMIN@voltaic.example'")
    assert rows[0]["role"] == "viewer" and rows[0]["deleted_at"], rows


def the_least_that_an_old_database_can_be_is_enough(site):
    told, _ = _adopted(site, "least")
    user = told["users"][0]
    admin = site.login(user["email"], user["password"])
    # It had no column for what is deleted, so nothing was.
    assert len(admin.get(PAGES + "?per_page=100").data) == len(told["pages"])


def a_kill_leaves_the_old_or_the_new_whole(site):
    _old_site(site, "late", "--odd")
    database = site.env["DATABASE_URL"]
    with open(database, "rb") as f:
        original = f.read()
    dice = random.Random(11)
    began = time.monotonic()
    site.magnetiq("migrate")
    whole = time.monotonic() - began
    outcomes = set()
    for _ in range(12):
        for path in glob.glob(database + "*"):
            os.unlink(path)
        with open(database, "wb") as f:
            f.write(original)
        job = subprocess.Popen([site.env["MAGNETIQ"], "migrate"],
                               env={**site.environ, **site.env},
                               stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0, whole))
        job.send_signal(signal.SIGKILL)
        job.wait()
        status = json.loads(site.magnetiq("migrate", "--status",
                                          "--json").stdout)
        assert status["version"] in (0, status["newest"]), status
        assert status["adoption"] is (status["version"] == 0), status
        outcomes.add(status["version"])
        site.magnetiq("migrate")
    site.start()
    assert site.spa.get("/en/about-us").status == 200
    assert site.api.get("/api/v1/public/search?q=magnets").data
    print(f"# versions seen after a kill: {sorted(outcomes)}",
          file=sys.stderr)


run(globals(), "--no-demo")
