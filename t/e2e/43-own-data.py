#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What visitors may ask about themselves, and what they read about it."""
from harness import run


def the_demo_site_is_whole_in_both_languages(site):
    told = site.magnetiq("seed-demo")
    assert "is there" in told.stderr, told
    for path in ("/en/imprint", "/de/impressum", "/en/privacy",
                 "/de/datenschutz", "/en/terms", "/de/nutzungsbedingungen",
                 "/en/webinars/three-causes", "/de/webinars/three-causes",
                 "/en/whitepapers/before-you-buy", "/de/whitepapers"):
        assert site.spa.get(path).status == 200, path
    people = site.spa.get("/api/v1/public/consultants").data
    assert [p["last_name"] for p in people] == ["Hartmann", "Okafor"], people
    leads = site.admin().get("/api/v1/business/leads").data
    assert {p["last_name"] for p in leads} == {"Lindqvist", "Wróbel",
                                               "O'Neill"}, leads
    german = site.rows("SELECT wording FROM consents WHERE language = 'de'")
    assert "einverstanden" in german[0]["wording"], german
    paper = site.spa.post("/api/v1/business/whitepapers/2/download", {})
    got = site.spa.get(paper.data["download_url"].split(
        str(site.spa_port), 1)[1])
    assert got.status == 200 and got.body.startswith(b"%PDF-1.4"), got
    assert site.magnetiq("verify").returncode == 0


def seeding_again_does_nothing_and_writes_to_nobody(site):
    tables = ("pages", "webinars", "whitepapers", "consultants", "bookings",
              "webinar_registrations", "consents", "media_files", "outbox")
    before = [site.rows(f"SELECT count(*) AS n FROM {t}") for t in tables]
    assert "nothing done" in site.magnetiq("seed-demo").stderr
    assert before == [site.rows(f"SELECT count(*) AS n FROM {t}")
                      for t in tables]
    letters = site.rows("SELECT template, recipient FROM outbox"
                        " WHERE cause_type IN ('registration', 'booking')")
    assert letters == [], letters


if __name__ == "__main__":
    run(globals(), "--no-demo")
