# SPDX-License-Identifier: MIT
"""Starts what a unit of systemd says as systemd would, where PID 1 is another.

    python3 confined.py outer UNIT FILTER BASE PREFIX USER GROUP -- COMMAND...

As root: a mount namespace in which BASE is at PREFIX and all is read-only but
ReadWritePaths=, no network if the unit says so, user, group, capabilities,
umask, limits; then, as that user, the filter of system calls and of kinds of
sockets, and no memory that is writable and executable.  Standard library only.

FILTER is the file in which compile_filter() left the unit's filter: to make
it asks other programs, which takes longer than to start what it confines.
"""
import ctypes
import os
import re
import resource
import shlex
import socket
import struct
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, PR_SET_MDWE = 38, 22, 65
NEWNS, NEWNET = 0x20000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


class Unit:
    """What a file of systemd says, in order; the last section is not told."""

    def __init__(self, path):
        self.name = os.path.basename(path)
        self.lines = []
        with open(path, encoding="utf-8") as f:
            for line in f:
                if m := re.match(r"(\w+)=(.*)$", line.strip()):
                    self.lines.append((m[1], m[2]))

    def all(self, key):
        """Each value, those before an empty one forgotten."""
        out = []
        for k, value in self.lines:
            if k == key:
                out = out + [value] if value else []
        return out

    def get(self, key, preset=None):
        found = self.all(key)
        return found[-1] if found else preset

    def words(self, key):
        return [w for value in self.all(key) for w in value.split()]

    def environment(self):
        return dict(pair.split("=", 1) for pair in self.all("Environment"))


def must(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: " +
                      os.strerror(ctypes.get_errno()))


def mount(source, target, kind, flags, data=None):
    must(LIBC.mount(os.fsencode(source), os.fsencode(target),
                    kind and kind.encode(), ctypes.c_ulong(flags),
                    data and data.encode()), f"mount {target}")


def set_readonly(path, yes, deep):
    """mount_setattr(2), which glibc of Debian 12 does not know."""
    attr = struct.pack("QQQQ", 1 if yes else 0, 0 if yes else 1, 0, 0)
    must(LIBC.syscall(ctypes.c_long(442), -100, os.fsencode(path),
                      0x8000 if deep else 0, attr, len(attr)),
         f"mount_setattr {path}")


def folders(unit, base, prefix):
    """Only what the unit names can be written."""
    LIBC.unshare(NEWNS)
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount(base, prefix, None, MS_BIND)
    writable = []
    for path in unit.words("ReadWritePaths"):
        if path[0] != "-" or os.path.exists(path[1:]):
            writable.append(path.lstrip("-"))
            mount(writable[-1], writable[-1], None, MS_BIND)
    if unit.get("ProtectSystem") == "strict":
        set_readonly("/", True, True)
    for path in writable + [p for p in ("/dev", "/proc")
                            if os.path.ismount(p)]:
        set_readonly(path, False, False)
    if unit.get("PrivateTmp") == "yes":
        mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777")
        mount("tmpfs", "/var/tmp", "tmpfs", 0, "mode=1777")
    if unit.get("ProtectHome") == "yes":
        mount("tmpfs", "/home", "tmpfs", 1, "mode=0")
        mount("tmpfs", "/root", "tmpfs", 1, "mode=0")
    for path in unit.words("InaccessiblePaths"):
        if os.path.isdir(path.lstrip("-")):
            mount("tmpfs", path.lstrip("-"), "tmpfs", 1, "mode=0")
    if unit.get("CacheDirectory"):
        mount("tmpfs", "/var/cache", "tmpfs", 0, "mode=0755")
        os.mkdir("/var/cache/" + unit.get("CacheDirectory"))
        os.chmod("/var/cache/" + unit.get("CacheDirectory"), 0o777)
    if unit.get("ProtectProc") == "invisible":
        mount("proc", "/proc", "proc", 0, "hidepid=invisible,subset=pid")


def limits(unit):
    for key, value in unit.lines:
        if key.startswith("Limit"):
            what = getattr(resource, "RLIMIT_" + key[5:])
            # More than we have only the first process could give.
            most = resource.getrlimit(what)[1]
            n = int(value) if most == -1 else min(int(value), most)
            resource.setrlimit(what, (n, n))
    os.umask(int(unit.get("UMask", "0022"), 8))
    os.nice(int(unit.get("Nice", "0")))


def calls(unit):
    """The names of the system calls that are allowed, as systemd adds up."""
    allowed = expand("@default")
    for value in unit.all("SystemCallFilter"):
        names = set()
        for word in value.lstrip("~").split():
            names |= expand(word)
        allowed = allowed - names if value[0] == "~" else allowed | names
    return allowed


