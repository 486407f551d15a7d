# SPDX-License-Identifier: MIT
"""What the jobs process has done by now: letters as files, looks at the site."""
import email
import email.policy
import glob

from harness import until


def letters(site, address=None):
    """Those that went out, oldest first; if it is given, to an address."""
    found = []
    for path in sorted(glob.glob(site.state + "/mail/*.eml")):
        with open(path, "rb") as f:
            letter = email.message_from_binary_file(
                f, policy=email.policy.default)
        if address in (None, letter["To"].addresses[0].addr_spec):
            found.append(letter)
    return found


def all_letters(site):
    """The same once nothing is on its way any more."""
    until(lambda: not site.rows(
        "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"), 10)
    return letters(site)


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def ran(site, *names):
    """These jobs have run since we asked, one after the other."""
    for name in names:
        site.ask_job(name)
        until(lambda n=name: site.rows("SELECT 1 FROM jobs WHERE name = ?"
                                       " AND requested = 0", n), 30)


def looked(site, times=1):
    """It has looked at the site, so often; LOG_LEVEL is debug."""
    def looks():
        return site.log("jobs").count('"event":"look"')
    for _ in range(times):
        before = looks()
        while looks() == before:        # the last one may still be ending
            site.ask_job("watch")
            try:
                until(lambda n=before: looks() > n, 5)
            except AssertionError:
                continue
