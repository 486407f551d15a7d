# SPDX-License-Identifier: MIT
"""Ten thousand letters to a fast server: postfix's smtp-sink."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

from tools import Site, free_ports, until

LETTERS = 10000
DATA = json.dumps({
    "title": "Analytical Engines: an introduction für alle", "first_name":
    "Jörg", "last_name": "Müller", "starts_at": "2026-12-01T14:00:00Z",
    "duration_minutes": 60, "timezone": "Europe/Berlin", "sequence": 1,
    "reference": "WEB-7K2M9QXT", "presenter_name": "Charles Babbage",
    "manage_url": "https://www.example.org/registrations/WEB-7K2M9QXT?token="
    + "x" * 80, "meeting_url": "https://meet.example.org/room"})


def _fill(site):
    """As many people as letters, in one transaction."""
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    now = "strftime('%Y-%m-%d %H:%M:%S', 'now')"
    with db:
        db.executemany(
            "INSERT INTO outbox (message_id, recipient, recipient_folded,"
            " template, language, data, due_at, next_attempt_at, created_at)"
            " VALUES (?1 || '@bench', 'p' || ?1 || '@example.org', 'p' || ?1"
            f" || '@example.org', 'webinar-confirmed', 'de', ?2, {now}, {now},"
            f" {now})", [(n, DATA) for n in range(LETTERS)])
    db.close()


def _sender(site):
    """The process that sends, or None."""
    for pid, line in site.processes():
        if "--letters" in line:
            return pid
    return None


def _memory_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as f:
            return int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M)[1])
    except (OSError, TypeError):
        return 0


def _sent(site):
    return site.rows("SELECT count(*) AS n FROM outbox WHERE state ="
                     " 'sent'")[0]["n"]


def _watch(site):
    """(letters a second, most kB in the first half, most kB in the second)

    It goes up and down by 800 kB within each turn, so two moments would say
    nothing."""
    until(lambda: _sent(site) > 0, 30)
    began, first = time.monotonic(), _sent(site)
    most = [0, 0]
    while (n := _sent(site)) < LETTERS:
        half = 2 * n // LETTERS
        most[half] = max(most[half], _memory_kb(_sender(site)))
        time.sleep(0.1)
    return (LETTERS - first) / (time.monotonic() - began), *most


def letters(_b):
    """10,000 letters to a fast server"""
    sink = shutil.which("smtp-sink", path=os.environ["PATH"] + ":/usr/sbin")
    if sink is None:
        raise RuntimeError("there is no smtp-sink (Debian: postfix)")
    port, = free_ports(1)
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    server = subprocess.Popen([sink, *user, f"127.0.0.1:{port}", "100"],
                              stderr=subprocess.DEVNULL)
    site = Site("--no-demo", env={
        "ENVIRONMENT": "development", "CLOCK_OFFSET_FILE": "", "SMTP_HOST":
        "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TLS": "none"})
    try:
        _fill(site)
        rate, early, late = _watch(site)
    finally:
        site.end()
        server.terminate()
        server.wait()
    return (f"{rate:.0f}/s, {late} kB, grew {late - early} kB",
            "500/s, grew 256 kB", rate >= 500 and late - early <= 256)
