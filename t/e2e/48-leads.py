#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Leads: brought by a table, scored by rules that show, thrown-away addresses."""
from harness import run

LEADS = "/api/v1/business/leads"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _bring(client, table, mime="text/csv"):
    body = table if isinstance(table, bytes) else table.encode()
    return client.post(LEADS, body, Content_Type=mime)


def _lead(site, email):
    found = [x for x in site.admin().get(LEADS + "?search=" + email).data
             if x["email"].lower() == email]
    assert len(found) == 1, (email, found)
    return site.admin().get(f"{LEADS}/{found[0]['id']}").data


def _points(lead):
    points = {e["rule"]: e["points"] for e in lead["score_explained"]}
    assert max(sum(points.values()), 0) == lead["score"], lead
    return points


def _paper(site):
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    return admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "On girders"}, "file_id": medium["id"],
        "status": "published"}).data


def _ask(site, paper, email, **more):
    return site.spa.post(
        f"/api/v1/business/whitepapers/{paper['id']}/download", {
            "first_name": "Ada", "last_name": "Lovelace", "email": email,
            "privacy_consent": True, **more})


def a_table_of_people_becomes_leads_and_says_what_it_did(site):
    table = ("\ufeffE-Mail;Vorname;Nachname;Firma;Score\r\n"
             "Ann@Example.org;Ann;\"O'Neil; jr.\";Łukasz & Söhne;99\r\n"
             "not an address;B;C;D;1\r\n"
             ";;;;\r\n"
             f"long@example.org;{'x' * 101};Y;Z;2\r\n"
             "bob@example.org;Bob;;;\r\n")
    answer = _bring(site.staff("editor"), table)
    assert answer.status == 200, answer
    told = answer.data
    problems = [(p["row"], p["field"]) for p in told.pop("problems")]
    assert problems == [(2, "email"), (3, "first_name")], problems
    assert told == {"rows": 4, "created": 2, "changed": 0, "unchanged": 0,
                    "refused": 2, "ignored_columns": ["Score"]}, told
    lead = _lead(site, "ann@example.org")
    assert (lead["last_name"], lead["company"]) == \
        ("O'Neil; jr.", "Łukasz & Söhne")
    assert [h["type"] for h in lead["history"]] == ["import"]
    assert lead["downloads"] == 0 and _points(lead) == {"company": 5}
    again = _bring(site.admin(), table).data
    assert (again["created"], again["unchanged"]) == (0, 2), again
    audit = site.rows("SELECT after FROM audit_log WHERE action = 'import'")
    assert len(audit) == 1 and "Ann" not in audit[0]["after"]


def the_same_person_is_completed_not_doubled(site):
    told = _bring(site.admin(), "email,phone,company\n"
                  "ANN@example.ORG,'+49 30 1,\n").data
    assert (told["created"], told["changed"]) == (0, 1), told
    lead = _lead(site, "ann@example.org")
    assert lead["phone"] == "+49 30 1" and lead["company"], lead
    _ask(site, _paper(site), "ann@example.org")
    lead = _lead(site, "ann@example.org")
    assert sorted(h["type"] for h in lead["history"]) == \
        ["download", "import"], lead


def what_was_written_as_csv_can_be_read_again(site):
    csv = site.admin().get(LEADS, Accept="text/csv")
    assert "'+49 30 1" in csv.text
    told = _bring(site.admin(), csv.body).data
    assert told["refused"] == 0 and told["rows"] == 2, told
    assert "marketing_consent" in told["ignored_columns"], told
    again = _bring(site.admin(), csv.body).data
    assert again["unchanged"] == 2, again
    assert _lead(site, "ann@example.org")["phone"] == "+49 30 1"


def a_table_makes_no_consent(site):
    told = _bring(site.admin(), "email,marketing_consent,privacy_consent\n"
                  "eve@example.org,true,true\n").data
    assert told["ignored_columns"] == ["marketing_consent", "privacy_consent"]
    assert _lead(site, "eve@example.org")["marketing_consent"] is False
    assert site.rows("SELECT 1 FROM consents WHERE email_folded = ?",
                     "eve@example.org") == []


def what_is_no_table_of_people_is_refused(site):
    admin = site.admin()
    for body, status in (("name\nAnn\n", 422), ("\xff".encode("latin-1"), 400),
                         ("hello", 422)):
        assert _bring(admin, body).status == status, body
    assert _bring(admin, "email\na@example.org\n", "text/plain").status == 415
    assert _bring(site.staff("viewer"), "email\na@b.org\n").status == 403
    many = "email,first_name\n" + "".join(
        f"p{n}@example.org,N{n}\n" for n in range(2000))
    assert _bring(admin, many).data["created"] == 2000
    big = "email,x\n" + "a@b.org," + "y" * (4 << 20)
    assert _bring(admin, big).status == 413
    site.sql("DELETE FROM lead_imports WHERE email LIKE 'p%@example.org'")


