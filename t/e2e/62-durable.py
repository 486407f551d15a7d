#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What was acknowledged is on the disk: looked at from outside, and killed."""
import os
import re
import signal
import subprocess
import sys

from harness import Client, Skip, run, until
from wreck import PAGES, killed_under_load

KILLS = 10
TRACED = "pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg"


class _Trace:
    """strace on some processes; its lines afterwards."""

    def __init__(self, path, pids):
        self.path = path
        command = ["strace", "-f", "-yy", "-s", "64", "-o", path, "-e",
                   "trace=" + TRACED]
        for pid in pids:
            command += ["-p", str(pid)]
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE,
                                        text=True)
        self.pids = pids

    def __enter__(self):
        def attached():
            if self.process.poll() is not None:
                raise Skip("strace may not look at other processes: "
                           + self.process.stderr.read())
            return all(_tracer(p) for p in self.pids)
        until(attached)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        self.process.stderr.close()

    def lines(self):
        """[(pid, call, its arguments, its result)], as they ended."""
        begun, out = {}, []
        with open(self.path, encoding="utf-8", errors="replace") as f:
            for line in f:
                pid, rest = line.rstrip("\n").split(None, 1)
                if rest.endswith("<unfinished ...>"):
                    begun[pid] = rest[:-len("<unfinished ...>")]
                    continue
                again = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
                if again:
                    rest = begun.pop(pid, "") + again[1]
                found = re.match(r"(\w+)\((.*)\)\s+= (-?\d+)", rest)
                if found:
                    out.append((pid, *found.groups()))
        return out


def _tracer(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return "TracerPid:\t0" not in f.read()


def _too_early(lines):
    """The answers that left while something in the log was not yet on the
    disk; and how many answers there were behind a commit."""
    loose, early, behind, commits = {}, [], 0, {}
    for pid, call, arguments, result in lines:
        log = "-wal>" in arguments.split(",")[0]
        if call == "pwrite64" and log:
            loose[pid] = True
        elif call in ("fdatasync", "fsync") and log:
            assert result == "0", (call, arguments, result)
            loose[pid] = False
            commits[pid] = True
        elif "Status: 2" in arguments:
            if loose.get(pid):
                early.append((pid, call, arguments))
            behind += commits.pop(pid, False)
    return early, behind


def _work(site, n):
    """Writes of each kind, by those who may; how many there were."""
    admin = site.admin()
    page = admin.post(PAGES, {"slug": f"traced-{n}", "title": {"en": "t"},
                              "content": {"en": "word " * 400}})
    url = f"{PAGES}/{page.data['id']}"
    answers = [page, admin.patch(url, {"title": {"en": "other"}}),
               admin.delete(url),
               admin.patch("/api/v1/admin/settings", {
                   "site_title": {"en": f"N {n}"}}),
               Client(site.api_port).post("/api/v1/auth/login", {
                   "email": "admin@example.org", "password": site.PASSWORD})]
    assert all(200 <= a.status < 300 for a in answers), answers
    return len(answers)


def no_2xx_leaves_before_the_log_is_on_the_disk(site):
    site.admin()
    with _Trace(site.dir + "/trace", site.workers() + site.workers("auth")
                ) as trace:
        made = sum(_work(site, n) for n in range(12))
    early, behind = _too_early(trace.lines())
    assert not early, early[:3]
    assert behind >= made, (behind, made)
    print(f"# {behind} answers, each after its commit", file=sys.stderr)


def a_kill_of_everything_loses_nothing_that_was_acknowledged(site):
    """All of it at one moment, under load; t/bench does it a hundred times."""
    told = 0
    for n in range(KILLS):
        lost, count, found = killed_under_load(site)
        assert not lost, (n, lost[:5], len(lost))
        assert found == "", (n, found)
        told += count
    assert told > KILLS, told
    print(f"# {told} acknowledged, none lost", file=sys.stderr)


if __name__ == "__main__":
    os.umask(0o022)
    run(globals(), "--no-demo")
