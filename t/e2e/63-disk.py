#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A disk that is full: a small one of memory, for database and backups."""
import os
import subprocess

from harness import Site, Skip, run, until

PAGES = "/api/v1/content/pages"
MEGABYTES = 24


class _SmallDisk(Site):
    """A site whose database lies on a disk of its own."""

    def __init__(self, *options, **more):
        super().__init__(*options, start=False)
        self.disk = self.dir + "/disk"
        os.mkdir(self.disk)
        self.mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs",
             self.disk], check=False, stderr=subprocess.DEVNULL
        ).returncode == 0
        self.environ["DATABASE_URL"] = self.disk + "/magnetiq.db"

    def release(self):
        if self.mounted:
            subprocess.run(["umount", self.disk], check=True)


def _need_disk(site):
    if not site.mounted:
        raise Skip("only root can mount a small disk")


def _page(site, slug, **more):
    return site.admin().post(PAGES, {
        "slug": slug, "title": {"en": slug}, "status": "published", **more})


def _fill(site):
    """Take what is left, to the last block."""
    with open(site.disk + "/ballast", "wb", buffering=0) as f:
        try:
            while True:
                f.write(b"x" * 4096)
        except OSError:
            return


def writing_is_refused_while_the_disk_is_full_and_reading_goes_on(site):
    _need_disk(site)
    assert _page(site, "before").status == 201
    _fill(site)
    refused = until(lambda: [a for a in [_page(
        site, f"full-{os.urandom(4).hex()}",
        content={"en": "word " * 20000})] if a.status != 201])[0]
    assert refused.status == 503, refused
    assert refused.code == "UNAVAILABLE"
    assert int(refused.header("Retry-After")) > 0
    for _ in range(8):
        answer = site.api.get("/api/v1/public/pages/before")
        assert answer.status == 200, answer
    assert site.api.get("/api/v1/health").status == 200
    assert len(site.workers()) == 4


def each_disk_is_told_what_is_true_of_it(site):
    """This one is the database's; the media lie elsewhere, and uploads go
    there as before."""
    _need_disk(site)
    said = site.magnetiq("doctor", "disk", check=False)
    told, = [x for x in (said.stdout + said.stderr).splitlines()
             if site.disk in x and "Make room" in x]
    assert "The disk is nearly full; free at" in told, told
    assert "uploads" not in told, told
    os.unlink(site.disk + "/ballast")
    said = site.magnetiq("doctor", "disk", check=False)
    told = said.stdout + said.stderr
    assert "hardly any room for the database's log; free at" in told, told
    _fill(site)
    health = site.admin().get("/api/v1/admin/system-health",
                              Accept_Language="de").data["findings"]
    found, = [f for f in health if f["check"] == "disk"
              and site.disk in f["what"]]
    assert "Die Platte ist fast voll; frei bei" in found["what"], found


def nothing_of_what_was_refused_is_there(site):
    _need_disk(site)
    torn = site.rows("SELECT slug FROM pages WHERE slug LIKE 'full-%' AND id"
                     " NOT IN (SELECT page_id FROM page_versions)")
    assert not torn, torn
    done = site.magnetiq("verify", check=False)
    assert "malformed" not in done.stdout + done.stderr, done


def no_backup_is_made_on_a_disk_that_is_full_and_the_good_one_stays(site):
    _need_disk(site)
    folder = site.disk + "/backups"
    os.unlink(site.disk + "/ballast")
    good = site.magnetiq("backup", "--to", folder).stdout.strip()
    _fill(site)
    # Keeping none would remove what is there, if the refused one counted.
    refused = site.magnetiq("backup", "--to", folder, "--keep", "0,0,0",
                            check=False)
    assert refused.returncode == 1, refused
    assert refused.stdout == "", refused
    assert refused.stderr.strip(), refused
    assert os.listdir(folder) == [os.path.basename(good)], os.listdir(folder)
    os.unlink(site.disk + "/ballast")
    site.magnetiq("restore", good, "--check")


def a_restore_without_room_is_refused_and_changes_nothing(site):
    _need_disk(site)
    folder = site.disk + "/backups"
    good = folder + "/" + os.listdir(folder)[0]
    assert _page(site, "after-backup").status == 201
    _fill(site)
    refused = site.magnetiq("restore", good, check=False)
    assert refused.returncode == 1, refused
    assert "No space left" in refused.stderr, refused
    left = [n for n in os.listdir(site.disk) if "restor" in n]
    assert not left, left
    answer = site.api.get("/api/v1/public/pages/after-backup")
    assert answer.status == 200, answer


def writing_works_again_by_itself_once_there_is_room(site):
    _need_disk(site)
    os.unlink(site.disk + "/ballast")
    until(lambda: _page(site, f"room-{os.urandom(4).hex()}").status == 201,
          15)
    done = site.magnetiq("verify")
    assert done.returncode == 0, done


run(globals(), kind=_SmallDisk)
