#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What nobody may read: in logs, answers, processes, files, the database."""
import json
import os
import re
import stat
import subprocess

from harness import Client, run, until
from jobs_done import letters, text_of

AUTH = "/api/v1/auth/"
PAGES = "/api/v1/content/pages"
KEYS = "/api/v1/admin/api-keys"
USERS = "/api/v1/admin/users"
PEOPLE = ["admin@example.org", "editor@example.org", "viewer@example.org",
          "karla.kolumna@press.example", "nobody.at.all@nowhere.example"]
secrets, answers = {}, []


class _Listening(Client):
    """A client that remembers whatever it was told."""

    def request(self, *arguments, **more):
        answer = super().request(*arguments, **more)
        answers.append((arguments[:2], answer))
        return answer


def _keep(**named):
    for name, value in named.items():
        assert value and len(value) > 8, name
        secrets[name] = value


def _client(site, token=None, port=None):
    return _Listening(port or site.api_port, token)


def _letter(site, address):
    """The text of the newest letter to an address."""
    return text_of(until(lambda: letters(site, address), 15,
                         "no letter came")[-1])


def _token_of(text):
    return re.search(r"reset[^\s\"<>]*?[/=]([\w.-]{30,})", text)[1]


def a_session_with_all_that_is_secret(site):
    _keep(password=site.PASSWORD, key=site.env["SECRET_KEY"])
    site.admin()
    client = _client(site)
    data = client.post(AUTH + "login", {
        "email": PEOPLE[0], "password": site.PASSWORD}).data
    _keep(access=data["access_token"], refresh=data["refresh_token"])
    data = client.post(AUTH + "refresh", {
        "refresh_token": data["refresh_token"]}).data
    _keep(access2=data["access_token"], refresh2=data["refresh_token"])
    admin = _client(site, data["access_token"])
    _keep(typo="a very secret typo", unknown="a password of nobody")
    client.post(AUTH + "login", {"email": PEOPLE[0],
                                 "password": secrets["typo"]})
    client.post(AUTH + "login", {"email": PEOPLE[4],
                                 "password": secrets["unknown"]})
    spa = _client(site, port=site.spa_port)
    answer = spa.post(AUTH + "login", {
        "email": PEOPLE[0], "password": site.PASSWORD, "use_cookie": True},
        Origin=f"http://localhost:{site.spa_port}")
    cookie = answer.header("Set-Cookie").split(";")[0]
    _keep(cookie=cookie.split("=", 1)[1])
    answers.pop()
    assert spa.post(AUTH + "refresh", Cookie=cookie, Origin="http://"
                    f"localhost:{site.spa_port}").status == 200
    answers.pop()
    _keys_and_links(site, admin)
    _passwords(site, admin, client)
    _mishaps(site, admin)


def _keys_and_links(site, admin):
    key = admin.post(KEYS, {"name": "Import", "role": "viewer",
                            "scopes": ["content:read"]}).data
    _keep(api_key=key["key"])
    assert _client(site, key["key"]).get(PAGES).status == 200
    admin.get(KEYS)
    page = admin.post(PAGES, {"slug": "draft", "title": {"en": "Draft"}}).data
    link = admin.post(f"{PAGES}/{page['id']}/preview").data["url"]
    path = "/" + link.split("/", 3)[3]
    token = path.rsplit("/", 1)[1]
    _keep(preview=token)
    spa = _client(site, port=site.spa_port)
    for where in (path, f"/api/v1/public/pages/preview/{token}",
                  path + "?utm_x=1", path[:-2]):
        spa.get(where, Referer=link)
    admin.get(f"{PAGES}?token={token}")


def _passwords(site, admin, client):
    _keep(first="the first of Karla 1", second="the second of Karla 2",
          third="the third of Karla 3")
    answer = admin.post(USERS, {"email": PEOPLE[3], "role": "editor",
                                "password": secrets["first"]})
    assert answer.status == 201, answer
    assert client.post(AUTH + "forgot-password",
                       {"email": PEOPLE[3]}).status == 202
    client.post(AUTH + "forgot-password", {"email": PEOPLE[4]})
    token = _token_of(_letter(site, PEOPLE[3]))
    _keep(reset=token)
    form = _client(site, port=site.spa_port).get(
        "/admin/reset-password?token=" + token)
    assert form.status == 200, form
    assert form.header("Referrer-Policy") == "no-referrer", form
    assert form.header("Cache-Control") == "no-store", form
    answers.pop()               # the form brings the token back
    assert client.post(AUTH + "reset-password", {
        "token": token, "new_password": secrets["second"]}).status == 200
    client.post(AUTH + "reset-password", {
        "token": token, "new_password": secrets["second"]})
    data = client.post(AUTH + "login", {
        "email": PEOPLE[3], "password": secrets["second"]}).data
    _keep(access3=data["access_token"], refresh3=data["refresh_token"])
    karla = _client(site, data["access_token"])
    assert karla.post(AUTH + "change-password", {
        "current_password": secrets["second"],
        "new_password": secrets["third"]}).status == 204
    karla.post(AUTH + "change-password", {
        "current_password": secrets["third"],
        "new_password": secrets["third"], "extra": secrets["typo"]})
    karla.get(AUTH + "sessions")
    karla.post(AUTH + "logout", {"refresh_token": secrets["refresh3"]})
    site.magnetiq("user", "list")
    site.magnetiq("create-admin", "--email", PEOPLE[0], "--password-stdin",
                  stdin=secrets["typo"] + "\n", check=False)


