#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Backups beside a running site, and the way back."""
import glob
import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import threading
import time
from collections import Counter

from harness import ROOT, run, until
from killing import calls_of, killed_at, some

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"


def _page(site, slug, **more):
    answer = site.admin().post(PAGES, {
        "title": {"en": slug}, "slug": slug, "status": "published", **more})
    assert answer.status == 201, answer
    return answer.data


def _photo(site, visibility, salt):
    with open(os.path.join(ROOT, "t/fixtures/photo.jpg"), "rb") as f:
        answer = site.admin().upload("/api/v1/content/media", f.read() + salt,
                                     "photo.jpg", visibility=visibility)
    assert answer.status == 201, answer
    return answer.data


def _backup(site, *more):
    done = site.magnetiq("backup", "--to", site.state + "/b/deep", *more)
    path, = done.stdout.splitlines()
    assert os.path.exists(path), done
    return path


def _restore(site, path, *more, check=True):
    return site.magnetiq("restore", path, *more, check=check)


def _unpacked(path):
    """The members of a backup, by name."""
    plain = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE,
                           check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def _packed(path, members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    subprocess.run(["zstd", "-q", "-f", "-o", path], input=out.getvalue(),
                   check=True)


def _rows(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        names = [r[0] for r in db.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND"
            " type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN"
            " ('jobs', 'user_sessions', 'search_todo', 'media_files',"
            " 'media_renditions')")]
        return {n: sorted(map(repr, db.execute(f"SELECT * FROM \"{n}\"")))
                for n in names}
    finally:
        db.close()


def _last(site):
    return site.admin().get("/api/v1/admin/system-health").data["last_backup"]


def _kept(site):
    """The databases that restores have put aside."""
    return [p for p in glob.glob(site.env["DATABASE_URL"]
                                 + ".before-restore-*")
            if not p.endswith(("-wal", "-shm"))]


def a_backup_is_one_private_file_and_its_path_the_only_output(site):
    _page(site, "kept", content={"en": "as it was"})
    _photo(site, "public", b"1")
    _photo(site, "private", b"2")
    # Smaller pictures that come meanwhile would be counted, and not in it.
    until(lambda: site.rows("SELECT count(*) AS n FROM media_files WHERE"
                            " renditions_state = 'wanted'")[0]["n"] == 0, 30)
    path = _backup(site)
    assert os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
    members = _unpacked(path)
    assert list(members)[:4] == ["manifest.json", "SHA256SUMS",
                                 "magnetiq.db", "settings.env"], members
    manifest = json.loads(members["manifest.json"])
    assert manifest["rows"]["pages"] == 1 and manifest["missing"] == 0
    stored = site.rows("SELECT count(*) AS n FROM (SELECT file_path FROM"
                       " media_files UNION SELECT file_path FROM"
                       " media_renditions)")[0]["n"]
    assert len(members) == 4 + stored, list(members)
    assert b"SECRET_KEY is a secret" in members["settings.env"]
    secret = site.env["SECRET_KEY"].encode()
    assert secret not in members["settings.env"]
    assert secret in _unpacked(_backup(site, "--with-secrets"))[
        "settings.env"]


def what_is_no_whole_backup_is_refused_and_changes_nothing(site):
    path = _backup(site)
    bad = site.state + "/bad.tar.zst"
    with open(path, "rb") as f:
        content = f.read()
    members = _unpacked(path)
    first = [n for n in members if n.startswith("media/")][0]

    def changed(**other):
        _packed(bad, {**members, **other})
    before = _rows(site.env["DATABASE_URL"])

    def raw(data):
        with open(bad, "wb") as f:
            f.write(data)
    newer = json.loads(members["manifest.json"])
    newer["schema"] = 9999
    cases = [lambda: raw(b""), lambda: raw(b"x" * 5000),
             lambda: raw(content[:len(content) // 2]),
             lambda: raw(content[:-10]),
             lambda: changed(**{first: b"other bytes"}),
             lambda: changed(**{"magnetiq.db": members["magnetiq.db"][:-4096]
                                + b"\0" * 4096}),
             lambda: changed(**{"SHA256SUMS": members["SHA256SUMS"] + b"\n"}),
             lambda: changed(**{"../../evil": b"x"}),
             lambda: changed(**{"manifest.json": b"{}"}),
             lambda: changed(**{"manifest.json": json.dumps(newer).encode()})]
    for case in cases:
        case()
        for more in (("--check",), ()):
            done = _restore(site, bad, *more, check=False)
            assert done.returncode == 1 and "magnetiq: " in done.stderr, done
    done = _restore(site, site.state + "/nothing", check=False)
    assert done.returncode == 1 and "cannot be read" in done.stderr, done
    assert _rows(site.env["DATABASE_URL"]) == before
    assert "A whole backup of" in _restore(site, path, "--check").stderr
    left = [n for n in os.listdir(site.state) if "restor" in n
            or "checking" in n]
    assert left == [], left


def a_backup_while_others_write_fails_no_write(site):
    stop, failed, made = threading.Event(), [], []

    def write(client):
        while not stop.is_set():
            answer = client.post(PAGES, {"title": {"en": "written"}})
            (made if answer.status == 201 else failed).append(answer)
    threads = [threading.Thread(target=write, args=(site.login(),))
               for _ in range(4)]
    for t in threads:
        t.start()
    try:
        until(lambda: len(made) > 20)
        for _ in range(3):
            path = _backup(site)
            _restore(site, path, "--check")
    finally:
        stop.set()
        for t in threads:
            t.join()
    assert not failed and len(made) > 20, (failed[:1], len(made))


def the_site_becomes_what_the_backup_says_while_it_runs(site):
    page = _page(site, "story", content={"en": "the old text"})
    photo = _photo(site, "private", b"story")
    url = f"{PAGES}/{page['id']}"
    path = _backup(site)
    before = _rows(site.env["DATABASE_URL"])
    tag = None
    for n in range(3):
        answer = site.admin().patch(url, {"content": {"en": f"new {n}"}})
        tag = answer.header("ETag")
    _page(site, "made-later")
    stored = glob.glob(site.env["UPLOAD_DIR"] + "/private/*/*")
    with open(stored[0], "r+b") as f:
        f.write(b"damaged")
    for name in stored[1:]:
        os.unlink(name)
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    with db:
        db.execute("INSERT INTO erasures (address_mac) VALUES (?)",
                   ("a" * 64,))
    db.close()
    for _ in range(8):      # every worker has it in its cache
        assert site.spa.get(f"{PUBLIC}/made-later").status == 200
    workers = site.workers()
    shutil.rmtree(site.env["UPLOAD_DIR"] + "/public")
    os.umask(0o077)
    _restore(site, path)
    os.umask(0o022)
    # nginx enters and reads, whatever the umask of who restores.
    for name in glob.glob(site.env["UPLOAD_DIR"] + "/public/**",
                          recursive=True):
        mode = os.stat(name).st_mode & 0o777
        assert mode == (0o755 if os.path.isdir(name) else 0o644), name
    for _ in range(16):
        answer = site.spa.get(f"{PUBLIC}/story")
        assert "the old text" in answer.text, answer
        assert site.spa.get(f"{PUBLIC}/made-later").status == 404
        assert site.spa.get("/en/made-later").status == 404
    assert site.workers() == workers, "nobody had to end"
    assert sorted(glob.glob(site.env["UPLOAD_DIR"] + "/private/*/*")) == \
        sorted(stored)
    for name in stored:
        with open(name, "rb") as f:
            assert not f.read().startswith(b"damaged"), name
    assert site.rows("SELECT address_mac AS m FROM erasures") == [
        {"m": "a" * 64}], "who was forgotten stays forgotten"
    file = site.admin().get(f"/api/v1/content/media/{photo['id']}/file")
    assert file.status == 200 and file.body.endswith(b"story")
    after = _rows(site.env["DATABASE_URL"])
    for table, rows in before.items():
        if table == "erasures":
            continue
        assert len(after[table]) == len(rows), table
    # No tag of before the restore is true of anything now.
    assert site.admin().get(url, If_None_Match=tag).status == 200
    answer = site.admin().patch(url, {"content": {"en": "x"}}, If_Match=tag)
    assert answer.status == 412, answer
    assert site.magnetiq("verify", check=False).returncode == 0
    kept, = _kept(site)
    db = sqlite3.connect(kept)
    assert db.execute("SELECT count(*) FROM pages WHERE slug = 'made-later'"
                      ).fetchone() == (1,)
    db.close()
    # Writing goes on, in the new file, and jobs are there.
    _page(site, "afterwards")
    until(lambda: site.spa.get("/api/v1/public/search?q=afterwards").json[
        "pagination"]["total"] == 1, 15)
    os.unlink(kept)


def no_write_that_was_acknowledged_is_in_neither_file(site):
    """Writers go on while the file changes: what was acknowledged after the
    restore began is in the new file or in the kept one."""
    _page(site, "race")
    path = _backup(site)
    stop, made = threading.Event(), []

    def write(client, n):
        k = 0
        while not stop.is_set():
            slug = f"race-{n}-{k}"
            answer = client.post(PAGES, {"title": {"en": "r"}, "slug": slug})
            assert answer.status in (201, 401, 503), answer
            if answer.status == 201:
                made.append(slug)
            k += 1
    threads = [threading.Thread(target=write, args=(site.login(), n))
               for n in range(3)]
    for t in threads:
        t.start()
    try:
        time.sleep(0.5)
        _restore(site, path)
        time.sleep(0.5)
    finally:
        stop.set()
        for t in threads:
            t.join()
    kept, = _kept(site)
    there = set()
    for name in (kept, site.env["DATABASE_URL"]):
        db = sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=10)
        there |= {r[0] for r in db.execute("SELECT slug FROM pages")}
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
    assert len(made) > 10 and set(made) <= there, set(made) - there
    os.unlink(kept)


def a_wrecked_database_is_no_reason_not_to_go_back(site):
    path = _backup(site)
    with open(site.env["DATABASE_URL"], "r+b") as f:
        f.write(b"\0" * 40000)
    _restore(site, path)
    assert site.spa.get("/en/story").status == 200
    assert site.admin().get(PAGES).status == 200
    found = site.magnetiq("verify", check=False)
    assert found.returncode == 0, found


def a_kill_leaves_the_old_or_the_new(site):
    site.stop()
    database = site.env["DATABASE_URL"]
    _ = [os.unlink(p) for p in glob.glob(database + ".before-restore-*")]
    db = sqlite3.connect(database)
    with db:
        db.execute("INSERT INTO pages (slug, title) VALUES ('old-one',"
                   " '{\"en\":\"o\"}')")
    db.close()
    path = sorted(glob.glob(site.state + "/b/deep/magnetiq-*"))[-1]
    start = database + ".start"
    shutil.copy(database, start)
    seen = Counter()

    def begin():
        for name in glob.glob(database + "*"):
            if os.path.isdir(name):
                shutil.rmtree(name)
            elif name != start:
                os.unlink(name)
        shutil.copy(start, database)

    def look():
        db = sqlite3.connect(database)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        old, = db.execute("SELECT count(*) FROM pages WHERE slug ="
                          " 'old-one'").fetchone()
        db.close()
        return "old" if old else "new"
    begin()
    calls = calls_of(site, ["restore", path], [
        "fdatasync", "fsync", "ftruncate", "unlink", "rename", "link",
        "unlinkat", "pwrite64"])
    assert look() == "new" and {"rename", "link", "fsync"} <= set(calls), calls
    for call, n in calls.items():
        for i in some(n, 12):
            begin()
            if killed_at(site, ["restore", path], call, i):
                seen[look()] += 1
            else:
                seen["not"] += 1
    # The folder is synced, and what was unpacked removed, after the swap.
    assert seen["old"] > 20 and seen["new"] > 1 and seen["not"] < 3, (
        seen, calls)
    begin()
    _restore(site, path)
    os.unlink(start)
    site.start()
    assert site.spa.get("/en/story").status == 200


def a_restore_killed_in_its_last_moment_leaves_a_site_that_works(site):
    """The log has lost its name, and the new file has none yet."""
    path = _backup(site)
    site.sql("UPDATE pages SET excerpt = '{\"en\":\"mine\"}' WHERE slug ="
             " 'story'")
    env = {**site.environ, **site.env}
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    done = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=rename", "-e",
         "inject=rename:signal=KILL:when=1", site.env["MAGNETIQ"], "restore",
         path], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        check=False)
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done
    # No request fails: who comes next opens what has the name.
    for n in range(12):
        _page(site, f"after-the-kill-{n}")
    found = site.rows("SELECT excerpt AS e FROM pages WHERE slug ="
                      " 'story'")
    assert found[0]["e"] == '{"en":"mine"}', found
    assert site.magnetiq("verify", check=False).returncode == 0
    _restore(site, path)
    assert site.spa.get("/en/after-the-kill-1").status == 404


