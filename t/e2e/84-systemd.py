# SPDX-License-Identifier: MIT
"""What `make install` lays out for systemd, and that the programs live with it.

Nothing here needs systemd as PID 1: confined.py starts what a unit says.  The
account is nobody, as no test makes users on the machine that it runs on."""
import glob
import os
import re
import signal
import socket
import subprocess
import threading
import time

import confined
from harness import (ROOT, Client, Fcgi, Load, Site, Skip, clean_environ,
                     free_ports, run, until)

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PREFIX = "/usr/local"
ETC, VAR = PREFIX + "/etc/magnetiq", PREFIX + "/var"
RUN, DATA = VAR + "/run/magnetiq", VAR + "/lib/magnetiq"
URL = "https://www.example.org"
IN_PLACE = f'mount --bind "$0" {PREFIX} && cd / && exec "$@"'


class _Service:
    """One unit at work: started again whenever it ends, as Restart= says."""

    def __init__(self, site, name, instance=None, user="nobody", stdin=None):
        self.unit = confined.Unit(site.unit(name))
        self.site, self.user, self.stdin = site, user, stdin
        self.command, = confined.command_of(self.unit, "ExecStart")
        self.log = open(f"{site.dir}/{name}{instance or ''}.log", "ab")
        self.stopping = threading.Event()
        self.start()
        self.thread = threading.Thread(target=self.keep, daemon=True)
        self.thread.start()

    def start(self):
        self.child = subprocess.Popen(
            self.site.words(self.unit, self.user, self.command),
            env=self.site.around, stdin=self.stdin or subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)

    def keep(self):
        delay = self.unit.get("RestartSec", "100ms")
        assert delay.endswith("ms") and self.unit.get("Restart") == "always"
        while True:
            self.child.wait()
            if self.stopping.wait(int(delay[:-2]) / 1000):
                return
            self.start()

    def workers(self):
        """Whoever serves: by now become the worker itself."""
        found = subprocess.run(["pgrep", "-g", str(self.child.pid), "-x",
                                "magnetiq-fcgi"], stdout=subprocess.PIPE,
                               check=False)
        return set(map(int, found.stdout.split()))

    def reload(self):
        for line in confined.command_of(self.unit, "ExecReload",
                                        MAINPID=self.child.pid):
            if line[0].startswith("+"):
                done = self.site.inside(line[0][1:], *line[1:])
            else:
                done = self.site.confined(self.unit, self.user, line)
            assert done.returncode == 0, (line, done)

    def stop(self):
        """As KillMode=control-group does, and TimeoutStopSec= after it."""
        self.stopping.set()
        for number in [signal.SIGTERM] * 20 + [signal.SIGKILL]:
            try:
                os.killpg(self.child.pid, number)
                self.child.wait(0.3)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        self.thread.join(10)
        self.log.close()


