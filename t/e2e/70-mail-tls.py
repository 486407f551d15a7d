#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Letters and the password of the mail server cross the network by TLS, and
only to the server that was meant."""
import base64
import logging
import os
import socket
import ssl
import tempfile
import threading
import time

from harness import run, until
from mailbox_site import MailSite
from production import Authority

USER, PASSWORD = "postmaster", "geheimes Wort ß"
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # of refusals
HELLO = b"EHLO ", b"STARTTLS\r\n"


class Wire:
    """Lies between the site and its mail server, and hears what the site
    says."""

    def __init__(self, to):
        self.to, self.said, self.lock = to, [], threading.Lock()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                there, _ = self.listening.accept()
            except OSError:
                return
            here = socket.create_connection(("127.0.0.1", self.to), 10)
            with self.lock:
                number = len(self.said)
                self.said.append(b"")
            for a, b, heard in ((there, here, number), (here, there, None)):
                threading.Thread(target=self.carry, args=(a, b, heard),
                                 daemon=True).start()

    def carry(self, a, b, heard):
        try:
            while part := a.recv(65536):
                if heard is not None:
                    with self.lock:
                        self.said[heard] += part
                b.sendall(part)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            a.close()
            b.close()

    def heard(self):
        """What the site said in each connection that it made."""
        with self.lock:
            return [said for said in self.said if said]

    def close(self):
        # Closing alone would leave accept() waiting.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()


class TlsMail(MailSite):
    """A mail server with a certificate: which one, `shows` says."""

    def __init__(self, tls, shows, **env):
        self.folder = tempfile.TemporaryDirectory(prefix="mq", dir="/tmp")
        folder = self.folder.name
        ours = Authority(folder + "/authority")
        signs = Authority(folder + "/stranger") if shows == "unknown" else ours
        name = "other.example" if shows == "other" else "localhost"
        signs.sign(folder + "/shown", [name],
                   days=-1 if shows == "expired" else 10)
        super().__init__(tls, (USER.encode(), PASSWORD.encode()), **{
            "SMTP_HOST": "localhost", "SMTP_USER": USER,
            "SMTP_PASSWORD": PASSWORD, "EGRESS_CA_FILE": ours.root, **env})
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/shown/fullchain.pem",
                                folder + "/shown/privkey.pem")
        self.more["auth_require_tls"] = True
        if tls == "tls":
            self.more["ssl_context"] = context
            # That server has it from the first byte, and cannot tell.
            self.more["auth_require_tls"] = False
        else:
            self.more.update(tls_context=context, require_starttls=True)
        self.wire = Wire(self.port)
        self.env["SMTP_PORT"] = str(self.wire.port)

    def __exit__(self, *_):
        super().__exit__()
        self.wire.close()
        self.folder.cleanup()

    def nothing_in_clear(self):
        """All that was said before TLS is that TLS is wanted."""
        heard = self.wire.heard()
        assert heard, "nobody called"
        for said in heard:
            if self.env["SMTP_TLS"] == "starttls":
                hello, starttls, said = said.partition(HELLO[1])
                assert hello.startswith(HELLO[0]), hello
                assert hello.count(b"\r\n") == 1 and starttls, hello
            # A record of TLS: 22 is a handshake.
            assert said[:2] == b"\x16\x03", said[:40]
            for secret in (USER, PASSWORD, "anna@"):
                for form in (secret.encode(),
                             base64.b64encode(secret.encode())):
                    assert form not in said, form


def _delivers(tls):
    with TlsMail(tls, "good") as mail:
        mail.user("anna@example.org")
        mail.forgot("anna@example.org")
        until(lambda: mail.inbox.to("anna@example.org"), 10)
        until(lambda: mail.row("anna@example.org")["state"] == "sent", 5)
        mail.nothing_in_clear()


def _refuses(tls, shows, why):
    """Nothing is sent, the letter waits, and the operator is told why."""
    with TlsMail(tls, shows) as mail:
        mail.user("anna@example.org")
        mail.forgot("anna@example.org")
        until(lambda: mail.row("anna@example.org").get("last_error"), 15)
        row = mail.row("anna@example.org")
        assert row["state"] == "queued", row
        assert why in row["last_error"], row
        assert PASSWORD not in row["last_error"], row
        assert mail.inbox.letters == []
        mail.nothing_in_clear()
        for name in os.listdir(mail.site.state + "/logs"):
            with open(f"{mail.site.state}/logs/{name}", encoding="utf-8",
                      errors="replace") as f:
                assert "geheimes" not in f.read(), name


def a_letter_goes_by_starttls_to_a_server_that_shows_who_it_is(_site):
    _delivers("starttls")


def a_letter_goes_by_tls_from_the_first_byte(_site):
    _delivers("tls")


def a_server_with_another_name_gets_nothing(_site):
    for tls in ("starttls", "tls"):
        _refuses(tls, "other", "name")


def a_server_of_an_unknown_authority_gets_nothing(_site):
    for tls in ("starttls", "tls"):
        _refuses(tls, "unknown", "issuer certificate")


def a_server_whose_certificate_has_expired_gets_nothing(_site):
    for tls in ("starttls", "tls"):
        _refuses(tls, "expired", "expired")


def who_takes_starttls_off_the_wire_learns_no_password(_site):
    """Somebody on the way answers for the server, and offers no STARTTLS."""
    with MailSite(tls="starttls", auth=(USER.encode(), PASSWORD.encode()),
                  SMTP_USER=USER, SMTP_PASSWORD=PASSWORD) as mail:
        wire = Wire(mail.port)
        mail.site.stop()
        mail.site.environ["SMTP_PORT"] = str(wire.port)
        mail.site.start()
        mail.user("anna@example.org")
        mail.forgot("anna@example.org")
        until(lambda: mail.row("anna@example.org").get("last_error"), 15)
        assert mail.row("anna@example.org")["state"] == "queued"
        time.sleep(1)
        assert wire.heard()
        for said in wire.heard():
            assert b"AUTH" not in said and b"MAIL" not in said, said
        assert mail.inbox.letters == []
        wire.close()


run(globals(), "--no-demo", start=False)
