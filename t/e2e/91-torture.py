#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bytes that no parser likes: paths, queries, headers, JSON, multipart."""
import json
import struct
import time
import zlib

from harness import Client, exact, run, unharmed

PAGES = "/api/v1/content/pages"
PUBLIC = "/api/v1/public/pages"
MEDIA = "/api/v1/content/media"
MALFORMED, INVALID = "MALFORMED_REQUEST", "VALIDATION_ERROR"


def _get(site, target, *lines, port=None):
    """GET of any bytes, with header lines of any bytes."""
    if isinstance(target, str):
        target = target.encode()
    return exact(port or site.api_port, b"\r\n".join([
        b"GET " + target + b" HTTP/1.1", b"Host: localhost",
        b"Connection: close", *lines, b"", b""]))


def _is(answer, status, code, what):
    assert answer is not None and answer.status == status, (what, answer)
    assert answer.code == code, (what, answer)
    assert len(answer.body) < 20000, (what, len(answer.body))


# ---- paths and queries ----

def odd_paths_are_refused_in_the_envelope(site):
    with unharmed(site):
        for path, status in (
                (b"/%00", 400), (b"/health%00", 400),
                (b"/public/pages/a\0b", 400), (b"/public/pages/%", 400),
                (b"/public/pages/%zz", 400), (b"/public/pages/%1", 400),
                (b"/public/pages/%ff", 400), (b"/public/pages/\xff", 400),
                (b"/public/pages/%c0%af", 400), (b"/public/pages/%c1%81", 400),
                (b"/public/pages/%e0%80%af", 400),
                (b"/public/pages/%ed%a0%80", 400),
                (b"/public/pages/%f4%90%80%80", 400),
                (b"/public/pages/%c3", 400), (b"/public/pages/a%2fb", 400),
                (b"/public/pages/a%5Cb", 400), (b"/public/pages/a%0db", 400),
                (b"/public/pages/a%0aX-Evil:%201", 400),
                (b"/public/pages/%7f", 400), (b"/public/./pages", 400),
                (b"/public/%2e/pages", 400), (b"/public/x/../pages", 400),
                (b"/public/x/%2e%2e/pages", 400), (b"//public/pages", 404),
                (b"/public//pages", 404), (b"/public/pages//", 404),
                (b"/public/pages/", 404), (b"/PUBLIC/PAGES", 404),
                (b"/public/pages;x=1", 404), (b"/public/pages%20", 404),
                (b"/public/pages/%c3%a4", 404), (b"/public/pages/a%2500", 404),
                (b"/public/pages/" + b"x" * 7000, 404),
                (b"/public/pages/" + b"%c3%a4" * 1000, 404),
                (b"/public" + b"/x" * 3000, 404), (b"/" * 5000, 404)):
            code = MALFORMED if status == 400 else "NOT_FOUND"
            for port in (site.api_port, site.spa_port):
                answer = _get(site, b"/api/v1" + path, port=port)
                _is(answer, status, code, path)
                assert answer.header("X-Evil") is None, path
        for path in (b"/../../etc/passwd", b"/%2e%2e/%2e%2e/env",
                     b"/api/v1/../../../env", b"/..%2f..%2fenv"):
            answer = _get(site, path)
            assert answer.status in (400, 404), (path, answer)
            assert b"SECRET" not in answer.body, path


def odd_addresses_of_pages_are_answered_with_pages(site):
    with unharmed(site):
        for path in (b"/en/%ff", b"/en/\xff", b"/en/%c0%af", b"/en/a%2fb",
                     b"/en/..", b"/en/%2e%2e/x", b"//en/", b"/en//", b"/en/.",
                     b"/en/%0d%0aX-Evil:1", b"/xx/", b"/EN/",
                     b"/en/" + b"x" * 7000, b"/e" * 3000, b"/en/a'b\"c<d>",
                     b"/en/?q=%ff", b"/en/search?q=%ff", b"/en/search?q=%00",
                     b"/en/search?q=" + b"%c3%a4" * 1200, b"/en/search?page=0",
                     b"/en/search?q=a&page=" + b"9" * 400, b"/en/?lang=%",
                     b"/sitemaps/x", b"/sitemaps/99999999999999999999",
                     b"/static/../env", b"/static/%2e%2e%2fenv", b"/static/",
                     b"/en/preview/", b"/en/preview/" + b"A" * 5000,
                     b"/?" + b"&" * 5000, b"/en/x;y", b"/en/%3Cscript%3E"):
            for more in ((), (b"Cookie: lang=%ff; lang=\xff; =; ;",),
                         (b"Referer: \xff",)):
                answer = _get(site, path, *more, port=site.spa_port)
                assert answer.status in (200, 301, 302, 400, 404), (path,
                                                                    answer)
                assert answer.header("X-Evil") is None, path
                assert b"<script>" not in answer.body, path
                if answer.status in (200, 404) and answer.body[:1] == b"<":
                    assert answer.text.count("<h1") == 1, (path, answer)


