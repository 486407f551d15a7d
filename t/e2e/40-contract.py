#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the contract says of webinars and registrations, to the letter."""
import time

from harness import run
from moments import at

DAY = 86400
DOOR = "/api/v1/business/webinars"
PERSON = {"first_name": "Ada", "last_name": "Lovelace",
          "privacy_consent": True}
FIELDS = {"title", "description", "slug", "scheduled_at", "duration_minutes",
          "timezone", "max_participants", "waitlist_enabled", "meeting_url",
          "recording_url", "presentation_file_id", "status",
          "registration_enabled", "registration_deadline", "presenter_name",
          "presenter_bio", "presenter_avatar_id"}
PRIVATE = {"meeting_url", "recording_url", "presentation_file_id",
           "registered_count"}


def _webinar(site, **more):
    answer = site.admin().post(DOOR, {
        "title": {"en": "Steel"}, "scheduled_at": at(20 * DAY), **more})
    assert answer.status == 201, answer.text
    return answer.data


def _register(site, w, name, **more):
    answer = site.spa.post(f"{DOOR}/{w['id']}/register", {
        **PERSON, "email": f"{name}@example.org", **more})
    assert answer.status == 201, answer.text
    return answer.data


def _link(mine):
    """The door of a registration in the API, and its token."""
    page, _, token = mine["manage_url"].partition("?token=")
    return "/api/v1/public/" + page.split("/", 3)[3], token


def every_field_is_there_with_what_it_is_if_nobody_says(site):
    w = _webinar(site, description={"en": "Words"},
                 presenter_bio={"en": "A life"})
    assert FIELDS <= set(w), FIELDS - set(w)
    assert {k: w[k] for k in ("duration_minutes", "timezone", "status",
                              "max_participants", "waitlist_enabled",
                              "registration_enabled",
                              "registration_deadline")} == {
        "duration_minutes": 60, "timezone": "UTC", "status": "scheduled",
        "max_participants": None, "waitlist_enabled": False,
        "registration_enabled": True, "registration_deadline": None}
    listed = [x for x in site.staff("viewer").get(DOOR).data
              if x["id"] == w["id"]][0]
    assert FIELDS <= set(listed), FIELDS - set(listed)
    for public in (site.spa.get(f"/api/v1/public/webinars/{w['slug']}").data,
                   site.spa.get("/api/v1/public/webinars").data[0]):
        assert not PRIVATE & set(public), public
        assert FIELDS - PRIVATE <= set(public), FIELDS - set(public)
        assert {"seats_left", "registration_open"} <= set(public)


def the_page_of_all_of_them_has_the_beginning_of_each(site):
    _webinar(site, description={"en": "About <girders> & more. " * 40})
    page = site.spa.get("/en/webinars").text
    assert "About &lt;girders&gt; &amp; more." in page
    assert page.count("girders") < 30, page


def _made(site, door, body):
    """A visitor makes something: what came, and what stands at its place."""
    answer = site.spa.post(door, {**PERSON, **body})
    assert answer.status == 201, answer
    where = answer.header("Location")
    assert where and where.startswith(site.env["SITE_URL"] + "/"), answer
    return answer, site.spa.get(where[len(site.env["SITE_URL"]):])


def what_visitors_make_has_an_address_and_a_tag(site):
    w = _webinar(site)
    made, there = _made(site, f"{DOOR}/{w['id']}/register",
                        {"email": "place@example.org"})
    assert there.status == 200 and there.header("ETag"), there
    assert there.data["reference"] == made.data["reference"]
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", b"%PDF-1.4\n%%EOF\n",
                          "a.pdf").data
    p = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "P"}, "status": "published",
        "file_id": medium["id"]}).data
    made, there = _made(site, f"/api/v1/business/whitepapers/{p['id']}"
                        "/download", {"email": "place@example.org"})
    assert made.header("Location") == made.data["download_url"]
    assert there.status == 200 and there.body.startswith(b"%PDF"), there
    hours = [{"start": "00:00", "end": "24:00"}]
    c = admin.post("/api/v1/business/consultants", {
        "first_name": "K", "last_name": "Z", "email": "kz@example.org",
        "timezone": "UTC", "notice_hours": 0, "working_hours": {
            name: hours for name in (
                "monday", "tuesday", "wednesday", "thursday", "friday",
                "saturday", "sunday")}}).data
    made, there = _made(site, "/api/v1/business/bookings", {
        "email": "place@example.org", "consultant_id": c["id"],
        "starts_at": at(3 * DAY)})
    assert there.status == 200 and there.data == made.data, there
    tag = there.header("ETag")
    door = made.header("Location")[len(site.env["SITE_URL"]):]
    assert site.spa.get(door, If_None_Match=tag).status == 304
    # The consultant's name stands in it, too.
    admin.patch(f"/api/v1/business/consultants/{c['id']}",
                {"last_name": "Zuse"})
    again = site.spa.get(door, If_None_Match=tag)
    assert again.status == 200 and again.header("ETag") != tag, again
    assert site.spa.post(door.replace("?", "/cancel?"), {}).status == 200


def put_returns_to_the_defaults_and_patch_merges(site):
    w = _webinar(site, max_participants=5, presenter_name="Grace",
                 title={"en": "One", "de": "Eins"})
    door = f"{DOOR}/{w['id']}"
    merged = site.admin().patch(door, {"title": {"en": "Two"}}).data
    assert merged["title"] == {"en": "Two", "de": "Eins"}
    assert merged["max_participants"] == 5
    whole = site.admin().put(door, {
        "title": {"en": "Three"}, "scheduled_at": w["scheduled_at"]}).data
    assert whole["title"] == {"en": "Three"}
    assert whole["max_participants"] is whole["presenter_name"] is None
    assert whole["slug"] == w["slug"]
    missing = site.admin().put(door, {"title": {"en": "x"}})
    assert missing.status == 422 and missing.fields == ["scheduled_at"]


