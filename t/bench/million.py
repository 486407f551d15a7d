# SPDX-License-Identifier: MIT
"""The row of t/bench/run that holds a million pages against a thousand."""
import sqlite3
import statistics
import urllib.parse

from tools import TEXT, make_site, worker_times


def million(b):
    """1,000,000 pages against 1,000, in the worker"""
    small, large = made_of_sql(1000), made_of_sql(b.million)
    try:
        found = []
        for name, ask, most in (("slug", by_slug, 1.3),
                                ("first list", first_list, 1.3),
                                ("cursor", by_cursor, 1.3),
                                ("search", by_word, 2)):
            pairs = [(ask(small, turn), ask(large, turn))
                     for turn in range(3)]
            print(f"# {name}: " + "; ".join(
                f"{few:.0f} us, {many:.0f} us" for few, many in pairs),
                flush=True)
            found.append((name, statistics.median(
                many / few for few, many in pairs), most))
        everywhere = worst_word(large)
        found.append(("common word ms", everywhere, 150))
        return (", ".join(f"{n} {x:.2f}" for n, x, _ in found),
                ", ".join(str(most) for _, _, most in found),
                all(x <= most for _, x, most in found))
    finally:
        small.end()
        large.end()


def made_of_sql(count):
    """A site with one worker, no cache, and pages that SQL inserted."""
    site = make_site("off")
    answer = site.admin().post("/api/v1/content/pages", {
        "slug": "model-w0000000", "title": {"en": "Model w0000000"},
        "status": "published",
        "content": {"en": "common w0000000 " + TEXT + "And so on. " * 8}})
    assert answer.status == 201, answer
    number = answer.data["id"]
    site.stop()
    db = sqlite3.connect(site.env["DATABASE_URL"], isolation_level=None)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                     "PRAGMA cache_size=-500000;")
    db.execute("BEGIN")
    for table, column in (("pages", "id"), ("page_versions", "page_id"),
                          ("search_text", "object_id")):
        db.execute(copies(db, table, column), (number, count))
    db.execute("DELETE FROM search_todo")
    db.execute("COMMIT")
    db.executescript("ANALYZE; PRAGMA journal_mode=WAL;")
    db.close()
    site.start("--workers", "1")
    # What the jobs process does bit by bit, and at night.
    done = site.magnetiq("maintain")
    assert done.returncode == 0, done
    # Reading from the disk is not what is asked about.
    with open(site.env["DATABASE_URL"], "rb") as f:
        while f.read(1 << 20):
            pass
    return site


def copies(db, table, column):
    """Copies of a model row: twenty of them share a word, none a slug."""
    names = [r[1] for r in db.execute(f"PRAGMA table_info({table})")
             if r[1] != "id" or column == "id"]
    values = []
    for name in names:
        if name == column:
            values.append(f"{name} + i")
        elif name in ("slug", "title", "content", "snapshot", "body",
                      "folded"):
            word = "i" if name == "slug" else "i / 20"
            values.append(f"replace({name}, 'w0000000', "
                          f"printf('w%07d', {word}))")
        elif name == "published_at":
            values.append(f"datetime({name}, '-' || i || ' seconds')")
        else:
            values.append(name)
    return (f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < ?2) INSERT INTO {table} ({', '.join(names)})"
            f" SELECT {', '.join(values)} FROM {table}, n"
            f" WHERE {column} = ?1")


def median_in_worker(site, route, paths):
    """The median time, in the worker, of its answers to these paths."""
    since = len(site.log("app"))
    for path in paths:
        answer = site.api.get(path)
        assert answer.status == 200, (path, answer)
    times = worker_times(site, route, since)
    assert len(times) >= 3, (route, len(times))
    return statistics.median(times)


def by_slug(site, turn):
    """Pages that nobody asked for yet, in a worker that runs for a while:
    it has met the inner nodes of the index, not these leaves."""
    top = site.rows("SELECT count(*) AS n FROM pages")[0]["n"] - 2

    def ask(numbers):
        return median_in_worker(site, "/api/v1/public/pages/{slug}", [
            f"/api/v1/public/pages/model-w{k * 7919 % top + 1:07d}"
            for k in numbers])
    if turn == 0:
        ask(range(1000))
    return ask(range(1000 + 800 * turn, 1800 + 800 * turn))


def first_list(site, _turn):
    return median_in_worker(site, "/api/v1/public/pages",
                            ["/api/v1/public/pages"] * 300)


def by_cursor(site, _turn):
    since, cursor, turns = len(site.log("app")), "", 0
    answer = site.api.get("/api/v1/public/pages?per_page=100")
    while turns < 3000:
        cursor = answer.json["pagination"]["next_cursor"]
        if cursor is None:
            break
        answer = site.api.get("/api/v1/public/pages?per_page=100&cursor="
                              + urllib.parse.quote(cursor))
        assert answer.status == 200, answer
        turns += 1
    return statistics.median(worker_times(site, "/api/v1/public/pages",
                                          since)[-500:])


def by_word(site, turn):
    top = (site.rows("SELECT count(*) AS n FROM pages")[0]["n"] - 2) // 20
    return median_in_worker(site, "/api/v1/public/search", [
        f"/api/v1/public/search?q=w{k * 7919 % (top - 1) + 1:07d}"
        for k in range(300 * turn, 300 * turn + 300)])


def worst_word(site):
    """Milliseconds for a word that stands in every page."""
    return median_in_worker(site, "/api/v1/public/search", [
        f"/api/v1/public/search?q=common&per_page={k}"
        for k in range(11, 20)]) / 1000
