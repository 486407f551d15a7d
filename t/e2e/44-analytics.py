#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is looked at, counted without knowing by whom; and the contact form."""
import time

from harness import Client, run

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"


def _send(site, body, agent=BROWSER):
    return Client(site.spa_port).post("/api/v1/public/events", body,
                                      User_Agent=agent)


def a_view_is_counted_by_day_source_and_page(site):
    answer = _send(site, {"events": [
        {"event_type": "page_view", "page_path": "/en/about?email=a@b.c",
         "referrer": "https://search.example/?q=secret"},
        {"event_type": "page_view", "page_path": "/en/about",
         "utm_source": "letter"},
        {"event_type": "click", "event_label": "cta",
         "page_path": "/en/about"}]})
    assert answer.status == 202, answer.text
    today = time.strftime("%Y-%m-%d", time.gmtime())
    got = site.admin().get(f"/api/v1/admin/analytics?from={today}&to={today}")
    assert got.status == 200, got.text
    assert (got.data["totals"]["views"], got.data["totals"]["clicks"]) == (2, 1)
    assert got.data["by_day"][0]["day"] == today
    sources = {s["source"]: s["views"] for s in got.data["by_source"]}
    assert sources == {"search.example": 1, "letter": 1, "direct": 0}, sources
    assert got.data["pages"] == [{"path": "/en/about", "views": 2}]
    rows = site.rows("SELECT * FROM analytics_events")
    assert len(rows) == 3
    for row in rows:
        assert row["ip_address"] is None and row["user_agent"] is None
        assert "secret" not in str(row) and "a@b.c" not in str(row)


def robots_are_not_counted(site):
    before = site.rows("SELECT count(*) AS n FROM analytics_events")[0]["n"]
    for agent in ("Googlebot/2.1", "curl/8", "", "okhttp/4.9",
                  "Mozilla/5.0 (compatible; Pingdom.com)"):
        assert _send(site, {"event_type": "page_view", "page_path": "/x"},
                     agent).status == 202
    after = site.rows("SELECT count(*) AS n FROM analytics_events")[0]["n"]
    assert before == after


def what_came_of_it_stands_beside(site):
    admin = site.admin()
    w = admin.post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": "2030-01-01T10:00:00Z"}).data
    site.spa.post(f"/api/v1/business/webinars/{w['id']}/register", {
        "first_name": "a", "last_name": "b", "email": "c@example.org",
        "privacy_consent": True, "utm_source": "letter"})
    got = admin.get("/api/v1/admin/analytics").data
    assert got["totals"]["registrations"] == 1
    assert got["totals"]["conversion"] > 0
    letter = [s for s in got["by_source"] if s["source"] == "letter"][0]
    assert (letter["views"], letter["registrations"]) == (1, 1)
    assert len(got["by_day"]) == 30
    assert site.staff("editor").get("/api/v1/admin/analytics").status == 403


def each_offer_has_its_funnel_and_its_campaigns(site):
    admin = site.admin()
    w = admin.post("/api/v1/business/webinars", {
        "title": {"en": "f"}, "slug": "funnel",
        "scheduled_at": "2030-01-01T10:00:00Z"}).data
    utm = {"utm_source": "paper", "utm_medium": "print",
           "utm_campaign": "spring"}
    view = {"event_type": "page_view", "page_path": "/de/webinars/funnel"}
    _send(site, {"events": [{**view, **utm}, {**view, **utm}, view,
                            {**view, "page_path": "/en/webinars/nowhere"}]})
    for n, more in enumerate((utm, {})):
        answer = site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                               {"first_name": "a", "last_name": "b",
                                "email": f"f{n}@example.org",
                                "privacy_consent": True, **more})
        assert answer.status == 201, answer.text
    rows = admin.get(f"/api/v1/business/webinars/{w['id']}/registrations").data
    first = [r for r in rows if r["utm_source"] == "paper"][0]
    assert admin.patch(f"/api/v1/business/webinars/{w['id']}/registrations/"
                       f"{first['id']}", {"attended": True}).status == 200
    funnels = admin.get("/api/v1/admin/analytics").data["funnels"]
    found = [f for f in funnels if f["slug"] == "funnel"][0]
    assert (found["noun"], found["id"], found["views"], found["conversions"],
            found["attended"]) == ("webinar", w["id"], 3, 2, 1), found
    campaigns = {c["utm_campaign"]: c for c in found["campaigns"]}
    assert campaigns["spring"]["utm_medium"] == "print"
    assert [campaigns[k][n] for k in ("spring", "") for n in
            ("views", "conversions", "attended")] == [2, 1, 1, 1, 1, 0]
    names = site.rows("SELECT count(*) AS n FROM analytics_offers")
    assert names[0]["n"] == 2, "a stranger's names made rows"


