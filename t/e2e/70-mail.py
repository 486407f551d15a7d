#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters through a real SMTP server: once each, later, or never."""
import os
import signal
import time

from harness import run, until
from mailbox_site import MailSite


def a_letter_leaves_within_seconds_and_once(_site):
    with MailSite() as mail:
        mail.user("anna@example.org", first_name="Anna", language="de")
        mail.forgot("anna@example.org")
        until(lambda: mail.inbox.to("anna@example.org"), 5)
        letter, = mail.inbox.to("anna@example.org")
        assert str(letter["From"]) == "Büro Müller <site@example.org>"
        assert "Passwort" in letter["Subject"], letter
        assert "Guten Tag Anna," in letter.get_body(("plain",)).get_content()
        assert letter["Message-ID"] and letter["Date"]
        until(lambda: mail.row("anna@example.org")["state"] == "sent", 5)
        row = mail.row("anna@example.org")
        assert row["message_id"] in letter["Message-ID"], row
        assert row["data"] == "{}" and row["last_error"] is None, row
        time.sleep(5)
        assert len(mail.inbox.to("anna@example.org")) == 1


def a_4xx_is_tried_again_and_a_5xx_is_not(_site):
    with MailSite() as mail:
        for name in ("later", "never", "fine"):
            mail.user(f"{name}@example.org")
        mail.inbox.answers = {
            "later@example.org": "451 come back tomorrow",
            "never@example.org": "550 there is nobody of that name"}
        mail.forgot("later@example.org", "never@example.org",
                    "fine@example.org")
        until(lambda: mail.row("never@example.org")["state"] == "failed", 10)
        row = mail.row("never@example.org")
        assert "550 there is nobody" in row["last_error"], row
        until(lambda: mail.inbox.to("fine@example.org"), 10)
        row = mail.row("later@example.org")
        assert row["state"] == "queued" and row["attempts"] == 1, row
        assert "451 come back" in row["last_error"], row
        assert row["next_attempt_at"] > row["created_at"], row
        mail.inbox.answers = {}
        mail.site.set_clock(120)
        until(lambda: mail.inbox.to("later@example.org"), 10)
        until(lambda: mail.row("later@example.org")["state"] == "sent", 5)
        assert not mail.inbox.to("never@example.org")
        health = mail.site.api.get("/api/v1/health/detailed").json
        assert health["services"]["email"]["failed"] == 1, health


def an_address_that_bounced_is_left_alone_until_an_admin_says_retry(_site):
    with MailSite() as mail:
        mail.user("bounce@example.org")
        mail.inbox.answers = {
            "bounce@example.org": "550 5.1.1 no such mailbox"}
        mail.forgot("bounce@example.org")
        until(lambda: mail.row("bounce@example.org")["state"] == "failed", 10)
        mail.inbox.answers = {}
        mail.site.set_clock(10)
        mail.forgot("bounce@example.org")
        until(lambda: mail.site.rows("SELECT 1 FROM outbox WHERE state ="
                                     " 'dropped'"), 10)
        rows = mail.site.rows("SELECT * FROM suppressions")
        assert [r["reason"] for r in rows] == ["bounced"], rows
        assert "bounce" not in rows[0]["address_mac"], rows
        assert mail.inbox.letters == []
        number = mail.row("bounce@example.org")["id"]
        answer = mail.site.admin().post(
            f"/api/v1/admin/outbox/{number}/retry")
        assert answer.status == 200, answer
        until(lambda: mail.inbox.to("bounce@example.org"), 10)
        assert mail.site.rows("SELECT 1 FROM suppressions") == []


def a_no_to_us_or_to_the_letter_is_not_held_against_the_address(_site):
    with MailSite() as mail:
        for name in ("relay", "spam", "sender"):
            mail.user(f"{name}@example.org")
        mail.inbox.answers = {"relay@example.org": "550 5.7.1 no relaying"}
        mail.forgot("relay@example.org")
        until(lambda: mail.row("relay@example.org")["state"] == "failed", 10)
        mail.inbox.data_answer = "554 this is spam"
        mail.forgot("spam@example.org")
        until(lambda: mail.row("spam@example.org")["state"] == "failed", 10)
        mail.inbox.data_answer = ""
        mail.inbox.sender_answer = "550 I do not know you"
        mail.forgot("sender@example.org")
        until(lambda: mail.row("sender@example.org").get("last_error"), 10)
        row = mail.row("sender@example.org")
        assert row["state"] == "queued", row
        assert "do not know you" in row["last_error"], row
        mail.inbox.sender_answer = "250 OK"
        mail.site.set_clock(120)
        until(lambda: mail.inbox.to("sender@example.org"), 10)
        assert mail.site.rows("SELECT 1 FROM suppressions") == []


