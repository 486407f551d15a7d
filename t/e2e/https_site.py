# SPDX-License-Identifier: MIT
"""A site by TLS whose authority is a real one, and what an operator's day does
to it: people read and write meanwhile, and nothing of theirs may be lost."""
import time

from harness import until
from production import Asking, TlsClient
from writing import PAGES, Writing

HOST = "www.example.org"
PASSWORD = "correct horse battery 9"


class HttpsSite:
    """`acme_root` is the certificate of the authority, once there is one."""
    https_port = 443

    def __init__(self, *_, **__):
        self.acme = self.authority = self.acme_root = self.token = None

    def tls(self, token=None):
        return TlsClient(self, HOST, token, root=self.acme_root)

    def staff(self):
        """Signed in."""
        if self.token is None:
            answer = self.tls().post("/api/v1/auth/login", {
                "email": "you@example.org", "password": PASSWORD})
            assert answer.status == 200, answer
            self.token = answer.data["access_token"]
        return self.tls(self.token)

    def well(self):
        try:
            return self.tls().get("/api/v1/health").status == 200
        except OSError:
            return False

    def version(self):
        return self.tls().get("/api/v1/health").json["version"]

    def pages(self):
        """The slugs of all that there are."""
        found, page = set(), 1
        while True:
            answer = self.staff().get(f"{PAGES}?per_page=100&page={page}")
            assert answer.status == 200, answer
            if not answer.data:
                return found
            found |= {p["slug"] for p in answer.data}
            page += 1

    def writing(self):
        self.staff()            # whoever asks first signs in
        return Writing(self.staff)

    def under_load(self, act):
        """Act while people read and write: no answer is bad, no write that
        was acknowledged is lost.  Returns what act() gave."""
        with Asking(self, visitors=2) as asking, self.writing() as writing:
            until(lambda: len(writing.acknowledged) > 3 and
                  asking.served > 20)
            done = act()
            time.sleep(0.3)
        assert not asking.bad, asking.bad[:3]
        assert not writing.failed, writing.failed[:3]
        assert set(writing.acknowledged) <= self.pages()
        return done
