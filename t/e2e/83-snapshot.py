#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Snapshots: the database alone, every quarter of an hour, while cheap."""
import glob
import io
import json
import os
import subprocess
import tarfile
import time

from harness import ROOT, Skip, run, until

PAGES = "/api/v1/content/pages"
QUARTER = 900


def _signed_in(site):
    """Anew: the clock may have left the last token behind."""
    site.admin()
    return site.login()


def _page(site, slug, **more):
    answer = _signed_in(site).post(PAGES, {
        "title": {"en": slug}, "slug": slug, "status": "published", **more})
    assert answer.status == 201, answer
    return answer.data


def _there(site):
    return sorted(glob.glob(site.env["BACKUP_DIR"] + "/snapshot-*"))


def _last_run(site):
    return site.rows("SELECT last_run AS t FROM jobs WHERE name ="
                     " 'snapshot'")[0]["t"]


def _at_rest(site):
    """One that the clock overtakes would look as if it had taken so long."""
    log = site.log("jobs")
    return log.count("snapshot: begun") == log.count("snapshot: done")


def _ahead(site):
    """The site's clock, a quarter of an hour further; true seconds count."""
    until(lambda: _at_rest(site), 30)
    with open(site.clock_file, encoding="utf-8") as f:
        ahead = int(f.read()) + QUARTER + 5
    site.set_clock(ahead)


def _noon(site):
    """Away from the hours in which the site does what it does once a day."""
    day = 24 * 60 * 60
    until(lambda: _at_rest(site), 30)
    site.set_clock(day + day // 2 - int(time.time()) % day)


def _next_turn(site):
    before = _last_run(site)
    _ahead(site)
    until(lambda: _last_run(site) != before, 30)


def _by_hand(site):
    return site.magnetiq("backup", "--snapshot").stdout.strip()


def _told(site):
    return [line for line in site.log("jobs").splitlines()
            if "snapshot: " in line]


def the_first_one_comes_by_itself_and_holds_the_database_alone(site):
    path, = until(lambda: _there(site), 30)
    assert os.stat(path).st_mode & 0o777 == 0o600
    plain = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE,
                           check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames() == ["manifest.json", "SHA256SUMS",
                                  "magnetiq.db"], tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["kind"] == "snapshot", manifest
    assert "A whole snapshot of" in site.magnetiq("restore", path,
                                                  "--check").stderr
    listed, = site.admin().get("/api/v1/admin/backups").data
    assert listed["name"] == os.path.basename(path), listed
    assert listed["kind"] == "snapshot", listed
    health = site.admin().get("/api/v1/admin/system-health").data
    assert health["last_backup"] is None, "a snapshot is no backup"


def _looked_at(site):
    """A turn, at the end of which the site has looked at itself."""
    def looks():
        return site.log("jobs").count('"event":"look"')
    before = looks()
    _next_turn(site)
    until(lambda: looks() > before, 30)
    until(lambda: not site.rows("SELECT 1 FROM outbox WHERE state IN"
                                " ('queued', 'sending') AND due_at <"
                                " '2090'"), 30)
    until(lambda: _at_rest(site), 30)


def _quiet(site):
    """What the last turns left behind, letters to admins among it, counts
    once or twice; then nothing is made for two turns."""
    count, turns = len(_there(site)), 0
    for _ in range(8):
        _looked_at(site)
        turns = turns + 1 if len(_there(site)) == count else 0
        count = len(_there(site))
        if turns == 2:
            return count
    raise AssertionError("there is always another one")


def one_is_made_when_something_has_changed_and_only_then(site):
    _noon(site)
    _page(site, "changed")
    count = len(_there(site))
    _next_turn(site)
    until(lambda: len(_there(site)) > count, 30)
    count = _quiet(site)
    _looked_at(site)
    assert len(_there(site)) == count, _there(site)
    site.sql("UPDATE pages SET title = title WHERE slug = 'changed'")
    _next_turn(site)
    until(lambda: len(_there(site)) == count + 1, 30)


def a_site_that_only_watches_itself_makes_none(site):
    """Not even if it is not well, and sees that each minute."""
    site.sql("UPDATE jobs SET last_error = 'boom' WHERE name = 'purge'")
    _next_turn(site)
    until(lambda: site.rows("SELECT 1 FROM findings WHERE check_name ="
                            " 'operations' AND over_at IS NULL"), 30)
    count = _quiet(site)
    for _ in range(4):
        _looked_at(site)
    assert len(_there(site)) == count, _there(site)
    site.sql("UPDATE jobs SET last_error = NULL WHERE name = 'purge'")


def _changes(site):
    """What a site would miss, and how it comes about."""
    expert = _signed_in(site).post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Z", "email": "z@example.org",
        "timezone": "UTC", "working_hours": {}})
    assert expert.status == 201, expert
    key = expert.data["id"]
    return {
        "a user": lambda: _signed_in(site).post("/api/v1/admin/users", {
            "email": "berta@example.org", "password": site.PASSWORD,
            "role": "editor", "first_name": "Berta", "last_name": "B"}),
        "a setting": lambda: _signed_in(site).patch("/api/v1/admin/settings", {
            "site_title": {"en": "Another", "de": "Eine andere"}}),
        "a letter": lambda: site.sql(
            "INSERT INTO outbox (message_id, recipient, template, language,"
            " data, due_at, next_attempt_at, created_at) VALUES ('m',"
            " 'a@b.c', 'x', 'en', '{}', '2099-01-01 00:00:00',"
            " '2099-01-01 00:00:00', '2020-01-01 00:00:00')"),
        "a booking": lambda: site.sql(
            "INSERT INTO bookings (booking_type, first_name, last_name,"
            " email, preferred_date, consultant_id) VALUES ('consultation',"
            " 'A', 'B', 'a@b.c', '2099-01-01 00:00:00', ?)", key),
        "who reads the newsletter": lambda: site.spa.post(
            "/api/v1/public/subscribe", {"email": "reader@example.org",
                                         "privacy_consent": True}),
        "a row that has gone": lambda: site.sql(
            "DELETE FROM outbox WHERE message_id = 'm'"),
        "what the watch knows, too": lambda: site.sql(
            "UPDATE size_days SET media_bytes = media_bytes + 1"),
    }