def the_panel_asks_for_a_backup_and_sees_it(site):
    admin = site.admin()

    def backups():
        return [b for b in admin.get("/api/v1/admin/backups").data
                if b["kind"] == "backup"]
    assert backups() == []
    answer = admin.post("/api/v1/admin/backups")
    assert answer.status == 202, answer
    until(backups, 20)
    made, = backups()
    assert made["verified"] is True and made["size"] > 1000, made
    health = admin.get("/api/v1/admin/system-health").data
    assert health["last_backup"]["name"] == made["name"], health
    assert site.staff("editor").get("/api/v1/admin/backups").status == 403
    assert admin.post("/api/v1/admin/jobs/drill/run").status == 202
    until(lambda: [j for j in admin.get("/api/v1/admin/jobs").data
                   if j["name"] == "drill" and j["last_ms"]], 20)
    job, = [j for j in admin.get("/api/v1/admin/jobs").data
            if j["name"] == "drill"]
    assert job["last_error"] is None, job
    # The job says when it began; what it found comes when it has ended.
    told, = until(lambda: site.rows("SELECT * FROM backup_drills"), 20)
    assert told["name"] == made["name"] and told["error"] is None, told
    assert told["tables"] > 30 and told["rows"] > told["tables"], told


def what_a_drill_finds_is_written_down(site):
    path, = glob.glob(site.env["BACKUP_DIR"] + "/magnetiq-*")
    with open(path, "r+b") as f:
        f.seek(-200, os.SEEK_END)
        f.write(b"\0" * 100)
    assert site.admin().post("/api/v1/admin/jobs/drill/run").status == 202
    told, = until(lambda: site.rows("SELECT * FROM backup_drills WHERE error"
                                    " IS NOT NULL"), 20)
    assert "no whole backup" in told["error"], told
    assert _last(site)["verified"] is False, _last(site)


