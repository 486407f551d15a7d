#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Another version takes over while people read and write; or it does not,
and the one of before serves as if nothing had been."""
import glob
import os
import shutil
import signal
import subprocess
import time

from harness import Client, Load, run, until
from version import BUILD, MORE, make_traitor, make_version, present
from writing import Writing

UPGRADE = os.path.join(BUILD, "spawn", "magnetiq-upgrade")
NEXT, LATER = "2.0.1", "2.0.2"

made = {}


def _version(site, name, make, *arguments, **more):
    """A folder with another version; made once."""
    if name not in made:
        made[name] = make(os.path.join(site.dir, name), *arguments, **more)
    return made[name]


def _next(site):
    return _version(site, "next", make_version, NEXT, [MORE])


def _command(site, *arguments):
    return [UPGRADE, "--state", site.state, *arguments]


def _upgrade(site, *arguments, check=True):
    done = subprocess.run(_command(site, *arguments), env=site.environ,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120,
                          check=False)
    if check:
        assert done.returncode == 0, done.stderr
    return done


def _writing(site):
    token = site.admin().token
    return Writing(lambda: Client(site.api_port, token))


def _all_there(site, writes):
    there = {r["slug"] for r in site.rows("SELECT slug FROM pages")}
    lost = set(writes.acknowledged) - there
    assert writes.acknowledged and not lost, lost


def _under_load(site, act):
    """Act while people read and write: no answer is bad, no write is lost.
    Returns what act() gave."""
    with Load(site.api_port, "/api/v1/public/pages", 2) as reads, \
            Load(site.spa_port, "/sitemap.xml", 1) as html, \
            _writing(site) as writes:
        until(lambda: len(writes.acknowledged) > 3 and
              len(reads.statuses) > 50)
        result = act()
        time.sleep(0.3)
    assert not reads.failures() + html.failures(), reads.failures()[:9]
    assert not writes.failed, writes.failed[:3]
    _all_there(site, writes)
    return result


def _serves(site, version, schema=None):
    """This version serves, all of it, and nothing of others lies about."""
    answer = site.api.get("/api/v1/health")
    assert answer.json["version"] == version, answer
    folder = os.path.realpath(site.state + "/prog")
    for pid in site.workers() + site.workers("auth") + [site.pid("jobs")]:
        assert os.readlink(f"/proc/{pid}/exe").startswith(folder), pid
    assert len(site.workers()) == 4 and len(site.workers("auth")) == 1
    newest, = site.rows("SELECT max(number) AS n FROM schema_migrations")
    assert schema is None or newest["n"] == schema, newest
    database = site.env["DATABASE_URL"]
    assert not os.path.exists(database + ".upgrade")
    assert not os.path.exists(site.state + "/prog.upgrade")
    assert len(glob.glob(site.state + "/prog.[0-9]*")) <= 2
    assert site.magnetiq("verify", check=False).returncode == 0


def an_upgrade_with_a_migration_loses_nothing(site):
    folder = _next(site)
    before = site.workers()
    _under_load(site, lambda: _upgrade(site, folder))
    _serves(site, NEXT, 9001)
    assert not set(before) & set(site.workers())
    assert len(site.workers()) == len(before)
    assert glob.glob(site.state + "/backups/*.tar.zst")
    assert glob.glob(site.env["DATABASE_URL"] + ".before-migrate-*")


def the_version_of_before_can_have_it_back(site):
    """With what was written since, on the schema of the newer one."""
    done = _under_load(site, lambda: _upgrade(site, "--return"))
    assert present() in done.stderr
    _serves(site, present(), 9001)
    done = _upgrade(site, "--status")
    assert f"version  {present()}" in done.stdout, done.stdout
    assert f"before   {NEXT}" in done.stdout, done.stdout
    # What it writes and restores goes on, too.
    path = site.magnetiq("backup").stdout.strip()
    assert site.magnetiq("restore", "--check", path).returncode == 0


def two_upgrades_one_after_the_other_are_two_upgrades(site):
    later = _version(site, "later", make_version, LATER, [
        MORE, ("9002-still-more", "CREATE TABLE still_more (x);")])

    def both():
        _upgrade(site, "--no-backup", _next(site))
        _upgrade(site, "--no-backup", later)

    _under_load(site, both)
    _serves(site, LATER, 9002)


def a_reload_replaces_everybody(site):
    before = site.workers() + site.workers("auth") + [site.pid("jobs")]
    _under_load(site, lambda: _upgrade(site, "--reload"))
    after = site.workers() + site.workers("auth") + [site.pid("jobs")]
    assert not set(before) & set(after) and len(before) == len(after)
    _serves(site, LATER)


def _refused(site, folder, *words):
    """The upgrade fails under load, and nobody notices."""
    version = site.api.get("/api/v1/health").json["version"]
    workers = site.workers()
    done = _under_load(site, lambda: _upgrade(site, "--no-backup", folder,
                                              check=False))
    assert done.returncode == 1, done
    for word in words:
        assert word in done.stderr, done.stderr
    _serves(site, version, 9002)
    return workers == site.workers()


def a_migration_that_fails_touches_nothing(site):
    broken = _version(site, "broken", make_version, "2.0.3", [
        MORE, ("9002-still-more", "CREATE TABLE still_more (x);"),
        ("9003-broken", "CREATE TABLE third (x); INSERT INTO none VALUES (1);"
         )])
    assert _refused(site, broken, "cannot bring the database forward",
                    "goes on serving")
    assert site.rows("SELECT count(*) AS n FROM sqlite_master WHERE name ="
                     " 'third'") == [{"n": 0}]


def a_migration_that_leaves_no_way_back_is_refused(site):
    one_way = _version(site, "one-way", make_version, "2.0.4", [
        MORE, ("9002-still-more", "CREATE TABLE still_more (x);"),
        ("9004-one-way", "CREATE TABLE fourth (x);", "2.0.4")])
    assert _refused(site, one_way, "newer than the program", "--no-return")


def a_version_that_does_not_start_is_refused(site):
    dead = os.path.join(site.dir, "dead")
    shutil.copytree(made["later"], dead)
    with open(dead + "/fcgi-app/magnetiq-fcgi", "wb") as f:
        f.write(b"#!/bin/sh\nexit 1\n")
    assert _refused(site, dead, "magnetiq-fcgi is not of version")
    os.unlink(dead + "/fcgi-app/magnetiq-fcgi")
    assert _refused(site, dead, "magnetiq-fcgi is not in")


def a_worker_that_dies_on_the_site_gives_way_to_the_one_of_before(site):
    """It rehearsed well; those who asked meanwhile have waited."""
    traitor = _version(site, "dies", make_traitor, LATER, False)
    _refused(site, traitor, "do not come up",
             "the version of before serves again")


def a_worker_that_answers_badly_gives_way_to_the_one_of_before(site):
    traitor = _version(site, "ill", make_traitor, LATER, True)
    with _writing(site) as writes:
        until(lambda: len(writes.acknowledged) > 3)
        done = _upgrade(site, "--no-backup", traitor, check=False)
        assert done.returncode == 1 and "serves again" in done.stderr, done
        failed = len(writes.failed)
        count = len(writes.acknowledged)
        until(lambda: len(writes.acknowledged) > count + 20)
        assert len(writes.failed) == failed
    _all_there(site, writes)
    _serves(site, LATER, 9002)


def _moments(site):
    """Ever later moments of an upgrade, each known by what it leaves."""
    scratch = site.env["DATABASE_URL"] + ".upgrade"
    link = site.state + "/prog"
    was = os.readlink(link)
    workers = site.workers()
    return {
        "it migrates a copy": lambda: os.path.exists(
            scratch + "/migrate.log"),
        "it rehearses": lambda: os.path.exists(scratch + "/ask.sock"),
        "the schema has moved": lambda: os.path.exists(
            site.state + "/prog.upgrade"),
        "the link has moved": lambda: os.readlink(link) != was,
        "all workers are others": lambda: not set(workers) &
        set(site.workers()),
    }


def _cut(site, folder, moment):
    """kill -9 of the upgrade as soon as moment() is true."""
    with subprocess.Popen(_command(site, "--no-backup", folder),
                          env=site.environ, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end and \
                not moment():
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.stderr.close()


def an_upgrade_that_is_killed_is_finished_by_typing_it_again(site):
    """At each step; those who use the site do not notice."""
    versions = [make_version(os.path.join(site.dir, f"v{n}"), f"2.1.{n}", [
        MORE, ("9002-still-more", "CREATE TABLE still_more (x);")] + [
            (f"91{k:02}-more", f"CREATE TABLE more_{k} (x);")
            for k in range(n + 1)]) for n in range(3)]

    def each(names):
        for k, name in enumerate(names):
            folder = versions[k % len(versions)]
            if k >= len(versions):
                folder = versions[-1]
            _cut(site, folder, _moments(site)[name])
            assert site.api.get("/api/v1/health").status == 200, name
            _upgrade(site, "--no-backup", folder)
            _serves(site, "2.1." + folder[-1])

    _under_load(site, lambda: each(list(_moments(site))))


def a_reload_of_the_development_site_goes_the_same_way(site):
    site.dev("reload")
    _serves(site, present())


run(globals(), "--no-demo")
