#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the form before a paper asks for, and which of it depends on what."""
import html
import json
import os
import re
from urllib.parse import urlencode

from harness import run

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
PAPERS = "/api/v1/business/whitepapers"
# A company of everybody, what somebody is there, and a number for letters.
FIELDS = [
    {"name": "company", "required": True},
    {"name": "job_title", "required": True,
     "when": {"field": "company", "filled": True}},
    {"name": "phone", "required": True,
     "when": {"field": "marketing_consent", "filled": True}},
]


def _person(**more):
    return {"first_name": "Ada", "last_name": "Lovelace",
            "email": "ada@example.org", "privacy_consent": True, **more}


def _paper(site, form_fields, **more):
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", PDF, "a.pdf").data
    answer = admin.post(PAPERS, {
        "title": {"en": "On girders"}, "file_id": medium["id"],
        "status": "published", "form_fields": form_fields, **more})
    assert answer.status == 201, answer
    return answer.data


def _ask(site, paper, body, **headers):
    return site.spa.post(f"{PAPERS}/{paper['id']}/download", body, **headers)


def _page(paper):
    return f"whitepapers/{paper['slug']}"


def _fill(site, page, fields, lang="en"):
    """Send the form of a page that was looked at for a moment."""
    path = f"/{lang}/{page}"
    token = re.search(r'name="form_token" value="([^"]*)"',
                      site.spa.get(path).text)[1]
    site.set_clock(5)
    try:
        return site.spa.post(path, urlencode(
            {"form_token": token, **fields}).encode(), **FORM)
    finally:
        site.set_clock(0)


def _typed(**more):
    return {**_person(**more), "privacy_consent": "yes"}


def _input(page, name):
    return re.search(rf'<input[^>]* name="{name}"[^>]*>', page.text)


def a_paper_says_what_its_form_asks_for(site):
    p = _paper(site, FIELDS)
    assert p["form_fields"] == FIELDS
    public = f"/api/v1/public/whitepapers/{p['slug']}"
    assert site.spa.get(public).data["form_fields"] == FIELDS
    door, admin = f"{PAPERS}/{p['id']}", site.admin()
    same = admin.put(door, admin.get(door).data)
    assert same.status == 200 and same.data["form_fields"] == FIELDS, same
    kept = admin.patch(door, {"category": "steel"})
    assert kept.data["form_fields"] == FIELDS, kept
    tag = admin.get(door).header("ETag")
    for value in ([], FIELDS[:1], None):
        changed = admin.patch(door, {"form_fields": value}, If_Match=tag)
        assert changed.status == 200, changed
        assert changed.data["form_fields"] == value
        assert changed.header("ETag") != tag
        tag = changed.header("ETag")
        assert site.spa.get(public).data["form_fields"] == value


def whatever_is_wrong_with_such_a_list_is_named_at_once(site):
    admin = site.admin()
    for wrong in (FIELDS * 2, {"name": "company"}, "company", 4):
        refused = admin.post(PAPERS, {"title": {"en": "x"},
                                      "form_fields": wrong})
        assert refused.status == 422, refused
        assert refused.fields == ["form_fields"], refused
    refused = admin.post(PAPERS, {"form_fields": [
        {"name": "email", "required": 1, "colour": "red"},
        {"name": "phone", "when": {"field": "company"}},
        {"name": "phone", "required": True, "when": "phone"},
        {"name": "company", "required": True,
         "when": {"field": "company", "filled": True, "is": "x"}}]})
    assert refused.status == 422, refused
    assert sorted(refused.fields) == sorted([
        "title", "form_fields.0.name", "form_fields.0.required",
        "form_fields.0.colour", "form_fields.1.required",
        "form_fields.1.when.field", "form_fields.1.when.filled",
        "form_fields.2.name", "form_fields.2.when",
        "form_fields.3.when.field", "form_fields.3.when.is"]), refused
    late = admin.post(PAPERS, {"title": {"en": "x"}, "form_fields": [
        {**FIELDS[1]}, {**FIELDS[0]}]}, Accept_Language="de")
    assert late.fields == ["form_fields.0.when.field"], late
    assert "oder ein Feld, das davor steht" in late.text, late.text