def a_target_may_be_a_whole_address(site):
    answer = _get(site, "http://localhost/api/v1/health")
    assert answer.status == 200 and answer.json["status"] == "healthy"
    assert _get(site, "http://evil.example/api/v1/health").status == 421


def an_id_is_digits_and_nothing_else(site):
    admin = site.admin()
    number = admin.post(PAGES, {"title": {"en": "Number"}}).data["id"]
    with unharmed(site):
        for odd in ("0", "-1", f"0{number}", f"+{number}", f"{number}.0",
                    f"{number}e0", "0x1", f"%20{number}", f"{number}%20",
                    "9" * 18, str(2 ** 63), str(2 ** 64 + number), "9" * 100,
                    "%EF%BC%91", "null", "me", "*"):
            answer = admin.get(f"{PAGES}/{odd}")
            _is(answer, 404, "NOT_FOUND", odd)
        assert admin.get(f"{PAGES}/{number}").status == 200


def odd_queries_are_refused_in_the_envelope(site):
    with unharmed(site):
        for query, status in (
                ("%", 400), ("a=%", 400), ("lang=%f", 400), ("lang=%ff", 400),
                ("search=%c0%af", 400), ("search=%ed%a0%80", 400),
                ("search=a%00b", 400), ("%00=1", 400), ("search=%c3", 400),
                ("&".join(f"p{n}=1" for n in range(65)), 400),
                ("&".join(["a"] * 4000), 400), ("page=1&page=1", 422),
                ("lang=en&lang=de", 422), ("page=0", 422), ("page=-1", 422),
                ("page=1.0", 422), ("page=1e1", 422), ("page=0x1", 422),
                ("page=%2b1", 422), ("page=%201", 422), ("page=01", 422),
                ("page=" + "9" * 400, 422), ("page=", 422), ("page", 422),
                ("per_page=101", 422), ("per_page=0", 422),
                ("page[]=1", 422), ("sort_by=id;--", 422),
                ("sort_by=password_hash", 422), ("sort_by=", 422),
                ("order=DESC", 422), ("is_featured=1", 422),
                ("is_featured=TRUE", 422), ("lang=xx", 422),
                ("lang=en%27--", 422), ("lang=", 422), ("cursor=", 422),
                ("cursor=x", 422), ("cursor=" + "A" * 7000, 422),
                ("cursor=%27", 422), ("unknown=1", 422), ("=1", 422),
                ("constructor=1", 422), ("x" * 7000 + "=1", 422)):
            answer = _get(site, f"{PUBLIC}?{query}")
            _is(answer, status, MALFORMED if status == 400 else INVALID,
                query[:60])
        for query in ("", "&", "&&&&&", "utm_=x", "utm_a=%20%2B%26",
                      "search=" + "w+" * 80, "search=%F0%9F%98%80",
                      "search=%22%27%29%3B--", "search=*", "search=AND",
                      "search=%CC%88", "search=%2e%2e"):
            answer = _get(site, f"{PUBLIC}?{query}")
            assert answer.status == 200, (query, answer)
        answer = _get(site, PUBLIC + "?" + "a=1&" * 10000)
        _is(answer, 414, "URI_TOO_LONG", "10,000 parameters")


# ---- headers ----

