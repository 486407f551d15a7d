#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lists of registrants as files: for a spreadsheet, and on paper."""
import csv
import datetime
import io
import os
import re
import subprocess
import tempfile
import time
import zipfile

import openpyxl
from harness import Skip, run, until

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
FILES = {"csv": CSV, "xlsx": XLSX, "pdf": PDF}
FORMULA = '=HYPERLINK("https://evil.example","Click")'
NAMES = ["Jürgen Größe", "Łukasz Żółć", "Ευγενία Παπά", "Дарья Щукина",
         "Åse Ærø", "Ştefan Țăran", "Zoë O’Neill", "Þór Ðið", "Ģirts Ņēģis"]


def webinar(site, title="Stahl & Recht", **more):
    answer = site.admin().post("/api/v1/business/webinars", {
        "title": {"en": "Steel and law", "de": title},
        "scheduled_at": "2031-06-03T13:00:00Z", "timezone": "Europe/Berlin",
        **more})
    assert answer.status == 201, answer.text
    return answer.data["id"]


def register(site, w, n, first="Ada", last=None, **more):
    answer = site.spa.post(f"/api/v1/business/webinars/{w}/register", {
        "first_name": first, "last_name": last or f"Nr. {n}",
        "email": f"ada{n}@example.org", "privacy_consent": True, **more})
    assert answer.status == 201, answer.text


def many(site, w, n, status="cancelled"):
    """People who were written into the database by somebody else."""
    site.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
             " WHERE i < ?2) INSERT INTO webinar_registrations (webinar_id,"
             " first_name, last_name, email, company, phone, utm_source,"
             " status, registered_at) SELECT ?1, 'Käthe ' || i, 'Weiß-' || i,"
             " 'person' || i || '@example.org', 'Schmiede ' || i || ' & Söhne"
             " GmbH', '+49 30 ' || (1000000 + i), 'newsletter', ?3,"
             " datetime('2026-11-01', i || ' minutes') FROM n", w, n, status)


def door(w, query=""):
    return f"/api/v1/business/webinars/{w}/registrations{query}"


def fetch(site, w, kind, query="", who="editor", **headers):
    answer = site.staff(who).get(door(w, query), Accept=FILES[kind], **headers)
    assert answer.status == 200, answer.text
    assert answer.header("Content-Type").split(";")[0] == FILES[kind]
    assert answer.header("Content-Disposition") == \
        f'attachment; filename="registrations.{kind}"'
    assert answer.header("Cache-Control") == "no-store"
    return answer


def book(answer):
    assert zipfile.ZipFile(io.BytesIO(answer.body)).testzip() is None
    return openpyxl.load_workbook(io.BytesIO(answer.body))


def rows(answer):
    """Each line of a workbook by the names of its columns."""
    names, *lines = book(answer).active.iter_rows(values_only=True)
    return [dict(zip(names, line)) for line in lines]


