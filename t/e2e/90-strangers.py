#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Peers that lie, stall and hang up: at nginx, and at a worker's socket."""
import json
import os
import signal
import socket
import struct
import threading
import time

from harness import (Client, Fcgi, Skip, exact, receive_all, request_params,
                     run, told, unharmed, until)

HEALTH = "/api/v1/health"
PAGES = "/api/v1/content/pages"
JSON = {"CONTENT_TYPE": "application/json"}


def _bearer(site):
    return {"HTTP_AUTHORIZATION": "Bearer " + site.admin().token}


def _count(site):
    """All that a page which is only half made could leave."""
    return site.rows("SELECT (SELECT count(*) FROM pages) AS pages,"
                     " (SELECT count(*) FROM page_versions) AS versions,"
                     " (SELECT count(*) FROM audit_log WHERE resource_type"
                     " = 'page') AS audit")[0]


def _send(site, method, path, body, **params):
    """Straight to a worker, with the parameters as they are given."""
    worker = site.fcgi()
    try:
        worker.begin()
        worker.params({k: v for k, v in request_params(
            method, path, b"", {**JSON, **_bearer(site), **params}).items()
            if v is not None})
        if body:
            worker.record(Fcgi.STDIN, body)
        worker.record(Fcgi.STDIN)
        return told(worker.answer())
    finally:
        worker.close()


def _page(slug):
    return json.dumps({"slug": slug, "title": {"en": slug}}).encode()


# ---- lengths ----

def a_length_that_is_not_the_bodys_makes_no_page(site):
    body = _page("lied")
    n = len(body)
    with unharmed(site):
        before = _count(site)
        for length, status, code in (
                (n + 1, 400, "MALFORMED_REQUEST"),
                (n + 100, 400, "MALFORMED_REQUEST"),
                (n - 1, 400, "MALFORMED_REQUEST"),
                (1, 400, "MALFORMED_REQUEST"),
                (0, 400, "MALFORMED_REQUEST"),
                ("", 400, "MALFORMED_REQUEST"),
                (None, 400, "MALFORMED_REQUEST"),
                (-1, 400, "MALFORMED_REQUEST"),
                (-n, 400, "MALFORMED_REQUEST"),
                ("many", 400, "MALFORMED_REQUEST"),
                (f"+{n}", 400, "MALFORMED_REQUEST"),
                (f" {n}", 400, "MALFORMED_REQUEST"),
                (f"{n} ", 400, "MALFORMED_REQUEST"),
                (f"{n}, {n}", 400, "MALFORMED_REQUEST"),
                (f"{n}.0", 400, "MALFORMED_REQUEST"),
                (hex(n), 400, "MALFORMED_REQUEST"),
                (2 ** 63, 400, "MALFORMED_REQUEST"),
                (2 ** 64 + n, 400, "MALFORMED_REQUEST"),
                (256 * 1024 + 1, 413, "PAYLOAD_TOO_LARGE"),
                (2 ** 31, 413, "PAYLOAD_TOO_LARGE"),
                (10 ** 18, 413, "PAYLOAD_TOO_LARGE")):
            length = length if length is None else str(length)
            answer = _send(site, "POST", PAGES, body, CONTENT_LENGTH=length)
            assert answer.status == status, (length, answer)
            assert answer.json["error"]["code"] == code, (length, answer)
        assert _count(site) == before


def a_valid_text_that_is_cut_is_no_valid_text(site):
    """What has come is whole JSON; only the length tells that more should."""
    with unharmed(site):
        before = _count(site)
        body = _page("cut")
        answer = _send(site, "POST", PAGES, body,
                       CONTENT_LENGTH=str(len(body) + 7))
        assert answer.status == 400, answer
        for extra in (b"\n", b" ", b"x", body):
            answer = _send(site, "POST", PAGES, body + extra,
                           CONTENT_LENGTH=str(len(body)))
            assert answer.status == 400, (extra, answer)
        assert _count(site) == before
        answer = _send(site, "POST", PAGES, body,
                       CONTENT_LENGTH=str(len(body)))
        assert answer.status == 201, answer


