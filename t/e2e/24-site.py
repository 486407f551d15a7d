#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The public site: pages for people, as HTML that needs no script."""
import html.parser
import json
import re
import sqlite3
import xml.etree.ElementTree as ET

from harness import Client, run, until

PAGES = "/api/v1/content/pages"
PREVIEW_SECONDS = 3600
VOID = {"meta", "link", "img", "input", "br", "hr"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


class Page(html.parser.HTMLParser):
    """A page taken apart; complains of what is not well formed."""

    def __init__(self, answer):
        super().__init__()
        kind = answer.header("Content-Type")
        assert kind == "text/html; charset=utf-8", answer
        self.open, self.tags, self.texts = [], [], {}
        self.feed(answer.text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        names = [k for k, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        # The policy of the site forbids what stands within the page.
        assert tag != "style" and "style" not in names, (tag, attrs)
        assert not [n for n in names if n.startswith("on")], (tag, attrs)
        attrs = dict(attrs)
        assert tag != "script" or "src" in attrs or \
            attrs["type"] == "application/ld+json", attrs
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag, **wanted):
        wanted = {k.rstrip("_"): v for k, v in wanted.items()}
        return [a for t, a in self.tags if t == tag and
                all(a.get(k) == v for k, v in wanted.items())]

    def one(self, tag, **wanted):
        found = self.all(tag, **wanted)
        assert len(found) == 1, (tag, wanted, found)
        return found[0]

    def text(self, tag):
        return "".join(self.texts.get(tag, []))

    @property
    def alternates(self):
        return {a["hreflang"]: a["href"]
                for a in self.all("link", rel="alternate")}

    @property
    def lang(self):
        return self.one("html")["lang"]


def _base(site):
    return f"http://localhost:{site.spa_port}"


def _create(site, **fields):
    fields.setdefault("status", "published")
    answer = site.admin().post(PAGES, fields)
    assert answer.status == 201, answer
    return answer.data


def _page(site, path, status=200, **headers):
    answer = site.spa.get(path, **headers)
    assert answer.status == status, answer
    return Page(answer)


def the_root_leads_to_the_visitors_language(site):
    for cookie, accept, lang in (
            (None, None, "en"), (None, "de-AT,en;q=0.5", "de"),
            (None, "fr", "en"), ("lang=de", "en", "de"),
            ("a=b; lang=en", "de", "en"), ("lang=xx", "de", "de")):
        answer = site.spa.get("/", Cookie=cookie, Accept_Language=accept)
        assert answer.status == 302, answer
        assert answer.header("Location") == f"{_base(site)}/{lang}/", answer
        vary = answer.header("Vary").lower()
        assert "cookie" in vary and "accept-language" in vary, answer
        assert answer.header("Cache-Control") == "no-store", answer


def a_language_has_one_home(site):
    for lang in ("en", "de"):
        answer = site.spa.get(f"/{lang}")
        assert answer.status == 301, answer
        assert answer.header("Location") == f"{_base(site)}/{lang}/"
        page = _page(site, f"/{lang}/")
        assert page.lang == lang
        assert page.one("link", rel="canonical")["href"] == \
            f"{_base(site)}/{lang}/"
    _page(site, "/fr", 404)
    _page(site, "/fr/", 404)


def a_page_says_what_it_is_in_each_language(site):
    _create(site, slug="offer", slugs={"de": "angebot"},
            title={"en": "Our <offer>", "de": "Unser Angebot"},
            seo_title={"en": "The best offer"},
            meta_description={"en": "What we \"sell\"", "de": "Was wir tun"},
            content={"en": "One *two*.", "de": "Eins *zwei*."})
    en, de = _page(site, "/en/offer"), _page(site, "/de/angebot")
    base = _base(site)
    wanted = {"en": base + "/en/offer", "de": base + "/de/angebot",
              "x-default": base + "/en/offer"}
    for page, lang in ((en, "en"), (de, "de")):
        assert page.lang == lang
        assert page.alternates == wanted, page.alternates
        assert page.one("link", rel="canonical")["href"] == wanted[lang]
        assert page.one("meta", property="og:url")["content"] == wanted[lang]
        data = json.loads(page.text("script"))
        assert data["@type"] == "WebPage" and data["inLanguage"] == lang
        assert data["url"] == wanted[lang], data
        assert not page.all("meta", name="robots")
        assert page.one("article")["lang"] == lang
    assert en.text("title").startswith("The best offer"), en.text("title")
    assert en.text("h1") == "Our <offer>" and en.text("em") == "two"
    assert en.one("meta", name="description")["content"] == 'What we "sell"'
    assert de.one("meta", property="og:title")["content"] == "Unser Angebot"
    assert site.spa.get("/de/angebot").header("Content-Language") == "de"


def a_missing_language_shows_the_default_one_and_says_so(site):
    _create(site, slug="only-english", title={"en": "English only"},
            content={"en": "Words"})
    page = _page(site, "/de/only-english")
    base = _base(site)
    assert page.lang == "de"
    assert page.one("article")["lang"] == "en"
    assert page.one("h1")["lang"] == "en"
    assert page.one("p", class_="note")
    assert page.alternates == {"en": base + "/en/only-english",
                               "x-default": base + "/en/only-english"}
    assert page.one("link", rel="canonical")["href"] == \
        base + "/en/only-english"
    assert not _page(site, "/en/only-english").all("p", class_="note")
    # German words, English title: still a German page in its words.
    _create(site, slug="half", title={"en": "Half"},
            content={"en": "Words", "de": "Worte"})
    page = _page(site, "/de/half")
    assert page.one("article")["lang"] == "de"
    assert page.one("h1")["lang"] == "en"


def old_and_foreign_addresses_lead_to_the_right_one(site):
    page = _create(site, slug="first-name", slugs={"de": "erster-name"},
                   title={"en": "Moving", "de": "Umzug"})
    answer = site.admin().patch(f"{PAGES}/{page['id']}", {
        "slug": "second-name", "slugs": {"de": "zweiter-name"}})
    assert answer.status == 200, answer
    for path, to in (("/en/first-name", "/en/second-name"),
                     ("/de/erster-name", "/de/zweiter-name"),
                     ("/en/zweiter-name", "/en/second-name"),
                     ("/de/second-name", "/de/zweiter-name"),
                     ("/de/first-name", "/de/zweiter-name"),
                     ("/en/second-name/", "/en/second-name"),
                     ("/en/first-name/", "/en/second-name"),
                     ("/de/first-name?utm_source=mail&x=%C3%A4",
                      "/de/zweiter-name?utm_source=mail&x=%C3%A4"),
                     ("/en?utm_source=mail", "/en/?utm_source=mail")):
        answer = site.spa.get(path)
        assert answer.status == 301, (path, answer)
        assert answer.header("Location") == _base(site) + to, answer
    _page(site, "/en/second-name")
    answer = site.spa.get("/?utm_source=mail", Accept_Language="de")
    assert answer.header("Location") == \
        _base(site) + "/de/?utm_source=mail", answer
    assert site.spa.get("/en/second-name?utm_source=mail").status == 200


def what_is_not_there_is_a_true_404(site):
    _create(site, slug="hidden", title={"en": "Hidden"}, status="draft")
    for path in ("/en/nothing", "/fr/nothing", "/nothing.html", "/a/b/c/d",
                 "/en/hidden", "/en/no/such", "/favicon.ico",
                 "/en/nothing/", "/en/hidden/", "/fr/nothing/",
                 "/wp-login.php", "/sitemaps/x.xml", "/sitemaps/0.xml",
                 "/sitemaps/99.xml", "/static/other.css", "/%F0%9F%98%80"):
        answer = site.spa.get(path)
        assert answer.status == 404, (path, answer)
        page = Page(answer)
        assert page.one("meta", name="robots")["content"] == "noindex"
        assert not page.all("link", rel="canonical")
        assert answer.header("Cache-Control") == "no-store"
        assert "Hidden" not in answer.text
    assert _page(site, "/de/nichts", 404).lang == "de"
    assert _page(site, "/x/y", 404, Accept_Language="de").lang == "de"
    assert _page(site, "/x/y", 404, Cookie="lang=de").lang == "de"


def redirects_count_only_where_nothing_stands(site):
    for old, new, status in (("/old.html", "/en/offer", 301),
                             ("/alt/pfad/seite", "/de/angebot", 302),
                             ("/ü", "https://other.example/ü", 301),
                             ("/s%C3%BCd", "/en/offer", 301),
                             ("/en/old-news", "/en/offer", 301),
                             ("/en/offer", "/en/nothing", 301)):
        answer = site.admin().post("/api/v1/admin/redirects", {
            "from_path": old, "to_url": new, "status": status})
        assert answer.status == 201, answer
    base = _base(site)
    for path, status, to in (
            ("/old.html", 301, base + "/en/offer"),
            ("/old.html?utm_source=x", 301, base + "/en/offer"),
            ("/alt/pfad/seite", 302, base + "/de/angebot"),
            ("/alt/pfad/seite/", 302, base + "/de/angebot"),
            ("/%C3%BC", 301, "https://other.example/%C3%BC"),
            ("/s%C3%BCd", 301, base + "/en/offer"),
            ("/en/old-news/", 301, base + "/en/offer")):
        answer = site.spa.get(path)
        assert (answer.status, answer.header("Location")) == (status, to), \
            (path, answer)
    _page(site, "/en/offer")


def a_preview_link_shows_the_draft_and_nothing_else_does(site):
    page = _create(site, slug="plan", title={"en": "Plan", "de": "Vorhaben"},
                   content={"en": "secret words"}, status="draft")
    _page(site, "/en/plan", 404)
    answer = site.admin().post(f"{PAGES}/{page['id']}/preview")
    assert answer.status == 201, answer
    url = answer.data["url"]
    assert url.startswith(_base(site) + "/en/preview/"), url
    path = url[len(_base(site)):]
    answer = site.spa.get(path)
    assert answer.status == 200 and "secret words" in answer.text, answer
    assert Page(answer).one("meta", name="robots")["content"] == "noindex"
    assert answer.header("Referrer-Policy") == "no-referrer"
    assert "noindex" in answer.header("X-Robots-Tag")
    assert answer.header("Cache-Control") == "no-store"
    assert _page(site, path.replace("/en/", "/de/")).lang == "de"
    _page(site, path[:-2] + "xx", 404)
    token = path.rpartition("/")[2]
    assert token not in site.logs()
    site.set_clock(PREVIEW_SECONDS + 5)
    try:
        answer = until(lambda: site.spa.get(path), 1)
        assert answer.status == 410, answer
        assert "secret words" not in answer.text
        Page(answer)
    finally:
        site.set_clock(0)


def blocks_become_html_and_nothing_runs(site):
    evil = "<script>alert(1)</script>"
    _create(site, slug="blocks", title={"en": "Blocks</script>" + evil},
            content={"en": [
                {"type": "hero", "heading": "Big & bold",
                 "subheading": "Under *it*", "cta_label": "Go",
                 "cta_url": "/en/offer"},
                {"type": "text", "text": "## Two\n\n" + evil},
                {"type": "cta", "heading": "Call", "text": "now",
                 "label": "Call us", "url": "tel:+49301234"},
                {"type": "video", "url": "https://video.example/1",
                 "title": "A film"},
                {"type": "testimonial", "quote": "Good.", "author": "A. B.",
                 "role": "Boss"},
                {"type": "features", "heading": "Why", "items": [
                    {"title": "Fast", "text": "very"},
                    {"title": "Small"}]},
                {"type": "form", "form": "contact"},
                {"type": "html", "html": f'<p onclick="x()">Old</p>{evil}'
                 '<table><tr><td>cell</td></tr></table><embed src="/x">'
                 '<p>After <input name="x">the <img src="javascript:x">film'
                 '</p><link rel="x"><p>End</p>'},
            ]})
    answer = site.spa.get("/en/blocks")
    page = Page(answer)
    assert len(page.all("script")) == 2, answer.text
    assert json.loads(page.text("script"))["name"] == \
        "Blocks</script>" + evil
    assert page.text("h1") == "Big & bold"
    assert page.text("h2") == "TwoCallWhy", page.texts
    assert "Fast" in page.text("h3") and page.text("td") == "cell"
    assert "<p>After the film</p><p>End</p>" in answer.text, answer.text
    links = [a["href"] for a in page.all("a", class_="button")]
    assert links == ["/en/offer", "tel:+49301234"], links
    assert page.all("a", href="https://video.example/1")
    assert "A. B., Boss" in page.text("figcaption")
    assert "alert" not in answer.text.partition("<article")[2]


def pictures_have_words_and_sizes(site):
    def picture(**fields):
        # One white pixel.
        png = bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753"
            "de0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e"
            "44ae426082")
        answer = site.admin().upload("/api/v1/content/media", png, "a.png",
                                     **fields)
        assert answer.status == 201, answer
        return answer.data

    shown = picture(alt_text={"en": "A \"dot\"", "de": "Ein Punkt"})
    secret = picture(visibility="private", title="secret")
    block = {"type": "image", "media_id": shown["id"], "caption": "Fig. 1"}
    _create(site, slug="pictures", title={"en": "P", "de": "B"}, content={
        "en": [block, {"type": "image", "media_id": shown["id"],
                       "alt": "Other words"},
               {"type": "image", "media_id": secret["id"]}],
        "de": [block]})
    page = _page(site, "/en/pictures")
    first, second = page.all("img")
    assert first["src"] == second["src"] == shown["url"], first
    assert (first["width"], first["height"]) == ("1", "1"), first
    assert first["alt"] == 'A "dot"' and second["alt"] == "Other words"
    assert page.one("meta", property="og:image")["content"] == shown["url"]
    assert page.text("figcaption") == "Fig. 1"
    assert _page(site, "/de/pictures").one("img")["alt"] == "Ein Punkt"


def menus_lead_through_the_site(site):
    page = _create(site, slug="menu-page", slugs={"de": "menue-seite"},
                   title={"en": "M", "de": "M"})
    menus = {m["name"]: m for m in
             site.admin().get("/api/v1/admin/menus").data}
    answer = site.admin().patch(
        f"/api/v1/admin/menus/{menus['main']['id']}", {"items": [
            {"label": {"en": "Top", "de": "Oben"}, "page_id": page["id"],
             "children": [{"label": {"en": "Below"}, "url": "/en/offer"}]},
            {"label": {"en": "Away"}, "url": "https://away.example/"}]})
    assert answer.status == 200, answer
    home = _page(site, "/de/")
    assert home.one("a", href=_base(site) + "/de/menue-seite")
    assert home.one("a", href=_base(site) + "/en/offer")
    assert home.one("a", href="https://away.example/")
    assert "Oben" in home.text("a") and "Below" in home.text("a")
    here = _page(site, "/en/menu-page").all("a", aria_current="page") or \
        [a for a in _page(site, "/en/menu-page").all("a")
         if a.get("aria-current") == "page"]
    assert [a["href"] for a in here] == [_base(site) + "/en/menu-page"]


def a_change_is_seen_at_once_and_costs_nothing_unchanged(site):
    page = _create(site, slug="news", title={"en": "News"},
                   content={"en": "first"})
    seen = [Client(site.spa_port) for _ in range(6)]
    for client in seen:
        assert "first" in client.get("/en/news").text
    answer = site.spa.get("/en/news")
    assert answer.header("Cache-Control") == \
        "public, max-age=0, must-revalidate"
    etag = answer.header("ETag")
    assert site.spa.get("/en/news", If_None_Match=etag).status == 304
    site.admin().patch(f"{PAGES}/{page['id']}", {"content": {"en": "second"}})
    for client in seen:
        assert "second" in client.get("/en/news").text
    answer = site.spa.get("/en/news", If_None_Match=etag)
    assert answer.status == 200 and answer.header("ETag") != etag
    site.admin().post(f"{PAGES}/{page['id']}/unpublish")
    for client in seen:
        assert client.get("/en/news").status == 404


def search_works_without_a_script(site):
    _create(site, slug="groesse", slugs={"de": "die-groesse"},
            title={"en": "Size matters", "de": "Die Größe zählt"},
            content={"en": "A tall <b>tale</b>.",
                     "de": "Über die Größe von Häusern."})
    page = _page(site, "/de/search")
    assert page.all("form", method="get")
    assert page.one("meta", name="robots")["content"] == "noindex"
    for word in ("Gr%C3%B6%C3%9Fe", "groesse", "grosse", "gr%C3%B6s"):
        page = _page(site, "/de/search?q=" + word)
        assert page.all("a", href=_base(site) + "/de/die-groesse"), word
    assert "Größe" in page.text("mark") or "Größe" in page.text("p")
    assert not _page(site, "/de/search?q=xyzzy").all("mark")
    page = _page(site, '/en/search?q=%22%3E%3Cscript%3E')
    assert page.one("input", id="q")["value"] == '"><script>'
    assert page.all("a", hreflang="de")
    for query in ("", "q=", "q=%20", "q=size&page=999", "q=size&page=x",
                  "q=size&lang=xx&unknown=1", "q=*", "q=a%22b",
                  "q=" + "%C3%A4" * 150):
        _page(site, "/en/search?" + query)


def sitemap_and_robots_tell_what_is_public(site):
    answer = site.spa.get("/robots.txt")
    assert answer.header("Content-Type").startswith("text/plain"), answer
    assert f"Sitemap: {_base(site)}/sitemap.xml" in answer.text
    assert "Disallow: /api/" in answer.text
    answer = site.spa.get("/sitemap.xml")
    assert answer.header("Content-Type").startswith("application/xml")
    urls = {u.find(SITEMAP + "loc").text: u
            for u in ET.fromstring(answer.body)}
    base = _base(site)
    assert base + "/en/offer" in urls and base + "/de/angebot" in urls
    assert base + "/en/only-english" in urls
    assert base + "/de/only-english" not in urls
    assert base + "/en/hidden" not in urls and base + "/en/plan" not in urls
    links = {a.get("hreflang"): a.get("href") for a in
             urls[base + "/en/offer"].iter(XHTML + "link")}
    assert links == {"en": base + "/en/offer", "de": base + "/de/angebot",
                     "x-default": base + "/en/offer"}, links
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                        urls[base + "/en/offer"].find(
                            SITEMAP + "lastmod").text)


