#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The site watches itself: a letter when something begins to be wrong, again
after a day or when it gets worse, one when it is over, and never a flood."""
import email
import email.policy
import os
import signal
import subprocess

from harness import run, until

HOUR, DAY = 3600, 86400


def _letters(site):
    """The alerts written so far, as (recipient, subject, text), in order."""
    out = []
    folder = site.state + "/mail"
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if not name.endswith(".eml"):
            continue
        with open(f"{folder}/{name}", "rb") as f:
            m = email.message_from_binary_file(f, policy=email.policy.default)
        out.append((m["To"], m["Subject"],
                    m.get_body(("plain",)).get_content()))
    return out


def _looked(site, times=1):
    """The jobs process has looked at the site, so often."""
    def looks():
        return site.log("jobs").count('"event":"look"')
    for _ in range(times):
        before = looks()
        while looks() == before:        # the last one may still be ending
            site.sql("UPDATE jobs SET requested = 1 WHERE name = 'watch'")
            try:
                until(lambda n=before: looks() > n, 3)
            except AssertionError:
                continue


def _quiet(site):
    """All letters that were written down are files."""
    until(lambda: not site.rows(
        "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"), 10)
    return _letters(site)


def _findings(site):
    return {f["check"]: f for f in site.login().get(
        "/api/v1/admin/system-health").data["findings"]}


def a_finding_is_told_once_to_every_active_admin_in_their_language(site):
    site.admin()
    site.staff("editor")
    made = site.admin().post("/api/v1/admin/users", {
        "email": "berta@example.org", "password": site.PASSWORD,
        "role": "admin", "first_name": "Berta", "last_name": "B",
        "language": "de"})
    assert made.status == 201, made
    _looked(site, 3)
    letters = [x for x in _quiet(site) if "backup" in x[2].lower()]
    assert [(to, subject) for to, subject, _ in letters] == [
        ("admin@example.org", "Attention: There is no backup."),
        ("berta@example.org", "Achtung: Es gibt keine Sicherung.")], letters
    assert "magnetiq backup, and look why" in letters[0][2].replace("\n", " ")
    found = _findings(site)["backup"]
    assert found["gravity"] == "urgent" and found["since"], found


def it_is_told_again_after_a_day_and_no_sooner(site):
    before = len(_quiet(site))
    site.set_clock(20 * HOUR)
    _looked(site)
    again = [x for x in _quiet(site)[before:] if "no backup" in x[1]]
    assert not again, again
    site.set_clock(25 * HOUR)
    _looked(site, 2)
    again = [x for x in _quiet(site)[before:] if "no backup" in x[1]]
    assert len(again) == 1, again


def a_letter_says_when_it_is_over(site):
    site.magnetiq("backup")
    assert "backup" not in _findings(site)
    before = len(_quiet(site))
    _looked(site)
    assert len(_quiet(site)) == before
    site.set_clock(25 * HOUR + 20 * 60)
    _looked(site, 2)
    told = [(to, s) for to, s, _ in _quiet(site)[before:]]
    assert told.count(("admin@example.org", "Over: There is no backup.")) == 1
    assert ("berta@example.org", "Vorbei: Es gibt keine Sicherung.") in told


def what_comes_and_goes_is_not_told_each_time(site):
    clock = 26 * HOUR
    site.set_clock(clock)
    before = len(_quiet(site))
    for _ in range(6):
        site.sql("UPDATE jobs SET last_error = 'boom' WHERE name = 'drill'")
        _looked(site)
        clock += 20 * 60
        site.set_clock(clock)
        site.sql("UPDATE jobs SET last_error = NULL WHERE name = 'drill'")
        _looked(site)
        clock += 20 * 60
        site.set_clock(clock)
    mine = [s for to, s, _ in _quiet(site)[before:]
            if to == "admin@example.org" and "drill" in s]
    assert 2 <= len(mine) <= 4, mine


def what_gets_worse_is_told_at_once(site):
    folder = os.path.join(site.state, "backups")
    before = set(os.listdir(folder))
    site.set_clock(4 * DAY)
    made = until(lambda: [n for n in set(os.listdir(folder)) - before
                          if not n.startswith(".")], 20)[0]
    site.sql("DELETE FROM findings")

    def old(days):
        """Nothing but a backup that is so old."""
        name = site.rows("SELECT strftime('magnetiq-%Y%m%dT%H%M%SZ', 'now',"
                         f" '{4 - days} days') AS n")[0]["n"]
        for other in os.listdir(folder):
            os.unlink(f"{folder}/{other}")
        with open(f"{folder}/{name}.tar.zst", "wb"):
            return len(_quiet(site))
    assert made.endswith(".tar.zst")
    for days, word in ((2, "48 hours"), (3.5, "84 hours"), (3.6, "")):
        at = old(days)
        _looked(site)
        told = [t for to, _, t in _quiet(site)[at:]
                if to == "admin@example.org" and "newest backup" in t]
        assert len(told) == (1 if word else 0), (days, told)
        assert not told or word in told[0], told


def a_site_that_does_not_answer_is_noticed_by_the_jobs_process(site):
    nginx = subprocess.run(["pgrep", "-P", str(site.pid("nginx"))], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    for pid in nginx:
        site.kill(int(pid), signal.SIGSTOP)
    try:
        site.sql("UPDATE jobs SET requested = 1 WHERE name = 'watch'")
        told = until(lambda: site.rows(
            "SELECT told_at FROM findings WHERE check_name = 'site'"), 40)
        assert told[0]["told_at"] is None       # it may be a restart
    finally:
        for pid in nginx:
            os.kill(int(pid), signal.SIGCONT)
    assert _findings(site)["site"]["gravity"] == "urgent"


run(globals(), "--no-demo", env={"LOG_LEVEL": "debug"})
