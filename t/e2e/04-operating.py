#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""doc/OPERATING.md, typed in: a machine of its own with systemd, the ten
commands, a certificate from an authority, a database wrecked and restored, an
upgrade under load, a broken one that goes back, and the way out.

What differs from the text: the sources come from here, the authority is
pebble, and nobody is there to type a password."""
import glob
import http.client
import os
import re
import subprocess
import threading
import time

import version
from acme import Acme
from harness import ROOT, Client, Skip, run, until
from machine import Machine
from postgres import Postgres
from production import Asking, Authority, TlsClient

HOST, URL = "www.example.org", "https://www.example.org"
PASSWORD = "correct horse battery 9"
PAGES = "/api/v1/content/pages"
DATA, ETC = "/var/lib/magnetiq", "/etc/magnetiq"
UNITS = ("magnetiq-app", "magnetiq-auth", "magnetiq-jobs", "magnetiq-nginx")


class _Place:
    """A machine, an authority beside it, and the site that is made there."""
    https_port = 443

    def __init__(self, *_, **__):
        self.machine = self.acme = self.authority = self.acme_root = None
        self.token = None

    def up(self):
        """Whether the first chapter was typed in."""
        if self.acme_root is None:
            raise Skip("there is no site on a machine of its own")
        return self.machine

    def tls(self, token=None):
        return TlsClient(self, HOST, token, root=self.acme_root)

    def until_well(self):
        try:
            until(self.well, 20)
        except AssertionError:
            raise AssertionError("".join(map(self.machine.journal, UNITS))
                                 ) from None

    def staff(self):
        """Signed in."""
        if self.token is None:
            answer = self.tls().post("/api/v1/auth/login", {
                "email": "you@example.org", "password": PASSWORD})
            assert answer.status == 200, answer
            self.token = answer.data["access_token"]
        return self.tls(self.token)

    def well(self):
        try:
            return self.tls().get("/api/v1/health").status == 200
        except OSError:
            return False

    def end(self):
        if self.acme is not None:
            self.acme.end()
        if self.machine is not None:
            self.machine.end()


class _Writes:
    """An editor who makes pages without pause, and remembers which."""

    def __init__(self, site):
        site.staff()
        self.site, self.ended = site, threading.Event()
        self.acknowledged, self.failed = [], []
        self.thread = threading.Thread(target=self.write, daemon=True)

    def write(self):
        while not self.ended.is_set():
            slug = f"w-{time.monotonic_ns()}"
            try:
                answer = self.site.staff().post(PAGES, {
                    "title": {"en": slug}, "slug": slug,
                    "status": "published"}, Connection="close")
                if answer.status == 201:
                    self.acknowledged.append(slug)
                else:
                    self.failed.append(answer)
            except (OSError, http.client.HTTPException) as e:
                self.failed.append(e)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def _commands(heading):
    """The commands of a chapter: one a line, or more with backslashes."""
    with open(ROOT + "/doc/OPERATING.md", encoding="utf-8") as f:
        chapter = f.read().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^    (\S.*)$", chapter.replace("\\\n", ""), re.M)


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
    commands = _commands("Install")
    assert len(commands) == 10, commands
    site.machine = machine = Machine()
    _sources(machine)
    folder, entered = "/root", False
    for line in commands:
        needs_network = "apt-get" in line or "spawn/install" in line
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
        done = machine.shell(f"cd {folder} && {line}", env=env,
                             check="doctor" not in line)
        folder = "/root/magnetiq" if "git clone" in line else folder
    site.acme_root = site.acme.root()
    site.until_well()
    # What is said of a site that nobody has finished, and no more.
    assert [x.split(" -- ")[0] for x in done.stderr.splitlines()] == [
        "SMTP_HOST is not set", "there is no backup"], done


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


def a_worker_that_is_killed_comes_back_and_so_does_each_unit(site):
    machine = site.up()
    for unit in UNITS:
        machine.run("systemctl", "kill", "-s", "KILL", unit)
        until(lambda: machine.run("systemctl", "is-active", unit, check=False
                                  ).stdout == "active\n" and site.well(), 20)
    assert site.staff().get("/api/v1/auth/me").status == 200


def the_commands_of_the_day_after_are_there(site):
    machine = site.up()
    for line in _commands("The day after"):
        machine.shell(line, env=site.acme_env)
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
    with _Writes(site) as writes:
        until(lambda: len(writes.acknowledged) > 20)
        machine.run("magnetiq", "backup")
    assert not writes.failed, writes.failed[:3]
    backup = machine.run("magnetiq", "backup").stdout.strip()
    before = _pages(site)
    assert set(writes.acknowledged) <= before
    with open(machine.path(DATA + "/magnetiq.db"), "r+b") as f:
        f.seek(4096)
        f.write(os.urandom(20 * 4096))
    done = machine.run("magnetiq", "verify", check=False)
    assert done.returncode == 1, done
    machine.run("magnetiq", "restore", backup)
    machine.run("magnetiq", "verify")
    assert _pages(site) == before
    detailed = site.staff().get("/api/v1/health/detailed")
    assert detailed.json["status"] != "unhealthy", detailed


def _pages(site):
    found, page = set(), 1
    while True:
        answer = site.staff().get(f"{PAGES}?per_page=100&page={page}")
        assert answer.status == 200, answer
        if not answer.data:
            return found
        found |= {p["slug"] for p in answer.data}
        page += 1


def _version(site, number, *migrations):
    """Another version, in a folder there."""
    version.BUILD = site.machine.path("/root/magnetiq")
    folder = "/root/" + number
    version.make_version(site.machine.path(folder), number, migrations)
    return folder


MORE = ("9001-more", "ALTER TABLE pages ADD COLUMN more TEXT;\n"
        "CREATE TABLE more (id INTEGER PRIMARY KEY);")


def _under_load(site, act):
    with Asking(site, visitors=2) as asking, \
            _Writes(site) as writes:
        until(lambda: len(writes.acknowledged) > 3 and asking.served > 20)
        done = act()
        time.sleep(0.3)
    assert not asking.bad, asking.bad[:3]
    assert not writes.failed, writes.failed[:3]
    assert set(writes.acknowledged) <= _pages(site)
    return done


def an_upgrade_under_load_drops_nobody(site):
    machine = site.up()
    folder = _version(site, "2.0.1", MORE)
    _under_load(site, lambda: machine.run("magnetiq-upgrade", folder))
    assert site.tls().get("/api/v1/health").json["version"] == "2.0.1"


def a_migration_that_fails_leaves_the_old_version_serving(site):
    machine = site.up()
    folder = _version(site, "2.0.2", MORE, (
        "9002-broken", "CREATE TABLE third (x); INSERT INTO none VALUES (1);"))
    done = _under_load(site, lambda: machine.run("magnetiq-upgrade", folder,
                                                 check=False))
    assert done.returncode == 1 and "goes on serving" in done.stderr, done
    assert site.tls().get("/api/v1/health").json["version"] == "2.0.1"


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
    _under_load(site, kill)


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
    machine.shell("cd /root/magnetiq && make -s uninstall")
    for name in (DATA + "/magnetiq.db", ETC + "/magnetiq.env"):
        assert os.path.exists(machine.path(name)), name
    left = [p for folder in ("/usr/bin", "/usr/sbin", "/usr/lib/magnetiq",
                             "/usr/libexec/magnetiq",
                             "/usr/lib/systemd/system", "/usr/share/magnetiq")
            for p in glob.glob(machine.path(folder + "/*magnetiq*"))]
    assert not left, left
    assert Client(443).connect() is not None


run(globals(), kind=_Place, start=False)
