#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Running the site: spawn/dev, nginx in front, the pools behind it."""
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time

from harness import DEV, Client, Load, receive_all, run, until

HEALTH = "/api/v1/health"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _ask(port, request):
    """Bytes as they are; the status, the headers in lower case, the body."""
    with socket.create_connection(("127.0.0.1", port), 15) as s:
        s.sendall(request)
        answer = http.client.HTTPResponse(s)
        answer.begin()
        headers = {k.lower(): v for k, v in answer.getheaders()}
        return answer.status, headers, answer.read()


def _envelope(answer, status, code):
    got, headers, body = answer
    assert got == status, answer
    error = json.loads(body)
    assert error["error"]["code"] == code, error
    assert error["success"] is False and error["error"]["message"]
    assert error["request_id"] == headers["x-request-id"], answer
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value, (name, answer)


def both_ports_say_that_the_site_is_healthy(site):
    for client in (site.spa, site.api):
        answer = client.get(HEALTH)
        assert answer.status == 200, answer
        assert answer.json["status"] == "healthy", answer
        assert answer.header("Content-Type").startswith("application/json")


def every_answer_has_a_request_id_of_nginx_own(site):
    seen = set()
    for client in (site.spa, site.api):
        for path in (HEALTH, "/nothing", "/docs", "/media/none.png"):
            answer = client.get(path, X_Request_ID="mine")
            number = answer.header("X-Request-ID")
            assert re.fullmatch("[0-9a-f]{32}", number), (path, answer)
            seen.add(number)
    assert len(seen) == 8


def every_location_sends_the_security_headers(site):
    with open(f"{site.state}/media/public/x.png", "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n")
    paths = ["/", "/en", HEALTH, "/api/v1/nothing", "/api/v1/auth/login",
             "/api/v1/public/pages", "/api/v1/content/media", "/docs",
             "/docs/nothing", "/media/x.png", "/media/none.png", "/admin",
             "/assets/none.js", "/openapi.json", "/robots.txt", "/%2e%2e",
             "/protected/x", "/-/400"]
    for client in (site.spa, site.api):
        for path in paths:
            answer = client.get(path)
            for name, value in HEADERS.items():
                assert answer.header(name) == value, (path, name, answer)
            policy = answer.header("Content-Security-Policy")
            assert "frame-ancestors 'none'" in policy, (path, answer)
            assert answer.header("Permissions-Policy"), (path, answer)
            assert answer.header("Server") == "nginx", (path, answer)


def media_files_come_from_nginx_and_may_do_nothing(site):
    for name, mime in (("a.webp", "image/webp"), ("a.avif", "image/avif"),
                       ("a.jpg", "image/jpeg"), ("a.pdf",
                       "application/pdf"), ("a.odd",
                       "application/octet-stream")):
        with open(f"{site.state}/media/public/{name}", "wb") as f:
            f.write(b"0123456789")
        answer = site.spa.get("/media/" + name, Range="bytes=2-4")
        assert (answer.status, answer.body) == (206, b"234"), answer
        assert answer.header("Content-Type") == mime, answer
        assert "sandbox" in answer.header("Content-Security-Policy")
        assert "immutable" in answer.header("Cache-Control")
    for path in ("/media/none.png", "/media/", "/docs/none/"):
        answer = site.spa.get(path)
        assert answer.status == 404 and answer.code == "NOT_FOUND", answer
        assert answer.header("Cache-Control") == "no-store", answer
    answer = site.spa.get("/media/a.jpg", Range="bytes=10-")
    assert answer.status == 416, answer
    assert answer.code == "RANGE_NOT_SATISFIABLE", answer
    assert answer.header("Content-Range") == "bytes */10", answer
    assert answer.header("X-Content-Type-Options") == "nosniff", answer
    assert site.spa.post("/media/a.jpg", b"x").code == "METHOD_NOT_ALLOWED"


