#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Files: uploaded, kept, shown, moved, replaced, deleted; and liars."""
import hashlib
import os
import socket
import struct
import threading
import time
import zlib

from harness import ROOT, Client, multipart, raw, run, until

MEDIA = "/api/v1/content/media"
PAGES = "/api/v1/content/pages"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
with open(os.path.join(ROOT, "t", "fixtures", "photo.jpg"), "rb") as photo:
    PHOTO = photo.read()


def _png(width=40, height=30, salt=b"", extra=b""):
    """A PNG of one colour that depends on the salt."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))
    colour = hashlib.sha256(salt).digest()[:3]
    rows = (b"\0" + colour * width) * height
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0,
                                       0)) + extra +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def _upload(site, content, name="picture.png", **fields):
    answer = site.admin().upload(MEDIA, content, name, **fields)
    assert answer.status == 201, answer
    return answer.data


def _path(url):
    return "/" + url.split("/", 3)[3]


def _get(site, url):
    return site.spa.get(_path(url))


def _stored(site, tree):
    """The files in a tree, without their folders."""
    out = []
    for _, _, names in os.walk(f"{site.env['UPLOAD_DIR']}/{tree}"):
        out += names
    return sorted(out)


def _multipart(site, body, kind="multipart/form-data; boundary=b"):
    return site.admin().request("POST", MEDIA, body, {"Content-Type": kind})


def a_photograph_is_served_at_once_and_unchanged_in_what_it_shows(site):
    answer = site.admin().upload(MEDIA, PHOTO, "Über uns.jpg",
                                 title="At the lake")
    assert answer.status == 201, answer
    item = answer.data
    assert answer.header("Location") == \
        f"http://localhost:{site.spa_port}{MEDIA}/{item['id']}"
    assert set(item) == {
        "id", "url", "filename", "original_filename", "mime_type",
        "file_size", "file_hash", "width", "height", "renditions",
        "visibility", "title", "alt_text", "description", "folder", "tags",
        "uploaded_by", "created_at", "updated_at"}, item
    assert item["file_hash"] == hashlib.sha256(PHOTO).hexdigest()
    assert item["file_size"] == len(PHOTO)
    assert item["mime_type"] == "image/jpeg"
    assert item["original_filename"] == "Über uns.jpg"
    assert (item["width"], item["height"]) == (1200, 1600), "EXIF: turned"
    assert item["visibility"] == "public" and item["folder"] == "/"
    assert item["title"] == {"en": "At the lake"} and item["tags"] == []
    assert item["url"].startswith(f"http://localhost:{site.spa_port}/media/")
    for client in (site.spa, site.api):
        answer = client.get(_path(item["url"]))
        assert answer.status == 200, answer
        assert answer.header("Content-Type") == "image/jpeg"
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert answer.header("Cache-Control") == \
            "public, max-age=31536000, immutable"
        assert "sandbox" in answer.header("Content-Security-Policy")
    # The pixels are the ones that were sent.
    scan = PHOTO[PHOTO.index(b"\xff\xda"):]
    assert answer.body.endswith(scan)


def nothing_of_its_maker_is_told_to_strangers(site):
    item = _upload(site, PHOTO, "photo.jpg")
    body = _get(site, item["url"]).body
    for word in (b"Anna", b"Nordlicht", b"2026:05", b"adobe", b"8BIM",
                 b"CREATOR"):
        assert word in PHOTO and word not in body, word
    # Which way is up is still there, and nothing else in that segment.
    at = body.index(b"Exif\0\0")
    length = struct.unpack(">H", body[at - 2:at])[0]
    assert length == 34 and body[at + 14:at + 16] == b"\0\1", body[at:at + 40]
    name = item["url"].rsplit("/", 1)[1].split(".")[0]
    assert name == hashlib.sha256(body).hexdigest()


def text_and_places_in_png_go_too(site):
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))
    told = (chunk(b"tEXt", b"Author\0Anna Example") +
            chunk(b"eXIf", b"MM\0*" + bytes(40)))
    item = _upload(site, _png(salt=b"told", extra=told))
    assert _get(site, item["url"]).body == _png(salt=b"told")
    item = _upload(site, _png(salt=b"untold"))
    assert _get(site, item["url"]).body == _png(salt=b"untold")


def comments_and_what_hangs_behind_go_too(site):
    plain = (b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
             b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0!\xf9\4\1\0\0\0\0"
             b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;")
    told = (plain[:19] + b"!\xfe\x0cAnna Example\0" + plain[19:38] +
            b"!\xff\x0bXMP DataXMP\5<gps>\0" + plain[38:])
    behind = b"ftypmp42 Exif\0\0 Anna"
    for content, want in ((told, plain), (told + behind, plain),
                          (_png(salt=b"b1") + behind, _png(salt=b"b1"))):
        item = _upload(site, content)
        assert _get(site, item["url"]).body == want
        assert item["file_size"] == len(content)
        assert item["file_hash"] == hashlib.sha256(content).hexdigest()


def renditions_appear_by_themselves(site):
    item = _upload(site, PHOTO, "lake.jpg")
    first = site.admin().get(f"{MEDIA}/{item['id']}")

    def made():
        return site.admin().get(f"{MEDIA}/{item['id']}").data["renditions"]
    renditions = until(made, 10)
    assert [r["width"] for r in renditions] == [320, 640, 1200], renditions
    for r in renditions:
        answer = _get(site, r["url"])
        assert answer.status == 200 and r["mime_type"] == "image/webp"
        assert answer.header("Content-Type") == "image/webp"
        assert answer.body[:4] == b"RIFF" and b"EXIF" not in answer.body
        width, height = _webp_size(answer.body)
        assert width == r["width"], (width, height)
        assert abs(height / width - 4 / 3) < .01, "turned upright"
    # Who had read it before hears of them, and may still save.
    old = first.header("ETag")
    again = site.admin().get(f"{MEDIA}/{item['id']}", If_None_Match=old)
    if not first.data["renditions"]:
        assert again.status == 200, again
    answer = site.admin().patch(f"{MEDIA}/{item['id']}", {"folder": "/lake"},
                                If_Match=old)
    assert answer.status == 200, answer
    answer = site.admin().patch(f"{MEDIA}/{item['id']}", {"folder": "/sea"},
                                If_Match=old)
    assert answer.status == 412, answer


def _webp_size(body):
    assert body[12:16] == b"VP8 ", body[:20]
    return struct.unpack("<HH", body[26:30])


def a_picture_that_cannot_be_decoded_harms_nobody(site):
    bad = bytearray(_png(2000, 1500, b"bad"))
    bad[60:-20] = os.urandom(len(bad) - 80)
    item = _upload(site, bytes(bad))
    pid = site.pid("jobs")
    until(lambda: site.rows("SELECT renditions_state AS s FROM media_files"
                            " WHERE id = ?", item["id"])[0]["s"] == "failed",
          15)
    assert site.pid("jobs") == pid
    good = _upload(site, _png(700, 500, b"good"))
    until(lambda: site.admin().get(
        f"{MEDIA}/{good['id']}").data["renditions"], 10)
    assert site.admin().get(f"{MEDIA}/{item['id']}").data["renditions"] == []


def small_pictures_are_never_made_larger(site):
    item = _upload(site, _png(200, 100, b"small"))
    found = until(lambda: site.admin().get(
        f"{MEDIA}/{item['id']}").data["renditions"], 10)
    assert [r["width"] for r in found] == [200], found


def a_paper_is_private_and_only_staff_reach_it(site):
    item = _upload(site, PDF, "Preise, 2026.pdf")
    assert item["visibility"] == "private" and item["url"] is None
    assert item["mime_type"] == "application/pdf"
    assert item["width"] is None and item["renditions"] == []
    name = item["file_hash"]
    assert name in _stored(site, "private")
    for path in (f"/media/{name[:2]}/{name}", f"/protected/{name[:2]}/{name}",
                 f"/media/../private/{name[:2]}/{name}",
                 f"/media/..%2fprivate/{name[:2]}/{name}",
                 f"/private/{name[:2]}/{name}",
                 f"/published/{name[:2]}/{name}"):
        assert site.spa.get(path).status in (400, 404), path
    door = f"{MEDIA}/{item['id']}/file"
    assert site.api.get(door).status == 401
    answer = site.admin().get(door)
    assert answer.status == 200 and answer.body == PDF, answer
    assert answer.header("Content-Type") == "application/pdf"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert "Preise, 2026.pdf" in answer.header("Content-Disposition")
    assert answer.header("Cache-Control") == "no-store"
    answer = site.admin().get(door, Range="bytes=1-3")
    assert answer.status == 206 and answer.body == b"PDF", answer
    answer = site.admin().get(door, Range="bytes=9999-")
    assert answer.status == 416, answer
    assert answer.code == "RANGE_NOT_SATISFIABLE", answer
    assert answer.header("Cache-Control") == "no-store", answer


def the_same_bytes_are_stored_once(site):
    content = _png(salt=b"same")
    before = len(_stored(site, "public"))
    one, two = _upload(site, content), _upload(site, content, "other.png")
    assert one["id"] != two["id"] and one["url"] == two["url"]
    assert one["file_hash"] == two["file_hash"]
    assert _stored(site, "public").count(one["filename"]) == 1
    assert len(_stored(site, "public")) >= before + 1
    hidden = _upload(site, content, visibility="private")
    assert hidden["url"] is None
    assert site.admin().delete(f"{MEDIA}/{one['id']}").status == 204
    assert _get(site, two["url"]).status == 200
    assert site.admin().delete(f"{MEDIA}/{two['id']}").status == 204
    assert _get(site, two["url"]).status == 404
    assert site.admin().delete(f"{MEDIA}/{two['id']}").status == 404
    assert site.admin().get(f"{MEDIA}/{two['id']}").status == 404
    assert site.admin().get(f"{MEDIA}/{hidden['id']}/file").body == content


def fields_come_as_text_or_as_json(site):
    item = _upload(site, _png(salt=b"fields"), title={"en": "A", "de": "Ä"},
                   alt_text="plain", description="", folder="/team",
                   tags=["Köln", "a, b"], visibility="private")
    assert item["title"] == {"en": "A", "de": "Ä"}
    assert item["alt_text"] == {"en": "plain"}
    assert item["description"] is None and item["folder"] == "/team"
    assert item["tags"] == ["Köln", "a, b"]
    assert item["visibility"] == "private" and item["url"] is None
    item = _upload(site, _png(salt=b"fields"), tags="one, two,,",
                   title="{not JSON", alt_text='"said"')
    assert item["tags"] == ["one", "two"]
    assert item["title"] == {"en": "{not JSON"}
    assert item["alt_text"] == {"en": "said"}
    assert item["uploaded_by"] == site.admin().get(
        "/api/v1/auth/me").data["id"]


def every_wrong_part_is_named_at_once(site):
    answer = site.admin().upload(
        MEDIA, None, title={"de": "nur"}, visibility="secret", colour="red")
    assert answer.status == 422 and answer.fields == ["colour"], answer
    answer = site.admin().upload(
        MEDIA, _png(), title={"de": "nur"}, visibility="secret",
        folder="../../etc", alt_text={"fr": "x"}, tags=[1])
    assert answer.status == 422, answer
    assert answer.fields == ["alt_text.fr", "tags.0", "title.en",
                             "visibility"], answer
    answer = site.admin().upload(MEDIA, _png(), folder="../../etc")
    assert answer.fields == ["folder"], answer
    assert site.admin().upload(MEDIA, None).fields == ["file"]
    assert site.admin().upload(MEDIA, b"").fields == ["file"]
    two = multipart("b", _png(), "a.png", "image/png", {})[:-len("--b--\r\n")]
    answer = _multipart(site, two + multipart("b", _png(), "b.png",
                                              "image/png", {}))
    assert answer.status == 422 and answer.fields == ["file"], answer
    twice = b"".join(b'--b\r\nContent-Disposition: form-data; name="title"'
                     b"\r\n\r\nx\r\n" for _ in range(2))
    answer = _multipart(site, twice + multipart("b", _png(), "a.png", "x/y",
                                                {}))
    assert answer.status == 422 and answer.fields == ["title"], answer
    text = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n'
    answer = _multipart(site, text + b"--b--\r\n")
    assert answer.status == 422 and answer.fields == ["file"], answer


def the_type_is_decided_from_the_bytes(site):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
    for content, name in (
            (svg, "a.png"), (b"<!doctype html><html><script>", "a.jpg"),
            (b"MZ\x90\0" + bytes(100), "a.pdf"), (b"just text", "a.txt"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png"),
            (b"\xff\xd8\xff\xe0" + bytes(100), "a.jpg"),
            (b"\0" * 100, "a.gif"), (b"PK\3\4" + bytes(60), "a.docx")):
        answer = site.admin().upload(MEDIA, content, name, mime="image/png")
        assert answer.status == 415, (name, answer)
        assert answer.code == "UNSUPPORTED_MEDIA_TYPE"
    item = _upload(site, _png(salt=b"liar"), "invoice.html")
    assert item["mime_type"] == "image/png"
    assert item["url"].endswith(".png")
    answer = _get(site, item["url"])
    assert answer.header("Content-Type") == "image/png"


def absurd_pictures_are_refused(site):
    huge = bytearray(_png())
    huge[16:24] = struct.pack(">II", 40000, 40000)
    answer = site.admin().upload(MEDIA, bytes(huge))
    assert answer.status == 422 and answer.fields == ["file"], answer


def what_is_too_large_is_413_from_the_same_number(site):
    most = 10 * 1024 * 1024
    content = _png(salt=b"large")
    content += bytes(most - len(content))
    item = _upload(site, content)
    assert item["file_size"] == most
    answer = site.admin().upload(MEDIA, content + b"x")
    assert answer.status == 413 and answer.code == "PAYLOAD_TOO_LARGE", answer
    answer = site.admin().upload(MEDIA, content + bytes(100000))
    assert answer.status == 413 and answer.code == "PAYLOAD_TOO_LARGE", answer
    answer = site.admin().patch(f"{MEDIA}/{item['id']}",
                                {"title": {"en": "x" * 300000}})
    assert answer.status == 413, answer


def names_of_files_cannot_do_harm(site):
    item = _upload(site, _png(salt=b"path"), "../../../etc/passwd.png")
    assert item["original_filename"] == "passwd.png"
    item = _upload(site, _png(salt=b"path"), r"C:\\Users\\anna\\me.png")
    assert item["original_filename"] == "me.png"
    for name in (b"a\0b", b"a\r\nX: y", b"\xff\xfe", b"a\x1bb"):
        head = (b'--b\r\nContent-Disposition: form-data; name="file"; '
                b'filename="' + name + b'"\r\n\r\n')
        answer = _multipart(site, head + _png() + b"\r\n--b--\r\n")
        assert answer.status == 400, (name, answer)
        assert answer.code == "MALFORMED_REQUEST"
    answer = site.admin().upload(MEDIA, _png(), "x" * 300 + ".png")
    assert answer.status == 422 and answer.fields == ["file"], answer


def broken_forms_are_400_and_leave_nothing(site):
    before = _files(site)
    good = multipart("b", _png(salt=b"broken"), "a.png", "image/png", {})
    for body in (good[:-20], good[:200], good[:-4] + b"x", b"",
                 good.replace(b"--b", b"--c"), b"--b\r\n\r\nx\r\n--b--\r\n",
                 b"--b\r\n" + b"X: y\r\n" * 3000 + b"\r\nx\r\n--b--\r\n",
                 good.replace(b'name="file"', b"x=y")):
        answer = _multipart(site, body)
        assert answer.status == 400, (body[:60], answer)
        assert answer.code == "MALFORMED_REQUEST"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=",
                 "multipart/form-data; boundary=" + "x" * 80):
        assert _multipart(site, good, kind).status in (400, 415), kind
    assert _multipart(site, good, "application/json").status == 415
    assert _multipart(site, good, "text/plain").status == 415
    assert _files(site) == before


def _files(site):
    """All stored files, once the jobs process has nothing left to make."""
    until(lambda: site.rows("SELECT count(*) AS n FROM media_files WHERE"
                            " renditions_state = 'wanted'") == [{"n": 0}], 20)
    return [_stored(site, tree) for tree in ("public", "private", "tmp")]


def a_client_that_hangs_up_leaves_nothing(site):
    before = _files(site)
    token = site.admin().token
    head = (f"POST {MEDIA} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: 9000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n"
            "Connection: close\r\n\r\n").encode()
    body = multipart("b", _png(salt=b"gone"), "a.png", "image/png", {})
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", site.api_port)) as s:
            s.sendall(head + body[:100])
    # Straight to a worker: it says more than it sends.
    worker = site.fcgi()
    worker.begin()
    worker.params({"REQUEST_METHOD": "POST", "REQUEST_URI": MEDIA,
                   "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
                   "REQUEST_SCHEME": "http", "HTTP_HOST": "localhost",
                   "REQUEST_ID": "0" * 32, "MAGNETIQ_SERVER": "api",
                   "MAGNETIQ_POOL": "app", "CONTENT_LENGTH": "5000",
                   "CONTENT_TYPE": "multipart/form-data; boundary=b",
                   "HTTP_AUTHORIZATION": "Bearer " + token})
    worker.record(worker.STDIN, body)
    worker.record(worker.STDIN)
    assert b"Status: 400" in worker.answer()
    worker.close()
    assert _files(site) == before
    assert raw(site.api_port, head.replace(b"9000", b"-5")).startswith(
        b"HTTP/1.1 400")


def who_may_do_what(site):
    content = _png(salt=b"roles")
    assert site.api.upload(MEDIA, content).status == 401
    assert site.api.get(MEDIA).status == 401
    viewer, editor = site.staff("viewer"), site.staff("editor")
    assert viewer.upload(MEDIA, content).status == 403
    answer = editor.upload(MEDIA, content, "r.png")
    assert answer.status == 201, answer
    one = f"{MEDIA}/{answer.data['id']}"
    assert viewer.get(one).status == 200
    assert viewer.get(one + "/file").body == content
    assert viewer.patch(one, {"folder": "/x"}).status == 403
    assert editor.patch(one, {"folder": "/x"}).status == 200
    assert editor.delete(one).status == 403
    assert site.admin().delete(one).status == 204
    assert site.admin().post(one, {}).status == 405


def patch_merges_and_what_get_gave_can_be_sent_back(site):
    item = _upload(site, _png(salt=b"patch"), title={"en": "A", "de": "B"},
                   tags=["x"])
    one = f"{MEDIA}/{item['id']}"
    answer = site.admin().patch(one, item)
    assert answer.status == 200, answer
    answer = site.admin().patch(one, {
        "title": {"de": None, "en": "C"}, "alt_text": {"en": "A sea"},
        "tags": ["y", "z"], "folder": "/sea"})
    assert answer.status == 200, answer
    assert answer.data["title"] == {"en": "C"}
    assert answer.data["tags"] == ["y", "z"]
    answer = site.admin().patch(one, {
        "url": "http://evil.example/", "file_hash": "0", "width": 5,
        "renditions": [1], "nonsense": 1, "file_path": "public/x"})
    assert answer.status == 422 and answer.fields == [
        "file_hash", "file_path", "nonsense", "renditions", "url",
        "width"], answer
    assert site.admin().patch(f"{MEDIA}/99999", {}).status == 404
    rows = site.rows("SELECT action, before, after FROM audit_log WHERE"
                     " resource_type = 'media' AND resource_id = ?"
                     " ORDER BY id", item["id"])
    assert [r["action"] for r in rows] == ["create", "update"], rows


def lists_filter_and_search(site):
    tag = "filter-tag"
    one = _upload(site, _png(salt=b"l1"), "harbour-1.png", tags=[tag],
                  folder="/filter", title={"en": "Bridge", "de": "Brücke"})
    two = _upload(site, PDF + b"l2", "list.pdf", tags=[tag, "b"],
                  folder="/filter")

    def ids(query):
        answer = site.admin().get(f"{MEDIA}?{query}")
        assert answer.status == 200, answer
        return sorted(i["id"] for i in answer.data)
    both = sorted([one["id"], two["id"]])
    assert ids("folder=/filter") == both
    assert ids(f"tag={tag}") == both
    assert ids(f"tag={tag}&mime_type=application/pdf") == [two["id"]]
    assert ids(f"tag={tag}&mime_type=image/*") == [one["id"]]
    assert ids(f"tag={tag}&visibility=public") == [one["id"]]
    for word in ("bruecke", "brucke", "br%C3%BCcke", "bridge", "harb", "harbour-1.png"):
        assert one["id"] in ids(f"search={word}"), word
    assert ids("search=list&folder=/filter") == [two["id"]]
    assert site.admin().get(f"{MEDIA}?visibility=x").status == 422
    assert site.admin().get(f"{MEDIA}?colour=x").status == 422
    # Strangers find pages, not files.
    answer = site.api.get("/api/v1/public/search?q=bridge")
    assert answer.status == 404 or not answer.data, answer


def a_file_in_use_stays(site):
    item = _upload(site, _png(salt=b"used"))
    answer = site.admin().post(PAGES, {
        "title": {"en": "Shows it"}, "slug": "shows-it",
        "content": {"en": [{"type": "image", "media_id": item["id"]}]}})
    assert answer.status == 201, answer
    page = answer.data
    one = f"{MEDIA}/{item['id']}"
    answer = site.admin().delete(one)
    assert answer.status == 409 and answer.code == "CONFLICT", answer
    assert "shows-it" in answer.json["error"]["message"], answer
    assert answer.json["error"]["uses"] == [
        {"type": "page", "id": page["id"], "slug": "shows-it"}], answer
    answer = site.admin().patch(one, {"visibility": "private"})
    assert answer.status == 409 and "shows-it" in answer.text, answer
    assert _get(site, item["url"]).status == 200
    assert site.admin().delete(f"{PAGES}/{page['id']}").status == 204
    assert site.admin().delete(one).status == 204
    assert _get(site, item["url"]).status == 404


def a_file_that_a_text_shows_by_its_address_stays_too(site):
    item = _upload(site, _png(700, 400, b"by address"))
    one = f"{MEDIA}/{item['id']}"
    small = until(lambda: site.admin().get(one).data["renditions"], 10)[0]
    twin = _upload(site, _png(700, 400, b"by address"))
    for content in (f"A lake: ![lake]({item['url']})",
                    f"![lake]({_path(item['url'])} \"A lake\")",
                    [{"type": "text", "text": f"<{small['url']}>"}],
                    [{"type": "html",
                      "html": f"<p><img src='{_path(item['url'])}'>"}]):
        answer = site.admin().post(PAGES, {"title": {"en": "By address"},
                                           "content": {"en": content}})
        assert answer.status == 201, answer
        page = f"{PAGES}/{answer.data['id']}"
        refused = site.admin().delete(one)
        assert refused.status == 409, (content, refused)
        assert refused.json["error"]["uses"][0]["id"] == answer.data["id"]
        assert site.admin().patch(one, {"visibility": "private"}
                                  ).status == 409
        assert site.admin().patch(page, {"content": {"en": "none"}}
                                  ).status == 200
        assert site.admin().patch(one, {"folder": "/x"}).status == 200
    assert site.admin().delete(f"{MEDIA}/{twin['id']}").status == 204
    assert site.admin().delete(one).status == 204


def visibility_moves_the_file(site):
    item = _upload(site, PHOTO + b"\0moved", "moved.jpg")
    one = f"{MEDIA}/{item['id']}"
    made = until(lambda: site.admin().get(one).data["renditions"], 10)
    answer = site.admin().patch(one, {"visibility": "private"})
    assert answer.status == 200 and answer.data["url"] is None, answer
    assert answer.data["renditions"] == []
    for url in [item["url"]] + [r["url"] for r in made]:
        others = site.rows(
            "SELECT 1 FROM media_files f LEFT JOIN media_renditions r"
            " ON r.media_id = f.id WHERE f.file_path LIKE ?1"
            " OR r.file_path LIKE ?1", "%" + url.rsplit("/", 1)[1])
        assert (_get(site, url).status == 200) == bool(others), url
    assert site.admin().get(one + "/file").status == 200
    answer = site.admin().patch(one, {"visibility": "public"})
    assert answer.status == 200, answer
    assert _get(site, answer.data["url"]).status == 200
    until(lambda: site.admin().get(one).data["renditions"], 10)
    # What was private as it came tells nothing once it is public.
    item = _upload(site, PHOTO + b"\0later", "later.jpg",
                   visibility="private")
    one = f"{MEDIA}/{item['id']}"
    assert b"Anna" in site.admin().get(one + "/file").body
    item = site.admin().patch(one, {"visibility": "public"}).data
    assert b"Anna" not in _get(site, item["url"]).body
    assert item["file_hash"] == hashlib.sha256(PHOTO + b"\0later").hexdigest()
    assert item["file_hash"] not in _stored(site, "private")


def other_bytes_keep_the_number_and_the_references(site):
    old = _upload(site, _png(salt=b"old"), title="Kept")
    one = f"{MEDIA}/{old['id']}"
    new = _png(700, 60, salt=b"new")
    answer = site.admin().upload(one + "/file", new, "new.png", method="PUT")
    assert answer.status == 200, answer
    item = answer.data
    assert item["id"] == old["id"] and item["title"] == {"en": "Kept"}
    assert item["file_hash"] == hashlib.sha256(new).hexdigest()
    assert item["width"] == 700 and item["url"] != old["url"]
    assert item["original_filename"] == "new.png"
    assert _get(site, item["url"]).body == new
    assert _get(site, old["url"]).status == 404
    widths = until(lambda: site.admin().get(one).data["renditions"], 10)
    assert [r["width"] for r in widths] == [320, 640, 700]
    answer = site.admin().upload(one + "/file", PDF, "x.pdf", method="PUT")
    assert answer.status == 422 and answer.fields == ["file"], answer
    answer = site.admin().upload(one + "/file", new, "x", method="PUT",
                                 title="no")
    assert answer.status == 422 and answer.fields == ["title"], answer
    answer = site.admin().upload(f"{MEDIA}/99999/file", new, "x",
                                 method="PUT")
    assert answer.status == 404, answer
    assert _get(site, item["url"]).body == new


def many_uploads_of_the_same_bytes_at_once_all_arrive(site):
    content, done = _png(300, 300, b"together"), []
    token = site.admin().token

    def send(n):
        client = Client(site.api_port, token)
        for _ in range(4):
            answer = client.upload(MEDIA, content, f"{n}.png")
            done.append(answer.status)
            if n % 2 and answer.status == 201:
                done.append(client.delete(
                    f"{MEDIA}/{answer.data['id']}").status - 3)
    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert set(done) == {201}, done
    assert site.magnetiq("verify", check=False).returncode == 0


def a_killed_worker_leaves_no_half_of_a_file(site):
    content = _png(salt=b"kill") + os.urandom(3000000)
    token, ended = site.admin().token, threading.Event()
    statuses = []

    def send():
        client = Client(site.api_port, token)
        while not ended.is_set():
            try:
                statuses.append(client.upload(
                    MEDIA, content + os.urandom(8), "k.png").status)
            except OSError:
                statuses.append(0)
    threads = [threading.Thread(target=send) for _ in range(3)]
    for t in threads:
        t.start()
    for _ in range(8):
        time.sleep(0.15)
        for pid in site.workers()[:2]:
            site.kill(pid)
    ended.set()
    for t in threads:
        t.join()
    assert 201 in statuses, statuses
    done = site.magnetiq("verify", check=False)
    assert done.returncode == 0, done.stderr
    assert not _stored(site, "tmp")
    # What has a name has its bytes, even if no row speaks of it yet.
    root = site.env["UPLOAD_DIR"] + "/public"
    for folder, _, names in os.walk(root):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                assert hashlib.sha256(f.read()).hexdigest() == name[:64]


def _run_job(site, name):
    jobs = "/api/v1/admin/jobs"
    assert site.admin().post(f"{jobs}/{name}/run").status == 202
    until(lambda: not [j for j in site.admin().get(jobs).data
                       if j["name"] == name and j["requested"]])


def what_belongs_to_nothing_is_removed_after_an_hour(site):
    root = site.env["UPLOAD_DIR"]
    name = hashlib.sha256(b"orphan").hexdigest()
    orphan = f"{root}/public/{name[:2]}/{name}.png"
    os.makedirs(os.path.dirname(orphan), exist_ok=True)
    left = f"{root}/tmp/left"
    for path in (orphan, left):
        with open(path, "wb") as f:
            f.write(b"orphan")
    kept = _upload(site, _png(salt=b"kept"))
    _run_job(site, "media")
    assert os.path.exists(orphan) and os.path.exists(left), "too young"
    for path in (orphan, left):
        os.utime(path, (time.time() - 4000,) * 2)
    done = site.magnetiq("verify", check=False)
    assert done.returncode == 1 and name in done.stderr, done
    _run_job(site, "media")
    assert not os.path.exists(orphan) and not os.path.exists(left)
    assert _get(site, kept["url"]).status == 200
    assert site.magnetiq("verify", check=False).returncode == 0


def verify_finds_what_is_missing_and_what_has_changed(site):
    item, other = (_upload(site, _png(salt=s)) for s in (b"v1", b"v2"))
    root = site.env["UPLOAD_DIR"] + "/public/"
    one, two = (root + i["url"].split("/media/")[1] for i in (item, other))
    os.rename(one, one + ".away")
    with open(two, "r+b") as f:
        f.write(b"x")
    done = site.magnetiq("verify", check=False)
    assert done.returncode == 1, done
    assert f"media {item['id']}: the file" in done.stderr
    assert "is missing" in done.stderr and "has changed" in done.stderr
    os.rename(one + ".away", one)
    with open(two, "wb") as f:
        f.write(_png(salt=b"v2"))
    assert site.magnetiq("verify", check=False).returncode == 0


run(globals())
