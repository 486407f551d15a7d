# SPDX-License-Identifier: MIT
"""Writers that remember what they were told, and the end of everything."""
import http.client
import os
import random
import signal
import sqlite3
import threading
import time

from harness import Client, until

PAGES = "/api/v1/content/pages"


class Writers:
    """Clients that make pages, and make them anew, until they are stopped.
    `told` is what the site has acknowledged: the slug, and which text."""

    def __init__(self, site, clients=4):
        self.port, self.token = site.api_port, site.admin().token
        self.told, self.refused = {}, []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._write, daemon=True)
                        for _ in range(clients)]

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for t in self.threads:
            t.join()

    def _write(self):
        client = Client(self.port, self.token, timeout=10)
        while not self.stop.is_set():
            try:
                self._one(client)
            except (OSError, http.client.HTTPException):
                client.close()          # it was killed, and has told nothing

    def _one(self, client):
        slug = "told-" + os.urandom(6).hex()
        answer = client.post(PAGES, {"slug": slug, "title": {"en": slug},
                                     "content": {"en": "first"}})
        if answer.status != 201:
            self.refused.append(answer)
            return
        self.told[slug] = {"first", "second"}
        answer = client.patch(f"{PAGES}/{answer.data['id']}",
                              {"content": {"en": "second"}})
        if answer.status == 200:
            self.told[slug] = {"second"}


def kill_everything(site):
    """nginx, workers, jobs and what keeps them, as when the power goes; the
    keepers first, so that nobody is started again."""
    while True:
        found = site.processes()
        if not found:
            return
        for pid, _ in sorted(found, key=lambda p: "keep" not in p[1]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


def killed_under_load(site, random_seed=None):
    """Everything dies at some moment while people write; the site starts
    again.  Returns what was acknowledged and is not there, how many were
    acknowledged, and what `verify` finds."""
    moment = random.Random(random_seed).uniform(0.3, 1.5)
    with Writers(site) as writers:
        until(lambda: writers.told, 20)
        time.sleep(moment)
        kill_everything(site)
    site.start()
    db = sqlite3.connect(f"file:{site.env['DATABASE_URL']}?mode=ro",
                         uri=True, timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    there = dict(db.execute("SELECT slug, json_extract(content, '$.en')"
                            " FROM pages WHERE slug LIKE 'told-%'"))
    db.close()
    lost = [slug for slug, texts in writers.told.items()
            if there.get(slug) not in texts]
    found = site.magnetiq("verify", check=False)
    return lost, len(writers.told), found.stderr if found.returncode else ""
