#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The operator's story once more, in containers: an empty Debian becomes an
image, the image a site, the site gets its certificate; its database is wrecked
and restored, a new image takes over under load, a broken one does not, and
everything leaves for PostgreSQL.

The commands are those of doc/OPERATING.md; containers.py stands for Docker."""
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import tempfile

import version
from acme import Acme
from containers import Container, Project, enter_network_of_its_own
from harness import ROOT, Skip, run, until
from https_site import HOST, PASSWORD, HttpsSite
from image import Image
from operating import chapter, commands
from postgres import Postgres
from production import Authority

CHAPTER = "Containers"
COMPILERS = ("gcc", "make", "ld", "autoconf", "git")


class _Containers(HttpsSite):
    """An image, and the project of the compose file on a host of its own."""

    def __init__(self, *_, **__):
        super().__init__()
        self.image = self.project = None
        self.host = tempfile.mkdtemp(prefix="mqc", dir="/var/tmp")

    def up(self):
        """Whether the site was made."""
        if self.acme_root is None:
            raise Skip("there is no site in containers")
        return self.project

    def exec(self, *command, **more):
        return self.project.exec("backend", *command, **more)

    def end(self):
        if self.acme is not None:
            self.acme.end()
        if self.project is not None:
            self.project.end()
        if self.image is not None:
            self.image.end()
        shutil.rmtree(self.host)


def _command(start):
    found, = (c for c in commands(CHAPTER) if c.startswith(start))
    return found


def an_empty_debian_becomes_an_image_by_the_dockerfile(site):
    site.image = Image(CFLAGS="-O0")
    said = _command("docker build")
    assert said == f"docker build -t magnetiq:{version.present()} .", said
    enter_network_of_its_own()
    site.project = Project(site.image, site.host)


def what_runs_has_neither_a_compiler_nor_root(site):
    if site.image is None:
        raise Skip("there is no image")
    for name in COMPILERS:
        assert not os.path.exists(f"{site.image.root}/usr/bin/{name}"), name
    assert site.image.user() == "magnetiq"


def it_says_what_it_is_made_of(site):
    """CycloneDX, with the version of each package that is in there."""
    if site.image is None:
        raise Skip("there is no image")
    with open(site.image.root + "/usr/share/magnetiq/sbom.json",
              encoding="utf-8") as f:
        told = json.load(f)
    assert told["bomFormat"] == "CycloneDX", told
    assert told["metadata"]["component"]["version"] == version.present()
    parts = {c["name"]: c["version"] for c in told["components"]}
    done = subprocess.run(
        ["chroot", site.image.root, "dpkg-query", "-W", "-f",
         "${Package} ${Version}\n"], stdout=subprocess.PIPE, text=True,
        check=True)
    there = dict(line.split() for line in done.stdout.splitlines())
    ours = {"libsqlite3-0", "libsodium23", "nginx-light", "multiwatch"}
    assert ours <= set(parts), ours - set(parts)
    assert all(parts[name] == there[name] for name in parts
               if name != "swagger-ui-dist"), parts


def without_settings_it_says_which_is_missing_and_nothing_starts(site):
    if site.image is None:
        raise Skip("there is no image")
    code, said = site.project.run("init", "init")
    assert code != 0 and "SECRET_KEY must be set" in said, said


def settings_are_printed_with_a_fresh_key(site):
    if site.image is None:
        raise Skip("there is no image")
    for line in commands(CHAPTER):
        if line.startswith("install"):
            subprocess.run(["sh", "-c", line], cwd=site.project.folder,
                           check=True)
    words = shlex.split(re.search(r"docker run --rm \S+ (.*?)>\.env",
                                  _command("(umask"))[1])
    done = site.project.docker_run(*words)
    assert re.search(r"^SECRET_KEY=\S{48,}$", done, re.M), done
    assert done != site.project.docker_run(*words)
    # One address asks here as often as it can, so nothing may count it.
    with open(site.project.folder + "/.env", "w", encoding="utf-8") as f:
        f.write(done + "RATE_LIMITS=off\nCERTIFICATE_SECONDS=1\n")


def containers_come_up_in_their_order(site):
    if site.image is None:
        raise Skip("there is no image")
    assert "docker compose up -d" in commands(CHAPTER)
    site.project.up()
    for name, (container,) in site.project.running.items():
        owner = {"nginx": "33"}.get(name, "10036")
        assert {user for user, _ in container.processes()} == {owner}, name
        failed = container.exec("touch", "/usr/here", check=False)
        assert "Read-only" in failed.stderr, failed
    assert site.project.exec("nginx", "ls", "data").stdout == "media\n"


def _certbot(site, line):
    """As it is typed on the host, whose root is elsewhere here."""
    etc = site.host + "/etc/letsencrypt"
    line = line.replace("/etc/letsencrypt", etc).replace(
        "/var/www", site.host + "/var/www")
    done = subprocess.run(
        ["sh", "-c", f"{line} --server {site.acme.directory} --config-dir"
         f" {etc} --work-dir {site.host}/w --logs-dir {site.host}/w"],
        env={**os.environ, "REQUESTS_CA_BUNDLE": site.authority.root},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    assert done.returncode == 0, done.stdout


def the_site_is_watched_where_visitors_ask_for_it(site):
    """A name that nobody knows in here, so the site cannot be well by it."""
    if site.image is None:
        raise Skip("there is no image")
    path = site.project.folder + "/data/magnetiq_prod.db"

    def found():
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            return db.execute("SELECT arg FROM findings WHERE check_name ="
                              " 'site'").fetchall()
        finally:
            db.close()
    (arg,), = until(found, 90, "nobody watches")
    assert arg.startswith(f"https://{HOST}/api/v1/health: "), arg


def a_certificate_opens_the_site(site):
    """Of a real authority, by certbot on the host."""
    if site.image is None:
        raise Skip("there is no image")
    words = shlex.split(_command("docker compose exec"))[4:]
    site.exec(*words, "--password-stdin", stdin=PASSWORD + "\n")
    site.authority = Authority(site.host + "/authority")
    site.acme = Acme(site.authority, 80, 443)
    _certbot(site, _command("certbot"))
    site.acme_root = site.acme.root()
    try:
        until(site.well, 20)
    except AssertionError:
        site.acme_root = None
        raise AssertionError(site.project.running["nginx"][0].log()) from None
    assert site.staff().get("/api/v1/auth/me").status == 200


def pictures_come_from_nginx_and_papers_only_through_a_worker(site):
    site.up()
    media = "/api/v1/content/media"
    with open(ROOT + "/t/fixtures/photo.jpg", "rb") as f:
        photo = f.read()
    for visibility in ("public", "private"):
        item = site.staff().upload(media, photo, "photo.jpg",
                                   visibility=visibility).data
        stranger = site.tls().get((item["url"] or "/media/none").split(
            HOST)[-1])
        gated = site.staff().get(f"{media}/{item['id']}/file")
        assert gated.status == 200 and gated.body[:2] == b"\xff\xd8", gated
        assert (stranger.status == 200) == (visibility == "public"), stranger
        assert site.tls().get(f"{media}/{item['id']}/file").status == 401


def a_renewed_one_is_shown_and_drops_nobody(site):
    site.up()
    before = site.tls().shown()["serialNumber"]

    def renew():
        _certbot(site, "certbot renew --force-renewal"
                 " --no-random-sleep-on-renew")
        until(lambda: site.tls().shown()["serialNumber"] != before)
    site.under_load(renew)


def a_wrecked_database_is_restored_whole(site):
    project = site.up()
    with site.writing() as writing:
        until(lambda: len(writing.acknowledged) > 10)
        site.exec("magnetiq", "backup")
    assert not writing.failed, writing.failed[:3]
    backup = site.exec("magnetiq", "backup").stdout.strip()
    before = site.pages()
    assert set(writing.acknowledged) <= before
    # What is still in the log is read from there.
    site.exec("magnetiq", "maintain")
    with open(project.folder + "/data/magnetiq_prod.db", "r+b") as f:
        f.seek(4096)
        f.write(os.urandom(20 * 4096))
    done = site.exec("magnetiq", "verify", check=False)
    assert done.returncode == 1, done
    site.exec("magnetiq", "restore", backup)
    site.exec("magnetiq", "verify")
    assert site.pages() == before
    health = site.staff().get("/api/v1/health/detailed")
    assert health.json["status"] == "healthy", health
    done = site.exec("magnetiq", "doctor", check=False)
    assert "SMTP_HOST" in done.stderr, done
    assert "does not answer" not in done.stderr, done


def the_figures_are_where_the_table_says(site):
    project = site.up()
    line, = re.findall(r"`docker compose exec nginx (curl [^`]*)`",
                       chapter(CHAPTER))
    figures = project.exec("nginx", *shlex.split(line)).stdout
    assert "magnetiq_requests_total" in figures, figures[:500]


def workers_start_anew_and_drop_nobody(site):
    site.up()
    line, = re.findall(r"`docker compose exec backend (sh -c [^`]*)`",
                       chapter(CHAPTER))
    before = site.exec("pgrep", "magnetiq-fcgi").stdout.split()

    def renew():
        site.exec(*shlex.split(line))
        until(lambda: not set(before) & set(
            site.exec("pgrep", "magnetiq-fcgi").stdout.split()))
    site.under_load(renew)


def _another_image(site, number, *migrations):
    """The same with programs of another version."""
    version.BUILD = site.image.built + "/src"
    folder = f"{site.host}/{number}"
    version.make_version(folder, number, migrations)
    return site.image.changed(number, {
        "/usr/bin/magnetiq": folder + "/cli/magnetiq",
        "/usr/sbin/magnetiq-fcgi": folder + "/fcgi-app/magnetiq-fcgi",
        "/usr/sbin/magnetiq-jobs": folder + "/jobs/magnetiq-jobs",
        "/usr/lib/libmagnetiq.so.0": folder + "/lib/libmagnetiq.so.0"})


def a_new_image_takes_over_and_drops_nobody(site):
    project = site.up()
    root = _another_image(site, "2.0.1", version.MORE)

    def exchange():
        code, said = project.run("init", "init", root=root)
        assert code == 0 and "9001-more" in said, said
        for name in ("backend", "auth"):
            old, = project.running[name]
            project.start(name, root)
            until(lambda: site.version() == "2.0.1" or name == "auth")
            project.stop(old)
    site.under_load(exchange)
    assert site.version() == "2.0.1"
    site.exec("magnetiq", "verify")


def a_migration_that_fails_leaves_the_old_image_serving(site):
    project = site.up()
    root = _another_image(site, "2.0.2", version.MORE, version.BROKEN)
    code, said = site.under_load(
        lambda: project.run("init", "init", root=root))
    assert code == 1 and "no such table: none" in said, said
    assert site.version() == "2.0.1"
    site.exec("magnetiq", "verify")


def an_image_that_does_not_serve_takes_nothing_over(site):
    """Its programs do not know the settings."""
    project = site.up()

    def attempt():
        container = Container(project, "backend", WORKERS="many")
        code = container.wait()
        assert code != 0, container.log()
    site.under_load(attempt)
    assert site.version() == "2.0.1"


def everything_goes_to_postgresql(site):
    project = site.up()
    site.exec("magnetiq", "export-v3", "--out", "data/out")
    with Postgres() as pg:
        pg.take(project.folder + "/data/out")


run(globals(), kind=_Containers, start=False)
