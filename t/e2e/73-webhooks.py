#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Other programs are told what happens here: signed, again, and once each."""
import base64
import hashlib
import hmac
import json
import os
import re
from datetime import datetime, timedelta, timezone

from elsewhere import Elsewhere, drops
from harness import Site, run, until
from jobs_done import letters, text_of
from production import Authority

HOOKS = "/api/v1/admin/webhooks"
OFFICE = {day: [{"start": "00:00", "end": "24:00"}] for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday")}
count = iter(range(1000))


class HookSite(Site):
    """A site, and beside it a server that wants to hear of it."""
    clock = 0           # seconds that it is ahead

    def __init__(self, *options, env=None, start=True):
        super().__init__(*options, env=env, start=False)
        self.authority = Authority(self.dir + "/authority")
        self.authority.sign(self.dir + "/good", ["localhost"])
        self.other = Elsewhere(self.dir + "/good")
        self.environ.update(EGRESS_ALLOW="127.0.0.1",
                            EGRESS_CA_FILE=self.authority.root,
                            SECRET_KEY="a-first-key-of-this-test-0123456789")
        if start:
            self.start()

    def later(self, seconds):
        """So much time goes by; tokens end meanwhile."""
        self.clock += seconds
        self.set_clock(self.clock)
        self.tokens["admin"] = self.login().token

    def release(self):
        self.other.end()


def hook(site, *events, answer=(204, {}, b""), **more):
    """A webhook with a path of its own: its address in the API, its path
    there, what creating it answered."""
    path = f"/hook{next(count)}"
    site.other.answers[path] = answer
    made = site.admin().post(HOOKS, {
        "url": site.other.url + path, "events": list(events) or ["*"],
        **more})
    assert made.status == 201, made
    return f"{HOOKS}/{made.data['id']}", path, made.data


def told(site, path, n=1, seconds=30):
    """The requests that came there, once there are so many."""
    until(lambda: len(site.other.asked(path)) >= n, seconds,
          f"{path} was not told {n} times")
    return site.other.asked(path)


def types(site, path, n=1):
    return [json.loads(a.body)["type"] for a in told(site, path, n)]


def deliveries(site, one, query=""):
    answer = site.admin().get(f"{one}/deliveries{query}")
    assert answer.status == 200, answer
    return answer.data


def settled(site, one, state="sent"):
    """Its one delivery, once it has come to that."""
    return until(lambda: [d for d in deliveries(site, one)
                          if d["state"] == state], 30,
                 f"none is {state}")[0]


def signature(secret, asked):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = (f"{asked.headers['webhook-id']}."
            f"{asked.headers['webhook-timestamp']}.").encode() + asked.body
    return "v1," + base64.b64encode(
        hmac.new(key, text, hashlib.sha256).digest()).decode()


def person(n, **more):
    return {"first_name": "Ada", "last_name": "Byron",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def webinar(site, **more):
    when = datetime.now(timezone.utc) + timedelta(days=20, seconds=site.clock)
    made = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": f"Engines {next(count)}"},
        "scheduled_at": when.strftime("%Y-%m-%dT%H:%M:%SZ"), **more})
    assert made.status == 201, made
    return made.data


def register(site, w, n):
    made = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                         person(n))
    assert made.status == 201, made
    return made.data


def _consultant(site):
    made = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Grete", "last_name": "H", "timezone": "UTC",
        "email": f"grete{next(count)}@example.org", "working_hours": OFFICE,
        "notice_hours": 0})
    assert made.status == 201, made
    return made.data


def link(site, address, door):
    """The token of the link to that door in a letter to somebody."""
    def found():
        for letter in letters(site, address):
            if m := re.search(door + r"\?token=([\w.-]+)", text_of(letter)):
                return m[1]
        return None
    return until(found, 20, f"no letter leads to {door}")


def form(site, path, fields):
    return site.spa.request("POST", path, fields.encode(), {
        "Content-Type": "application/x-www-form-urlencoded"}).status


def remove(site, one):
    assert site.admin().delete(one).status == 204


def what_happens_is_told_and_signed(site):
    one, path, made = hook(site, "registration.created", name="CRM")
    register(site, webinar(site), 1)
    asked = told(site, path)[0]
    assert asked.method == "POST"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["webhook-signature"] == \
        signature(made["secret"], asked)
    body = json.loads(asked.body)
    assert body["type"] == "registration.created"
    assert body["data"]["email"] == "ada1@example.org"
    assert body["data"]["status"] == "confirmed"
    sent = settled(site, one)
    assert sent["message_id"] == asked.headers["webhook-id"]
    assert sent["status_code"] == 204 and sent["attempts"] == 1
    assert sent["duration_ms"] >= 0 and sent["last_error"] is None
    assert "body" not in sent
    whole = site.admin().get(f"{one}/deliveries/{sent['id']}").data
    assert whole["body"] == asked.body.decode()
    state = site.admin().get(one).data
    assert state["delivered_at"] and state["failing_since"] is None
    remove(site, one)
    assert site.rows("SELECT * FROM webhook_deliveries") == []


