#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Users: found, replaced, refused; every wrong field named at once."""
import json

from harness import Client, run

USERS = "/api/v1/admin/users"
ME = "/api/v1/auth/me"
JSON = {"Content-Type": "application/json"}


def _user(site, email, **more):
    answer = site.admin().post(USERS, {"email": email, "role": "viewer",
                                       "password": site.PASSWORD, **more})
    assert answer.status == 201, answer
    return f"{USERS}/{answer.data['id']}"


def _raw(client, method, path, body, **headers):
    return client.request(method, path, body, {**JSON, **headers})


def users_are_found_by_the_beginnings_of_their_names(site):
    _user(site, "joerg.mueller@example.org", first_name="Jörg",
          last_name="Müller-Lüdenscheidt")
    _user(site, "zoe@example.net", first_name="Zoë", last_name="O'Neill")
    for search, found in (
            ("jö", ["Jörg"]), ("Joerg", ["Jörg"]), ("MUELL jor", ["Jörg"]),
            ("Lüden", ["Jörg"]), ("zoe@example", ["Zoë"]), ("neil", ["Zoë"]),
            ("zo jo", []), ("enscheidt", []), ("%", []), ("_", []), ("'", [])):
        answer = site.admin().request("GET", USERS + "?search=" + "".join(
            f"%{b:02x}" for b in search.encode()))
        assert answer.status == 200, answer
        assert [u["first_name"] for u in answer.data] == found, (search,
                                                                 answer)
        assert answer.json["pagination"]["total"] == len(found), answer
    both = site.admin().get(USERS + "?search=example&role=viewer&per_page=1")
    more = both.json["pagination"]["next_cursor"]
    assert both.json["pagination"]["total"] == 2 and more, both
    answer = site.admin().get(
        f"{USERS}?search=example&role=viewer&per_page=1&cursor={more}")
    assert len(answer.data) == 1 and answer.data != both.data, answer
    answer = site.admin().get(f"{USERS}?search=zoe&cursor={more}")
    assert answer.fields == ["cursor"], answer
    answer = site.admin().get(f"{USERS}?search={'x' * 201}")
    assert answer.fields == ["search"], answer


def a_parameter_is_known_by_its_whole_name(site):
    for name in ("page+per_page", "per", "PAGE", ""):
        answer = site.admin().get(f"{USERS}?{name}=1")
        assert answer.status == 422, answer
        assert answer.fields == [name.replace("+", " ")], answer
    assert site.admin().get(USERS + "?page=1&utm_source=x").status == 200


def keys_redirects_and_menus_are_found_as_well(site):
    admin = "/api/v1/admin/"
    for noun, body in (("api-keys", {"name": "Nightly import",
                                     "role": "viewer"}),
                       ("redirects", {"from_path": "/old/import",
                                      "to_url": "/en/"}),
                       ("menus", {"name": "import-links"})):
        assert site.admin().post(admin + noun, body).status == 201
        answer = site.admin().get(admin + noun + "?search=IMPO")
        assert answer.status == 200 and len(answer.data) == 1, answer
        assert site.admin().get(admin + noun + "?search=export").data == []


def every_wrong_field_is_named_at_once(site):
    one = _user(site, "carl@example.org")
    answer = _raw(site.admin(), "PATCH", one, b'{"first_name":"\\u0000",'
                  b'"last_name":"x","last_name":"y","role":"root","x":1}')
    assert answer.status == 422 and answer.fields == [
        "first_name", "last_name", "role", "x"], answer
    answer = site.admin().post(USERS + "?y=1&lang=xx", {
        "email": "no", "password": "short", "x": 1})
    assert answer.status == 422 and answer.fields == [
        "email", "lang", "password", "x", "y"], answer
    carl = site.login("carl@example.org")
    answer = carl.patch(ME, {"role": "admin", "email": "carla@example.org",
                             "language": "xx", "x": 1})
    assert answer.status == 422 and answer.fields == [
        "email", "language", "role", "x"], answer
    assert carl.get(ME).data["role"] == "viewer"


