#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Programs that fill in forms: kept off without asking anybody else."""
import hashlib
import json
import re
from urllib.parse import urlencode

from harness import run
from moments import at_hour

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SETTINGS = "/api/v1/admin/settings"


def _person(n, **more):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def _paper(site, **more):
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    answer = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "On girders"}, "file_id": medium["id"],
        "status": "published", **more})
    assert answer.status == 201, answer
    return answer.data


def _token(site, path):
    page = site.spa.get(path)
    assert page.status == 200, page
    return re.search(r'name="form_token" value="([^"]*)"', page.text)[1]


def _send(site, path, fields):
    return site.spa.post(path, urlencode(fields).encode(), **FORM)


def _downloads(site):
    return site.rows("SELECT count(*) AS n FROM whitepaper_downloads")[0]["n"]


def a_form_that_was_not_looked_at_is_shown_again_with_what_was_typed(site):
    path = f"/en/whitepapers/{_paper(site)['slug']}"
    other = f"/en/whitepapers/{_paper(site)['slug']}"
    fields, token = _person(1), _token(site, path)
    for wrong, words in (({}, "too old"), ({"form_token": "x"}, "too old"),
                         ({"form_token": token}, "very fast"),
                         ({"form_token": token, "homepage": "http://x"},
                          "must stay empty")):
        answer = _send(site, path, {**fields, **wrong})
        assert answer.status == 422 and words in answer.text, answer
        assert 'value="ada1@example.org"' in answer.text
    site.set_clock(3)
    for wrong in ({"form_token": _token(site, other)},
                  {"form_token": token, "homepage": "x"}):
        assert _send(site, path, {**fields, **wrong}).status == 422
    assert _downloads(site) == 0
    done = _send(site, path, {**fields, "form_token": token})
    assert done.status == 200 and _downloads(site) == 1, done
    site.set_clock(25 * 3600)
    assert _send(site, path, {**fields, "form_token": token}).status == 422
    site.set_clock(0)


def _webinar(site):
    made = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "On bolts"}, "scheduled_at": at_hour(8)})
    assert made.status == 201, made.text
    path = f"/en/webinars/{made.data['slug']}"
    return path, path, {}, "webinar_registrations"


def _booking(site):
    made = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Zuse", "timezone": "UTC",
        "email": "zuse@example.org", "notice_hours": 0, "working_hours": {
            day: [{"start": "09:00", "end": "17:00"}] for day in (
                "monday", "tuesday", "wednesday", "thursday", "friday",
                "saturday", "sunday")}})
    assert made.status == 201, made.text
    fields = {"consultant": made.data["id"], "starts_at": at_hour(5),
              "duration": 30, "timezone": "UTC"}
    return ("/en/bookings?" + urlencode(fields), "/en/bookings", fields,
            "bookings")


def forms_for_a_seat_and_for_a_booking_have_the_same_guards(site):
    for make in (_webinar, _booking):
        shown, path, more, table = make(site)
        page = site.spa.get(shown)
        unseen = re.search(r'<input[^>]* name="homepage"[^>]*>', page.text)[0]
        assert 'tabindex="-1"' in unseen, unseen
        token = _token(site, shown)
        fields = {**more, **_person(7, privacy_consent="yes")}
        count = f"SELECT count(*) AS n FROM {table}"
        for after, wrong, words in (
                (3, {"form_token": token, "homepage": "http://x"},
                 "must stay empty"),
                (3, {}, "too old"), (3, {"form_token": "x"}, "too old"),
                (3, {"form_token": None}, "very fast"),
                (25 * 3600, {"form_token": token}, "too old")):
            site.set_clock(after)
            if wrong == {"form_token": None}:   # one that was just shown
                wrong = {"form_token": _token(site, shown)}
            answer = _send(site, path, {**fields, **wrong})
            assert answer.status == 422 and words in answer.text, answer
            assert 'value="ada7@example.org"' in answer.text, answer.text
            assert site.rows(count) == [{"n": 0}], table
        site.set_clock(3)
        done = _send(site, path, {**fields, "form_token": token,
                                  "homepage": ""})
        assert done.status in (200, 303), done
        assert site.rows(count) == [{"n": 1}], table
        site.set_clock(0)


