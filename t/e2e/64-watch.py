#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The site watches itself: a letter when something begins to be wrong, again
after a day or when it gets worse, one when it is over, and never a flood."""
import json
import os
import re
import signal
import subprocess

from harness import run, until
from jobs_done import all_letters, letters, looked, text_of

HOUR, DAY = 3600, 86400
URGENT = 2      # in the table of findings


def _letters(site, written=letters):
    """The alerts written so far, as (recipient, subject, text), in order."""
    return [(m["To"], m["Subject"], text_of(m)) for m in written(site)]


def _quiet(site):
    """All letters that were written down are files."""
    return _letters(site, all_letters)


def _findings(site):
    return {f["check"]: f for f in site.login().get(
        "/api/v1/admin/system-health").data["findings"]}


def _close(site, closed=True):
    """The site is closed for maintenance, and has been for years."""
    site.sql("UPDATE system_settings SET value = ?, updated_at ="
             " '2020-01-01 00:00:00' WHERE key = 'maintenance_mode'",
             "true" if closed else "false")


def _told(site, start, word="closed for maintenance"):
    """The subjects of an admin's letters since then that say this."""
    return [s for to, s, t in _quiet(site)[start:]
            if to == "admin@example.org" and word in " ".join(t.split())]


def a_finding_is_told_once_to_every_active_admin_in_their_language(site):
    site.admin()
    site.staff("editor")
    made = site.admin().post("/api/v1/admin/users", {
        "email": "berta@example.org", "password": site.PASSWORD,
        "role": "admin", "first_name": "Berta", "last_name": "B",
        "language": "de"})
    assert made.status == 201, made
    start = len(_quiet(site))
    _close(site)
    looked(site, 3)
    told = [x for x in _quiet(site)[start:]
            if re.search("maintenance|Wartung", x[2])]
    assert [x[0] for x in told] == ["admin@example.org",
                                    "berta@example.org"], told
    assert told[0][1].startswith("Attention: "), told
    assert "Set maintenance_mode to false" in " ".join(told[0][2].split())
    assert told[1][1].startswith("Achtung: "), told
    assert "wegen Wartung geschlossen" in " ".join(told[1][2].split())
    found = _findings(site)["maintenance"]
    assert found["gravity"] == "major" and found["since"], found


def it_is_told_again_after_a_day_and_no_sooner(site):
    start = len(_quiet(site))
    site.set_clock(20 * HOUR)
    looked(site)
    assert _told(site, start) == []
    site.set_clock(25 * HOUR)
    looked(site, 2)
    assert len(_told(site, start)) == 1


def a_letter_says_when_it_is_over(site):
    start = len(_quiet(site))
    _close(site, False)
    assert "maintenance" not in _findings(site)
    looked(site)
    assert _told(site, start) == []
    site.set_clock(25 * HOUR + 20 * 60)
    looked(site, 2)
    told = _told(site, start)
    assert len(told) == 1 and told[0].startswith("Over: "), told
    assert [s for _, s, t in _quiet(site)[start:]
            if s.startswith("Vorbei: ") and "Wartung" in t]


def what_comes_and_goes_is_not_told_each_time(site):
    clock = 26 * HOUR
    start = len(_quiet(site))
    for _ in range(6):
        for closed in (True, False):
            site.set_clock(clock)
            _close(site, closed)
            looked(site)
            clock += 20 * 60
    told = _told(site, start)
    assert 1 <= len(told) <= 4, told


def what_gets_worse_is_told_at_once(site):
    site.set_clock(4 * DAY)
    start = len(_quiet(site))
    site.sql("INSERT INTO outbox (message_id, recipient, template, language,"
             " data, state, due_at, next_attempt_at, locked_until, created_at)"
             " VALUES ('m', 'a@b.c', 'x', 'en', '{}', 'sending',"
             " datetime('now', '+4 days', '-20 minutes'),"
             " '2099-01-01 00:00:00', '2099-01-01 00:00:00', datetime())")
    looked(site, 2)

    def late():
        return [s for to, s, t in _letters(site)[start:]
                if to == "admin@example.org" and "Letters wait" in t]
    until(lambda: len(late()) == 1)
    site.set_clock(4 * DAY + 2 * HOUR)
    looked(site, 2)
    until(lambda: len(late()) == 2)
    looked(site)
    assert len(late()) == 2, late()
    site.sql("DELETE FROM outbox WHERE message_id = 'm'")


def a_site_that_does_not_answer_is_noticed_by_the_jobs_process(site):
    nginx = subprocess.run(["pgrep", "-P", str(site.pid("nginx"))], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    for pid in nginx:
        site.kill(int(pid), signal.SIGSTOP)
    try:
        site.ask_job("watch")
        told = until(lambda: site.rows(
            "SELECT told_at, gravity FROM findings WHERE check_name ="
            " 'site'"), 40)
        assert told[0]["told_at"] is None       # it may be a restart
        assert told[0]["gravity"] == URGENT
    finally:
        for pid in nginx:
            os.kill(int(pid), signal.SIGCONT)


def _guess(site, name):
    answer = site.api.post("/api/v1/auth/login", {
        "email": name + "@example.org", "password": "wrong one"})
    assert answer.status == 401, answer


def fifty_failed_sign_ins_within_a_day_are_told_and_fewer_are_not(site):
    """Whether there are such users or not."""
    site.set_clock(10 * DAY)
    start, words = len(_quiet(site)), "sign-ins failed within a day"
    _guess(site, "editor")
    site.sql("UPDATE login_failures SET n = 48 WHERE pair_hash ="
             " account_hash")
    _guess(site, "editor")
    looked(site)
    assert "sign-ins" not in _findings(site)
    _guess(site, "nobody")
    looked(site)
    found = _findings(site)["sign-ins"]
    assert found["gravity"] == "major" and "50 or more" in found["what"]
    told = _told(site, start, words)
    assert len(told) == 1 and told[0].startswith("Attention: "), told
    # More of them are no news, and many more are.
    _guess(site, "nobody")
    looked(site)
    assert len(_told(site, start, words)) == 1
    site.sql("UPDATE login_failures SET n = 600 WHERE n = 49")
    looked(site)
    assert _findings(site)["sign-ins"]["gravity"] == "urgent"
    assert len(_told(site, start, words)) == 2
    site.set_clock(11 * DAY + 60)
    assert "sign-ins" not in _findings(site)
    looked(site)
    site.set_clock(11 * DAY + 20 * 60)
    looked(site)
    told = _told(site, start, words)
    assert len(told) == 3 and told[2].startswith("Over: "), told


def a_slow_statement_is_logged_with_its_text_its_request_and_no_value(site):
    site.dev("stop")
    site.environ["SLOW_QUERY_MS"] = "1"
    site.start()
    rows = ",".join("('/p%d', 'page_view', 'x', 'x', '{}')" % i
                    for i in range(20000))
    site.sql("INSERT INTO analytics_events (page_path, event_type,"
             f" event_category, event_action, metadata) VALUES {rows}")
    erased = site.login().post("/api/v1/admin/privacy/export",
                               {"email": "secret-value@example.org"})
    assert erased.status == 200, erased
    slow = [json.loads(line) for line in site.log("app").splitlines()
            if '"event":"slow_query"' in line]
    mine = [x for x in slow
            if x.get("request_id") == erased.header("X-Request-ID")]
    assert mine and re.match(r"\d+ ms: SELECT .*analytics_events", next(
        x["message"] for x in mine if "analytics_events" in x["message"])), slow
    assert "secret-value" not in json.dumps(slow)


run(globals(), "--no-demo", env={"LOG_LEVEL": "debug"})
