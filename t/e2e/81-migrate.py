#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A database of every earlier schema comes forward, whole or not at all."""
import functools
import glob
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections import Counter

from harness import ROOT, run, until
from killing import calls_of, killed_at, some


@functools.cache
def _applied(site):
    """What init-db writes down, and the table that it writes it into."""
    database = site.env["DATABASE_URL"]
    site.magnetiq("init-db")
    db = sqlite3.connect(database)
    rows = db.execute("SELECT * FROM schema_migrations ORDER BY number"
                      ).fetchall()
    table, = db.execute("SELECT sql FROM sqlite_master"
                        " WHERE name = 'schema_migrations'").fetchone()
    db.close()
    os.unlink(database)
    return table, rows


def _older(site, newest):
    """A database as the schema with this number left it, with a person."""
    for path in glob.glob(site.env["DATABASE_URL"] + "*"):
        os.unlink(path)
    table, applied = _applied(site)
    db = sqlite3.connect(site.env["DATABASE_URL"])
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=OFF")    # nobody cuts the power here
    db.execute(table)
    for row in applied:
        if row[0] <= newest:
            with open(os.path.join(ROOT, "sql/sqlite", row[1] + ".sql"),
                      encoding="utf-8") as f:
                db.executescript(f.read())
            db.execute("INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
                       row)
    db.execute("INSERT INTO admin_users (email, email_folded, role)"
               " VALUES ('Ada@example.org', 'ada@example.org', 'admin')")
    if newest >= 2:
        db.execute("INSERT INTO pages (slug, title, status)"
                   " VALUES ('kept', '{\"en\":\"Kept\"}', 'published')")
    db.commit()
    db.close()
    return [row[1] for row in applied if row[0] > newest]


def _numbers(site):
    return [int(os.path.basename(path)[:4]) for path in
            sorted(glob.glob(os.path.join(ROOT, "sql/sqlite/0*.sql")))]


def _whole(path):
    """The number of its schema; it must be sound, and Ada must be there."""
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT email_folded FROM admin_users").fetchall() \
            == [("ada@example.org",)]
        return db.execute("SELECT max(number) FROM schema_migrations"
                          ).fetchone()[0]
    finally:
        db.close()


def each_earlier_schema_comes_forward_after_a_copy(site):
    site.stop()
    newest = max(_numbers(site))
    for number in _numbers(site)[:-1]:
        pending = _older(site, number)
        status = json.loads(site.magnetiq("migrate", "--status", "--json"
                                          ).stdout)
        assert status["version"] == number, status
        assert status["pending"] == pending, status
        done = site.magnetiq("migrate")
        for name in pending:
            assert done.stderr.count(f"applied {name}") == 1, done.stderr
        copy, = glob.glob(site.env["DATABASE_URL"] + ".before-migrate-*")
        assert _whole(copy) == number
        assert _whole(site.env["DATABASE_URL"]) == newest
        assert "applied" not in site.magnetiq("migrate").stderr
        found = site.magnetiq("verify", check=False)
        assert found.returncode == 0, (number, found.stderr)
    site.start()
    assert site.spa.get("/en/kept").status == 200


def without_a_copy_that_counts_nothing_is_migrated(site):
    """The disk refuses what makes the copy last, or its name."""
    site.stop()
    env = {**site.environ, **site.env}
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    for call, error in (("fsync", "EIO"), ("rename", "ENOSPC")):
        _older(site, 3)
        done = subprocess.run(
            ["strace", "-f", "-o", "/dev/null", "-e", "trace=" + call, "-e",
             f"inject={call}:error={error}", site.env["MAGNETIQ"],
             "migrate"], env=env, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, check=False, text=True)
        assert done.returncode == 1 and "applied" not in done.stderr, done
        assert _whole(site.env["DATABASE_URL"]) == 3
        left = glob.glob(site.env["DATABASE_URL"] + ".before-migrate-*")
        assert left == [], left


