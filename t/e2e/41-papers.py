#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""White papers behind their forms, and the leads that come of them."""
import json
import os
import re
import subprocess
import threading

from harness import Client, Site, run, until
from jobs_done import letters, ran

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def pdf(*pages, number=0):
    """A PDF with these words on its pages."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(len(pages)))
    font = 3 + 2 * len(pages)
    parts = ["<</Type/Catalog/Pages 2 0 R>>",
             f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"]
    for i, words in enumerate(pages):
        text = f"BT /F1 12 Tf 50 700 Td ({words}) Tj ET"
        parts.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                     f"/Contents {4 + 2 * i} 0 R/Resources<</Font"
                     f"<</F1 {font} 0 R>>>>>>")
        parts.append(f"<</Length {len(text)}>>stream\n{text}\nendstream")
    parts.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica"
                 "/Encoding/WinAnsiEncoding>>")
    out, places = f"%PDF-1.4\n%{number}\n".encode(), []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{n} 0 obj{part}endobj\n".encode("latin-1")
    table = "".join(f"{p:010} 00000 n \n" for p in places)
    return out + (f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
                  f"trailer<</Root 1 0 R/Size {len(parts) + 1}>>\n"
                  f"startxref\n{len(out)}\n%%EOF\n").encode()


def person(n, **more):
    return {"first_name": "Ada", "last_name": f"Nr. {n}",
            "email": f"ada{n}@example.org", "privacy_consent": True, **more}


def paper(site, content=PDF, **more):
    admin = site.admin()
    medium = admin.upload("/api/v1/content/media", content, "girders.pdf")
    assert medium.status == 201, medium.text
    answer = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "On girders", "de": "Über Träger"},
        "file_id": medium.data["id"], "status": "published", **more})
    assert answer.status == 201, answer.text
    return answer.data


def ask(site, p, body, **headers):
    return Client(site.spa_port).post(
        f"/api/v1/business/whitepapers/{p['id']}/download", body, **headers)


def path_of(url):
    return "/" + url.split("/", 3)[3]


def a_paper_is_made_read_and_found(site):
    p = paper(site, description={"en": "All about flanges"}, tags=["steel"])
    assert p["slug"].startswith("on-girders") and p["published_at"]
    admin = site.admin()
    path = f"/api/v1/business/whitepapers/{p['id']}"
    assert admin.put(path, admin.get(path).data).status == 200
    public = site.spa.get(f"/api/v1/public/whitepapers/{p['slug']}?lang=de")
    assert public.data["title"] == "Über Träger"
    assert "file_id" not in public.data and "download_count" not in public.data
    found = site.spa.get("/api/v1/public/search?q=flanges")
    assert [f["type"] for f in found.data] == ["whitepaper"], found.text
    for where in ("business", "public"):
        listed = site.admin().get(f"/api/v1/{where}/whitepapers").data
        assert p["id"] in [x["id"] for x in listed]
    admin.patch(path, {"status": "draft"})
    assert site.spa.get(f"/api/v1/public/whitepapers/{p['slug']}").status == 404
    assert site.spa.get("/api/v1/public/search?q=flanges").data == []
    assert ask(site, p, person(1)).status == 404
    assert admin.delete(path).status == 204
    assert admin.get(path).status == 404


def only_a_private_file_is_a_paper_and_it_stays_private(site):
    admin = site.admin()
    open_file = admin.upload("/api/v1/content/media", PDF + b"%1\n", "a.pdf",
                             visibility="public")
    refused = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "x"}, "file_id": open_file.data["id"]})
    assert refused.status == 422 and refused.fields == ["file_id"]
    without = admin.post("/api/v1/business/whitepapers", {
        "title": {"en": "x"}, "status": "published"})
    assert without.status == 422 and without.fields == ["file_id"]
    p = paper(site)
    medium = f"/api/v1/content/media/{p['file_id']}"
    assert admin.patch(medium, {"visibility": "public"}).status == 409
    assert admin.delete(medium).status == 409


def the_form_opens_the_paper_for_an_hour(site):
    p = paper(site)
    answer = ask(site, p, person(1, company="Iron, Steel & Sons",
                                 source="landing"))
    assert answer.status == 201, answer.text
    assert set(answer.data) == {"download_url", "expires_at"}
    url = path_of(answer.data["download_url"])
    got = site.spa.get(url)
    assert got.status == 200 and got.body == PDF, got
    assert "girders.pdf" in got.header("Content-Disposition")
    assert got.header("X-Robots-Tag") == "noindex"
    part = site.spa.get(url, Range="bytes=0-3")
    assert part.status == 206 and part.body == b"%PDF"
    assert site.spa.get(url[:-2] + "xx").status == 404
    site.set_clock(2 * 3600)
    assert site.spa.get(url).status == 410
    site.set_clock(0)
    rows = site.admin().get(f"/api/v1/business/whitepapers/{p['id']}/downloads")
    row = rows.data[0]
    assert (row["email"], row["download_source"]) == \
        ("ada1@example.org", "landing")
    csv = site.admin().get(
        f"/api/v1/business/whitepapers/{p['id']}/downloads", Accept="text/csv")
    assert '"Iron, Steel & Sons"' in csv.text
    count = site.admin().get(f"/api/v1/business/whitepapers/{p['id']}").data
    assert count["download_count"] == 1


def whoever_is_known_needs_no_form_again(site):
    p, other = paper(site), paper(site, PDF + b"%2\n")
    first = ask(site, p, person(2))
    cookie = first.header("Set-Cookie")
    for part in ("HttpOnly", "SameSite=Lax",
                 "Path=/api/v1/business/whitepapers", "Max-Age=7776000"):
        assert part in cookie, cookie
    cookie = cookie.split(";")[0]
    assert "ada2" not in cookie
    again = ask(site, other, {"use_session": True}, Cookie=cookie)
    assert again.status == 201 and "ada2" not in again.text
    for wrong in ({}, {"Cookie": cookie[:-2] + "xx"}):
        refused = ask(site, other, {"use_session": True}, **wrong)
        assert refused.status == 422 and refused.fields == ["use_session"]
    for age, status in ((90 * 86400 - 3600, 201), (90 * 86400 + 60, 422)):
        site.set_clock(age)
        old = ask(site, other, {"use_session": True}, Cookie=cookie)
        assert old.status == status, (age, old.text)
    assert old.fields == ["use_session"], old.text
    site.set_clock(0)
    mixed = ask(site, other, {"use_session": True, "email": "a@example.org"},
                Cookie=cookie)
    assert mixed.status == 422 and mixed.fields == ["email"]
    site.sql("UPDATE whitepaper_downloads SET email = '', email_folded = ''"
             " WHERE email_folded = 'ada2@example.org'")
    erased = ask(site, other, {"use_session": True}, Cookie=cookie)
    assert erased.status == 422, erased.text


def a_paper_without_a_form_needs_nothing(site):
    p = paper(site, requires_registration=False)
    answer = ask(site, p, {})
    assert answer.status == 201 and not answer.header("Set-Cookie")
    assert site.spa.get(path_of(answer.data["download_url"])).body == PDF
    closed = paper(site)
    refused = ask(site, closed, {})
    assert refused.status == 422
    assert "email" in refused.fields and "privacy_consent" in refused.fields


def the_same_request_twice_is_one_download(site):
    p = paper(site)
    key = {"Idempotency_Key": "paper-key-0123456789"}
    first = ask(site, p, person(3), **key)
    again = ask(site, p, person(3), **key)
    assert first.status == again.status == 201
    assert first.header("Set-Cookie") and not again.header("Set-Cookie")
    assert site.rows("SELECT count(*) AS n FROM whitepaper_downloads"
                     " WHERE whitepaper_id = ?", p["id"])[0]["n"] == 1


def a_paper_is_found_by_what_stands_in_its_pdf_but_shows_none_of_it(site):
    words = "Torsion of a girder by Lockyer, in M\xfcnchen"
    p = paper(site, pdf(words, "quenching"),
              description={"en": "A short look"})
    path = f"/api/v1/business/whitepapers/{p['id']}"

    def read():
        now = site.admin().get(path).data
        return now["page_count"] and now

    now = until(read, 15)
    assert (now["page_count"], now["reading_minutes"]) == (2, 1), now
    for query, lang in (("lockyer", "en"), ("torsi", "de"),
                        ("muenchen+quenching", "en"), ("M%C3%BCnchen", "de")):
        found = site.spa.get(f"/api/v1/public/search?q={query}&lang={lang}")
        assert [f["id"] for f in found.data] == [p["id"]], found.text
        assert "uench" not in found.text and "ockyer" not in found.text
    english = site.spa.get("/api/v1/public/search?q=lockyer&lang=en")
    assert english.data[0]["excerpt"] == "A short look", english.text
    public = site.spa.get(f"/api/v1/public/whitepapers/{p['slug']}")
    assert public.data["page_count"] == 2 and "ockyer" not in public.text
    admin = site.admin()
    admin.patch(path, {"status": "draft"})
    assert site.spa.get("/api/v1/public/search?q=lockyer").data == []
    staff = admin.get("/api/v1/business/whitepapers?search=lockyer")
    assert [f["id"] for f in staff.data] == [p["id"]], staff.text
    admin.patch(path, {"status": "published"})
    admin.upload(f"/api/v1/content/media/{p['file_id']}/file",
                 pdf("Babbage alone"), "b.pdf", method="PUT")
    until(lambda: site.spa.get("/api/v1/public/search?q=babbage").data, 15)
    assert site.spa.get("/api/v1/public/search?q=lockyer").data == []
    assert admin.get(path).data["page_count"] == 1
    site.magnetiq("maintain", "--reindex")
    until(lambda: site.spa.get("/api/v1/public/search?q=babbage").data, 15)


def a_pdf_that_cannot_be_read_costs_nothing_but_its_text(site):
    loop = pdf("x").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 9")
    bad = [PDF + b"%bad\n", b"%PDF-1.7\n" + b"<<" * 200_000, loop,
           pdf("secret")[:300] + b"\0" * 1000]
    papers = [paper(site, content) for content in bad]
    good = paper(site, pdf("after all Faraday"))
    until(lambda: site.spa.get("/api/v1/public/search?q=faraday").data, 60)
    for p in papers:
        now = site.admin().get(f"/api/v1/business/whitepapers/{p['id']}").data
        assert now["page_count"] is None and now["reading_minutes"] is None
        assert site.rows("SELECT vocabulary AS v FROM whitepaper_texts WHERE"
                         " whitepaper_id = ?", p["id"]) == [{"v": ""}], p
    tried = site.log("jobs").count('"paper"')
    job = site.admin().get("/api/v1/admin/jobs").data
    assert [j["last_error"] for j in job if j["name"] == "papers"] == [None]
    assert good["id"]
    ran(site, "papers")
    assert site.log("jobs").count('"paper"') == tried


def _doctor(site, **env):
    done = subprocess.run(
        [site.env["MAGNETIQ"], "doctor", "--json"], capture_output=True,
        env={**site.environ, **site.env, **env}, text=True, check=False)
    return [f for f in json.loads(done.stdout)["findings"] if "PDFs" in f]


def _without_a_reader(site):
    content = pdf("after all Faraday")
    p = paper(site, content, description={"en": "About lanterns"})
    answer = ask(site, p, person(1))
    assert answer.status == 201, answer.text
    assert site.spa.get(path_of(answer.data["download_url"])
                        ).body == content
    ran(site, "papers", "papers")
    now = site.admin().get(f"/api/v1/business/whitepapers/{p['id']}").data
    assert now["page_count"] is None and now["reading_minutes"] is None
    assert site.rows("SELECT * FROM whitepaper_texts") == []
    for words, found in (("faraday", []), ("lanterns", [p["id"]])):
        got = site.spa.get(f"/api/v1/public/search?q={words}").data
        assert [f["id"] for f in got] == found, (words, got)
    job, = [j for j in site.admin().get("/api/v1/admin/jobs").data
            if j["name"] == "papers"]
    assert job["last_error"] is None and job["last_run"], job
    # That was chosen; what is asked for and missing is a finding.
    assert _doctor(site) == []
    for name in ("/nowhere/pdftotext", "pdftotext-of-nobody"):
        finding, = _doctor(site, PDFTOTEXT=name)
        assert name in finding and "poppler-utils" in finding, finding


def without_a_reader_papers_work_and_their_words_are_not_found(_site):
    site = Site("--no-demo", env={"PDFTOTEXT": "off"}, start=False)
    try:
        site.start()
        _without_a_reader(site)
    finally:
        site.end()


PRISONER = r"""#!/usr/bin/perl
use Socket;
sub told { print $_[0], $_[1] ? " open\n" : " shut\n" }
told("database", open(my $d, "<", "%s"));
told("passwd", open(my $p, "<", "/etc/passwd"));
told("write", open(my $w, ">", "%s"));
told("inet", socket(my $i, PF_INET, SOCK_STREAM, 0));
told("unix", socket(my $u, PF_UNIX, SOCK_STREAM, 0));
told("fork", defined fork);
told("environment", scalar keys %%ENV);
told("stdin", <STDIN> eq "hello\n");
"""


def whoever_reads_a_pdf_sees_nothing_else(site):
    jobs = os.readlink(f"/proc/{site.pid('jobs')}/exe")
    tool, out = site.dir + "/tool", site.dir + "/text"
    database = site.state + "/magnetiq.db"
    assert os.path.exists(database)
    with open(tool, "w", encoding="utf-8") as f:
        f.write(PRISONER % (database, site.dir + "/made"))
    os.chmod(tool, 0o755)
    done = subprocess.run(
        ["sh", "-c", 'echo hello | "$0" --paper "$1" 3>"$2"',
         jobs, tool, out], check=False, timeout=30, env={
             **site.environ, "LD_LIBRARY_PATH": os.path.dirname(jobs)})
    assert done.returncode == 0, done
    with open(out, encoding="utf-8") as f:
        said = dict(line.split() for line in f)
    assert said.pop("stdin") == "open" and len(said) == 7, said
    assert set(said.values()) == {"shut"}, said


def sent(site, recipient, kind):
    """What has left for somebody, by the outbox's own word."""
    rows = site.rows("SELECT message_id FROM outbox WHERE state = 'sent' AND"
                     " recipient = ? AND template = ?", recipient, kind)
    return [m for m in letters(site, recipient) if
            m["Message-ID"].strip("<>") in [r["message_id"] for r in rows]]