def an_action_with_bytes_that_nobody_announced_is_not_done(site):
    made = site.admin().post(PAGES, {"title": {"en": "Action"}}).data
    action = f"{PAGES}/{made['id']}/publish"
    with unharmed(site):
        for length, body in (("0", b"{}"), ("", b"{}"), (None, b"{}"),
                             ("1", b"{}"), ("3", b"{}"), ("-2", b"{}"),
                             ("2", b"")):
            answer = _send(site, "POST", action, body, CONTENT_LENGTH=length)
            assert answer.status == 400, (length, answer)
        page = site.admin().get(f"{PAGES}/{made['id']}").data
        assert page["status"] == "draft", page
        for length, body in ((None, b""), ("0", b""), ("2", b"{}")):
            answer = _send(site, "POST", action, body, CONTENT_LENGTH=length)
            assert answer.status == 200, (length, answer)


def lengths_that_nginx_refuses_have_the_envelope(site):
    token = site.admin().token
    head = (f"POST {PAGES} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\nConnection: close\r\n"
            "Content-Type: application/json\r\n").encode()
    body = _page("smuggled")
    n = str(len(body)).encode()
    before = _count(site)
    with unharmed(site):
        for lines in (b"Content-Length: -1", b"Content-Length: five",
                      b"Content-Length: 1e3", b"Content-Length: 0x10",
                      b"Content-Length: 99999999999999999999999",
                      b"Content-Length: " + n + b"\r\nContent-Length: 5",
                      b"Content-Length: " + n +
                      b"\r\nTransfer-Encoding: chunked",
                      b"Transfer-Encoding: chunked, identity",
                      b"Transfer-Encoding: gzip"):
            answer = exact(site.api_port, head + lines + b"\r\n\r\n" + body)
            assert answer.status == 400, (lines, answer)
            assert answer.code == "MALFORMED_REQUEST", (lines, answer)
        assert _count(site) == before


def a_body_in_chunks_is_read_whole_or_not_at_all(site):
    token = site.admin().token
    head = (f"POST {PAGES} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\nConnection: close\r\n"
            "Content-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\n\r\n").encode()
    body = _page("chunks")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 5]), body[i:i + 5])
                      for i in range(0, len(body), 5))
    before = _count(site)
    with unharmed(site):
        for bad in (b"zz\r\n", b"-1\r\n", b"5\r\n12345678\r\n0\r\n\r\n",
                    b"ffffffffffffffffff\r\n"):
            answer = exact(site.api_port, head + bad)
            assert answer.status == 400, (bad, answer)
            assert answer.code == "MALFORMED_REQUEST", (bad, answer)
        # It ends before the last chunk: nobody is there to be answered.
        exact(site.api_port, head + chunks, end=True)
        assert _count(site) == before
        answer = exact(site.api_port, head + chunks + b"0\r\n\r\n")
        assert answer.status == 201, answer
        answer = exact(site.api_port, head + b"60000\r\n" + b" " * 0x60000)
        assert answer.status == 413, answer
        assert answer.code == "PAYLOAD_TOO_LARGE", answer


# ---- peers that go away ----

def a_client_that_hangs_up_makes_no_page(site):
    token = site.admin().token
    body = _page("gone")
    request = (f"POST {PAGES} HTTP/1.1\r\nHost: localhost\r\n"
               f"Authorization: Bearer {token}\r\n"
               f"Content-Type: application/json\r\nContent-Length: "
               f"{len(body)}\r\n\r\n").encode() + body
    with unharmed(site):
        before = _count(site)
        for n in (0, 1, 10, 40, 80, len(request) - len(body) - 2,
                  len(request) - len(body), len(request) - 1):
            with socket.create_connection(
                    ("127.0.0.1", site.api_port)) as s:
                s.sendall(request[:n])
        worker = site.fcgi()
        worker.begin()
        worker.params(request_params("POST", PAGES, b"", {
            **JSON, **_bearer(site), "CONTENT_LENGTH": str(len(body))}))
        worker.record(Fcgi.STDIN, body[:20])
        worker.close()
        assert _count(site) == before


def an_aborted_request_is_not_done(site):
    body = _page("aborted")
    with unharmed(site):
        before = _count(site)
        for sent in (b"", body[:10], body[:-1]):
            worker = site.fcgi()
            worker.begin()
            worker.params(request_params("POST", PAGES, b"", {
                **JSON, **_bearer(site), "CONTENT_LENGTH": str(len(body))}))
            if sent:
                worker.record(Fcgi.STDIN, sent)
            worker.record(Fcgi.ABORT)
            answer = told(worker.answer())
            worker.close()
            assert answer is None or answer.status == 400, answer
        assert _count(site) == before