def expand(word):
    if word[0] != "@":
        return {word}
    told = subprocess.run(["systemd-analyze", "syscall-filter", word],
                          stdout=subprocess.PIPE, check=True, text=True)
    names = set()
    for line in told.stdout.splitlines()[1:]:
        line = line.strip()
        if line and line[0] != "#":
            names |= expand(line)
    return names


def numbers():
    """{name: number} of this machine's system calls."""
    told = subprocess.run(["cc", "-E", "-dM", "-include", "sys/syscall.h",
                           "-x", "c", "/dev/null"], stdout=subprocess.PIPE,
                          check=True, text=True)
    return {m[1]: int(m[2]) for m in re.finditer(
        r"#define __NR_(\w+) (\d+)$", told.stdout, re.M)}


def program(unit):
    """The filter in the kernel's own language; what is not allowed: EPERM."""
    load, equal, ret = 0x20, 0x15, 0x06
    allow, deny, kill = 0x7fff0000, 0x00050001, 0x80000000
    number = numbers()
    families = [getattr(socket, f) for f in
                unit.words("RestrictAddressFamilies")]
    out = [(load, 0, 0, 4), (equal, 1, 0, ARCH[os.uname().machine]),
           (ret, 0, 0, kill), (load, 0, 0, 0)]
    for name in sorted(calls(unit) & set(number) - {"socket"}):
        out += [(equal, 0, 1, number[name]), (ret, 0, 0, allow)]
    out += [(equal, 1, 0, number["socket"]), (ret, 0, 0, deny),
            (load, 0, 0, 16)]
    for family in families:
        out += [(equal, 0, 1, family), (ret, 0, 0, allow)]
    out.append((ret, 0, 0, 0x00050000 | 97))    # EAFNOSUPPORT
    return b"".join(struct.pack("HBBI", *i) for i in out)


def compile_filter(unit, path):
    with open(path, "wb") as f:
        f.write(program(unit))


def capabilities(unit):
    """For setpriv: bounding, inheritable and ambient."""
    def form(key):
        return ",".join(["-all"] + ["+" + w[4:].lower()
                                    for w in unit.words(key)])
    ambient = form("AmbientCapabilities")
    return ["--bounding-set", form("CapabilityBoundingSet"),
            "--inh-caps", ambient, "--ambient-caps", ambient]


def outer(path, compiled, base, prefix, user, group, command):
    with open(__file__, encoding="utf-8") as f:
        text = f.read()         # its folder may be out of sight soon
    unit = Unit(path)
    with open(compiled, "rb") as f:
        code = f.read()
    folders(unit, base, prefix)
    if unit.get("PrivateNetwork") == "yes":
        must(LIBC.unshare(NEWNET), "unshare")
    limits(unit)
    # The inner part does not see the file; a memfd it does.
    secret = os.memfd_create("filter", 0)
    os.write(secret, code)
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
           "/sbin:/bin", "LANG": "C.UTF-8", **unit.environment()}
    for name in ("LD_LIBRARY_PATH", "LISTEN_FDS"):
        if name in os.environ:
            env[name] = os.environ[name]
    groups = unit.words("SupplementaryGroups")
    mdwe = unit.get("MemoryDenyWriteExecute") == "yes"
    os.chdir("/")
    os.execvpe("setpriv", [
        "setpriv", "--reuid", user, "--regid", group,
        *(["--groups", ",".join(groups)] if groups else ["--clear-groups"]),
        *capabilities(unit), "--no-new-privs", "/usr/bin/python3", "-c", text,
        "inner", str(secret), "1" if mdwe else "0", "--", *command], env)


def inner(secret, mdwe, command):
    code = os.pread(secret, 1 << 20, 0)
    os.close(secret)
    if mdwe:
        must(LIBC.prctl(PR_SET_MDWE, 1, 0, 0, 0), "MDWE")
    held = ctypes.create_string_buffer(code)
    fprog = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(held))
    if "LISTEN_FDS" in os.environ:
        os.environ["LISTEN_PID"] = str(os.getpid())
    must(LIBC.prctl(PR_SET_SECCOMP, 2, fprog, 0, 0), "seccomp")
    os.execv(command[0], command)


def command_of(unit, key, **values):
    """The lines of ExecStart= and its like as words, with $NAME filled in."""
    out = []
    for line in unit.all(key):
        for name, value in values.items():
            line = line.replace("$" + name, str(value))
        out.append(shlex.split(line))
    return out


if __name__ == "__main__":
    at = sys.argv.index("--")
    if sys.argv[1] == "outer":
        outer(*sys.argv[2:at], sys.argv[at + 1:])
    else:
        inner(int(sys.argv[2]), sys.argv[3] == "1", sys.argv[at + 1:])