def a_letter_brings_the_link_which_is_counted_and_can_be_revoked(site):
    p, admin = paper(site), site.admin()
    ask(site, p, person(6, language="de"))
    until(lambda: sent(site, "ada6@example.org", "whitepaper-link"))
    letter = sent(site, "ada6@example.org", "whitepaper-link")[0]
    assert letter["Subject"] == "Ihr Download: Über Träger", letter["Subject"]
    text = letter.get_body(("plain",)).get_content()
    assert "7 Tage" in text, text
    url = path_of(re.search(r"http\S+/downloads/\S+", text)[0])
    site.set_clock(6 * 86400)
    assert site.spa.get(url).body == PDF
    assert site.spa.get(url, Range="bytes=0-3").status == 206
    for more in ({"Range": "bytes=4-9"}, {"Range": "bytes=-5"}):
        assert site.spa.get(url, **more).status == 206
    assert site.spa.head(url).status == 200
    site.set_clock(0)
    where = f"/api/v1/business/whitepapers/{p['id']}/downloads"
    row = admin.get(where).data[0]
    assert row["fetched"] == 2, row
    assert row["fetched_at"] > row["downloaded_at"], row
    one = f"{where}/{row['id']}"
    assert admin.get(one).data == row
    assert site.staff("viewer").post(one + "/revoke").status == 403
    elsewhere = f"/api/v1/business/whitepapers/{paper(site)['id']}/downloads"
    assert admin.post(f"{elsewhere}/{row['id']}/revoke").status == 404
    for _ in range(2):
        ended = site.staff("editor").post(one + "/revoke")
        assert ended.status == 200 and ended.data["revoked_at"], ended
    assert site.spa.get(url).status == 410
    assert [r["n"] for r in site.rows(
        "SELECT count(*) AS n FROM audit_log WHERE action = 'revoke'")] == [1]