def whoever_does_not_wait_for_the_answer_harms_nobody(site):
    site.admin().post(PAGES, {
        "slug": "long", "title": {"en": "Long"}, "status": "published",
        "content": {"en": "word " * 40000}})
    get = ("GET /api/v1/public/pages/long HTTP/1.1\r\nHost: localhost\r\n"
           "\r\n").encode()
    with unharmed(site):
        for n in range(40):
            with socket.create_connection(
                    ("127.0.0.1", site.api_port)) as s:
                s.sendall(get)
                if n % 2:
                    s.recv(100)
                # Closed with a reset, not with a farewell.
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        for n in range(8):
            worker = site.fcgi()
            worker.begin()
            worker.params(request_params(
                "GET", "/api/v1/public/pages/long?utm_n=%d" % n))
            worker.record(Fcgi.STDIN)
            if n % 2:
                worker.socket.recv(100)
            worker.close()


def committed_work_stays_when_the_answer_cannot_be_given(site):
    body = _page("unheard")
    with unharmed(site):
        worker = site.fcgi()
        worker.begin()
        worker.params(request_params("POST", PAGES, b"", {
            **JSON, **_bearer(site), "CONTENT_LENGTH": str(len(body))}))
        worker.record(Fcgi.STDIN, body)
        worker.record(Fcgi.STDIN)
        worker.close()
        end = time.monotonic() + 3
        while not site.rows("SELECT 1 FROM pages WHERE slug = 'unheard'"):
            assert time.monotonic() < end
            time.sleep(0.02)


# ---- records ----

def garbage_records_do_no_harm(site):
    def record(kind, content=b"", version=1, length=None, request=1):
        n = len(content) if length is None else length
        return struct.pack(">BBHHBB", version, kind, request, n, 0,
                           0) + content
    begin = record(Fcgi.BEGIN, struct.pack(">HB5x", 1, 0))
    with unharmed(site):
        for junk in (
                b"\0" * 64, b"\xff" * 64, b"GET / HTTP/1.1\r\n\r\n",
                record(Fcgi.BEGIN, b"", version=9),
                record(Fcgi.BEGIN, struct.pack(">HB5x", 2, 0)),
                record(Fcgi.BEGIN, struct.pack(">HB5x", 9, 1)),
                begin + begin, begin + record(77, b"x"),
                begin + record(Fcgi.STDIN, b"x"),
                begin + record(Fcgi.PARAMS, b"\x04\x04AB"),
                begin + record(Fcgi.PARAMS, b"\x80\0\0\x01"),
                begin + record(Fcgi.PARAMS, b"x", length=65535),
                begin + record(Fcgi.PARAMS) + record(Fcgi.STDIN)):
            worker = site.fcgi()
            try:
                worker.socket.sendall(junk)
                worker.socket.shutdown(socket.SHUT_WR)
                worker.answer()
            except OSError:
                pass
            worker.close()


def lengths_that_libfcgi_cannot_add_cost_one_worker_at_most(site):
    """CVE-2025-23016, of which Debian's libfcgi aborts; only who may open
    the socket gets as far as that."""
    if "ASAN_OPTIONS" in os.environ:
        raise Skip("a sanitizer reports what libfcgi asks of malloc")
    worker = site.fcgi()
    worker.begin()
    worker.record(Fcgi.PARAMS, struct.pack(">II", 0xfffffffe, 0xfffffffe))
    try:
        worker.answer()
    except OSError:
        pass
    worker.close()
    for _ in range(20):
        assert Client(site.api_port).get(HEALTH).status == 200
    # Another has taken the place before the next test counts them.
    time.sleep(0.3)
    until(lambda: len(site.workers()) == 4, 2)


