#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Which backups stay over months, and what a wrong clock does to them.

The site does not run but in the last tests, so that nobody else makes or
removes any.  The clock of the command is set, so that all dates are literal.
"""
import calendar
import glob
import os
import re
import shutil
import time

from harness import run, until

DAY = 24 * 60 * 60
NIGHTS = 100
WEDNESDAY = calendar.timegm((2030, 3, 13, 12, 0, 0))
# What 7,4,12 leaves of a backup each night at two, and one at noon today.
DAYS = ["20300313T1200", "20300313T0200", "20300312T0200",
        "20300311T0200", "20300310T0200", "20300309T0200",
        "20300308T0200", "20300307T0200"]
WEEKS = ["20300303T0200", "20300224T0200"]
MONTHS = ["20300228T0200", "20300131T0200", "20291231T0200",
          "20291130T0200", "20291031T0200", "20290930T0200",
          "20290831T0200", "20290731T0200", "20290630T0200",
          "20290531T0200", "20290430T0200"]
AHEAD = ["20310101T0200", "20310102T0200", "20350630T0200",
         "20990101T0000"]


def _at(site, moment):
    site.set_clock(moment - int(time.time()))


def _name(moment, kind="magnetiq"):
    return time.strftime(kind + "-%Y%m%dT%H%M%SZ.tar.zst",
                         time.gmtime(moment))


def _named(dates, kind="magnetiq"):
    return sorted((f"{kind}-{d}00Z.tar.zst" for d in dates), reverse=True)


def _there(folder, kind="magnetiq"):
    """Their names, to the minute: what is made here takes some seconds."""
    return sorted((re.sub(r"(T\d{4})\d\d", r"\g<1>00", n)
                   for n in os.listdir(folder) if n.startswith(kind)),
                  reverse=True)


def _whole(site):
    """A true backup of this site, to be copied under other names."""
    path = site.state + "/whole"
    if not os.path.exists(path):
        made = site.magnetiq("backup", "--to", site.state + "/first")
        os.rename(made.stdout.strip(), path)
    return path


def _folder(site, name, dates):
    """A folder with a backup of each of these dates, or moments."""
    folder = site.state + "/" + name
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder, 0o700)
    for date in dates:
        shutil.copy(_whole(site), folder + "/" + (
            _name(date) if isinstance(date, int) else _named([date])[0]))
    return folder


def _nights(last, count):
    """At two o'clock, the last one on the day of `last`."""
    two = last - last % DAY + 2 * 60 * 60
    return [two - n * DAY for n in range(count)]


def _backup(site, folder, *more):
    return site.magnetiq("backup", "--to", folder, *more)


def _of_backups(site):
    """What the doctor says of them."""
    said = site.magnetiq("doctor", "backup", check=False)
    return said.stdout + said.stderr


def a_year_of_nights_leaves_seven_days_four_weeks_and_twelve_months(site):
    site.stop()
    _at(site, WEDNESDAY)
    folder = _folder(site, "year", _nights(WEDNESDAY, 400))
    # What is no backup of ours is nobody's to remove.
    others = ["magnetiq.db", "magnetiq-20290101T000000Z.tar.zst.part",
              "mine-20200101T000000Z.tar.zst"]
    for name in others:
        shutil.copy(_whole(site), f"{folder}/{name}")
    done = _backup(site, folder)
    there = [os.path.basename(done.stdout.strip()),
             *_named((DAYS + WEEKS + MONTHS)[1:])]
    assert sorted(os.listdir(folder)) == sorted(there + others), there
    gone = set(re.findall("removed (.*)", done.stderr))
    assert len(gone) == 401 - len(DAYS + WEEKS + MONTHS), done
    assert not gone & set(os.listdir(folder)), done
    for name in (there[0], there[-1]):
        assert "A whole backup" in site.magnetiq(
            "restore", f"{folder}/{name}", "--check").stderr


def night_after_night_leaves_the_same_as_all_at_once(site):
    """A month's end is not lost on its way from day over week to month."""
    folder = _folder(site, "nights", [])
    for night in reversed(_nights(WEDNESDAY, NIGHTS)):
        _at(site, night)
        _backup(site, folder)
    assert _there(folder) == _named(DAYS[1:] + WEEKS + MONTHS[:3])
    _at(site, WEDNESDAY)
    _backup(site, folder)
    assert _there(folder) == _named(DAYS + WEEKS + MONTHS[:3])


def another_rule_leaves_what_it_says(site):
    for rule, left in (("3,0,0", DAYS[:4]), ("1,0,0", DAYS[:2]),
                       ("0,4,0", DAYS[:2] + ["20300310T0200"] + WEEKS),
                       ("0,0,3", DAYS[:2] + MONTHS[:2])):
        folder = _folder(site, "rule", _nights(WEDNESDAY, 400))
        _at(site, WEDNESDAY)
        _backup(site, folder, "--keep", rule)
        assert _there(folder) == _named(left), (rule, _there(folder))