class _Installed(Site):
    """What `make install` writes, in a folder of its own."""

    def start(self):
        self.root = self.dir + "/r"
        self.base = self.root + PREFIX
        self.services = {}
        self.around = {**clean_environ(), "LD_LIBRARY_PATH": PREFIX + "/lib"}
        with open(BUILD + "/Makefile", encoding="utf-8") as f:
            self.fits = re.search(r"^prefix = (.*)$", f.read(),
                                  re.M)[1] == PREFIX
        self.make("install")

    def make(self, what):
        done = subprocess.run(["make", "-s", "-C", BUILD, what,
                               "DESTDIR=" + self.root], text=True,
                              stdout=subprocess.PIPE, timeout=200,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout[-2000:]

    def units(self):
        return sorted(glob.glob(self.root + "/**/systemd/system/magnetiq*",
                                recursive=True))

    def unit(self, name):
        return next(u for u in self.units() if os.path.basename(u) == name)

    def real(self):
        if os.geteuid() != 0:
            raise Skip("only root may start something as somebody else")
        if not self.fits:
            raise Skip(f"it was configured for another place than {PREFIX}")

    def inside(self, *command, stdin=None):
        """As root, with what was installed in its place."""
        return subprocess.run(
            ["unshare", "-m", "sh", "-c", IN_PLACE, self.base, *command],
            env=self.around, input=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, check=False, text=True)

    def setup(self, *more):
        return self.inside("magnetiq", "setup", "--user", "nobody", *more)

    def once(self, name):
        """A unit that ends by itself."""
        unit = confined.Unit(self.unit(name))
        command, = confined.command_of(unit, "ExecStart")
        done = self.confined(unit, "nobody", command)
        assert done.returncode == 0, (name, done)
        return done

    def words(self, unit, user, command):
        """What starts a command as the unit would; its filter is kept."""
        compiled = f"{self.dir}/{unit.name}.filter"
        if not os.path.exists(compiled):
            confined.compile_filter(unit, compiled)
        return ["/usr/bin/python3", HERE + "/confined.py", "outer",
                self.unit(unit.name), compiled, self.base, PREFIX, user,
                "nogroup", "--", *command]

    def confined(self, unit, user, command):
        """A command as the unit would run it."""
        return subprocess.run(
            self.words(unit, user, command), env=self.around,
            stdin=subprocess.DEVNULL, timeout=60, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, check=False)

    def serve(self, key, *args, **options):
        self.services[key] = _Service(self, *args, **options)
        return self.services[key]

    def path(self, name):
        return self.root + name

    def client(self):
        return Client(self.spa_port)

    def well(self):
        try:
            return self.client().get("/api/v1/health").status == 200
        except OSError:
            return False

    def told(self, key):
        """The last that a service wrote."""
        with open(self.services[key].log.name, encoding="utf-8") as f:
            return f.read()[-1500:]

    def end(self):
        for service in self.services.values():
            service.stop()
        super().end()


def systemd_understands_every_unit(site):
    assert len(site.units()) == 14, site.units()
    names = [u[len(site.root):] for u in site.units()]
    if os.geteuid() == 0 and site.fits:
        done = site.inside("systemd-analyze", "verify", "--man=no", *names)
        told = done.stdout + done.stderr
    else:
        done = subprocess.run(["systemd-analyze", "verify", "--man=no",
                               *site.units()], stderr=subprocess.PIPE,
                              text=True, check=False)
        told = "".join(x for x in done.stderr.splitlines(True)
                       if "is not executable" not in x)
    assert "magnetiq" not in told, told


def every_service_is_confined(site):
    services = [u for u in site.units() if u.endswith(".service")]
    assert len(services) == 9
    for path in services:
        done = subprocess.run(["systemd-analyze", "security", "--no-pager",
                               "--offline=true", path], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        score = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
        assert float(score[1]) < 2, (path, score[0])


def no_blank_was_left_in_what_was_installed(site):
    for path in site.units() + [
            site.base + "/" + name for name in (
                "lib/sysusers.d/magnetiq.conf", "lib/tmpfiles.d/magnetiq.conf",
                "lib/sysctl.d/20-magnetiq.conf", "etc/logrotate.d/magnetiq",
                "libexec/magnetiq/pool", "libexec/magnetiq/nginx-access")]:
        with open(path, encoding="utf-8") as f:
            assert not re.search(r"@\w+@", f.read()), path
    assert os.path.exists(site.base + "/share/magnetiq/.env.example")


def setup_makes_folders_and_a_key_once(site):
    site.real()
    for _ in range(2):
        done = site.setup("--site-url", URL)
        assert done.returncode == 0, done
        with open(site.path(ETC + "/magnetiq.env"), encoding="utf-8") as f:
            text = f.read()
        assert getattr(site, "text", text) == text
        site.text = text
    assert len(re.search(r"^SECRET_KEY=(\S+)$", text, re.M)[1]) >= 48
    for path, owner, mode in (
            (ETC + "/magnetiq.env", "root nogroup", 0o640),
            (ETC, "root root", 0o755), (DATA, "nobody nogroup", 0o750),
            (DATA + "/media", "nobody nogroup", 0o750),
            (DATA + "/backups", "nobody nogroup", 0o700),
            (RUN, "nobody nogroup", 0o1770),
            (VAR + "/lib", "root root", 0o755)):
        told = subprocess.run(["stat", "-c", "%U %G %a", site.path(path)],
                              stdout=subprocess.PIPE, check=True, text=True)
        assert told.stdout == f"{owner} {mode:o}\n", (path, told.stdout)


def setup_refuses_nonsense(site):
    site.real()
    for status, words in (
            (1, ["--site-url", "https://other.example.org"]),
            (1, ["--etc", PREFIX + "/e", "--site-url", "ftp://x.org"]),
            (2, ["--site-url", "https://x.org\nDEBUG=1"]),
            (2, ["--etc", "relative"]), (2, ["--data", "/a/../b"]),
            (1, ["--user", "nobody-of-that-name"]), (2, ["--user", "root"]),
            (2, ["--what"])):
        done = site.inside("magnetiq", "setup", *words[:2] if words[0] in (
            "--user", "--what") else ["--user", "nobody", *words])
        assert done.returncode == status and done.stderr, (words, done)
    assert not os.path.exists(site.path(PREFIX + "/e/magnetiq.env"))
    with open(site.path(ETC + "/magnetiq.env"), encoding="utf-8") as f:
        assert f.read() == site.text


def sysusers_and_tmpfiles_make_what_setup_makes(site):
    site.real()
    root = site.dir + "/t"
    os.makedirs(root + "/etc")
    for name in ("passwd", "group"):
        with open(f"{root}/etc/{name}", "w", encoding="utf-8") as f:
            f.write("root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/sh\n"
                    if name == "passwd" else "root:x:0:\nwww-data:x:33:\n")
    for tool, *more in (["systemd-sysusers"], ["systemd-tmpfiles",
                                               "--create"]):
        conf = tool.replace("systemd-", "lib/") + ".d/magnetiq.conf"
        subprocess.run([tool, "--root=" + root, *more,
                        f"{site.base}/{conf}"], check=True, timeout=60,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(root + "/etc/passwd", encoding="utf-8") as f:
        assert "magnetiq:" in f.read()
    for path in (DATA, DATA + "/media", DATA + "/backups", RUN,
                 VAR + "/log/magnetiq", VAR + "/lib/magnetiq-acme"):
        assert os.stat(root + path).st_mode == \
            os.stat(site.path(path)).st_mode, path


def a_new_database_is_made_by_its_unit(site):
    site.real()
    site.once("magnetiq-init.service")
    status = os.stat(site.path(DATA + "/magnetiq.db"))
    assert status.st_mode & 0o777 == 0o600 and status.st_uid != 0


def what_root_types_leaves_no_file_of_root(site):
    site.real()
    done = site.inside("magnetiq", "create-admin", "--email",
                       "admin@example.org", "--password-stdin",
                       stdin=site.PASSWORD + "\n")
    assert done.returncode == 0, done
    for path in glob.glob(site.path(DATA) + "/**", recursive=True):
        assert os.stat(path).st_uid == os.stat(site.path(DATA)).st_uid, path


def the_timers_do_only_what_jobs_has_not_done(site):
    site.real()
    folder = site.path(DATA + "/backups/magnetiq-*.tar.zst")
    for _ in range(2):
        site.once("magnetiq-backup.service")
        assert len(glob.glob(folder)) == 1
    old = time.time() - 21 * 3600
    os.utime(glob.glob(folder)[0], (old, old))
    site.once("magnetiq-backup.service")
    assert len(glob.glob(folder)) == 2
    site.once("magnetiq-maintain.service")


def _nginx(site):
    """A small configuration; the whole one has tests of its own."""
    tls = site.path(PREFIX + "/etc/keys")
    os.mkdir(tls, 0o700)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                    "-keyout", tls + "/key.pem", "-out", tls + "/cert.pem"],
                   check=True, stderr=subprocess.DEVNULL)
    tls = PREFIX + "/etc/keys"
    temporary = "".join(f"{kind}_temp_path /var/cache/magnetiq/{kind};"
                        for kind in ("client_body", "fastcgi", "proxy",
                                     "uwsgi", "scgi"))
    with open(site.path(ETC + "/nginx.conf"), "w", encoding="utf-8") as f:
        f.write(f"""
daemon off; pid {RUN}/nginx.pid; error_log stderr; worker_processes 2;
events {{ worker_connections 512; }}
http {{ access_log {VAR}/log/magnetiq/access.log; {temporary}
  client_max_body_size 20m;
  server {{ listen 127.0.0.1:{site.spa_port} backlog=1024;
    listen 127.0.0.1:{site.api_port} ssl;
    ssl_certificate {tls}/cert.pem;
    ssl_certificate_key {tls}/key.pem;
    set $mag_server app; set $mag_pool app;
    include {PREFIX}/share/magnetiq/nginx-conf/fastcgi.conf;
    location / {{ fastcgi_pass unix:{RUN}/app.sock; }}
    location /api/v1/auth/ {{ set $mag_pool auth;
      fastcgi_pass unix:{RUN}/auth.sock; }} }} }}
""")


def nginx_and_the_pools_serve_without_root(site):
    site.real()
    _nginx(site)
    # One address asks here as often as it can.
    with open(site.path(ETC + "/magnetiq.env"), "a", encoding="utf-8") as f:
        f.write("RATE_LIMITS=off\n")
    site.serve("app", "magnetiq-app.service")
    site.serve("auth", "magnetiq-auth.service")
    done = site.inside(f"{PREFIX}/libexec/magnetiq/nginx-access")
    assert done.returncode == 0, done
    key = os.stat(site.path(PREFIX + "/etc/keys/key.pem"))
    assert key.st_mode & 0o777 == 0o640 and key.st_uid == 0
    site.serve("nginx", "magnetiq-nginx.service", user="www-data")
    try:
        until(site.well, 20)
    except AssertionError:
        raise AssertionError(site.told("nginx") + site.told("app")) from None
    assert len(until(site.services["app"].workers)) == 4
    site.token = site.login(port=site.spa_port).token
    for service in site.services.values():
        owner = os.stat(f"/proc/{service.child.pid}").st_uid
        assert owner != 0, service.unit.name


def a_confined_process_cannot_do_what_it_need_not(site):
    """That the emulation is one: what units forbid is forbidden."""
    site.real()
    for pid in site.services["app"].workers():
        with open(f"/proc/{pid}/status", encoding="utf-8") as f:
            text = f.read()
        for line in ("Seccomp:\t2", "NoNewPrivs:\t1",
                     "CapBnd:\t0000000000000000"):
            assert line in text, (line, text)
        with open(f"/proc/{pid}/mounts", encoding="utf-8") as f:
            root = next(x for x in f if x.split()[1] == "/")
        assert root.split()[3].split(",")[0] == "ro", root
        with open(f"/proc/{pid}/net/dev", encoding="utf-8") as f:
            assert len(f.readlines()) == 3, "it has no network but lo"


def pictures_get_small_in_the_confined_jobs(site):
    site.real()
    client = Client(site.spa_port, site.token)
    with open(ROOT + "/t/fixtures/photo.jpg", "rb") as f:
        answer = client.upload("/api/v1/content/media", f.read(),
                               "photo.jpg", mime="image/jpeg")
    assert answer.status == 201, answer
    site.serve("jobs", "magnetiq-jobs.service")
    number = answer.data["id"]
    until(lambda: client.get(f"/api/v1/content/media/{number}")
          .data.get("renditions"), 20, "jobs makes no smaller pictures")


PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 30>>stream
BT /F 9 Tf 9 9 Td (word) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def papers_are_read_in_the_confined_jobs(site):
    client = Client(site.spa_port, site.token)
    medium = client.upload("/api/v1/content/media", PDF, "a.pdf")
    assert medium.status == 201, medium
    paper = client.post("/api/v1/business/whitepapers", {
        "title": {"en": "x"}, "file_id": medium.data["id"]})
    assert paper.status == 201, paper
    path = f"/api/v1/business/whitepapers/{paper.data['id']}"
    until(lambda: client.get(path).data["page_count"] == 1, 20,
          "jobs reads no paper")


def _killed_is_replaced(site, services):
    """Each worker in turn; whoever asks gets answers from the others."""
    for service in services:
        for pid in service.workers():
            before = service.workers()
            os.kill(pid, signal.SIGKILL)
            began = time.monotonic()
            until(lambda: pid not in service.workers() and
                  len(service.workers()) == len(before), 5)
            assert time.monotonic() - began < 1, service.unit.name


def _reloaded_without_a_lost_request(site, services):
    before = set().union(*(s.workers() for s in services))
    with Load(site.spa_port, "/api/v1/public/settings", 4) as load:
        until(lambda: len(load.statuses) > 20)
        for service in services:
            old = service.workers()
            service.reload()
            until(lambda: service.workers() and
                  not service.workers() & old, 10)
        done = len(load.statuses)
        until(lambda: len(load.statuses) > done + 20)
    assert not load.failures(), load.failures()[:5]
    assert not before & set().union(*(s.workers() for s in services))


def a_killed_worker_of_a_pool_is_replaced_within_a_second(site):
    site.real()
    _killed_is_replaced(site, [site.services["app"], site.services["auth"]])
    assert site.well()


def a_pool_is_reloaded_without_a_lost_request(site):
    site.real()
    _reloaded_without_a_lost_request(site, [site.services["app"]])
    site.services["nginx"].reload()
    until(site.well)


def rotated_logs_are_opened_anew(site):
    site.real()
    log = site.path(VAR + "/log/magnetiq/access.log")
    with open(f"{site.base}/etc/logrotate.d/magnetiq", encoding="utf-8") as f:
        conf = f.read().replace("www-data magnetiq", "www-data nogroup")
    with open(site.path(PREFIX + "/rotate"), "w", encoding="utf-8") as f:
        f.write(conf)
    done = site.inside("logrotate", "-f", "-s", PREFIX + "/state",
                       PREFIX + "/rotate")
    assert done.returncode == 0 and os.path.exists(log + ".1"), done
    until(lambda: site.well() and os.path.getsize(log) > 0, 5,
          "nginx writes to the old one")


def a_multiwatch_that_was_killed_is_started_again(site):
    site.real()
    service = site.services["app"]
    old = service.child.pid
    os.killpg(old, signal.SIGKILL)      # systemd ends what is left of a unit
    until(lambda: service.child.pid != old and site.well(), 10)


def workers_of_their_own_share_the_socket_of_systemd(site):
    site.real()
    site.services.pop("app").stop()
    os.unlink(site.path(RUN + "/app.sock"))
    unit = confined.Unit(site.unit("magnetiq-app.socket"))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(site.path(unit.get("ListenStream")))
    listening.listen(int(unit.get("Backlog")))
    os.chown(site.path(RUN + "/app.sock"), *_account(site))
    os.chmod(site.path(RUN + "/app.sock"), int(unit.get("SocketMode"), 8))
    site.group = [site.serve(f"worker{n}", "magnetiq-worker@.service", n,
                             stdin=listening) for n in (1, 2, 3)]
    until(site.well, 20)
    until(lambda: all(s.workers() for s in site.group))
    _killed_is_replaced(site, site.group)
    _reloaded_without_a_lost_request(site, site.group)


def _account(site):
    status = os.stat(site.path(DATA))
    return status.st_uid, status.st_gid


def a_socket_is_taken_from_systemd_socket_activate_as_well(site):
    site.real()
    path = site.path(RUN + "/other.sock")
    child = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", IN_PLACE, site.base, "setpriv",
         "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
         "systemd-socket-activate", "-l", RUN + "/other.sock", "--fdname=app",
         "-E", f"ENV_FILE={ETC}/magnetiq.env", "-E",
         f"LD_LIBRARY_PATH={PREFIX}/lib", f"{PREFIX}/sbin/magnetiq-fcgi"],
        env=site.around, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        until(lambda: os.path.exists(path))
        for _ in range(3):
            fcgi = Fcgi(path)
            assert b"Status: 200" in fcgi.request("GET", "/api/v1/health")
            fcgi.close()
    finally:
        child.terminate()
        assert child.wait(10) == 0


def uninstall_leaves_data_and_settings_and_nothing_else(site):
    """They are all that was not there after `make install`."""
    for service in [*site.services.values()]:
        service.stop()
    site.services.clear()
    site.make("uninstall")
    left = [p for p in glob.glob(site.root + "/**", recursive=True,
                                 include_hidden=True) if os.path.isfile(p)]
    ours = [p for p in left if not p.startswith((
        site.path(VAR), site.path(ETC), site.path(PREFIX + "/etc/keys")))]
    assert [p for p in ours if os.path.basename(p) not in (
        "rotate", "state")] == []
    assert not os.path.exists(site.base + "/share/magnetiq")
    assert not os.path.exists(site.base + "/libexec/magnetiq")
    if os.geteuid() == 0 and site.fits:
        assert site.path(DATA + "/magnetiq.db") in left
        assert site.path(ETC + "/magnetiq.env") in left


run(globals(), kind=_Installed)