def odd_credentials_open_nothing(site):
    token = site.admin().token.encode()
    with unharmed(site):
        for value in (b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"bearer",
                      token, b"Bearer " + token + b" x",
                      b"Bearer " + token + b"\t", b"Bearer \xff\xfe",
                      b"Bearer " + token[:-1] + b"\xc3\xa4",
                      b"Bearer " + b"x" * 8000, b"Bearer " + b"a." * 3000,
                      b"Bearer " + b"." * 4000, b"Token " + token,
                      b"Bearer " + token + b"," + token,
                      b"Bearer mag_" + b"x" * 43, b"Bearer null"):
            if value.strip() == b"Bearer " + token:
                continue        # a tab at the end is none of the value
            answer = _get(site, PAGES, b"Authorization: " + value)
            _is(answer, 401, "UNAUTHENTICATED", value[:40])
            assert answer.header("WWW-Authenticate") == "Bearer", value[:40]
        answer = _get(site, PAGES, b"Authorization: Bearer " + b"x" * 9000)
        _is(answer, 400, MALFORMED, "a header of nine thousand bytes")
        answer = _get(site, PAGES, *[b"X-%d: " % n + b"x" * 7000
                                     for n in range(5)])
        _is(answer, 400, MALFORMED, "five large headers")


def odd_languages_get_an_answer_in_one_of_ours(site):
    with unharmed(site):
        for value in (b"", b"*", b"de;q=2", b";;;", b"de;q=", b"-", b"\xff",
                      b"x" * 8000, b"xx;q=0.1," * 800 + b"de",
                      b"de," * 2600, b"a-" * 4000, b"q=1;q=1;q=1,",
                      b"de;q=0." + b"9" * 8000, b"\xc3\xa4\xc3"):
            answer = _get(site, "/api/v1/nothing",
                          b"Accept-Language: " + value)
            _is(answer, 404, "NOT_FOUND", value[:40])
            answer = _get(site, "/", b"Accept-Language: " + value,
                          b"Cookie: lang=" + value[:4000],
                          port=site.spa_port)
            assert answer.status == 302, (value[:40], answer)
            assert answer.header("Location").endswith(("/en/", "/de/")), answer


def conditions_are_read_to_their_end(site):
    admin = site.admin()
    page = admin.post(PAGES, {"slug": "cond", "title": {"en": "Condition"},
                              "status": "published"})
    url, etag = f"{PAGES}/{page.data['id']}", page.header("ETag")
    many = ", ".join(f'"r{n}"' for n in range(9000, 9900))
    with unharmed(site):
        for value in (many, '"', '""', "r1", '"r1', '"r99999999999999999999"',
                      '"r-1"', '"r1 "', "W/" * 3000, "," * 7000, '"x', "'*'",
                      etag.strip('"'), f"[{etag}]", '"\\', "**"):
            answer = admin.patch(url, {"sort_order": 9}, If_Match=value)
            _is(answer, 412, "PRECONDITION_FAILED", value[:40])
        for value in (etag, "W/" + etag, f'{many[:4000].rsplit(",", 1)[0]}, '
                      f'{etag}', f' , ,{etag} ,', "*"):
            answer = admin.patch(url, {"sort_order": 0}, If_Match=value)
            assert answer.status == 200, (value[:40], answer)
        path = PUBLIC + "/cond"
        etag = site.api.get(path).header("ETag")
        for value in (etag, "W/" + etag, "*", many + ", " + etag,
                      f'"a,b", {etag}'):
            for client in (site.api, admin):
                answer = client.get(path, If_None_Match=value)
                assert answer.status == 304, (value[:40], answer)
                assert answer.body == b"", answer
                assert answer.header("Access-Control-Allow-Origin") == "*"
        for value in (many, '"', "W/", etag.strip('"'), ""):
            answer = site.api.get(path, If_None_Match=value)
            assert answer.status == 200, (value[:40], answer)


def a_part_of_an_answer_is_not_to_be_had(site):
    with unharmed(site):
        whole = _get(site, PUBLIC)
        for value in (b"bytes=0-0", b"bytes=-1", b"bytes=9999-",
                      b"bytes=" + b"0-1," * 1000, b"x"):
            answer = _get(site, PUBLIC, b"Range: " + value,
                          b'If-Range: "x"')
            assert (answer.status, answer.body) == (200, whole.body), answer


