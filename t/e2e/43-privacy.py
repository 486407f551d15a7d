#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the site knows of a person, and how it forgets."""
import os
import time

from harness import run, until
from jobs_done import letters, ran

EMAIL = "erika.mustermann@example.org"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def person(**more):
    return {"first_name": "Erika", "last_name": "Mustermann",
            "email": "Erika.Mustermann@Example.org", "company": "Stahlwerk",
            "phone": "+49 123 456789", "privacy_consent": True, **more}


def _consultant(site, n):
    hours = [{"start": "00:00", "end": "24:00"}]
    answer = site.admin().post("/api/v1/business/consultants", {
        "first_name": "Konrad", "last_name": "Z", "timezone": "UTC",
        "email": f"k{n}@example.org", "notice_hours": 0,
        "horizon_days": 730, "working_hours": {
            d: hours for d in ("monday", "tuesday", "wednesday", "thursday",
                               "friday", "saturday", "sunday")}})
    assert answer.status == 201, answer.text
    return answer.data


def _live_through(site):
    """Registers, downloads and books; staff see it."""
    admin = site.admin()
    w = admin.post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": "2030-01-01T10:00:00Z"}).data
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    p = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "p"}, "file_id": medium["id"],
        "status": "published"}).data
    k = _consultant(site, w["id"])
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


def each_place_where_people_consent_writes_it_down(site):
    """Wording, version, language, time and proof, wherever a box was ticked."""
    w = _live_through(site)
    post = site.spa.post
    german = person(email="de@example.org", marketing_consent=True,
                    language="de")
    answer = post(f"/api/v1/business/webinars/{w['id']}/register", german)
    assert answer.status == 201
    assert post("/api/v1/public/contact", {
        "name": "a", "email": EMAIL, "message": "m",
        "privacy_consent": True}).status == 202
    rows = site.rows("SELECT * FROM consents ORDER BY id")
    found = {(r["source"], r["purpose"], r["language"]) for r in rows}
    assert found == {("registration", "privacy", "en"),
                     ("download", "privacy", "en"),
                     ("booking", "privacy", "en"),
                     ("registration", "privacy", "de"),
                     ("registration", "marketing", "de"),
                     ("contact", "privacy", "en")}, found
    for row in rows:
        assert row["version"] == 1 and row["given_at"] and row["request_id"]
        assert len(row["wording"]) > 20, row
    words = {r["language"]: r["wording"] for r in rows
             if r["purpose"] == "privacy"}
    assert words["en"].startswith("I agree") and words["de"] != words["en"]
    # Whoever asks for news has agreed to nothing until the letter's click.
    assert post("/api/v1/public/subscribe", {
        "email": "n@example.org", "language": "en",
        "privacy_consent": True}).status == 202
    assert site.rows("SELECT 1 FROM consents WHERE source = 'subscribe'") == []
    for mail in (EMAIL, "de@example.org", "n@example.org"):
        site.magnetiq("privacy", "erase", mail)


def an_address_in_every_text_of_every_table_is_erased(site):
    """A canary in each column that is about a person, then none anywhere."""
    _live_through(site)
    mail = "canary@birds.example"
    told = site.magnetiq("privacy", "export", EMAIL).stdout
    assert EMAIL in told.lower()
    for table, column in (("webinar_registrations", "email_folded"),
                          ("whitepaper_downloads", "email_folded"),
                          ("bookings", "email_folded"),
                          ("consents", "email_folded")):
        for c in site.rows(f"PRAGMA table_info({table})"):
            if c["type"] == "TEXT" and c["name"] in (
                    "email", "email_folded", "company", "job_title", "phone",
                    "website", "message", "subject", "meeting_notes",
                    "user_agent", "download_ip"):
                site.sql(f"UPDATE {table} SET {c['name']} = ? WHERE {column}"
                         " IN (?, ?)", mail, EMAIL, mail)
    for sql in ("INSERT INTO audit_log (created_at, action, resource_type,"
                " request_id, before) VALUES ('2026-11-01 00:00:00', 'x', 'y',"
                " '', json_object('a', 'to ' || ?))",
                "INSERT INTO not_found_log (path, hits, first_at, last_at)"
                " VALUES ('/x?' || ?, 1, '2026-11-01 00:00:00',"
                " '2026-11-01 00:00:00')",
                "INSERT INTO analytics_events (event_type, metadata) VALUES"
                " ('x', json_object('m', ?))"):
        site.sql(sql, mail)
    assert _files_with(site, [mail])
    backup = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", mail)
    assert not _files_with(site, [mail]), _files_with(site, [mail])
    site.magnetiq("restore", backup)
    assert not _files_with(site, [mail]), _files_with(site, [mail])
    site.magnetiq("privacy", "erase", EMAIL)


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


HOUR = "2027-06-02T10:00:00Z"