def _migrated_beside_a_writer(site, pause, *command):
    """What `migrate` says while somebody adds pages, and how many there are
    in each copy and in the database afterwards."""
    _older(site, 3)
    database, end = site.env["DATABASE_URL"], threading.Event()

    def write():
        db = sqlite3.connect(database, timeout=30, isolation_level=None)
        for n in itertools.count():
            if end.wait(pause):
                break
            db.execute("INSERT INTO pages (slug, title) VALUES (?, '{}')",
                       (f"page-{n}",))
        db.close()
    writer = threading.Thread(target=write)
    writer.start()
    env = {**site.environ, **site.env}
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    try:
        until(lambda: _pages(database) > 20)
        done = subprocess.run(
            [*command, site.env["MAGNETIQ"], "migrate"], env=env, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    finally:
        end.set()
        writer.join()
    return done, [_pages(p) for p in
                  glob.glob(database + ".before-migrate-*")], _pages(database)


def _pages(path):
    """Their number; those of the writer are there without a gap."""
    db = sqlite3.connect(path, timeout=30)
    try:
        n, highest = db.execute("SELECT count(*), max(id) FROM pages"
                                ).fetchone()
        assert n == highest, (path, n, highest)
        return n
    finally:
        db.close()


def the_copy_is_that_of_one_moment_while_others_write(site):
    site.stop()
    done, copied, there = _migrated_beside_a_writer(site, 0.03)
    assert done.returncode == 0, done
    assert len(copied) == 1 and 20 < copied[0] < there, (copied, there)
    assert _whole(site.env["DATABASE_URL"]) == max(_numbers(site))


def rows_that_come_all_the_time_do_not_make_the_copy_doubtful(site):
    """Each file is opened late, so that somebody always comes between."""
    site.stop()
    done, copied, there = _migrated_beside_a_writer(
        site, 0.002, "strace", "-f", "-o", "/dev/null", "-e", "trace=openat",
        "-e", "inject=openat:delay_enter=20000")
    assert done.returncode == 0, done
    assert len(copied) == 1 and 20 < copied[0] < there, (copied, there)
    assert _whole(site.env["DATABASE_URL"]) == max(_numbers(site))


def of_a_database_that_is_not_sound_there_is_no_copy(site):
    """An index that lacks rows, which a copy takes over as it is."""
    site.stop()
    _older(site, 3)
    db = sqlite3.connect(site.env["DATABASE_URL"])
    with db:
        db.executescript(
            "INSERT INTO pages (slug, title) VALUES ('a', '{}'), ('b', '{}');"
            "CREATE INDEX lies ON pages (sort_order) WHERE slug = 'a';"
            "PRAGMA writable_schema = on;"
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX lies ON pages"
            " (sort_order)' WHERE name = 'lies';")
    db.close()
    done = site.magnetiq("migrate", check=False)
    assert done.returncode == 1 and "applied" not in done.stderr, done
    assert "is not sound" in done.stderr, done
    assert glob.glob(site.env["DATABASE_URL"] + ".before-*") == []
    db = sqlite3.connect(site.env["DATABASE_URL"])
    with db:
        db.execute("REINDEX")
    db.close()
    assert _whole(site.env["DATABASE_URL"]) == 3


def a_dry_run_changes_nothing(site):
    site.stop()
    _older(site, 1)
    done = site.magnetiq("migrate", "--dry-run")
    assert "applied" in done.stderr and "Nothing was changed" in done.stderr
    assert _whole(site.env["DATABASE_URL"]) == 1
    assert glob.glob(site.env["DATABASE_URL"] + ".*") == []


def a_kill_at_any_write_leaves_the_old_or_the_new_whole(site):
    """strace counts what the process does to files and kills it there."""
    _older(site, 1)
    database = site.env["DATABASE_URL"]
    start = database + ".start"
    shutil.copy(database, start)
    newest, seen = max(_numbers(site)), Counter()

    def begin():
        for path in glob.glob(database + "*"):
            if path != start:
                os.unlink(path)
        shutil.copy(start, database)
    begin()
    calls = calls_of(site, ["migrate"], [
        "pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename"])
    assert {"pwrite64", "fsync"} <= set(calls), calls
    for call, n in calls.items():
        for i in some(n, 40 if call == "pwrite64" else 12):
            begin()
            killed = killed_at(site, ["migrate"], call, i)
            number = _whole(database)
            assert number in (1, newest), (number, call, i)
            seen[number if killed else "not"] += 1
            # Whoever tries again gets there.
            if i % 10 == 1:
                site.magnetiq("migrate")
                assert _whole(database) == newest
    assert seen[1] > 5 and seen[newest] > 1 and seen["not"] < 3, (seen, calls)
    print(f"# killed among {dict(calls)}; schemas found: {dict(seen)}",
          file=sys.stderr)
    os.unlink(start)


def a_migration_that_fails_leaves_the_file_as_it_was(site):
    """The last of several cannot be applied: none of them is."""
    _older(site, 3)
    database = site.env["DATABASE_URL"]
    db = sqlite3.connect(database)
    with db:
        db.execute("CREATE TABLE pages_fts (x)")    # 0006 makes a view of it
    db.close()
    done = site.magnetiq("migrate", check=False)
    assert done.returncode == 1, done
    assert _whole(database) == 3
    db = sqlite3.connect(database)
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name ="
                      " 'webinars'").fetchone() == (0,)
    with db:
        db.execute("DROP TABLE pages_fts")
    db.close()
    site.magnetiq("migrate")
    assert _whole(database) == max(_numbers(site))


run(globals(), "--no-demo")