def the_form_for_conversations_counts_as_the_people_do(site):
    def booked():
        found = [f for f in site.admin().get("/api/v1/admin/analytics"
                                             ).data["funnels"]
                 if f["noun"] == "booking"]
        return found[0]["views"] if found else 0
    before = booked()
    for path in ("/en/consultants", "/de/consultants/3", "/en/bookings",
                 "/de/bookings?consultant=3", "/en/bookings/abc", "/bookings"):
        assert _send(site, {"event_type": "page_view",
                            "page_path": path}).status == 202
    assert booked() == before + 4


def views_of_a_paper_are_counted_at_the_paper(site):
    admin = site.admin()
    one, other = (admin.post("/api/v1/business/whitepapers", {
        "title": {"en": f"Viewed {n}"}}).data for n in range(2))
    door = f"/api/v1/business/whitepapers/{one['id']}"
    tag = admin.get(door).header("ETag")
    for path in (f"/en/whitepapers/{one['slug']}",
                 f"/de/whitepapers/{one['slug']}?utm_source=x",
                 "/en/whitepapers/there-is-none", "/en/whitepapers/",
                 f"/en/webinars/{one['slug']}"):
        assert _send(site, {"event_type": "page_view",
                            "page_path": path}).status == 202
    _send(site, {"event_type": "click",
                 "page_path": f"/en/whitepapers/{one['slug']}"})
    seen = admin.get(door)
    assert seen.data["view_count"] == 2, seen.text
    # It takes nobody's work away, and is told anew.
    assert seen.header("ETag") != tag
    assert admin.patch(door, {"category": "x"}, If_Match=tag).status == 200
    assert admin.get(f"/api/v1/business/whitepapers/{other['id']}"
                     ).data["view_count"] == 0


def sums_stay_when_their_views_are_over(site):
    today = time.strftime("%Y-%m-%d", time.gmtime())
    path = f"/api/v1/admin/analytics?from={today}&to={today}"
    before = site.admin().get(path).data
    site.set_clock(400 * 86400)
    site.magnetiq("privacy", "retention")
    site.set_clock(0)
    assert site.rows("SELECT 1 FROM analytics_events") == []
    after = site.admin().get(path).data
    assert before["totals"]["views"] == after["totals"]["views"] > 0
    assert before["funnels"] == after["funnels"] != []


def wrong_events_and_days_are_named(site):
    many = _send(site, {"events": [{"event_type": "click"}] * 21})
    assert many.status == 422 and many.fields == ["events"]
    wrong = _send(site, {"events": [{"event_type": "Click!"},
                                    {"page_path": "x", "nonsense": 1}]})
    assert wrong.fields == ["events.0.event_type", "events.1.event_type",
                            "events.1.nonsense", "events.1.page_path"]
    admin = site.admin()
    for query, field in (("from=x", "from"), ("to=2026-02-30", "to"),
                         ("from=2020-01-01&to=2026-01-01", "to")):
        answer = admin.get(f"/api/v1/admin/analytics?{query}")
        assert answer.status == 422 and answer.fields == [field], query


def a_visitor_writes_and_staff_get_it(site):
    body = {"name": "Ada, Countess", "email": "ada@example.org",
            "message": "Hello\n\nthere", "privacy_consent": True}
    key = {"Idempotency_Key": "contact-key-0123456789"}
    for _ in range(2):
        answer = site.spa.post("/api/v1/public/contact", body, **key)
        assert answer.status == 202, answer.text
    site.admin()
    letters = site.rows("SELECT recipient FROM outbox"
                        " WHERE template = 'contact'")
    admins = site.rows("SELECT email FROM admin_users WHERE role = 'admin'")
    assert len(letters) == len(admins), letters
    site.admin().patch("/api/v1/admin/settings",
                       {"contact_address": "office@example.org"})
    site.spa.post("/api/v1/public/contact", body)
    letters = site.rows("SELECT recipient FROM outbox"
                        " WHERE template = 'contact' ORDER BY id")
    assert letters[-1]["recipient"] == "office@example.org"
    wrong = site.spa.post("/api/v1/public/contact", {
        "name": "a\r\nBcc: x@y.z", "email": "x", "message": " ",
        "privacy_consent": False, "more": 1})
    assert wrong.fields == ["email", "message", "more", "name",
                            "privacy_consent"], wrong.text


if __name__ == "__main__":
    run(globals(), "--no-demo")