def each_reader_gets_their_own_link_in_their_own_language(site):
    p, admin = paper(site), site.admin()
    where = f"/api/v1/business/whitepapers/{p['id']}"
    said = {"de": ("Ihr Download: Über Träger", "Guten Tag Ada31,"),
            "en": (f"Your download: {p['title']['en']}", "Hello Ada32,")}
    for n, lang in ((31, "de"), (32, "en")):
        ask(site, p, person(n, language=lang, first_name=f"Ada{n}",
                            marketing_consent=True))
    for times, (n, lang) in enumerate(((31, "de"), (32, "en")), 1):
        address = f"ada{n}@example.org"
        letter = until(lambda a=address: sent(site, a, "whitepaper-link"))[0]
        text = letter.get_body(("plain",)).get_content()
        assert letter["Subject"] == said[lang][0], letter["Subject"]
        assert text.startswith(said[lang][1]), text
        url = path_of(re.search(r"http\S+/downloads/\S+", text)[0])
        for _ in range(times):
            assert site.spa.get(url).body == PDF
    listed = admin.get(where + "/downloads").data
    assert {r["email"]: (r["first_name"], r["fetched"]) for r in listed} == {
        "ada31@example.org": ("Ada31", 1), "ada32@example.org": ("Ada32", 2)}
    medium = admin.upload("/api/v1/content/media", PDF + b"%2\n", "b.pdf")
    admin.patch(where, {"file_id": medium.data["id"]})
    assert admin.post(where + "/notify").data["letters"] == 2
    for n, lang in ((31, "de"), (32, "en")):
        letter = until(lambda a=f"ada{n}@example.org": sent(
            site, a, "whitepaper-edition"))[0]
        text = letter.get_body(("plain",)).get_content()
        assert letter["Subject"].endswith(p["title"][lang])
        assert text.startswith(said[lang][1]), text
        assert f"/{lang}/whitepapers/{p['slug']}" in text, text


