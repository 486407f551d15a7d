#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Restores that go back by themselves, and those that must not."""
import glob
import os
import re
import shutil
import subprocess
import time

from harness import Site, Skip, run, until
from version import make_version

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"
NEXT = "2.0.1"


class _SmallDisk(Site):
    """A site whose media lie on a disk of their own."""

    def __init__(self, *options, **more):
        super().__init__(*options, start=False)
        self.disk = self.dir + "/disk"
        os.mkdir(self.disk)
        self.mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", self.disk],
            check=False, stderr=subprocess.DEVNULL).returncode == 0
        self.environ["UPLOAD_DIR"] = self.disk + "/media"

    def release(self):
        if self.mounted:
            subprocess.run(["umount", self.disk], check=True)


def _page(site, slug):
    answer = site.admin().post(PAGES, {"title": {"en": slug}, "slug": slug,
                                       "status": "published"})
    assert answer.status == 201, answer


def _time_of(path):
    """When a backup was made, as its name says."""
    found = re.search(r"-(....)(..)(..)T(..)(..)(..)Z\.", path).groups()
    return "{}-{}-{}T{}:{}:{}Z".format(*found)


def _beside(site, kind):
    return glob.glob(f"{site.env['DATABASE_URL']}.{kind}-*Z-*[0-9]")


def a_restore_with_which_the_site_cannot_serve_is_undone(site):
    """The command is of a version whose schema the workers cannot follow."""
    folder = make_version(
        os.path.join(site.dir, "next"), NEXT,
        [("9001-more", "CREATE TABLE more (id INTEGER PRIMARY KEY);", NEXT)])
    _page(site, "in-both")
    path = site.magnetiq("backup").stdout.strip()
    _page(site, "made-later")
    env = {**site.environ, **site.env, "LD_LIBRARY_PATH": folder + "/lib"}
    done = subprocess.run([folder + "/cli/magnetiq", "restore", path], env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=120, check=False)
    assert done.returncode == 1, done
    assert "does not serve with it; going back" in done.stderr, done
    assert "in its place again" in done.stderr, done
    until(lambda: site.spa.get(f"{PUBLIC}/made-later").status == 200, 15)
    until(lambda: len(site.workers()) == 4, 15)
    for _ in range(8):
        assert site.spa.get(f"{PUBLIC}/made-later").status == 200
    _page(site, "afterwards")
    assert site.magnetiq("verify").returncode == 0
    failed, = _beside(site, "failed-restore")
    assert failed in done.stderr, done
    assert not _beside(site, "before-restore")
    os.unlink(failed)


def a_nearly_full_disk_is_no_reason_to_undo_a_good_restore(site):
    if not site.mounted:
        raise Skip("only root can mount a small disk")
    path = site.magnetiq("backup").stdout.strip()
    _page(site, "after-the-backup")
    with open(site.disk + "/ballast", "wb") as f:
        f.write(b"x" * (8 * 1024 * 1024 - 256 * 1024))
    answer = site.api.get("/api/v1/health/detailed")
    assert answer.status == 503 and answer.json["status"] == "unhealthy", \
        answer
    assert answer.json["services"]["filesystem"]["status"] == "unhealthy"
    assert answer.json["services"]["database"]["status"] == "healthy"
    done = site.magnetiq("restore", path)
    assert "The site is what the backup says" in done.stderr, done
    assert site.spa.get(f"{PUBLIC}/in-both").status == 200
    assert site.spa.get(f"{PUBLIC}/after-the-backup").status == 404
    assert not _beside(site, "failed-restore")
    os.unlink(site.disk + "/ballast")
    assert site.api.get("/api/v1/health/detailed").json["status"] == "healthy"


def _subscribed(site, mail):
    answer = site.spa.post("/api/v1/public/subscribe", {
        "email": mail, "language": "en", "privacy_consent": True})
    assert answer.status == 202, answer


def _known(site, mail):
    told = site.magnetiq("privacy", "export", mail).stdout
    return "subscribers" in told


def _wreck(site):
    """Its log as well: that alone may know enough to read the whole."""
    for end in ("", "-wal"):
        path = site.env["DATABASE_URL"] + end
        with open(path, "r+b") as f:
            f.write(b"\0" * max(40000, os.path.getsize(path) if end else 0))


def who_was_erased_stays_so_though_the_database_is_wrecked(site):
    """The ledger comes from a newer snapshot; damaged ones are passed over."""
    erased, later = "erased@example.org", "later@example.org"
    _subscribed(site, erased)
    _subscribed(site, later)
    site.magnetiq("backup")
    # Of the same second, it gets a name of the next.
    path = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", erased)
    time.sleep(1.1)             # names tell seconds
    good = site.magnetiq("backup", "--snapshot").stdout.strip()
    time.sleep(1.1)
    bad = site.magnetiq("backup", "--snapshot").stdout.strip()
    with open(bad, "r+b") as f:
        f.truncate(3000)
    # A wrong clock made it, and it knows less than its name says.
    ahead = os.path.dirname(path) + "/magnetiq-20990101T000000Z.tar.zst"
    shutil.copy(path, ahead)
    site.magnetiq("privacy", "erase", later)
    _wreck(site)
    done = site.magnetiq("restore", path)
    made = _time_of(good)
    assert "cannot be read" in done.stderr, done
    assert f"until {made}" in done.stderr, (made, done.stderr)
    assert "1 people were forgotten again" in done.stderr, done
    assert not _known(site, erased)
    assert _known(site, later), "nothing readable knew that one"
    for copy in (good, bad, ahead):
        os.unlink(copy)


def what_nothing_knows_of_erasures_is_said(site):
    mail = "unknown@example.org"
    _subscribed(site, mail)
    for name in glob.glob(site.env["BACKUP_DIR"] + "/*.zst"):
        os.unlink(name)
    path = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", mail)
    _wreck(site)
    done = site.magnetiq("restore", path)
    assert (f"known from the backup itself, until {_time_of(path)}; who"
            " was erased after that is not forgotten again") in done.stderr, \
        done
    assert _known(site, mail)


run(globals(), "--no-demo", kind=_SmallDisk)
