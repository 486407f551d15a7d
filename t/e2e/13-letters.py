#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters about passwords: from the wish to the new password, once."""
import glob
import html
import re
from urllib.parse import urlencode

from harness import run, until
from jobs_done import letters

AUTH = "/api/v1/auth/"
USERS = "/api/v1/admin/users"
FRESH = "eine ganz neue Losung"


def _wait(site, address, n):
    until(lambda: len(letters(site, address)) >= n, 15)
    found = letters(site, address)
    assert len(found) == n, found
    return found[-1]


def _link(site, letter):
    text = letter.get_body(("plain",)).get_content()
    url, = re.findall(r"https?://\S+", text)
    base = f"http://localhost:{site.spa_port}"
    assert url.startswith(base + "/admin/"), url
    return url[len(base):], url.split("token=")[1]


def _user(site, address, **more):
    answer = site.admin().post(USERS, {"email": address, "role": "editor",
                                       "password": site.PASSWORD, **more})
    assert answer.status == 201, answer
    return answer.data


def _forgot(site, address):
    answer = site.api.post(AUTH + "forgot-password", {"email": address})
    assert answer.status == 202, answer
    return answer


def _reset(site, token, password=FRESH):
    return site.api.post(AUTH + "reset-password",
                         {"token": token, "new_password": password})


def a_forgotten_password_is_replaced_by_letter_and_once(site):
    _user(site, "anna@example.org", first_name="Anna")
    session = site.login("anna@example.org")
    assert session.get(AUTH + "me").status == 200
    _forgot(site, "Anna@Example.org ".strip())
    letter = _wait(site, "anna@example.org", 1)
    assert "Hello Anna," in letter.get_body(("plain",)).get_content(), letter
    path, token = _link(site, letter)
    assert path.startswith("/admin/reset-password?token="), path
    answer = _reset(site, token, "short")
    assert answer.status == 422 and answer.fields == ["new_password"], answer
    assert session.get(AUTH + "me").status == 200
    assert _reset(site, token).status == 200
    assert session.get(AUTH + "me").status == 401, "all sessions end"
    site.login("anna@example.org", FRESH)
    answer = _reset(site, token)
    assert answer.status == 410 and answer.code == "GONE", answer
    answer = _reset(site, token[:-1] + "A" * 2)
    assert answer.status == 404 and answer.code == "NOT_FOUND", answer


def a_newer_letter_makes_the_older_one_worthless(site):
    _user(site, "twice@example.org")
    tokens = []
    for n in (1, 2):
        _forgot(site, "twice@example.org")
        tokens.append(_link(site, _wait(site, "twice@example.org", n))[1])
    assert _reset(site, tokens[0]).status == 410
    assert _reset(site, tokens[1]).status == 200


def a_link_is_good_for_a_day(site):
    _user(site, "late@example.org")
    _forgot(site, "late@example.org")
    _, token = _link(site, _wait(site, "late@example.org", 1))
    site.set_clock(24 * 3600 + 60)
    try:
        assert _reset(site, token).status == 410
    finally:
        site.set_clock(0)


def strangers_cause_five_letters_an_hour_at_most(site):
    _user(site, "flood@example.org")
    for _ in range(8):
        _forgot(site, "flood@example.org")
    until(lambda: site.rows("SELECT count(*) AS n FROM password_resets WHERE"
                            " decided_at IS NULL") == [{"n": 0}], 15)
    _wait(site, "flood@example.org", 5)
    user = site.rows("SELECT id FROM admin_users WHERE email ="
                     " 'flood@example.org'")[0]["id"]
    answer = site.admin().post(f"{USERS}/{user}/reset-password")
    assert answer.status in (200, 202), answer
    _wait(site, "flood@example.org", 6)


