# SPDX-License-Identifier: MIT
"""What zdump says of the clocks of the world."""
import calendar
import re
import subprocess
import time

LINE = re.compile(r"(\S+)\s+(\w{3} \w{3} [ \d]\d [\d:]{8} -?\d+) UTC?"
                  r" = .* gmtoff=(-?\d+)$")


def names(links=True):
    """As tzdata itself lists them; a link is another name of a zone."""
    found = {"UTC"}
    with open("/usr/share/zoneinfo/tzdata.zi", encoding="ascii") as f:
        for line in f:
            word = line.split()
            if word[0] == "Z":
                found.add(word[1])
            elif word[0] == "L" and links:
                found.add(word[2])
    return sorted(found)


def offsets(zones, years):
    """{zone: [(instant, offset then)]}: the last second before each change,
    and the first after it."""
    out = subprocess.run(["zdump", "-v", "-c", years, *zones], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    known = {name: [] for name in zones}
    first, last = map(int, years.split(","))
    for line in out.splitlines():
        m = LINE.match(line)
        if not m:
            continue
        at = time.strptime(m[2], "%a %b %d %H:%M:%S %Y")
        if first <= at.tm_year < last:
            known[m[1]].append((calendar.timegm(at), int(m[3])))
    return known


def changes(seen):
    """(instant, offset before, offset from then on)."""
    assert len(seen) % 2 == 0, seen
    for (t0, before), (t1, after) in zip(seen[::2], seen[1::2]):
        assert t1 == t0 + 1, (t0, t1)
        yield t1, before, after
