#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Forms for a message and for the newsletter: in pages, without a script."""
import html
import re
from urllib.parse import urlencode

from harness import Site, run, until
from jobs_done import letters

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
TYPED = {"name": "Ada Löwe", "email": "ada@example.org",
         "message": "One line\r\nand another", "privacy_consent": "yes"}


def _page(site, slug, *forms):
    blocks = [{"type": "form", "form": name} for name in forms]
    made = site.admin().post("/api/v1/content/pages", {
        "slug": slug, "status": "published",
        "title": {"en": "Talk", "de": "Reden"},
        "content": {"en": blocks, "de": blocks}})
    assert made.status == 201, made


def _fields(page):
    """(label, input) of the page, by the ids that join them."""
    labels = dict(re.findall(r'<label for="([^"]+)">([^<]+)</label>',
                             page.text))
    inputs = dict((m[1], m[0]) for m in re.finditer(
        r'<(?:input|textarea)[^>]* ?id="([^"]+)"[^>]*>', page.text))
    return labels, inputs


def _token(page):
    return re.search(r'name="form_token" value="([^"]*)"', page.text)[1]


def _send(site, form, fields, lang="en", after=5, path=None):
    token = _token(site.spa.get(path or f"/{lang}/forms/{form}"))
    site.set_clock(after)
    try:
        return site.spa.post(f"/{lang}/forms/{form}", urlencode(
            {"form_token": token, **fields}).encode(), **FORM)
    finally:
        site.set_clock(0)


def _sent(site, template):
    return site.rows("SELECT * FROM outbox WHERE template = ? ORDER BY id",
                     template)


def _thanked(site, answer, words):
    assert answer.status == 303, answer
    place = answer.header("Location")[len(site.env["SITE_URL"]):]
    page = site.spa.get(place)
    assert page.status == 200 and words in page.text, page
    assert "form_token" not in page.text
    return page