def each_hears_only_what_it_asked_for(site):
    pages, at, _ = hook(site, "page.published", "page.unpublished")
    rest, elsewhere, _ = hook(site, "contact.created")
    page = site.admin().post("/api/v1/content/pages",
                             {"title": {"en": "Told"}}).data
    where = f"/api/v1/content/pages/{page['id']}"
    site.admin().post(where + "/publish")
    site.admin().patch(where, {"title": {"en": "Told anew"}})
    site.admin().post(where + "/unpublish")
    assert types(site, at, 2) == ["page.published", "page.unpublished"]
    assert site.other.asked(elsewhere) == []
    remove(site, pages)
    remove(site, rest)


def what_becomes_of_seats_and_bookings_is_told(site):
    one, path, _ = hook(site)
    w = webinar(site, max_participants=1, waitlist_enabled=True)
    first = register(site, w, 10)
    register(site, w, 11)
    site.spa.post("/api/v1/public" + first["manage_url"].split(
        str(site.spa_port), 1)[1].replace("?", "/cancel?"), {})
    site.admin().post(f"/api/v1/business/webinars/{w['id']}/cancel")
    c = _consultant(site)
    day = datetime.now(timezone.utc) + timedelta(days=3, seconds=site.clock)
    booked = site.spa.post("/api/v1/business/bookings", person(
        12, consultant_id=c["id"],
        starts_at=day.strftime("%Y-%m-%dT10:00:00Z")))
    assert booked.status == 201, booked
    at = site.rows("SELECT id FROM bookings")[0]["id"]
    site.admin().post(f"/api/v1/business/bookings/{at}/reschedule",
                      {"starts_at": day.strftime("%Y-%m-%dT12:00:00Z")})
    site.admin().post(f"/api/v1/business/bookings/{at}/cancel")
    assert site.spa.post("/api/v1/public/contact", {
        "name": "Ada", "email": "ada13@example.org", "message": "Hello",
        "privacy_consent": True}).status == 202
    want = {"registration.created", "registration.cancelled",
            "registration.promoted", "webinar.cancelled", "booking.created",
            "booking.moved", "booking.cancelled", "contact.created",
            "lead.created"}
    until(lambda: want <= set(types(site, path)), 30, "not all came")
    remove(site, one)


def a_booking_that_staff_confirm_is_told_of_once(site):
    one, path, _ = hook(site, "booking.created", "booking.confirmed")
    site.admin().patch("/api/v1/admin/settings", {"booking_confirm": "manual"})
    day = datetime.now(timezone.utc) + timedelta(days=4, seconds=site.clock)
    booked = site.spa.post("/api/v1/business/bookings", person(
        14, starts_at=day.strftime("%Y-%m-%dT10:00:00Z"),
        consultant_id=_consultant(site)["id"]))
    assert booked.data["status"] == "pending", booked
    at = site.rows("SELECT id FROM bookings WHERE reference = ?",
                   booked.data["reference"])[0]["id"]
    for _ in range(2):
        assert site.admin().patch(f"/api/v1/business/bookings/{at}", {
            "status": "confirmed"}).status == 200
    site.admin().patch("/api/v1/admin/settings", {"booking_confirm": "auto"})
    bodies = [json.loads(a.body) for a in told(site, path, 2)]
    assert [(b["type"], b["data"]["status"]) for b in bodies] == [
        ("booking.created", "pending"), ("booking.confirmed", "confirmed")]
    assert {b["data"]["id"] for b in bodies} == {at}, bodies
    assert len(deliveries(site, one)) == 2
    remove(site, one)


def a_download_is_told_of(site):
    one, path, _ = hook(site, "download.created")
    pdf = site.admin().upload("/api/v1/content/media", b"%PDF-1.4\n%%EOF\n",
                              "paper.pdf", title="Paper").data
    paper = site.admin().post("/api/v1/business/whitepapers", {
        "title": {"en": "A paper"}, "file_id": pdf["id"],
        "status": "published"}).data
    assert site.spa.post(f"/api/v1/business/whitepapers/{paper['id']}/download",
                         person(20)).status == 201
    assert types(site, path) == ["download.created"]
    remove(site, one)