def a_link_ends_with_its_time_and_with_its_person(site):
    p = paper(site)
    ask(site, p, person(7))
    until(lambda: sent(site, "ada7@example.org", "whitepaper-link"))
    text = sent(site, "ada7@example.org", "whitepaper-link")[0].get_body(
        ("plain",)).get_content()
    url = path_of(re.search(r"http\S+/downloads/\S+", text)[0])
    site.set_clock(7 * 86400 + 60)
    assert site.spa.get(url).status == 410
    site.set_clock(0)
    assert site.spa.get(url).status == 200
    erased = site.admin().post("/api/v1/admin/privacy/erase",
                               {"email": "ada7@example.org"})
    assert erased.status == 200, erased
    assert site.spa.get(url).status == 404


def readers_who_agreed_hear_once_of_a_new_edition(site):
    p, admin = paper(site), site.admin()
    path = f"/api/v1/business/whitepapers/{p['id']}"
    for n, agreed in ((20, True), (21, False), (22, True), (23, True)):
        ask(site, p, person(n, marketing_consent=agreed))
    ask(site, p, person(20, marketing_consent=True))
    assert admin.post(path + "/notify").data == {"edition": 1, "letters": 0}
    medium = admin.upload("/api/v1/content/media", PDF + b"%new\n", "b.pdf")
    changed = admin.patch(path, {"file_id": medium.data["id"]})
    assert changed.data["edition"] == 2, changed
    ask(site, p, person(22))
    site.sql("UPDATE consents SET withdrawn_at = given_at"
             " WHERE email_folded = 'ada23@example.org'")
    assert site.staff("viewer").post(path + "/notify").status == 403
    told = site.staff("editor").post(path + "/notify")
    assert told.status == 202, told
    assert told.data == {"edition": 2, "letters": 1}, told
    until(lambda: sent(site, "ada20@example.org", "whitepaper-edition"))
    letter = sent(site, "ada20@example.org", "whitepaper-edition")[0]
    assert letter["List-Unsubscribe"], letter
    assert f"/en/whitepapers/{p['slug']}" in letter.get_body(
        ("plain",)).get_content()
    site.sql("DELETE FROM outbox")
    assert admin.post(path + "/notify").data["letters"] == 0
    # Other bytes under the same number are another edition, too.
    admin.upload(f"/api/v1/content/media/{medium.data['id']}/file",
                 PDF + b"%third\n", "c.pdf", method="PUT")
    assert admin.post(path + "/notify").data == {"edition": 3, "letters": 2}
    admin.patch(path, {"status": "draft"})
    refused = admin.post(path + "/notify")
    assert refused.status == 409 and refused.code == "CONFLICT", refused


