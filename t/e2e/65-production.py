#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""nginx in production: each location of the configuration that magnetiq-nginx
writes, over TLS and HTTP/2; certificates of both kinds; what is refused; what
bad settings and bad certificates do to a site that serves."""
import contextlib
import glob
import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import time

from harness import Client, Response, exact, multipart, receive_all, run, until
from locations import locations
from production import HOST, Asking, Production

PAGES = "/api/v1/content/pages"
MEDIA = "/api/v1/content/media"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d"
    "49444154789c63606060f80f0001040100d9e4a0a50000000049454e44ae426082")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML, JSON = "text/html; charset=utf-8", "application/json"
IMMUTABLE = "public, max-age=31536000, immutable"
NO_STORE, FRESH = "no-store", "public, max-age=0, must-revalidate"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Who may load what: nobody anything; the worker's pages, which name the site;
# the panel and its parts; the documentation; what somebody uploaded.
NOTHING = "default-src 'none'; frame-ancestors 'none'"
PAGE = ("default-src 'none'; script-src 'self'{0}; style-src 'self'{0}; "
        "img-src 'self'{0} https: data:; media-src 'self'{0} https:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'self'{0}; frame-ancestors 'none'"
        ).format(" https://" + HOST)
PANEL = ("default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
DOCS = ("default-src 'none'; script-src 'self'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'")
FILE = ("default-src 'none'; style-src 'unsafe-inline'; sandbox; "
        "frame-ancestors 'none'")


def _ready(site):
    """A site with certificates, files and something to read; once."""
    if site.nginx is None:
        site.certificates()
        site.configure()
        site.start_nginx()
        spa = site.prefix + "/share/magnetiq/spa"
        for path, text in (("admin/index.html", "<!doctype html>panel"),
                           ("assets/panel-1a2b.js", "go()"),
                           ("assets/panel-1a2b.css", "p{}"),
                           ("assets/logo-3c.svg", "<svg/>")):
            os.makedirs(os.path.dirname(f"{spa}/{path}"), exist_ok=True)
            with open(f"{spa}/{path}", "w", encoding="utf-8") as f:
                f.write(text)
        os.makedirs(os.path.dirname(site.dir + "/acme" + PROOF))
        with open(site.dir + "/acme" + PROOF, "w", encoding="utf-8") as f:
            f.write("proof")
        admin = site.admin()
        site.page = admin.post(PAGES, {
            "title": {"en": "Steel", "de": "Stahl"}, "status": "published",
            "slug": "steel"}).data
        site.png = admin.upload(MEDIA, PNG, "dot.png",
                                visibility="public").data
        file = admin.upload(MEDIA, PDF, "law.pdf").data
        site.paper = admin.post("/api/v1/business/whitepapers", {
            "title": {"en": "Law", "de": "Recht"}, "status": "published",
            "file_id": file["id"]}).data
    return site


def _whole(answer, kind, kept, status=None, tls=True):
    """An answer, which is returned, has each of our headers, once."""
    assert status is None or answer.status == status, answer
    for name in (*ALWAYS, "X-Request-ID", "Referrer-Policy",
                 "Content-Security-Policy", "Permissions-Policy"):
        found = [v for k, v in answer.headers if k.lower() == name.lower()]
        if name == "Strict-Transport-Security" and not tls:
            assert not found, answer
            continue
        assert len(found) == 1, (name, answer)
        assert found[0] == ALWAYS.get(name, found[0]), (name, answer)
    assert answer.header("Server") == "nginx", answer
    policy = answer.header("Content-Security-Policy")
    assert "default-src" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe" not in policy, policy
    if kind is not None:
        assert answer.header("Content-Type") == kind, answer
    assert answer.header("Cache-Control") == kept, answer
    return answer


def _get(path, **headers):
    return lambda to: to.get(path, **headers)


def _post(path, body=None):
    return lambda to: to.post(path, body if body is not None else {})


def _signed(path):
    return lambda to: to.site.http2(token=to.site.admin().token).get(path)


def _media(to):
    return to.get(to.site.png["url"].split(HOST, 1)[-1])


def _published(to):
    return _signed(f"{MEDIA}/{to.site.png['id']}/file")(to)


def _paper(**headers):
    """The file behind a signed link."""
    return lambda to: to.get(_link(to.site), **headers)


def _too_long(to):
    """Whoever sends as much by HTTP/2 is hung up on, so by HTTP/1.1."""
    return to.site.tls().get("/" + "x" * 9000)


def _too_often(to):
    with _limited(to.site):
        return [to.post("/api/v1/auth/login", {
            "email": "nobody@example.org", "password": "wrong one"})
            for _ in range(6)][-1]


def _absent(path, **headers):
    """What is said while there are no workers."""
    def ask(to):
        with _without_workers(to.site):
            return to.get(path, **headers)
    return ask


def _asleep(to):
    """What is said when a worker does not answer, if nobody had to wait a
    minute for it."""
    site = to.site
    path = site.etc + "/nginx/fastcgi.conf"
    with open(path, encoding="utf-8") as f:
        text = f.read()
    assert "fastcgi_read_timeout 60s;" in text
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("fastcgi_read_timeout 60s;",
                             "fastcgi_read_timeout 1s;"))
    site.reloaded(lambda: site.nginx.send_signal(signal.SIGHUP))
    workers = site.workers()
    for worker in workers:
        site.kill(worker, signal.SIGSTOP)
    try:
        return to.get("/api/v1/health")
    finally:
        for worker in workers:
            site.kill(worker, signal.SIGCONT)
        site.reloaded(site.configure)


@contextlib.contextmanager
def _limited(site, **more):
    site.write_settings(RATE_LIMITS="on", **more)
    try:
        site.reloaded(site.configure)
        yield
    finally:
        site.write_settings()
        site.reloaded(site.configure)


@contextlib.contextmanager
def _without_workers(site):
    """nginx finds nobody behind the sockets."""
    run = site.root + site.configured("runstatedir") + "/magnetiq"
    os.rename(run, run + ".away")
    try:
        yield
    finally:
        os.rename(run + ".away", run)


# The site, location by location.  Which server (its scheme and the name that
# is asked for, "other" for one that is not ours, "all" for what each server
# has), which location; how it is asked for; and the answer: status, type, how
# long it is kept, what it may load.
LOGIN = "/api/v1/auth/login"
BUSINESS = "/api/v1/business"
PERSON = {"first_name": "Ada", "last_name": "L", "email": "a@example.org",
          "privacy_consent": True}
PROOF = "/.well-known/acme-challenge/tok-en_1"
ACME = "^~ /.well-known/acme-challenge/"
TEXT = "text/plain"
LOCATIONS = {
    ("site", "/"): (_get("/en/steel"), 200, HTML, FRESH, PAGE),
    ("site", "/api/"): (_get("/api/v1/health"), 200, JSON, NO_STORE, NOTHING),
    ("site", "/api/v1/auth/"): (
        _signed("/api/v1/auth/me"), 200, JSON, NO_STORE, NOTHING),
    ("site", "/api/v1/public/"): (
        _get("/api/v1/public/pages"), 200, JSON, FRESH, NOTHING),
    ("site", "= /api"): (_get("/api"), 404, JSON, NO_STORE, NOTHING),
    ("site", "= /api/v1/auth"): (
        _get("/api/v1/auth"), 404, JSON, NO_STORE, NOTHING),
    ("site", "= /api/v1/public"): (
        _get("/api/v1/public"), 404, JSON, NO_STORE, NOTHING),
    ("site", "= /admin/invitation"): (
        _post("/admin/invitation"), 415, HTML, NO_STORE, PAGE),
    ("site", "= /admin/reset-password"): (
        _post("/admin/reset-password"), 415, HTML, NO_STORE, PAGE),
    ("site", "= /api/v1/admin/users"): (
        _post("/api/v1/admin/users"), 401, JSON, NO_STORE, NOTHING),
    ("site", "= /api/v1/auth/change-password"): (
        _post("/api/v1/auth/change-password"), 401, JSON, NO_STORE, NOTHING),
    ("site", "= " + LOGIN): (_post(LOGIN), 422, JSON, NO_STORE, NOTHING),
    ("site", "= /api/v1/auth/register"): (
        _post("/api/v1/auth/register"), 401, JSON, NO_STORE, NOTHING),
    ("site", "= /api/v1/auth/reset-password"): (
        _post("/api/v1/auth/reset-password"), 422, JSON, NO_STORE, NOTHING),
    ("site", "= /docs"): (_get("/docs"), 200, HTML, None, DOCS),
    ("site", "^~ /docs/"): (
        _get("/docs/docs.js"), 200, "text/javascript", None, DOCS),
    ("site", "= /openapi.json"): (
        _get("/openapi.json"), 200, JSON, FRESH, NOTHING),
    ("site", "^~ /admin"): (
        _get("/admin/pages/7"), 200, "text/html", "no-cache", PANEL),
    ("site", "^~ /assets/"): (
        _get("/assets/panel-1a2b.js"), 200, "text/javascript", IMMUTABLE,
        PANEL),
    ("site", "^~ /media/"): (
        _media, 200, "image/png", IMMUTABLE, FILE),
    ("site", "^~ /protected/"): (
        _paper(), 200, "application/pdf", NO_STORE, FILE),
    ("site", "^~ /published/"): (
        _published, 200, "image/png", NO_STORE, FILE),
    ("site", "~ ^/api/v1/business/(webinars/[^/]+/registrations|leads)$"): (
        _post(BUSINESS + "/leads"), 401, JSON, NO_STORE, NOTHING),
    ("site", "~ ^/api/v1/business/webinars/[^/]+/register$"): (
        _post(BUSINESS + "/webinars/none/register", PERSON), 404, JSON,
        NO_STORE, NOTHING),
    ("site", "~ ^/api/v1/business/whitepapers/[^/]+/download$"): (
        _post(BUSINESS + "/whitepapers/none/download", PERSON), 404, JSON,
        NO_STORE, NOTHING),
    ("site", "~ ^/api/v1/content/media(/|$)"): (
        _signed(MEDIA), 200, JSON, NO_STORE, NOTHING),
    ("site", ACME): (_get(PROOF), 200, TEXT, NO_STORE, NOTHING),
    ("site", "@site404"): (
        _get("/assets/none.js"), 404, HTML, NO_STORE, PANEL),
    ("site", "@site503"): (
        _absent("/en/steel"), 503, HTML, NO_STORE, NOTHING),
    ("all", "= /-/400"): (
        lambda to: to.request("GET", "/", None, {"Host": ""}), 400, JSON,
        NO_STORE, NOTHING),
    ("all", "= /-/404"): (_get("/docs/none"), 404, JSON, NO_STORE, NOTHING),
    ("all", "= /-/405"): (_post("/docs"), 405, JSON, NO_STORE, NOTHING),
    ("all", "= /-/413"): (
        _post(PAGES, b"x" * (400 << 10)), 413, JSON, NO_STORE, NOTHING),
    ("all", "= /-/414"): (_too_long, 414, JSON, NO_STORE, NOTHING),
    ("all", "= /-/416"): (
        _paper(Range="bytes=999-"), 416, JSON, NO_STORE, FILE),
    ("all", "= /-/421"): (
        _get("/en/steel", Host="evil.example"), 421, JSON, NO_STORE, NOTHING),
    ("all", "= /-/429"): (_too_often, 429, JSON, NO_STORE, NOTHING),
    ("all", "= /-/503"): (
        _absent("/api/v1/health"), 503, JSON, NO_STORE, NOTHING),
    ("all", "= /-/504"): (_asleep, 504, JSON, NO_STORE, NOTHING),
    ("all", "@worker"): (
        lambda to: to.request("TRACE", "/api/v1/health"), 405, JSON,
        NO_STORE, NOTHING),
    ("alias", "/"): (_get("/de/x?y=1"), 301, "text/html", None, NOTHING),
    ("alias", ACME): (_get(PROOF), 200, TEXT, NO_STORE, NOTHING),
    ("other", "/"): (
        _get("/en/steel", Host="evil.example"), 421, JSON, NO_STORE, NOTHING),
    ("plain", "/"): (
        _get("/de/x?y=1", Host=HOST), 301, "text/html", None, NOTHING),
    ("plain", ACME): (
        _get(PROOF, Host=HOST), 200, TEXT, NO_STORE, NOTHING),
    ("plain other", "/"): (
        _get("/", Host="evil.example"), 421, JSON, NO_STORE, NOTHING),
    ("numbers", "/"): (_get("/en/steel"), 404, JSON, NO_STORE, NOTHING),
    ("numbers", "= /healthz"): (_get("/healthz"), 200, TEXT, None, NOTHING),
    ("numbers", "~ ^/(metrics|api/v1/health(/detailed)?)$"): (
        _get("/api/v1/health"), 200, JSON, NO_STORE, NOTHING),
}


def _there(site):
    """Which locations nginx says there are, with the names of the table."""
    names = {(site.https_port, HOST): "site",
             (site.https_port, "example.org"): "alias",
             (site.https_port, ""): "other",
             (site.http_port, HOST): "plain",
             (site.http_port, ""): "plain other",
             (site.metrics_port, ""): "numbers"}
    by_server = {name: set() for name in names.values()}
    for port, name, location in locations(site.etc + "/nginx.conf"):
        by_server[names[port, name]].add(location)
    shared = set.intersection(*by_server.values()) - {"/"}
    return {("all", location) for location in shared} | {
        (name, location) for name, found in by_server.items()
        for location in found - shared}


def each_location_that_nginx_has_answers_over_http_2_as_its_row_says(site):
    _ready(site)
    there = _there(site)
    assert there == set(LOCATIONS), there ^ set(LOCATIONS)
    clients = {"alias": site.http2("example.org"), "plain": site.plain(),
               "plain other": site.plain(),
               "numbers": Client(site.metrics_port)}
    wrong = []
    for (server, location), (ask, *row) in LOCATIONS.items():
        answer = ask(clients.get(server, site.http2()))
        try:
            status, kind, kept, policy = row
            _whole(answer, kind, kept, status,
                   tls=server not in ("plain", "plain other", "numbers"))
            assert answer.header("Content-Security-Policy") == policy, answer
        except AssertionError as e:
            wrong.append(f"{server}, {location}: {e}")
    assert not wrong, "\n".join(wrong)


def pages_that_people_miss_are_counted_from_the_log_that_nginx_writes(site):
    assert _ready(site).tls().get("/en/not-yet-written").status == 404
    until(lambda: site.rows(
        "SELECT hits FROM not_found_log WHERE path = '/en/not-yet-written'"),
        40, "nobody counted")


def every_door_that_hashes_goes_to_its_pool(site):
    tls = _ready(site).tls()
    with open(site.etc + "/nginx/auth-routes.conf", encoding="utf-8") as f:
        doors = re.findall(r"^location (.*?) \{", f.read(), re.M)
    assert "= " + LOGIN in doors, doors
    for door in doors:
        path = door.split(" ", 1)[1].replace("[^/]+", "1").strip("^$")
        answer = tls.post(path, {})
        assert 400 <= answer.status < 429, answer
        _whole(answer, JSON if path.startswith("/api/") else HTML, NO_STORE)
        routed = [json.loads(line) for line in site.log("auth").splitlines()
                  if answer.header("X-Request-ID") in line]
        assert routed, door


def a_table_may_be_larger_than_other_bodies(site):
    tls = _ready(site).tls()
    path = "/api/v1/business/webinars/1/registrations"
    for size, status in ((1024 * 1024, 401), (5 * 1024 * 1024, 413)):
        answer = tls.request("POST", path, b"," * size,
                             {"Content-Type": "text/csv"})
        _whole(answer, JSON, NO_STORE, status)


def files_are_kept_for_ever_where_their_names_change(site):
    tls = _ready(site).tls()
    path = site.png["url"].split(HOST, 1)[-1]
    answer = _whole(tls.get(path), "image/png", IMMUTABLE, 200)
    assert "sandbox" in answer.header("Content-Security-Policy")
    _whole(tls.get("/media/none.png"), JSON, NO_STORE, 404)
    for name, kind in (("panel-1a2b.js", "text/javascript; charset=utf-8"),
                       ("panel-1a2b.css", "text/css; charset=utf-8"),
                       ("logo-3c.svg", "image/svg+xml")):
        answer = tls.get("/assets/" + name)
        assert answer.header("Content-Type").split(";")[0] == \
            kind.split(";")[0], answer
        _whole(answer, None, IMMUTABLE, 200)
    _whole(tls.get("/assets/none.js"), HTML, NO_STORE, 404)
    for path in ("/admin/", "/admin/pages/7"):
        answer = tls.get(path)
        assert answer.text == "<!doctype html>panel", answer
        _whole(answer, None, "no-cache", 200)


def gated_files_come_only_by_their_doors(site):
    """Whoever guesses the name on the disk learns nothing; whoever has a
    signed link gets the file, or a part of it."""
    tls = _ready(site).tls()
    private = [os.path.relpath(p, site.env["UPLOAD_DIR"] + "/private")
               for p in glob.glob(site.env["UPLOAD_DIR"] + "/private/**",
                                  recursive=True) if os.path.isfile(p)]
    assert private
    for path in [folder + p for p in private for folder in (
            "/protected/", "/published/", "/media/../private/",
            "/media/%2e%2e/private/", "/media../private/")]:
        answer = tls.get(path)
        assert answer.status in (400, 404) and PDF not in answer.body, answer
        _whole(answer, None, answer.header("Cache-Control"))
    path = _link(site)
    assert tls.get(path).body == PDF
    part = tls.get(path, Range="bytes=5-9")
    assert part.status == 206 and part.body == PDF[5:10], part
    by_number = site.tls(token=site.admin().token).get(
        f"{MEDIA}/{site.png['id']}/file")
    assert by_number.status == 200 and by_number.body == PNG, by_number


def _link(site):
    """Where the paper is, for somebody who has asked for it."""
    done = site.tls().post(f"{BUSINESS}/whitepapers/{site.paper['id']}"
                           "/download", PERSON)
    assert done.status == 201, done
    cookie = done.header("Set-Cookie")
    for word in ("HttpOnly", "SameSite=Lax", "Secure"):
        assert word in cookie, cookie
    url = done.data["download_url"]
    assert url.startswith(f"https://{HOST}/"), url
    return url.split(HOST, 1)[1]


def answer_kept(answer):
    """What an answer says of being kept."""
    return answer.header("Cache-Control")


def what_nginx_itself_refuses_is_said_as_everything_is(site):
    tls = _ready(site).tls()
    _whole(_by_hand(site, b"GET / HTTP/1.1\r\n\r\n"), JSON, NO_STORE, 400)
    answer = tls.get("/en/none", Accept="text/html")
    _whole(answer, HTML, "no-store", 404)
    answer = tls.get("/assets/none.js", Accept_Language="de")
    _whole(answer, HTML, answer_kept(answer), 404)
    assert 'lang="de"' in answer.text, answer.text


def _by_hand(site, request):
    """Bytes through TLS, and what is answered."""
    with socket.create_connection(("127.0.0.1", site.https_port), 10) as s:
        with site.tls().context().wrap_socket(s, server_hostname=HOST) as t:
            t.sendall(request)
            out = receive_all(t)
    head, _, body = out.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return Response(int(lines[0].split(" ")[1]), "",
                    [tuple(h.split(": ", 1)) for h in lines[1:]], body)


def a_host_that_is_not_ours_is_told_nothing(site):
    _ready(site)
    for name in ("evil.example", "www.example.org.evil.example"):
        try:
            site.tls(name, check_hostname=False).get("/")
            raise AssertionError("it shook hands as " + name)
        except ssl.SSLError as e:
            assert "UNRECOGNIZED_NAME" in str(e).upper(), e
        # The name of ours for the handshake, another one behind it.
        answer = site.tls().get("/en/steel", Host=name)
        _whole(answer, JSON, NO_STORE, 421)
        answer = site.plain().get("/", Host=name)
        assert answer.status == 421 and answer.code == "MISDIRECTED_REQUEST"


def all_other_ways_lead_to_the_one(site):
    _ready(site)
    for host in (HOST, "example.org"):
        answer = site.plain().get("/de/x?y=1", Host=host)
        assert answer.status == 301, answer
        assert answer.header("Location") == f"https://{HOST}/de/x?y=1"
        assert answer.header("Strict-Transport-Security") is None, answer
        assert answer.header("Content-Security-Policy"), answer
    answer = site.tls("example.org").get("/de/x?y=1")
    _whole(answer, "text/html", None, 301)
    assert answer.header("Location") == f"https://{HOST}/de/x?y=1"
    # A line break in the address does not become one in the answer.
    for path in (b"/x%0d%0aSet-Cookie:%20a=b", b"//evil.example/"):
        answer = exact(site.http_port, b"GET " + path + b" HTTP/1.1\r\nHost: "
                       + HOST.encode() + b"\r\nConnection: close\r\n\r\n")
        assert answer.status == 301 and not answer.header("Set-Cookie")
        assert answer.header("Location").startswith(f"https://{HOST}/")


def what_an_authority_asks_for_is_there_without_tls(site):
    _ready(site)
    path = os.path.dirname(PROOF) + "/"
    for host in (HOST, "example.org"):
        answer = site.plain().get(PROOF, Host=host)
        assert answer.status == 200 and answer.text == "proof", answer
        assert site.plain().get(path + "none", Host=host).status == 404
        assert site.plain().get(path, Host=host).status == 404


def certificates_of_both_kinds_are_shown(site):
    """What each client knows best: 1.3 and 1.2, by ECDSA and by RSA."""
    _ready(site)
    v12 = {"maximum_version": ssl.TLSVersion.TLSv1_2}
    for tls, version, cipher in (
            ({}, "TLSv1.3", "TLS_"),
            ({**v12, "ciphers": "ECDHE+ECDSA"}, "TLSv1.2", "ECDHE-ECDSA-"),
            ({**v12, "ciphers": "ECDHE+aRSA"}, "TLSv1.2", "ECDHE-RSA-")):
        client = site.tls(**tls)
        assert client.get("/api/v1/health").status == 200
        assert client.spoken.version() == version
        assert client.spoken.cipher()[0].startswith(cipher), tls
    for tls in ({"ciphers": "AES256-SHA:@SECLEVEL=0"},
                {"ciphers": "ECDHE-RSA-AES128-SHA:@SECLEVEL=0"},
                {"ciphers": "DEFAULT:@SECLEVEL=0",
                 "minimum_version": ssl.TLSVersion.TLSv1,
                 "maximum_version": ssl.TLSVersion.TLSv1_1}):
        tls.setdefault("maximum_version", ssl.TLSVersion.TLSv1_2)
        try:
            site.tls(**tls).get("/api/v1/health")
            raise AssertionError(f"{tls} was taken")
        except ssl.SSLError:
            pass


def the_end_of_the_certificate_that_is_shown_is_told(site):
    _ready(site)
    system = "/api/v1/admin/system-health"
    assert site.admin().post("/api/v1/admin/jobs/watch/run").status == 202
    told = until(lambda: site.admin().get(system).data["certificate"], 30)
    end = ssl.cert_time_to_seconds(site.tls().shown()["notAfter"])
    assert told["expires_at"] == time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                               time.gmtime(end)), told
    assert told["days_left"] == (end - time.time()) // 86400 == 9, told


def http_2_is_spoken(site):
    _ready(site)
    client = site.tls(protocols=["h2", "http/1.1"])
    client.connect()
    assert client.spoken.selected_alpn_protocol() == "h2"
    client.spoken.close()
    client = site.tls(protocols=["http/1.1"])
    assert client.get("/api/v1/health").status == 200
    assert client.spoken.selected_alpn_protocol() == "http/1.1"


def a_connection_is_kept_between_two_requests(site):
    client = _ready(site).tls()
    assert client.get("/api/v1/health").status == 200
    kept = client.connection.sock
    for path in ("/en/steel", "/assets/panel-1a2b.js", "/docs/none"):
        client.get(path)
        assert client.connection.sock is kept, path


def numbers_are_for_this_machine(site):
    _ready(site)
    here = Client(site.metrics_port)
    answer = here.get("/metrics")
    assert answer.status == 200 and "magnetiq_requests_total" in answer.text
    assert "free_mb" in here.get("/api/v1/health/detailed").text
    assert here.get("/api/v1/health").status == 200
    assert here.get("/en/steel").status == 404
    for path in ("/metrics", "/api/v1/metrics"):
        answer = site.tls().get(path)
        assert answer.status == 404 and "magnetiq_" not in answer.text, answer
    assert "free_mb" not in site.tls().get("/api/v1/health/detailed").text
    # Only the loopback address listens.
    for line in open("/proc/net/tcp", encoding="ascii"):
        local = line.split()[1]
        if local.endswith(f":{site.metrics_port:04X}"):
            assert local.startswith("0100007F:"), local


def secrets_are_not_compressed_and_the_rest_is(site):
    """Text of each kind is, from 512 bytes on, and says so to who keeps it;
    pictures and papers are not, and nothing where people sign in."""
    tls = _ready(site).tls()
    admin = site.tls(token=site.admin().token)
    spa = site.prefix + "/share/magnetiq/spa/assets"
    for name in ("long.css", "long.js", "long.svg", "long.json", "long.pdf",
                 "long.webp", "long.woff2"):
        with open(f"{spa}/{name}", "w", encoding="utf-8") as f:
            f.write("x" * 2000)
    for client, path, squeezed in (
            (tls, "/openapi.json", True), (tls, "/en/steel", True),
            (tls, "/sitemap.xml", True),
            (tls, "/assets/long.css", True), (tls, "/assets/long.js", True),
            (tls, "/assets/long.svg", True),
            (tls, "/assets/long.json", True),
            (tls, "/assets/panel-1a2b.js", False),
            (tls, "/assets/long.pdf", False),
            (tls, "/assets/long.webp", False),
            (tls, "/assets/long.woff2", False),
            (admin, "/api/v1/auth/me", False)):
        plain, answer = (client.get(path, Accept_Encoding=coding)
                         for coding in ("identity", "gzip"))
        assert answer.status == 200, answer
        assert plain.header("Content-Encoding") is None, path
        body, vary = answer.body, answer.headers.count(
            ("Vary", "Accept-Encoding"))
        if squeezed:
            assert answer.header("Content-Encoding") == "gzip", path
            assert len(body) < len(plain.body), path
            body = gzip.decompress(body)
            assert vary == plain.headers.count(
                ("Vary", "Accept-Encoding")) == 1, (path, answer)
        else:
            assert answer.header("Content-Encoding") is None, path
        assert body == plain.body, path
        _whole(answer, None, answer_kept(answer))
    door = tls.post(LOGIN, {"email": "x" * 600}, Accept_Encoding="gzip")
    assert door.status == 422 and door.header("Content-Encoding") is None


def a_file_of_the_limit_fits_and_a_larger_one_does_not(site):
    _ready(site)
    admin = site.tls(token=site.admin().token)
    form = multipart("x", b"y" * ((50 << 20) + (70 << 10)), "a.pdf",
                     "application/pdf", {})
    try:
        answer = admin.request("POST", MEDIA, form, {
            "Content-Type": "multipart/form-data; boundary=x"})
        assert answer.status == 413, answer
    except (ssl.SSLError, OSError):
        pass                    # it was refused before it was sent
    answer = admin.upload(MEDIA, PDF + b"%" * ((50 << 20) - len(PDF)),
                          "a.pdf")
    assert answer.status == 201, answer


def limits_count_visitors_and_not_their_proxy(site):
    """An address in a header counts only where the proxy is one of ours."""
    _ready(site)
    for proxies, statuses in (("127.0.0.1", [401] * 7),
                              ("192.0.2.0/24", [401] * 5 + [429] * 2)):
        with _limited(site, TRUSTED_PROXIES=proxies):
            answers = [site.tls().post(
                LOGIN,
                {"email": f"nobody{n}@example.org", "password": "wrong one"},
                X_Forwarded_For=f"198.51.100.{n}") for n in range(7)]
        found = [answer.status for answer in answers]
        assert found == statuses, (proxies, found)
    assert int(answers[-1].header("Retry-After")) > 0
    with open(site.access_log, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    assert {"198.51.100.0"} & {line["address"] for line in lines}
    assert not [line for line in lines if re.search(r"\.[1-9]\d*$",
                                                    line["address"])]


def what_nginx_would_refuse_is_not_put_in_place(site):
    _ready(site)
    before = _everything(site.etc)
    broken = site.dir + "/broken"
    shutil.copytree(site.live + "/ecdsa", broken)
    with open(broken + "/privkey.pem", "w", encoding="utf-8") as f:
        f.write("not a key\n")
    for more, word in (
            ({"TLS_CERTIFICATE": broken + "/fullchain.pem"}, "key"),
            ({"TLS_KEY": site.live + "/rsa/privkey.pem"}, "key"),
            ({"SITE_ALIASES": "a; return 200"}, "SITE_ALIASES"),
            ({"TRUSTED_PROXIES": "everybody"}, "TRUSTED_PROXIES"),
            ({"ENVIRONMENT": "development"}, "ENVIRONMENT"),
            ({"SITE_URL": "http://www.example.org"}, "https"),
            ({"UPLOAD_DIR": site.dir + "/a;b"}, "UPLOAD_DIR")):
        site.write_settings(**more)
        done = site.configure(check=False)
        assert done.returncode == 1 and word in done.stderr, (more, done)
        site.write_settings()
        assert _everything(site.etc) == before, more
    done = site.configure("--check")
    assert _everything(site.etc) == before and "takes it" in done.stderr
    assert site.tls().get("/api/v1/health").status == 200


def _everything(folder):
    out = {}
    for path in glob.glob(folder + "/**", recursive=True):
        if os.path.isfile(path) and not path.endswith("magnetiq.env"):
            with open(path, encoding="utf-8") as f:
                out[path] = f.read()
    return out


def a_reload_drops_nobody(site):
    """Another certificate is shown, and no request is lost on the way."""
    _ready(site)
    with Asking(site) as asking:
        before = site.tls().shown()["serialNumber"]
        for _ in range(3):
            site.certificates()
            site.reloaded(site.configure)
            now = until(lambda: site.tls().shown()["serialNumber"])
            assert now != before
            before = now
    assert not asking.bad and asking.served > 100, (asking.bad[:3],
                                                    asking.served)


def without_workers_each_door_says_so(site):
    tls = _ready(site).tls()
    admin = site.tls(token=site.admin().token)
    site.dev("stop")
    _whole(tls.get("/api/v1/health"), JSON, NO_STORE, 503)
    _whole(admin.get(MEDIA), JSON, NO_STORE, 503)
    answer = tls.get("/en/steel", Accept_Language="de")
    _whole(answer, HTML, answer_kept(answer), 503)
    assert 'lang="de"' in answer.text and answer.header("Retry-After")
    assert Client(site.metrics_port).get("/healthz").status == 200
    # What nginx has itself it still gives.
    path = site.png["url"].split(HOST, 1)[-1]
    assert tls.get(path).body == PNG


def a_log_has_no_secret_and_no_path_of_ours(site):
    with open(site.nginx_log, encoding="utf-8") as f:
        told = f.read()
    for word in ("[emerg]", "[crit]", site.env["SECRET_KEY"]):
        assert word not in told, told[-2000:]
    until(lambda: time.time() - os.path.getmtime(site.access_log) > 1.5)
    with open(site.access_log, encoding="utf-8") as f:
        lines = [json.loads(line) for line in f]
    assert len(lines) > 100
    assert not [line for line in lines if "?" in line["path"]]


run(globals(), "--no-demo", kind=Production)