def the_documentation_comes_from_local_files(site):
    for client in (site.spa, site.api):
        page = client.get("/docs")
        assert page.status == 200, page
        assert page.header("Content-Type") == "text/html; charset=utf-8"
        for path, mime in (("/docs/swagger-ui.css", "text/css"),
                           ("/docs/swagger-ui-bundle.js",
                            "text/javascript"),
                           ("/docs/docs.js", "text/javascript")):
            assert f'"{path}"' in page.text, page
            answer = client.get(path)
            assert answer.status == 200, path
            assert answer.header("Content-Type") == mime, answer.headers
        assert client.post("/docs", b"").code == "METHOD_NOT_ALLOWED"
    assert site.api.get("/openapi.json").json["openapi"] == "3.1.0"


def private_files_have_no_address(site):
    with open(f"{site.state}/media/private/secret.pdf", "wb") as f:
        f.write(b"secret")
    for path in ("/protected/secret.pdf", "/media/../private/secret.pdf",
                 "/media/..%2fprivate/secret.pdf", "/media../env",
                 "/media/%2e%2e/%2e%2e/env", "//protected/secret.pdf"):
        for port in (site.spa_port, site.api_port):
            request = (f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                       "Connection: close\r\n\r\n").encode()
            status, _, body = _ask(port, request)
            assert status in (400, 404) and b"secret" not in body, (path,
                                                                    body)


def what_nginx_refuses_has_the_envelope(site):
    get = "GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n"
    close = "Connection: close\r\n\r\n"
    for port in (site.spa_port, site.api_port):
        for request, status, code in (
                ("NONSENSE\r\n\r\n", 400, "MALFORMED_REQUEST"),
                ("GET /api HTTP/1.1\r\n\r\n", 400, "MALFORMED_REQUEST"),
                (get + "X: " + "x" * 9000 + "\r\n" + close, 400,
                 "MALFORMED_REQUEST"),
                (get + "Content-Length: none\r\n" + close, 400,
                 "MALFORMED_REQUEST"),
                (f"GET /api/v1/{'x' * 9000} HTTP/1.1\r\n\r\n", 414,
                 "URI_TOO_LONG"),
                ("POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                 "Content-Length: 9000000\r\n" + close, 413,
                 "PAYLOAD_TOO_LARGE"),
                ("POST /api/v1/content/media HTTP/1.1\r\nHost: localhost\r\n"
                 "Content-Length: 90000000\r\n" + close, 413,
                 "PAYLOAD_TOO_LARGE")):
            answer = _ask(port, request.encode())
            _envelope(answer, status, code)


def without_workers_everybody_is_told_to_come_again(site):
    path = site.socket_path()
    os.rename(path, path + ".away")
    try:
        for client in (site.spa, site.api):
            for answer in (client.get(HEALTH), client.post(
                    "/api/v1/content/media", b"x" * 1000000)):
                assert answer.status == 503, answer
                assert answer.code == "UNAVAILABLE", answer
                assert answer.header("Retry-After"), answer
        page = site.spa.get("/en/about")
        assert page.status == 503 and "<h1>503</h1>" in page.text, page
    finally:
        os.rename(path + ".away", path)
    assert site.api.get(HEALTH).status == 200


def trace_is_answered_by_the_worker(site):
    answer = site.api.request("TRACE", HEALTH)
    assert answer.code == "METHOD_NOT_ALLOWED", answer
    assert "GET" in answer.header("Allow"), answer


def an_error_of_nginx_speaks_the_language_of_the_caller(site):
    for language, word in (("de", "groß"), ("fr, de;q=0.5", "groß"),
                           ("en, de", "large"), ("", "large")):
        answer = _ask(site.api_port, (
            "POST /api/v1/pages HTTP/1.1\r\nHost: localhost\r\n"
            f"Accept-Language: {language}\r\nConnection: close\r\n"
            "Content-Length: 9000000\r\n\r\n").encode())
        assert word in answer[2].decode(), (language, answer)


def an_unknown_host_is_refused(site):
    for port in (site.spa_port, site.api_port):
        for host, status in (("localhost", 200), ("127.0.0.1:1", 200),
                             ("localhost:99", 200), ("evil.example", 421),
                             ("localhost.evil.example", 421)):
            answer = Client(port).get(HEALTH, Host=host)
            assert answer.status == status, (host, answer)
            if status == 421:
                assert answer.json["success"] is False, answer