def errors_are_pages_here_and_envelopes_there(site):
    answer = site.spa.post("/en/offer", {})
    assert answer.status == 405, answer
    assert "GET" in answer.header("Allow"), answer
    Page(answer)
    assert site.spa.head("/en/offer").status == 200
    assert site.spa.head("/en/offer").body == b""
    assert site.api.get("/en/offer").code == "NOT_FOUND"
    assert site.api.get("/sitemap.xml").code == "NOT_FOUND"
    assert site.spa.get("/api/v1/nothing").code == "NOT_FOUND"
    Page(site.spa.get("/apiary"))


def maintenance_is_a_page_that_says_when_to_come_back(site):
    def switch(on):
        answer = site.admin().patch("/api/v1/admin/settings",
                                    {"maintenance_mode": on})
        assert answer.status == 200, answer

    switch(True)
    try:
        answer = site.spa.get("/de/angebot")
        assert answer.status == 503 and answer.header("Retry-After"), answer
        page = Page(answer)
        assert page.lang == "de" and "Wartung" in page.text("h1")
        assert site.spa.get(page.one(
            "link", rel="stylesheet")["href"][len(_base(site)):]).status == 200
    finally:
        switch(False)
    _page(site, "/de/angebot")


def style_and_script_are_kept_for_ever_under_their_own_names(site):
    page = _page(site, "/en/offer")
    script = [a["src"] for a in page.all("script") if "src" in a]
    style = page.one("link", rel="stylesheet")["href"]
    for href, kind in ((style, "css"), (script[0], "javascript")):
        assert href.startswith(_base(site) + "/static/site-"), href
        answer = site.spa.get(href[len(_base(site)):])
        assert answer.status == 200, answer
        assert answer.header("Content-Type") == f"text/{kind}; charset=utf-8"
        assert "immutable" in answer.header("Cache-Control")
        assert answer.header("X-Content-Type-Options") == "nosniff"
    answer = site.spa.get("/static/site-0123456789ab.css")
    assert answer.status == 200
    assert "immutable" not in answer.header("Cache-Control")


