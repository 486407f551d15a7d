#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Signing in: the contract of /auth, line by line."""
import base64
import json
import re
import threading
import time

from harness import Client, run

LOGIN = "/api/v1/auth/login"
REFRESH = "/api/v1/auth/refresh"
LOGOUT = "/api/v1/auth/logout"
ME = "/api/v1/auth/me"
SESSIONS = "/api/v1/auth/sessions"
USERS = "/api/v1/admin/users"


def _user(site, email, role="editor", **more):
    answer = site.admin().post(USERS, {"email": email, "role": role,
                                       "password": site.PASSWORD, **more})
    assert answer.status == 201, answer
    return answer.data


def _login(site, email, password=None, **more):
    return Client(site.api_port).post(LOGIN, {
        "email": email, "password": password or site.PASSWORD, **more})


def _me(site, token):
    return Client(site.api_port, token).get(ME).status


def _origin(site):
    return f"http://localhost:{site.spa_port}"


def a_sign_in_gives_two_tokens_and_the_user(site):
    user = _user(site, "Anna@Example.org", first_name="Anna")
    answer = _login(site, "anna@example.ORG")
    assert answer.status == 200, answer
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("Set-Cookie") is None
    data = answer.data
    assert set(data) == {"access_token", "refresh_token", "token_type",
                         "expires_in", "user"}, data
    assert data["token_type"] == "bearer" and data["expires_in"] == 900
    assert data["user"]["id"] == user["id"]
    assert data["user"]["last_login"] and "password" not in str(data["user"])
    head, claims, _ = data["access_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(claims + "==="))
    assert set(claims) == {"sub", "role", "iat", "exp", "iss", "aud", "jti",
                           "sid", "type"}, claims
    assert claims["exp"] - claims["iat"] == 900
    assert claims["role"] == "editor" and claims["sub"] == str(user["id"])
    assert json.loads(base64.urlsafe_b64decode(head + "==="))["alg"] == \
        "HS256"
    answer = Client(site.api_port, data["access_token"]).get(ME)
    assert answer.status == 200 and answer.data["email"] == \
        "Anna@Example.org", answer


def unknown_and_wrong_are_the_same_in_text_status_and_time(site):
    def ask(email):
        began = time.monotonic()
        answer = _login(site, email, "wrong password 1")
        took = time.monotonic() - began
        body = answer.json
        body.pop("request_id")
        assert answer.status == 401, answer
        assert answer.header("WWW-Authenticate").startswith("Bearer"), answer
        return body, took
    known = [ask("anna@example.org") for _ in range(3)]
    unknown = [ask("nobody@example.org") for _ in range(3)]
    assert all(body == known[0][0] for body, _ in known + unknown)
    fast, slow = sorted(min(t for _, t in x) for x in (known, unknown))
    assert slow < fast * 1.5 + 0.05, (known, unknown)
    assert _login(site, "anna@example.org").status == 200


def what_is_no_sign_in_is_refused(site):
    api = Client(site.api_port)
    for body, status, fields in (
            ({}, 422, ["email", "password"]),
            ({"email": "anna@example.org"}, 422, ["password"]),
            ({"email": 7, "password": "x"}, 422, ["email"]),
            ({"email": "a@b.c", "password": "x", "otp": 1}, 422, ["otp"]),
            ({"email": "a@b.c", "password": "x", "use_cookie": "yes"}, 422,
             ["use_cookie"]), ([], 422, None), (b"", 400, None),
            (b"{", 400, None), (b'{"email":"a\\u0000b","password":"x"}', 422,
                                None), (b" " * 20000, 413, None)):
        answer = api.request("POST", LOGIN, body,
                             {"Content-Type": "application/json"})
        assert answer.status == status, (body, answer)
        if fields:
            assert answer.fields == fields, answer
    assert api.request("POST", LOGIN, b"x", {"Content-Type": "text/plain"}
                       ).status == 415
    assert api.get(LOGIN).status == 405


def no_forged_token_opens_anything(site):
    token = _login(site, "anna@example.org").data["access_token"]
    head, claims, mac = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode()
    more = json.loads(base64.urlsafe_b64decode(claims + "==="))
    more["sub"] = "1"
    more = base64.urlsafe_b64encode(json.dumps(more).encode()).decode()
    for forged in (f"{none.rstrip('=')}.{claims}.", f"{head}.{claims}.",
                   f"{head}.{more.rstrip('=')}.{mac}", token + "A",
                   token[:-1], "x", "a.b.c", "mag_x"):
        answer = Client(site.api_port, forged).get(ME)
        assert answer.status == 401 and answer.code == "UNAUTHENTICATED", \
            (forged, answer)
    assert _me(site, token) == 200
    assert Client(site.api_port).get(ME).status == 401


def a_refresh_token_is_spent_by_its_use(site):
    first = _login(site, "anna@example.org").data
    answer = site.api.post(REFRESH, {"refresh_token": first["refresh_token"]})
    assert answer.status == 200, answer
    second = answer.data
    assert second["refresh_token"] != first["refresh_token"]
    assert _me(site, first["access_token"]) == 200
    assert _me(site, second["access_token"]) == 200
    # Once more: stolen, so nobody of that session stays.
    answer = site.api.post(REFRESH, {"refresh_token": first["refresh_token"]})
    assert answer.status == 401, answer
    assert _me(site, first["access_token"]) == 401
    assert _me(site, second["access_token"]) == 401
    assert site.api.post(REFRESH, {"refresh_token": second["refresh_token"]}
                         ).status == 401
    for body, status in (({"refresh_token": "x"}, 401), ({}, 422),
                         ({"refresh_token": first["access_token"]}, 401)):
        assert site.api.post(REFRESH, body).status == status, body


def logging_out_ends_the_session_at_once(site):
    data = _login(site, "anna@example.org").data
    client = Client(site.api_port, data["access_token"])
    answer = client.post(LOGOUT)
    assert answer.status == 204 and answer.body == b"", answer
    assert _me(site, data["access_token"]) == 401
    assert site.api.post(REFRESH, {"refresh_token": data["refresh_token"]}
                         ).status == 401
    data = _login(site, "anna@example.org").data
    assert site.api.post(LOGOUT, {"refresh_token": data["refresh_token"]}
                         ).status == 204
    assert _me(site, data["access_token"]) == 401
    assert site.api.post(LOGOUT).status == 401
    assert site.api.post(LOGOUT, {"refresh_token": "x"}).status == 401


def a_browser_keeps_its_refresh_token_in_a_cookie(site):
    spa = Client(site.spa_port)
    body = {"email": "anna@example.org", "password": site.PASSWORD,
            "use_cookie": True}
    for origin in (None, "https://evil.example", "null"):
        assert spa.post(LOGIN, body, Origin=origin).status == 403, origin
    answer = spa.post(LOGIN, body, Origin=_origin(site))
    assert answer.status == 200 and "refresh_token" not in answer.data, answer
    cookie = answer.header("Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie
    assert "Path=/api/v1/auth" in cookie and "Secure" not in cookie, cookie
    pair = cookie.split(";")[0]
    assert spa.post(REFRESH, Cookie=pair).status == 403
    assert spa.post(REFRESH, Cookie=pair, Origin="https://evil.example"
                    ).status == 403
    answer = spa.post(REFRESH, Cookie=pair, Origin=_origin(site))
    assert answer.status == 200 and "refresh_token" not in answer.data, answer
    token = answer.data["access_token"]
    fresh = answer.header("Set-Cookie").split(";")[0]
    assert fresh != pair
    assert spa.post(LOGOUT, Cookie=fresh).status == 403
    answer = spa.post(LOGOUT, Cookie=fresh, Origin=_origin(site))
    assert answer.status == 204, answer
    assert "Max-Age=0" in answer.header("Set-Cookie"), answer
    assert _me(site, token) == 401


def five_failures_lock_the_pair_known_or_not(site):
    _user(site, "locked@example.org")
    for email in ("locked@example.org", "unknown@example.org"):
        for _ in range(5):
            assert _login(site, email, "wrong password 1").status == 401
        answer = _login(site, email)
        assert answer.status == 423 and answer.code == "ACCOUNT_LOCKED", \
            answer
        assert 1700 < int(answer.header("Retry-After")) <= 1800, answer
    assert _login(site, "anna@example.org").status == 200
    users = site.admin().get(USERS + "?search=&per_page=100")
    if users.status != 200:
        users = site.admin().get(USERS + "?per_page=100")
    user = [u for u in users.data if u["email"] == "locked@example.org"][0]
    assert user["locked_until"], user
    answer = site.admin().post(f"{USERS}/{user['id']}/unlock")
    assert answer.status == 200 and answer.data["locked_until"] is None
    assert _login(site, "locked@example.org").status == 200
    try:
        site.set_clock(1801)
        assert _login(site, "unknown@example.org", "x").status == 401
    finally:
        site.set_clock(0)


def sessions_are_listed_and_ended(site):
    one = _login(site, "anna@example.org").data["access_token"]
    two = _login(site, "anna@example.org").data["access_token"]
    client = Client(site.api_port, one)
    answer = client.get(SESSIONS)
    assert answer.status == 200 and answer.json["pagination"]["total"] == \
        len(answer.data), answer
    mine = [s for s in answer.data if s["current"]]
    assert len(mine) == 1 and "token" not in str(answer.data), answer
    assert set(mine[0]) == {"id", "user_agent", "ip_address", "created_at",
                            "last_seen_at", "expires_at", "current"}, mine
    theirs = Client(site.api_port, two).get(SESSIONS).data
    other = [s for s in theirs if s["current"]][0]["id"]
    assert client.delete(f"{SESSIONS}/{other}").status == 204
    assert client.delete(f"{SESSIONS}/{other}").status == 404
    assert _me(site, two) == 401
    stranger = site.admin().get(SESSIONS).data[0]["id"]
    assert client.delete(f"{SESSIONS}/{stranger}").status == 404
    assert client.delete(f"{SESSIONS}/x").status == 404


def one_changes_oneself_and_ones_password(site):
    _user(site, "berta@example.org")
    data = _login(site, "berta@example.org").data
    client = Client(site.api_port, data["access_token"])
    answer = client.patch(ME, {"first_name": "Bertå", "language": "de"})
    assert answer.status == 200 and answer.data["first_name"] == "Bertå"
    answer = client.patch(ME, {"role": "admin"})
    assert answer.status == 422 and answer.fields == ["role"], answer
    change = "/api/v1/auth/change-password"
    answer = client.post(change, {"current_password": "wrong",
                                  "new_password": "short"})
    assert answer.status == 422 and answer.fields == [
        "current_password", "new_password"], answer
    for weak in ("password123", "1234567890", "berta@example.org", "a" * 1025,
                 "ä" * 9):
        answer = client.post(change, {"current_password": site.PASSWORD,
                                      "new_password": weak})
        assert answer.status == 422, (weak, answer)
        assert answer.fields == ["new_password"], answer
    fresh = "ä" * 512
    answer = client.post(change, {"current_password": site.PASSWORD,
                                  "new_password": fresh})
    assert answer.status == 204, answer
    assert _login(site, "berta@example.org").status == 401
    assert _login(site, "berta@example.org", fresh).status == 200


def a_role_counts_from_the_next_request_on(site):
    user = _user(site, "emil@example.org")
    token = _login(site, "emil@example.org").data["access_token"]
    client = Client(site.api_port, token)
    pages = "/api/v1/content/pages"
    page = {"title": {"en": "x"}}
    assert client.post(pages, page).status == 201
    assert client.get(USERS).status == 403
    admin = site.admin()
    assert admin.patch(f"{USERS}/{user['id']}", {"role": "viewer"}
                       ).status == 200
    assert client.post(pages, page).status == 403
    assert client.get(pages).status == 200
    assert admin.patch(f"{USERS}/{user['id']}", {"is_active": False}
                       ).status == 200
    assert client.get(pages).status == 401
    assert _login(site, "emil@example.org").status == 401


def the_last_admin_stays(site):
    admin = site.admin()
    me = admin.get(ME).data["id"]
    assert admin.patch(f"{USERS}/{me}", {"role": "editor"}).code == "CONFLICT"
    assert admin.patch(f"{USERS}/{me}", {"is_active": False}).status == 409
    assert admin.delete(f"{USERS}/{me}").status == 409
    other = _user(site, "admin2@example.org", "admin")
    assert admin.delete(f"{USERS}/{other['id']}").status == 204
    assert admin.delete(f"{USERS}/{other['id']}").status == 404
    answer = admin.post(USERS, {"email": "ANNA@example.org"})
    assert answer.status == 409 and answer.code == "EMAIL_TAKEN", answer


def a_key_acts_within_its_role_and_scopes(site):
    keys = "/api/v1/admin/api-keys"
    answer = site.admin().post(keys, {
        "name": "Import", "role": "editor", "scopes": ["pages:read"]})
    assert answer.status == 201, answer
    made = answer.data
    assert re.match(r"mag_[\w-]{40,}$", made["key"]), made
    shown = site.admin().get(f"{keys}/{made['id']}")
    assert shown.status == 200 and "key" not in shown.data, shown
    client = Client(site.api_port, made["key"])
    assert client.get("/api/v1/content/pages").status == 200
    assert client.post("/api/v1/content/pages", {"title": {"en": "x"}}
                       ).status == 403
    assert client.get(USERS).status == 403
    assert client.get(ME).status == 403
    assert site.admin().delete(f"{keys}/{made['id']}").status == 204
    assert client.get("/api/v1/content/pages").status == 401
    answer = site.admin().post(keys, {"name": "x", "role": "root",
                                      "scopes": ["Pages"]})
    assert answer.status == 422 and answer.fields == ["role", "scopes.0"]


def asking_for_a_letter_says_nothing(site):
    forgot = "/api/v1/auth/forgot-password"
    known = site.api.post(forgot, {"email": "anna@example.org"})
    unknown = site.api.post(forgot, {"email": "nobody@example.org"})
    assert known.status == unknown.status == 202, (known, unknown)
    assert known.json == unknown.json, (known, unknown)
    assert site.api.post(forgot, {"email": "no"}).status == 422
    answer = site.api.post("/api/v1/auth/reset-password", {
        "token": "x", "new_password": "Hagelsturm-18"})
    assert answer.status == 404 and answer.code == "NOT_FOUND", answer


def many_who_sign_in_at_once_all_get_in(site):
    statuses = []

    def ask():
        statuses.append(_login(site, "anna@example.org").status)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert statuses == [200] * 8, statuses


def no_secret_reaches_a_log_or_the_audit_log(site):
    data = _login(site, "anna@example.org").data
    _login(site, "anna@example.org", "a very secret typo")
    logs = site.logs() + str(site.rows("SELECT * FROM audit_log"))
    for secret in (site.PASSWORD, data["access_token"], data["refresh_token"],
                   "a very secret typo"):
        assert secret not in logs, secret
    stored = str([site.rows(f"SELECT * FROM {t}") for t in (
        "refresh_tokens", "user_sessions", "api_keys", "password_resets")])
    assert data["refresh_token"] not in stored
    actions = {r["action"] for r in site.rows("SELECT action FROM audit_log")}
    assert actions >= {"login", "logout", "create", "update", "unlock",
                       "change_password", "refresh_reused", "revoke"}, actions


run(globals())
