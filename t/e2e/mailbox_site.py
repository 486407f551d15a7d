# SPDX-License-Identifier: MIT
"""A real SMTP server, and a site that sends its letters there."""
import email
import email.policy
import socket
import threading
import time
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from harness import Site

warnings.simplefilter("ignore")     # that AUTH without TLS is unwise


class Inbox:
    """What the server took, and what it says to whom."""

    def __init__(self):
        self.letters, self.answers, self.lock = [], {}, threading.Lock()
        self.pause, self.sender_answer, self.data_answer = 0, "250 OK", ""

    async def handle_RCPT(self, _server, _session, envelope, address, _more):
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_MAIL(self, _server, _session, envelope, address, _more):
        if self.sender_answer.startswith("2"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_DATA(self, _server, _session, envelope):
        time.sleep(self.pause)
        if self.data_answer:
            return self.data_answer
        with self.lock:
            self.letters.append(email.message_from_bytes(
                envelope.content, policy=email.policy.default))
        return "250 taken"

    def to(self, address):
        with self.lock:
            return [m for m in self.letters
                    if m["To"].addresses[0].addr_spec == address]


class MailSite:
    """An SMTP server on a free port, and a site that sends through it."""

    def __init__(self, tls="none", auth=None, options=(), **env):
        self.inbox, self.controller = Inbox(), None
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.more, self.options = {}, options
        if auth:
            def check(_server, _session, _envelope, mechanism, data):
                return AuthResult(success=(data.login, data.password) == auth)
            self.more = {"authenticator": check, "auth_required": True,
                         "auth_require_tls": False}
        self.env = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self.port),
                    "SMTP_TLS": tls, "SMTP_FROM_EMAIL": "site@example.org",
                    "SMTP_FROM_NAME": "Büro Müller", **env}

    def listen(self):
        self.controller = Controller(
            self.inbox, hostname="127.0.0.1", port=self.port,
            enable_SMTPUTF8=False, **self.more)
        self.controller.start()

    def __enter__(self):
        self.listen()
        self.site = Site("--no-demo", *self.options, env=self.env)
        return self

    def user(self, address, **more):
        answer = self.site.admin().post("/api/v1/admin/users", {
            "email": address, "role": "viewer",
            "password": self.site.PASSWORD, **more})
        assert answer.status == 201, answer

    def forgot(self, *addresses):
        for address in addresses:
            answer = self.site.api.post("/api/v1/auth/forgot-password", {"email": address})
            assert answer.status == 202, answer

    def row(self, address):
        """Its letter in the outbox; all None before there is one."""
        rows = self.site.rows("SELECT * FROM outbox WHERE recipient = ?",
                              address)
        return rows[0] if rows else {"state": None}

    def __exit__(self, *_):
        self.site.end()
        self.controller.stop()