def headers_of_strangers_change_nothing(site):
    """Those that some servers take for more than they are."""
    with unharmed(site):
        answer = _get(site, PAGES, b"X-Original-URL: /api/v1/health",
                      b"X-Rewrite-URL: /api/v1/health",
                      b"X-HTTP-Method-Override: POST", b"Proxy: http://x",
                      b"Content_Length: 5", b"X-Accel-Redirect: /protected/",
                      b"X-Forwarded-Proto: https", b"Remote-Addr: ::1",
                      b"MAGNETIQ_SERVER: metrics", b"Forwarded: for=x")
        _is(answer, 401, "UNAUTHENTICATED", "overrides")
        answer = site.api.get("/api/v1/metrics", Magnetiq_Server="metrics")
        _is(answer, 404, "NOT_FOUND", "metrics")
        client = Client(site.api_port)
        answer = client.post("/api/v1/auth/login", {
            "email": "admin@example.org", "password": site.PASSWORD},
            X_Forwarded_For="9.9.9.9", X_Real_IP="9.9.9.9")
        client.token = answer.data["access_token"]
        sessions = client.get("/api/v1/auth/sessions").data
        assert "9.9.9.9" not in json.dumps(sessions), sessions
        answer = _get(site, "/api/v1/health", b"Host: evil.example")
        _is(answer, 400, MALFORMED, "two hosts")


# ---- JSON ----

def _post(site, body, **headers):
    return site.admin().request("POST", PAGES, body, {
        "Content-Type": "application/json", **headers})


def _titled(more):
    return b'{"title":{"en":"T"},' + more + b"}"


def _nested(depth, left=b"[", right=b"]"):
    """A body whose innermost value is that deep."""
    return _titled(b'"x":' + left * (depth - 1) + b"0" + right * (depth - 1))


def what_is_no_json_is_malformed(site):
    before = site.rows("SELECT count(*) AS n FROM pages")
    with unharmed(site):
        for body in (
                b"\xef\xbb\xbf{}", b"{} x", b"{}{}", b"{}\0", b"\0{}",
                b'{"a":1,}', b"{'a':1}", b"{a:1}", b'{"a":NaN}',
                b'{"a":Infinity}', b'{"a":-Infinity}', b'{"a":01}',
                b'{"a":1.}', b'{"a":.5}', b'{"a":+1}', b'{"a":1e}',
                b'{"a":0x1}', b'{"a":-}', b'{"a":--1}', b"/* */{}", b"{}//",
                b'{"a":/**/1}', b'{"a":"\x01"}', b'{"a":"\n"}', b'{"a":"\t"}',
                b'{"a":"\\x"}', b'{"a":"\\u12"}', b'{"a":"\\ud800"}',
                b'{"a":"\\udc00"}', b'{"a":"\\ud800\\u0041"}',
                b'{"\\ud800":1}', b'{"a":"\xff"}', b'{"a":"\xc0\xaf"}',
                b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf4\x90\x80\x80"}',
                b'{"a":"\xc3"}', b'{"\xff":1}', b'{"a":[1\0,2]}', b"{", b"}",
                b'{"a"', b'{"a":', b'{"a":1', b'"', b"tru", b"nulll", b" ",
                "{}".encode("utf-16"), "{}".encode("utf-32"), b"a=1&b=2",
                zlib.compress(b"{}"), _nested(33), _nested(33, b'{"a":', b"}"),
                b"[" * (256 * 1024), b'{"a":' * 50000, b"]" * 1000,
                b'"' + b"\\" * (256 * 1024 - 1)):
            began = time.monotonic()
            _is(_post(site, body), 400, MALFORMED, body[:40])
            assert time.monotonic() - began < 1, body[:40]
    assert site.rows("SELECT count(*) AS n FROM pages") == before


def what_is_json_but_wrong_is_named(site):
    before = site.rows("SELECT count(*) AS n FROM pages")
    wrong = site.admin().request
    with unharmed(site):
        for body, field in (
                (b'{"slug":"a","slug":"b"}', "slug"),
                (b'{"title":{"en":"a","en":"b"}}', "title.en"),
                (b'{"slug":"a","\\u0073lug":"b"}', "slug"),
                (b'{"title":{"en":"a\\u0000b"}}', "title.en"),
                (_titled(b'"a\\u0000b":1'), None),
                (_titled(b'"sort_order":1e999'), "sort_order"),
                (_titled(b'"sort_order":-1e999'), "sort_order"),
                (_titled(b'"sort_order":12345678901234567890'), "sort_order"),
                (_titled(b'"sort_order":9007199254740993'), "sort_order"),
                (_titled(b'"sort_order":1.5'), "sort_order"),
                (_titled(b'"sort_order":1e-400'), None),
                (_titled(b'"sort_order":"1"'), "sort_order"),
                (_titled(b'"sort_order":true'), "sort_order"),
                (_titled(b'"sort_order":[]'), "sort_order"),
                (_titled(b'"sort_order":' + b"9" * 5000), "sort_order"),
                (_titled(b'"is_featured":0'), "is_featured"),
                (_titled(b'"is_featured":"false"'), "is_featured"),
                (_titled(b'"Slug":"a"'), "Slug"),
                (_titled(b'"__proto__":{}'), "__proto__"),
                (_titled(b'"":1'), None), (_nested(32), "x"),
                (_nested(32, b'{"a":', b"}"), "x"),
                (b'{"title":"plain"}', "title"), (b'{"title":[]}', "title"),
                (b'{"title":{"en":null}}', None),
                (b'{"title":{"en":1}}', "title.en"),
                (b'{"title":{"EN":"x"}}', None), (b"[]", ""), (b"null", ""),
                (b'"x"', ""), (b"1", ""), (b"true", ""), (b"-0", "")):
            answer = wrong("POST", PAGES, body,
                           {"Content-Type": "application/json"})
            if body == _titled(b'"sort_order":1e-400') and \
                    answer.status == 201:
                before[0]["n"] += 1
                continue
            _is(answer, 422, INVALID, body[:60])
            if field is not None:
                assert field in answer.fields, (body[:60], answer)
    assert site.rows("SELECT count(*) AS n FROM pages") == before