def lines(answer):
    """The same of CSV."""
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def paper(answer, layout=True):
    """The words of a PDF, page by page."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(answer.body)
        f.flush()
        out = subprocess.run(
            ["pdftotext", *(["-layout"] if layout else []), f.name, "-"],
            check=True, capture_output=True)
    assert out.stderr == b"", out.stderr
    return out.stdout.decode().split("\f")[:-1]


def a_workbook_has_the_columns_and_lines_of_the_csv(site):
    w = webinar(site)
    for n, name in enumerate(NAMES):
        first, _, last = name.partition(" ")
        register(site, w, n, first, last, company="Größe & Söhne <GmbH>",
                 phone="+49 30 1234")
    want = lines(fetch(site, w, "csv"))
    got = rows(fetch(site, w, "xlsx"))
    assert list(got[0]) == list(want[0]), (list(got[0]), list(want[0]))
    assert len(got) == len(want) == len(NAMES)
    assert [f"{r['first_name']} {r['last_name']}" for r in got] == NAMES
    for one, other in zip(got, want):
        for name, cell in one.items():
            if isinstance(cell, datetime.datetime):
                cell = cell.strftime("%Y-%m-%dT%H:%M:%SZ")
            elif isinstance(cell, bool):
                cell = str(cell).lower()
            cell = "" if cell is None else str(cell)
            assert cell == other[name].removeprefix("'"), (name, cell, other)


def a_workbook_can_be_worked_with_at_once(site):
    w = webinar(site)
    register(site, w, 1)
    sheet = book(fetch(site, w, "xlsx")).active
    assert sheet.title == "registrations"
    assert sheet.freeze_panes == "A2"
    last = openpyxl.utils.get_column_letter(sheet.max_column)
    assert sheet.auto_filter.ref == f"A1:{last}2"
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold
    assert sheet.column_dimensions["F"].width > 20
    one = {sheet.cell(1, c).value: sheet.cell(2, c)
           for c in range(1, sheet.max_column + 1)}
    assert one["id"].data_type == "n"
    assert one["registered_at"].is_date
    assert one["registered_at"].number_format.endswith('"UTC"')
    assert abs(one["registered_at"].value - datetime.datetime.utcnow()) < \
        datetime.timedelta(minutes=5)
    assert one["attended"].value is False
    assert one["company"].value is None


def no_cell_is_a_formula(site):
    w = webinar(site)
    for n, text in enumerate((FORMULA, "+1+1", "-2+3", "@SUM(A1)",
                              "{=1+1}", "https://evil.example", "0123")):
        register(site, w, n, first=text[:100], company=text)
    answer = fetch(site, w, "xlsx")
    sheet = book(answer).active
    assert sheet["D2"].value == FORMULA or FORMULA in {
        c.value for c in sheet[2]}, [c.value for c in sheet[2]]
    types = {c.data_type for row in sheet.iter_rows() for c in row
             if c.value is not None}
    assert types <= {"s", "n", "b", "d"}, types
    assert not any(c.hyperlink for row in sheet.iter_rows() for c in row)
    parts = zipfile.ZipFile(io.BytesIO(answer.body))
    for name in parts.namelist():
        assert not re.search(rb"<f[ >]|hyperlink ", parts.read(name)), name
    texts = {c.value for row in sheet.iter_rows() for c in row}
    assert {"+1+1", "-2+3", "@SUM(A1)", "{=1+1}", "0123"} <= texts


def paper_has_every_person_under_the_name_of_the_webinar(site):
    w = webinar(site)
    for n, name in enumerate(NAMES):
        first, _, last = name.partition(" ")
        register(site, w, n, first, last, phone="030 1234")
    answer = fetch(site, w, "pdf", "?lang=de")
    assert answer.body.startswith(b"%PDF-1.")
    page, = paper(answer)
    for name in NAMES:
        for part in name.split():
            assert part in page, (part, page)
    for n in range(len(NAMES)):
        assert f"ada{n}@example.org" in page
    assert "Stahl & Recht" in page
    assert "Dienstag, 3. Juni 2031, 15:00–16:00 Uhr MESZ (Europe/Berlin)" \
        in page, page
    for words in ("Vorname", "Nachname", "E-Mail", "Firma", "Telefon",
                  "bestätigt", "nein", f"Einträge: {len(NAMES)}",
                  "Zeiten: Europe/Berlin", "Seite 1/1", "Stand: "):
        assert words in page, (words, page)
    here, = paper(fetch(site, w, "pdf", Accept_Language="en"))
    for words in ("Steel and law", "First name", "confirmed", "Page 1/1",
                  "Tuesday, 3 June 2031, 15:00–16:00 CEST"):
        assert words in here, (words, here)


def times_on_paper_are_those_of_the_webinar(site):
    w = webinar(site)
    many(site, w, 1)        # 2026-11-01 00:01 UTC
    page, = paper(fetch(site, w, "pdf"))
    assert "2026-11-01 01:01" in page, page
    assert lines(fetch(site, w, "csv"))[0]["registered_at"] == \
        "2026-11-01T00:01:00Z"
    assert rows(fetch(site, w, "xlsx"))[0]["registered_at"] == \
        datetime.datetime(2026, 11, 1, 0, 1)


def three_hundred_people_fill_pages_with_numbers(site):
    w = webinar(site)
    many(site, w, 300)
    got = rows(fetch(site, w, "xlsx"))
    assert [r["email"] for r in got] == \
        [f"person{i}@example.org" for i in range(1, 301)]
    assert got[299]["company"] == "Schmiede 300 & Söhne GmbH"
    pages = paper(fetch(site, w, "pdf", Accept_Language="de"))
    assert 7 < len(pages) < 12, len(pages)
    for n, page in enumerate(pages, 1):
        assert f"Seite {n}/{len(pages)}" in page, page
        assert "Vorname" in page and "Telefon" in page, page
        assert ("Einträge: 300" in page) == (n == 1), page
    words = set(re.findall(r"\S+", "\n".join(pages)))
    missing = [i for i in range(1, 301) if f"Weiß-{i}" not in words or
               f"person{i}@example.org" not in words]
    assert not missing, missing


def a_long_name_ends_in_an_ellipsis_on_paper(site):
    w = webinar(site)
    register(site, w, 1, first="Wilhelmina" * 9, last="W" * 100,
             company="Gesellschaft" * 16)
    page, = paper(fetch(site, w, "pdf"))
    assert "WilhelminaW" in page and page.count("…") >= 3, page
    assert "Wilhelmina" * 9 not in page
    assert rows(fetch(site, w, "xlsx"))[0]["first_name"] == "Wilhelmina" * 9


def files_have_what_the_filter_lets_through(site):
    w = webinar(site)
    for n in range(1, 6):
        register(site, w, n)
    for r in site.admin().get(door(w)).data[:2]:
        site.admin().patch(door(w, f"/{r['id']}"), {"attended": True})
    assert len(rows(fetch(site, w, "xlsx", "?attended=true"))) == 2
    page, = paper(fetch(site, w, "pdf", "?attended=true&lang=en"))
    assert "Entries: 2" in page and "ada1@" in page and "ada3@" not in page
    found = rows(fetch(site, w, "xlsx", "?search=ada4"))
    assert [r["email"] for r in found] == ["ada4@example.org"]
    page, = paper(fetch(site, w, "pdf", "?search=ada4&lang=en"))
    assert "Entries: 1" in page and "ada4@" in page and "ada1@" not in page
    last, *_ = rows(fetch(site, w, "xlsx", "?sort_by=id&order=desc"))
    assert last["email"] == "ada5@example.org"
    for kind in ("xlsx", "pdf"):
        wrong = site.staff("editor").get(door(w, "?attended=perhaps"),
                                         Accept=FILES[kind])
        assert wrong.status == 422 and wrong.fields == ["attended"], wrong


def an_empty_list_is_a_file_too(site):
    w = webinar(site)
    assert rows(fetch(site, w, "xlsx")) == []
    page, = paper(fetch(site, w, "pdf", "?lang=en"))
    assert "Entries: 0" in page and "First name" in page


def only_editors_take_lists_away(site):
    w = webinar(site)
    register(site, w, 1)
    for kind, mime in FILES.items():
        refused = site.staff("viewer").get(door(w), Accept=mime)
        assert refused.status == 403 and refused.code == "FORBIDDEN", kind
        stranger = site.spa.get(door(w), Accept=mime)
        assert stranger.status == 401, stranger
        assert b"ada1" not in refused.body + stranger.body
        gone = site.staff("editor").get(door(999999), Accept=mime)
        assert gone.status == 404, gone
        assert site.staff("editor").head(door(w), Accept=mime).status == 200
    fetch(site, w, "pdf", who="admin")


def whoever_accepts_json_as_well_gets_json(site):
    w = webinar(site)
    register(site, w, 1)
    for accept in (None, "*/*", "application/json, " + XLSX, "text/html",
                   f"{PDF};q=0.5, application/json", PDF + ";q=0"):
        answer = site.staff("editor").get(
            door(w), **({} if accept is None else {"Accept": accept}))
        assert answer.header("Content-Type") == "application/json", accept
    best = site.staff("editor").get(
        door(w), Accept=f"{CSV};q=0.2, {PDF};q=0.9, {XLSX};q=0.5")
    assert best.header("Content-Type") == PDF


def too_many_lines_are_refused_in_words(site):
    w = webinar(site)
    many(site, w, 2000)
    pages = paper(fetch(site, w, "pdf"))
    assert "Weiß-2000" in pages[-1], pages[-1]
    register(site, w, 1)
    answer = site.staff("editor").get(door(w), Accept=PDF,
                                      Accept_Language="de")
    assert answer.status == 422 and answer.code == "VALIDATION_ERROR"
    assert answer.json["error"]["message"] == \
        "Das sind mehr als 2000 Zeilen: Filtern Sie die Liste, oder nehmen" \
        " Sie sie als CSV.", answer.text
    fetch(site, w, "pdf", "?status=cancelled")


def ten_thousand_fit_into_a_workbook_and_csv_says_where_the_rest_is(site):
    w = webinar(site)
    many(site, w, 10000)
    began = time.monotonic()
    got = fetch(site, w, "xlsx")
    took = time.monotonic() - began
    assert took < 10, took
    book_ = openpyxl.load_workbook(io.BytesIO(got.body), read_only=True)
    emails = [r[0] for r in book_.active.iter_rows(
        min_row=2, min_col=6, max_col=6, values_only=True)]
    assert emails == [f"person{i}@example.org" for i in range(1, 10001)]
    assert fetch(site, w, "csv").header("Link") is None
    many(site, w, 1)
    answer = site.staff("editor").get(door(w), Accept=XLSX)
    assert answer.status == 422, answer
    assert "10000" in answer.json["error"]["message"]
    first = fetch(site, w, "csv", "?order=desc&page=1")
    there = re.fullmatch(r'<(\?cursor=.*)>; rel="next"', first.header("Link"))
    rest = fetch(site, w, "csv", there[1])
    assert rest.header("Link") is None
    ids = [r["id"] for r in lines(first) + lines(rest)]
    assert len(ids) == len(set(ids)) == 10001 and len(lines(rest)) == 1
    assert ids == sorted(ids, key=int, reverse=True)


def other_lists_come_as_workbooks_too(site):
    w = webinar(site)
    for n in (1, 2):
        register(site, w, f"lead{n}", f"First {n}", company=f"Firm {n}")
    until(lambda: site.admin().get(
        "/api/v1/business/leads?search=firm").data[1:])
    leads = [{r["email"]: (r["first_name"], r["company"], int(r["score"]))
              for r in read(site.admin().get(
                  "/api/v1/business/leads?search=firm", Accept=kind))}
             for kind, read in ((CSV, lines), (XLSX, rows))]
    assert leads[0] == leads[1] and {k: v[:2] for k, v in leads[0].items()} \
        == {f"adalead{n}@example.org": (f"First {n}", f"Firm {n}")
            for n in (1, 2)}, leads
    for path, name in (("business/leads?search=firm", "leads"), ("admin/audit-log",
                       "audit_entries"), ("business/bookings", "bookings")):
        answer = site.admin().get(f"/api/v1/{path}", Accept=XLSX)
        assert answer.status == 200, answer.text
        names = next(book(answer).active.iter_rows(values_only=True))
        told = site.admin().get(f"/api/v1/{path}", Accept=CSV).text
        assert list(names) == told.split("\r\n")[0].split(","), (name, names)
        paper_ = site.admin().get(f"/api/v1/{path}", Accept=PDF)
        assert paper_.header("Content-Type") == "application/json", path


def the_openapi_document_names_the_types(site):
    paths = site.api.get("/openapi.json").json["paths"]
    door_ = paths["/api/v1/business/webinars/{id}/registrations"]["get"]
    content = door_["responses"]["200"]["content"]
    assert set(content) == {"application/json", CSV, XLSX, PDF}, content
    leads = paths["/api/v1/business/leads"]["get"]["responses"]["200"]
    assert set(leads["content"]) == {"application/json", CSV, XLSX}


def a_worker_gives_the_memory_of_files_back(site):
    """The same workers are there afterwards, and small."""
    if "ASAN_OPTIONS" in os.environ:
        raise Skip("a sanitizer keeps what was freed for a while")
    def memory():
        return max(int(re.search(r"VmRSS:\s+(\d+)", open(
            f"/proc/{pid}/status", encoding="ascii").read())[1])
            for pid in site.workers())
    w = webinar(site)
    many(site, w, 2000)
    before, client = site.workers(), site.staff("editor")
    for kind in ("xlsx", "pdf") * 6:
        assert client.get(door(w), Accept=FILES[kind]).status == 200
    assert site.workers() == before
    assert memory() < 24 * 1024, f"{memory()} KiB"


run(globals())
