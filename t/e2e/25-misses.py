#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Searches that found nothing, as a report for admins."""
import signal
from urllib.parse import quote

from harness import run, unharmed, until

SEARCH = "/api/v1/public/search"
MISSES = "/api/v1/admin/missed-searches"
JOB = "/api/v1/admin/jobs/missed-searches"


def _api(site, words, more=""):
    answer = site.spa.get(f"{SEARCH}?q={quote(words)}{more}")
    assert answer.status == 200 and answer.data == [], answer
    return answer


def _page(site, words, lang="de"):
    answer = site.spa.get(f"/{lang}/search?q={quote(words)}")
    assert answer.status == 200, answer


def _collected(site):
    """All that was counted until now is in the table."""
    for _ in range(2):          # the first may have been under way already
        assert site.admin().post(JOB + "/run").status == 202
        until(lambda: not [j for j in site.admin().get(
            "/api/v1/admin/jobs").data if j["name"] == "missed-searches" and
            j["requested"]], 30, "nobody counted")


def _listed(site, more=""):
    answer = site.admin().get(f"{MISSES}?per_page=100{more}")
    assert answer.status == 200, answer
    return {(m["query"], m["language"]): m["hits"] for m in answer.data}


def a_search_in_vain_is_counted_through_both_doors(site):
    for _ in range(2):
        _api(site, "Größentabelle", "&lang=de")
    _page(site, "groessentabelle!")
    _page(site, "Größentabelle", "en")
    _api(site, "kubernetes  Operator")
    _collected(site)
    assert _listed(site) == {("groessentabelle", "de"): 3,
                             ("groessentabelle", "en"): 1,
                             ("kubernetes operator", ""): 1}, _listed(site)
    row = site.admin().get(MISSES).data[0]
    assert set(row) == {"id", "query", "language", "hits", "first_at",
                        "last_at"}, row
    assert row["query"] == "groessentabelle" and row["hits"] == 3, row
    assert row["first_at"] <= row["last_at"], row


def an_answer_that_a_worker_has_kept_counts_each_time(site):
    tag = _api(site, "ukulele", "&lang=en").header("ETag")
    for _ in range(9):
        _api(site, "ukulele", "&lang=en")
    again = site.spa.get(f"{SEARCH}?q=ukulele&lang=en", If_None_Match=tag)
    assert again.status == 304, again
    # Whoever asks for no answer has not searched.
    assert site.spa.head(f"{SEARCH}?q=ukulele&lang=en").status == 200
    _collected(site)
    assert _listed(site)[("ukulele", "en")] == 11, _listed(site)


def what_may_be_a_person_is_never_kept(site):
    before = _listed(site)
    for words in ("zeppelin@example.org", "zeppelin (at) example.org",
                  "zeppelin＠example.org", "zeppelin 0171 234 5678",
                  "+49(0)171/2345678 zeppelin", "zeppelin 12345",
                  "zeppelin" * 13):
        for _ in range(2):
            _api(site, words, "&lang=de")
            _page(site, words)
    _collected(site)
    assert _listed(site) == before, _listed(site)
    for name in (site.state + "/scoreboard", site.env["DATABASE_URL"],
                 site.env["DATABASE_URL"] + "-wal"):
        with open(name, "rb") as f:
            assert b"zeppelin" not in f.read(), name


def only_what_a_visitor_looked_for_and_did_not_find_counts(site):
    answer = site.admin().post("/api/v1/content/pages", {
        "title": {"en": "Banjo"}, "status": "published"})
    assert answer.status == 201, answer
    before = _listed(site)
    _page(site, "banjo", "en")
    for more in ("q=banjo", "q=mandolin&page=2", "q=", "q=!!", "q=%ff",
                 "q=mandolin&type=novel", "q=" + "x" * 201):
        site.spa.get(f"{SEARCH}?{more}")
    # The search of staff, in the lists of the panel.
    for path in ("content/pages", "content/media", "business/webinars"):
        answer = site.admin().get(f"/api/v1/{path}?search=mandolin")
        assert answer.status == 200 and answer.data == [], answer
    _collected(site)
    assert _listed(site) == before, _listed(site)


def the_counts_outlive_the_workers(site):
    _api(site, "harpsichord", "&lang=en")
    for pid in site.workers():
        site.kill(pid, signal.SIGKILL)
    until(lambda: site.spa.get("/api/v1/health").status == 200, 20)
    _page(site, "harpsichord", "en")
    _collected(site)
    assert _listed(site)[("harpsichord", "en")] == 2, _listed(site)


def more_searches_than_there_is_room_for_disturb_nobody(site):
    with unharmed(site):
        for n in range(700):
            _api(site, f"flood {n}", "&lang=en")
    _collected(site)
    found = site.admin().get(MISSES + "?search=flood").json["pagination"]
    assert 200 < found["total"] <= 700, found


def the_list_is_sorted_filtered_searched_and_typed(site):
    admin = site.admin()
    hits = [m["hits"] for m in admin.get(MISSES + "?per_page=100").data]
    assert hits == sorted(hits, reverse=True) and hits[0] > 1, hits
    late = [m["last_at"] for m in admin.get(
        MISSES + "?sort_by=last_at&order=asc&per_page=100").data]
    assert late == sorted(late), late
    found = admin.get(MISSES + "?language=de&search=groess").data
    assert [m["query"] for m in found] == ["groessentabelle"], found
    first = admin.get(MISSES + "?per_page=1")
    cursor = first.json["pagination"]["next_cursor"]
    second = admin.get(f"{MISSES}?per_page=1&cursor={cursor}").data
    assert second[0]["id"] != first.data[0]["id"], (first, second)
    assert admin.get(MISSES + "?sort_by=query").fields == ["sort_by"]
    document = site.api.get("/openapi.json").json
    door = document["paths"][MISSES]["get"]
    schema = door["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"]["items"]["$ref"].endswith("/Miss")
    assert set(document["components"]["schemas"]["Miss"]["properties"]) == set(
        found[0])


def it_is_for_admins(site):
    some = site.admin().get(MISSES).data[0]["id"]
    assert site.api.get(MISSES).status == 401
    for role in ("viewer", "editor"):
        assert site.staff(role).get(MISSES).status == 403, role
        assert site.staff(role).delete(f"{MISSES}/{some}").status == 403, role


def one_is_struck_and_comes_back_when_it_is_asked_again(site):
    admin = site.admin()
    row = admin.get(MISSES + "?search=harpsichord").data[0]
    assert admin.delete(f"{MISSES}/{row['id']}").status == 204
    assert admin.delete(f"{MISSES}/{row['id']}").status == 404
    assert ("harpsichord", "en") not in _listed(site)
    # Who did it is known; what it was is not repeated.
    entry = admin.get("/api/v1/admin/audit-log?resource_type=miss").data[0]
    assert entry["action"] == "delete" and entry["resource_id"] == row["id"]
    assert "harpsichord" not in str(entry), entry
    _page(site, "harpsichord", "en")
    _collected(site)
    assert _listed(site)[("harpsichord", "en")] == 1, _listed(site)


run(globals(), "--no-demo")