def a_lead_is_one_person_with_a_score_that_explains_itself(site):
    admin = site.admin()
    p = paper(site)
    ask(site, p, person(4, phone="+49 30 1"))
    ask(site, p, person(4, email="ADA4@Example.org", company="Lovelace"))
    w = admin.post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": "2030-01-01T10:00:00Z"}).data
    site.set_clock(5)  # the newest word wins
    site.spa.post(f"/api/v1/business/webinars/{w['id']}/register",
                  person(4, last_name="Newest", marketing_consent=True))
    found = admin.get("/api/v1/business/leads?search=Newest")
    assert len(found.data) == 1, found.text
    lead = found.data[0]
    assert (lead["downloads"], lead["registrations"]) == (2, 1)
    assert (lead["company"], lead["phone"]) == ("Lovelace", "+49 30 1")
    whole = admin.get(f"/api/v1/business/leads/{lead['id']}").data
    assert [h["type"] for h in whole["history"]] == \
        ["download", "download", "registration"]
    points = {e["rule"]: e["points"] for e in whole["score_explained"]}
    assert sum(points.values()) == whole["score"] == 60, points
    changed = admin.patch(f"/api/v1/business/leads/{lead['id']}",
                          {"status": "contacted", "notes": "called"})
    assert changed.data["status"] == "contacted", changed.text
    site.set_clock(0)
    csv = admin.get("/api/v1/business/leads", Accept="text/csv")
    assert "ada4@example.org" in csv.text.lower()
    viewer = site.staff("viewer").get("/api/v1/business/leads",
                                      Accept="text/csv")
    assert viewer.status == 403
    rules = admin.get("/api/v1/admin/settings").data["lead_rules"]
    admin.patch("/api/v1/admin/settings",
                {"lead_rules": {**rules, "download": 100}})
    again = admin.get(f"/api/v1/business/leads/{lead['id']}").data
    assert again["score"] == 230, again["score_explained"]