def the_policy_allows_nothing_within_a_page(site):
    for path, status in (("/en/offer", 200), ("/en/nothing", 404)):
        answer = site.spa.get(path)
        assert answer.status == status
        policy = answer.header("Content-Security-Policy")
        assert "default-src 'none'" in policy, policy
        assert "unsafe" not in policy and "*" not in policy, policy
        assert "frame-ancestors 'none'" in policy, policy


def a_large_site_has_its_sitemap_in_parts(site):
    db = sqlite3.connect(site.env["DATABASE_URL"], timeout=10)
    db.execute("PRAGMA wal_autocheckpoint=0")
    with db:
        db.executemany(
            "INSERT INTO pages (slug, title, status, published_at)"
            " VALUES (?, ?, 'published', '2026-01-01 00:00:00')",
            ((f"many-{i}", f'{{"en":"Many {i}"}}') for i in range(2500)))
    db.close()
    answer = site.spa.get("/sitemap.xml")
    parts = [e.text for e in ET.fromstring(answer.body).iter(SITEMAP + "loc")]
    assert len(parts) >= 2, parts
    found = []
    for part in parts:
        answer = site.spa.get(part[len(_base(site)):])
        assert answer.status == 200, answer
        found += [e.text for e in
                  ET.fromstring(answer.body).iter(SITEMAP + "loc")]
    assert len(found) == len(set(found))
    assert sum("/en/many-" in u for u in found) == 2500
    assert _base(site) + "/de/angebot" in found


