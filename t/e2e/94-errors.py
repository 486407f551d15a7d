#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every code of the contract's table, provoked once in each language."""
import re
import sqlite3
import threading

from harness import ROOT, Client, run, until
from jobs_done import letters, text_of

PAGES = "/api/v1/content/pages"
MEDIA = "/api/v1/content/media"
LOGIN = "/api/v1/auth/login"
RESET = "/api/v1/auth/reset-password"
SETTINGS = "/api/v1/admin/settings"
JSON = {"Content-Type": "application/json"}
BUSINESS = {"ALREADY_REGISTERED", "WEBINAR_FULL", "REGISTRATION_CLOSED",
            "SLOT_TAKEN"}
seen = {}


def _catalogue():
    """{English: German} of the program and of nginx."""
    with open(ROOT + "/lib/text/files/catalogue/de.txt",
              encoding="utf-8") as f:
        lines = [s.rstrip("\n") for s in f if not s.startswith("#")]
    words = {a: b[1:] for a, b in zip(lines, lines[1:]) if b[:1] == "\t"}
    with open(ROOT + "/nginx-conf/texts.conf", encoding="utf-8") as f:
        words.update(re.findall(r'default\s+"(.*)";\n\s*de\s+"(.*)";',
                                f.read()))
    return words


def _check(answer, status, code, header=None):
    """What every error has, whoever made it."""
    assert answer.status == status and answer.code == code, answer
    kind = answer.header("Content-Type")
    assert kind == "application/json", answer
    assert int(answer.header("Content-Length")) == len(answer.body)
    assert answer.header("Cache-Control") == "no-store", answer
    assert re.fullmatch("[0-9a-f]{32}", answer.json["request_id"])
    assert header is None or answer.header(header), (header, answer)
    seen[code] = answer.json["request_id"]


def _both(status, code, ask, header=None):
    """ask(n, headers) gives this error, in the language that is asked for."""
    said = []
    for n, language in enumerate(("en", "de")):
        answer = ask(n, {"Accept-Language": language})
        _check(answer, status, code, header)
        error = answer.json["error"]
        said.append((error["message"], [d["message"]
                                        for d in error["details"]]))
    words = _catalogue()
    (english, names), (german, namen) = said
    assert words[english] == german, said
    assert len(names) == len(namen) and all(
        a != b for a, b in zip(names, namen)), said


def _page(site, slug, **more):
    answer = site.admin().post(PAGES, {"slug": slug, "title": {"en": slug},
                                       **more})
    assert answer.status == 201, answer
    return answer


def what_the_router_and_the_guards_refuse(site):
    admin, viewer = site.admin().request, site.staff("viewer").request
    api = site.api.request
    _both(404, "NOT_FOUND", lambda _, h: api("GET", "/api/v1/x", None, h))
    _both(404, "NOT_FOUND", lambda _, h: admin("GET", PAGES + "/999", None, h))
    _both(405, "METHOD_NOT_ALLOWED",
          lambda _, h: api("DELETE", PAGES, None, h), "Allow")
    _both(413, "PAYLOAD_TOO_LARGE", lambda _, h: admin(
        "POST", PAGES, b" " * 300000, {**JSON, **h}))
    _both(413, "PAYLOAD_TOO_LARGE", lambda _, h: admin(
        "POST", PAGES, b" " * 400000, {**JSON, **h}))
    _both(401, "UNAUTHENTICATED", lambda _, h: api("GET", PAGES, None, h),
          "WWW-Authenticate")
    _both(403, "FORBIDDEN", lambda _, h: viewer("GET", SETTINGS, None, h))
    _both(415, "UNSUPPORTED_MEDIA_TYPE", lambda _, h: admin(
        "POST", PAGES, b"{}", {"Content-Type": "text/plain", **h}))
    _both(400, "MALFORMED_REQUEST", lambda _, h: admin(
        "POST", PAGES, b"{", {**JSON, **h}))
    _both(400, "MALFORMED_REQUEST", lambda _, h: admin(
        "POST", PAGES, b"", {**JSON, **h}))
    # nginx has read no header yet that could tell the language.
    _check(api("GET", "/api/v1/" + "x" * 9000), 414, "URI_TOO_LONG")
    _both(421, "MISDIRECTED_REQUEST", lambda _, h: api(
        "GET", "/api/v1/health", None, {**h, "Host": "evil.example"}))


def what_stands_in_the_way(site):
    admin = site.admin().request
    page = _page(site, "way")
    one = f"{PAGES}/{page.data['id']}"
    _both(409, "SLUG_TAKEN", lambda _, h: admin(
        "POST", PAGES, {"slug": "way", "title": {"en": "x"}}, h))
    _both(409, "EMAIL_TAKEN", lambda _, h: admin(
        "POST", "/api/v1/admin/users", {"email": "ADMIN@example.org"}, h))
    me = site.admin().get("/api/v1/auth/me").data["id"]
    _both(409, "CONFLICT", lambda _, h: admin(
        "PATCH", f"/api/v1/admin/users/{me}", {"role": "viewer"}, h))
    _both(412, "PRECONDITION_FAILED", lambda _, h: admin(
        "PATCH", one, {"sort_order": 1}, {**h, "If-Match": '"r0"'}))
    _both(422, "VALIDATION_ERROR", lambda _, h: admin(
        "PATCH", one, {"slug": "No Slug", "sort_order": "x", "colour": 1}, h))
    _both(422, "VALIDATION_ERROR", lambda _, h: admin(
        "GET", one + "?colour=red", None, h))
    assert site.admin().get(one).header("ETag") == page.header("ETag")


