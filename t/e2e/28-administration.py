#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The usual doors of what admins keep: read, replaced, changed, removed."""

from harness import Client, run, until
from jobs_done import letters

ADMIN = "/api/v1/admin/"

# A noun, what makes one, a change, and a value that is refused.
NOUNS = (
    ("menus", {"name": "side", "items": [{"label": {"en": "A"}, "url": "/a"}]},
     {"name": "aside"}, {"name": ""}),
    ("redirects", {"from_path": "/from", "to_url": "/to"}, {"status": 302},
     {"status": 200}),
    ("api-keys", {"name": "Import", "role": "viewer",
                  "scopes": ["content:read"]}, {"role": "editor"},
     {"role": "root"}),
    ("users", {"email": "round@example.org", "role": "viewer",
               "password": "a trip there and back"}, {"first_name": "Rund"},
     {"language": "klingon"}),
)


def each_noun_goes_there_and_back(site):
    admin = site.admin()
    for noun, new, change, wrong in NOUNS:
        answer = admin.post(ADMIN + noun, new)
        assert answer.status == 201, answer
        one = f"{ADMIN}{noun}/{answer.data['id']}"
        assert answer.header("Location").endswith(one), answer
        first = admin.get(one)
        assert first.status == 200 and first.header("ETag"), first
        same = admin.put(one, first.data, If_Match=first.header("ETag"))
        assert same.status == 200, same
        assert {k: v for k, v in same.data.items() if k != "updated_at"} == {
            k: v for k, v in first.data.items() if k != "updated_at"}, same
        changed = admin.patch(one, change, If_Match=same.header("ETag"))
        assert changed.status == 200, changed
        for name, value in change.items():
            assert changed.data[name] == value, changed
        assert admin.get(one).data == changed.data
        listed = [i for i in admin.get(ADMIN + noun).data
                  if i["id"] == first.data["id"]]
        assert len(listed) == 1, listed
        stale = admin.put(one, first.data, If_Match=first.header("ETag"))
        assert stale.status == 412, stale
        for method in (admin.put, admin.patch):
            answer = method(one, {**changed.data, **wrong})
            assert answer.status == 422, answer
            assert answer.fields == sorted(wrong), answer
        required = admin.put(one, {})
        assert required.status == 422 and required.fields, required
        assert admin.get(one).data == changed.data


def nobody_else_comes_through_these_doors(site):
    strangers = {401: [site.api], 403: [site.staff("viewer"),
                                        site.staff("editor")]}
    for noun, new, change, _ in NOUNS:
        one = f"{ADMIN}{noun}/{site.admin().get(ADMIN + noun).data[0]['id']}"
        before = site.admin().get(one).data
        for status, clients in strangers.items():
            for client in clients:
                for answer in (client.get(ADMIN + noun), client.get(one),
                               client.post(ADMIN + noun, new),
                               client.put(one, new), client.delete(one),
                               client.patch(one, change)):
                    assert answer.status == status, (noun, answer)
        assert site.admin().get(one).data == before


def what_is_removed_is_gone(site):
    admin = site.admin()
    for noun, new, _, _ in NOUNS:
        name = next(iter(new))
        for item in admin.get(ADMIN + noun).data:
            if item[name].endswith(("aside", "from", "Import", "round@"
                                    "example.org")):
                one = f"{ADMIN}{noun}/{item['id']}"
                assert admin.delete(one).status == 204, noun
                assert admin.delete(one).status == 404, noun
                assert admin.get(one).status == 404, noun
                assert admin.patch(one, {}).status == 404, noun
        assert admin.get(f"{ADMIN}{noun}/999999").status == 404, noun


def signing_in_shows_in_the_tag_and_makes_no_edit_stale(site):
    answer = site.admin().post(ADMIN + "users", {
        "email": "busy@example.org", "role": "viewer",
        "password": site.PASSWORD})
    one, before = f"{ADMIN}users/{answer.data['id']}", answer.header("ETag")
    client = site.login("busy@example.org")
    read = site.admin().get(one, If_None_Match=before)
    assert read.status == 200 and read.data["last_login"], read
    answer = site.admin().patch(one, {"last_name": "Y"}, If_Match=before)
    assert answer.status == 200, answer
    answer = site.admin().patch(one, {"last_name": "Z"}, If_Match=before)
    assert answer.status == 412, answer
    me = client.get("/api/v1/auth/me")
    answer = client.patch("/api/v1/auth/me", {"first_name": "B"},
                          If_Match=me.header("ETag"))
    assert answer.status == 200, answer


def names_of_any_script_are_masked_whole(site):
    answer = site.admin().post(ADMIN + "users", {
        "email": "lukasz@example.org", "role": "viewer", "last_name": "王",
        "first_name": "Łukasz", "password": site.PASSWORD})
    assert answer.status == 201, answer
    row = site.admin().get(ADMIN + "audit-log?action=create").data[0]
    assert row["after"]["first_name"] == "Ł***", row
    assert row["after"]["last_name"] == "王***", row


def an_admin_sends_a_user_a_link(site):
    user = site.admin().get("/api/v1/auth/me").data
    answer = site.admin().post(f"{ADMIN}users/{user['id']}/reset-password")
    assert answer.status in (200, 202), answer
    assert "token" not in answer.text, answer

    until(lambda: letters(site, user["email"]), 15, "no letter came")
    assert site.admin().post(f"{ADMIN}users/999999/reset-password"
                             ).status == 404


def pages_that_people_miss_are_counted(site):
    spa = Client(site.spa_port)
    for _ in range(3):
        assert spa.get("/en/not-yet-written").status == 404
    assert site.admin().post(ADMIN + "jobs/not-found/run").status == 202

    def missed():
        answer = site.admin().get(ADMIN + "redirects/not-found")
        assert answer.status == 200, answer
        return [m for m in answer.data if m["path"] == "/en/not-yet-written"]
    # nginx keeps its lines for a second; so the job may need another turn.
    until(lambda: missed() or not site.admin().post(
        ADMIN + "jobs/not-found/run"), 30, "nobody counted")
    assert missed()[0]["hits"] == 3, missed()


run(globals(), "--no-demo")