def _hold(site):
    """A seat that another one waits for, and an hour."""
    w = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": "2030-01-01T10:00:00Z",
        "max_participants": 1, "waitlist_enabled": True}).data
    k = _consultant(site, w["id"])
    door = f"/api/v1/business/webinars/{w['id']}/register"
    for body, status in ((person(), "confirmed"),
                         (person(email=f"next{w['id']}@example.org"),
                          "waitlisted")):
        answer = site.spa.post(door, body)
        assert answer.data["status"] == status, answer.text
    answer = site.spa.post("/api/v1/business/bookings", person(
        consultant_id=k["id"], starts_at=HOUR))
    assert answer.status == 201, answer.text
    return w, k


def _letters_to(site, address):
    return [r["template"] for r in site.rows(
        "SELECT template FROM outbox WHERE recipient = ? ORDER BY id", address)]


def _words(site, address, subject):
    """All texts of a letter that was written to disk; or None."""
    for letter in letters(site, address):
        if letter["Subject"].startswith(subject):
            return "".join(p.get_content() for p in letter.walk()
                           if p.get_content_maintype() == "text")
    return None


def _check_handed_on(site, w, k):
    """Nobody's seat and hour are somebody else's, and who gains is told."""
    seats = site.rows("SELECT email, status FROM webinar_registrations"
                      " WHERE webinar_id = ? ORDER BY id", w["id"])
    nxt = f"next{w['id']}@example.org"
    assert seats == [{"email": "", "status": "cancelled"},
                     {"email": nxt, "status": "confirmed"}], seats
    assert _letters_to(site, nxt)[-1] == "webinar-promoted"
    hours = site.rows("SELECT email, status, cancelled_at IS NULL AS never"
                      " FROM bookings WHERE consultant_id = ?", k["id"])
    assert hours == [{"email": "", "status": "cancelled", "never": 0}], hours
    assert _letters_to(site, k["email"])[-1] == "consultant-cancelled"
    free = site.spa.get(f"/api/v1/public/consultants/{k['id']}/availability"
                        "?from=2027-06-02&to=2027-06-02").data["slots"]
    assert HOUR in [s["starts_at"] for s in free], free


def what_a_forgotten_person_held_goes_to_others(site):
    w, k = _hold(site)
    site.magnetiq("privacy", "erase", EMAIL)
    _check_handed_on(site, w, k)

    until(lambda: _words(site, k["email"], "Booking cancelled"), 15)
    words = _words(site, k["email"], "Booking cancelled")
    assert "METHOD:CANCEL" in words and "2 June 2027" in words, words
    for word in ("Mustermann", "Stahlwerk", EMAIL, "E-mail"):
        assert word.lower() not in words.lower(), words
    assert _letters_to(site, "") == []


def who_was_forgotten_gets_no_letter_of_what_comes(site):
    """Nor does who was forgotten before seats and hours went with them."""
    w, k = _hold(site)
    site.magnetiq("privacy", "erase", EMAIL)
    site.sql("UPDATE webinars SET max_participants = 2 WHERE id = ?", w["id"])
    site.sql("UPDATE webinar_registrations SET status = 'confirmed',"
             " registered_at = '2020-01-01 00:00:00' WHERE webinar_id = ?"
             " AND email = ''", w["id"])
    door = f"/api/v1/business/webinars/{w['id']}"
    assert site.admin().patch(door, {
        "scheduled_at": "2030-01-02T10:00:00Z"}).status == 200
    soon = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 3600))
    site.sql("UPDATE webinars SET scheduled_at = ? WHERE id = ?", soon,
             w["id"])
    site.sql("UPDATE bookings SET status = 'confirmed', created_at ="
             " '2020-01-01 00:00:00', starts_at = ?, ends_at = datetime(?,"
             " '+30 minutes') WHERE consultant_id = ?", soon, soon, k["id"])
    site.sql("UPDATE webinar_registrations SET reminded = 0 WHERE"
             " webinar_id = ?", w["id"])
    ran(site, "webinars", "bookings")
    assert "webinar-moved" in _letters_to(
        site, f"next{w['id']}@example.org")
    assert _letters_to(site, "") == []
    # The next erasure takes along what an older one has left.
    site.magnetiq("privacy", "erase", "nobody@example.org")
    assert site.rows("SELECT 1 FROM bookings WHERE email = '' AND status ="
                     " 'confirmed' AND starts_at > datetime('now')") == []


def a_restored_backup_hands_on_again_what_they_held(site):
    w, k = _hold(site)
    path = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", EMAIL)
    site.magnetiq("restore", path)
    _check_handed_on(site, w, k)
    assert _letters_to(site, "") == []


def _expert(site):
    """A consultant of whom all is known, and a visitor who is to come."""
    k = _consultant(site, "uni")
    admin = site.admin()
    answer = admin.patch(f"/api/v1/business/consultants/{k['id']}", {
        "first_name": "Friedolin", "email": EXPERT, "bio": {"en": "Weaves"},
        "title": "Dr. Fried", "expertise": ["Friedology"],
        "time_off": [{"starts_at": "2029-01-01T00:00:00Z",
                      "ends_at": "2029-01-09T00:00:00Z",
                      "reason": "Friedo's cure"}]})
    assert answer.status == 200, answer.text
    assert site.spa.post("/api/v1/business/bookings", person(
        consultant_id=k["id"], starts_at=HOUR)).status == 201
    # Until it is read, it closes all hours.
    assert admin.patch(f"/api/v1/business/consultants/{k['id']}", {
        "busy_url": "https://calendar.example.org/fried.ics"}).status == 200
    return k


