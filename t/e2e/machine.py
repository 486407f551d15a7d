# SPDX-License-Identifier: MIT
"""A machine of its own: what this one has, copied on write, with systemd as
PID 1; once the test has entered it, with no network but its own loopback.

What is installed and started there, wherever, is gone with it.  The test
itself enters the network, so that ports of the machine are ports for it."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile

from harness import Skip, until

CLONE_NEWNET = 0x40000000
BOOT = """set -e
cd "$1"
mount --make-rprivate /
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --rbind /dev dev
ip link set lo up
mkdir -p before
pivot_root . before
umount -l /before
export container=other
exec /lib/systemd/systemd --system --unit=basic.target
"""


class Machine:
    """Boots at once; raises Skip where that cannot be."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Skip("only root can boot a machine")
        if not os.path.exists("/lib/systemd/systemd"):
            raise Skip("there is no systemd to boot")
        self.dir = tempfile.mkdtemp(prefix="mqm", dir="/var/tmp")
        self.root = self.dir + "/root"
        self.outer = None
        self.pid = None
        try:
            self.boot()
        except BaseException:
            self.end()
            raise

    def boot(self):
        for name in ("upper", "work", "root"):
            os.mkdir(f"{self.dir}/{name}")
        done = subprocess.run(
            ["mount", "-t", "overlay", "overlay", self.root, "-o",
             f"lowerdir=/,upperdir={self.dir}/upper,workdir={self.dir}/work"],
            stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise Skip("no copy of this machine: " + done.stderr.strip())
        self.outer = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts",
             "--ipc", "--net", "--cgroup", "sh", "-c", BOOT, "sh", self.root],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        try:
            self.pid = until(self.first_process, 10)
            until(lambda: self.run("systemctl", "is-system-running",
                                   check=False).stdout.strip() in
                  ("running", "degraded"), 60)
        except AssertionError:
            self.outer.kill()
            raise Skip("systemd does not boot here: " +
                       self.outer.stderr.read()[-300:]) from None

    def first_process(self):
        """The number that systemd has outside."""
        path = f"/proc/{self.outer.pid}/task/{self.outer.pid}/children"
        with open(path, encoding="ascii") as f:
            children = f.read().split()
        assert self.outer.poll() is None, "it ended"
        if not children:
            return None
        with open(f"/proc/{children[0]}/comm", encoding="ascii") as f:
            return int(children[0]) if f.read() == "systemd\n" else None

    def enter_network(self):
        """This thread, those it starts, and its processes."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/proc/{self.pid}/ns/net", "rb") as f:
            if libc.setns(f.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def run(self, *command, check=True, stdin="", timeout=300, env=None):
        """A command there, as root types it.  Its network is that of this
        process."""
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
               ":/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
               **(env or {})}
        done = subprocess.run(
            ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-p", "-C",
             "env", "-i", *(f"{k}={v}" for k, v in env.items()), *command],
            input=stdin, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n"
                                 f"{done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done

    def shell(self, line, **more):
        return self.run("bash", "-c", line, **more)

    def path(self, name):
        return self.root + name

    def journal(self, unit, lines=40):
        return self.run("journalctl", "--no-pager", "-n", str(lines), "-u",
                        unit, check=False).stdout

    @staticmethod
    def listens(port):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    def end(self):
        """Nothing of it remains."""
        if self.outer is not None and self.outer.poll() is None:
            if self.pid is not None:
                os.kill(self.pid, signal.SIGKILL)
            else:
                self.outer.kill()
            self.outer.wait(20)
        for _ in range(50):
            if not os.path.ismount(self.root) or subprocess.run(
                    ["umount", self.root], stderr=subprocess.DEVNULL,
                    check=False).returncode == 0:
                break
        else:
            subprocess.run(["umount", "-l", self.root], check=False)
        shutil.rmtree(self.dir)