def many_letters_go_over_one_connection(_site):
    with MailSite() as mail:
        sessions = set()
        taken = mail.inbox.handle_DATA

        async def handle_data(server, session, envelope):
            sessions.add(session.peer)
            return await taken(server, session, envelope)

        mail.inbox.handle_DATA = handle_data
        people = [f"p{n}@example.org" for n in range(25)]
        for address in people:
            mail.user(address)
        mail.controller.stop()
        mail.forgot(*people)
        # Admins may hear, too, that the server is gone.
        until(lambda: mail.site.rows("SELECT count(*) AS n FROM outbox WHERE"
                                     " template = 'password-reset'")[0][
            "n"] == 25, 15)
        mail.listen()
        mail.site.set_clock(120)
        until(lambda: all(mail.inbox.to(address) for address in people), 20)
        assert len(sessions) <= 3, sessions


def nothing_goes_out_in_clear_unless_it_was_said(_site):
    with MailSite(tls="starttls") as mail:
        mail.user("clear@example.org")
        mail.forgot("clear@example.org")
        until(lambda: mail.site.rows("SELECT 1 FROM outbox WHERE last_error"
                                     " IS NOT NULL"), 10)
        row = mail.row("clear@example.org")
        assert row["state"] == "queued" and row["last_error"], row
        assert mail.inbox.letters == []


def a_server_that_wants_a_name_gets_it(_site):
    secret = "geheimes Wort ß"
    with MailSite(auth=(b"me", secret.encode()), SMTP_USER="me",
                 SMTP_PASSWORD=secret) as mail:
        mail.user("auth@example.org")
        mail.forgot("auth@example.org")
        until(lambda: mail.inbox.to("auth@example.org"), 10)
        for name in os.listdir(mail.site.state + "/logs"):
            with open(f"{mail.site.state}/logs/{name}", encoding="utf-8",
                      errors="replace") as f:
                assert "geheimes" not in f.read(), name


def a_server_that_is_not_there_costs_nobody_anything(_site):
    with MailSite() as mail:
        mail.controller.stop()
        mail.user("away@example.org")
        mail.forgot("away@example.org")
        until(lambda: mail.site.rows("SELECT 1 FROM outbox WHERE last_error"
                                     " IS NOT NULL"), 15)
        assert mail.row("away@example.org")["state"] == "queued"
        mail.listen()
        mail.site.set_clock(120)
        until(lambda: mail.inbox.to("away@example.org"), 10)


def a_slow_server_holds_up_no_appointment(_site):
    with MailSite() as mail:
        mail.inbox.pause = 6
        mail.user("slow@example.org")
        mail.forgot("slow@example.org")
        until(lambda: mail.row("slow@example.org")["state"] == "sending", 10)
        soon = mail.site.rows("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now',"
                              " '+2 seconds') AS t")[0]["t"]
        page = mail.site.admin().post("/api/v1/content/pages", {
            "title": {"en": "Soon"}, "slug": "soon", "publish_at": soon})
        assert page.status == 201, page
        until(lambda: mail.site.spa.get("/en/soon").status == 200, 6)
        until(lambda: mail.inbox.to("slow@example.org"), 20)


def a_killed_sender_sends_each_letter_once(_site):
    """Killed between letters and in them: doubles only where the server took
    one and the mark is missing, and that is written down."""
    with MailSite() as mail:
        mail.inbox.pause = 0.05
        people = [f"p{n}@example.org" for n in range(40)]
        for address in people:
            mail.user(address)
        mail.forgot(*people)
        for _ in range(3):
            time.sleep(1)
            mail.site.kill(mail.site.pid("jobs"), signal.SIGKILL)
        until(lambda: len({m["To"] for m in mail.inbox.letters}) == 40, 60)
        until(lambda: mail.site.rows("SELECT count(*) AS n FROM outbox WHERE"
                                     " state = 'sent'") == [{"n": 40}], 30)
        ids = [m["Message-ID"] for m in mail.inbox.letters]
        doubles = len(ids) - len(set(ids))
        assert doubles <= 3, doubles


def _senders(site):
    return [pid for pid, line in site.processes() if "--letters" in line]


def a_sender_that_is_killed_itself_leaves_one_letter_in_doubt(_site):
    """Not its parent, and without a warning: at most the letter in hand may
    go out twice, and is flagged."""
    with MailSite() as mail:
        mail.inbox.pause = 0.1
        people = [f"k{n}@example.org" for n in range(30)]
        for address in people:
            mail.user(address)
        mail.forgot(*people)
        for n in range(3):
            until(lambda: len(mail.inbox.letters) > n * 5, 20)
            pid, = until(lambda: _senders(mail.site), 10)
            mail.site.kill(pid, signal.SIGKILL)
        until(lambda: mail.site.rows("SELECT count(*) AS n FROM outbox WHERE"
                                     " state = 'sent'") == [{"n": 30}], 20)
        ids = [m["Message-ID"] for m in mail.inbox.letters]
        assert len(set(ids)) == 30, len(set(ids))
        doubled = {i.strip("<>") for i in ids if ids.count(i) > 1}
        doubt = {r["message_id"] for r in mail.site.rows(
            "SELECT message_id FROM outbox WHERE in_doubt = 1")}
        assert doubled <= doubt and len(doubt) <= 3, (doubled, doubt)


run(globals(), "--no-demo")
