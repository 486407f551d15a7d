#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What health and figures say when something is not well, and what is true of
what they say when all is."""
import os
import re
import socket
import sqlite3
import subprocess
import threading
import time

from harness import Client, Site, Skip, receive_all, run, until

DETAILED = "/api/v1/health/detailed"
SYSTEM = "/api/v1/admin/system-health"
SETTINGS = "/api/v1/public/settings"
MEGABYTES = 8


class _Unwell(Site):
    """Its media lie on a small disk; its mail server is not there."""

    def __init__(self, *options, **more):
        super().__init__(*options, start=False)
        self.disk = self.dir + "/disk"
        os.mkdir(self.disk)
        self.mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs",
             self.disk], check=False, stderr=subprocess.DEVNULL
        ).returncode == 0
        self.environ.update(UPLOAD_DIR=self.disk + "/media",
                            SMTP_HOST="127.0.0.1", SMTP_PORT="9")

    def release(self):
        if self.mounted:
            subprocess.run(["umount", self.disk], check=True)


def _health(site, status=200):
    answer = site.api.get(DETAILED)
    assert answer.status == status, answer
    return answer.json


def _parts(site, status=200):
    """The word for all, and those of the parts that are not healthy."""
    health = _health(site, status)
    assert health["status"] == site.admin().get(SYSTEM).data["status"]
    return health["status"], {
        name: part["status"] for name, part in health["services"].items()
        if part["status"] != "healthy"}


def _fill(site, percent):
    size = MEGABYTES * 1024 * 1024 * percent // 100
    with open(site.disk + "/ballast", "wb") as f:
        f.write(b"x" * size)


def a_disk_that_fills_up_degrades_and_one_that_is_full_is_unhealthy(site):
    if not site.mounted:
        raise Skip("only root can mount a small disk")
    assert _parts(site) == ("healthy", {})
    _fill(site, 85)
    assert _parts(site) == ("degraded", {"filesystem": "degraded"})
    free = _health(site)["services"]["filesystem"]["free_mb"]
    assert free == 1, free
    _fill(site, 97)
    assert _parts(site, 503) == ("unhealthy", {"filesystem": "unhealthy"})
    # Who only asks whether somebody is there is not told of disks.
    assert site.api.get("/api/v1/health").json["status"] == "healthy"
    assert site.spa.get("/en/").status == 200
    os.unlink(site.disk + "/ballast")
    assert _parts(site) == ("healthy", {})


def media_that_are_gone_are_unhealthy(site):
    media = site.env["UPLOAD_DIR"]
    os.rename(media, media + ".away")
    assert _parts(site, 503) == ("unhealthy", {"filesystem": "unhealthy"})
    os.rename(media + ".away", media)
    assert _parts(site) == ("healthy", {})


def _letter(site, state, due):
    return site.sql(
        "INSERT INTO outbox (message_id, recipient, template, language, data,"
        " state, due_at, next_attempt_at, locked_until, created_at) VALUES"
        " (?, 'a@b.c', 'x', 'en', '{}', ?, datetime('now', ?),"
        " '2099-01-01 00:00:00', '2099-01-01 00:00:00', datetime())",
        os.urandom(6).hex(), state, due)


def letters_that_failed_or_wait_degrade(site):
    for state, due, well in (("failed", "-1 minutes", False),
                             ("sending", "-14 minutes", True),
                             ("sending", "-16 minutes", False)):
        number = _letter(site, state, due)
        assert _parts(site) == (("healthy", {}) if well else (
            "degraded", {"email": "degraded"})), (state, due)
        told = _health(site)["services"]["email"]
        assert (told["failed"], told["queued"]) == (
            (1, 0) if state == "failed" else (0, 1)), told
        site.sql("DELETE FROM outbox WHERE id = ?", number)
    assert _parts(site) == ("healthy", {})


def a_database_that_lacks_what_is_needed_is_unhealthy(site):
    site.sql("ALTER TABLE generation RENAME TO elsewhere")
    try:
        health = _health(site, 503)
        assert health["status"] == "unhealthy", health
        assert health["services"]["database"]["status"] == "unhealthy"
        assert health["services"]["filesystem"]["status"] == "healthy"
    finally:
        site.sql("ALTER TABLE elsewhere RENAME TO generation")
    assert _parts(site) == ("healthy", {})


def numbers_of_the_system_are_those_of_the_site(site):
    began = os.stat(site.state + "/scoreboard").st_ctime
    health = site.admin().get(SYSTEM).data
    newest, = site.rows("SELECT max(number) AS n FROM schema_migrations")
    assert health["schema_version"] == newest["n"] > 30, health
    site.admin().post("/api/v1/content/pages", {"title": {"en": "w"}})
    log = os.stat(site.env["DATABASE_URL"] + "-wal").st_size
    told = site.admin().get(SYSTEM).data["wal_size_bytes"]
    assert told >= log > 0, (told, log)
    up = time.time() - began
    assert abs(health["uptime_seconds"] - up) < 5, (health, up)
    time.sleep(1.1)
    later = site.admin().get(SYSTEM).data
    assert later["uptime_seconds"] > health["uptime_seconds"]
    size = os.stat(site.env["DATABASE_URL"]).st_size
    told = _health(site)["services"]["filesystem"]["database_size_mb"]
    assert abs(told - size / 1024 / 1024) < 0.1, (told, size)


def the_last_drill_is_told_as_it_went(site):
    path = site.magnetiq("backup").stdout.strip()
    began = time.time()
    assert site.admin().post("/api/v1/admin/jobs/drill/run").status == 202
    drill = until(lambda: site.admin().get(SYSTEM).data["last_drill"], 30)
    row, = site.rows("SELECT * FROM backup_drills")
    assert drill["name"] == os.path.basename(path) == row["name"], drill
    assert drill["passed"] is True and drill["error"] is None, drill
    for name in ("took_ms", "files", "tables", "rows"):
        assert drill[name] == row[name] > 0, (drill, row)
    at = time.mktime(time.strptime(drill["ran_at"], "%Y-%m-%dT%H:%M:%SZ")
                     ) - time.timezone
    assert began - 2 <= at <= time.time() + 2, drill
    last = site.admin().get(SYSTEM).data["last_backup"]
    assert last["size"] == os.stat(path).st_size, last
    with open(path, "r+b") as f:
        f.truncate(os.stat(path).st_size - 50)
    assert site.admin().post("/api/v1/admin/jobs/drill/run").status == 202
    drill = until(lambda: [d for d in [site.admin().get(SYSTEM).data[
        "last_drill"]] if not d["passed"]], 30)[0]
    assert "no whole backup" in drill["error"], drill


def _figures(site):
    """{name: {labels: value}} as Prometheus reads the text."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(site.state + "/metrics.sock")
        s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        head, _, body = receive_all(s).decode().partition("\r\n\r\n")
    assert "text/plain; version=0.0.4" in head, head
    found, kinds = {}, {}
    assert body.endswith("\n")
    for line in body.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in kinds, "each once"
            kinds[name] = kind
            continue
        if line.startswith("# HELP "):
            assert len(line.split(" ", 3)[3]) > 5, line
            continue
        name, labels, value = re.fullmatch(
            r"([a-z_]+)(?:\{((?:[a-z]+=\"[^\"\\]*\",?)+)\})? (\S+)",
            line).groups()
        assert re.sub("_(bucket|sum|count)$", "", name) in kinds, line
        pairs = tuple(re.findall(r'([a-z]+)="([^"]*)"', labels or ""))
        assert pairs not in found.setdefault(name, {}), line
        found[name][pairs] = float(value)
    assert {"counter", "gauge", "histogram"} == set(kinds.values())
    return found


