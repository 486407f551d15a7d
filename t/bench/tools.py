# SPDX-License-Identifier: MIT
"""What the rows of t/bench/run stand on: sites, hello, wrk, medians."""
import os
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "t", "e2e"))
from harness import Site, free_ports, until  # noqa: E402

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
CONNECTIONS = 32
TEXT = ("Magnetiq keeps the pages of a company in two languages, and finds "
        "them again by any of their words. ")


class Run:
    """What wrk said of one run."""

    def __init__(self, text):
        self.text = text
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        errors = re.search(r"Socket errors: (.*)", text)
        if bad or errors:
            raise RuntimeError(f"requests failed:\n{text}")

    def percentile(self, which):
        """A latency in milliseconds; wrk must have run with --latency."""
        value, unit = re.search(rf"{which}%\s+([\d.]+)(us|ms|s)",
                                self.text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def wrk(url, seconds, script=None, token=None, connections=CONNECTIONS):
    """Ask without pause; `script` is Lua that wrk runs."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
               "--latency"]
    if token:
        command += ["-H", "Authorization: Bearer " + token]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        if script:
            lua.write(script)
            lua.flush()
            command += ["-s", lua.name]
        done = subprocess.run(command + [url], stdout=subprocess.PIPE,
                              text=True, check=True)
    return Run(done.stdout)


def children(pid):
    """The processes that a process has started."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as f:
        return set(f.read().split())


class Hello:
    """The responder of ten lines, behind the nginx of a site, told what
    Debian's fastcgi_params say."""

    def __init__(self, site):
        self.port, = free_ports(1)
        socket = site.state + "/hello.sock"
        self.process = subprocess.Popen(
            ["spawn-fcgi", "-n", "-s", socket, "-b", "1024", "--",
             "/usr/bin/multiwatch", "-f", "4", "-t", "50", "--",
             os.path.join(BUILD, "t/bench/hello")], cwd="/")
        path = site.state + "/nginx.conf"
        with open(path, encoding="utf-8") as f:
            conf = f.read().rstrip()
        assert conf.endswith("}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(conf[:-1] + f"""
	server {{
		listen 127.0.0.1:{self.port} backlog=1024;
		set $mag_server hello;
		location / {{
			include /etc/nginx/fastcgi_params;
			fastcgi_pass "unix:{socket}";
		}}
	}}
}}
""")
        before = children(site.pid("nginx"))
        os.kill(site.pid("nginx"), signal.SIGHUP)
        self.url = f"http://127.0.0.1:{self.port}/"
        until(self.answers)
        # An old worker of nginx that goes would close wrk's connection.
        until(lambda: not before & children(site.pid("nginx")))

    def answers(self):
        return subprocess.run(["curl", "-fso", "/dev/null", self.url],
                              check=False).returncode == 0

    def end(self):
        for _ in range(20):
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(0.3)
            except subprocess.TimeoutExpired:
                continue
        return self.process.kill()


def make_site(cache="on", database=None):
    """A site as in production but for its name: no test clock, no demo."""
    site = Site("--no-demo", start=False, env={
        "ENVIRONMENT": "development", "CLOCK_OFFSET_FILE": "",
        "MAGNETIQ_CACHE": cache})
    if database:
        os.makedirs(site.state)
        snapshot(database, site.state + "/magnetiq.db")
    site.start()
    return site


def snapshot(database, path):
    """A consistent copy of a database that may be in use."""
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    db.execute("VACUUM INTO ?", (path,))
    db.close()


def median_of(what, times=3):
    return statistics.median(what() for _ in range(times))


def pss_kb(pid):
    """The memory that a process has for itself, shared pages divided."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as f:
        return int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])


def worker_times(site, route, since):
    """duration_us of the requests of a route, from the worker's log."""
    time.sleep(0.2)
    return [int(m[1]) for m in re.finditer(
        rf'"route":"{re.escape(route)}".*?"duration_us":(\d+)',
        site.log("app")[since:])]
