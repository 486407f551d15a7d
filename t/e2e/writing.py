# SPDX-License-Identifier: MIT
"""Somebody who writes without pause while something else happens."""
import http.client
import threading
import time

PAGES = "/api/v1/content/pages"


class Writing:
    """An editor who makes pages while the `with` lasts, and remembers which
    were acknowledged.  `connect` gives a client that is signed in."""

    def __init__(self, connect):
        self.connect, self.ended = connect, threading.Event()
        self.acknowledged, self.failed = [], []
        self.thread = threading.Thread(target=self.write, daemon=True)

    def write(self):
        while not self.ended.is_set():
            slug = f"w-{time.monotonic_ns()}"
            try:
                answer = self.connect().post(PAGES, {
                    "title": {"en": slug}, "slug": slug,
                    "status": "published"}, Connection="close")
            except (OSError, http.client.HTTPException) as e:
                answer = e
            if getattr(answer, "status", 0) == 201:
                self.acknowledged.append(slug)
            else:
                self.failed.append(answer)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