def who_is_erased_is_gone_from_tables_too(site):
    erased = site.admin().post("/api/v1/admin/privacy/erase",
                               {"email": "eve@example.org"})
    assert erased.status == 200, erased
    for table in ("lead_imports", "leads"):
        assert site.rows(f"SELECT 1 FROM {table} WHERE email_folded = ?",
                         "eve@example.org") == []


def a_thrown_away_address_shows_and_is_refused_if_wanted(site):
    p, admin = _paper(site), site.admin()
    assert _ask(site, p, "x@Sub.Mailinator.com").status == 201
    lead = _lead(site, "x@sub.mailinator.com")
    assert lead["disposable"] is True
    assert _points(lead) == {"download": 15, "disposable": -30}
    only = admin.get(LEADS + "?disposable=true").data
    assert [x["email"] for x in only] == ["x@Sub.Mailinator.com"]
    settings = "/api/v1/admin/settings"
    assert admin.get(settings).data["disposable_email"] == "allow"
    wrong = admin.patch(settings, {"disposable_email": "maybe"})
    assert wrong.status == 422 and wrong.fields == ["disposable_email"]
    admin.patch(settings, {"disposable_email": "refuse"})
    refused = _ask(site, p, "y@yopmail.com")
    assert refused.status == 422 and refused.fields == ["email"], refused
    assert _ask(site, p, "y@notyopmail.com").status == 201
    admin.patch(settings, {"disposable_email": "allow"})


def a_score_fades_and_says_so(site):
    p, admin = _paper(site), site.admin()
    for _ in range(4):
        _ask(site, p, "fade@example.org", company="Iron")
    assert _points(_lead(site, "fade@example.org")) == \
        {"download": 60, "company": 5}
    rules = admin.get("/api/v1/admin/settings").data["lead_rules"]
    assert rules["half_life_days"] == 180 and rules["disposable"] == -30
    unknown = admin.patch("/api/v1/admin/settings",
                          {"lead_rules": {**rules, "luck": 7}})
    assert unknown.status == 422 and unknown.fields == ["lead_rules.luck"]
    site.sql("UPDATE whitepaper_downloads SET downloaded_at ="
             " datetime('now', '-361 days') WHERE email = 'fade@example.org'")
    assert _points(_lead(site, "fade@example.org")) == \
        {"download": 60, "company": 5, "quiet": -20, "half_life": -34}


def leads_have_an_owner_a_state_and_filters(site):
    admin = site.admin()
    me = admin.get("/api/v1/auth/me").data["id"]
    lead = _lead(site, "ann@example.org")
    changed = admin.patch(f"{LEADS}/{lead['id']}", {
        "owner_id": me, "status": "qualified", "notes": "Called"})
    assert changed.data["owner_id"] == me, changed
    for query in (f"owner_id={me}", "status=qualified", "score=21&search=ann"):
        found = admin.get(f"{LEADS}?{query}")
        assert [x["id"] for x in found.data] == [lead["id"]], found.text
    assert admin.get(LEADS + "?score=1000").data == []
    assert admin.get(LEADS + "?score=x").status == 422
    nobody = admin.patch(f"{LEADS}/{lead['id']}", {"owner_id": 99999})
    assert nobody.status == 422 and nobody.fields == ["owner_id"], nobody
    # What people do leaves that alone.
    _ask(site, _paper(site), "ann@example.org")
    assert _lead(site, "ann@example.org")["status"] == "qualified"


def what_was_written_to_a_person_stands_in_the_lead(site):
    _ask(site, _paper(site), "Grace@Example.org")
    site.sql("UPDATE outbox SET last_error = 'mx1 says no'"
             " WHERE recipient_folded = 'grace@example.org'")
    lead = _lead(site, "grace@example.org")
    assert len(lead["letters"]) == 1, lead
    letter = lead["letters"][0]
    assert letter["cause_type"] == "download" and letter["created_at"], letter
    assert letter["last_error"] == "mx1 says no", letter
    assert "last_error" not in site.staff("viewer").get(
        f"{LEADS}/{lead['id']}").data["letters"][0]
    assert "letters" not in site.admin().get(LEADS).data[0]
    site.sql("DELETE FROM outbox WHERE recipient_folded = 'grace@example.org'")
    assert _lead(site, "grace@example.org")["letters"] == []


if __name__ == "__main__":
    run(globals(), "--no-demo")
