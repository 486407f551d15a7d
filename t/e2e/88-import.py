#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Coming from WordPress: its export becomes pages, media, menus, redirects."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import ROOT, Skip, run

DE = os.path.join(ROOT, "t/fixtures/wordpress-de.xml")
EN = os.path.join(ROOT, "t/fixtures/wordpress-en.xml")
PAGES = "/api/v1/content/pages"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>T</title>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://gen.example</wp:base_blog_url>
"""
TAIL = "</channel></rss>\n"


def _uploads(site):
    """A copy of wp-content/uploads, as an operator brings one."""
    folder = os.path.join(site.dir, "uploads")
    if not os.path.exists(folder):
        os.makedirs(folder + "/2020/05")
        with open(os.path.join(ROOT, "t/fixtures/photo.jpg"), "rb") as f:
            photo = f.read()
        for name in ("foto", "gross-scaled"):
            with open(f"{folder}/2020/05/{name}.jpg", "wb") as f:
                f.write(photo)
    return folder


def _import(site, path, *more):
    done = site.magnetiq("import-wordpress", path, "--json", *more)
    return json.loads(done.stdout)


def _said(report, words):
    """Of what the report says something with these words."""
    found = [i for n in report["notes"] if words in n["what"]
             for i in n["items"]]
    assert found, (words, report["notes"])
    return " | ".join(found)


def _counts(site):
    return {t: site.rows(f"SELECT count(*) AS n FROM {t}")[0]["n"]
            for t in ("pages", "media_files", "menus", "redirects", "imports",
                      "admin_users", "page_versions", "audit_log")}


def _file(site, text, name="x.xml"):
    path = os.path.join(site.dir, name)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())
    return path


def _item(n, body="<p>words</p>", status="publish"):
    return (f"<item><title>Page {n}</title>"
            f"<link>https://gen.example/p/{n}/</link>"
            f"<guid>https://gen.example/?p={n}</guid>"
            f"<content:encoded><![CDATA[{body}]]></content:encoded>"
            f"<wp:post_id>{n}</wp:post_id><wp:post_name>gen-{n}"
            f"</wp:post_name><wp:status>{status}</wp:status>"
            f"<wp:post_date_gmt>2020-01-01 00:00:00</wp:post_date_gmt>"
            f"<wp:post_type>post</wp:post_type></item>\n")


def a_dry_run_says_all_of_it_and_changes_nothing(site):
    site.admin()
    before = _counts(site)
    report = _import(site, DE, "--media-dir", _uploads(site), "--dry-run")
    assert report["dry_run"] is True and report["language"] == "de"
    assert report["pages"] == {"new": 7, "known": 0}, report
    assert report["media"]["new"] == 2 and report["menus"]["new"] == 1
    assert _counts(site) == before
    assert not glob.glob(site.env["DATABASE_URL"] + ".try*")
    assert "dry-run" not in json.dumps(report["notes"])


def posts_and_pages_become_pages_with_their_texts_and_times(site):
    report = _import(site, DE, "--media-dir", _uploads(site))
    assert report["pages"]["new"] == 7 and report["media"]["new"] == 2
    admin = site.admin()
    page, = admin.get(PAGES + "?search=Arbeit").data
    page = admin.get(f"{PAGES}/{page['id']}").data
    assert page["slug"] == "ueber-uns" and page["status"] == "published"
    assert page["title"]["de"] == "Über uns & unsere Arbeit"
    assert page["excerpt"]["de"] == "Wer wir sind."
    assert page["seo_title"]["de"] == "Müller & Söhne: wer wir sind"
    assert page["meta_description"]["de"] == "Beratung seit 1950"
    assert page["published_at"] == page["created_at"] == \
        "2020-05-05T08:30:00Z"
    assert page["updated_at"] == "2023-01-02T03:04:05Z"
    assert page["sort_order"] == 3
    block, = page["content"]["de"]
    assert block["type"] == "html" and "<!--" not in block["html"]


def authors_are_found_by_their_address_and_never_made_unasked(site):
    me = site.rows("SELECT id FROM admin_users")
    assert len(me) == 1, me
    rows = {r["slug"]: r["author_id"] for r in
            site.rows("SELECT slug, author_id FROM pages")}
    assert rows["ueber-uns"] == me[0]["id"], rows
    assert rows["erster-beitrag"] is None


def what_was_not_public_is_not_public_here(site):
    rows = {r["slug"]: r for r in site.rows("SELECT * FROM pages")}
    for slug in ("intern", "kennwort", "post-9", "spaeter"):
        assert rows[slug]["status"] == "draft", slug
        assert site.spa.get(f"/de/{slug}").status == 404, slug
    assert rows["spaeter"]["publish_at"] == "2090-01-01 08:00:00"
    assert not any("weg" in slug for slug in rows)
    assert "sesam" not in json.dumps([dict(r) for r in rows.values()])


def the_public_page_shows_it_cleaned_with_the_files_from_here(site):
    text = site.spa.get("/de/ueber-uns").text
    assert "Grüß Gott" in text and "alert(1)" not in text
    assert "alt.example" not in text.replace("anderswo.example", "")
    src = re.search(r'<img src="([^"]*/media/[^"]*)"', text)[1]
    got = site.spa.get(re.sub(r"^https?://[^/]*", "", src))
    assert got.status == 200 and got.header("Content-Type") == "image/jpeg"
    text = site.spa.get("/de/erster-beitrag").text
    assert text.count("/media/") >= 3, text
    assert "<figcaption> Die <em>Unterschrift</em></figcaption>" in text
    assert "<p>Ein Absatz ohne Auszeichnung,<br>" in text
    assert "uploads/2020/05/fehlt.pdf" in text
    medium, = site.rows("SELECT * FROM media_files WHERE original_filename ="
                        " 'foto.jpg'")
    assert json.loads(medium["alt_text"])["de"] == "Ein Dach"
    assert medium["folder"] == "/wordpress/2020/05"
    answer = site.admin().delete(f"/api/v1/content/media/{medium['id']}")
    assert answer.status == 409, "a page shows it"


def old_addresses_lead_to_the_new_ones(site):
    for old, new in (("/%C3%BCber-uns/", "/de/ueber-uns"),
                     ("/2021/05/erster-beitrag", "/de/erster-beitrag"),
                     ("/unter/erster-beitrag/", "/de/erster-beitrag-2")):
        answer = site.spa.get(old)
        assert answer.status == 301, answer
        assert answer.header("Location").endswith(new), answer


def menus_come_in_their_order_and_depth(site):
    menu = site.api.get("/api/v1/public/menus?lang=de").data["hauptmenue"]
    assert [m["label"] for m in menu] == ["Über uns & unsere Arbeit", "Mehr"]
    assert menu[1]["children"][0]["url"].endswith("/de/erster-beitrag")


def the_report_names_what_was_changed_or_left_out(site):
    folder = tempfile.mkdtemp(dir=site.dir)
    report = _import(site, DE, "--media-dir", folder, "--dry-run")
    assert report["pages"] == {"new": 0, "known": 7}
    assert "product 14" in _said(report, "kind of thing")
    assert "trash" in json.dumps(report["notes"])
    assert "attachment 15" in _said(report, "not in --media-dir")
    assert "attachment 16 (passwd)" in _said(report, "not in --media-dir")
    assert "jule" in _said(report, "whose address no user has")


def the_same_file_twice_makes_nothing_double(site):
    before = _counts(site)
    title = '{"en":"Mine","de":"Meins"}'
    site.sql("UPDATE pages SET title = ? WHERE slug = 'intern'", title)
    report = _import(site, DE, "--media-dir", _uploads(site))
    assert report["pages"] == {"new": 0, "known": 7}
    assert report["media"] == {"new": 0, "known": 2}
    assert report["redirects"]["new"] == 0 and report["menus"]["known"] == 1
    assert _counts(site) == before
    assert site.rows("SELECT title FROM pages WHERE slug = 'intern'") == \
        [{"title": title}]


def what_was_deleted_here_stays_deleted(site):
    admin = site.admin()
    page, = site.rows("SELECT id FROM pages WHERE slug = 'kennwort'")
    assert admin.delete(f"{PAGES}/{page['id']}").status == 204
    assert _import(site, DE)["pages"] == {"new": 0, "known": 7}


def latin_1_and_the_older_format_are_read(site):
    report = _import(site, EN, "--make-users")
    assert report["language"] == "en" and report["pages"]["new"] == 2
    assert report["authors"]["made"] == 1
    page, = site.rows("SELECT * FROM pages WHERE slug = 'tom-jerry'")
    assert json.loads(page["title"]) == {"en": "Tom & Jerry – at the Café"}
    assert json.loads(page["content"])["en"][0]["html"].startswith(
        '<p>Café <a href="/blog/about#team">')
    user, = site.rows("SELECT * FROM admin_users WHERE email ="
                      " 'sam@old.example'")
    assert user["is_active"] == 0 and user["hashed_password"] == ""
    assert site.rows("SELECT * FROM password_resets") == []
    slugs = [r["slug"] for r in site.rows("SELECT slug FROM pages")]
    assert "2011" in slugs


def a_file_that_is_not_whole_changes_nothing(site):
    before = _counts(site)
    with open(DE, "rb") as f:
        good = f.read()
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">'
                     for i in range(1, 10))
    for name, text, words in (
            ("cut", good[:9000], "line"),
            ("tag", good.replace(b"</item>", b"</itme>", 1), "mismatched"),
            ("latin", HEAD.encode() + b"<title>Caf\xe9</title>" +
             TAIL.encode(), "not well-formed"),
            ("code", HEAD.replace("UTF-8", "klingon") + TAIL, "encoding"),
            ("empty", "", "no element"),
            ("other", "<html><body/></html>", "no export of WordPress"),
            ("feed", "<rss><channel><item/></channel></rss>",
             "no export of WordPress"),
            ("laughs", '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">'
             + laughs + "]>" + HEAD[39:] + "<item><title>&l9;</title></item>"
             + TAIL, "document type"),
            ("outside", '<!DOCTYPE rss SYSTEM "file:///etc/passwd">' +
             HEAD[39:] + TAIL, "document type"),
            ("deep", HEAD + "<item>" + "<a>" * 100, "deep"),
            ("endless", HEAD + "<!--" + "x" * 3000000, "without an end")):
        done = site.magnetiq("import-wordpress", _file(site, text),
                             check=False)
        assert done.returncode == 1 and words in done.stderr, (name, done)
    assert _counts(site) == before


def odd_things_in_a_good_file_are_told_not_fatal(site):
    path = _file(site, HEAD +
                 _item(1, "bell \x07 here") +
                 _item(2).replace("<title>Page 2", "<title>" + "x" * 400) +
                 _item(3, "y" * 1100000) + _item(4, status="auto-draft") +
                 _item(6).replace("/p/6/", "/de/circle/") +
                 _item(5, '[contact-form-7 id="1"]<a href="' + "z" * 3000) +
                 TAIL)
    site.sql("INSERT INTO redirects (from_path, to_url) VALUES"
             " ('/en/gen-6', '/de/circle')")
    report = _import(site, path)
    assert report["pages"]["new"] == 4, report
    assert "post 2" in _said(report, "too long: it was cut")
    assert "post 3" in _said(report, "is left out: it is too long")
    assert "post 5" in _said(report, "shortcode")
    assert "the file" in _said(report, "control characters")


def translations_of_polylang_become_one_page(site):
    def item(n, lang, slug, group, body):
        return _item(n, body).replace(f"gen-{n}", slug).replace(
            "</item>", f'<category domain="language" nicename="{lang}">'
            f'x</category><category domain="post_translations"'
            f' nicename="{group}">x</category></item>').replace(
            f"/p/{n}/", f"/{lang}/{slug}/x/")
    text = HEAD + item(7001, "de", "anfahrt", "pll_1", "So geht es") + \
        item(7002, "en", "directions", "pll_1", "This way") + \
        item(7003, "en", "prices", "pll_2", "Dear") + \
        item(7004, "de", "anfahrt", "pll_2", "Teuer") + \
        item(7005, "fr", "prix", "pll_2", "Cher") + TAIL
    report = _import(site, _file(site, text))
    assert report["pages"]["new"] == 2, report
    assert report["translations"]["new"] == 2, report
    assert "post 7005" in _said(report, "language fr is none")
    text = site.spa.get("/de/anfahrt").text
    assert "So geht es" in text and "This way" not in text
    assert "This way" in site.spa.get("/en/directions").text
    assert site.spa.get("/en/anfahrt").header("Location").endswith(
        "/en/directions")
    text = site.spa.get("/de/prices").text
    assert "Teuer" in text, "the slug was taken, so both have one"
    answer = site.spa.get("/de/anfahrt/x")
    assert answer.status == 301 and \
        answer.header("Location").endswith("/de/anfahrt"), answer
    report = _import(site, _file(site, HEAD + item(
        7001, "de", "anfahrt", "pll_1", "x") + TAIL))
    assert report["pages"] == {"new": 0, "known": 1}


def wrong_use_is_told(site):
    for words in ([], ["a", "b"], [DE, "--nonsense"]):
        done = site.magnetiq("import-wordpress", *words, check=False)
        assert done.returncode == 2, done
    for words, said in ((["/nowhere.xml"], "No such file"),
                        (["/dev/zero"], "no plain file"),
                        ([DE, "--language", "fr"], "not a language"),
                        ([DE, "--media-dir", "/nowhere"], "no folder")):
        done = site.magnetiq("import-wordpress", *words, check=False)
        assert done.returncode == 1 and said in done.stderr, done


def fifty_megabytes_take_no_more_memory_than_one(site):
    if "ASAN_OPTIONS" in os.environ:
        raise Skip("a sanitizer keeps what was freed for a while")

    def peak(items):
        path = os.path.join(site.dir, "big.xml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(HEAD)
            for n in range(items):
                # Few become pages, so that the time goes into reading.
                f.write(_item(1000 + n, "<p>" + "word " * 20000 + "</p>",
                              "publish" if n % 100 == 0 else "trash"))
            f.write(TAIL)
        code = ("import resource, subprocess, sys;"
                "r = subprocess.run(sys.argv[1:], stdout=-3).returncode;"
                "print(r, resource.getrusage("
                "resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run(
            ["/usr/bin/python3", "-c", code, site.env["MAGNETIQ"],
             "import-wordpress", path], env={**site.environ, **site.env},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            timeout=300, check=True)
        status, kib = map(int, done.stdout.split())
        assert status == 0
        return os.path.getsize(path), kib
    small, large = peak(10), peak(530)
    assert large[0] > 50 * 1024 * 1024, large
    assert large[1] < small[1] + 8 * 1024, (small, large)


def what_was_killed_goes_on_where_it_stopped(site):
    path = _file(site, HEAD + "".join(_item(5000 + n) for n in range(300)) +
                 TAIL)
    sql = ("SELECT count(*) AS n FROM pages WHERE slug LIKE 'gen-5%'"
           " AND length(slug) = 8")
    killed = 0
    for _ in range(40):
        p = subprocess.Popen([site.env["MAGNETIQ"], "import-wordpress", path],
                             env={**site.environ, **site.env},
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(0.15)
        if p.poll() is None and site.rows(sql)[0]["n"] < 300:
            p.send_signal(signal.SIGKILL)
            killed += 1
        p.wait()
        if site.rows(sql)[0]["n"] == 300 and killed > 1:
            break
    report = _import(site, path)
    assert killed > 0 and report["pages"]["new"] + \
        report["pages"]["known"] == 300, (killed, report)
    assert site.rows(sql)[0]["n"] == 300
    n, = site.rows("SELECT count(*) AS n FROM redirects"
                   " WHERE from_path LIKE '/p/5___'")
    assert n["n"] == 300
    assert site.magnetiq("verify").returncode == 0
    shutil.rmtree(_uploads(site))


run(globals(), "--no-demo")