def _one(figures, name):
    (labels, value), = figures["magnetiq_" + name].items()
    assert labels == (), labels
    return value


def the_histogram_rises_to_its_count_and_agrees_with_the_counters(site):
    before = _figures(site)
    for _ in range(20):
        Client(site.api_port).get(SETTINGS)
    after = _figures(site)
    buckets = [(float(dict(k)["le"]), v) for k, v in after[
        "magnetiq_request_duration_seconds_bucket"].items()]
    assert len(buckets) > 5 and buckets == sorted(buckets), buckets
    assert [v for _, v in buckets] == sorted(v for _, v in buckets)
    assert buckets[-1] == (float("inf"), _one(
        after, "request_duration_seconds_count")), buckets[-1]
    rise = [_one(f, "request_duration_seconds_count") -
            sum(f["magnetiq_requests_total"].values())
            for f in (before, after)]
    assert rise[0] == rise[1], "what is counted is measured"
    seconds = [_one(f, "request_duration_seconds_sum")
               for f in (before, after)]
    assert 0 < seconds[1] - seconds[0] < 20, seconds


def requests_of_all_workers_are_one_sum(site):
    wanted = (("method", "GET"), ("route", SETTINGS), ("status", "200"))

    def told():
        return _figures(site)["magnetiq_requests_total"].get(wanted, 0)

    def served():
        return {w["pid"]: w["requests"] for w in site.admin().get(
            SYSTEM).data["workers"] if w["pool"] == "app"}
    before, workers = told(), served()

    def ask():
        for _ in range(25):
            assert Client(site.api_port).get(SETTINGS).status == 200
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert told() == before + 200, (before, told())
    rises = [n - workers[pid] for pid, n in served().items()]
    assert len(rises) == 4 and min(rises) > 0, rises


def who_waits_for_the_database_is_in_flight_and_counted(site):
    site.admin()
    before = _figures(site)
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None)
    db.execute("PRAGMA wal_autocheckpoint=0")
    answers, client = [], site.login()
    db.execute("BEGIN IMMEDIATE")
    t = threading.Thread(target=lambda: answers.append(client.post(
        "/api/v1/content/pages", {"title": {"en": "waits"}})))
    t.start()
    # The one who asks for figures is in flight, too.
    until(lambda: _one(_figures(site), "in_flight") >= 2, 5)
    db.execute("ROLLBACK")
    t.join()
    db.close()
    assert answers[0].status == 201, answers
    after = until(lambda: [f for f in [_figures(site)] if _one(
        f, "in_flight") == 1], 5)[0]
    name = "database_busy_waits_total"
    assert _one(after, name) > _one(before, name), (before[
        "magnetiq_" + name], after["magnetiq_" + name])


def the_depth_of_the_outbox_is_its_rows(site):
    depth = _one(_figures(site), "outbox_depth")
    assert depth == site.rows("SELECT count(*) AS n FROM outbox WHERE state"
                              " IN ('queued', 'sending')")[0]["n"]
    numbers = [_letter(site, "sending", "-1 minutes") for _ in range(3)]
    numbers += [_letter(site, "sent", "-1 minutes")]
    assert _one(_figures(site), "outbox_depth") == depth + 3
    for number in numbers:
        site.sql("DELETE FROM outbox WHERE id = ?", number)


run(globals(), "--no-demo", kind=_Unwell)