def a_list_is_filtered_by_state_and_by_time(site):
    now = time.gmtime()
    midday = f"{time.strftime('%Y-%m-%d', now)}T12:00:00Z"
    today = _webinar(site, scheduled_at=midday, status="live")
    far = _webinar(site, scheduled_at=at(90 * DAY))
    past = _webinar(site, scheduled_at=at(-90 * DAY), status="completed")
    ours = {today["id"], far["id"], past["id"]}

    def ids(query, door=DOOR, client=site.admin()):
        answer = client.get(f"{door}?per_page=100&{query}")
        assert answer.status == 200, answer.text
        return {x["id"] for x in answer.data} & ours
    for door, client in ((DOOR, site.admin()),
                         ("/api/v1/public/webinars", site.spa)):
        assert far["id"] in ids("timeframe=upcoming", door, client)
        assert past["id"] not in ids("timeframe=upcoming", door, client)
        assert past["id"] in ids("timeframe=past", door, client)
        for frame in ("this-week", "this-month"):
            assert ids(f"timeframe={frame}", door, client) == {today["id"]}
        assert ids("status=live", door, client) == {today["id"]}
        assert ids("status=completed&timeframe=past", door, client) == \
            {past["id"]}
        for wrong in ("timeframe=soon", "status=odd", "colour=red",
                      "sort_by=title", "per_page=101", "order=up"):
            answer = client.get(f"{door}?{wrong}")
            assert answer.status == 422, (wrong, answer.text)
        for key in ("id", "created_at", "updated_at", "scheduled_at"):
            assert client.get(f"{door}?sort_by={key}&order=asc").status == 200


def what_has_begun_cannot_be_left_and_leaving_twice_is_once(site):
    w = _webinar(site)
    one, two = _register(site, w, "one"), _register(site, w, "two")
    door, token = _link(one)
    for _ in range(2):
        left = site.spa.post(f"{door}/cancel", {"token": token})
        assert left.status == 200 and left.data["status"] == "cancelled"
        assert set(left.data) == {"reference", "status", "position",
                                  "calendar_url", "manage_url"}
    site.sql("UPDATE webinars SET scheduled_at = '2026-01-01 00:00:00'"
             " WHERE id = ?", w["id"])
    assert site.spa.post(f"{door}/cancel?token={token}").status == 200
    other, key = _link(two)
    late = site.spa.post(f"{other}/cancel?token={key}")
    assert late.status == 409 and late.code == "CONFLICT", late.text
    swapped = site.spa.get(f"{other}?token={token}")
    assert swapped.status == 404, swapped.text
    for answer in (swapped, site.spa.get(f"{other}?token={key}")):
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("Referrer-Policy") == "no-referrer"
        assert "noindex" in answer.header("X-Robots-Tag")


def who_comes_again_after_leaving_is_registered_anew(site):
    w = _webinar(site)
    door, token = _link(_register(site, w, "again"))
    site.spa.post(f"{door}/cancel?token={token}")
    assert _register(site, w, "again")["status"] == "confirmed"


def a_deleted_webinar_is_not_found_and_its_people_are_told(site):
    w = _webinar(site)
    _register(site, w, "told")
    assert site.admin().delete(f"{DOOR}/{w['id']}").status == 204
    assert site.admin().delete(f"{DOOR}/{w['id']}").status == 404
    gone = site.spa.post(f"{DOOR}/{w['id']}/register", {
        **PERSON, "email": "late@example.org"})
    assert gone.status == 404, gone.text
    assert [r["template"] for r in site.rows(
        "SELECT template FROM outbox WHERE recipient = 'told@example.org'"
        " ORDER BY id")] == ["webinar-confirmed", "webinar-cancelled"]


def a_past_webinar_is_not_called_off(site):
    w = _webinar(site, status="completed", scheduled_at=at(-DAY))
    answer = site.admin().post(f"{DOOR}/{w['id']}/cancel")
    assert answer.status == 409 and answer.code == "CONFLICT", answer.text


def roles_are_kept_at_each_door(site):
    w = _webinar(site)
    _register(site, w, "role")
    list_ = f"{DOOR}/{w['id']}/registrations"
    number = site.admin().get(list_).data[0]["id"]
    viewer, editor = site.staff("viewer"), site.staff("editor")
    assert viewer.get(list_).status == 200
    assert viewer.get(list_, Accept="text/csv").status == 403
    assert editor.get(list_, Accept="text/csv").status == 200
    assert viewer.patch(f"{list_}/{number}", {"attended": True}).status == 403
    came = editor.patch(f"{list_}/{number}",
                        {"attended": True, "attendance_duration": 30})
    assert came.data["attendance_duration"] == 30
    unknown = editor.patch(f"{list_}/{number}", {"attendance_duration": None})
    assert unknown.data["attendance_duration"] is None
    assert editor.delete(f"{list_}/{number}").status == 403
    assert editor.delete(f"{DOOR}/{w['id']}").status == 403
    assert site.spa.get(list_).status == 401
    assert site.admin().delete(f"{list_}/{number}").status == 204
    assert site.admin().delete(f"{list_}/{number}").status == 404


def a_link_of_long_ago_says_that_it_is_one(site):
    door, token = _link(_register(site, _webinar(site), "old"))
    site.set_clock(201 * DAY)       # half a year after the start
    old = site.spa.get(f"{door}?token={token}")
    assert old.status == 410 and old.code == "GONE", old.text


if __name__ == "__main__":
    run(globals(), "--no-demo")