def the_last_good_one_stays_whatever_the_rules_say(site):
    _at(site, WEDNESDAY)
    folder = _folder(site, "last", _nights(WEDNESDAY - 90 * DAY, 30))
    _backup(site, folder, "--keep", "0,0,0")
    assert _there(folder) == _named(DAYS[:1])
    # Nor does one that fails cost any.
    folder = _folder(site, "last", _nights(WEDNESDAY - 90 * DAY, 3))
    before, database = _there(folder), site.env["DATABASE_URL"]
    site.env["DATABASE_URL"] = site.state + "/wreck"
    shutil.copy(database, site.env["DATABASE_URL"])
    with open(site.env["DATABASE_URL"], "r+b") as f:
        f.write(b"\0" * 40000)
    try:
        done = site.magnetiq("backup", "--to", folder, "--keep", "0,0,0",
                             check=False)
    finally:
        site.env["DATABASE_URL"] = database
    assert done.returncode == 1 and _there(folder) == before, done


def what_is_dated_in_the_future_pushes_no_true_one_out(site):
    many = [WEDNESDAY + n * 20 * DAY for n in range(1, 40)]
    for ahead in (AHEAD, many):
        names = _named(ahead) if ahead is AHEAD else [_name(t) for t in many]
        folder = _folder(site, "ahead", _nights(WEDNESDAY, 400) + ahead)
        _at(site, WEDNESDAY)
        done = _backup(site, folder)
        assert _there(folder) == sorted(
            _named(DAYS + WEEKS + MONTHS) + names, reverse=True)
        for name in names:
            assert f"{name} is dated in the future" in done.stderr, done
    folder = _folder(site, "ahead", AHEAD + _nights(WEDNESDAY, 40))
    _backup(site, folder, "--keep", "0,0,0")
    assert _there(folder) == _named(AHEAD + DAYS[:2]), _there(folder)


def clocks_that_differ_a_little_are_no_reason(site):
    """Two of one second get names that follow each other, and a clock may be
    put back by some minutes: those count."""
    _at(site, WEDNESDAY)
    folder = _folder(site, "little", [WEDNESDAY + 600, WEDNESDAY - 9 * DAY])
    done = _backup(site, folder, "--keep", "1,0,0")
    assert "future" not in done.stderr, done
    assert _there(folder) == [_name(WEDNESDAY + 600)] + _named(DAYS[:1])


def a_date_in_the_future_does_not_make_up_for_a_backup(site):
    _at(site, WEDNESDAY)
    folder = site.env["BACKUP_DIR"]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_folder(site, "fool", AHEAD), folder)
    for name in os.listdir(folder):
        os.utime(f"{folder}/{name}", (WEDNESDAY + 300 * DAY,) * 2)
    said = _of_backups(site)
    assert "There is no backup." in said, said
    assert "dated in the future" in said and _named(AHEAD)[0] in said, said
    done = site.magnetiq("backup", "--if-older", "20")
    assert done.stdout.startswith(f"{folder}/magnetiq-{DAYS[0]}"), done
    said = _of_backups(site)
    assert "There is no backup." not in said and "hours old" not in said, said
    os.rename(done.stdout.strip(), folder + "/" + _name(WEDNESDAY - 2 * DAY))
    assert "The newest backup is 48 hours old." in _of_backups(site)
    for name in _named(AHEAD):
        os.unlink(f"{folder}/{name}")
    assert "future" not in _of_backups(site)


def nor_do_snapshots_of_the_future_push_true_ones_out(site):
    _at(site, WEDNESDAY)
    folder = _folder(site, "snaps", [])
    hours = [_name(WEDNESDAY - n * 1800, "snapshot") for n in range(1, 200)]
    ahead = [_name(WEDNESDAY + n * DAY, "snapshot") for n in range(1, 60)]
    for name in hours + ahead:
        shutil.copy(_whole(site), f"{folder}/{name}")
    _backup(site, folder, "--snapshot")
    # A day of them, then one an hour; a day's end falls on the hour.
    assert _there(folder, "snapshot") == sorted(
        ahead + [_name(WEDNESDAY, "snapshot")] + hours[:47] + hours[48:94:2],
        reverse=True), _there(folder, "snapshot")


def the_site_goes_on_making_snapshots_and_tells_the_true_backup(site):
    folder = site.env["BACKUP_DIR"]
    shutil.rmtree(folder, ignore_errors=True)
    site.set_clock(0)
    os.mkdir(folder, 0o700)
    ahead = [f"{folder}/{_named(['20990101T0000'], kind)[0]}"
             for kind in ("magnetiq", "snapshot")]
    for path in ahead:
        shutil.copy(_whole(site), path)
    site.start()
    site.ask_job("snapshot")
    until(lambda: glob.glob(folder + "/snapshot-20[0-8]*"), 60)
    health = site.admin().get("/api/v1/admin/system-health").data
    assert health["last_backup"] is None, health
    true = site.magnetiq("backup").stdout.strip()
    health = site.admin().get("/api/v1/admin/system-health").data
    assert health["last_backup"]["name"] == os.path.basename(true), health
    listed = site.admin().get("/api/v1/admin/backups").data
    assert {os.path.basename(p) for p in ahead} <= \
        {b["name"] for b in listed}, listed


def the_drill_tries_the_true_one_and_the_panel_tells_of_the_other(site):
    site.ask_job("drill")
    told, = until(lambda: site.rows("SELECT name FROM backup_drills"), 60)
    assert told["name"] < "magnetiq-2099", told
    for language, words in (("en", "is dated in the future"),
                            ("de", "trägt ein Datum in der Zukunft")):
        found = [f for f in site.admin().get(
            "/api/v1/admin/system-health", Accept_Language=language
        ).data["findings"] if f["check"] == "backup"]
        assert len(found) == 1 and words in found[0]["what"], found
        assert "magnetiq-2099" in found[0]["what"], found


run(globals(), "--no-demo")