def a_body_at_the_limit_is_read_quickly_and_named_shortly(site):
    most = 256 * 1024
    with unharmed(site):
        for body, status in (
                (_titled(b'"x":[' + b"0," * 9000 + b"0]"), 422),
                (_titled(b'"x":[' + b"0," * 120000 + b"0]"), 422),
                (_titled(b",".join(b'"k%d":1' % n for n in range(15000))),
                 422),
                (_titled(b'"x":"' + b"y" * 250000 + b'"'), 422),
                (b'{"' + b"k" * 250000 + b'":1}', 422),
                (_titled(b'"x":"' + b"\\u00e4" * 40000 + b'"'), 422),
                (_titled(b'"content":[' + b'{"type":"text"},' * 3000 +
                         b'{"type":"text"}]'), 422),
                (b'{"title":{"en":"Space"}' + b" " * (most - 24) + b"}", 201),
                (b'{"title":{"en":"Space"}' + b" " * (most - 23) + b"}",
                 413)):
            began = time.monotonic()
            answer = _post(site, body)
            assert answer.status == status, (body[:60], answer)
            assert time.monotonic() - began < 2, body[:60]
            assert len(answer.body) < 40000, (body[:60], len(answer.body))


def numbers_come_back_as_they_were_sent(site):
    admin = site.admin()
    page = admin.post(PAGES, {"title": {"en": "Sum"}}).data
    for sent, back in ((b"-0", 0), (b"0", 0), (b"1e2", 100), (b"7.0", 7),
                       (b"-12", -12)):
        answer = admin.request("PATCH", f"{PAGES}/{page['id']}",
                               b'{"sort_order":' + sent + b"}",
                               {"Content-Type": "application/json"})
        assert answer.status in (200, 422), (sent, answer)
        if answer.status == 200:
            assert answer.data["sort_order"] == back, (sent, answer)
            assert b'"sort_order":-0' not in answer.body, answer


def a_type_is_json_or_it_is_not(site):
    with unharmed(site):
        for kind, status in (
                ("application/json", 422), ("APPLICATION/JSON", 422),
                ("application/json;charset=UTF-8", 422),
                ('application/json; charset="utf-8"', 422),
                ("application/json; charset=latin1", 415), ("", 415),
                ("application/json, text/plain", 415), ("application", 415),
                ("application/json;", 415), ("application/jsonx", 415),
                ("text/json", 415), ("application/merge-patch+json", 415),
                ("application/json; " + "x" * 7000, 415),
                ("multipart/form-data; boundary=b", 415),
                ("application/x-www-form-urlencoded", 415)):
            answer = _post(site, b"{}", **{"Content-Type": kind})
            if kind == "application/json;":
                assert answer.status in (415, 422), answer
                continue
            assert answer.status == status, (kind, answer)
            assert answer.code == (INVALID if status == 422 else
                                   "UNSUPPORTED_MEDIA_TYPE"), answer


# ---- multipart ----

def _png(salt):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + bytes(12)) * 4
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) +
            chunk(b"tEXt", b"Salt\0" + salt) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def _form(parts, boundary=b"b"):
    """[(header lines, content)] between boundaries."""
    return b"".join(b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + content +
                    b"\r\n" for head, content in parts) + (
        b"--" + boundary + b"--\r\n")