def metrics_stand_behind_a_socket_only(site):
    for client in (site.spa, site.api):
        for path in ("/metrics", "/api/v1/metrics"):
            assert client.get(path).status == 404
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(site.state + "/metrics.sock")
        s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert s.recv(100).split()[1] == b"200"


def detailed_health_can_be_asked_for_where_the_metrics_are(site):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(site.state + "/metrics.sock")
        s.sendall(b"GET /api/v1/health/detailed HTTP/1.0\r\n\r\n")
        head, _, body = receive_all(s).partition(b"\r\n\r\n")
    assert head.split()[1] == b"200", head
    assert "free_mb" in json.loads(body)["services"]["filesystem"], body


def hashing_passwords_comes_after_reading(site):
    def niceness(pid):
        return os.getpriority(os.PRIO_PROCESS, pid)
    for pid in site.workers("auth"):
        assert niceness(pid) >= niceness(site.workers()[0]) + 10, pid
    # Whoever replaces a dead worker must not wait for readers.
    assert niceness(site.pid("auth")) == niceness(site.pid("app"))


def _lasting(site):
    """Without those that the jobs process starts: they come and go."""
    lasting = []
    for pid, line in site.processes():
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                parent = int(f.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent != site.pid("jobs"):
            lasting.append((pid, line))
    return lasting


def a_second_start_gives_the_addresses_and_changes_nothing(site):
    before = _lasting(site)
    done = site.dev("--detach", *site.options)
    assert f"http://localhost:{site.spa_port}\n" in done.stdout
    assert f"http://localhost:{site.api_port}/docs\n" in done.stdout
    assert _lasting(site) == before
    assert f"localhost:{site.api_port}" in site.dev("status").stdout


def what_is_left_running_holds_nothing_of_the_caller(site):
    ours = {os.readlink(f"/proc/self/fd/{n}") for n in (0, 1, 2)}
    for pid, line in site.processes():
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{fd}")
            except OSError:
                continue
            if target != "/dev/null":
                assert target not in ours, (line, fd, target)
            if int(fd) < 3:
                assert re.match(r"/dev/null|socket:|" + site.state,
                                target), (line, fd, target)


def the_folder_of_the_site_is_for_its_owner_only(site):
    assert os.stat(site.state).st_mode & 0o777 == 0o700
    assert os.stat(site.state + "/env").st_mode & 0o777 == 0o600
    assert len(site.env["SECRET_KEY"]) >= 32
    for name in ("STATE_DIR", "DATABASE_URL", "UPLOAD_DIR", "BACKUP_DIR"):
        assert site.env[name].startswith(site.state), site.env


def a_killed_worker_is_replaced_within_a_second_however_often(site):
    for _ in range(6):
        before = site.workers()
        assert len(before) == 4
        for pid in before[:3]:
            site.kill(pid)
        until(lambda b=before: len(site.workers()) == 4 and
              not set(b[:3]) & set(site.workers()), 1)
        assert site.api.get(HEALTH).status == 200


def a_killed_multiwatch_is_replaced_and_the_queue_outlives_it(site):
    for pool in ("app", "auth"):
        old = site.pid(pool)
        with Load(site.api_port, HEALTH, clients=2) as load:
            time.sleep(0.2)
            site.kill(old)
            until(lambda p=pool, o=old: site.pid(p) != o and
                  site.workers(p), 3)
            time.sleep(0.3)
        assert len(load.failures()) <= 2, load.failures()
        until(lambda: len(site.workers()) == 4, 2)


def a_killed_nginx_is_replaced(site):
    old = site.pid("nginx")
    site.kill(old)
    until(lambda: site.pid("nginx") != old, 5)
    until(lambda: _healthy(site), 5)


def _healthy(site):
    try:
        return Client(site.api_port).get(HEALTH).status == 200
    except OSError:
        return False


def a_reload_under_load_loses_no_request(site):
    before = site.workers() + site.workers("auth")
    with Load(site.api_port, HEALTH, clients=8) as load:
        time.sleep(0.3)
        site.dev("reload")
        time.sleep(0.3)
    assert not load.failures(), load.failures()[:5]
    assert len(load.statuses) > 100
    after = site.workers() + site.workers("auth")
    assert len(after) == len(before) and not set(before) & set(after)


def many_reloads_one_after_another_keep_all_workers(site):
    for _ in range(8):
        os.kill(site.pid("app"), signal.SIGUSR2)
        time.sleep(0.1)
    until(lambda: len(site.workers()) == 4, 2)
    assert site.api.get(HEALTH).status == 200


def _lines(site, log, answer):
    """What a log has of the request that got this answer."""
    number = answer.header("X-Request-ID")
    until(lambda: number in site.log(log))
    return [json.loads(line) for line in site.log(log).splitlines()
            if number in line]


def a_request_leaves_one_line_with_these_keys_and_none_of_what_it_said(site):
    secret = "xyzzy-plugh"
    admin = site.admin()
    me = admin.get("/api/v1/auth/me").data["id"]
    search = "/api/v1/public/search"
    asked = [(client.request(method, path, body), client, method, path, *more)
             for client, method, path, body, *more in (
            (site.spa, "GET", f"{search}?q={secret}&type=page", None, "app",
             search, 0, 200),
            (site.spa, "HEAD", f"{search}?q={secret}", None, "app", search,
             0, 200),
            (site.spa, "GET", f"/en/search?q={secret}", None, "app",
             "/{lang}/search", 0, 200),
            (admin, "GET", f"/api/v1/admin/users?search={secret}", None,
             "auth", "/api/v1/admin/users", me, 200),
            (site.api, "POST", f"/api/v1/auth/login?token={secret}",
             {"email": secret + "@example.org", "password": secret}, "auth",
             "/api/v1/auth/login", 0, 422),
            (site.api, "GET", f"/api/v1/{secret}?{secret}", None, "app", "",
             0, 404))]
    for answer, client, method, path, pool, route, user, status in asked:
        assert answer.status == status, answer
        line, = _lines(site, pool, answer)
        assert set(line) == {
            "time", "level", "pid", "event", "request_id", "method", "route",
            "status", "duration_us", "user_id", "bytes"}, line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["time"])
        assert line["level"] == "info" and line["event"] == "request", line
        assert line["pid"] in site.workers(pool), line
        assert line["method"] == (method if route else ""), line
        assert line["route"] == route and line["status"] == status, line
        assert 0 < line["duration_us"] < 30e6, line
        assert line["user_id"] == user, line
        assert line["bytes"] == len(answer.body), line
        line, = _lines(site, "access", answer)
        assert set(line) == {
            "time", "level", "request_id", "server", "address", "method",
            "path", "status", "bytes", "duration_s", "worker_s",
            "pool"}, line
        assert line["path"] == path.partition("?")[0], line
        assert line["method"] == method and line["status"] == status, line
        assert line["bytes"] == len(answer.body), line
        assert line["server"] == ("app" if client is site.spa else "api")
        assert line["pool"] == f"unix:{site.socket_path(pool)}", line
        assert line["address"] == "127.0.0.0", line
    logs = site.logs().replace(f'"path":"/api/v1/{secret}"', "")
    assert secret not in logs and admin.token not in logs


