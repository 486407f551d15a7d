#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is over is forgotten by itself, class by class."""
import json
import sqlite3

from harness import run

MAIL = "gerd.gestern@example.org"
AGES = ("webinar_registrations", "whitepaper_downloads", "bookings")


def _fill(site):
    """The same person four years ago, and another one today."""
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    with db:
        for day, mail in (("2022-11-01 10:00:00", MAIL),
                          ("2026-11-20 10:00:00", "heute@example.org")):
            slug = day[:4]
            db.execute("INSERT INTO webinars (title, slug, scheduled_at)"
                       " VALUES ('{\"en\":\"w\"}', ?, ?)", (slug, day))
            db.execute("INSERT INTO webinar_registrations (webinar_id,"
                       " first_name, email, utm_source, registered_at) SELECT"
                       " id, 'Gerd', ?, 'x', ? FROM webinars WHERE slug = ?",
                       (mail, day, slug))
            db.execute("INSERT INTO whitepapers (title, slug) VALUES"
                       " ('{\"en\":\"p\"}', ?)", (slug,))
            db.execute("INSERT INTO whitepaper_downloads (whitepaper_id,"
                       " email, download_ip, downloaded_at) SELECT id, ?,"
                       " '192.0.2.1', ? FROM whitepapers WHERE slug = ?",
                       (mail, day, slug))
            db.execute("INSERT INTO bookings (email, subject, preferred_date,"
                       " created_at) VALUES (?, 'Gerds Sache', ?, ?)",
                       (mail, day, day))
            db.execute("INSERT INTO consents (email_folded, purpose, wording,"
                       " version, language, given_at, source, request_id)"
                       " VALUES (?, 'privacy', 'x', 1, 'de', ?, 'booking',"
                       " '')", (mail, day))
            db.execute("INSERT INTO outbox (message_id, recipient,"
                       " template, language, data, state, due_at,"
                       " next_attempt_at, created_at) VALUES (?, ?,"
                       " 'contact', 'de', '{}', 'sent', ?, ?, ?)",
                       (day, mail, day, day, day))
            db.execute("INSERT INTO lead_imports (email, email_folded,"
                       " imported_at) VALUES (?1, ?1, ?2)", (mail, day))
            db.execute("INSERT INTO audit_log (created_at, action,"
                       " resource_type, request_id) VALUES (?, 'x', 'y', '')",
                       (day,))
            db.execute("INSERT INTO analytics_events (event_type, created_at)"
                       " VALUES ('page_view', ?)", (day,))
            db.execute("INSERT INTO missed_searches (query, language, hits,"
                       " first_at, last_at) VALUES (?, 'de', 7,"
                       " '2022-11-01 10:00:00', ?)", ("gerd " + slug, day))
    db.close()


def _report(site, *more):
    told = json.loads(site.magnetiq("privacy", "retention", *more).stdout)
    return told, {c["class"]: c["rows"] for c in told["classes"]}


def a_dry_run_counts_each_class_and_changes_nothing(site):
    site.admin()
    _fill(site)
    told, rows = _report(site, "--dry-run")
    assert told["dry_run"] is True
    assert rows == {"registrations": 1, "downloads": 1, "bookings": 1,
                    "subscribers": 0, "lead_imports": 1,
                    "consents": 0, "letters": 1,
                    "audit_log": 1, "analytics": 1, "searches": 1}, rows
    for table in AGES:
        found = site.rows(f"SELECT 1 FROM {table} WHERE email = ?", MAIL)
        assert len(found) == 1, table
    assert _report(site, "--dry-run")[1] == rows


