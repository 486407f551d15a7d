# SPDX-License-Identifier: MIT
"""Defects of a deployment: how each is put in and taken away, and which words
of the cure the doctor must say.  The list follows the defects of the deployment
specification (doc/SEED.md), by the number of its row."""
import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import time

from harness import clean_environ
from production import HOST, Production



class Defects(Production):
    """A production site that is well, apart from what this machine lacks."""

    before = []                 # what the doctor is started by

    def doctor(self, *names, env=None):
        done = subprocess.run(
            [*self.before, self.prefix + "/bin/magnetiq", "doctor", "--json",
             *names],
            env={**clean_environ(), "LD_LIBRARY_PATH": self.prefix + "/lib",
                 "ENV_FILE": self.etc + "/magnetiq.env", **(env or {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=120, check=False)
        assert done.stdout, done
        return json.loads(done.stdout)["findings"]

    def ready(self):
        self.certificates(days=60)
        panel = self.prefix + "/share/magnetiq/spa/admin"
        os.makedirs(panel, exist_ok=True)
        with open(panel + "/index.html", "w", encoding="utf-8") as f:
            f.write("<!doctype html>panel")
        renewal = self.dir + "/renewal"
        os.makedirs(renewal)
        with open(renewal + "/ecdsa.conf", "w", encoding="utf-8") as f:
            f.write("renew_hook = /usr/sbin/magnetiq-nginx\n")
        self.write_settings(
            EGRESS_CA_FILE=self.authority.root, SMTP_HOST="",
            RATE_LIMITS="on", SMTP_PORT="")
        os.chmod(self.etc + "/magnetiq.env", 0o600)
        self.configure()
        self.start_nginx()
        self.admin()
        self.magnetiq("backup")
        for name in ("STATE_DIR", "UPLOAD_DIR"):
            if name in self.env:
                os.chmod(self.env[name], 0o750)
        # They began before the settings were written.
        self.dev("reload")

    # Places and what stands there.

    @property
    def database(self):
        return self.env["DATABASE_URL"]

    def nginx_file(self, name):
        return f"{self.etc}/nginx/{name}.conf"


@contextlib.contextmanager
def mode(path, bits):
    before = os.stat(path).st_mode & 0o7777
    os.chmod(path, bits)
    yield
    os.chmod(path, before)


@contextlib.contextmanager
def owner(path, uid):
    before = os.stat(path)
    os.chown(path, uid, -1)
    yield
    os.chown(path, before.st_uid, before.st_gid)


@contextlib.contextmanager
def gone(path):
    os.rename(path, path + ".away")
    yield
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
    os.rename(path + ".away", path)


@contextlib.contextmanager
def edited(path, what, to):
    """Another text in a file, with the time that it had."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    times = os.stat(path)
    assert re.search(what, text), (path, what)
    with open(path, "w", encoding="utf-8") as f:
        f.write(re.sub(what, to, text, count=1))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    yield
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@contextlib.contextmanager
def served(site, name, what, to):
    """A file of nginx with another text, and nginx works with it."""
    with edited(site.nginx_file(name), what, to):
        reload_nginx(site)
        yield
    reload_nginx(site)


def reload_nginx(site):
    site.reloaded(lambda: site.nginx.send_signal(signal.SIGHUP))


@contextlib.contextmanager
def setting(site, **values):
    """Other settings in the file, as if they had always been there."""
    path = site.etc + "/magnetiq.env"
    with open(path, encoding="utf-8") as f:
        text = f.read()
    times = os.stat(path)
    lines = [line for line in text.splitlines()
             if line.split("=")[0] not in values]
    lines += [f"{k}={v}" for k, v in values.items() if v is not None]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    yield
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@contextlib.contextmanager
def rows(site, put, take):
    site.sql(put)
    yield
    site.sql(take)


@contextlib.contextmanager
def file(path, text="", size=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
        if size is not None:
            f.truncate(size)
    yield
    os.unlink(path)


@contextlib.contextmanager
def certificate(site, names=(HOST,), days=60, key=None):
    """Another certificate is shown."""
    folder = site.live + "/ecdsa"
    shutil.copytree(folder, folder + ".away")
    site.authority.sign(folder, names, days=days)
    if key is not None:
        key(folder)
    else:
        reload_nginx(site)
    yield
    for name in os.listdir(folder + ".away"):
        shutil.copy2(f"{folder}.away/{name}", f"{folder}/{name}")
    shutil.rmtree(folder + ".away")
    if key is None:
        reload_nginx(site)


def other_key(folder):
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey",
                    "-noout", "-out", folder + "/privkey.pem"], check=True)


@contextlib.contextmanager
def stopped(site):
    site.nginx.send_signal(signal.SIGQUIT)
    site.nginx.wait(10)
    yield
    site.start_nginx()


@contextlib.contextmanager
def taken(site):
    """Another program has the port of nginx."""
    with stopped(site):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", site.http_port))
            s.listen()
            yield


@contextlib.contextmanager
def reader(site):
    """Somebody else's SQLite has the database open."""
    child = subprocess.Popen(["sqlite3", site.database],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True)
    child.stdin.write("SELECT count(*) FROM pages;\n")
    child.stdin.flush()
    child.stdout.readline()
    yield
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


@contextlib.contextmanager
def second_jobs(site):
    env = {**site.environ, **site.env}
    child = subprocess.Popen([site.state + "/prog/magnetiq-jobs"], env=env,
                             cwd=site.dir, stderr=subprocess.DEVNULL)
    time.sleep(1)
    yield
    child.terminate()
    child.wait()


@contextlib.contextmanager
def replaced_program(site):
    """The programs at work are no longer those that stand there."""
    real = site.state + "/prog/real/magnetiq-fcgi"
    shutil.copy2(real, real + ".new")
    os.rename(real, real + ".old")
    os.unlink(real + ".old")
    os.rename(real + ".new", real)
    yield
    site.dev("reload")


@contextlib.contextmanager
def newer(path):
    """Edited since."""
    before = os.stat(path)
    os.utime(path, (time.time() + 5, time.time() + 5))
    yield
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@contextlib.contextmanager
def stale_socket(site, pool):
    path = f"{site.state}/{pool}.sock"
    with gone(path):
        s = socket.socket(socket.AF_UNIX)
        s.bind(path)
        s.close()
        os.chmod(path, 0o660)
        yield


@contextlib.contextmanager
def mail_server(site, talk, **more):
    """Somebody answers at SMTP_HOST, in a way."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        child = os.fork()
        if child == 0:
            while True:
                peer, _ = s.accept()
                with contextlib.suppress(OSError):
                    talk(peer)
                peer.close()
        with setting(site, SMTP_HOST="127.0.0.1", SMTP_FROM_EMAIL="a@b.org",
                     SMTP_PORT=s.getsockname()[1], **more):
            yield
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def no_starttls(peer):
    peer.sendall(b"220 hello\r\n")
    while line := peer.recv(1000):
        peer.sendall(b"250 hello\r\n" if line[:4] in (b"EHLO", b"HELO")
                     else b"221 bye\r\n")


def no_entry(peer):
    peer.sendall(b"220 hello\r\n")
    while line := peer.recv(1000):
        if line[:4] == b"EHLO":
            peer.sendall(b"250-hello\r\n250 AUTH PLAIN\r\n")
        else:
            peer.sendall(b"535 5.7.8 no\r\n")



@contextlib.contextmanager
def small_disk(site, options, full=False):
    """UPLOAD_DIR lies on a disk of its own."""
    folder = site.dir + "/disk"
    os.makedirs(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
                   check=True)
    try:
        os.chmod(folder, 0o750)
        for i in range(20 if full else 0):
            with contextlib.suppress(OSError):
                with open(f"{folder}/{i}", "wb"):
                    pass
        with setting(site, UPLOAD_DIR=folder):
            yield
    finally:
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)


@contextlib.contextmanager
def unseen(site, command):
    """The doctor sees another file system than the site."""
    site.before = ["unshare", "-m", "sh", "-c", command + '; exec "$@"', "sh"]
    yield
    site.before = []


@contextlib.contextmanager
def few_files(site):
    pid = str(site.workers()[0])
    limit = subprocess.run(["prlimit", "--pid", pid, "--nofile", "-o", "SOFT",
                            "--noheadings"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.strip()
    for n in ("256", limit):
        subprocess.run(["prlimit", "--pid", pid, f"--nofile={n}:"], check=True)
        if n == "256":
            yield


def backup_of(site, age):
    """Only a backup that is so old is there."""
    name = time.strftime("magnetiq-%Y%m%dT%H%M%SZ.tar.zst",
                         time.gmtime(time.time() - age))

    @contextlib.contextmanager
    def there():
        with gone(site.state + "/backups"):
            os.mkdir(site.state + "/backups", 0o700)
            with open(f"{site.state}/backups/{name}", "wb"):
                pass
            yield
    return there()


def other_file(site, path, text):
    """The doctor reads this in place of what stands there."""
    mine = site.dir + "/other"
    with open(mine, "w", encoding="utf-8") as f:
        f.write(text)
    return unseen(site, f"mount --bind {mine} $(readlink -f {path})")


def clock_is_set():
    """Does the kernel know of a time server?  STA_UNSYNC says that not."""
    timex = (ctypes.c_int * 128)()
    assert ctypes.CDLL(None).adjtimex(timex) >= 0
    return not timex[10] & 0x40


@contextlib.contextmanager
def no_container(site):
    """The same machine, without the sign that it is a container."""
    d = site.dir + "/over"
    os.mkdir(d)
    site.before = ["unshare", "-m", "sh", "-c", f"""
        mount -t tmpfs none {d} && mkdir {d}/upper {d}/work {d}/root &&
        mount -t overlay none -o lowerdir=/,upperdir={d}/upper,workdir={d}/work {d}/root &&
        rm -f {d}/root/.dockerenv {d}/root/run/.containerenv &&
        for f in proc sys dev tmp; do mount --rbind /$f {d}/root/$f; done
        exec chroot {d}/root "$@" """, "sh"]
    yield
    site.before = []
    os.rmdir(d)


@contextlib.contextmanager
def left_file(path, age):
    """A file of somebody who was killed so long ago."""
    with file(path, "old\nnew\n"):
        os.utime(path, (time.time() - age, time.time() - age))
        yield


@contextlib.contextmanager
def bare_copy(site):
    """cp of the database in the folder of backups, and nothing else."""
    with gone(site.state + "/backups"):
        os.mkdir(site.state + "/backups", 0o700)
        shutil.copy(site.database, site.state + "/backups/magnetiq.db")
        yield


# bcrypt of the password that the earlier specification gave its first admin.
KNOWN = "$2b$04$abcdefghijklmnopqrstuur/uCBNBvVl4m8sbz1ePRFisPkMaJiTS"

LETTER = ("INSERT INTO outbox (message_id, recipient, template, language,"
          " data, state, due_at, next_attempt_at, locked_until, created_at)"
          " VALUES ('m', 'a@b.c', 'x', 'en', '{}', 'sending',"
          " '2020-01-01 00:00:00', '2099-01-01 00:00:00',"
          " '2099-01-01 00:00:00', '2020-01-01 00:00:00')")


def defects(site):
    """(row of the specification, what is wrong, how, words of the cure)."""
    return everywhere(site) + (as_root(site) if os.geteuid() == 0 else [])


def as_root(site):
    """What only root can put in."""
    s, db = site, site.database
    return [
        (77, "root owns the log of the database",
         lambda: owner(db + "-wal", 65534), "chown --reference"),
        (77, "root owns the shared memory of the database",
         lambda: owner(db + "-shm", 65534), "chown --reference"),
        (69, "another user owns the database", lambda: owner(db, 65534),
         "chown --reference"),
        (124, "the disk has hardly any room", lambda: small_disk(s, "size=8m"),
         "Make room: du -xh"),
        (124, "the disk can hold no more files",
         lambda: small_disk(s, "size=900m,nr_inodes=10", True),
         "du --inodes"),
        (66, "multiwatch is not installed", lambda: unseen(
            s, "mount --bind /dev/null $(command -v multiwatch)"),
         "apt-get install multiwatch"),
        (66, "nginx is not installed", lambda: unseen(
            s, "mount --bind /dev/null $(command -v nginx)"),
         "apt-get install nginx-light"),
        (7, "time zones are not installed", lambda: unseen(
            s, "mount -t tmpfs none /usr/share/zoneinfo"),
         "apt-get install tzdata"),
        (7, "the system gets no more repairs", lambda: other_file(
            s, "/etc/os-release", 'ID=ubuntu\nVERSION_ID="20.04"\n'),
         "Move to the next release"),
        (11, "programs work as root", None, "as User=magnetiq"),
        (99, "sockets have a short queue", lambda: other_file(
            s, "/proc/sys/net/core/somaxconn", "128\n"),
         "net.core.somaxconn=4096"),
        (121, "nobody asks for repairs of the system", lambda: unseen(
            s, "mount -t tmpfs none /var/lib/apt; mount -t tmpfs none"
            " /var/cache/apt; mkdir /var/lib/apt/lists; touch -d '-30 days'"
            " /var/lib/apt/lists"),
         "apt-get install unattended-upgrades"),
    ] + ([] if clock_is_set() else [
        (201, "nobody sets the clock", lambda: no_container(s),
         "timedatectl set-ntp"),
    ]) + [
    ]


def everywhere(site):
    s, db, etc = site, site.database, site.etc
    conf = etc + "/nginx.conf"
    env = etc + "/magnetiq.env"
    media, state = s.env["UPLOAD_DIR"], s.state
    return [
        # The machine and its parts.
        (2, "a pool's socket is missing",
         lambda: gone(state + "/app.sock"), "systemctl restart magnetiq-app"),
        (2, "a socket that nobody holds",
         lambda: stale_socket(s, "app"), "it makes a new one"),
        (2, "the auth pool's socket is missing",
         lambda: gone(state + "/auth.sock"), "magnetiq-auth"),
        (2, "a socket that nginx may not use",
         lambda: mode(state + "/app.sock", 0o600), "chmod 660"),
        (2, "a socket that everybody may use",
         lambda: mode(state + "/app.sock", 0o666), "chmod 660"),
        (7, "the name leads nowhere", None, "an A and an AAAA record"),
        # nginx.
        (27, "the types of files are missing",
         lambda: edited(s.nginx_file("http"), r"include nginx/mime.conf;", ""),
         "magnetiq-nginx writes it anew"),
        (20, "nginx looks for the panel where it is not",
         lambda: edited(s.nginx_file("site"), r'root "[^"]*"',
                        'root "/nowhere"'),
         "magnetiq-nginx writes it anew"),
        (25, "nginx looks for media where none are",
         lambda: edited(s.nginx_file("api"), r'alias "[^"]*/public/',
                        'alias "/app/media/'),
         "magnetiq-nginx writes it anew"),
        (26, "nginx waits for a name that is not known",
         lambda: edited(s.nginx_file("http"), r'server "unix:[^"]*app.sock"',
                        "server backend:3036"),
         "magnetiq-nginx writes it anew"),
        (34, "secrets are compressed",
         lambda: edited(s.nginx_file("api"), r"gzip off;", "gzip on;"),
         "magnetiq-nginx writes it anew"),
        (37, "HTTP/2 is written for another nginx",
         lambda: edited(s.nginx_file("tls-servers"), r"( ssl) http2;",
                        r"\1; http2 on;"),
         "magnetiq-nginx writes it anew"),
        (47, "pages are kept for an hour",
         lambda: edited(s.nginx_file("site"), r"Cache-Control no-cache",
                        'Cache-Control "max-age=3600"'),
         "magnetiq-nginx writes it anew"),
        (43, "scripts within a page may run",
         lambda: edited(s.nginx_file("policy"), r"default-src 'none'",
                        "default-src 'none'; script-src 'unsafe-inline'"),
         "magnetiq-nginx writes it anew"),
        (31, "a type is missing in production",
         lambda: edited(s.nginx_file("mime"), r"image/svg\+xml\s+svg;", ""),
         "magnetiq-nginx writes it anew"),
        (27, "the body limit is nginx's preset",
         lambda: edited(s.nginx_file("http"), r"client_max_body_size 320k;",
                        ""), "magnetiq-nginx writes it anew"),
        (33, "the upload limit is not that of MAX_FILE_SIZE",
         lambda: setting(s, MAX_FILE_SIZE="1048576"),
         "magnetiq-nginx writes it anew"),
        (28, "every address is the panel",
         lambda: edited(s.nginx_file("site"), r"location / \{",
                        "location / { try_files $uri /admin/index.html;"),
         "magnetiq-nginx writes it anew"),
        (29, "X-Forwarded-For is believed of everybody",
         lambda: edited(s.nginx_file("http"), r"server_tokens off;",
                        "server_tokens off; set_real_ip_from 0.0.0.0/0;"),
         "magnetiq-nginx writes it anew"),
        (29, "TRUSTED_PROXIES names everybody",
         lambda: setting(s, TRUSTED_PROXIES="0.0.0.0/0"),
         "anybody can claim any address"),
        (30, "nginx is there, and no worker",
         lambda: gone(state + "/app.sock"), "systemctl restart magnetiq-app"),
        (35, "the pool has another name in nginx",
         lambda: edited(s.nginx_file("http"), r"app\.sock", "old.sock"),
         "magnetiq-nginx writes it anew"),
        (39, "old TLS is allowed",
         lambda: edited(s.nginx_file("tls"), r"TLSv1.2 TLSv1.3",
                        "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
         "magnetiq-nginx writes it anew"),
        (39, "old TLS is spoken",
         lambda: served(s, "tls", r"ssl_protocols TLSv1.2 TLSv1.3;\n"
                        r"ssl_ciphers [^;]*;",
                        "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;\n"
                        "ssl_ciphers DEFAULT:@SECLEVEL=0;"),
         "TLS 1.1 or older is spoken"),
        (40, "ciphers of RSA only",
         lambda: edited(s.nginx_file("tls"), r"ECDHE-ECDSA[^:]*:", ""),
         "magnetiq-nginx writes it anew"),
        (41, "HSTS is missing",
         lambda: served(s, "headers", r"add_header Strict.*\n", ""),
         "has not one Strict-Transport-Security"),
        (42, "headers are missing in one location",
         lambda: served(s, "site", r"(\^~ /admin \{[^}]*)include nginx/"
                        r"headers.conf;\n", r"\1"),
         "/admin has not one"),
        (42, "headers are doubled",
         lambda: served(s, "headers", r"(add_header X-Frame.*\n)", r"\1\1"),
         "has not one X-Frame-Options"),
        (43, "there is no policy of contents",
         lambda: served(s, "headers", r"add_header Content-Sec.*\n", ""),
         "has not one Content-Security-Policy"),
        (44, "a location of endings beats /media/",
         lambda: edited(s.nginx_file("site"), r"location / \{",
                        r"location ~* \\.(png|js)$ { expires 1y; }\n"
                        "location / {"), "magnetiq-nginx writes it anew"),
        (44, "names without a hash are kept for a year",
         lambda: served(s, "site", r"Cache-Control no-cache",
                        'Cache-Control "public, max-age=31536000, immutable"'),
         "Browsers keep a page for a year"),
        (45, "there are no limits",
         lambda: edited(s.nginx_file("api"), r"limit_req zone=api[^;]*;", ""),
         "magnetiq-nginx writes it anew"),
        (45, "RATE_LIMITS is off", lambda: setting(s, RATE_LIMITS="off"),
         "Remove the line"),
        (46, "gated files are public",
         lambda: served(s, "api", r"(/protected/ \{\n)\s*internal;",
                        r"\1autoindex on;"),
         "What is private can be asked for: /protected/"),
        (46, "an alias without its slash",
         lambda: served(s, "api", r"location \^~ /media/ \{\n(\s*)alias "
                        r'"([^"]*)/public/";', r"location ^~ /media {\n"
                        r'\1alias "\2/public/"; autoindex on;'),
         "What is private can be asked for: /media../"),
        (45, "passwords are hashed in the app pool",
         lambda: edited(s.nginx_file("auth-routes"),
                        r"location = /api/v1/auth/login .*\n", ""),
         "magnetiq-nginx writes it anew"),
        (45, "connections to workers are kept",
         lambda: edited(s.nginx_file("fastcgi"), r"fastcgi_buffers",
                        "fastcgi_keep_conn on;\nfastcgi_buffers"),
         "has: fastcgi_keep_conn on;"),
        (36, "without TLS the site is shown all the same",
         lambda: served(s, "redirect", r"return 30[0-9] [^;]*;",
                        'return 200 "hello";'),
         "Visitors without TLS are not led to the site"),
        (203, "nginx has no configuration", lambda: gone(conf),
         "magnetiq-nginx writes it"),
        (203, "nginx still has its old configuration", lambda: newer(conf),
         "systemctl reload magnetiq-nginx"),
        (203, "a file of somebody else's among nginx's",
         lambda: file(etc + "/nginx/mine.conf", "# mine\n"),
         "mine.conf is not ours"),
        (66, "another program has nginx's port", lambda: taken(s),
         "Another program has our port"),
        (122, "nginx does not run", lambda: stopped(s),
         "systemctl start magnetiq-nginx"),
        # Settings.
        (49, "ENVIRONMENT is unknown",
         lambda: setting(s, ENVIRONMENT="prod"), "ENVIRONMENT"),
        (48, "a setting that is none", lambda: setting(s, SMTP_HOTS="x"),
         "SMTP_HOTS"),
        (48, "a number that is none", lambda: setting(s, WORKERS="four"),
         "WORKERS"),
        (50, "DEBUG in production", lambda: setting(s, DEBUG="true"), "DEBUG"),
        (51, "the key is a placeholder",
         lambda: setting(s, SECRET_KEY="your-secret-key-change-me-in-prod"),
         "magnetiq gen-secret"),
        (51, "the key is short", lambda: setting(s, SECRET_KEY="abc"),
         "magnetiq gen-secret"),
        (52, "DATABASE_URL is relative", lambda: setting(
            s, DATABASE_URL="sqlite:///" + os.path.relpath(db, os.getcwd())),
         "Write the full path"),
        (53, "origins of development",
         lambda: setting(s, ALLOWED_ORIGINS="http://localhost:3000"),
         "Remove localhost"),
        (55, "letters have no way out", None, "Set SMTP_HOST"),
        (56, "letters have no sender",
         lambda: setting(s, SMTP_HOST="127.0.0.1", SMTP_FROM_EMAIL=None),
         "SMTP_FROM_EMAIL is not set"),
        (57, "letters go to a test service", lambda: setting(
            s, SMTP_HOST="sandbox.smtp.mailtrap.io",
            SMTP_FROM_EMAIL="a@b.org"), "the mail server of your own"),
        (59, "UPLOAD_DIR is not there",
         lambda: setting(s, UPLOAD_DIR=s.dir + "/nowhere"), "mkdir it"),
        (60, "caches larger than the machine",
         lambda: setting(s, SQLITE_CACHE_SIZE="-1048576", WORKERS="256"),
         "Set it to -2000"),
        (70, "others may read the secrets", lambda: mode(env, 0o644),
         "chmod 600"),
        (71, "SITE_URL is not https",
         lambda: setting(s, SITE_URL="http://" + HOST), "Get a certificate"),
        (81, "the log says too much", lambda: setting(s, LOG_LEVEL="debug"),
         "Set LOG_LEVEL=info"),
        # Mail.
        (21, "the mail server is not there", lambda: setting(
            s, SMTP_HOST="127.0.0.1", SMTP_PORT="1", SMTP_FROM_EMAIL="a@b.org"
        ), "Correct SMTP_HOST and SMTP_PORT"),
        (21, "the mail server has no name", lambda: setting(
            s, SMTP_HOST="mail.invalid", SMTP_FROM_EMAIL="a@b.org"),
         "Correct SMTP_HOST, or the name service"),
        (54, "the mail server has no STARTTLS",
         lambda: mail_server(s, no_starttls), "Correct SMTP_TLS"),
        (55, "the mail server refuses the password",
         lambda: mail_server(s, no_entry, SMTP_TLS="none", SMTP_USER="u",
                             SMTP_PASSWORD="p"), "Correct SMTP_USER"),
        (54, "letters cross the network in clear", lambda: setting(
            s, SMTP_HOST="192.0.2.1", SMTP_TLS="none",
            SMTP_FROM_EMAIL="a@b.org"), "Set SMTP_TLS=starttls"),
        (196, "letters are late", lambda: rows(s, LETTER,
                                               "DELETE FROM outbox"),
         "magnetiq outbox list"),
        (196, "letters are refused", lambda: rows(
            s, "INSERT INTO outbox (message_id, recipient, template, language,"
            " data, state, due_at, next_attempt_at, created_at) WITH RECURSIVE"
            " n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
            " SELECT 'x' || i, 'a@b.c', 'alert', 'en', '{}', 'failed',"
            " datetime(), datetime(), datetime() FROM n",
            "DELETE FROM outbox"), "outbox list --state failed"),
        # Files.
        (69, "everybody may open the database", lambda: mode(db, 0o644),
         "chmod o="),
        (69, "the owner may not write the database", lambda: mode(db, 0o440),
         "chmod u+rw"),
        (59, "media cannot be written", lambda: mode(media, 0o500),
         "chmod u+rwx"),
        (59, "media are missing", lambda: gone(media), "There is no folder"),
        (69, "everybody may look at media", lambda: mode(media, 0o755),
         "chmod o="),
        (86, "others may look at backups",
         lambda: mode(state + "/backups", 0o755), "chmod 700"),
        (63, "there is no database", lambda: gone(db), "magnetiq init-db"),
        (94, "the database is broken", lambda: broken(s),
         "magnetiq restore FILE"),
        # The database.
        (79, "the schema is older", lambda: rows(
            s, "UPDATE schema_migrations SET number = number + 1000 WHERE"
            " number = (SELECT max(number) FROM schema_migrations)",
            "UPDATE schema_migrations SET number = number - 1000 WHERE"
            " number > 1000"), "magnetiq migrate"),
        (63, "everybody knows the password of an admin", lambda: rows(
            s, "INSERT INTO admin_users (email, email_folded, role,"
            " hashed_password) VALUES ('a@b.org', 'a@b.org', 'admin',"
            f" '{KNOWN}')", "DELETE FROM admin_users WHERE email = 'a@b.org'"),
         "magnetiq user reset-password a@b.org"),
        (79, "a migration was edited after it had been applied", lambda: rows(
            s, "UPDATE schema_migrations SET sha256 = 'x' || sha256 WHERE"
            " number = 2", "UPDATE schema_migrations SET sha256 ="
            " substr(sha256, 2) WHERE number = 2"), "magnetiq migrate"),
        (64, "no admin is active", lambda: no_admin(s),
         "magnetiq create-admin"),
        (101, "somebody else's SQLite has the database open",
         lambda: reader(s), "wal_autocheckpoint"),
        (105, "the log of the database does not shrink",
         lambda: log_grown(s, 70 << 20), "magnetiq status --locks"),
        (93, "maintenance mode is forgotten", lambda: rows(
            s, "UPDATE system_settings SET value = 'true', updated_at ="
            " '2020-01-01 00:00:00' WHERE key = 'maintenance_mode'",
            "UPDATE system_settings SET value = 'false' WHERE key ="
            " 'maintenance_mode'"), "Set maintenance_mode to false"),
        (77, "a file of a medium is missing", lambda: rows(
            s, "INSERT INTO media_files (filename, original_filename,"
            " file_path, file_size, mime_type, file_hash) VALUES ('a.png',"
            " 'a.png', 'public/aa/a.png', 1, 'image/png', 'x')",
            "DELETE FROM media_files"), "brings it back"),
        # Processes.
        (17, "a worker is missing",
         lambda: setting(s, WORKERS="5", AUTH_WORKERS="1"),
         "systemctl restart magnetiq-app"),
        (193, "a program that was replaced is still at work",
         lambda: replaced_program(s), "magnetiq-upgrade --reload"),
        (48, "settings were changed since the workers began",
         lambda: newer(env), "magnetiq-upgrade --reload"),
        (198, "somebody guesses passwords", lambda: rows(
            s, "INSERT INTO login_failures VALUES ('x', 'x', 60, datetime(),"
            " NULL)", "DELETE FROM login_failures"), "says from where"),
        (199, "two jobs processes", lambda: second_jobs(s), "kill "),
        (199, "an operation failed", lambda: rows(
            s, "UPDATE jobs SET last_error = 'boom' WHERE name = 'purge'",
            "UPDATE jobs SET last_error = NULL"), "tried again by itself"),
        (86, "the nightly backup failed", lambda: rows(
            s, "UPDATE jobs SET last_error = 'no room' WHERE name = 'backup'",
            "UPDATE jobs SET last_error = NULL"), "tried again by itself"),
        (120, "the nightly cleanup failed", lambda: rows(
            s, "UPDATE jobs SET last_error = 'a foreign key' WHERE name ="
            " 'retention'", "UPDATE jobs SET last_error = NULL"),
         "tried again by itself"),
        (127, "a log is two weeks old", lambda: file(
            state + "/logs/old.log", time.strftime(
                '{"time":"%Y-%m-%dT%H:%M:%SZ","level":"info"}\n',
                time.gmtime(time.time() - 14 * 86400))), "logrotate -f"),
        (195, "an upgrade was cut short", lambda: left_file(
            s.prefix + "/libexec/magnetiq/current.upgrade", 600),
         "magnetiq-upgrade --reload"),
        (195, "an upgrade has left its copy", lambda: left_file(
            db + ".upgrade", 7200), "rm -rf " + db + ".upgrade"),
        (85, "a log is not rotated",
         lambda: file(state + "/logs/huge.log", size=600 << 20),
         "logrotate -f"),
        (100, "a worker may open too few files", lambda: few_files(s),
         "LimitNOFILE=4096"),
        # Certificates.
        (24, "there is no certificate",
         lambda: gone(s.live + "/ecdsa/fullchain.pem"),
         "certbot certonly --webroot"),
        (38, "the certificate has expired",
         lambda: certificate(s, days=0), "has expired"),
        (108, "the certificate ends in five days",
         lambda: certificate(s, days=5), "certbot renew --dry-run"),
        (108, "the certificate ends in two weeks",
         lambda: certificate(s, days=14), "certbot renew --dry-run"),
        (38, "the certificate is for another name",
         lambda: certificate(s, names=("other.example.org",)),
         "certbot certonly with -d"),
        (38, "browsers do not know who signed it",
         lambda: setting(s, EGRESS_CA_FILE=None), "fullchain.pem"),
        (38, "the key is not that of the certificate",
         lambda: certificate(s, key=other_key), "Set TLS_KEY"),
        (38, "the certificate is none", lambda: edited(
            s.live + "/ecdsa/fullchain.pem", "BEGIN CERT", "BEGIN NOTHING"),
         "There is no certificate in"),
        (97, "ACME_DIR is missing", lambda: gone(s.dir + "/acme"),
         "magnetiq-nginx makes it"),
        (97, "nginx does not show what certbot writes",
         lambda: setting(s, ACME_DIR=s.dir + "/live"),
         "nginx does not show what certbot writes"),
        (98, "nobody renews the certificate",
         lambda: gone(s.dir + "/renewal/ecdsa.conf"), "Nobody renews"),
        (68, "certbot writes into another nginx", lambda: edited(
            s.dir + "/renewal/ecdsa.conf", r"^", "authenticator = nginx\n"),
         "--webroot"),
        (98, "nobody tells nginx of a new certificate",
         lambda: edited(s.dir + "/renewal/ecdsa.conf", "magnetiq-nginx", "true"),
         "--deploy-hook"),
        # Backups.
        (74, "a bare copy of the database stands for a backup",
         lambda: bare_copy(s), "magnetiq backup"),
        (90, "the newest backup is empty", lambda: backup_of(s, 3600),
         "then remove that file"),
        (91, "there is no backup", lambda: gone(state + "/backups"),
         "magnetiq backup"),
        (126, "the backup is old", lambda: backup_of(s, 50 * 3600),
         "magnetiq backup"),
        (201, "a backup is dated in the future",
         lambda: backup_of(s, -50 * 3600), "its true date with mv in"),
        (126, "the drill failed", lambda: rows(
            s, "UPDATE jobs SET last_error = 'boom' WHERE name = 'drill'",
            "UPDATE jobs SET last_error = NULL"), "magnetiq restore --check"),
        (126, "nobody has tried a backup out", lambda: rows(
            s, "UPDATE jobs SET last_run = '2020-01-01 00:00:00' WHERE"
            " name = 'drill'", "UPDATE jobs SET last_run = datetime() WHERE"
            " name = 'drill'"), "jobs/drill/run"),
        (123, "the disk is full within a month", lambda: rows(
            s, "INSERT INTO size_days (day, database_bytes, media_bytes,"
            " free_bytes) VALUES (date('now', '-20 days'), -99999999999999, 0,"
            " 0)", "DELETE FROM size_days WHERE database_bytes < 0"),
         "Make room, or get a larger disk"),
        (201, "the clock is wrong", lambda: in_the_future(db),
         "timedatectl"),
        (201, "a template is broken", lambda: template(s),
         "Correct it in TEMPLATE_DIR"),
        (82, "a consultant's calendar is not read", lambda: rows(
            s, "INSERT INTO consultants (first_name, last_name, email,"
            " busy_url, created_at, busy_next_at) VALUES ('A', 'B', 'c@d.e',"
            " 'https://192.0.2.1/x.ics', '2020-01-01 00:00:00',"
            " '2099-01-01 00:00:00')",
            "DELETE FROM consultants"), "Correct busy_url"),
    ]


@contextlib.contextmanager
def broken(site):
    """Its first page says that it is no database."""
    site.dev("stop")
    with gone(site.database):
        with open(site.database, "wb") as f:
            f.write(b"not a database, but long enough to be none" * 1000)
        os.chmod(site.database, 0o640)
        yield
    site.dev("--detach", *site.options)


@contextlib.contextmanager
def no_admin(site):
    with sqlite3.connect(site.database) as raw:
        trigger = raw.execute("SELECT sql FROM sqlite_master WHERE name ="
                              " 'admin_users_last_admin'").fetchone()[0]
    raw.close()
    site.sql("DROP TRIGGER admin_users_last_admin")
    site.sql("UPDATE admin_users SET is_active = 0")
    yield
    site.sql("UPDATE admin_users SET is_active = 1")
    site.sql(trigger)


@contextlib.contextmanager
def log_grown(site, size):
    """What nobody has written stands behind the frames of the log.  It goes
    while nobody writes, and with it none of the frames that came meanwhile."""
    log = site.database + "-wal"
    os.truncate(log, size)
    yield
    with contextlib.closing(sqlite3.connect(site.database, timeout=10,
                                            isolation_level=None)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint = 0")
        raw.execute("BEGIN IMMEDIATE")
        with open(site.database + "-shm", "rb") as f:
            frames, = struct.unpack("=I", f.read(20)[16:])
        os.truncate(log, 32 + frames * (24 + 4096))
        raw.execute("ROLLBACK")


@contextlib.contextmanager
def in_the_future(path):
    os.utime(path, (time.time() + 86400, time.time() + 86400))
    yield
    os.utime(path)


@contextlib.contextmanager
def template(site):
    folder = site.dir + "/templates"
    with file(folder + "/letter/alert.html", "<title>{{nothing}}</title>"):
        with setting(site, TEMPLATE_DIR=folder):
            yield
