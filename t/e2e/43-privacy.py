#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the site knows of a person, and how it forgets."""
import os

from harness import run

EMAIL = "erika.mustermann@example.org"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def person(**more):
    return {"first_name": "Erika", "last_name": "Mustermann",
            "email": "Erika.Mustermann@Example.org", "company": "Stahlwerk",
            "phone": "+49 123 456789", "privacy_consent": True, **more}


def _live_through(site):
    """Registers, downloads and books; staff see it."""
    admin = site.admin()
    w = admin.post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": "2030-01-01T10:00:00Z"}).data
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    p = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "p"}, "file_id": medium["id"],
        "status": "published"}).data
    hours = [{"start": "00:00", "end": "24:00"}]
    k = admin.post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Z", "timezone": "UTC",
        "email": f"k{w['id']}@example.org", "notice_hours": 0,
        "horizon_days": 730, "working_hours": {
            d: hours for d in ("monday", "tuesday", "wednesday", "thursday",
                               "friday", "saturday", "sunday")}}).data
    for path, body in (
            (f"webinars/{w['id']}/register", {}),
            (f"whitepapers/{p['id']}/download", {}),
            ("bookings", {"consultant_id": k["id"], "message": "call me",
                          "starts_at": "2027-06-01T10:00:00Z"})):
        answer = site.spa.post("/api/v1/business/" + path, person(**body),
                               Idempotency_Key="k" * 20)
        assert answer.status == 201, answer.text
    found = admin.get("/api/v1/business/leads?search=Mustermann").data[0]
    admin.patch(f"/api/v1/business/leads/{found['id']}", {"notes": "rich"})
    return w


def all_that_is_known_is_told(site):
    _live_through(site)
    answer = site.admin().post("/api/v1/admin/privacy/export",
                               {"email": EMAIL.upper()})
    assert answer.status == 200, answer.text
    tables = answer.data["tables"]
    for name in ("webinar_registrations", "whitepaper_downloads", "bookings",
                 "leads", "outbox"):
        assert tables.get(name), (name, list(tables))
    assert tables["bookings"][0]["message"] == "call me"
    assert tables["leads"][0]["notes"] == "rich"
    by_hand = site.magnetiq("privacy", "export", EMAIL)
    assert '"Stahlwerk"' in by_hand.stdout
    nobody = site.admin().post("/api/v1/admin/privacy/export",
                               {"email": "nobody@example.org"})
    assert nobody.data["tables"] == {}
    for path in ("export", "erase"):
        assert site.staff("editor").post(f"/api/v1/admin/privacy/{path}",
                                         {"email": EMAIL}).status == 403
        wrong = site.admin().post(f"/api/v1/admin/privacy/{path}",
                                  {"email": "x"})
        assert wrong.status == 422 and wrong.fields == ["email"]


def _files_with(site, words):
    """Names of the files of the site, backups aside, that hold one of them."""
    found = []
    for folder, _, names in os.walk(site.dir):
        if "/backups" in folder or "/prog" in folder:
            continue
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as f:
                content = f.read().lower()
            found += [f"{path}: {w}" for w in words
                      if w.lower().encode() in content]
    return found


def no_file_of_the_site_holds_an_erased_person(site):
    assert _files_with(site, [EMAIL])
    answer = site.admin().post("/api/v1/admin/privacy/erase", {"email": EMAIL})
    assert answer.status == 200, answer.text
    erased = answer.data["erased"]
    assert erased["bookings"] == erased["webinar_registrations"] == 1
    assert erased["leads"] == 1
    again = site.admin().post("/api/v1/admin/privacy/erase", {"email": EMAIL})
    assert again.status == 200 and again.data["erased"]["bookings"] == 0
    assert not _files_with(site, [EMAIL, "Mustermann", "Stahlwerk",
                                 "123 456789"]), \
        _files_with(site, [EMAIL, "Mustermann", "Stahlwerk"])
    assert site.admin().post("/api/v1/admin/privacy/export", {"email": EMAIL}
                             ).data["tables"] == {}
    assert site.magnetiq("verify").returncode == 0
    assert site.admin().get("/api/v1/business/leads?search=Mustermann").data \
        == []
    noted = site.admin().get("/api/v1/admin/audit-log?action=erase").data
    assert noted and EMAIL not in str(noted)


def the_same_person_may_come_again(site):
    _live_through(site)
    answer = site.magnetiq("privacy", "erase", EMAIL)
    assert '"bookings":1' in answer.stdout, answer.stdout
    assert not _files_with(site, [EMAIL]), _files_with(site, [EMAIL])


def a_restored_backup_forgets_again(site):
    _live_through(site)
    path = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", EMAIL)
    site.magnetiq("restore", path)
    assert not _files_with(site, [EMAIL, "Mustermann"]), \
        _files_with(site, [EMAIL, "Mustermann"])
    rows = site.rows("SELECT count(*) AS n FROM bookings WHERE email = ''")
    assert rows[0]["n"] >= 3, rows


def who_may_sign_in_is_not_erased(site):
    mail = site.admin().get("/api/v1/auth/me").data["email"]
    answer = site.admin().post("/api/v1/admin/privacy/erase", {"email": mail})
    assert answer.status == 409 and answer.code == "CONFLICT"


if __name__ == "__main__":
    run(globals(), "--no-demo")
