#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who gets letters, who wants none, and what admins do about those in
between."""
import json
import re
from urllib.parse import urlsplit

from harness import run, until
from jobs_done import letters

OUTBOX = "/api/v1/admin/outbox"
SUBSCRIBE = "/api/v1/public/subscribe"
UNSUBSCRIBE = "/api/v1/public/unsubscribe"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _text(letter):
    return letter.get_body(("plain",)).get_content()


def _wait(site, address, n=1):
    until(lambda: len(letters(site, address)) >= n, 15)
    return letters(site, address)[-1]


def _subscribe(site, address, language="de", **headers):
    answer = site.api.post(SUBSCRIBE, {
        "email": address, "language": language, "privacy_consent": True},
        **headers)
    assert answer.status == 202, answer
    return answer


def _token(letter):
    return re.search(r"token=([\w-]+)", _text(letter))[1]


def _queue(site, template, address, **columns):
    """A letter as a room would queue it, by hand."""
    row = {"message_id": f"{template}-{address}", "recipient": address,
           "recipient_folded": address.lower(), "template": template,
           "language": "de", "data": json.dumps({"title": "T", "url": "u"}),
           "due_at": "2020-01-01 00:00:00", "created_at":
           "2020-01-01 00:00:00", **columns}
    row.setdefault("next_attempt_at", row["due_at"])
    names = ", ".join(row)
    return site.sql(f"INSERT INTO outbox ({names}) VALUES "
                    f"({', '.join('?' * len(row))})", *row.values())


def _state(site, number):
    return site.rows("SELECT state FROM outbox WHERE id = ?",
                     number)[0]["state"]


def a_subscription_counts_only_once_it_is_confirmed(site):
    _subscribe(site, "Neu@Example.org")
    letter = _wait(site, "Neu@Example.org")
    assert letter["Subject"].startswith("Bitte bestätigen: "), letter
    assert "List-Unsubscribe" not in letter
    row, = site.rows("SELECT * FROM subscribers")
    assert row["status"] == "pending" and not row["consent_id"], row
    assert site.rows("SELECT 1 FROM consents") == []
    token = _token(letter)
    answer = site.api.post(SUBSCRIBE + "/confirm",
                           {"token": token[:-2] + "AA"})
    assert answer.status == 404, answer
    for _ in range(2):
        answer = site.api.post(SUBSCRIBE + "/confirm",
                               {"token": token})
        assert answer.status == 200, answer
    row, = site.rows("SELECT * FROM subscribers")
    assert row["status"] == "confirmed", row
    given = site.rows("SELECT * FROM consents ORDER BY id")
    assert [g["purpose"] for g in given] == ["privacy", "newsletter"], given
    assert all(g["email_folded"] == "neu@example.org" and g["version"] == 1
               and g["language"] == "de" and g["request_id"] and
               g["wording"].startswith("Ich ") for g in given), given
    assert row["consent_id"] == given[1]["id"]


def who_has_subscribed_gets_no_second_letter_and_nobody_can_tell(site):
    known = _subscribe(site, "neu@example.org")
    fresh = _subscribe(site, "other@example.org")
    assert known.json["data"] == fresh.json["data"]
    assert known.json["message"] == fresh.json["message"]
    _wait(site, "other@example.org")
    assert len(letters(site, "Neu@Example.org")) == 1
    assert letters(site, "neu@example.org") == []


def the_link_leads_to_a_button_and_looking_changes_nothing(site):
    _subscribe(site, "look@example.org", "en")
    url = re.search(r"https?://\S+", _text(_wait(site, "look@example.org")))[0]
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    assert path.startswith("/en/subscribe?token="), path
    for _ in range(3):
        page = site.spa.get(path)
        assert page.status == 200 and "<button" in page.text, page
        assert page.header("Referrer-Policy") == "no-referrer"
        assert page.header("Cache-Control") == "no-store"
    assert site.rows("SELECT status FROM subscribers WHERE email_folded ="
                     " 'look@example.org'") == [{"status": "pending"}]
    page = site.spa.request("POST", path, b"", FORM)
    assert page.status == 200 and "You will get our news." in page.text, page
    assert site.rows("SELECT status FROM subscribers WHERE email_folded ="
                     " 'look@example.org'") == [{"status": "confirmed"}]
    assert site.spa.get("/en/subscribe?token=none").status == 404
    assert site.spa.get("/xx/subscribe?token=none").status == 404
    assert site.spa.get("/en/subscribe").status == 404


def a_link_to_confirm_is_good_for_two_days_and_one_request(site):
    _subscribe(site, "late@example.org")
    old = _token(_wait(site, "late@example.org"))
    site.set_clock(60)
    try:
        _subscribe(site, "late@example.org")
        new = _token(_wait(site, "late@example.org", 2))
        answer = site.api.post(SUBSCRIBE + "/confirm", {"token": old})
        assert answer.status == 410 and answer.code == "GONE", answer
        site.set_clock(48 * 3600 + 120)
        answer = site.api.post(SUBSCRIBE + "/confirm", {"token": new})
        assert answer.status == 410, answer
    finally:
        site.set_clock(0)


def wrong_fields_are_all_named(site):
    answer = site.api.post(SUBSCRIBE, {
        "email": "a@b\r\nBcc: x@y.org", "language": "xx",
        "privacy_consent": False, "more": 1})
    assert answer.status == 422, answer
    assert sorted(answer.fields) == ["email", "language", "more",
                                     "privacy_consent"], answer
    answer = site.api.post(SUBSCRIBE, {})
    assert answer.status == 422, answer
    for door in (SUBSCRIBE + "/confirm", UNSUBSCRIBE):
        answer = site.api.post(door, {"token": 1, "x": 2})
        assert answer.status == 422, answer
        assert sorted(answer.fields) == ["token", "x"], answer
        answer = site.api.post(door, {"token": "no" * 3000})
        assert answer.status == 404, answer


def the_same_request_twice_is_one(site):
    key = {"Idempotency_Key": "subscribe-once-0001"}
    for _ in range(2):
        _subscribe(site, "once@example.org", **key)
    _wait(site, "once@example.org")
    assert len(site.rows("SELECT 1 FROM outbox WHERE recipient ="
                         " 'once@example.org'")) == 1
    answer = site.api.post(SUBSCRIBE, {
        "email": "two@example.org", "privacy_consent": True}, **key)
    assert answer.status == 422 and answer.fields == ["Idempotency-Key"]


def _marketing(site, address):
    number = _queue(site, "webinar-followup", address)
    until(lambda: _state(site, number) in ("sent", "dropped"), 15)
    return number


def one_click_ends_it_in_either_encoding_and_as_json(site):
    boundary = "x1y2"
    one_click = "List-Unsubscribe=One-Click"
    part = ('Content-Disposition: form-data; name="List-Unsubscribe"'
            "\r\n\r\nOne-Click")
    bodies = [
        (one_click.encode(), FORM["Content-Type"]),
        (f"--{boundary}\r\n{part}\r\n--{boundary}--\r\n".encode(),
         f"multipart/form-data; boundary={boundary}"),
    ]
    for n, (body, kind) in enumerate(bodies):
        for where in ("page", "api"):
            address = f"click-{n}-{where}@example.org"
            assert _state(site, _marketing(site, address)) == "sent"
            url = _wait(site, address)["List-Unsubscribe"].strip("<>")
            path = urlsplit(url)._replace(scheme="", netloc="").geturl()
            assert site.spa.get(path).status == 200
            if where == "api":
                path = UNSUBSCRIBE + "?" + path.partition("?")[2]
            answer = site.spa.request("POST", path, body,
                                      {"Content-Type": kind})
            assert answer.status == 200, answer
            number = _queue(site, "webinar-followup", address,
                            message_id=f"again-{n}-{where}")
            until(lambda at=number: _state(site, at) == "dropped", 15)
    token = _wait(site, "click-0-api@example.org")
    token = re.search(r"token=([\w-]+)", token["List-Unsubscribe"])[1]
    answer = site.api.post(UNSUBSCRIBE, {"token": token})
    assert answer.status == 200 and "no more letters" in \
        answer.json["message"], answer
    for body in ({}, None):
        answer = site.api.post(UNSUBSCRIBE, body)
        assert answer.status in (400, 422), answer
    answer = site.api.request("POST", UNSUBSCRIBE, b"x",
                              {"Content-Type": "text/plain"})
    assert answer.status == 415, answer
    macs = site.rows("SELECT * FROM suppressions")
    assert len(macs) == 4 and "@" not in str(macs), macs


def who_ends_it_gets_letters_that_are_no_marketing_and_may_come_back(site):
    address = "back@example.org"
    _subscribe(site, address)
    site.api.post(SUBSCRIBE + "/confirm",
                  {"token": _token(_wait(site, address))})
    _marketing(site, address)
    url = _wait(site, address, 2)["List-Unsubscribe"]
    token = re.search(r"token=([\w-]+)", url)[1]
    answer = site.api.post(UNSUBSCRIBE, {"token": token})
    assert answer.status == 200, answer
    assert site.rows("SELECT status FROM subscribers WHERE email_folded = ?",
                     address) == [{"status": "ended"}]
    assert site.rows("SELECT 1 FROM consents WHERE email_folded = ? AND"
                     " purpose = 'newsletter' AND withdrawn_at IS NULL",
                     address) == []
    site.set_clock(5)
    _subscribe(site, address)
    letter = _wait(site, address, 3)
    assert "Bitte bestätigen" in letter["Subject"], letter
    answer = site.api.post(SUBSCRIBE + "/confirm",
                           {"token": _token(letter)})
    assert answer.status == 200, answer
    number = _queue(site, "webinar-followup", address, message_id="third")
    until(lambda: _state(site, number) == "sent", 15)
    site.set_clock(0)


def strangers_cause_five_letters_an_hour_and_the_rest_waits(site):
    address = "bombed@example.org"
    for n in range(8):
        site.set_clock(n)
        _subscribe(site, address)
    rows = site.rows("SELECT due_at, state FROM outbox WHERE recipient = ?"
                     " ORDER BY id", address)
    assert len(rows) == 8, rows
    until(lambda: site.rows("SELECT count(*) AS n FROM outbox WHERE recipient"
                            " = ? AND state = 'sent'", address)[0]["n"] == 5,
          15)
    late = site.rows("SELECT count(*) AS n FROM outbox WHERE recipient = ?"
                     " AND due_at > created_at", address)[0]["n"]
    assert late == 3, late
    site.set_clock(0)


def admins_list_letters_and_nobody_else_does(site):
    admin = site.admin()
    for client, status in ((site.api, 401), (site.staff("editor"), 403)):
        assert client.get(OUTBOX).status == status
        assert client.post(OUTBOX + "/1/retry").status == status
        assert client.delete(OUTBOX + "/1").status == status
    answer = admin.get(OUTBOX + "?state=sent&per_page=5")
    assert answer.status == 200 and len(answer.data) == 5, answer
    assert all(r["state"] == "sent" for r in answer.data), answer
    assert "data" not in answer.data[0] and "recipient" in answer.data[0]
    answer = admin.get(OUTBOX + "?recipient=NEU@example.org")
    assert [r["recipient"] for r in answer.data] == ["Neu@Example.org"]
    number = answer.data[0]["id"]
    assert admin.get(f"{OUTBOX}/{number}").data["id"] == number
    assert admin.get(OUTBOX + "?state=lost").status == 422
    assert admin.get(OUTBOX + "/999999").status == 404


def a_failed_letter_is_sent_again_and_a_waiting_one_is_struck(site):
    admin = site.admin()
    number = _queue(site, "whitepaper-link", "again@example.org",
                    state="failed", attempts=12, last_error="550 no")
    answer = admin.post(f"{OUTBOX}/{number}/retry")
    assert answer.status == 200, answer
    assert answer.data["state"] == "queued" and not answer.data["attempts"]
    _wait(site, "again@example.org")
    until(lambda: _state(site, number) == "sent", 5)
    answer = admin.post(f"{OUTBOX}/{number}/retry")
    assert answer.status == 409 and answer.code == "CONFLICT", answer
    assert admin.post(OUTBOX + "/999999/retry").status == 404
    number = _queue(site, "whitepaper-link", "waits@example.org",
                    due_at="2099-01-01 00:00:00")
    assert admin.delete(f"{OUTBOX}/{number}").status == 204
    assert admin.delete(f"{OUTBOX}/{number}").status == 404
    actions = [r["action"] for r in site.rows(
        "SELECT action FROM audit_log WHERE resource_type = 'letter'"
        " ORDER BY id")]
    assert actions == ["retry", "delete"], actions


def a_letter_whose_cause_is_gone_is_not_sent(site):
    number = _queue(site, "whitepaper-link", "gone@example.org",
                    cause_type="registration", cause_id=123456)
    until(lambda: _state(site, number) == "dropped", 15)
    assert letters(site, "gone@example.org") == []


def the_command_does_the_same(site):
    number = _queue(site, "whitepaper-link", "shell@example.org",
                    state="failed", last_error="no")
    other = _queue(site, "whitepaper-link", "shell2@example.org",
                   due_at="2099-01-01 00:00:00")
    rows = json.loads(site.magnetiq("outbox", "list", "--json", "--state",
                                    "failed").stdout)
    assert [r["id"] for r in rows] == [number], rows
    assert str(number) in site.magnetiq("outbox", "list").stdout
    site.magnetiq("outbox", "retry", str(number))
    _wait(site, "shell@example.org")
    site.magnetiq("outbox", "drop", str(other))
    assert site.rows("SELECT 1 FROM outbox WHERE id = ?", other) == []
    for wrong in (["drop"], ["drop", "x"], ["list", "--state", "x"], ["x"],
                  ["preview", "a", "b"]):
        done = site.magnetiq("outbox", *wrong, check=False)
        assert done.returncode == 2, done
    for wrong in (["drop", str(other)], ["retry", str(number)],
                  ["preview", "none"]):
        until(lambda: _state(site, number) == "sent", 5)
        done = site.magnetiq("outbox", *wrong, check=False)
        assert done.returncode == 1, done


def a_letter_can_be_tried_out(site):
    site.magnetiq("outbox", "preview", "booking-confirmed", "--language", "de",
                  "--to", "try@example.org")
    letter = _wait(site, "try@example.org")
    assert letter["Subject"].startswith("Termin bestätigt: "), letter
    assert letter.get_content_type() == "multipart/mixed"
    done = site.magnetiq("outbox", "preview", "contact", "--to", "nobody",
                         check=False)
    assert done.returncode == 2, done


def no_token_of_a_link_is_ever_logged(site):
    tokens = {_token(letter) for path in ("look@example.org",
                                          "late@example.org")
              for letter in letters(site, path)}
    assert tokens
    logs = site.logs()
    for token in tokens:
        assert token not in logs, token


run(globals(), "--no-demo")