def _mishaps(site, admin):
    """What goes wrong says least of all."""
    site.sql("ALTER TABLE redirects RENAME TO elsewhere")
    try:
        assert admin.get("/api/v1/admin/redirects").status == 500
        spa = _client(site, port=site.spa_port)
        spa.get("/en/none/" + secrets["preview"])
    finally:
        site.sql("ALTER TABLE elsewhere RENAME TO redirects")
    for path in (USERS, "/api/v1/admin/audit-log", "/api/v1/admin/settings",
                 "/api/v1/admin/system-health", "/api/v1/admin/jobs",
                 "/openapi.json", "/api/v1/health/detailed"):
        assert admin.get(path).status == 200, path
    for body in (b'{"email":"' + secrets["typo"].encode(), b"[",
                 json.dumps({"password": secrets["typo"]}).encode(),
                 json.dumps({secrets["typo"]: 1}).encode()):
        admin.request("POST", AUTH + "login", body,
                      {"Content-Type": "application/json"})
        answers.pop()           # what is not a field is named by its name
    os.rename(site.socket_path(), site.socket_path() + ".away")
    try:
        assert admin.get(PAGES + "?token=" + secrets["preview"]
                         ).status == 503
    finally:
        os.rename(site.socket_path() + ".away", site.socket_path())


def no_log_holds_a_secret(site):
    logs = site.logs()
    assert len(logs) > 5000 and "/***" in logs, len(logs)
    for name, value in secrets.items():
        assert value not in logs, (name, [s for s in logs.split("\n")
                                          if value in s])
    for address in PEOPLE:
        assert address not in logs, address
    for line in logs.split("\n"):
        assert not re.search(r"eyJ|\$s1\$|Bearer ", line), line


def no_answer_tells_of_the_inside(site):
    given = {"access", "access2", "access3", "refresh", "refresh2",
             "refresh3", "api_key", "preview"}
    assert len(answers) > 30
    for what, answer in answers:
        text = repr(answer.headers) + answer.body.decode()
        for name, value in secrets.items():
            if name not in given:
                assert value not in text, (what, name)
        assert not re.search(r"\$s1\$|\$2b\$|SELECT |no such table|\.c:\d",
                             text), (what, answer)
        if what[1] != "/openapi.json":
            assert "sqlite3" not in text.lower(), (what, answer)
        for path in (site.state, site.dir, "/usr/", "/work/"):
            assert path not in text, (what, path)
    shown = [a.text for w, a in answers if w == ("GET", KEYS)]
    assert shown and secrets["api_key"] not in shown[0]


def no_process_shows_a_secret(site):
    listed = subprocess.run(["ps", "axww", "-o", "args"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    for name, value in secrets.items():
        assert value not in listed, name
    seen = 0
    for pid, line in site.processes():
        if "nginx" not in line:
            continue
        with open(f"/proc/{pid}/environ", "rb") as f:
            environ = f.read()
        seen += 1
        for name, value in secrets.items():
            assert value.encode() not in environ, (line, name)
    assert seen >= 2, seen


def the_database_holds_only_hashes(site):
    """Not in a row, and not in a page that was left behind."""
    def rows():
        tables = site.rows("SELECT name FROM sqlite_schema WHERE type ="
                           " 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
        return str([site.rows(f"SELECT * FROM {t['name']}") for t in tables])
    # A letter that waits holds its link; one that was sent does not.
    until(lambda: secrets["reset"] not in rows())
    path = site.env["DATABASE_URL"]
    raw = b""
    for name in (path, path + "-wal"):
        with open(name, "rb") as f:
            raw += f.read()
    for name, value in secrets.items():
        assert name == "reset" or value.encode() not in raw, name
    assert all(r["hashed_password"] is None or
               r["hashed_password"].startswith("$s1$")
               for r in site.rows("SELECT hashed_password FROM admin_users"))


def what_is_written_is_for_its_owner_only(site):
    site.magnetiq("backup", check=False)
    seen = set()
    for folder, names, files in os.walk(site.state):
        for name in names + files:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            short = os.path.relpath(path, site.state)
            first = short.split("/")[0]
            seen.add(first)
            # nginx makes its own socket so that all may; the folder that it
            # stands in is closed.
            if stat.S_ISLNK(mode) or first.startswith(("prog", "nginx")) or \
                    short == "metrics.sock":
                continue
            # nginx and the workers may be two users of one group.
            others = 0o007 if stat.S_ISSOCK(mode) else 0o077 if first in (
                "env", "logs", "mail") or ".db" in name or \
                "private" in short or "backup" in short else 0o002
            assert mode & others == 0, (short, oct(mode))
    assert {"env", "logs", "mail", "app.sock", "auth.sock", "metrics.sock",
            "media"} <= seen, seen


run(globals(), "--no-demo")