def what_is_required_is_demanded_where_it_applies(site):
    p = _paper(site, FIELDS)
    for body, missing in (
            ({}, ["company"]),
            ({"company": " "}, ["company"]),
            ({"company": None, "job_title": "Countess"}, ["company"]),
            ({"company": "Iron"}, ["job_title"]),
            ({"marketing_consent": True}, ["company", "phone"]),
            ({"company": "Iron", "marketing_consent": True},
             ["job_title", "phone"])):
        refused = _ask(site, p, _person(**body))
        assert refused.status == 422, refused
        assert sorted(refused.fields) == missing, (body, refused)
    german = _ask(site, p, _person(), Accept_Language="de")
    assert german.json["error"]["details"][0]["message"] == "fehlt", german
    both = _ask(site, p, {**_person(), "email": "x", "website": "%"})
    assert {"email", "company"} <= set(both.fields), both
    assert site.rows("SELECT count(*) AS n FROM whitepaper_downloads")[0][
        "n"] == 0
    done = _ask(site, p, _person(company="Iron", job_title="Countess",
                                 website="https://ada.example"))
    assert done.status == 201, done
    row = site.rows("SELECT * FROM whitepaper_downloads")[0]
    assert (row["company"], row["phone"], row["website"]) == \
        ("Iron", None, "https://ada.example")


def a_field_may_stand_in_for_another(site):
    p = _paper(site, [
        {"name": "phone", "required": False},
        {"name": "website", "required": True,
         "when": {"field": "phone", "filled": False}}])
    assert _ask(site, p, _person()).fields == ["website"]
    assert _ask(site, p, _person(phone="12")).status == 201
    assert _ask(site, p, _person(website="https://a.example")).status == 201


def who_is_known_or_not_asked_is_asked_for_nothing_more(site):
    usual, strict = _paper(site, None), _paper(site, FIELDS)
    known = _ask(site, usual, _person())
    assert known.status == 201, known
    cookie = known.header("Set-Cookie").split(";")[0]
    again = _ask(site, strict, {"use_session": True}, Cookie=cookie)
    assert again.status == 201, again
    free = _paper(site, FIELDS, requires_registration=False)
    assert _ask(site, free, {}).status == 201
    assert _ask(site, free, _person()).status == 201
    page = site.spa.get(f"/en/whitepapers/{free['slug']}")
    assert _input(page, "company") is None


def the_page_shows_only_what_is_asked_for(site):
    usual = site.spa.get(f"/en/whitepapers/{_paper(site, None)['slug']}")
    for name in ("company", "job_title", "phone"):
        assert "required" not in _input(usual, name)[0]
    assert "data-depends" not in usual.text
    least = site.spa.get(f"/en/whitepapers/{_paper(site, [])['slug']}")
    for name in ("company", "job_title", "phone", "website"):
        assert _input(least, name) is None
    assert _input(least, "email") and _input(least, "privacy_consent")
    slug = _paper(site, FIELDS)["slug"]
    page = site.spa.get(f"/en/whitepapers/{slug}")
    assert _input(page, "website") is None
    assert " required" in _input(page, "company")[0]
    assert 'maxlength="50"' in _input(page, "phone")[0]
    for name in ("job_title", "phone"):
        assert " required" not in _input(page, name)[0]
    assert "Company (required)" in page.text
    assert "Position (needed with: Company)" in page.text
    assert 'data-depends="company" data-filled="true" data-needed' in page.text
    order = [page.text.index(f'name="{name}"') for name in (
        "company", "job_title", "marketing_consent", "phone")]
    assert order == sorted(order)
    german = site.spa.get(f"/de/whitepapers/{slug}").text
    assert "Telefon (nötig mit: Briefe zu weiteren Angeboten)" in german


