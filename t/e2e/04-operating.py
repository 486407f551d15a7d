#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""doc/OPERATING.md, typed in: a machine of its own with systemd, the ten
commands, a certificate from an authority, a database wrecked and restored, an
upgrade under load, a broken one that goes back, and the way out.

What differs from the text: the sources come from here, the authority is
pebble, and nobody is there to type a password."""
import glob
import os
import re
import subprocess
import time

import version
from acme import Acme
from harness import ROOT, Client, Skip, run, until
from https_site import PASSWORD, HttpsSite
from machine import Machine
from operating import chapter, commands
from postgres import Postgres
from production import Authority

DATA, ETC = "/var/lib/magnetiq", "/etc/magnetiq"
UNITS = ("magnetiq-app", "magnetiq-auth", "magnetiq-jobs", "magnetiq-nginx")


class _Place(HttpsSite):
    """A machine, an authority beside it, and the site that is made there."""

    def __init__(self, *_, **__):
        super().__init__()
        self.machine = None

    def up(self):
        """Whether the first chapter was typed in."""
        if self.acme_root is None:
            raise Skip("there is no site on a machine of its own")
        return self.machine

    def until_well(self):
        try:
            until(self.well, 20)
        except AssertionError:
            raise AssertionError("".join(map(self.machine.journal, UNITS))
                                 ) from None

    def end(self):
        if self.acme is not None:
            self.acme.end()
        if self.machine is not None:
            self.machine.end()


def _sources(machine):
    """What is committed here is what git clone brings there."""
    done = subprocess.run(["git", "clone", "-q", "--bare", ROOT,
                           machine.path("/root/magnetiq.git")],
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Skip("these sources are no git clone: " + done.stderr)
    machine.run("git", "config", "--global", "safe.directory", "*")
    machine.run("git", "config", "--global",
                "url./root/magnetiq.git.insteadOf",
                "https://git.example.org/magnetiq.git")


def _authority(site):
    """certbot there asks pebble; its own settings say so."""
    site.authority = Authority(site.machine.path("/root/authority"))
    site.acme = Acme(site.authority, 80, 443)
    folder = site.machine.path("/etc/letsencrypt")
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/cli.ini", "w", encoding="utf-8") as f:
        f.write(f"server = {site.acme.directory}\n"
                "no-random-sleep-on-renew = true\n")
    site.acme_env = {"REQUESTS_CA_BUNDLE": "/root/authority/root.pem"}


def ten_commands_make_a_site(site):
    typed = commands("Install")
    assert len(typed) <= 10, typed
    assert not [line for line in typed if re.search("[;&|]", line)], typed
    site.machine = machine = Machine()
    _sources(machine)
    entered = False
    for line in typed:
        needs_network = "apt-get" in line or "spawn/prod" in line
        if not entered and not needs_network and "git" not in line:
            machine.enter_network()
            _authority(site)
            entered = True
        env = {}
        if "create-admin" in line:
            until(lambda: os.path.exists(machine.path(DATA + "/magnetiq.db")))
            # What is typed before the question does not count.
            line = (f"(sleep 1; echo '{PASSWORD}'; sleep 1;"
                    f" echo '{PASSWORD}') | script -qec '{line}' /dev/null")
        if "certbot" in line and not needs_network:
            env = site.acme_env
        done = machine.shell(f"cd /root && {line}", env=env,
                             check="doctor" not in line)
    site.acme_root = site.acme.root()
    site.until_well()
    # What is said of a site that nobody has finished, whose authority is none
    # of the browsers', and whose name stands in no DNS; and no more.
    assert {re.split(" -- |:", x)[0] for x in done.stderr.splitlines()} == {
        "Browsers refuse the certificate", "SMTP_HOST is not set",
        "The name of the site leads nowhere", "There is no backup."}, done


def systemd_keeps_it_and_none_of_it_is_root(site):
    machine = site.up()
    for unit in UNITS:
        shown = dict(line.split("=", 1) for line in machine.run(
            "systemctl", "show", unit, "-p",
            "ActiveState,MainPID,NRestarts,UnitFileState").stdout.splitlines())
        assert shown["ActiveState"] == "active", (shown, machine.journal(unit))
        assert shown["UnitFileState"] == "enabled", shown
        assert int(shown["NRestarts"]) == 0, (unit, machine.journal(unit))
        group = machine.run("systemctl", "show", unit, "-p", "ControlGroup",
                            "--value").stdout.strip()
        owners = machine.shell(
            f"ps -o user= -p $(paste -sd, /sys/fs/cgroup{group}/cgroup.procs)"
        ).stdout.split()
        assert owners and set(owners) <= {"magnetiq", "www-data"}, owners
    timers = machine.run("systemctl", "list-timers", "--no-pager").stdout
    assert "magnetiq-backup.timer" in timers, timers
    assert site.staff().get("/api/v1/auth/me").status == 200


def queues_are_as_long_as_the_pools_want_them(site):
    """Whatever the kernel had before; and a second time changes nothing."""
    machine = site.up()
    folder = "/usr/lib/sysctl.d"
    longest = "/proc/sys/net/core/somaxconn"
    machine.shell(f"echo 128 >{longest}")
    for _ in range(2):
        machine.run("/lib/systemd/systemd-sysctl", folder +
                    "/20-magnetiq.conf")
        assert machine.run("cat", longest).stdout == "4096\n"
    assert machine.shell(f"cat {folder}/*magnetiq* | grep -c somaxconn"
                         ).stdout == "1\n"
    for unit, end, queue in (("app", "/app.sock", 1024),
                             ("auth", "/auth.sock", 128),
                             ("nginx", ":80", 1024), ("nginx", ":443", 1024)):
        # Each in the network of its unit.
        listening = machine.shell(
            "nsenter -n -t $(systemctl show -p MainPID --value magnetiq-"
            f"{unit}) ss -Hlxtn").stdout
        found = re.findall(rf"LISTEN +\d+ +(\d+) +\S*{end}\b", listening)
        assert found and set(found) == {str(queue)}, (end, found)


def a_worker_that_is_killed_comes_back_and_so_does_each_unit(site):
    machine = site.up()
    for unit in UNITS:
        machine.run("systemctl", "kill", "-s", "KILL", unit)
        until(lambda: machine.run("systemctl", "is-active", unit, check=False
                                  ).stdout == "active\n" and site.well(), 20)
    assert site.staff().get("/api/v1/auth/me").status == 200


def the_commands_of_the_day_after_are_there(site):
    machine = site.up()
    for line in commands("The day after"):
        machine.shell(line, env=site.acme_env)
    site.until_well()


def the_commands_of_three_in_the_morning_are_there_too(site):
    """Each of the table, with a letter, a person and a request filled in."""
    machine = site.up()
    machine.run("magnetiq", "user", "reset-password", "you@example.org")
    letter = until(lambda: re.search(r"^\s*(\d+) ", machine.run(
        "magnetiq", "outbox", "list").stdout, re.M))[1]
    # The table restores it, so the letter must be in there.
    backup = machine.run("magnetiq", "backup").stdout.strip()
    request = site.tls().get("/api/v1/health").header("X-Request-ID")
    typed = [c for cell in re.findall(r"^\| .* \| (.*) \|$", chapter(
        "At three in the morning"), re.M) for c in re.findall(
            r"`((?:magnetiq|systemctl|journalctl|certbot|systemd-cgtop)"
            r"[^`]*)`", cell)]
    assert len(typed) > 15, typed
    for line in typed:
        for word, value in (("ID", letter if "outbox" in line else request),
                            ("FILE", backup), ("E", "you@example.org")):
            line = re.sub(rf"\b{word}\b", value, line)
        # The doctor has something to say, as nobody sends letters here.
        machine.shell(line, env=site.acme_env, check="doctor" not in line)
    site.until_well()


def a_setting_is_changed(site):
    """One address asks here as often as it can, so nothing may count it."""
    machine = site.up()
    with open(machine.path(ETC + "/magnetiq.env"), "a", encoding="utf-8") as f:
        f.write("RATE_LIMITS=off\n")
    machine.run("magnetiq", "config", "check")
    machine.run("magnetiq-nginx")
    machine.run("magnetiq-upgrade", "--reload")
    for _ in range(120):
        assert site.tls().get("/api/v1/health").status == 200


def a_wrecked_database_is_restored_whole(site):
    machine = site.up()
    with site.writing() as writes:
        until(lambda: len(writes.acknowledged) > 20)
        machine.run("magnetiq", "backup")
    assert not writes.failed, writes.failed[:3]
    backup = machine.run("magnetiq", "backup").stdout.strip()
    before = site.pages()
    assert set(writes.acknowledged) <= before
    # What is still in the log is read from there.
    machine.run("magnetiq", "maintain")
    with open(machine.path(DATA + "/magnetiq.db"), "r+b") as f:
        f.seek(4096)
        f.write(os.urandom(20 * 4096))
    done = machine.run("magnetiq", "verify", check=False)
    assert done.returncode == 1, done
    machine.run("magnetiq", "restore", backup)
    machine.run("magnetiq", "verify")
    assert site.pages() == before
    detailed = site.staff().get("/api/v1/health/detailed")
    assert detailed.json["status"] == "healthy", detailed


def _version(site, number, *migrations):
    """Another version, in a folder there."""
    version.BUILD = site.machine.path("/root/magnetiq/build-prod")
    folder = "/root/" + number
    version.make_version(site.machine.path(folder), number, migrations)
    return folder


def an_upgrade_under_load_drops_nobody(site):
    machine = site.up()
    folder = _version(site, "2.0.1", version.MORE)
    site.under_load(lambda: machine.run("magnetiq-upgrade", folder))
    assert site.version() == "2.0.1"


def a_migration_that_fails_leaves_the_old_version_serving(site):
    machine = site.up()
    folder = _version(site, "2.0.2", version.MORE, version.BROKEN)
    done = site.under_load(lambda: machine.run("magnetiq-upgrade", folder,
                                                 check=False))
    assert done.returncode == 1 and "goes on serving" in done.stderr, done
    assert site.version() == "2.0.1"


def sockets_of_systemd_can_keep_the_workers(site):
    """The other way, as the table says."""
    machine = site.up()
    machine.shell("systemctl disable --now magnetiq-app magnetiq-auth")
    machine.shell("systemctl enable --now magnetiq-app.socket"
                  " magnetiq-auth.socket magnetiq-worker@1 magnetiq-worker@2"
                  " magnetiq-auth-worker@1")
    site.until_well()
    assert site.staff().get("/api/v1/auth/me").status == 200

    def kill():
        for n in (1, 2):
            machine.run("systemctl", "kill", "-s", "USR2",
                        f"magnetiq-worker@{n}")
            time.sleep(0.5)
    site.under_load(kill)


def everything_goes_to_postgresql(site):
    machine = site.up()
    machine.run("magnetiq", "export-v3", "--out", DATA + "/out")
    with Postgres() as pg:
        pg.take(machine.path(DATA + "/out"))


def uninstalled_it_leaves_the_data(site):
    machine = site.up()
    machine.shell("systemctl disable --now magnetiq.target"
                  " magnetiq-app.socket magnetiq-auth.socket"
                  " 'magnetiq-worker@*' 'magnetiq-auth-worker@*'")
    machine.shell("make -s -C /root/magnetiq/build-prod uninstall")
    for name in (DATA + "/magnetiq.db", ETC + "/magnetiq.env"):
        assert os.path.exists(machine.path(name)), name
    left = [p for folder in ("/usr/bin", "/usr/sbin", "/usr/lib/magnetiq",
                             "/usr/libexec/magnetiq",
                             "/usr/lib/systemd/system", "/usr/share/magnetiq")
            for p in glob.glob(machine.path(folder + "/*magnetiq*"))]
    assert not left, left
    assert Client(443).connect() is not None


run(globals(), kind=_Place, start=False)
