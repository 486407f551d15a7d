#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""magnetiq verify finds what is wrong, and maintain mends what it can."""
import json
import os
import sqlite3
import time

from harness import run, until

PAGES = "/api/v1/content/pages"


def _page(site, slug, **more):
    answer = site.admin().post(PAGES, {
        "slug": slug, "title": {"en": "Title of " + slug},
        "content": {"en": "Words of " + slug}, "status": "published", **more})
    assert answer.status == 201, answer
    return answer.data["id"]


def _findings(site):
    done = site.magnetiq("verify", "--json", check=False)
    told = json.loads(done.stdout)
    assert told["ok"] is (told["findings"] == [])
    assert done.returncode == (0 if told["ok"] else 1), done
    return told["findings"]


def _damage(site, *statements):
    """What a hand, a bad disk or a bug could do: behind every rule's back."""
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None,
                         timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("BEGIN IMMEDIATE")
    triggers = db.execute("SELECT name, sql FROM sqlite_schema"
                          " WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    for sql in statements:
        db.execute(sql)
    for _, sql in triggers:
        db.execute(sql)
    db.execute("COMMIT")
    db.close()


def a_sound_site_has_no_findings_also_while_it_is_written_to(site):
    for n in range(5):
        _page(site, f"sound-{n}")
        assert _findings(site) == []
    done = site.magnetiq("verify")
    assert done.stdout == "" and "Nothing is wrong" in done.stderr


def each_damage_is_named(site):
    one, two = _page(site, "one"), _page(site, "two")
    assert _findings(site) == []
    for damage, cure, finding in (
            ("UPDATE totals SET n = n + 2 WHERE noun = 'page' AND status = ''",
             "UPDATE totals SET n = n - 2 WHERE noun = 'page' AND status = ''",
             "totals: lists say 2 pages more or less than there are"),
            ("UPDATE totals SET n = n - 1 WHERE noun = 'media'",
             "UPDATE totals SET n = n + 1 WHERE noun = 'media'",
             "totals: lists say -1 media more or less than there are"),
            (f"UPDATE pages SET version = 0 WHERE id = {one}",
             f"UPDATE pages SET version = 1 WHERE id = {one}",
             f"page {one}: a later version than its own is kept"),
            (f"UPDATE pages SET status = 'draft' WHERE id = {two}",
             f"UPDATE pages SET status = 'published' WHERE id = {two}",
             f"page {two}: strangers find it, and it is not published"),
            ("DELETE FROM generation WHERE name = 'offers'",
             "INSERT INTO generation (name) VALUES ('offers')",
             "generation: 2 of its rows are there, and three should be"),
            ("INSERT INTO page_slugs (page_id, lang, slug, current)"
             f" VALUES ({one}, 'de', 'two', 1)",
             "DELETE FROM page_slugs WHERE slug = 'two' AND current = 1",
             f"page {one}: its address in a language is that of another page"),
            ("INSERT INTO page_slugs (id, page_id, lang, slug, current)"
             " VALUES (777, 9999, 'de', 'nowhere', 0)",
             "DELETE FROM page_slugs WHERE id = 777",
             "page_slugs 777 refers to a row of pages that is not there")):
        _damage(site, damage)
        assert finding in _findings(site), (damage, _findings(site))
        _damage(site, cure)
        assert finding not in _findings(site), damage
    assert _findings(site) == []


def an_index_that_does_not_fit_is_made_anew(site):
    number = _page(site, "indexed")
    _damage(site, "UPDATE search_text SET title = 'Quite another'"
            f" WHERE noun = 'page' AND object_id = {number}")
    assert any(f.startswith("search: the index does not fit")
               for f in _findings(site))
    site.magnetiq("maintain", "--reindex")
    until(lambda: site.rows("SELECT 1 FROM search_todo") == [])
    assert _findings(site) == []
    found = site.api.get("/api/v1/public/search?q=indexed").data
    assert [h["id"] for h in found] == [number], found


def a_page_that_search_has_lost_is_named_and_found_again(site):
    number = _page(site, "forgotten")
    _damage(site, f"DELETE FROM search_text WHERE object_id = {number}")
    assert f"page {number}: it is in no search, and not waiting for it" in \
        _findings(site)
    site.magnetiq("maintain", "--reindex")
    until(lambda: site.rows("SELECT 1 FROM search_todo") == [])
    assert _findings(site) == []


def wrong_use_is_told(site):
    for arguments in (("verify", "all"), ("maintain", "--vacum")):
        done = site.magnetiq(*arguments, check=False)
        assert done.returncode == 2, done


def old_copies_of_the_database_go_and_the_last_way_back_stays(site):
    database = site.env["DATABASE_URL"]
    today = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    stay = [f"{database}.before-migrate-20250301T100000Z",
            f"{database}.before-restore-{today}-77",
            f"{database}.before-restored-20250201T100000Z-1",
            f"{database}.before-migrate-20250101T100000Z.mine"]
    go = [f"{database}.before-migrate-20250101T100000Z",
          f"{database}.before-restore-20250401T100000Z-78",
          f"{database}.before-restore-20250401T100000Z-78-wal",
          f"{database}.failed-restore-20250401T100000Z-79"]
    for path in stay + go:
        with open(path, "wb") as f:
            f.write(b"x" * 700000)
    found = _copies(site)
    assert found["what"].endswith(": 4, 3.3 MB."), found
    done = site.magnetiq("maintain")
    assert "3 old copies of the database" in done.stderr, done
    assert [p for p in stay if not os.path.exists(p)] == []
    assert [p for p in go if os.path.exists(p)] == []
    assert "3 old copies" not in site.magnetiq("maintain").stderr
    found = _copies(site)
    assert found["what"].endswith(": 1, 0.7 MB."), found
    assert f"ls {database}.*-*Z*" in found["cure"], found
    for path in stay:
        os.unlink(path)
    assert _copies(site) is None


def _copies(site):
    """What the panel says of copies of the database."""
    found = [f for f in site.admin().get("/api/v1/admin/system-health").data[
        "findings"] if f["check"] == "copies"]
    return found[0] if found else None


run(globals(), "--no-demo")
