#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The doctor: each defect is put in, found with its cure, and taken away."""
import json
import os
import sqlite3
import subprocess

from harness import run, until


def _findings(site, **env):
    done = subprocess.run(
        [site.env["MAGNETIQ"], "doctor", "--json"], capture_output=True,
        env={**site.environ, **site.env, **env}, text=True, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["ok"] else 1), done
    assert told["ok"] == (told["findings"] == []), told
    assert all(" -- " in line for line in told["findings"]), told
    return told["findings"]


def _sql(site, *statements):
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    with db:
        for statement in statements:
            db.execute(statement)
    db.close()


def _finds(site, words, put, take, **env):
    """Exactly this is found while it is there, and nothing afterwards."""
    put()
    try:
        found = _findings(site, **env)
        assert len(found) == 1 and words in found[0], (words, found)
    finally:
        take()


def a_site_that_is_well_has_no_findings(site):
    assert [f.split(" -- ")[0] for f in _findings(site)] == [
        "There is no backup.", "There is no user yet."]
    site.admin()
    site.magnetiq("backup")
    until(lambda: _findings(site) == [], 20)


def each_defect_is_found_with_its_cure(site):
    database = site.env["DATABASE_URL"]
    media = site.env["UPLOAD_DIR"]

    def nothing():
        pass
    backups = os.path.join(site.state, "backups")
    _finds(site, "chmod o= ", lambda: os.chmod(database, 0o644),
           lambda: os.chmod(database, 0o640))
    _finds(site, "chmod 600", lambda: _env_file(site, 0o644),
           lambda: os.unlink(site.state + "/e"), ENV_FILE=site.state + "/e")
    _finds(site, "magnetiq backup",
           lambda: os.rename(backups, backups + ".x"),
           lambda: (subprocess.run(["rm", "-rf", backups], check=True),
                    os.rename(backups + ".x", backups)))
    _finds(site, "Mend that setting", nothing, nothing, ENVIRONMENT="prod")
    _finds(site, "Mend that setting", nothing, nothing, SMTP_PORT="mail")
    _finds(site, "The site does not answer", nothing, nothing, API_PORT="1")
    _finds(site, "magnetiq create-admin",
           lambda: _sql(site, "DROP TRIGGER admin_users_last_admin",
                        "UPDATE admin_users SET is_active = 0"),
           lambda: _sql(site, "UPDATE admin_users SET is_active = 1"))
    _finds(site, "could not be restored in the drill: boom",
           lambda: _sql(site, "UPDATE jobs SET last_error = 'boom'"
                        " WHERE name = 'drill'"),
           lambda: _sql(site, "UPDATE jobs SET last_error = NULL"))
    _finds(site, "missing",
           lambda: _sql(site, "INSERT INTO media_files (filename,"
                        " original_filename, file_path, file_size, mime_type,"
                        " file_hash) VALUES ('a.png', 'a.png',"
                        " 'public/aa/a.png', 1, 'image/png', 'x')"),
           lambda: _sql(site, "DELETE FROM media_files"))
    _finds(site, "Letters wait",
           lambda: _sql(site, "INSERT INTO outbox (message_id, recipient,"
                        " template, language, data, state, due_at,"
                        " next_attempt_at, locked_until, created_at) VALUES"
                        " ('m', 'a@b.c', 'x', 'en', '{}', 'sending',"
                        " '2020-01-01 00:00:00', '2099-01-01 00:00:00',"
                        " '2099-01-01 00:00:00', '2020-01-01 00:00:00')"),
           lambda: _sql(site, "DELETE FROM outbox"))
    assert os.path.isdir(media)


def _env_file(site, mode):
    with open(site.state + "/e", "w", encoding="utf-8") as f:
        f.write("DEBUG=false\n")
    os.chmod(site.state + "/e", mode)
    os.utime(site.state + "/e", (0, 0))     # the workers are younger


def a_part_or_a_check_can_be_looked_at_alone(site):
    def alone(name):
        return subprocess.run(
            [site.env["MAGNETIQ"], "doctor", name], capture_output=True,
            env={**site.environ, **site.env}, text=True, check=False)
    parts = {line.split()[0]: line.split()[1] for line in
             site.magnetiq("doctor", "--list").stdout.splitlines()}
    assert {"disk", "mail", "tls", "backup", "files"} <= set(parts), parts
    for name in (*parts, *parts.values()):
        done = alone(name)
        assert done.returncode == 0, (name, done)
    assert alone("nothing").returncode == 2
    os.chmod(site.env["DATABASE_URL"], 0o644)
    assert "chmod o=" in alone("files").stderr
    assert alone("mail").returncode == 0
    os.chmod(site.env["DATABASE_URL"], 0o640)


def locks_are_seen_while_they_are_held(site):
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None)
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("BEGIN IMMEDIATE")
    told = json.loads(site.magnetiq("status", "--locks", "--json").stdout)
    db.execute("ROLLBACK")
    db.close()
    mine = [h for h in told["holders"] if h["pid"] == os.getpid() and
            h["what"] == "writes"]
    assert len(mine) == 1 and mine[0]["longest_ms"] >= 1000, told
    told = json.loads(site.magnetiq("status", "--json").stdout)
    assert told["ready"] is True and told["media_size_mb"] >= 0, told
    assert "growth_mb_per_week" in told, told
    assert "ready           true" in site.magnetiq("status").stdout


def a_stopped_site_is_found_and_so_are_its_jobs(site):
    site.stop()
    found = _findings(site)
    assert len(found) == 5 and "does not answer" in " ".join(found), found
    assert sum("No worker of the pool" in f for f in found) == 2, found
    assert sum("no socket of a pool" in f for f in found) == 2, found
    site.set_clock(3600)
    found = _findings(site)
    assert any("magnetiq-jobs does not run" in f for f in found), found
    site.set_clock(0)
    os.rename(site.env["DATABASE_URL"], site.state + "/away")
    found = _findings(site)
    assert any("magnetiq init-db" in f for f in found), found
    os.rename(site.state + "/away", site.env["DATABASE_URL"])
    _sql(site, "DELETE FROM schema_migrations WHERE number ="
         " (SELECT max(number) FROM schema_migrations)")
    found = _findings(site)
    assert any("magnetiq migrate" in f for f in found), found


run(globals(), "--no-demo")