def without_a_script_the_page_asks_again_beside_the_field(site):
    p = _paper(site, FIELDS)
    asked = _fill(site, _page(p), _typed(company="<Iron>",
                                  marketing_consent="yes"), "de")
    assert asked.status == 422, asked
    for name in ("job_title", "phone"):
        assert f'aria-describedby="{name}-fault"' in _input(asked, name)[0]
        assert f'id="{name}-fault">fehlt<' in asked.text
    assert "company-fault" not in asked.text
    assert 'value="&lt;Iron&gt;"' in _input(asked, "company")[0]
    for box in ("privacy_consent", "marketing_consent"):
        assert " checked" in _input(asked, box)[0]
    done = _fill(site, _page(p), _typed(company="Iron", job_title="Countess"))
    assert done.status == 200 and "/downloads/" in done.text, done
    row = site.rows("SELECT * FROM whitepaper_downloads"
                    " ORDER BY id DESC LIMIT 1")[0]
    assert (row["company"], row["job_title"]) == ("Iron", "Countess")
    site_only = _paper(site, [{"name": "website", "required": True}])
    assert _fill(site, _page(site_only), _typed()).status == 422
    done = _fill(site, _page(site_only), _typed(website="https://ada.example"))
    assert done.status == 200, done


def what_somebody_writes_by_hand_does_no_harm(site):
    p = _paper(site, FIELDS)
    public = f"/api/v1/public/whitepapers/{p['slug']}"
    before = site.admin().get(f"{PAPERS}/{p['id']}").header("ETag")
    for value, missing in (
            ([{"name": "company"}, 4, {"name": "id", "required": True}], 201),
            ({"name": "company"}, 201), ("x", 201),
            ([{"name": "phone", "required": True,
               "when": {"field": "\"><b>", "filled": False}}], 422)):
        site.sql("UPDATE whitepapers SET form_fields = ? WHERE id = ?",
                 json.dumps(value), p["id"])
        assert site.spa.get(public).data["form_fields"] == value
        page = site.spa.get(f"/en/whitepapers/{p['slug']}")
        assert page.status == 200 and "<b>" not in page.text, page
        assert _ask(site, p, _person()).status == missing, value
        after = site.admin().get(f"{PAPERS}/{p['id']}").header("ETag")
        assert after != before
        before = after
    try:
        site.sql("UPDATE whitepapers SET form_fields = '[' WHERE id = ?",
                 p["id"])
    except Exception as e:
        assert "CHECK" in str(e), e
    else:
        raise AssertionError("what is no JSON was taken")
    renamed = site.admin().patch(f"{PAPERS}/{p['id']}", {"category": "new"})
    assert renamed.status == 200, renamed


def it_leaves_with_the_paper_and_stands_in_the_documents(site):
    _paper(site, FIELDS)
    out = os.path.join(site.state, "v3")
    site.magnetiq("export-v3", "--out", out)
    with open(os.path.join(out, "whitepapers_export.json")) as f:
        rows = json.load(f)
    assert FIELDS in [row.get("form_fields") for row in rows], rows[0]
    schemas = site.spa.get("/openapi.json").json["components"]["schemas"]
    told = [schema["properties"]["form_fields"]["description"]
            for schema in schemas.values()
            if "form_fields" in schema.get("properties", {})]
    assert told and all("marketing_consent" in words for words in told), told
    site.magnetiq("verify")


def what_is_agreed_to_is_what_the_form_said(site):
    """Of a paper, with fields of its own and without, and of a webinar."""
    w = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Girders"}, "scheduled_at": "2031-01-01T10:00:00Z"})
    assert w.status == 201, w
    pages = [_page(_paper(site, fields)) for fields in (None, FIELDS[:1])]
    pages.append(f"webinars/{w.data['slug']}")
    for n, (lang, path) in enumerate(
            (lang, path) for lang in ("en", "de") for path in pages):
        said = html.unescape(site.spa.get(f"/{lang}/{path}").text)
        done = _fill(site, path, _typed(
            email=f"says{n}@example.org", company="Works",
            marketing_consent="yes"), lang)
        assert done.status in (200, 303), done
        given = site.rows(
            "SELECT purpose, wording, language FROM consents WHERE"
            " email_folded = ? ORDER BY purpose", f"says{n}@example.org")
        assert [g["purpose"] for g in given] == ["marketing", "privacy"], given
        for g in given:
            assert g["language"] == lang and g["wording"] in said, (path, g)


if __name__ == "__main__":
    run(globals(), "--no-demo")