def _field(name, content):
    return (b'Content-Disposition: form-data; name="' + name + b'"', content)


def _file(salt, filename=b"a.png"):
    return (b'Content-Disposition: form-data; name="file"; filename="' +
            filename + b'"\r\nContent-Type: image/png', _png(salt))


def _media(site, body, boundary=b"b"):
    return site.admin().request("POST", MEDIA, body, {
        "Content-Type": b"multipart/form-data; boundary=" + boundary})


def odd_forms_are_refused_and_leave_nothing(site):
    before = site.rows("SELECT count(*) AS n FROM media_files")
    good = _form([_file(b"odd")])
    disposition = b'Content-Disposition: form-data; name="title"'
    with unharmed(site):
        for body, boundary, status in (
                (good.replace(b"--b", b"--" + b"x" * 71), b"x" * 71, 400),
                (good.replace(b"\r\n", b"\n"), b"b", 400),
                (b"--b\r\n" + disposition, b"b", 400),
                (b"--b\r\n" + disposition + b"\r\n", b"b", 400),
                (b"--b", b"b", 400), (b"--b--\r\n", b"b", 422),
                (b"x" * 50000, b"b", 400), (b"--b\r\n\r\n\r\n--b--", b"b", 400),
                (b"\r\n" * 20000, b"b", 400), (b"--b\r\n" * 5000, b"b", 400),
                (_form([_field(b"title", b"x")] * 40), b"b", 400),
                (_form([(b"X: " + b"y" * 9000, b"x")]), b"b", 400),
                (_form([(b"no colon here", b"x")]), b"b", 400),
                (_form([(b"Content-Disposition: attachment", b"x")]), b"b",
                 400),
                (_form([_field(b"", b"x")]), b"b", 400),
                (_form([_field(b"title", b"\xff\xfe"), _file(b"u")]), b"b",
                 400),
                (_form([_field(b"title", b"a\0b"), _file(b"u")]), b"b", 422),
                (_form([_field(b"title", b"x" * 66000), _file(b"u")]), b"b",
                 422),
                (_form([_field(b"ti\xc3\xa4tle", b"x"), _file(b"u")]), b"b",
                 422),
                (_form([_field(b"ti%22tle", b"x"), _file(b"u")]), b"b", 422),
                (_form([_field(b'ti\\"tle', b"x"), _file(b"u")]), b"b", 422),
                (_form([(disposition + b"; filename=x", b"x"), _file(b"u")]),
                 b"b", 422),
                (_form([(disposition + b"\r\n" + disposition, b"x"),
                        _file(b"u")]), b"b", 400),
                (_form([(disposition +
                         b"\r\nContent-Transfer-Encoding: base64", b"eA=="),
                        _file(b"u")]), b"b", 400),
                (good, b"", 400), (good, b'"b', 400), (good, b"b b", 400),
                (good, b"b\xff", 400)):
            answer = _media(site, body, boundary)
            if boundary != b"b" and answer.status == 415:
                continue        # the type itself could not be read
            _is(answer, status, MALFORMED if status == 400 else INVALID,
                (body[:60], boundary[:20]))
    assert site.rows("SELECT count(*) AS n FROM media_files") == before


def odd_forms_that_are_right_are_taken(site):
    with unharmed(site):
        for salt, body, boundary in (
                (b"1", _form([_file(b"1")], b"x" * 70), b"x" * 70),
                (b"2", b"preamble\r\n" + _form([_file(b"2")]) + b"epilogue",
                 b"b"),
                (b"3", _form([_file(b"3")], b"a b"), b'"a b"'),
                (b"4", _form([_file(b"4", b"\xc3\xa4 \xe2\x82\xac.png")]),
                 b"b"),
                (b"5", _form([_file(b"5", b'say %22hi%22.png')]), b"b"),
                (b"6", _form([_file(b"6", b'say \\"hi\\".png')]), b"b"),
                (b"7", _form([_field(b"title", b""), _file(b"7")]), b"b")):
            answer = _media(site, body, boundary)
            assert answer.status == 201, (salt, answer)
            item = answer.data
            assert item["file_size"] == len(_png(salt)), item
            if salt == b"4":
                assert item["original_filename"] == "ä €.png", item
            if salt == b"6":
                assert item["original_filename"] == 'say "hi".png', item


run(globals(), "--no-demo")