def a_block_in_a_page_is_a_form_that_needs_no_script(site):
    _page(site, "talk", "contact", "newsletter", "contact", "odd")
    for lang in ("en", "de"):
        page = site.spa.get(f"/{lang}/talk")
        assert page.status == 200, page
        actions = re.findall(r'<form class="offer" method="post"'
                             r' action="([^"#]+)[#"]', page.text)
        assert actions == [f"/{lang}/forms/{name}" for name in (
            "contact", "newsletter", "contact")], actions
        ids = re.findall(r' id="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), ids
        labels, inputs = _fields(page)
        assert set(labels) == set(inputs), (labels, inputs)
        assert page.text.count('name="homepage"') == 3
        assert page.text.count('name="message"') == 2
        policy = page.header("Content-Security-Policy")
        assert "form-action 'self'" in policy, policy
        assert "unsafe" not in policy, policy
        assert not re.search(r' (?:style|on\w+)="', page.text)
    assert "Nachricht senden" in page.text and "Abonnieren" in page.text
    assert '<section class="form" data-form="odd">\n</section>' in page.text


def a_page_without_a_form_has_no_moment_of_its_own(site):
    _page(site, "quiet", "odd")
    assert "form_token" not in site.spa.get("/en/quiet").text
    path = "/en/talk"
    before = _token(site.spa.get(path))
    site.set_clock(60)
    assert _token(site.spa.get(path)) != before
    site.set_clock(0)


def a_message_from_a_page_becomes_a_letter(site):
    site.admin().patch("/api/v1/admin/settings",
                       {"contact_address": "office@example.org"})
    done = _send(site, "contact", TYPED, path="/en/talk")
    _thanked(site, done, "your message is on its way")
    letter, = _sent(site, "contact")
    assert letter["recipient"] == "office@example.org"
    given, = site.rows("SELECT * FROM consents WHERE source = 'contact'")
    assert given["language"] == "en", given
    shown = html.unescape(site.spa.get("/en/forms/contact").text)
    assert given["wording"] in shown, given
    mail = until(lambda: letters(site, "office@example.org"))[0]
    text = mail.get_body(("plain",)).get_content()
    assert "One line" in text and "and another" in text, text
    assert "ada@example.org" in mail["Reply-To"], mail["Reply-To"]
    german = _send(site, "contact", {**TYPED, "email": "eva@example.org"},
                   "de")
    _thanked(site, german, "Ihre Nachricht ist unterwegs")
    given = site.rows("SELECT * FROM consents WHERE email_folded ="
                      " 'eva@example.org'")[0]
    assert given["language"] == "de", given


def the_newsletter_is_asked_for_and_confirmed_without_a_script(site):
    fields = {"email": "leser@example.org", "privacy_consent": "yes"}
    _thanked(site, _send(site, "newsletter", fields, "de"), "sobald Sie ihrem")
    row, = site.rows("SELECT * FROM subscribers")
    assert (row["status"], row["language"]) == ("pending", "de"), row
    mail = until(lambda: letters(site, "leser@example.org"))[0]
    url = re.search(r"https?://\S+/de/subscribe\?token=[\w.-]+",
                    mail.get_body(("plain",)).get_content())[0]
    path = url[url.index("/de/"):]
    token = path.partition("token=")[2]
    done = site.spa.post("/de/subscribe", urlencode(
        {"token": token}).encode(), **FORM)
    assert done.status == 200, done
    row, = site.rows("SELECT * FROM subscribers")
    assert row["status"] == "confirmed", row
    wording = site.rows("SELECT * FROM consents WHERE purpose ="
                        " 'newsletter'")[0]["wording"]
    shown = html.unescape(site.spa.get("/de/forms/newsletter").text)
    assert wording in shown, wording


def all_that_is_wrong_is_named_at_its_field(site):
    before = len(_sent(site, "contact")), len(_sent(site,
                                                    "newsletter-confirm"))
    for form, names in (("contact", ["name", "email", "message"]),
                        ("newsletter", ["email"])):
        for fields, faults, lang in (
                ({}, ["fehlt"], "de"),
                ({}, ["is required"], "en"),
                ({"name": "x" * 201, "email": "<b>@", "message": "y" * 5001},
                 [], "de")):
            page = _send(site, form, fields, lang)
            assert page.status == 422, page
            for name in names + ["privacy_consent"]:
                tag = re.search(rf'<(?:input|textarea)[^>]* name="{name}"'
                                r"[^>]*>", page.text)[0]
                assert f'aria-describedby="{name}-fault"' in tag, tag
                assert 'aria-invalid="true"' in tag, tag
                fault = re.search(rf'id="{name}-fault">([^<]+)<',
                                  page.text)[1]
                if name != "privacy_consent" and faults:
                    assert fault == faults[0], fault
            assert "<b>" not in page.text
            for name in fields if fields else ():
                if name in names:
                    assert html.escape(fields[name]) in page.text, name
    assert before == (len(_sent(site, "contact")),
                      len(_sent(site, "newsletter-confirm")))


def _refused_in_page(site, slug, form, fields, lang="en"):
    """A browser sends what the form in that page holds, and these words."""
    path = f"/{lang}/{slug}"
    shown = site.spa.get(path)
    whole = re.search(rf'<form class="offer" method="post" action="(/{lang}/'
                      rf'forms/{form})#([^"]+)".*?</form>', shown.text, re.S)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)"'
                             r' value="([^"]*)">', whole[0]))
    assert f'id="{whole[2]}"' in whole[0], whole[0]
    site.set_clock(5)
    answer = site.spa.post(whole[1], urlencode(
        {**hidden, **fields}).encode(), **FORM)
    site.set_clock(0)
    return answer