def a_page_with_a_form_is_made_for_each_reader(site):
    path = f"/en/whitepapers/{_paper(site)['slug']}"
    before = _token(site, path)
    site.set_clock(60)
    assert _token(site, path) != before
    site.set_clock(0)


def programs_that_follow_the_contract_notice_nothing(site):
    p = _paper(site)
    door = f"/api/v1/business/whitepapers/{p['id']}/download"
    assert site.spa.post(door, _person(2)).status == 201
    asked = site.spa.get("/api/v1/public/challenge").data
    assert asked["bits"] == 0 and asked["algorithm"] == "sha-256", asked


def _work(challenge, body, bits):
    for nonce in range(1 << 24):
        text = f"{challenge} {nonce}\n".encode() + body
        if int(hashlib.sha256(text).hexdigest(), 16) >> (256 - bits) == 0:
            return f"{challenge} {nonce}"
    raise AssertionError("no nonce")


def where_work_is_asked_for_it_must_be_done_for_each_message(site):
    p, admin = _paper(site), site.admin()
    door = f"/api/v1/business/whitepapers/{p['id']}/download"
    for wrong in (-1, 25, "8"):
        refused = admin.patch(SETTINGS, {"proof_of_work": wrong})
        assert refused.fields == ["proof_of_work"], refused
    assert admin.patch(SETTINGS, {"proof_of_work": 8}).status == 200
    asked = site.spa.get("/api/v1/public/challenge")
    assert asked.header("Cache-Control") == "no-store"
    challenge, bits = asked.data["challenge"], asked.data["bits"]
    body = json.dumps(_person(3)).encode()
    kind = {"Content_Type": "application/json"}
    proof = _work(challenge, body, bits)
    for wrong in (None, "x", f"{challenge} no", f"x {proof}",
                  _work("forged", body, bits)):
        refused = site.spa.post(door, body, Proof_Of_Work=wrong, **kind)
        assert refused.status == 422, (wrong, refused)
        assert refused.fields == ["Proof-Of-Work"], refused
    assert site.spa.post(door, body, Proof_Of_Work=proof, **kind).status == 201
    other = json.dumps(_person(4)).encode()
    while int(hashlib.sha256(f"{proof}\n".encode() + other).hexdigest(),
              16) >> 248 == 0:
        other += b" "
    again = site.spa.post(door, other, Proof_Of_Work=proof, **kind)
    assert again.status == 422, again
    site.set_clock(11 * 60)
    late = site.spa.post(door, body, Proof_Of_Work=proof, **kind)
    assert late.status == 422, late
    site.set_clock(0)
    assert admin.patch(SETTINGS, {"proof_of_work": 0}).status == 200


def a_paper_that_is_not_listed_is_for_who_knows_its_address(site):
    p = _paper(site, lead_magnet_active=False,
               description={"en": "About rivets"})
    shown = _paper(site, description={"en": "More about rivets"})
    for where in ("/api/v1/public/whitepapers", "/en/whitepapers"):
        text = site.spa.get(where).text
        assert shown["slug"] in text and f"/{p['slug']}\"" not in text
        assert f"\"slug\":\"{p['slug']}\"" not in text
    search = "/api/v1/public/search?q=rivets&type=whitepaper"
    found = site.spa.get(search).data
    assert [f["id"] for f in found] == [shown["id"]], found
    assert site.spa.get(f"/api/v1/public/whitepapers/{p['slug']}").status == 200
    assert site.spa.get(f"/en/whitepapers/{p['slug']}").status == 200
    admin = site.admin()
    admin.patch(f"/api/v1/business/whitepapers/{p['id']}",
                {"lead_magnet_active": True})
    found = site.spa.get(search).data
    assert len(found) == 2, found
    listed = site.spa.get("/api/v1/public/whitepapers").text
    assert f"\"slug\":\"{p['slug']}\"" in listed


if __name__ == "__main__":
    run(globals(), "--no-demo")
