#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""nginx in production: each location of the configuration that magnetiq-nginx
writes, over TLS; certificates of both kinds; what is refused; what bad
settings and bad certificates do to a site that serves."""
import glob
import json
import os
import re
import shutil
import socket
import ssl
import time

from harness import Client, Response, exact, multipart, receive_all, run, until
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

asked = set()


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


def _whole(answer, kind, kept, status=None):
    """An answer has each of our headers, once."""
    assert status is None or answer.status == status, answer
    for name in (*ALWAYS, "X-Request-ID", "Referrer-Policy",
                 "Content-Security-Policy", "Permissions-Policy"):
        found = [v for k, v in answer.headers if k.lower() == name.lower()]
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


def _seen(location, answer, *more):
    asked.add(location)
    _whole(answer, *more)
    return answer


def pages_that_people_miss_are_counted_from_the_log_that_nginx_writes(site):
    assert _ready(site).tls().get("/en/not-yet-written").status == 404
    until(lambda: site.rows(
        "SELECT hits FROM not_found_log WHERE path = '/en/not-yet-written'"),
        40, "nobody counted")


def what_the_worker_writes_comes_through(site):
    tls = _ready(site).tls()
    admin = site.tls(token=site.admin().token)
    _seen("/", tls.get("/en/steel"), HTML, FRESH, 200)
    _seen("/api/", tls.get("/api/v1/health"), JSON, NO_STORE, 200)
    _seen("/api/v1/public/", tls.get("/api/v1/public/pages"), JSON,
          FRESH, 200)
    _seen("/api/v1/auth/", admin.get("/api/v1/auth/me"), JSON, NO_STORE, 200)
    _seen("= /openapi.json", tls.get("/openapi.json"), JSON, FRESH, 200)
    _seen("~ ^/api/v1/content/media(/|$)", admin.get(MEDIA), JSON, NO_STORE,
          200)
    for path in ("/api", "/api/v1/auth", "/api/v1/public"):
        _seen("= " + path, tls.get(path), JSON, NO_STORE, 404)


def every_door_that_hashes_goes_to_its_pool(site):
    tls = _ready(site).tls()
    with open(site.etc + "/nginx/auth-routes.conf", encoding="utf-8") as f:
        locations = re.findall(r"^location (.*?) \{", f.read(), re.M)
    assert "= /api/v1/auth/login" in locations, locations
    for location in locations:
        path = location.split(" ", 1)[1].replace("[^/]+", "1").strip("^$")
        answer = tls.post(path, {})
        assert 400 <= answer.status < 429, answer
        _seen(location, answer, JSON if path.startswith("/api/") else HTML,
              NO_STORE)
        routed = [json.loads(line) for line in site.log("auth").splitlines()
                  if answer.header("X-Request-ID") in line]
        assert routed, location


def visitors_doors_have_their_locations(site):
    tls = _ready(site).tls()
    person = {"first_name": "Ada", "last_name": "L", "email": "a@example.org",
              "privacy_consent": True}
    for location, path in (
            ("~ ^/api/v1/business/webinars/[^/]+/register$",
             "/api/v1/business/webinars/none/register"),
            ("~ ^/api/v1/business/whitepapers/[^/]+/download$",
             "/api/v1/business/whitepapers/none/download")):
        _seen(location, tls.post(path, person), JSON, NO_STORE, 404)


def a_table_may_be_larger_than_other_bodies(site):
    tls = _ready(site).tls()
    location = "~ ^/api/v1/business/(webinars/[^/]+/registrations|leads)$"
    path = "/api/v1/business/webinars/1/registrations"
    for size, status in ((1024 * 1024, 401), (5 * 1024 * 1024, 413)):
        answer = tls.request("POST", path, b"," * size,
                             {"Content-Type": "text/csv"})
        _seen(location, answer, JSON, NO_STORE, status)


def files_are_kept_for_ever_where_their_names_change(site):
    tls = _ready(site).tls()
    path = site.png["url"].split(HOST, 1)[-1]
    answer = _seen("^~ /media/", tls.get(path), "image/png", IMMUTABLE, 200)
    assert "sandbox" in answer.header("Content-Security-Policy")
    _seen("^~ /media/", tls.get("/media/none.png"), JSON, NO_STORE, 404)
    for name, kind in (("panel-1a2b.js", "text/javascript; charset=utf-8"),
                       ("panel-1a2b.css", "text/css; charset=utf-8"),
                       ("logo-3c.svg", "image/svg+xml")):
        answer = tls.get("/assets/" + name)
        assert answer.header("Content-Type").split(";")[0] == \
            kind.split(";")[0], answer
        _seen("^~ /assets/", answer, None, IMMUTABLE, 200)
    _seen("^~ /assets/", tls.get("/assets/none.js"), HTML, NO_STORE,
          404)
    for path in ("/admin/", "/admin/pages/7"):
        answer = tls.get(path)
        assert answer.text == "<!doctype html>panel", answer
        _seen("^~ /admin", answer, None, "no-cache", 200)


def documentation_is_there(site):
    tls = _ready(site).tls()
    answer = _seen("= /docs", tls.get("/docs"), HTML, None, 200)
    assert "script-src 'self';" in answer.header("Content-Security-Policy")
    _seen("^~ /docs/", tls.get("/docs/docs.js"), None, None, 200)


def gated_files_come_only_by_their_doors(site):
    """Whoever guesses the name on the disk learns nothing; whoever has a
    signed link gets the file, or a part of it."""
    tls = _ready(site).tls()
    paper = f"/api/v1/business/whitepapers/{site.paper['id']}"
    private = [os.path.relpath(p, site.env["UPLOAD_DIR"] + "/private")
               for p in glob.glob(site.env["UPLOAD_DIR"] + "/private/**",
                                  recursive=True) if os.path.isfile(p)]
    assert private
    for location, path in (
            [("^~ /protected/", "/protected/" + p) for p in private] +
            [("^~ /published/", "/published/" + p) for p in private] +
            [("^~ /media/", "/media/../private/" + p) for p in private] +
            [("^~ /media/", "/media/%2e%2e/private/" + p) for p in private] +
            [("^~ /media/", "/media../private/" + p) for p in private]):
        answer = tls.get(path)
        assert answer.status in (400, 404) and PDF not in answer.body, answer
        _seen(location, answer, None, answer.header("Cache-Control"))
    done = tls.post(paper + "/download", {
        "first_name": "Ada", "last_name": "L", "email": "a@example.org",
        "privacy_consent": True})
    assert done.status == 201, done
    cookie = done.header("Set-Cookie")
    for word in ("HttpOnly", "SameSite=Lax", "Secure"):
        assert word in cookie, cookie
    url = done.data["download_url"]
    assert url.startswith(f"https://{HOST}/"), url
    path = url.split(HOST, 1)[1]
    answer = _seen("^~ /protected/", tls.get(path), "application/pdf",
                   answer_kept(tls.get(path)), 200)
    assert answer.body == PDF and "no-store" in answer_kept(answer)
    part = tls.get(path, Range="bytes=5-9")
    assert part.status == 206 and part.body == PDF[5:10], part
    _seen("= /-/416", tls.get(path, Range="bytes=999-"), JSON,
          answer_kept(tls.get(path, Range="bytes=999-")), 416)
    by_number = site.tls(token=site.admin().token).get(
        f"{MEDIA}/{site.png['id']}/file")
    assert by_number.status == 200 and by_number.body == PNG, by_number
    _seen("^~ /published/", by_number, "image/png", answer_kept(by_number))


def answer_kept(answer):
    """What an answer says of being kept."""
    return answer.header("Cache-Control")


def what_nginx_itself_refuses_is_said_as_everything_is(site):
    tls = _ready(site).tls()
    _seen("= /-/404", tls.get("/docs/none"), JSON, NO_STORE, 404)
    _seen("= /-/405", tls.post("/docs", {}), JSON, NO_STORE, 405)
    _seen("= /-/413", tls.post(PAGES, b"x" * (400 << 10),
                               Content_Type="application/json"),
          JSON, NO_STORE, 413)
    _seen("= /-/414", tls.get("/" + "x" * 9000), JSON, NO_STORE, 414)
    _seen("= /-/400", _by_hand(site, b"GET / HTTP/1.1\r\n\r\n"), JSON,
          NO_STORE, 400)
    answer = site.tls().request("TRACE", "/api/v1/health")
    _seen("@worker", answer, JSON, NO_STORE, 405)
    answer = tls.get("/en/none", Accept="text/html")
    _whole(answer, HTML, "no-store", 404)
    answer = tls.get("/assets/none.js", Accept_Language="de")
    _seen("@site404", answer, HTML, answer_kept(answer), 404)
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
        _seen("= /-/421", answer, JSON, NO_STORE, 421)
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
    folder = site.dir + "/acme/.well-known/acme-challenge"
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/tok-en_1", "w", encoding="utf-8") as f:
        f.write("proof")
    path = "/.well-known/acme-challenge/"
    for host in (HOST, "example.org"):
        answer = site.plain().get(path + "tok-en_1", Host=host)
        assert answer.status == 200 and answer.text == "proof", answer
        assert site.plain().get(path + "none", Host=host).status == 404
        assert site.plain().get(path, Host=host).status == 404
    answer = site.tls().get(path + "tok-en_1")
    _seen("^~ /.well-known/acme-challenge/", answer, "text/plain", NO_STORE,
          200)


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


def numbers_are_for_this_machine(site):
    _ready(site)
    here = Client(site.metrics_port)
    answer = here.get("/metrics")
    assert answer.status == 200 and "magnetiq_requests_total" in answer.text
    asked.add("~ ^/(metrics|api/v1/health(/detailed)?)$")
    answer = here.get("/healthz")
    assert answer.status == 200 and answer.header("Content-Security-Policy")
    asked.add("= /healthz")
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
    tls = _ready(site).tls()
    admin = site.tls(token=site.admin().token)
    for client, path, squeezed in (
            (tls, "/openapi.json", True), (tls, "/en/steel", True),
            (admin, "/api/v1/auth/me", False)):
        answer = client.get(path, Accept_Encoding="gzip")
        assert answer.status == 200, answer
        assert (answer.header("Content-Encoding") == "gzip") == squeezed, path
        _whole(answer, None, answer_kept(answer))


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
        site.write_settings(RATE_LIMITS="on", TRUSTED_PROXIES=proxies)
        site.reloaded(site.configure)
        found = []
        for n in range(7):
            answer = site.tls().post(
                "/api/v1/auth/login",
                {"email": f"nobody{n}@example.org", "password": "wrong one"},
                X_Forwarded_For=f"198.51.100.{n}")
            found.append(answer.status)
        assert found == statuses, (proxies, found)
    _seen("= /-/429", answer, JSON, NO_STORE, 429)
    assert int(answer.header("Retry-After")) > 0
    site.write_settings()
    site.reloaded(site.configure)
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
    _seen("= /-/503", tls.get("/api/v1/health"), JSON, NO_STORE, 503)
    _seen("= /-/503", admin.get(MEDIA), JSON, NO_STORE, 503)
    answer = tls.get("/en/steel", Accept_Language="de")
    _seen("@site503", answer, HTML, answer_kept(answer), 503)
    assert 'lang="de"' in answer.text and answer.header("Retry-After")
    assert Client(site.metrics_port).get("/healthz").status == 200
    # What nginx has itself it still gives.
    path = site.png["url"].split(HOST, 1)[-1]
    assert tls.get(path).body == PNG


def no_location_is_without_its_test(site):
    """A worker that hangs is asked for in the tests of development; a
    minute is too long to wait for it here as well."""
    locations = set()
    for path in glob.glob(site.etc + "/nginx/*.conf"):
        with open(path, encoding="utf-8") as f:
            locations |= set(re.findall(r"^\s*location (.*?) \{", f.read(),
                                        re.M))
    locations -= {"= /-/504"}
    assert len(locations) > 30, locations
    assert locations == asked, locations ^ asked


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