def nobody_hears_whether_an_address_is_known(site):
    _user(site, "known@example.org")
    _user(site, "gone@example.org", is_active=False)
    known = _forgot(site, "known@example.org")
    for address in ("unknown@example.org", "gone@example.org"):
        answer = _forgot(site, address)
        assert (answer.json["data"], answer.json["message"]) == (
            known.json["data"], known.json["message"])
    _wait(site, "known@example.org", 1)
    until(lambda: site.rows("SELECT count(*) AS n FROM password_resets WHERE"
                            " decided_at IS NULL") == [{"n": 0}], 15)
    assert letters(site, "unknown@example.org") == []
    assert letters(site, "gone@example.org") == []


def who_is_invited_chooses_a_password_in_their_language(site):
    answer = site.admin().post(USERS, {
        "email": "neu@example.org", "role": "editor", "language": "de",
        "first_name": "Jörg"})
    assert answer.status == 201, answer
    letter = _wait(site, "neu@example.org", 1)
    assert "Guten Tag Jörg," in letter.get_body(("plain",)).get_content(), letter.get_body(("plain",)).get_content()
    path, token = _link(site, letter)
    assert path.startswith("/admin/invitation?token="), path
    assert site.api.post(AUTH + "login", {
        "email": "neu@example.org", "password": ""}).status in (401, 422)
    text, hidden = _form(site, path, Accept_Language="de")
    assert hidden == token and "Ein Passwort wählen" in text, text
    answer = _send(site, "/admin/invitation", token=token, password=FRESH)
    assert answer.status == 200, answer
    site.login("neu@example.org", FRESH)


def _form(site, path, **headers):
    page = site.spa.get(path, **headers)
    assert page.status == 200, page
    assert page.header("Cache-Control") == "no-store"
    assert page.header("Referrer-Policy") == "no-referrer"
    assert page.header("X-Robots-Tag") == "noindex"
    assert "form-action 'self'" in page.header("Content-Security-Policy")
    return page.text, html.unescape(re.search(
        r'name="token" value="([^"]*)"', page.text)[1])


def _send(site, path, **fields):
    return site.spa.request("POST", path, urlencode(fields).encode(), {
        "Content-Type": "application/x-www-form-urlencoded"})


def the_link_leads_to_a_form_that_works_without_scripts(site):
    _user(site, "form@example.org")
    _forgot(site, "form@example.org")
    path, token = _link(site, _wait(site, "form@example.org", 1))
    for _ in range(2):
        text, hidden = _form(site, path)
        assert hidden == token
    german, _ = _form(site, path, Accept_Language="de")
    assert "Neues Passwort" in german
    site.login("form@example.org")          # looking at it changes nothing
    action = path.split("?")[0]
    answer = _send(site, action, token=token, password="kurz")
    assert answer.status == 422 and 'role="alert"' in answer.text, answer
    answer = _send(site, action, token=token, password=FRESH)
    assert answer.status == 200 and "Your new password is set" in answer.text
    site.login("form@example.org", FRESH)
    assert _send(site, action, token=token, password=FRESH).status == 410
    assert _send(site, action, token="x", password=FRESH).status == 404
    assert _send(site, action, password=FRESH).status == 404
    assert site.spa.get(action).status == 404
    for log in glob.glob(site.state + "/logs/*"):
        with open(log, encoding="utf-8", errors="replace") as f:
            assert token not in f.read(), log


def a_token_that_is_shown_is_escaped(site):
    page = site.spa.get('/admin/reset-password?token=%22%3E%3Cscript%3E')
    assert page.status == 200 and "<script>" not in page.text.split(
        "<main")[1], page


def strange_forms_are_refused(site):
    path = "/admin/reset-password"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.spa.request("POST", path, b"token=%zz", form).status == 400
    assert site.spa.request("POST", path, b"\xff=\xff", form).status == 400
    assert site.spa.request("POST", path, b"x" * 20000, form).status == 413
    assert site.spa.request("POST", path, b"{}", {
        "Content-Type": "application/json"}).status == 415
    assert site.api.get(path + "?token=x").status == 404


run(globals(), "--no-demo")
