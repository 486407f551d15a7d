#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Changes leads at a steady rate, and says how long each change took.

writers.py PORT TOKEN RATE SECONDS FIRST LAST: leads FIRST to LAST, now this,
now that.  Each change has its moment, whether those before are answered or
not: a stall delays all that should have begun meanwhile, and all of that
counts.  Ends with SIGTERM or after SECONDS; prints JSON.  A process of its
own, so that nothing of the bench makes it late.
"""
import asyncio
import json
import signal
import sys
import time

CONNECTIONS = 32


class Writers:
    """Connections that take the next change whose moment has come."""

    def __init__(self, port, token, rate, leads):
        self.port, self.token, self.rate, self.leads = port, token, rate, leads
        self.began, self.next, self.ended = time.monotonic(), 0, False
        self.took, self.failed = [], []

    def request(self, n):
        body = json.dumps({"notes": f"Change {n}."})
        lead = self.leads[n * 7919 % len(self.leads)]
        return (f"PATCH /api/v1/business/leads/{lead}"
                f" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                f"{self.token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}").encode()

    async def write(self):
        """One connection, for as long as it lasts."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while not self.ended:
            n, self.next = self.next, self.next + 1
            moment = self.began + n / self.rate
            await asyncio.sleep(moment - time.monotonic())
            writer.write(self.request(n))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(length_of(head))
            self.took.append(time.monotonic() - moment)
            if not head.startswith(b"HTTP/1.1 200"):
                self.failed.append(head[:60].decode())
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1",
                                                               self.port)
        writer.close()

    async def run(self, seconds):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.end)
        loop.call_later(seconds, self.end)
        await asyncio.gather(*(self.write() for _ in range(CONNECTIONS)))

    def end(self):
        self.ended = True


def length_of(head):
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ValueError(head)


def main():
    port, token, rate, seconds, first, last = sys.argv[1:]
    writers = Writers(int(port), token, float(rate),
                      range(int(first), int(last) + 1))
    asyncio.run(writers.run(float(seconds)))
    took = sorted(writers.took)
    json.dump({"asked": len(took), "failed": len(writers.failed),
               "why": writers.failed[:3],
               "seconds": time.monotonic() - writers.began,
               "p50": took[len(took) // 2] * 1000,
               "p99": took[len(took) * 99 // 100] * 1000,
               "worst": took[-1] * 1000}, sys.stdout)


if __name__ == "__main__":
    main()
