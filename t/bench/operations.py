# SPDX-License-Identifier: MIT
"""Rows of t/bench/run: backup and restore of a large site, kills, memory."""
import functools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

from tools import children, make_site, pss_kb
from production import Production
from wreck import killed_under_load

WRITES = 500                    # a second
CHANGED = 20000                 # leads of the large site
KILLS = 100
MODEL = ("pages", "id"), ("page_versions", "page_id"), ("search_text",
                                                        "object_id")
MARK = "allthewords"
_chance = random.Random(1)
WORDS = ["".join(_chance.choice("abcdefghiklmnoprstuw")
                 for _ in range(2 + k // 400)) for k in range(4000)]
LEADS = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
    INSERT INTO leads (email, email_folded, first_name, last_name, notes,
        first_seen_at, last_seen_at)
    SELECT i || '@example.org', i || '@example.org', 'Ada', 'Lovelace',
        'nothing yet', '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n"""


@functools.lru_cache(4)         # for each column of a row
def prose(n):
    """What page number n says: the words of a small language, the rarer the
    longer, so that it becomes a third when packed, as text does."""
    chance = random.Random(n)
    return " ".join(WORDS[int(len(WORDS) * chance.random() ** 3)]
                    for _ in range(600))


def large_site(size):
    """A site whose database has this many bytes: one page, many times, with
    another text each; and the first of its leads."""
    site = make_site()
    answer = site.admin().post("/api/v1/content/pages", {
        "slug": "large-w0000000", "title": {"en": "Large w0000000"},
        "status": "published", "content": {"en": f"w0000000 {MARK}"}})
    assert answer.status == 201, answer
    site.stop()
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                     "PRAGMA cache_size=-500000;")
    db.create_function("prose", 1, prose)
    db.execute("BEGIN")
    first = answer.data["id"]
    while size_of(db) < size:
        for table, column in MODEL:
            db.execute(more_of(db, table, column), (first,))
    db.execute("DELETE FROM search_todo")
    db.execute(LEADS, (CHANGED,))
    lead, = db.execute("SELECT min(id) FROM leads").fetchone()
    db.execute("COMMIT")
    # As each night leaves it.
    db.executescript("INSERT INTO search_fts(search_fts) VALUES ('optimize');"
                     "ANALYZE; PRAGMA journal_mode=WAL;")
    db.close()
    os.sync()                   # what filled it is not what is measured
    site.start()
    return site, lead


def size_of(db):
    """Bytes of the database, those that are still in memory, too."""
    return (db.execute("PRAGMA page_count").fetchone()[0]
            * db.execute("PRAGMA page_size").fetchone()[0])


def more_of(db, table, column):
    """A thousand rows more, each like the first but for number and text."""
    names = [r[1] for r in db.execute(f"PRAGMA table_info({table})")
             if r[1] != "id" or column == "id"]
    values = []
    for name in names:
        if name == column:
            values.append(f"(SELECT max({column}) FROM {table}) + i")
        elif name in ("slug", "title", "content", "snapshot", "body",
                      "folded"):
            number = f"(SELECT max({column}) FROM {table}) + i"
            value = f"replace({name}, 'w0000000', printf('w%07d', {number}))"
            if name not in ("slug", "title"):
                value = f"replace({value}, '{MARK}', prose({number}))"
            values.append(value)
        else:
            values.append(name)
    return (f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < 1000) INSERT INTO {table} ({', '.join(names)})"
            f" SELECT {', '.join(values)} FROM {table}, n"
            f" WHERE {column} = ?1")


def start_writing(site, first):
    """writers.py beside us; end_writing() takes what it says."""
    # pylint: disable-next=consider-using-with
    return subprocess.Popen(
        [sys.executable, os.path.join(os.path.dirname(__file__),
                                      "writers.py"),
         str(site.api_port), site.login().token, str(WRITES), "600",
         str(first), str(first + CHANGED - 1)],
        stdout=subprocess.PIPE, text=True)


def end_writing(process):
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate()
    return json.loads(said)


def backup_1gb(b):
    """backup of 1 GB while 500 leads a second are changed"""
    site, first = large_site(b.gigabyte)
    try:
        site.admin()
        writers = start_writing(site, first)
        time.sleep(3)
        began = time.monotonic()
        done = subprocess.run(
            [site.env["MAGNETIQ"], "backup"], check=True, text=True,
            env={**site.environ, **site.env}, stdout=subprocess.PIPE)
        took = time.monotonic() - began
        assert done.stdout.startswith("/"), done
        said = end_writing(writers)
        print(f"# {said}", flush=True)
        rate = said["asked"] / said["seconds"]
        return (f"{took:.0f} s, {rate:.0f}/s, {said['failed']} failed, "
                f"p99 {said['p99']:.0f} ms", "0 failed, p99 50 ms",
                said["failed"] == 0 and said["p99"] < 50 and
                rate > WRITES * 0.95)
    finally:
        site.end()


def restore_1gb(b):
    """restore of 1 GB, until the site is well with it"""
    site, _ = large_site(b.gigabyte)
    try:
        path = site.magnetiq("backup", timeout=600).stdout.strip()
        site.admin().post("/api/v1/content/pages", {
            "slug": "made-later", "title": {"en": "Later"}})
        began = time.monotonic()
        done = site.magnetiq("restore", path, timeout=600)
        took = time.monotonic() - began
        assert "The site is what the backup says" in done.stderr, done
        return f"{took:.1f} s", "30 s", took < 30
    finally:
        site.end()


def kills(_b):
    """kill -9 of everything under load, 100 times"""
    site = make_site()
    told = lost = unsound = 0
    try:
        for _ in range(KILLS):
            missing, count, found = killed_under_load(site)
            told += count
            lost += len(missing)
            unsound += found != ""
    finally:
        site.end()
    return (f"{lost} of {told} lost, {unsound} unsound", "0, 0",
            lost == unsound == 0)


def idle_stack(_b):
    """memory of production: nginx with TLS, 4 + 1 workers, jobs; nobody asks"""
    site = Production("--no-demo")
    try:
        site.certificates()
        site.configure()
        site.start_nginx()
        visitor = site.tls()
        for _ in range(200):
            assert visitor.get("/en/").status == 200
        site.admin()
        visitor.close()
        time.sleep(5)
        # That of development, which the pools came with, is not there then.
        other = site.pid("nginx")
        other = {other, *map(int, children(other))}
        nginx = [(pid, "nginx") for pid in (
            site.nginx.pid, *map(int, children(site.nginx.pid)))]
        each = [(pss_kb(pid), line.split()[0].rsplit("/", 1)[-1])
                for pid, line in site.processes() + nginx
                if pid not in other]
        for size, name in sorted(each, reverse=True):
            print(f"# {size} kB {name}", flush=True)
        total = sum(size for size, _ in each)
        return f"{total} kB", "40960 kB", total < 40960
    finally:
        site.end()


OPERATIONS = [backup_1gb, restore_1gb, kills, idle_stack]
