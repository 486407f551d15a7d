# SPDX-License-Identifier: MIT
"""Registrations, free hours, leads and sums, as the bench measures them."""
import http.client
import json
import os
import random
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone

from tools import BUILD, snapshot, worker_times, wrk

HOURS = [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:00"}]
WEEK = {d: HOURS for d in ("monday", "tuesday", "wednesday", "thursday",
                           "friday")}
LEFT = (("webinar_registrations", "id"), ("consents", "email_folded"),
        ("outbox", "recipient_folded"), ("lead_todo", "email_folded"))


def _webinar(b, **more):
    answer = b.admin.post("/api/v1/business/webinars", {
        "title": {"en": "Bench"}, "scheduled_at": "2031-01-01T10:00:00Z",
        **more})
    assert answer.status == 201, answer
    return answer.data


def _person(n):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": f"{n}@example.org", "company": "Engines",
            "privacy_consent": True}


def _rows(b, w):
    """The rows that one registration leaves, as INSERTs for sqlite.c."""
    answer = b.warm.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                             _person("bare-model"))
    assert answer.status == 201, answer
    lines = []
    for table, key in LEFT:
        value = "bare-model@example.org"
        found = b.warm.rows(f"SELECT * FROM {table} WHERE email_folded = ?"
                            if key in ("id", "email_folded") else
                            f"SELECT * FROM {table} WHERE {key} = ?", value)
        for row in found:
            row = {k: v for k, v in row.items()
                   if k != "id" and v is not None}
            values = []
            for v in row.values():
                if isinstance(v, str):
                    v = v.replace("'", "''")
                    values.append(f"replace(replace('{v}', 'bare-model', "
                                  "'bare-' || ?1), "
                                  f"'{answer.data['reference']}', "
                                  "'WEB-' || ?1)")
                else:
                    values.append(str(v))
            values = [f"{v} || ?1" if k == "message_id" else v
                      for k, v in zip(row, values)]
            lines.append(f"INSERT INTO {table} ({', '.join(row)}) VALUES "
                         f"({', '.join(values)}) ON CONFLICT DO NOTHING")
    return "\n".join(lines) + "\n"


def _bare(b, rows):
    with tempfile.TemporaryDirectory(dir=b.warm.dir) as scratch:
        database = os.path.join(scratch, "bare.db")
        snapshot(b.warm.env["DATABASE_URL"], database)
        path = os.path.join(scratch, "rows.sql")
        with open(path, "w", encoding="utf-8") as f:
            f.write(rows)
        done = subprocess.run(
            [os.path.join(BUILD, "t/bench/sqlite"), database, path,
             str(b.seconds)], stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def register(b):
    """registering one by one, against bare SQLite"""
    script = """
    local n = %d
    request = function()
      n = n + 1
      return wrk.format("POST", "/api/v1/business/webinars/%d/register",
        {["Content-Type"] = "application/json"},
        string.format([[%s]], n))
    end
    """
    w = _webinar(b)
    text = json.dumps(_person("NAME")).replace("NAME", "wrk-%d")
    rows = _rows(b, w)
    ratios = []
    for turn in range(3):
        ours = wrk(b.url(b.warm, "/"), b.seconds, connections=1,
                   script=script % (turn * 1000000, w["id"], text))
        bare = _bare(b, rows)
        ratios.append(ours.rate / bare)
        print(f"# register {ours.rate:.0f}/s, bare {bare:.0f}/s", flush=True)
    ratio = statistics.median(ratios)
    return f"{ratio:.2f}", "0.4", ratio >= 0.4


def rush(b):
    """1,000 registrations at once for 100 seats"""
    w = _webinar(b, max_participants=100)
    took, statuses, gate = [], [], threading.Barrier(1000)

    def one(n):
        connection = http.client.HTTPConnection("127.0.0.1",
                                                b.warm.api_port, timeout=60)
        body = json.dumps(_person(f"rush-{n}"))
        gate.wait()
        began = time.monotonic()
        connection.request("POST",
                           f"/api/v1/business/webinars/{w['id']}/register",
                           body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        took.append(time.monotonic() - began)
        statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p99 = sorted(took)[989]
    good = sorted(set(statuses)) == [201, 409] and statuses.count(201) == 100
    return (f"{statuses.count(201)} in, p99 {p99 * 1000:.0f} ms",
            "100 in, p99 2000 ms", good and p99 < 2)


def availability(b):
    """free hours of 4 weeks among 1,000 bookings, in the worker"""
    answer = b.admin.post("/api/v1/business/consultants", {
        "first_name": "K", "last_name": "Z", "timezone": "Europe/Berlin",
        "email": "k@example.org", "notice_hours": 0, "horizon_days": 730,
        "working_hours": WEEK})
    assert answer.status == 201, answer
    number = answer.data["id"]
    begin = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0)
    db = sqlite3.connect(b.warm.env["DATABASE_URL"], timeout=30)
    with db:
        for n in range(1000):
            at = begin + timedelta(hours=n)
            db.execute("INSERT INTO bookings (first_name, last_name, email,"
                       " status, consultant_id, starts_at, ends_at) VALUES"
                       " ('a', 'b', ?, 'confirmed', ?, ?, ?)",
                       (f"{n}@example.org", number,
                        at.strftime("%Y-%m-%d %H:%M:%S"),
                        (at + timedelta(minutes=30)).strftime(
                            "%Y-%m-%d %H:%M:%S")))
    db.close()
    path = (f"/api/v1/public/consultants/{number}/availability"
            f"?from={begin:%Y-%m-%d}"
            f"&to={begin + timedelta(days=27):%Y-%m-%d}&duration=30")
    return _worker_time(b, path, b.warm.spa, 5,
                        "/api/v1/public/consultants/{id}/availability")


def _worker_time(b, path, client, limit, route):
    since = len(b.warm.log("app"))
    for _ in range(30):
        answer = client.get(path)
        assert answer.status == 200, answer
    took = statistics.median(worker_times(b.warm, route, since)) / 1000
    return f"{took:.2f} ms", f"{limit} ms", took < limit


def leads(b):
    """leads by score among 100,000 people, in the worker"""
    db = sqlite3.connect(b.warm.env["DATABASE_URL"], timeout=60)
    with db:
        db.execute("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
                WHERE i < 100000)
            INSERT INTO leads (email, email_folded, first_name, last_name,
                score, first_seen_at, last_seen_at)
            SELECT i || '@x.org', i || '@x.org', 'a', 'b', i % 97,
                '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n""")
    db.close()
    return _worker_time(b, "/api/v1/business/leads", b.admin, 50,
                        "/api/v1/business/leads")


def analytics(b):
    """a month of 1,000,000 events, in the worker"""
    today = datetime.now(timezone.utc)
    paths = [f"/en/page-{n}" for n in range(300)]
    db = sqlite3.connect(b.warm.env["DATABASE_URL"], timeout=60)
    with db:
        db.executemany(
            "INSERT INTO analytics_events (event_type, page_path, utm_source,"
            " created_at) VALUES ('page_view', ?, ?, ?)",
            ((random.choice(paths), f"source-{random.randrange(20)}",
              (today - timedelta(seconds=random.randrange(29 * 86400)))
              .strftime("%Y-%m-%d %H:%M:%S")) for _ in range(1000000)))
    db.close()
    return _worker_time(b, "/api/v1/admin/analytics", b.admin, 50,
                        "/api/v1/admin/analytics")


BUSINESS = [register, rush, availability, leads, analytics]
