# SPDX-License-Identifier: MIT
"""Rows of t/bench/run: 100,000 requests while processes are replaced."""
import os
import re
import subprocess
import tempfile
import time

from tools import BUILD, CONNECTIONS
from version import make_version, present

REQUESTS = 100000
AT_ONCE = 8                     # seconds of wrk, again and again

# Of fifty requests one makes a page, so that writers are there, too.
READS_AND_WRITES = """
local n = %d
request = function()
  n = n + 1
  if n %% 50 > 0 then
    return wrk.format("GET", "/api/v1/public/pages/bench-" .. n %% 1000)
  end
  return wrk.format("POST", "/api/v1/content/pages",
    {["Content-Type"] = "application/json",
     ["Authorization"] = "Bearer %s"},
    string.format('{"slug":"exchange-%%d","title":{"en":"One of many"}}', n))
end
"""


class Count:
    """What several runs of wrk have said."""

    def __init__(self):
        self.asked = self.failed = self.acts = 0
        self.p99 = 0.0

    def add(self, text):
        self.asked += int(re.search(r"(\d+) requests in", text)[1])
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        self.failed += int(bad[1]) if bad else 0
        broken = re.search(r"Socket errors: (.*)", text)
        if broken:
            self.failed += sum(map(int, re.findall(r"\d+", broken[1])))
        value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        self.p99 = max(self.p99, float(value) * {
            "us": 0.001, "ms": 1, "s": 1000}[unit])


def begin(b, first):
    """wrk in the background, with pages of its own to make."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", dir=b.warm.dir,
                                     delete=False) as lua:
        lua.write(READS_AND_WRITES % (first, b.warm.login().token))
    # pylint: disable-next=consider-using-with
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{AT_ONCE}s", "--latency",
         "--timeout", "30s", "-s", lua.name,
         f"http://127.0.0.1:{b.warm.spa_port}/"], stdout=subprocess.PIPE,
        text=True)


def while_asked(b, act):
    """Act without pause until all has been asked."""
    count = Count()
    while count.asked < REQUESTS:
        # Nobody asks a million times a second: no number comes twice.
        wrk = begin(b, time.monotonic_ns() // 1000)
        time.sleep(0.5)
        while wrk.poll() is None:
            act(count.acts)
            count.acts += 1
        count.add(wrk.communicate()[0])
    return (f"{count.failed} of {count.asked}, {count.acts} times,"
            f" p99 {count.p99:.0f} ms", "0 failed", count.failed == 0)


def reload(b):
    """failed while everybody is replaced"""
    return while_asked(b, lambda n: b.warm.dev("reload"))


def upgrade(b):
    """failed while upgrading, with a migration, and going back"""
    folder = make_version(os.path.join(b.warm.dir, "next"),
                          present()[:-1] + "9",
                          [("9001-more", "CREATE TABLE more (x);")])
    command = [os.path.join(BUILD, "spawn", "magnetiq-upgrade"), "--state",
               b.warm.state, "--no-backup"]

    def act(n):
        subprocess.run(command + [[folder], ["--return"]][n % 2], check=True,
                       env=b.warm.environ, stdin=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)

    return while_asked(b, act)