def none_of_what_changes_is_missed(site):
    for what, change in _changes(site).items():
        count = _quiet(site)
        answer = change()
        assert getattr(answer, "status", 200) < 300, (what, answer)
        _next_turn(site)
        until(lambda n=count: len(_there(site)) > n, 30, what)


def one_that_took_long_is_not_followed_soon(site):
    _page(site, "slow")
    newest = _there(site)[-1]
    stat = os.stat(newest)
    os.utime(newest, (stat.st_atime, stat.st_mtime + 60))
    count = len(_there(site))
    _next_turn(site)
    until(lambda: "left out: the last one took 6" in _told(site)[-1], 30)
    assert len(_there(site)) == count, _there(site)
    os.utime(newest, (stat.st_atime, stat.st_mtime))
    _next_turn(site)
    until(lambda: len(_there(site)) == count + 1, 30)


def without_room_it_is_left_out_and_said_so(site):
    _page(site, "crowded")
    folder = site.env["BACKUP_DIR"]
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs",
                       folder], check=False,
                      stderr=subprocess.DEVNULL).returncode:
        raise Skip("only root can mount a small disk")
    try:
        _next_turn(site)
        error = until(lambda: site.rows(
            "SELECT last_error AS e FROM jobs WHERE name = 'snapshot'"
        )[0]["e"], 30)
        assert "no room" in error, error
    finally:
        subprocess.run(["umount", folder], check=True)
    _next_turn(site)
    until(lambda: site.rows("SELECT last_error AS e FROM jobs WHERE name ="
                            " 'snapshot'")[0]["e"] is None, 30)


def the_site_goes_back_to_a_moment(site):
    # That of the jobs process has had its second.
    time.sleep(2.5)
    _page(site, "moment", content={"en": "before"})
    path = _by_hand(site)
    made = json.loads(subprocess.run(
        f"zstd -dcq {path} | tar -xO manifest.json", shell=True, check=True,
        stdout=subprocess.PIPE).stdout)["created_at"]
    _page(site, "too-late")
    done = site.magnetiq("restore", "--at", "2001-01-01T00:00:00Z",
                         check=False)
    assert done.returncode == 1 and "no backup or snapshot" in done.stderr
    assert site.magnetiq("restore", "--at", "today", check=False
                         ).returncode == 1
    done = site.magnetiq("restore", "--at", made)
    assert path in done.stderr, done
    for _ in range(8):
        assert "before" in site.spa.get("/en/moment").text
        assert site.spa.get("/en/too-late").status == 404
    assert site.magnetiq("verify", check=False).returncode == 0


def media_that_a_snapshot_speaks_of_must_be_there(site):
    with open(os.path.join(ROOT, "t/fixtures/photo.jpg"), "rb") as f:
        answer = _signed_in(site).upload("/api/v1/content/media", f.read(),
                                     "photo.jpg", visibility="private")
    assert answer.status == 201, answer
    path = _by_hand(site)
    site.magnetiq("restore", path)
    stored, = glob.glob(site.env["UPLOAD_DIR"] + "/private/*/*")
    os.rename(stored, site.dir + "/aside")
    _page(site, "still-here")
    done = site.magnetiq("restore", path, check=False)
    assert done.returncode == 1 and "Media of this snapshot" in done.stderr
    assert "missing: private/" in done.stderr, done
    assert site.spa.get("/en/still-here").status == 200
    site.magnetiq("restore", path, "--without-media")
    until(lambda: site.spa.get("/en/still-here").status == 404)
    os.rename(site.dir + "/aside", stored)
    assert site.magnetiq("verify", check=False).returncode == 0


run(globals(), "--no-demo", env={"LOG_LEVEL": "debug"})
