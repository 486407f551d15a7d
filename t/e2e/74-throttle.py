#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters leave no faster than the provider, or a domain, likes them."""
import time

from harness import run, until
from mailbox_site import MailSite


def _queue(site, *addresses):
    for n, address in enumerate(addresses):
        site.sql("INSERT INTO outbox (message_id, recipient, recipient_folded,"
                 " template, language, data, state, due_at, next_attempt_at,"
                 " created_at) VALUES (?, ?, ?, 'password-reset', 'en',"
                 " '{\"url\":\"https://example.org/\",\"first_name\":\"A\","
                 "\"hours\":24}', 'queued', ?, ?, ?)",
                 f"{time.time()}-{n}@x", address, address,
                 *["2026-01-01 00:00:00"] * 3)


def _gone(m):
    return [r["recipient"] for r in m.site.rows(
        "SELECT recipient FROM outbox WHERE state = 'sent'"
        " ORDER BY sent_at, id")]


def _still(m, n):
    """So many have gone, and no more follow in a while."""
    until(lambda: len(_gone(m)) >= n, 20)
    time.sleep(5)
    assert len(_gone(m)) == n, _gone(m)


def a_provider_gets_so_many_a_minute_and_the_rest_later(_site):
    with MailSite(SMTP_PER_MINUTE="3") as m:
        _queue(m.site, *(f"p{n}@example.org" for n in range(7)))
        _still(m, 3)
        waiting = m.site.rows("SELECT state, attempts FROM outbox"
                              " WHERE sent_at IS NULL")
        assert waiting == [{"state": "queued", "attempts": 0}] * 4, waiting
        m.site.set_clock(61)
        _still(m, 6)
        m.site.set_clock(122)
        _still(m, 7)
        assert len(m.inbox.letters) == 7


def an_hours_quota_holds_beside_it(_site):
    with MailSite(SMTP_PER_MINUTE="3", SMTP_PER_HOUR="4") as m:
        _queue(m.site, *(f"p{n}@example.org" for n in range(6)))
        _still(m, 3)
        m.site.set_clock(61)
        _still(m, 4)
        m.site.set_clock(3700)
        _still(m, 6)


def a_domain_that_has_had_enough_holds_up_no_other(_site):
    with MailSite(SMTP_DOMAIN_PER_MINUTE="2") as m:
        _queue(m.site, *(f"p{n}@big.example" for n in range(5)),
               "a@small.example", "b@tiny.example")
        _still(m, 4)
        assert sorted(a.split("@")[1] for a in _gone(m)) == [
            "big.example", "big.example", "small.example", "tiny.example"]
        m.site.set_clock(61)
        _still(m, 6)


if __name__ == "__main__":
    run(globals(), "--no-demo", start=False)