def logs_shows_the_end_of_each_log_and_ends(site):
    """Without a terminal: a headline a file, its last 40 lines behind it."""
    ids = [site.api.get(f"/api/v1/nothing/{n}").header("X-Request-ID")
           for n in range(60)]
    # nginx keeps its lines for a second.
    until(lambda: ids[-1] in site.log("access") and
          ids[-1] in site.log("app"))
    done = site.dev("logs", timeout=20)
    parts = re.split(r"^==> (.*) <==\n", done.stdout, flags=re.M)
    assert parts[0] == "" and done.stderr == "", done
    shown = dict(zip(parts[1::2], parts[2::2]))
    assert sorted(shown) == sorted(
        f"{site.state}/logs/{name}" for name in
        os.listdir(f"{site.state}/logs") if name.endswith(".log")), shown
    assert {"app.log", "auth.log", "jobs.log", "access.log",
            "nginx.log"} <= set(map(os.path.basename, shown)), shown
    for name in ("app", "access"):
        lines = shown[f"{site.state}/logs/{name}.log"].strip().split("\n")
        assert len(lines) == 40, (name, lines)
        assert set(lines) <= set(site.log(name).splitlines()[-60:]), name
        found = {json.loads(line).get("request_id") for line in lines}
        assert len(found & set(ids[-40:])) > 20, (name, found)