def who_begins_and_who_ends_the_newsletter_is_told_of_once(site):
    one, path, _ = hook(site, "subscriber.confirmed", "subscriber.ended")
    address = "ada21@example.org"
    for _ in range(2):
        assert site.spa.post("/api/v1/public/subscribe", {
            "email": address, "privacy_consent": True}).status == 202
    token = link(site, address, "/subscribe")
    assert deliveries(site, one) == [], "to ask for it is not to have it"
    for _ in range(2):
        assert site.spa.post("/api/v1/public/subscribe/confirm",
                             {"token": token}).status == 200
    assert form(site, "/en/privacy-request", "email=" + address) == 200
    own = "/en/own-data?token=" + link(site, address, "/own-data")
    for _ in range(2):
        assert form(site, own, "do=object") == 200
    bodies = [json.loads(a.body) for a in told(site, path, 2)]
    assert [(b["type"], b["data"]["status"]) for b in bodies] == [
        ("subscriber.confirmed", "confirmed"), ("subscriber.ended", "ended")]
    assert all(b["data"]["email"] == address for b in bodies), bodies
    assert len(deliveries(site, one)) == 2
    remove(site, one)


def the_secret_is_shown_once_and_kept_nowhere_in_clear(site):
    one, path, made = hook(site, "ping")
    secret = made["secret"]
    assert secret.startswith("whsec_") and len(secret) > 40
    assert "secret" not in site.admin().get(one).data
    assert "secret" not in site.admin().get(HOOKS).data[0]
    assert secret not in site.admin().get(
        "/api/v1/admin/audit-log?resource_type=webhook").text
    for name in os.listdir(site.state):
        if name.startswith("magnetiq.db"):
            with open(f"{site.state}/{name}", "rb") as f:
                assert secret.encode() not in f.read(), name
    assert secret not in site.logs()
    own = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    assert site.admin().patch(one, {"secret": own}).status == 200
    assert site.admin().post(one + "/test").status == 202
    asked = told(site, path)[0]
    assert asked.headers["webhook-signature"] == signature(own, asked)
    # What GET gave can be put back, and the secret stays.
    assert site.admin().put(one, site.admin().get(one).data).status == 200
    site.admin().post(one + "/test")
    asked = told(site, path, 2)[1]
    assert asked.headers["webhook-signature"] == signature(own, asked)
    remove(site, one)


def what_is_wrong_is_named(site):
    wrong = site.admin().post(HOOKS, {
        "url": "mailto:a@example.org", "events": ["page.published", "x"],
        "secret": "hello"})
    assert wrong.status == 422, wrong
    assert wrong.fields == ["events.1", "secret", "url"], wrong
    assert site.admin().post(HOOKS, {
        "url": "https://example.org", "events": []}).fields == ["events"]
    assert site.admin().post(HOOKS, {"url": "https://example.org"}
                             ).fields == ["events"]
    assert site.staff("editor").get(HOOKS).status == 403
    assert site.admin().post(HOOKS + "/999999/test").status == 404
    assert site.admin().get(HOOKS + "/999999/deliveries").status == 404


def what_fails_comes_again_with_the_same_id(site):
    one, path, _ = hook(site, "ping", answer=(500, {}, b"no"))
    site.admin().post(one + "/test")
    first = told(site, path)[0]
    failed = until(lambda: [d for d in deliveries(site, one)
                            if d["last_error"]], 20)[0]
    assert failed["last_error"] == "it answered 500", failed
    assert failed["status_code"] == 500 and failed["state"] == "queued"
    state = site.admin().get(one).data
    assert state["failing_since"] and state["last_error"]
    site.other.answers[path] = (200, {}, b"yes")
    site.later(120)
    again = told(site, path, 2)[1]
    assert again.headers["webhook-id"] == first.headers["webhook-id"]
    assert again.body == first.body
    assert again.headers["webhook-timestamp"] > \
        first.headers["webhook-timestamp"]
    assert settled(site, one)["attempts"] == 2
    assert site.admin().get(one).data["failing_since"] is None
    remove(site, one)


def an_admin_can_send_it_again(site):
    """Also where the answer is a whole page, which nobody reads."""
    one, path, _ = hook(site, "ping", answer=(200, {}, b"x" * 300000))
    ping = site.admin().post(one + "/test").data
    first = told(site, path)[0]
    settled(site, one)
    again = site.admin().post(f"{one}/deliveries/{ping['id']}/retry")
    assert again.status == 200 and again.data["state"] == "queued", again
    second = told(site, path, 2)[1]
    assert second.headers["webhook-id"] == first.headers["webhook-id"]
    other, _, _ = hook(site, "ping")
    assert site.admin().post(
        f"{other}/deliveries/{ping['id']}/retry").status == 404
    settled(site, one)
    site.admin().patch(one, {"is_active": False})
    assert site.admin().post(
        f"{one}/deliveries/{ping['id']}/retry").status == 409
    assert site.admin().post(one + "/test").status == 409
    remove(site, one)
    remove(site, other)


