#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What only a site in production is told: that its certificate ends, and that
nobody rotates its logs."""
import json
import os
import time

from harness import run, until
from jobs_done import looked
from production import HOST, Production

DAY = 86400
SYSTEM = "/api/v1/admin/system-health"


def _ready(site):
    """A site that shows certificates; once."""
    if site.nginx is None:
        site.admin()
        site.certificates(days=60)
        site.configure()
        site.start_nginx()


def _told(site, words):
    """What letters to the admin say, of lines with these words."""
    return [line for row in site.rows(
        "SELECT data FROM outbox WHERE template = 'alert' AND recipient ="
        " 'admin@example.org' ORDER BY id")
        for line in json.loads(row["data"])["lines"] if words in line]


def _found(site, check):
    return [f["gravity"] for f in site.login().get(SYSTEM).data["findings"]
            if f["check"] == check]


def _shows(site, days):
    """Both certificates are good for so long, and nginx has taken them."""
    site.certificates(days=days)
    site.reloaded(site.configure)
    end = time.strptime(site.tls().shown()["notAfter"],
                        "%b %d %H:%M:%S %Y %Z")
    assert abs(time.mktime(end) - time.timezone - time.time() -
               days * DAY) < 600, end


def a_certificate_that_ends_soon_is_told_and_again_at_7_days_and_1(site):
    _ready(site)
    words = "The certificate "
    looked(site, 2)
    assert _told(site, words) == []
    told = 0
    for days, left in ((22, None), (21, 20), (7, 6), (1, 0)):
        _shows(site, days)
        looked(site, 3)
        lines = _told(site, words)
        told += left is not None
        assert len(lines) == told, (days, lines)
        if left is not None:
            assert f"good for only {left} more days" in lines[-1], lines
            assert "certbot renew --dry-run" in lines[-1], lines
    letters = [row["data"] for row in site.rows(
        "SELECT data FROM outbox WHERE template = 'alert'")]
    assert len([x for x in letters if words in x]) == 3, letters
    _shows(site, 60)
    looked(site, 2)
    assert len(_told(site, words)) == 3
    ends = site.admin().get(SYSTEM).data["certificate"]
    assert ends["days_left"] == 59, (ends, HOST)


def a_log_that_nobody_has_rotated_for_eight_days_is_told_once(site):
    _ready(site)
    path = site.environ["NGINX_LOG_DIR"] + "/old.log"

    def begun(days):
        first = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                              time.gmtime(time.time() - days * DAY))
        with open(path, "w", encoding="utf-8") as f:
            f.write(json.dumps({"time": first}, separators=(",", ":")) + "\n")
    begun(7.9)
    looked(site, 2)
    assert _told(site, path) == []
    begun(8.1)
    looked(site, 3)
    line, = _told(site, path)
    assert "A log is not rotated: " in line and ", 8 d" in line, line
    assert "logrotate -f /etc/logrotate.d/magnetiq" in line, line
    assert _found(site, "logs") == ["minor"]
    os.unlink(path)
    looked(site)
    assert _found(site, "logs") == []


run(globals(), "--no-demo", kind=Production, env={"LOG_LEVEL": "debug"})
