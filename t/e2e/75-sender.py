#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The doctor asks the name service whether the site may send letters in the
name of its sender: SPF, DMARC and DKIM, each with the record that cures it."""
import json
import socket
import struct
import subprocess
import threading
import time

from harness import run

SPF = "v=spf1 mx ~all"
DMARC = "v=DMARC1; p=reject"
DKIM = "v=DKIM1; k=rsa; p=MIIB"
GOOD = {"example.org": ["a=verification", SPF], "_dmarc.example.org": [DMARC],
        "s1._domainkey.example.org": [DKIM]}


class NameServer:
    """Answers TXT by UDP on a free port of this machine, from a dict."""

    def __init__(self, names, silent=False, cut=False, piece=255):
        self.names, self.silent, self.cut = names, silent, cut
        self.piece, self.asked = piece, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def record(self, text):
        data = text.encode("latin-1")
        parts = [data[i:i + self.piece]
                 for i in range(0, len(data), self.piece)] or [b""]
        data = b"".join(bytes([len(p)]) + p for p in parts)
        return b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(data)) + data

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name = ".".join(labels)
        self.asked.append(name)
        found = self.names.get(name)
        flags = 0x8180 | (0x0200 if self.cut else 0) | (
            3 if found is None else 0)
        return (query[:2] + struct.pack(">HHHHH", flags, 1, len(found or []),
                                        0, 0) + query[12:at + 5] +
                b"".join(map(self.record, found or [])))

    def serve(self):
        while True:
            query, sender = self.socket.recvfrom(4096)
            if query == b"end":
                return
            if not self.silent:
                self.socket.sendto(self.answer(query), sender)

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_):
        host, port = self.address.split(":")
        self.socket.sendto(b"end", (host, int(port)))
        self.thread.join()
        self.socket.close()


def _findings(site, server, **more):
    env = {"ENVIRONMENT": "production", "CLOCK_OFFSET_FILE": "",
           "SITE_URL": "https://www.example.org",
           "SECRET_KEY": "k9J2mW8qL4xR7tB1vN6cZ3pF5hD0gSaY",
           "SMTP_HOST": "mail.example.org", "DNS_SERVER": server.address,
           "SMTP_FROM_EMAIL": "site@example.org",
           "SMTP_DKIM_SELECTOR": "s1", **more}
    done = subprocess.run(
        [site.env["MAGNETIQ"], "doctor", "sender", "--json"], check=False,
        env={**site.environ, **site.env, **env}, text=True,
        capture_output=True, timeout=60)
    assert done.stdout, done
    return json.loads(done.stdout)["findings"]


def _told(site, names, **more):
    with NameServer({**GOOD, **names}) as server:
        return _findings(site, server, **more)


def good_records_have_no_finding(site):
    with NameServer(GOOD) as server:
        assert _findings(site, server) == []
        assert server.asked == list(GOOD), server.asked
    for spf in ("V=SPF1 include:a.example -ALL", "v=spf1 redirect=b.example",
                "v=spf1 mx -all exp=why.example.org"):
        found = _told(site, {"example.org": [spf, "v=spf10 +all"]})
        assert found == [], (spf, found)
    assert _told(site, {"_dmarc.example.org": ["v=DMARC1;p = none"]}) == []


def strings_of_a_record_are_one_text(site):
    with NameServer(GOOD, piece=3) as server:
        assert _findings(site, server) == []


def each_wrong_record_is_found_with_the_one_to_write(site):
    own, policy = "example.org", "_dmarc.example.org"
    key = "s1._domainkey.example.org"
    usual = 'example.org. TXT "v=spf1 mx a:mail.example.org ~all"'
    dmarc = '_dmarc.example.org. TXT "v=DMARC1; p=none"'
    dkim = key + '. TXT "v=DKIM1; k=rsa; p=KEY"'
    for name, records, what, cure in (
            (own, None, "No SPF record", "Add " + usual),
            (own, ["other"], "No SPF record", "Add " + usual),
            (own, [SPF, SPF], "more than one SPF record", usual),
            (own, ["v=spf1 mx +all"], "lets everybody send",
             'example.org. TXT "v=spf1 mx ~all"'),
            (own, ["v=spf1 all a"], "lets everybody send",
             'TXT "v=spf1 a ~all"'),
            (own, ["v=spf1 a ?all"], "does not say", 'TXT "v=spf1 a ~all"'),
            (own, ["v=spf1 a"], "does not say", 'TXT "v=spf1 a ~all"'),
            (own, ["v=spf1 \x1b[2J"], "does not say", '"v=spf1 ?[2J ~all"'),
            (policy, None, "No DMARC record", "Add " + dmarc),
            (policy, [], "No DMARC record", "Add " + dmarc),
            (policy, [DMARC, DMARC], "more than one DMARC record", dmarc),
            (policy, ["v=DMARC1; sp=none"], "no p=none", dmarc),
            (policy, ["v=DMARC1; p=whatever"], "no p=none", dmarc),
            (key, None, "There is no DKIM key", "Add " + dkim),
            (key, ["v=DKIM1; k=rsa"], "There is no DKIM key", dkim),
            (key, ["v=DKIM1; p= ; k=rsa"], "revoked", dkim)):
        found = _told(site, {name: records})
        assert len(found) == 1, (name, records, found)
        said, _, told = found[0].partition(" -- ")
        assert what in said and cure in told, (name, records, found)


def a_domain_below_has_the_dmarc_record_above(site):
    assert _told(site, {"news.example.org": [SPF]}, SMTP_DKIM_SELECTOR="",
                 SMTP_FROM_EMAIL="site@news.example.org") == []


def without_a_selector_or_a_sender_nobody_is_asked(site):
    with NameServer({**GOOD, "s1._domainkey.example.org": None}) as server:
        assert _findings(site, server, SMTP_DKIM_SELECTOR="") == []
        assert not any("_domainkey" in name for name in server.asked)
        server.asked.clear()
        assert _findings(site, server, SMTP_FROM_EMAIL="") == []
        assert _findings(site, server, ENVIRONMENT="test") == []
        assert server.asked == []


def a_server_that_is_silent_or_cuts_off_is_one_finding_within_seconds(site):
    for how in ({"silent": True}, {"cut": True}):
        began = time.monotonic()
        with NameServer(GOOD, **how) as server:
            found = _findings(site, server)
        assert len(found) == 1 and "could not be asked" in found[0], found
        assert "DNS_SERVER" in found[0], found
        assert time.monotonic() - began < 15, time.monotonic() - began


run(globals(), "--no-demo")