def a_form_in_a_page_comes_back_in_that_page(site):
    made = site.admin().post("/api/v1/content/pages", {
        "slug": "meet", "status": "published",
        "slugs": {"de": "treffen"}, "title": {"en": "Meet", "de": "Treffen"},
        "content": {lang: [{"type": "text", "text": words},
                           {"type": "form", "form": "contact"},
                           {"type": "form", "form": "newsletter"}]
                    for lang, words in (("en", "Above the form."),
                                        ("de", "Über dem Formular."))}})
    assert made.status == 201, made
    before = len(_sent(site, "contact"))
    for lang, slug, words, fault, other in (
            ("en", "meet", "Above the form.", "is required", "Meet"),
            ("de", "treffen", "Über dem Formular.", "fehlt", "Treffen")):
        page = _refused_in_page(site, slug, "contact", {
            "email": '"<i>@', "message": "One\r\ntwo"}, lang)
        assert page.status == 422 and words in page.text, page
        assert f"<h1 lang=\"{lang}\">{other}</h1>" in page.text, page.text
        assert page.header("Cache-Control") == "no-store", page
        contact, news = re.findall(r'<form class="offer".*?</form>',
                                   page.text, re.S)
        assert 'value="&quot;&lt;i&gt;@"' in contact, contact
        assert "One\r\ntwo</textarea>" in contact, contact
        for name in ("name", "email", "privacy_consent"):
            assert re.search(rf'name="{name}"[^>]*aria-describedby="block2-'
                             rf'{name}-fault"', contact), (name, contact)
        assert 'id="block2-message-fault"' not in contact
        assert re.search(rf'id="block2-name-fault">{fault}<', contact)
        assert contact.count('role="alert"') >= 3, contact
        # The other form of the page was not sent, and has nothing wrong.
        assert "fault" not in news and "alert" not in news, news
        assert "&lt;i&gt;" not in news and "<i>@" not in page.text, news
        # What comes back can be sent once more.
        token = _token(page)
        site.set_clock(10)
        done = site.spa.post(f"/{lang}/forms/contact", urlencode({
            "form_token": token, "page": slug, **TYPED,
            "email": f"again-{lang}@example.org"}).encode(), **FORM)
        site.set_clock(0)
        assert done.status == 303, done
    assert len(_sent(site, "contact")) == before + 2


def what_nobody_may_read_is_not_shown_around_a_form(site):
    """Where the page is no more, or never was, the form's own page answers."""
    hidden = site.admin().post("/api/v1/content/pages", {
        "slug": "secret-plan", "title": {"en": "The plan"},
        "content": {"en": [{"type": "text", "text": "Behind doors."},
                           {"type": "form", "form": "contact"}]}})
    assert hidden.status == 201, hidden
    _page(site, "without", "odd")
    for slug in ("secret-plan", "nowhere", "", "../x", "without", "a" * 3000):
        answer = _send(site, "contact", {"email": "kept@", "page": slug})
        assert answer.status == 422, (slug, answer)
        assert "Behind doors" not in answer.text
        assert 'value="kept@"' in answer.text, answer.text
        assert "<h1>Write to us</h1>" in answer.text, answer.text
    preview = site.admin().post(
        f"/api/v1/content/pages/{hidden.data['id']}/preview").data["url"]
    draft = site.spa.get("/" + preview.split("/", 3)[3])
    assert "Behind doors" in draft.text and "form_token" in draft.text


def the_home_page_keeps_a_form_that_was_refused(site):
    site.admin().patch("/api/v1/admin/settings", {"home_page": "meet"})
    page = _refused_in_page(site, "", "newsletter", {"email": "home@"})
    assert page.status == 422 and "Above the form." in page.text, page
    assert 'value="home@"' in page.text, page.text
    site.admin().patch("/api/v1/admin/settings", {"home_page": ""})


def what_was_right_stays_when_something_was_wrong(site):
    page = _send(site, "contact", {**TYPED, "email": "ada@", "name": '"<i>'})
    assert page.status == 422, page
    assert 'value="ada@"' in page.text
    assert 'value="&quot;&lt;i&gt;"' in page.text
    assert "One line\r\nand another</textarea>" in page.text
    assert re.search(r'name="privacy_consent" value="yes" checked', page.text)
    assert 'id="email-fault"' in page.text
    assert 'id="name-fault"' not in page.text