def a_file_that_is_not_so_long(site):
    with open(f"{site.state}/media/public/short.png", "wb") as f:
        f.write(b"x" * 10)
    for language, word in (("en", "long"), ("de", "lang")):
        answer = site.api.request("GET", "/media/short.png", None, {
            "Range": "bytes=10-", "Accept-Language": language})
        assert answer.status == 416, answer
        assert answer.code == "RANGE_NOT_SATISFIABLE", answer
        assert word in answer.json["error"]["message"], answer
        seen["RANGE_NOT_SATISFIABLE"] = answer.json["request_id"]


def _letter_token(site, address):
    """The token in the newest letter to an address, once it is there."""
    letter = until(lambda: letters(site, address), 15, "no letter came")[-1]
    return re.search(r"([\w-]{20,}(?:\.[\w-]{20,})+|[\w-]{40,})",
                     text_of(letter))[1]


def a_link_that_has_been_used(site):
    site.staff("editor")
    session = site.login("editor@example.org")
    assert site.api.post("/api/v1/auth/forgot-password", {
        "email": "editor@example.org"}).status == 202
    token = _letter_token(site, "editor@example.org")
    body = {"token": token, "new_password": "another horse battery 8"}
    _both(422, "VALIDATION_ERROR", lambda _, h: site.api.request(
        "POST", RESET, {**body, "new_password": "short"}, h))
    assert site.api.post(RESET, body).status == 200
    _both(410, "GONE", lambda _, h: site.api.request("POST", RESET, body, h))
    _both(404, "NOT_FOUND", lambda _, h: site.api.request(
        "POST", RESET, {**body, "token": token[:-2] + "zz"}, h))
    assert session.get("/api/v1/auth/me").status == 401
    site.login("editor@example.org", body["new_password"])


def a_bug_is_told_without_its_details(site):
    """A table that is not where the program looks for it."""
    admin = site.admin().request
    site.sql("ALTER TABLE redirects RENAME TO elsewhere")
    try:
        _both(500, "INTERNAL_ERROR", lambda _, h: admin(
            "GET", "/api/v1/admin/redirects", None, h))
        answer = site.admin().get("/api/v1/admin/redirects")
        for word in ("redirects", "SELECT", "sqlite", "table", "/",
                     site.state):
            assert word not in answer.json["error"]["message"].lower()
    finally:
        site.sql("ALTER TABLE elsewhere RENAME TO redirects")
    assert site.admin().get("/api/v1/admin/redirects").status == 200
    number = seen["INTERNAL_ERROR"]
    lines = [s for s in site.logs().split("\n") if number in s]
    assert any('"error"' in s and "redirects" in s for s in lines), lines


def who_writes_while_another_holds_the_file_is_told_to_come_again(site):
    answers = {}

    def write(n, headers):
        client = Client(site.api_port, site.admin().token)
        answers[n] = client.request("POST", PAGES, {
            "slug": f"held-{n}", "title": {"en": "x"}}, headers)
    site.admin()
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None)
    try:
        db.execute("PRAGMA wal_autocheckpoint=0")
        db.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=write, args=(
            n, {"Accept-Language": language}))
            for n, language in enumerate(("en", "de"))]
        for thread in threads:
            thread.start()
        assert site.api.get("/api/v1/public/pages").status == 200
        for thread in threads:
            thread.join()
        db.execute("ROLLBACK")
    finally:
        db.close()
    _both(503, "UNAVAILABLE", lambda n, _: answers[n], "Retry-After")
    assert not site.rows("SELECT 1 FROM pages WHERE slug LIKE 'held-%'")
    _page(site, "held-0")


def a_site_that_is_closed(site):
    admin = site.admin()
    assert admin.patch(SETTINGS, {"maintenance_mode": True}).status == 200
    try:
        _both(503, "UNAVAILABLE", lambda _, h: site.api.request(
            "GET", "/api/v1/public/pages", None, h), "Retry-After")
    finally:
        assert admin.patch(SETTINGS, {"maintenance_mode": False}
                           ).status == 200


def a_door_that_is_locked(site):
    wrong = {"email": "nobody@example.org", "password": "wrong wrong"}
    for _ in range(5):
        assert site.api.post(LOGIN, wrong).status == 401
    _both(423, "ACCOUNT_LOCKED", lambda _, h: site.api.request(
        "POST", LOGIN, wrong, h), "Retry-After")


def too_many_requests_at_the_worker_and_at_nginx(site):
    """nginx counts what hashes passwords; the worker all of /auth."""
    refresh = "/api/v1/auth/refresh"
    until(lambda: site.api.post(refresh, {"refresh_token": "x"}
                                ).status == 429)
    _both(429, "RATE_LIMITED", lambda _, h: site.api.request(
        "POST", refresh, {"refresh_token": "x"}, h), "Retry-After")
    told = "Please try again in a minute."
    until(lambda: told in site.api.post(LOGIN, {}).text)
    _both(429, "RATE_LIMITED", lambda _, h: site.api.request(
        "POST", LOGIN, {}, h), "Retry-After")
    assert site.api.get("/api/v1/health").status == 200


def every_code_of_the_program_was_here(site):
    """Those of the table in reply.c, but what comes with the business."""
    with open(ROOT + "/fcgi-app/reply.c", encoding="utf-8") as f:
        text = f.read()
    codes = set(re.findall(r'"([A-Z_]{3,})"', text))
    with open(ROOT + "/nginx-conf/errors.conf", encoding="utf-8") as f:
        codes |= set(re.findall(r'"code":"([A-Z_]+)"', f.read()))
    assert codes - BUSINESS == set(seen), codes ^ set(seen)
    logs = site.logs()
    for code, number in seen.items():
        assert number in logs, code


run(globals(), "--no-demo", env={
    "RATE_LIMITS": "auth=60/60,api=5000/60"})