def what_is_not_there_comes_before_what_is_wrong(site):
    """404, 412, 422: in that order, whatever is wrong with the body."""
    one = _user(site, "dora@example.org")
    admin, none = site.admin(), USERS + "/99999"
    for body in (b'{"role":"x"}', b'{"role":"viewer","role":"viewer"}',
                 b'{"first_name":"\\u0000"}', b"[]", b"null"):
        for method in ("PUT", "PATCH"):
            assert _raw(admin, method, none, body).status == 404, body
            answer = _raw(admin, method, one, body, **{"If-Match": '"r0"'})
            assert answer.status == 412, (body, answer)
            answer = _raw(admin, method, one, body)
            assert answer.status == 422 and answer.fields, (body, answer)
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/unlock"),
                         ("POST", "/reset-password"), ("PATCH", "")):
        body = {} if method == "PATCH" else None
        answer = admin.request(method, none + path + "?x=1", body)
        assert answer.status == 404, (method, path, answer)
        answer = admin.request(method, one + path + "?x=1", body)
        assert answer.status == 422 and answer.fields == ["x"], answer
    answer = admin.post(none + "/unlock", {"x": 1})
    assert answer.status == 404, answer
    answer = admin.post(one + "/unlock", {"x": 1}, If_Match='"r0"')
    assert answer.status == 412, answer
    answer = admin.delete(one + "?x=1", If_Match='"r0"')
    assert answer.status == 412, answer
    assert _raw(admin, "PATCH", none, b"{").status == 400
    assert admin.get(one).data["role"] == "viewer"


def one_moment_may_be_sent_with_any_offset(site):
    one = _user(site, "emil@example.org")
    user = site.admin().get(one).data
    made = user["created_at"].replace("Z", "+00:00")
    answer = site.admin().put(one, {**user, "created_at": made})
    assert answer.status == 200, answer
    answer = site.admin().put(one, {**user, "created_at":
                                    made.replace("+00", "+01")})
    assert answer.status == 422 and answer.fields == ["created_at"], answer


def who_left_may_come_back(site):
    one = _user(site, "frieda@example.org")
    client = site.login("frieda@example.org")
    assert site.admin().delete(one).status == 204
    assert client.get(ME).status == 401
    assert Client(site.api_port).post("/api/v1/auth/login", {
        "email": "frieda@example.org", "password": site.PASSWORD}
        ).status == 401
    again = _user(site, "Frieda@example.org")
    assert again != one and site.admin().get(one).status == 404
    assert site.login("frieda@example.org").get(ME).status == 200


def _listed(site):
    """What the command says of each, by address, for scripts."""
    rows = json.loads(site.magnetiq("user", "list", "--json").stdout)
    return {r["email"]: r for r in rows}


def the_command_lists_users_for_people_and_for_scripts(site):
    """The same that the API says, in the same words."""
    name = "o'neil+tag@example.org"
    one = _user(site, name)
    _user(site, "gerd@example.org", role="editor")
    site.login("gerd@example.org")
    names = ("id", "email", "role", "is_active", "last_login", "locked_until")
    users = site.admin().get(USERS + "?per_page=100").data
    assert list(_listed(site).values()) == sorted(
        ({n: u[n] for n in names} for u in users), key=lambda u: u["id"])
    assert _listed(site)["gerd@example.org"]["last_login"].endswith("Z")
    assert _listed(site)[name]["last_login"] is None
    assert site.admin().delete(one).status == 204
    assert name not in _listed(site)
    lines = site.magnetiq("user", "list").stdout.splitlines()
    assert len(lines) == len(_listed(site)), lines
    assert [x for x in lines if "gerd@example.org" in x and "editor" in x]
    for wrong in (["list", "x"], ["list", "--xml"], ["--json"]):
        done = site.magnetiq("user", *wrong, check=False)
        assert done.returncode == 2 and not done.stdout, done


def what_the_command_does_to_a_user_shows_in_its_list(site):
    _user(site, "hanna@example.org")

    def does(*what):
        site.magnetiq("user", *what)
        return _listed(site)["hanna@example.org"]
    assert does("set-role", "Hanna@example.org", "editor")["role"] == "editor"
    site.sql("UPDATE admin_users SET locked_until = '2099-01-01 00:00:00'"
             " WHERE email = 'hanna@example.org'")
    assert _listed(site)["hanna@example.org"]["locked_until"] == \
        "2099-01-01T00:00:00Z"
    assert does("unlock", "hanna@example.org")["locked_until"] is None
    assert does("disable", "hanna@example.org")["is_active"] is False


run(globals(), "--no-demo")