def a_backup_is_verified_until_something_says_otherwise(site):
    first, = glob.glob(site.env["BACKUP_DIR"] + "/magnetiq-*")
    good = site.magnetiq("backup").stdout.strip()
    assert _last(site)["name"] == os.path.basename(good)
    assert _last(site)["verified"] is True, _last(site)
    listed = {b["name"]: b["verified"] for b in
              site.admin().get("/api/v1/admin/backups").data}
    assert listed[os.path.basename(first)] is False, listed
    assert listed[os.path.basename(good)] is True, listed
    with open(good, "wb"):
        pass
    assert _last(site)["verified"] is False, _last(site)
    os.unlink(first)
    os.unlink(good)


def a_backup_that_cannot_be_brought_forward_is_no_good(site):
    """Whole it is; but its last migration would fail, or a row dangles."""
    path = _backup(site)
    last, = site.rows("SELECT max(number) AS n FROM schema_migrations")
    again = (f"DELETE FROM schema_migrations WHERE number = {last['n']}",)
    for sql, schema, word in (
            (again, last["n"] - 1, "cannot be brought forward"),
            (("PRAGMA foreign_keys = off", "DELETE FROM pages WHERE slug ="
              " 'story'"), last["n"], "no whole backup")):
        bad = site.state + "/bad.tar.zst"
        _changed(path, bad, sql, schema)
        done = _restore(site, bad, "--check", check=False)
        assert done.returncode == 1 and word in done.stderr, done
        # The drill looks at the newest.
        os.makedirs(site.env["BACKUP_DIR"], exist_ok=True)
        newest = site.env["BACKUP_DIR"] + "/magnetiq-20990101T000000Z.tar.zst"
        shutil.copy(bad, newest)
        site.sql("DELETE FROM backup_drills")
        assert site.admin().post("/api/v1/admin/jobs/drill/run").status == 202
        told, = until(lambda: site.rows("SELECT * FROM backup_drills"), 30)
        assert word in told["error"], told
        os.unlink(newest)
    site.sql("DELETE FROM backup_drills")