def what_is_over_is_nameless_or_gone_and_the_figures_stay(site):
    told, rows = _report(site)
    assert told["dry_run"] is False
    assert rows["registrations"] == rows["bookings"] == 1, rows
    # Its consent goes once nothing it was given for is left.
    assert rows["consents"] == 1, rows
    for table in AGES:
        assert len(site.rows(f"SELECT 1 FROM {table}")) == 2, table
        old = site.rows(f"SELECT * FROM {table} ORDER BY id")[0]
        assert MAIL not in str(old) and "Gerd" not in str(old), old
        assert "192.0.2.1" not in str(old), old
    assert site.rows("SELECT utm_source FROM webinar_registrations"
                     " ORDER BY id")[0]["utm_source"] == "x"
    assert len(site.rows("SELECT 1 FROM outbox WHERE recipient = ?",
                         MAIL)) == 0
    assert site.rows("SELECT n FROM analytics_days WHERE day = '2022-11-01'"
                     )[0]["n"] == 1
    assert len(site.rows("SELECT 1 FROM analytics_events")) == 1
    # Whatever its age, one stays that somebody has asked again.
    assert [m["query"] for m in site.rows("SELECT query FROM missed_searches")
            ] == ["gerd 2026"]
    with open(site.env["DATABASE_URL"], "rb") as f:
        content = f.read()
    assert MAIL.encode() not in content and b"gerd 2022" not in content
    assert _report(site)[1] == dict.fromkeys(rows, 0)


def the_audit_log_gets_sums_and_no_names(site):
    found = site.admin().get("/api/v1/admin/audit-log?action=retention").data
    assert len(found) == 1 and found[0]["after"]["bookings"] == 1, found
    assert MAIL not in str(found) and "analytics" in found[0]["after"]


def the_months_are_settings_and_wrong_ones_are_named(site):
    admin = site.admin()
    answer = admin.patch("/api/v1/admin/settings", {
        "retention": {"bookings": 0, "letters": 1}})
    assert answer.status == 200, answer.text
    kept = answer.data["retention"]
    assert (kept["bookings"], kept["letters"], kept["analytics"]) == (0, 1, 13)
    told, _ = _report(site, "--dry-run")
    how = {c["class"]: c["how"] for c in told["classes"]}
    assert (how["bookings"], how["downloads"], how["letters"]) == (
        "kept", "anonymised", "deleted"), how
    wrong = admin.patch("/api/v1/admin/settings", {"retention": {
        "analytics": 14, "bookings": -1, "letters": "x", "cats": 1}})
    assert wrong.status == 422 and wrong.fields == [
        "retention.analytics", "retention.bookings", "retention.cats",
        "retention.letters"], wrong.text


def searches_in_vain_go_after_three_months_and_never_stay_for_ever(site):
    admin, told = site.admin(), _report(site, "--dry-run")[0]
    assert {c["class"]: c["months"] for c in told["classes"]}["searches"] == 3
    # Nobody has to know of them: the setting says nothing of its own.
    assert "searches" not in admin.get("/api/v1/admin/settings").data[
        "retention"]
    for months, status in ((0, 422), (14, 422), (13, 200), (1, 200)):
        answer = admin.patch("/api/v1/admin/settings", {
            "retention": {"searches": months}})
        assert answer.status == status, (months, answer)
    for days, left in ((20, 1), (40, 0)):
        site.sql("DELETE FROM missed_searches")
        site.sql("INSERT INTO missed_searches (query, language, hits,"
                 " first_at, last_at) VALUES ('x', '', 1, '2022-01-01"
                 f" 00:00:00', datetime('now', '-{days} days'))")
        assert _report(site)[1]["searches"] == 1 - left, days
        assert len(site.rows("SELECT 1 FROM missed_searches")) == left, days


def leftovers_that_no_age_finds_are_told(site):
    told, _ = _report(site, "--dry-run")
    left = told["leftovers"]
    assert left["consents_of_nobody_else"] == 0, left
    site.sql("INSERT INTO consents (email_folded, purpose, wording, version,"
             " language, given_at, source, request_id) VALUES"
             " ('alone@example.org', 'privacy', 'x', 1, 'de',"
             " '2026-11-01 00:00:00', 'contact', '')")
    left = _report(site, "--dry-run")[0]["leftovers"]
    assert left["consents_of_nobody_else"] == 1, left


def the_job_does_the_same_by_the_clock(site):
    jobs = {j["name"]: j for j in site.admin().get(
        "/api/v1/admin/jobs").data}
    assert jobs["retention"]["schedule"] == "daily 03:15", jobs
    assert site.admin().post("/api/v1/admin/jobs/retention/run").status == 202


if __name__ == "__main__":
    run(globals(), "--no-demo")
