#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Many at once, some of them slow, and processes that die meanwhile."""
import os
import signal
import socket
import statistics
import threading
import time

from harness import Client, Load, run, until

HEALTH = "/api/v1/health"
PAGES = "/api/v1/content/pages"


def _together(count, what):
    """what(n) in `count` threads at one moment; the list of results."""
    gate, results = threading.Barrier(count), [None] * count

    def one(n):
        gate.wait()
        try:
            results[n] = what(n)
        except OSError as e:
            results[n] = e

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def three_hundred_clients_at_once_are_all_answered(site):
    statuses = _together(300, lambda _: Client(site.api_port).get(
        HEALTH, Connection="close").status)
    assert statuses == [200] * 300, [s for s in statuses if s != 200][:5]


def two_hundred_pages_made_at_once_are_all_there(site):
    token = site.admin().token

    def make(n):
        client = Client(site.api_port, token)
        answer = client.post(PAGES, {"slug": f"burst-{n}",
                                     "title": {"en": f"Burst {n}"}},
                             Connection="close")
        return answer.status, answer.body

    answers = _together(200, make)
    assert all(a[0] == 201 for a in answers), [
        a for a in answers if a[0] != 201][:3]
    made = site.rows("SELECT count(*) AS n FROM pages"
                     " WHERE slug LIKE 'burst-%'")
    assert made[0]["n"] == 200


def a_reload_cuts_no_body(site):
    """Long bodies on their way while workers are replaced."""
    token, text = site.admin().token, "0123456789abcdef " * 8000
    ended, failures, made = threading.Event(), [], []

    def write(n):
        client = Client(site.api_port, token)
        while not ended.is_set():
            slug = f"long-{n}-{len(made)}-{time.monotonic_ns()}"
            answer = client.post(PAGES, {
                "slug": slug, "title": {"en": slug},
                "content": {"en": text}}, Connection="close")
            if answer.status == 201:
                made.append(slug)
            else:
                failures.append(answer)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        time.sleep(0.3)
        os.kill(site.pid("app"), signal.SIGUSR2)
    ended.set()
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    lengths = {len(r["content"]) for r in site.rows(
        "SELECT content FROM pages WHERE slug LIKE 'long-%'")}
    assert len(lengths) == 1 and len(made) > 6, (lengths, len(made))


def a_killed_worker_loses_only_the_request_it_held(site):
    with Load(site.api_port, "/api/v1/public/pages", clients=4) as load:
        for _ in range(5):
            time.sleep(0.2)
            site.kill(site.workers()[0])
        time.sleep(0.3)
    assert len(load.statuses) > 200, len(load.statuses)
    failures = load.failures()
    assert len(failures) <= 5 and set(failures) <= {503}, failures
    until(lambda: len(site.workers()) == 4, 1)


def signing_in_does_not_slow_reading(site):
    site.admin()
    ended = threading.Event()

    def sign_in():
        while not ended.is_set():
            site.login()

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        times, client = [], Client(site.api_port)
        until(lambda: site.workers("auth"))
        for _ in range(300):
            began = time.monotonic()
            assert client.get("/api/v1/public/pages").status == 200
            times.append(time.monotonic() - began)
            time.sleep(0.005)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    # In one pool the median was 860 ms.
    assert statistics.median(times) < 0.05, statistics.median(times)


def clients_that_stall_hold_no_worker(site):
    request = (b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
               b"Content-Type: application/json\r\nContent-Length: 100\r\n"
               b"\r\n{\"email\"")
    stalled = []
    try:
        for n in range(60):
            s = socket.create_connection(("127.0.0.1", site.api_port))
            s.sendall(request[:20 + n * 2])
            stalled.append(s)
        for _ in range(20):
            began = time.monotonic()
            assert Client(site.api_port).get(HEALTH).status == 200
            assert time.monotonic() - began < 1
    finally:
        for s in stalled:
            s.close()


def two_people_never_get_each_others_answers(site):
    clients = {role + "@example.org": site.staff(role)
               for role in ("viewer", "editor")}
    clients["admin@example.org"] = site.admin()

    def ask(n):
        email = sorted(clients)[n % 3]
        client = Client((site.api_port, site.spa_port)[n % 2],
                        clients[email].token)
        return [(email, client.get("/api/v1/auth/me").data["email"])
                for _ in range(20)]

    for pairs in _together(12, ask):
        assert all(a == b for a, b in pairs), pairs


run(globals())