EXPERT = "expert@example.org"


def a_consultant_is_a_person_too(site):
    k = _expert(site)
    door = f"/api/v1/business/consultants/{k['id']}"
    admin = site.admin()
    site.sql("UPDATE consultants SET calendar_key = 'friedkey' WHERE id = ?",
             k["id"])
    told = admin.post("/api/v1/admin/privacy/export", {"email": EXPERT})
    row, = told.data["tables"]["consultants"]
    assert row["first_name"] == "Friedolin" and "Friedo's" in told.text, row
    assert "friedkey" not in told.text, "it opens a calendar"
    refused = admin.post("/api/v1/admin/privacy/erase", {"email": EXPERT})
    assert refused.status == 409 and "deleted first" in refused.text, refused
    assert admin.delete(door).status == 409, "somebody is to come"
    site.magnetiq("privacy", "erase", EMAIL)
    assert admin.delete(door).status == 204
    done = admin.post("/api/v1/admin/privacy/erase", {"email": EXPERT})
    assert done.status == 200 and done.data["erased"]["consultants"] == 1, done
    assert not _files_with(site, [EXPERT, "Fried"]), \
        _files_with(site, [EXPERT, "Fried"])
    # Whom they have met was met by somebody.
    assert site.rows("SELECT 1 FROM bookings WHERE consultant_id = ?", k["id"])
    assert site.magnetiq("verify").returncode == 0
    assert _expert(site)["id"] != k["id"]


def a_restored_backup_forgets_those_who_work_here_too(site):
    """A speaker; and a consultant, though somebody is booked there again."""
    admin = site.admin()
    k, = admin.get("/api/v1/business/consultants?search=Friedolin").data
    site.sql("INSERT INTO bookings (first_name, last_name, email, status,"
             " consultant_id, starts_at, ends_at) VALUES ('W', 'X',"
             " 'waits@example.org', 'confirmed', ?, '2028-01-01 10:00:00',"
             " '2028-01-01 11:00:00')", k["id"])
    speaker = "spricht@example.org"
    assert admin.post("/api/v1/business/speakers", {
        "name": "Frieda", "email": speaker}).status == 201
    path = site.magnetiq("backup").stdout.strip()
    site.magnetiq("privacy", "erase", speaker)
    site.magnetiq("privacy", "erase", EMAIL)
    site.sql("DELETE FROM bookings WHERE email = 'waits@example.org'")
    assert admin.delete(f"/api/v1/business/consultants/{k['id']}").status == 204
    site.magnetiq("privacy", "erase", EXPERT)
    site.magnetiq("restore", path)
    words = [EXPERT, "Fried", speaker]
    assert not _files_with(site, words), _files_with(site, words)
    assert site.spa.get(f"/api/v1/public/consultants/{k['id']}").status == 404
    told = site.magnetiq("verify", check=False)
    assert told.returncode == 1 and "its consultant is gone" in told.stdout + \
        told.stderr, told
    site.sql("DELETE FROM bookings WHERE email = 'waits@example.org'")
    assert site.magnetiq("verify").returncode == 0


def no_copy_beside_the_database_remembers_an_erased_person(site):
    """Of a migration, of a restore, of one that was undone."""
    database = site.env["DATABASE_URL"]
    kinds = ("before-migrate-20300101T000000Z",
             "before-restore-20300101T000000Z-7",
             "failed-restore-20300101T000000Z-8")
    _live_through(site)
    for kind in kinds:
        _copy(site, f"{database}.{kind}")
    site.magnetiq("privacy", "erase", EMAIL)
    _copy(site, f"{database}.{kinds[0]}")       # has not heard of the person
    _live_through(site)
    _copy(site, f"{database}.{kinds[1]}")
    _copy(site, f"{database}.{kinds[2]}")
    held = "".join(_files_with(site, [EMAIL]))
    assert kinds[1] in held and kinds[2] in held, held
    answer = site.admin().post("/api/v1/admin/privacy/erase", {"email": EMAIL})
    assert answer.data["copies_removed"] == 2, answer
    assert not _files_with(site, [EMAIL]), _files_with(site, [EMAIL])
    assert os.path.exists(f"{database}.{kinds[0]}")
    os.unlink(f"{database}.{kinds[0]}")


def _copy(site, path):
    if os.path.exists(path):
        os.unlink(path)
    site.sql("VACUUM INTO ?", path)


def who_may_sign_in_is_not_erased(site):
    mail = site.admin().get("/api/v1/auth/me").data["email"]
    answer = site.admin().post("/api/v1/admin/privacy/erase", {"email": mail})
    assert answer.status == 409 and answer.code == "CONFLICT"


if __name__ == "__main__":
    run(globals(), "--no-demo")