def _changed(path, to, sql, schema):
    """A backup with another database, of which it tells the truth."""
    members = _unpacked(path)
    with open(to + ".db", "wb") as f:
        f.write(members["magnetiq.db"])
    db = sqlite3.connect(to + ".db", isolation_level=None)
    for statement in sql:
        db.execute(statement)
    manifest = json.loads(members["manifest.json"])
    for table in manifest["rows"]:
        manifest["rows"][table], = db.execute(
            f'SELECT count(*) FROM "{table}"').fetchone()
    db.close()
    with open(to + ".db", "rb") as f:
        members["magnetiq.db"] = f.read()
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
        for name, content in list(members.items())[2:])
    manifest.update(schema=schema, database_size=len(members["magnetiq.db"]),
                    sums=hashlib.sha256(sums.encode()).hexdigest())
    members["manifest.json"] = json.dumps(manifest).encode()
    members["SHA256SUMS"] = sums.encode()
    _packed(to, members)


def who_comes_while_another_is_made_waits_for_it(site):
    done = [subprocess.Popen(
        [site.env["MAGNETIQ"], "backup", "--to", site.state + "/two"],
        env={**site.environ, **site.env}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [p.communicate() + (p.returncode,) for p in done]
    assert all(code == 0 for _, _, code in told), told
    assert len({out for out, _, _ in told}) == 3, told
    assert not glob.glob(site.state + "/two/.new-*")


run(globals(), "--no-demo")