def hand_written_rows_are_leads_too(site):
    p = paper(site)
    site.sql("INSERT INTO whitepaper_downloads (whitepaper_id, first_name,"
             " last_name, email) VALUES (?, 'Old', 'Hand', 'OLD@example.org')",
             p["id"])
    found = site.admin().get("/api/v1/business/leads?search=Hand").data
    assert [f["email"] for f in found] == ["OLD@example.org"]
    site.sql("DELETE FROM whitepaper_downloads WHERE email = 'OLD@example.org'")
    assert site.admin().get("/api/v1/business/leads?search=Hand").data == []


def five_hundred_at_once_all_get_it_whole(site):
    content = PDF + b"%" + b"x" * 200_000 + b"\n"
    p = paper(site, content)
    wrong = []

    def one(n):
        client = Client(site.spa_port)
        for k in range(25):
            answer = client.post(
                f"/api/v1/business/whitepapers/{p['id']}/download",
                person(1000 + 25 * n + k))
            url = path_of(answer.data["download_url"])
            if client.get(url).body != content:
                wrong.append(url)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong, wrong
    assert site.admin().get(f"/api/v1/business/whitepapers/{p['id']}"
                            ).data["download_count"] == 500


if __name__ == "__main__":
    run(globals(), "--no-demo")
