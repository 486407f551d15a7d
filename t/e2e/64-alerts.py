#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Each thing that an operator should look at is caused for real: one letter
says that it began, however often the site looks, and one that it is over."""
import os
import subprocess
import time

from harness import Site, Skip, run, until
from jobs_done import all_letters, looked, text_of

MINUTE, HOUR, DAY = 60, 3600, 86400
MEDIA = "/api/v1/content/media"
GIGABYTE = 1 << 30
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class _Alerted(Site):
    """Its media lie on a disk of two gigabytes, which takes no room here."""
    clock = 0

    def __init__(self, *options, **more):
        super().__init__(*options, start=False)
        self.disk, image = self.dir + "/disk", self.dir + "/image"
        os.mkdir(self.disk)
        with open(image, "wb") as f:
            f.truncate(2 * GIGABYTE)
        self.mounted = all(subprocess.run(
            command, check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode == 0 for command in (
                ["/sbin/mkfs.ext4", "-q", "-m", "0", image],
                ["mount", "-o", "loop", image, self.disk]))
        self.environ.update(UPLOAD_DIR=self.disk + "/media",
                            LOG_LEVEL="debug")

    def start(self, *more):
        super().start(*more)
        self.admin()
        # The clock is moved below; who makes backups then are we.
        self.sql("UPDATE jobs SET next_run = '2099-01-01 00:00:00' WHERE name"
                 " IN ('backup', 'drill', 'snapshot')")

    def release(self):
        if self.mounted:
            subprocess.run(["umount", self.disk], check=True)


def _later(site, seconds):
    site.clock += seconds
    site.set_clock(site.clock)


def _told(site, words):
    """The first words of subjects of letters to the admin that say this."""
    return [m["Subject"].split(":")[0] for m in all_letters(site)
            if m["To"] == "admin@example.org"
            and words in " ".join(text_of(m).split())]


def _begins(site, words, before=None):
    """It is told, and not again while it lasts; nor after some minutes."""
    before = before or []
    looked(site)
    assert _told(site, words) == [*before, "Attention"], _told(site, words)
    for _ in range(3):
        _later(site, MINUTE)
        looked(site)
    assert _told(site, words) == [*before, "Attention"], _told(site, words)


def _ends(site, words, before=None, minutes=16):
    """Once it has stayed away for a quarter of an hour, that is told once;
    what begins for the second time must stay away for longer."""
    before = before or ["Attention"]
    looked(site)
    assert _told(site, words) == before, _told(site, words)
    _later(site, minutes * MINUTE)
    looked(site, 3)
    assert _told(site, words) == [*before, "Over"], _told(site, words)


def a_site_without_a_backup_is_told_until_there_is_one(site):
    _begins(site, "There is no backup.")
    site.magnetiq("backup")
    _ends(site, "There is no backup.")


def _rename_to(site, path, hours):
    """As if it had been made so many hours ago."""
    made = time.gmtime(time.time() + site.clock - hours * HOUR)
    to = time.strftime(os.path.dirname(path) +
                       "/magnetiq-%Y%m%dT%H%M%SZ.tar.zst", made)
    os.rename(path, to)
    return to


def a_backup_that_is_too_old_is_told_and_again_when_it_gets_worse(site):
    folder = site.env["BACKUP_DIR"]
    path = folder + "/" + [n for n in os.listdir(folder)
                           if n.startswith("magnetiq-")][0]
    words = "The newest backup is"
    path = _rename_to(site, path, 35)
    looked(site)
    assert _told(site, words) == []
    path = _rename_to(site, path, 40)
    _begins(site, "The newest backup is 40 hours old.")
    _rename_to(site, path, 80)
    _begins(site, words, ["Attention"])
    site.magnetiq("backup")
    _ends(site, words, ["Attention", "Attention"], 31)


def _drill(site):
    site.sql("DELETE FROM backup_drills")
    site.ask_job("drill")
    until(lambda: site.rows("SELECT 1 FROM backup_drills"), 30)
    # The row of the job follows that of its finding.
    until(lambda: site.rows("SELECT 1 FROM jobs, backup_drills AS d WHERE"
                            " jobs.name = 'drill' AND (last_error IS NULL) ="
                            " (d.error IS NULL)"), 10)


def a_drill_that_fails_is_told_until_one_goes_well(site):
    path = site.magnetiq("backup").stdout.strip()
    with open(path, "r+b") as f:
        f.truncate(os.stat(path).st_size - 50)
    _drill(site)
    words = "could not be restored in the drill"
    _begins(site, words)
    os.unlink(path)
    _drill(site)
    _ends(site, words)


def _fill(site, percent):
    """So much of the small disk is taken, by a file without content."""
    if os.path.exists(site.disk + "/ballast"):
        os.unlink(site.disk + "/ballast")
    fs = os.statvfs(site.disk)
    used = fs.f_blocks - fs.f_bfree
    size = (fs.f_blocks * percent // 100 - used) * fs.f_frsize
    with open(site.disk + "/ballast", "wb") as f:
        os.posix_fallocate(f.fileno(), 0, size)


def a_disk_that_fills_up_is_told_at_80_percent_and_again_at_95(site):
    if not site.mounted:
        raise Skip("only root can mount a disk of its own")
    at = site.disk + "/media: "
    _fill(site, 79)
    looked(site)
    assert _told(site, at) == []
    _fill(site, 81)
    _begins(site, "The disk is filling up; free at " + at)
    assert site.login().upload(MEDIA, PDF, "a.pdf").status == 201
    _fill(site, 96)
    _begins(site, "The disk is nearly full, and uploads are refused; free at "
            + at)
    assert _told(site, at) == ["Attention", "Attention"]


def a_disk_that_is_full_refuses_uploads_and_says_why(site):
    if not site.mounted:
        raise Skip("only root can mount a disk of its own")
    before = site.rows("SELECT count(*) AS n FROM media_files")
    answer = site.login().upload(MEDIA, PDF + b"%1", "b.pdf")
    assert answer.status == 503 and answer.code == "UNAVAILABLE", answer
    assert answer.json["error"]["message"] == \
        "The disk is nearly full, and uploads are refused."
    assert site.rows("SELECT count(*) AS n FROM media_files") == before
    # Whoever only writes text goes on.
    answer = site.login().post("/api/v1/content/pages", {"title": {"en": "x"}})
    assert answer.status == 201, answer
    os.unlink(site.disk + "/ballast")
    assert site.login().upload(MEDIA, PDF + b"%1", "b.pdf").status == 201
    _ends(site, site.disk + "/media: ", ["Attention", "Attention"])


def a_disk_with_hardly_any_room_is_urgent_at_any_share(site):
    if not site.mounted:
        raise Skip("only root can mount a disk of its own")
    _fill(site, 89)
    # That of the database lies elsewhere.
    words = "The disk has hardly any room; free at " + site.disk
    _begins(site, words)
    assert site.login().upload(MEDIA, PDF + b"%2", "c.pdf").status == 201
    os.unlink(site.disk + "/ballast")
    _ends(site, words, minutes=31)


def a_log_that_grows_without_end_is_told_until_it_is_rotated(site):
    path = site.state + "/logs/forgotten.log"
    with open(path, "wb") as f:
        f.truncate(500 << 20)
    words = f"A log is not rotated: {path}, 6"
    looked(site)
    assert _told(site, path) == []
    os.truncate(path, 600 << 20)
    _begins(site, words)
    os.unlink(path)
    _ends(site, words)


def a_database_of_more_than_ten_gigabytes_is_told(site):
    """The file is that large, and its end a hole: nobody has written it."""
    path, words = site.env["DATABASE_URL"], "The database has "
    size = os.stat(path).st_size

    def grown():
        # Whoever moves the log into the file gives such an end back.
        os.truncate(path, 10 * GIGABYTE + size)
        looked(site)
        return _told(site, words)
    assert _told(site, words) == []
    assert until(grown, 60) == ["Attention"]
    grown()
    grown()
    assert _told(site, words) == ["Attention"]
    assert os.stat(path).st_blocks * 512 < GIGABYTE
    site.magnetiq("maintain")
    if os.stat(path).st_size > GIGABYTE:
        os.truncate(path, site.rows("SELECT page_count * page_size AS n FROM"
                                    " pragma_page_count(), pragma_page_size()"
                                    )[0]["n"])
    _ends(site, words)
    site.magnetiq("verify")


run(globals(), "--no-demo", kind=_Alerted)