def on_a_terminal_logs_goes_on_until_it_is_interrupted(site):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [DEV, "logs", "--state", site.state], env=site.environ,
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
        start_new_session=True)
    os.close(theirs)
    os.set_blocking(ours, False)
    told = b""

    def says(what):
        nonlocal told
        with contextlib.suppress(BlockingIOError):
            told += os.read(ours, 65536)
        return what in told

    try:
        until(lambda: says(b"nginx.log <=="))
        number = site.api.get(HEALTH).header("X-Request-ID").encode()
        until(lambda: says(b'"event":"request","request_id":"' + number))
        until(lambda: says(b'"level":"info","request_id":"' + number))
        assert process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(10) == -signal.SIGINT
        os.close(ours)


def logs_of_a_site_that_is_not_there_are_refused(site):
    done = subprocess.run(
        [DEV, "logs", "--state", site.dir + "/nowhere"], check=False,
        env=site.environ, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and not done.stdout, done
    assert site.dir + "/nowhere" in done.stderr, done
    assert not os.path.exists(site.dir + "/nowhere")


def a_token_in_an_address_reaches_no_log(site):
    secret = "Zq7secretZq7secretZq7.secretsecretsecret"
    paths = (f"/api/v1/public/bookings/VLT-1?token={secret}",
             f"/api/v1/public/pages/preview/{secret}",
             f"/api/v1/public/downloads/{secret}?x=1",
             f"/en/preview/{secret}", f"/x/{secret}", f"/?token={secret}")
    for path in paths:
        site.spa.get(path, Referer="http://localhost/?token=" + secret)
    # The worker stopped, nginx has something to complain of.
    for pid in site.workers():
        os.kill(pid, signal.SIGSTOP)
    try:
        slow = [subprocess.Popen(
            ["curl", "-sm1", f"http://localhost:{site.spa_port}{p}"],
            stdout=subprocess.DEVNULL) for p in paths]
        for process in slow:
            process.wait()
    finally:
        for pid in site.workers():
            os.kill(pid, signal.SIGKILL)
    until(lambda: _healthy(site))
    logs = site.logs()
    assert "/api/v1/public/downloads/***" in logs, logs[-3000:]
    assert "secretsecret" not in logs


def a_taken_port_is_named_before_anything_starts(site):
    state = site.dir + "/other"
    done = subprocess.run(
        [DEV, "--state", state, "--spa-port", str(site.spa_port),
         "--api-port", "1", "--no-install", "--detach"], check=False,
        env=site.environ, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True)
    assert done.returncode == 1
    assert f"port {site.spa_port} is taken" in done.stderr, done.stderr


def wrong_use_is_status_two(site):
    for arguments in (["--sate", "x"], ["go"], ["stop", "status"],
                      ["--workers"]):
        done = subprocess.run([DEV, *arguments], check=False,
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and "usage:" in done.stderr, arguments


def stop_leaves_nothing_and_start_brings_it_back(site):
    site.dev("stop")
    assert not site.processes(), site.processes()
    left = [n for n in os.listdir(site.state) if n.endswith(".sock")]
    assert not left and not os.listdir(site.state + "/run"), left
    assert site.dev("status", check=False).returncode == 1
    site.dev("stop")
    key = site.env["SECRET_KEY"]
    site.start()
    assert site.env["SECRET_KEY"] == key
    assert site.api.get(HEALTH).status == 200


run(globals())
