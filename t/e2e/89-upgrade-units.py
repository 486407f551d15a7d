#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""magnetiq-upgrade where systemd keeps the site, in both of its ways.

PID 1 is not systemd here.  A stand-in for `systemctl` answers what it is
asked of the processes that are really there, and does nothing else; what
systemd does, holding a socket and starting again what has ended, is done by
threads of this test."""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from harness import Client, Load, Site, run, until
from version import BUILD, PROGRAMS, make_traitor, make_version, present

SYSTEMCTL = """#!/bin/sh
# A unit that is active has a file with the number of its main process.
cd '{units}' || exit 1
echo "$*" >>../systemctl.log
case "$*" in
'is-active --quiet '*)		[ -e "$3" ] ;;
'show -p MainPID --value '*)	cat "$5" 2>/dev/null || echo 0 ;;
'list-units --plain --no-legend '*)
	for unit in $4; do
		[ ! -e "$unit" ] || echo "$unit loaded active running What it is"
	done ;;
daemon-reload)			;;
*)				echo "systemctl $*: what?" >&2; exit 1 ;;
esac
"""


class Unit:
    """What systemd does for a service with Restart=always."""

    def __init__(self, site, name, command, stdin=None, **env):
        self.path = os.path.join(site.units, name)
        self.ended = False
        self.process = None
        self.thread = threading.Thread(target=self.keep, daemon=True, args=(
            command, stdin, {**site.environ, **site.env, **env}, site))
        self.thread.start()
        until(lambda: os.path.exists(self.path))

    def keep(self, command, stdin, env, site):
        with open(f"{site.state}/logs/units.log", "ab") as log:
            while not self.ended:
                # pylint: disable-next=consider-using-with
                self.process = subprocess.Popen(
                    command, stdin=stdin or subprocess.DEVNULL, stdout=log,
                    stderr=log, env=env, cwd=site.state)
                with open(self.path + ".new", "w", encoding="utf-8") as f:
                    f.write(f"{self.process.pid}\n")
                os.rename(self.path + ".new", self.path)
                self.process.wait()
                time.sleep(0.1)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    def stop(self):
        self.ended = True
        while self.thread.is_alive():
            self.process.send_signal(signal.SIGTERM)
            self.thread.join(0.3)


class InstalledSite(Site):
    """A site of spawn/dev whose pools and jobs are handed over to units that
    run what `make install` put below a folder."""

    def start(self, *more):
        super().start(*more)
        self.root, self.units = self.dir + "/root", self.dir + "/units"
        self.all, self.held = [], []
        self.where = make_variables("bindir", "sbindir", "libdir",
                                    "pkglibexecdir", "sysconfdir",
                                    "runstatedir", "mandir")
        subprocess.run(["make", "-s", "-C", BUILD, "install",
                        "DESTDIR=" + self.root], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in ("app", "auth", "jobs"):
            with open(f"{self.state}/run/{name}.keep", encoding="utf-8") as f:
                self.kill(int(f.read()), signal.SIGTERM)
            until(lambda n=name: not os.path.exists(
                f"{self.state}/run/{n}.keep"))
        self.link(self.where["runstatedir"] + "/magnetiq", self.state)
        self.settings()
        os.mkdir(self.units)
        os.mkdir(self.dir + "/bin")
        with open(self.dir + "/bin/systemctl", "w", encoding="utf-8") as f:
            f.write(SYSTEMCTL.format(units=self.units))
        os.chmod(f.name, 0o755)

    def link(self, path, target):
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        os.symlink(target, self.root + path)

    def settings(self):
        """The same settings, where an installation has them."""
        path = self.root + self.where["sysconfdir"] + "/magnetiq/magnetiq.env"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            for name, value in self.env.items():
                if name not in ("LISTEN_ADDRESS", "SPA_PORT", "API_PORT",
                                "MAGNETIQ"):
                    f.write(f"{name}='{value}'\n")

    def program(self, name):
        return self.root + self.where["sbindir"] + "/" + name

    def unit(self, name, command, **more):
        # Before the first upgrade the library lies where no linker looks.
        self.all.append(Unit(self, name, command, LD_LIBRARY_PATH=self.root +
                             self.where["libdir"], **more))

    def jobs(self):
        self.unit("magnetiq-jobs.service", [self.program("magnetiq-jobs")])

    def pools(self):
        """magnetiq-app.service and magnetiq-auth.service."""
        for name, workers in (("app", 3), ("auth", 1)):
            self.forget(name)
            self.unit(f"magnetiq-{name}.service", [
                "spawn-fcgi", "-n", "-s", self.socket_path(name), "-b",
                "1024", "--", shutil.which("multiwatch"), "-f", str(workers),
                "-t", "50", "-r", "1000000", "--", self.program("magnetiq-fcgi")],
                MAGNETIQ_POOL=name)
        self.jobs()

    def sockets(self):
        """magnetiq-app.socket and a unit for each worker, and for auth."""
        for name, unit, workers in (("app", "worker", 3),
                                    ("auth", "auth-worker", 1)):
            self.forget(name)
            s = socket.socket(socket.AF_UNIX)
            s.bind(self.socket_path(name))
            s.listen(1024)
            self.held.append(s)
            with open(f"{self.units}/magnetiq-{name}.socket", "wb"):
                pass
            for n in range(1, workers + 1):
                self.unit(f"magnetiq-{unit}@{n}.service",
                          [self.program("magnetiq-fcgi")], stdin=s,
                          MAGNETIQ_POOL=name)
        self.jobs()

    def forget(self, name):
        if os.path.exists(self.socket_path(name)):
            os.unlink(self.socket_path(name))

    def release(self):
        self.stop_units()

    def stop_units(self):
        for unit in self.all:
            unit.stop()
        for held in self.held:
            held.close()
        for path in glob.glob(self.units + "/*"):
            os.unlink(path)
        self.all, self.held = [], []

    def end(self):
        self.stop_units()
        super().end()

    def upgrade(self, *arguments, check=True):
        env = {**self.environ, "PATH": f"{self.dir}/bin:" +
               self.environ["PATH"]}
        done = subprocess.run([self.program("magnetiq-upgrade"), *arguments],
                              env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=120, check=False)
        if check:
            assert done.returncode == 0, done.stderr
        return done


def make_variables(*names):
    """What the Makefile says of them."""
    rule = "".join(f"show: show-{n}\nshow-{n}:\n\t@echo {n}=$({n})\n"
                   for n in names)
    done = subprocess.run(["make", "-s", "-C", BUILD, "-f", "Makefile", "-f",
                           "-", "show"], input=rule, text=True, check=True,
                          stdout=subprocess.PIPE)
    return dict(re.findall(r"^(\w+)=(.*)$", done.stdout, re.M))


def _serves(site, version):
    def it_does():
        answer = site.api.get("/api/v1/health")
        return answer.status == 200 and answer.json["version"] == version
    until(it_does, 20)
    said = site.upgrade("--status").stdout
    assert f"version  {version}\n" in said and "another" not in said, said
    assert said.count("\napp ") == 3 and said.count("\nauth ") == 1, said
    assert said.count("\njobs ") == 1, said


def _there_and_back(site, folder):
    """Up and down, and a version that fails, while people read and write."""
    with Load(site.api_port, "/api/v1/public/pages", 3) as load:
        until(lambda: len(load.statuses) > 50)
        site.upgrade("--no-backup", folder)
        _serves(site, "2.0.1")
        site.upgrade("--return")
        _serves(site, present())
        site.upgrade("--reload")
        _serves(site, present())
        dies = os.path.join(site.dir, "dies")
        if not os.path.exists(dies):
            make_traitor(dies, "2.0.2", False)
        done = site.upgrade("--no-backup", dies, check=False)
        assert done.returncode == 1 and "serves again" in done.stderr, done
        _serves(site, present())
    assert not load.failures(), load.failures()[:9]


def pools_of_systemd_change_their_version_under_load(site):
    folder = make_version(os.path.join(site.dir, "next"), "2.0.1",
                          [("9001-more", "CREATE TABLE more (x);")])
    site.pools()
    until(lambda: site.api.get("/api/v1/health").status == 200)
    _there_and_back(site, folder)
    # What is in the folders for programs leads to the version in place.
    for path in PROGRAMS:
        name = os.path.basename(path)
        place = site.root + site.where[
            "bindir" if name == "magnetiq" else "sbindir"] + "/" + name
        assert os.readlink(place) == site.root + site.where[
            "pkglibexecdir"] + "/current/" + name
    site.stop_units()


def workers_that_are_units_change_their_version_under_load(site):
    site.sockets()
    until(lambda: site.api.get("/api/v1/health").status == 200)
    _there_and_back(site, os.path.join(site.dir, "next"))


def what_is_no_program_comes_along_and_settings_stay(site):
    stage = os.path.join(site.dir, "stage")
    subprocess.run(["make", "-s", "-C", BUILD, "install", "DESTDIR=" + stage],
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    page = site.where["mandir"] + "/man1/magnetiq.1"
    setting = site.where["sysconfdir"] + "/magnetiq/other.conf"
    os.makedirs(os.path.dirname(stage + setting), exist_ok=True)
    for path, text in ((page, "new words\n"), (setting, "theirs\n")):
        with open(stage + path, "w", encoding="utf-8") as f:
            f.write(text)
    with open(site.root + setting, "w", encoding="utf-8") as f:
        f.write("ours\n")
    for name in ("magnetiq-fcgi", "magnetiq-jobs"):
        path = stage + site.where["sbindir"] + "/" + name
        with open(path, "rb") as f:
            content = f.read()
        with open(path, "wb") as f:
            f.write(content.replace(present().encode(), b"2.0.9"))
    path = stage + site.where["bindir"] + "/magnetiq"
    with open(path, "rb") as f:
        content = f.read()
    with open(path, "wb") as f:
        f.write(content.replace(present().encode(), b"2.0.9"))
    site.upgrade("--no-backup", stage)
    _serves(site, "2.0.9")
    with open(site.root + page, encoding="utf-8") as f:
        assert f.read() == "new words\n"
    with open(site.root + setting, encoding="utf-8") as f:
        assert f.read() == "ours\n"
    assert os.path.islink(site.program("magnetiq-fcgi"))
    with open(site.dir + "/systemctl.log", encoding="utf-8") as f:
        assert "daemon-reload" in f.read()


def what_was_installed_over_the_links_is_the_present_version(site):
    """`make install` without us: it is taken as it is, and can be left."""
    subprocess.run(["make", "-s", "-C", BUILD, "install",
                    "DESTDIR=" + site.root], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert not os.path.islink(site.program("magnetiq-fcgi"))
    site.upgrade("--reload")
    _serves(site, present())
    assert os.path.islink(site.program("magnetiq-fcgi"))
    assert Client(site.spa_port).get("/sitemap.xml").status == 200


run(globals(), "--no-demo", kind=InstalledSite)
