# SPDX-License-Identifier: MIT
"""A command that is killed at each of its calls.  strace counts each call for
itself: `when=3` of three of them is not the third of all, so each has its own
turn."""
import os
import re
import signal
import subprocess
from collections import Counter

KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


def _environment(site):
    """Who is traced cannot look for leaks at its end."""
    env = {**site.environ, **site.env}
    env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return env


def _run(site, arguments, *options):
    return subprocess.run(
        ["strace", "-f", *options, site.env["MAGNETIQ"], *arguments],
        env=_environment(site), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, check=False)


def calls_of(site, arguments, names):
    """How often a run to the end makes each of these calls."""
    path = os.path.join(site.dir, "calls")
    done = _run(site, arguments, "-o", path, "-e", "trace=" + ",".join(names))
    assert done.returncode == 0, done
    with open(path, encoding="utf-8", errors="replace") as f:
        return Counter(re.findall(r"^\d+ +(\w+)\(", f.read(), re.M))


def some(n, most):
    """Of the numbers up to n the first, the last, and some between."""
    if n <= most:
        return list(range(1, n + 1))
    step = (n - 1) / (most - 1)
    return sorted({1 + round(i * step) for i in range(most)})


def killed_at(site, arguments, call, n):
    """Run it, and kill it as it begins the nth such call; True if it was."""
    done = _run(site, arguments, "-o", "/dev/null", "-e", "trace=" + call,
                "-e", f"inject={call}:signal=KILL:when={n}")
    assert done.returncode in (0, *KILLED), done
    return done.returncode != 0
