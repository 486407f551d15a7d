#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What workers keep: never older than the last write, never another's."""
import contextlib
import json
import os
import signal
import threading

from harness import Client, run, until

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"
SETTINGS = "/api/v1/admin/settings"
MENUS = "/api/v1/admin/menus"


@contextlib.contextmanager
def _alone(site, pid):
    """Only this worker runs: it answers whatever is asked."""
    others = [p for p in site.workers() if p != pid]
    for other in others:
        os.kill(other, signal.SIGSTOP)
    # Until it has heard of it, the kernel may still choose it.
    until(lambda: all(_is_stopped(p) for p in others))
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def _is_stopped(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
        return f.read().rsplit(")", 1)[1].split()[0] == "T"


def _get(site, path, **headers):
    """A connection of its own, at the port that has the path."""
    port = site.api_port if path.startswith("/api") else site.spa_port
    return Client(port).get(path, Connection="close", **headers)


def _everywhere(site, paths, check):
    """check(path, answer) of each path, twice, of every worker."""
    workers = site.workers()
    assert len(workers) == 4, workers
    for pid in workers:
        with _alone(site, pid):
            for path in paths * 2:
                check(path, _get(site, path))
    assert site.workers() == workers


def _write(site, method, path, body=None):
    """A write through the API: one worker does it, the others hear of it."""
    answer = site.admin().request(method, path, body)
    assert answer.status < 300, answer
    return answer


def _readers(slug, word):
    """All that shows a page: what it stands under, and what finds it."""
    return ([f"{PUBLIC}/{slug}", f"{PUBLIC}/{slug}?lang=de", f"/en/{slug}",
             f"/de/{slug}"],
            [PUBLIC, f"{PUBLIC}?lang=en&sort_by=id", "/sitemap.xml",
             f"{PUBLIC}?search={word}", f"/api/v1/public/search?q={word}",
             f"/en/search?q={word}"])


def _is_shown(site, slug, word):
    single, lists = _readers(slug, word)

    def check(path, answer):
        assert answer.status == 200, (path, answer)
        told = slug if path == "/sitemap.xml" else word
        assert told in answer.text, (path, answer)
    _everywhere(site, single + lists, check)


def _is_gone(site, slug, word, moved=False):
    single, lists = _readers(slug, word)

    def check(path, answer):
        if path in single:
            assert answer.status == (301 if moved else 404), (path, answer)
            return
        assert answer.status == 200, (path, answer)
        # A search page shows what was asked for.
        told = f'/{slug}"' if "q=" in path else \
            slug if path == "/sitemap.xml" else word
        assert told not in answer.text, (path, answer)
    _everywhere(site, single + lists, check)


def _fields(slug, word, **more):
    return {"slug": slug, "title": {"en": word, "de": word},
            "content": {"en": f"All of {word}.", "de": f"Von {word}."},
            "status": "published", **more}


def _make(site, slug, word, **more):
    return _write(site, "POST", PAGES, _fields(slug, word, **more)).data["id"]


def what_the_command_writes_is_seen_at_once(site):
    paths = [PUBLIC, "/sitemap.xml", "/en/", "/api/v1/public/menus"]
    before = {}
    _everywhere(site, paths, lambda p, a: before.setdefault(p, a.body))
    site.magnetiq("seed-demo")

    def check(path, answer):
        assert answer.status == 200 and answer.body != before[path], path
    _everywhere(site, paths, check)


def each_write_through_one_worker_is_seen_by_all(site):
    one = _make(site, "first", "Zaunkoenig")
    _is_shown(site, "first", "Zaunkoenig")
    _write(site, "PATCH", f"{PAGES}/{one}", {
        "slug": "second", "title": {"en": "Rotkehlchen", "de": "Rotkehlchen"},
        "content": {"en": "Only Rotkehlchen.", "de": "Nur Rotkehlchen."}})
    _is_shown(site, "second", "Rotkehlchen")
    _is_gone(site, "first", "Zaunkoenig", moved=True)
    _write(site, "PUT", f"{PAGES}/{one}", _fields("second", "Buchfink"))
    _is_shown(site, "second", "Buchfink")
    _write(site, "POST", f"{PAGES}/{one}/versions/1/restore")
    _is_shown(site, "first", "Zaunkoenig")


def what_is_no_longer_public_is_gone_at_once(site):
    one = _make(site, "gone", "Eisvogel")
    for method, path, body, back in (
            ("POST", "/unpublish", None, "/publish"),
            ("PATCH", "", {"status": "draft"}, "/publish"),
            ("PATCH", "", {"status": "archived"}, "/publish"),
            ("DELETE", "", None, "/restore")):
        _is_shown(site, "gone", "Eisvogel")
        _write(site, method, f"{PAGES}/{one}{path}", body)
        _is_gone(site, "gone", "Eisvogel")
        _write(site, "POST", f"{PAGES}/{one}{back}")
    _write(site, "POST", f"{PAGES}/{one}/publish")
    _is_shown(site, "gone", "Eisvogel")


def _is_indexed(site, word):
    """New words of hand-written SQL are found when jobs has read them."""
    until(lambda: word in _get(site, f"{PUBLIC}?search={word}").text)


def what_sql_from_outside_writes_is_seen_at_once(site):
    site.sql("INSERT INTO pages (slug, title, content, status, published_at)"
             " VALUES ('by-hand', ?, ?, 'published', '2024-01-01T00:00:00Z')",
             json.dumps({"en": "Wendehals", "de": "Wendehals"}),
             json.dumps({"en": "A Wendehals.", "de": "Ein Wendehals."}))
    _is_indexed(site, "Wendehals")
    _is_shown(site, "by-hand", "Wendehals")
    site.sql("UPDATE pages SET title = ?, content = ? WHERE slug = 'by-hand'",
             json.dumps({"en": "Kleiber", "de": "Kleiber"}),
             json.dumps({"en": "A Kleiber.", "de": "Ein Kleiber."}))
    _is_indexed(site, "Kleiber")
    _is_shown(site, "by-hand", "Kleiber")
    for away, back in (
            ("UPDATE pages SET status = 'draft' WHERE slug = 'by-hand'",
             "UPDATE pages SET status = 'published' WHERE slug = 'by-hand'"),
            ("UPDATE pages SET deleted_at = '2024-01-01T00:00:00Z'"
             " WHERE slug = 'by-hand'", None),
            ("DELETE FROM pages WHERE slug = 'by-hand'", None)):
        site.sql(away)
        _is_gone(site, "by-hand", "Kleiber")
        if back is not None:
            site.sql(back)
            _is_indexed(site, "Kleiber")
            _is_shown(site, "by-hand", "Kleiber")


def settings_and_menus_are_seen_at_once(site):
    where = ["/api/v1/public/settings", "/en/first", "/en/"]

    def shows(word):
        def check(path, answer):
            assert answer.status == 200 and word in answer.text, (path, word,
                                                                  answer)
        return check
    _write(site, "PATCH", SETTINGS, {"site_title": {"en": "Vogelwarte"}})
    _everywhere(site, where, shows("Vogelwarte"))
    _write(site, "PATCH", SETTINGS, {"site_title": {"en": "Hochsitz"}})
    _everywhere(site, where, shows("Hochsitz"))
    stored = site.rows("SELECT * FROM system_settings WHERE key ="
                       " 'site_title'")[0]["value"]
    site.sql("UPDATE system_settings SET value = ? WHERE key = 'site_title'",
             stored.replace("Hochsitz", "Nistkasten"))
    _everywhere(site, where, shows("Nistkasten"))
    where = ["/api/v1/public/menus", "/en/first", "/en/"]
    for menu in site.admin().get(MENUS).data:
        _write(site, "DELETE", f"{MENUS}/{menu['id']}")
    made = _write(site, "POST", MENUS, {"name": "main", "items": [
        {"label": {"en": "Futterplatz"}, "url": "/x"}]}).data
    _everywhere(site, where, shows("Futterplatz"))
    _write(site, "PATCH", f"{MENUS}/{made['id']}", {"items": [
        {"label": {"en": "Tränke"}, "url": "/x"}]})
    _everywhere(site, where, shows("Tränke"))
    site.sql("DELETE FROM menus")

    def bare(path, answer):
        assert "Tränke" not in answer.text, (path, answer)
    _everywhere(site, where, bare)


def a_redirect_is_seen_at_once(site):
    def leads(status, to=None):
        def check(path, answer):
            assert answer.status == status, (path, answer)
            assert to is None or answer.header("Location").endswith(to)
        return check
    _everywhere(site, ["/old/path"], leads(404))
    made = _write(site, "POST", "/api/v1/admin/redirects", {
        "from_path": "/old/path", "to_url": "/en/first"}).data["id"]
    _everywhere(site, ["/old/path"], leads(301, "/en/first"))
    _write(site, "PATCH", f"/api/v1/admin/redirects/{made}", {
        "to_url": "/en/second", "status": 302})
    _everywhere(site, ["/old/path"], leads(302, "/en/second"))
    _write(site, "DELETE", f"/api/v1/admin/redirects/{made}")
    _everywhere(site, ["/old/path"], leads(404))


def a_known_answer_is_304_until_it_changes_and_never_after(site):
    paths = [f"{PUBLIC}/first", PUBLIC, "/en/first", "/sitemap.xml",
             "/api/v1/public/settings", "/api/v1/public/search?q=zaun"]
    tags = {p: _get(site, p).header("ETag") for p in paths}
    assert all(tags.values()), tags

    def ask(status):
        for pid in site.workers():
            with _alone(site, pid):
                for path in paths * 2:
                    answer = _get(site, path, If_None_Match=tags[path])
                    assert answer.status == status, (path, answer)
                    whole = _get(site, path)
                    assert whole.header("ETag") == answer.header("ETag")
                    for name in ("Cache-Control", "Content-Language",
                                 "Access-Control-Allow-Origin"):
                        assert status == 200 or name == "Content-Language" \
                            or whole.header(name) == answer.header(name), (
                                name, whole, answer)
    ask(304)
    one = site.rows("SELECT id FROM pages WHERE slug = 'first'")[0]["id"]
    _write(site, "PATCH", f"{PAGES}/{one}", {
        "title": {"en": "Zaunkoenig the Second"}, "sort_order": 4,
        "excerpt": {"en": "Zaunkoenig again"}})
    _write(site, "PATCH", SETTINGS, {"site_title": {"en": "Other"}})
    paths.remove("/sitemap.xml")    # its times are whole seconds
    ask(200)


def what_anybody_may_keep_depends_on_its_address_alone(site):
    """Each time another address, so that each answer is a fresh one."""
    asking = ({}, {"Accept_Language": "de"}, {"Accept_Language": "en, de"},
              {"Cookie": "lang=de"}, {"Origin": "https://evil.example"},
              {"Origin": f"http://localhost:{site.spa_port}"},
              {"Accept": "text/csv"}, {"User_Agent": "x"},
              {"Authorization": "Bearer x"}, {"Referer": "http://x/"})
    for path in (f"{PUBLIC}/first?", f"{PUBLIC}?", f"{PUBLIC}?lang=de&",
                 "/api/v1/public/settings?", "/api/v1/public/menus?",
                 "/api/v1/public/search?q=zaunkoenig&",
                 "/api/v1/public/search?q=zaun&lang=de&", "/en/first?",
                 "/de/first?", "/en/?", "/sitemap.xml?", "/robots.txt?",
                 "/en/search?q=zaun&"):
        told = set()
        for n, headers in enumerate(asking):
            answer = _get(site, f"{path}utm_n={n}", **headers)
            assert answer.status == 200, (path, answer)
            told.add((answer.body, answer.header("ETag"),
                      answer.header("Access-Control-Allow-Origin"),
                      answer.header("Content-Language"),
                      answer.header("Set-Cookie")))
        assert len(told) == 1, (path, told)


def head_is_get_without_its_body(site):
    for path in (f"{PUBLIC}/first", PUBLIC, "/en/first", "/sitemap.xml",
                 "/api/v1/public/menus", "/static/none", f"{PUBLIC}/none"):
        port = site.api_port if path.startswith("/api") else site.spa_port
        for pid in site.workers():
            with _alone(site, pid):
                head, get, again = (Client(port).request(
                    m, path, None, {"Connection": "close"})
                    for m in ("HEAD", "GET", "HEAD"))
                for h in (head, again):
                    assert h.status == get.status and h.body == b"", path
                    for name in ("ETag", "Content-Length", "Content-Type",
                                 "Cache-Control"):
                        assert h.header(name) == get.header(name) or \
                            "request_id" in get.text, (name, h, get)


def nobody_sees_what_was_made_for_another(site):
    """With a token, a wrong one, a key, a cookie or none, warm or not."""
    editor, viewer, admin = (site.staff("editor"), site.staff("viewer"),
                             site.admin())
    key = admin.post("/api/v1/admin/api-keys", {
        "name": "k", "role": "viewer", "scopes": ["content:read"]}).data["key"]
    draft = admin.post(PAGES, _fields("secret-plan", "Geheimplan",
                                      status="draft")).data["id"]
    public = f"{PUBLIC}/first"
    for pid in site.workers():
        with _alone(site, pid):
            alike = {c.get(public).body for c in (
                site.api, editor, viewer, admin, Client(site.api_port, "x"),
                Client(site.api_port, key), site.api)}
            assert len(alike) == 1, alike
            mine = {c: c.get("/api/v1/auth/me") for c in (editor, viewer,
                                                          admin)}
            for client, answer in mine.items():
                for other, theirs in mine.items():
                    again = other.get("/api/v1/auth/me", If_None_Match=(
                        answer.header("ETag") or "*"))
                    assert again.status == 304 or \
                        again.data == theirs.data, (again, theirs)
                    assert other is client or again.status == 200, again
                assert answer.header("Cache-Control") == "no-store", answer
            one = admin.get(f"{PAGES}/{draft}")
            for method in ("GET", "HEAD"):
                for headers in ({}, {"Cookie": "session=1; lang=de"},
                                {"Authorization": "Bearer x"},
                                {"If-None-Match": one.header("ETag")},
                                {"If-None-Match": "*"}):
                    answer = site.api.request(method, f"{PAGES}/{draft}",
                                              None, headers)
                    assert answer.status == 401, (headers, answer)
                    assert b"Geheimplan" not in answer.body
            for client in (site.api, admin, viewer):
                for path in (f"{PUBLIC}/secret-plan", f"{PUBLIC}?search="
                             "Geheimplan", "/api/v1/public/search?q=geheim"):
                    answer = client.get(path)
                    assert b"Geheimplan" not in answer.body, (path, answer)


def a_preview_stays_with_who_has_its_link(site):
    draft = site.rows("SELECT id FROM pages WHERE slug = 'secret-plan'")[0]
    link = _write(site, "POST", f"{PAGES}/{draft['id']}/preview").data["url"]
    path = "/" + link.split("/", 3)[3]
    for pid in site.workers():
        with _alone(site, pid):
            answer = _get(site, path)
            assert answer.status == 200 and "Geheimplan" in answer.text
            assert answer.header("Cache-Control") == "no-store", answer
            assert _get(site, path[:-1] + "~").status == 404
            assert _get(site, "/en/secret-plan").status == 404
            assert _get(site, f"{PUBLIC}/secret-plan").status == 404


def what_an_admin_reads_in_a_closed_site_opens_it_for_nobody(site):
    path, admin = f"{PUBLIC}/first", site.admin()
    _everywhere(site, [path, "/en/first"],
                lambda _, a: a.status == 200 or a.status)
    _write(site, "PATCH", SETTINGS, {"maintenance_mode": True})
    try:
        for pid in site.workers():
            with _alone(site, pid):
                for _ in range(2):
                    assert _get(site, path).status == 503
                    assert _get(site, "/en/first").status == 503
                    assert _get(site, path, If_None_Match="*").status == 503
                    assert admin.get(path).status in (200, 503)
                    assert admin.get(PAGES).status == 200
    finally:
        _write(site, "PATCH", SETTINGS, {"maintenance_mode": False})

    def open_again(where, answer):
        assert answer.status == 200, (where, answer)
    _everywhere(site, [path, "/en/first"], open_again)


def who_has_written_reads_it_while_others_write_and_read(site):
    token, wrong = site.admin().token, []

    def work(n):
        client = Client(site.api_port, token)
        slug = f"mine-{n}"
        one = client.post(PAGES, _fields(slug, "Anfang")).data["id"]
        for turn in range(25):
            word = f"Runde{n}x{turn}"
            client.patch(f"{PAGES}/{one}", {"title": {"en": word}})
            for path in (f"{PUBLIC}/{slug}?lang=en", f"/en/{slug}",
                         f"{PUBLIC}?lang=en&per_page=100"):
                answer = _get(site, path)
                if answer.status != 200 or word not in answer.text:
                    wrong.append((path, word, answer))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, (len(wrong), wrong[:2])
    assert site.rows("SELECT count(*) AS n FROM page_versions v JOIN pages p"
                     " ON p.id = v.page_id WHERE p.slug LIKE 'mine-%'"
                     )[0]["n"] == 6 * 26


def what_is_due_later_is_seen_when_it_is_due(site):
    def stamp(seconds):
        return site.rows("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)"
                         " AS t", f"+{seconds} seconds")[0]["t"]
    _make(site, "later", "Mauersegler", status="draft",
          publish_at=stamp(100), unpublish_at=stamp(200))
    _is_gone(site, "later", "Mauersegler")
    try:
        site.set_clock(101)
        until(lambda: _get(site, f"{PUBLIC}/later").status == 200, 12)
        _is_shown(site, "later", "Mauersegler")
        site.set_clock(201)
        until(lambda: _get(site, f"{PUBLIC}/later").status == 404, 12)
        _is_gone(site, "later", "Mauersegler")
    finally:
        site.set_clock(0)


run(globals(), "--no-demo")