def programs_are_kept_off_these_forms_as_well(site):
    before = len(_sent(site, "contact")), len(site.rows(
        "SELECT 1 FROM subscribers"))
    for form in ("contact", "newsletter"):
        fields = {**TYPED, "email": "bot@example.org"}
        for more, after, words in (
                ({"form_token": ""}, 5, "too old"),
                ({"form_token": "x"}, 5, "too old"),
                ({}, 1, "very fast"), ({}, 25 * 3600, "too old"),
                ({"homepage": "http://x"}, 5, "must stay empty")):
            page = _send(site, form, {**fields, **more}, after=after)
            assert page.status == 422 and words in page.text, page
            assert 'value="bot@example.org"' in page.text
        other = _token(site.spa.get("/en/forms/contact"))
        assert site.spa.post(f"/en/forms/{form}", b"", **FORM).status == 422
        assert other
    assert before == (len(_sent(site, "contact")), len(site.rows(
        "SELECT 1 FROM subscribers")))


def nobody_writes_headers_through_a_form(site):
    evil = "\r\nBcc: victim@example.org\r\n\r\nBuy"
    before = len(_sent(site, "contact"))
    for more in ({"name": "Eve" + evil}, {"email": "eve@example.org" + evil}):
        page = _send(site, "contact", {**TYPED, **more})
        assert page.status == 422, page
    assert _send(site, "newsletter", {"email": "eve@example.org" + evil,
                                      "privacy_consent": "yes"}).status == 422
    assert len(_sent(site, "contact")) == before
    done = _send(site, "contact", {**TYPED, "message": "Eve" + evil})
    assert done.status == 303, done
    mail, = until(lambda: [m for m in letters(site, "office@example.org")
                           if "Bcc: victim" in m.get_body(
                               ("plain",)).get_content()])
    assert mail["Bcc"] is None, mail
    assert letters(site, "victim@example.org") == []


def the_button_pressed_twice_is_one_message(site):
    before = len(_sent(site, "contact"))
    for form, template in (("contact", "contact"),
                           ("newsletter", "newsletter-confirm")):
        before = len(_sent(site, template))
        body = urlencode({"form_token": _token(site.spa.get(
            f"/en/forms/{form}")), "name": "Ada", "message": "Hello",
            "email": "twice@example.org", "privacy_consent": "yes"}).encode()
        site.set_clock(5)
        for _ in range(2):
            done = site.spa.post(f"/en/forms/{form}", body, **FORM)
            assert done.status == 303, done
        site.set_clock(0)
        assert len(_sent(site, template)) == before + 1, template


def _limited(site, path, fields):
    """The fourth within a minute is told to wait, whatever it says."""
    answers = [site.spa.post(path, urlencode(fields).encode(), **FORM)
               for _ in range(4)]
    assert [a.status == 429 for a in answers] == [False] * 3 + [True], answers
    last = answers[-1]
    assert last.header("Content-Type").startswith("text/html"), last
    assert 0 < int(last.header("Retry-After")) <= 60, last
    return last


def whoever_sends_these_forms_too_often_has_to_wait(_site):
    site = Site("--no-demo", env={"RATE_LIMITS": "registration=3/60"},
                start=False)
    try:
        site.start()
        _page(site, "talk", "contact", "newsletter")
        for n, path in enumerate(("/en/forms/contact", "/de/forms/newsletter",
                                  "/en/bookings", "/en/privacy-request")):
            site.set_clock(100 * n)
            answer = _limited(site, path, {"email": "often@example.org",
                                           "privacy_consent": "yes"})
            # Whom it is about is not told by the page of an error.
            assert "often@example.org" not in answer.text
            # Reading, and doors of another kind, stay open.
            assert site.spa.get("/en/talk").status == 200
        site.set_clock(1000)
        token = _token(site.spa.get("/en/talk"))
        site.set_clock(1005)
        done = site.spa.post("/en/forms/contact", urlencode(
            {"form_token": token, **TYPED}).encode(), **FORM)
        assert done.status == 303, done
        assert len(_sent(site, "contact")) == 1
    finally:
        site.end()


def what_is_no_form_is_not_found(site):
    for path in ("/en/forms/odd", "/xx/forms/contact", "/en/forms/contact/x"):
        assert site.spa.get(path).status == 404, path
        assert site.spa.post(path, b"a=b", **FORM).status in (404, 405), path
    assert site.spa.get("/en/forms").status == 404
    page = site.spa.get("/de/forms/newsletter")
    assert page.status == 200 and "noindex" in page.text, page


if __name__ == "__main__":
    run(globals(), "--no-demo")