def odd_parameters_are_refused_or_ignored(site):
    def ask(params):
        worker = site.fcgi()
        worker.begin()
        worker.params(params)
        worker.record(Fcgi.STDIN)
        answer = told(worker.answer())
        worker.close()
        return answer
    good = request_params("GET", HEALTH)
    with unharmed(site):
        many = {f"HTTP_X_{n}": "x" for n in range(3000)}
        assert ask({**good, **many}).status == 200
        for large in ({"HTTP_X": "x" * 70000}, {"HTTP_COOKIE": "x" * 500000},
                      {f"N{n}": "x" * 100 for n in range(3000)}):
            answer = ask({**good, **large})
            assert answer.status == 400, answer
            assert answer.json["error"]["code"] == "MALFORMED_REQUEST"
        for missing in ("REQUEST_METHOD", "REQUEST_URI"):
            answer = ask({k: v for k, v in good.items() if k != missing})
            assert 400 <= answer.status < 500, (missing, answer)
        for missing in ("REQUEST_ID", "REMOTE_ADDR", "HTTP_HOST",
                        "QUERY_STRING"):
            answer = ask({k: v for k, v in good.items() if k != missing})
            assert answer.status == 200, (missing, answer)
        for method in ("", "get", "G" * 5000, "GET\r\nX: y", "\xff", "CONNECT",
                       "PROPFIND", "TRACE"):
            answer = ask({**good, "REQUEST_METHOD": method})
            assert answer.status == 405, (method[:20], answer)
        for uri in ("", "x", "*", "http://localhost/", "/\x01", "/%", "/%zz",
                    "/" + "x" * 9000, "/a\r\nX: y", "/api/v1/health#x"):
            answer = ask({**good, "REQUEST_URI": uri})
            assert 400 <= answer.status < 500, (uri[:20], answer)
            assert b"X: y" not in answer.body


def a_parameter_given_twice_counts_once(site):
    """The first one, as nginx 1.22 and CGI have it."""
    out = b""
    for name, value in (*request_params("GET", HEALTH).items(),
                        ("REQUEST_URI", PAGES), ("REQUEST_METHOD", "DELETE"),
                        ("HTTP_AUTHORIZATION", "Bearer x")):
        out += bytes([len(name), len(value)]) + name.encode() + value.encode()
    with unharmed(site):
        worker = site.fcgi()
        worker.begin()
        worker.record(Fcgi.PARAMS, out)
        worker.record(Fcgi.PARAMS)
        worker.record(Fcgi.STDIN)
        answer = told(worker.answer())
        assert answer.status == 200 and answer.json["status"] == "healthy"


# ---- many ----

def nine_hundred_wait_in_the_queue_and_all_are_answered(site):
    """Nobody is sent away while no worker can take a request."""
    get = (f"GET {HEALTH} HTTP/1.1\r\nHost: localhost\r\n"
           "Connection: close\r\n\r\n").encode()
    workers, waiting = site.workers(), []
    with unharmed(site):
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(900):
                s = socket.create_connection(("127.0.0.1", site.api_port), 15)
                s.sendall(get)
                waiting.append(s)
            time.sleep(0.5)
        finally:
            for pid in workers:
                os.kill(pid, signal.SIGCONT)
        heads = [receive_all(s).split(b"\r\n", 1)[0] for s in waiting]
        for s in waiting:
            s.close()
        wrong = [h for h in heads if h != b"HTTP/1.1 200 OK"]
        assert not wrong, (len(wrong), set(wrong))


# ---- time ----

def four_that_stall_cost_each_worker_ten_seconds_at_most(site):
    """Every worker is held by one; whoever comes next waits that long."""
    body = _page("stalled")
    before = _count(site)
    with unharmed(site):
        began, stalled = time.monotonic(), []
        for sent in (None, b"", body[:10], body[:-1]):
            worker = site.fcgi()
            if sent is not None:
                worker.begin()
                worker.params(request_params("POST", PAGES, b"", {
                    **JSON, **_bearer(site),
                    "CONTENT_LENGTH": str(len(body))}))
            if sent:
                worker.record(Fcgi.STDIN, sent)
            stalled.append(worker)
        time.sleep(0.3)
        waited = []

        def ask():
            assert Client(site.api_port).get(HEALTH).status == 200
            waited.append(time.monotonic() - began)
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(waited) == 4 and max(waited) < 11, waited
        for worker in stalled[1:]:
            answer = told(worker.answer())
            assert answer is None or answer.status == 400, answer
        for worker in stalled:
            worker.close()
    assert _count(site) == before


run(globals(), "--no-demo")