def a_site_without_a_home_page_lists_its_pages(site):
    answer = site.admin().patch("/api/v1/admin/settings", {"home_page": ""})
    assert answer.status == 200, answer
    _create(site, slug="latest", title={"en": "Latest", "de": "Neuestes"},
            excerpt={"en": "Just in"})
    page = _page(site, "/de/")
    assert page.one("a", href=_base(site) + "/de/latest")
    assert page.alternates["de"] == _base(site) + "/de/"


def each_entry_of_a_list_leads_to_what_it_names(site):
    site.admin().patch("/api/v1/admin/settings", {"home_page": ""})
    for n in ("one", "two"):
        _create(site, slug=f"kelvin-{n}", slugs={"de": f"grad-{n}"},
                title={"en": f"Kelvin {n}", "de": f"Grad {n}"},
                excerpt={"en": f"words {n}", "de": f"Worte {n}"},
                content={"en": f"zero kelvins {n}", "de": f"null Grad {n}"})
    _create(site, slug="kelvin-en", title={"en": "Kelvin en"},
            content={"en": "zero kelvins en"})
    for lang, slug, title in (("en", "kelvin", "Kelvin"),
                              ("de", "grad", "Grad")):
        for path in (f"/{lang}/search?q={slug}", f"/{lang}/"):
            found = dict(re.findall(
                r'<h2><a href="(.*?)">(.*?)</a></h2>\s*<p>',
                site.spa.get(path).text))
            for n in ("one", "two"):
                url = f"{_base(site)}/{lang}/{slug}-{n}"
                assert found[url] == f"{title} {n}", (path, found)
                assert _page(site, f"/{lang}/{slug}-{n}").text("h1") == \
                    f"{title} {n}"


if __name__ == "__main__":
    run(globals())