def a_dead_one_does_not_hold_up_the_others(site):
    slow, at, _ = hook(site, answer=lambda _: (200, {}, drops(60)))
    quick, there, _ = hook(site)
    for n in range(5):
        site.admin().post(slow + "/test")
    told(site, at)
    site.admin().post(quick + "/test")
    assert types(site, there) == ["ping"]       # within one slow answer
    until(lambda: site.admin().get(slow).data["last_error"], 30)
    assert len(site.other.asked(at)) == 1       # it rests
    remove(site, slow)
    remove(site, quick)


def redirects_and_addresses_within_are_refused(site):
    one, path, _ = hook(site, "ping", answer=(
        307, {"Location": site.other.url + "/inside"}, b""))
    site.admin().post(one + "/test")
    until(lambda: (site.admin().get(one).data["last_error"] or "")
          .startswith("it leads elsewhere (307)"), 20)
    assert site.other.asked("/inside") == []
    site.admin().patch(one, {"url": "https://169.254.169.254/latest"})
    site.admin().post(one + "/test")
    until(lambda: site.admin().get(one).data["last_error"] ==
          "its address is not public", 20)
    assert told(site, path)
    remove(site, one)


def one_that_fails_for_days_is_switched_off(site):
    one, path, _ = hook(site, "ping", answer=(503, {}, b""))
    site.admin().post(one + "/test")
    told(site, path)
    until(lambda: site.admin().get(one).data["failing_since"])
    site.later(3 * 24 * 3600 + 60)
    told(site, path, 2)
    state = until(lambda: [h for h in [site.admin().get(one).data]
                           if not h["is_active"]], 20)[0]
    assert state["disabled_at"] and state["last_error"] == "it answered 503"
    log = site.admin().get("/api/v1/admin/audit-log?resource_type=webhook"
                           "&action=disable").data
    assert log, "the audit log does not say so"
    until(lambda: any("the webhook to localhost:" in m["Subject"]
                      for m in letters(site)), 20, "staff have no letter")
    site.other.answers[path] = (200, {}, b"")
    mended = site.admin().patch(one, {"is_active": True}).data
    assert mended["disabled_at"] is None and mended["failing_since"] is None
    site.later(600)
    told(site, path, 3)
    remove(site, one)


def one_that_is_gone_is_switched_off_at_once(site):
    one, path, _ = hook(site, "ping", answer=(410, {}, b""))
    site.admin().post(one + "/test")
    told(site, path)
    until(lambda: not site.admin().get(one).data["is_active"], 20)
    remove(site, one)


def whoever_kills_the_sender_loses_nothing(site):
    one, path, _ = hook(site, "ping", answer=lambda _: (
        200, {}, drops(8)))
    site.admin().post(one + "/test")
    told(site, path)
    sender = [p for p, line in site.processes() if "--webhooks" in line]
    assert sender, site.processes()
    site.kill(sender[0])
    site.other.answers[path] = (200, {}, b"")
    site.later(100)
    again = told(site, path, 2)
    assert again[0].headers["webhook-id"] == again[1].headers["webhook-id"]
    settled(site, one)
    remove(site, one)


def an_erased_person_is_in_no_delivery(site):
    one, path, _ = hook(site, "registration.created")
    register(site, webinar(site), 77)
    told(site, path)
    settled(site, one)
    erased = site.admin().post("/api/v1/admin/privacy/erase",
                               {"email": "ada77@example.org"})
    assert erased.status == 200, erased
    assert erased.data["erased"]["webhook_deliveries"] == 1
    assert deliveries(site, one) == []
    remove(site, one)


def another_key_opens_the_secrets_as_long_as_the_old_one_is_told(site):
    one, path, made = hook(site, "ping")
    site.stop()
    site.environ.update(SECRET_KEY_PREVIOUS=site.environ["SECRET_KEY"],
                        SECRET_KEY="a-second-key-of-this-test-987654321")
    site.start()
    before = site.rows("SELECT secret FROM webhooks")
    site.tokens["admin"] = site.login().token
    site.admin().post(one + "/test")
    asked = told(site, path)[0]
    assert asked.headers["webhook-signature"] == \
        signature(made["secret"], asked)
    site.stop()
    site.environ["SECRET_KEY_PREVIOUS"] = ""
    site.start()
    site.tokens["admin"] = site.login().token
    site.admin().post(one + "/test")
    asked = told(site, path, 2)[1]
    assert asked.headers["webhook-signature"] == \
        signature(made["secret"], asked)
    assert before
    remove(site, one)


if __name__ == "__main__":
    run(globals(), "--no-demo", kind=HookSite)
