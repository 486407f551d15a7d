# SPDX-License-Identifier: MIT
"""A site as visitors reach it: what `make install` wrote, and in front nginx
with the configuration that magnetiq-nginx made.  The pools are those of a
site of spawn/dev whose settings say production."""
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import threading

from harness import (ROOT, Client, Response, Site, clean_environ,
                     free_ports, until)

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
HOST = "www.example.org"


class Authority:
    """Somebody who signs certificates, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        self.root = folder + "/root.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                     "-subj", "/CN=A test", "-keyout", folder + "/root.key",
                     "-out", self.root)

    @staticmethod
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True,
                       stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def sign(self, folder, names, kind="ec", days=10):
        """Write fullchain.pem and privkey.pem into a folder."""
        os.makedirs(folder, exist_ok=True)
        key = (["-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec"
               else ["-pkeyopt", "rsa_keygen_bits:2048"])
        request, more = folder + "/request.pem", folder + "/names"
        with open(more, "w", encoding="utf-8") as f:
            f.write("subjectAltName=" + ",".join("DNS:" + n for n in names))
        self.openssl("req", "-newkey", kind, *key, "-nodes", "-subj",
                     "/CN=" + names[0], "-out", request, "-keyout",
                     folder + "/privkey.pem")
        self.openssl("x509", "-req", "-in", request, "-days", str(days),
                     "-CA", self.root, "-CAkey", self.folder + "/root.key",
                     "-CAcreateserial", "-extfile", more, "-out",
                     folder + "/fullchain.pem")


class TlsClient(Client):
    """Speaks to the one site by TLS, under a name of it."""

    def __init__(self, site, name=HOST, token=None, root=None, **tls):
        super().__init__(site.https_port, token)
        self.name, self.root, self.tls = name, root, tls
        self.site, self.spoken = site, None

    def context(self):
        context = ssl.create_default_context(
            cafile=self.root or self.site.authority.root)
        for name, value in self.tls.items():
            if name == "ciphers":
                context.set_ciphers(value)
            elif name == "protocols":
                context.set_alpn_protocols(value)
            else:
                setattr(context, name, value)
        return context

    def connect(self):
        connection = http.client.HTTPSConnection(
            self.name, self.port, timeout=self.timeout)
        plain = socket.create_connection(("127.0.0.1", self.port),
                                         self.timeout)
        try:
            connection.sock = self.context().wrap_socket(
                plain, server_hostname=self.name)
        except OSError:
            plain.close()
            raise
        self.spoken = connection.sock
        return connection

    def shown(self):
        """The certificate that is shown, once checked."""
        self.connect()
        shown = self.spoken.getpeercert()
        self.spoken.close()
        return shown

    def request(self, method, path, body=None, headers=None):
        headers = {"Host": self.name, **(headers or {})}
        return super().request(method, path, body, headers)


class Http2Client(TlsClient):
    """The same by HTTP/2, which Python does not speak and curl does."""

    def request(self, method, path, body=None, headers=None):
        headers = {"Host": self.name, **(headers or {})}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with_body = [] if body is None else ["--data-binary", "@-"]
        there = f"{self.name}:{self.port}"
        done = subprocess.run(
            ["curl", "-sS", "--http2", "--path-as-is", "--globoff",
             "--cacert", self.site.authority.root, "--resolve",
             there + ":127.0.0.1", "-X", method, "-D-", "-w",
             "%{stderr}%{http_version}", *with_body,
             *[f"-H{k}:{' ' * bool(v)}{v}" for k, v in headers.items()],
             f"https://{there}{path}"],
            input=body or b"", timeout=self.timeout,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0 and done.stderr == b"2", done
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        # In HTTP/2 all names are small.
        return Response(int(first.split()[1]), "",
                        [tuple(h.split(": ", 1)) for h in lines], content)


class Asking:
    """Visitors who ask by TLS without pause, while the `with` lasts."""

    def __init__(self, site, path="/api/v1/health", visitors=4, **tls):
        self.site, self.path, self.tls = site, path, tls
        self.served, self.bad, self.ended = 0, [], threading.Event()
        self.threads = [threading.Thread(target=self.ask, daemon=True)
                        for _ in range(visitors)]

    def ask(self):
        client = self.site.tls(**self.tls)
        while not self.ended.is_set():
            try:
                answer = client.get(self.path)
                if answer.status == 200:
                    self.served += 1
                else:
                    self.bad.append(answer)
            except OSError as e:
                self.bad.append(e)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()


class Production(Site):
    """With `self.nginx` in front, once start_nginx() has been called."""

    def __init__(self, *options, env=None, start=True):
        self.http_port, self.https_port, self.metrics_port = free_ports(3)
        self.nginx = None
        super().__init__(*options, start=False, env={
            "ENVIRONMENT": "production", "CLOCK_OFFSET_FILE": "",
            "SITE_URL": "https://" + HOST, "RATE_LIMITS": "off",
            "SMTP_HOST": "127.0.0.1", "HTTPS_PORT": str(self.https_port),
            **(env or {})})
        self.root = self.dir + "/r"
        self.prefix = self.root + self.configured("prefix")
        self.etc = self.root + self.configured("sysconfdir") + "/magnetiq"
        self.live = self.dir + "/live"
        self.authority = Authority(self.dir + "/authority")
        self.environ["NGINX_LOG_DIR"] = (self.root + self.configured(
            "localstatedir") + "/log/magnetiq")
        if start:
            self.start()

    @staticmethod
    def configured(name):
        """Where ./configure was told to put something."""
        done = subprocess.run(
            ["make", "-s", "-C", BUILD, "-f", "-", "say"], text=True,
            input=f"include Makefile\nsay: ; @echo $({name})\n",
            stdout=subprocess.PIPE, check=True)
        return done.stdout.strip()

    def start(self, *more):
        super().start(*more)
        done = subprocess.run(
            ["make", "-s", "-C", BUILD, "install", "DESTDIR=" + self.root],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=200, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
        self.write_settings()
        run = self.root + self.configured("runstatedir") + "/magnetiq"
        for folder in (run, self.root + "/var/cache/magnetiq",
                       self.root + self.configured("localstatedir") +
                       "/log/magnetiq"):
            os.makedirs(folder, exist_ok=True)
        self.nginx_log = folder + "/nginx.log"
        self.access_log = folder + "/access.log"
        for pool in ("app", "auth"):
            os.symlink(f"{self.state}/{pool}.sock", f"{run}/{pool}.sock")

    def write_settings(self, **more):
        shown = self.magnetiq("config", "show").stdout
        settings = {
            **{k: v for k, v in self.env.items() if f"\n{k}=" in "\n" + shown},
            "HTTP_PORT": self.http_port,
            "HTTPS_PORT": self.https_port, "METRICS_PORT": self.metrics_port,
            "SITE_ALIASES": "example.org", "HSTS_SUBDOMAINS": "on",
            "TLS_CERTIFICATE": self.live + "/ecdsa/fullchain.pem",
            "TLS_CERTIFICATE_RSA": self.live + "/rsa/fullchain.pem",
            "ACME_DIR": self.dir + "/acme", **more}
        os.makedirs(self.etc, exist_ok=True)
        with open(self.etc + "/magnetiq.env", "w", encoding="utf-8") as f:
            f.writelines(f"{k}={v}\n" for k, v in settings.items())

    def certificates(self, names=(HOST, "example.org"), **more):
        self.authority.sign(self.live + "/ecdsa", names, **more)
        self.authority.sign(self.live + "/rsa", names, "rsa", **more)

    def configure(self, *arguments, check=True, **env):
        """Run magnetiq-nginx, as an operator does."""
        done = subprocess.run(
            [self.prefix + "/sbin/magnetiq-nginx", *arguments],
            env={**clean_environ(), **env,
                 "LD_LIBRARY_PATH": self.prefix + "/lib"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        assert not check or done.returncode == 0, done
        return done

    def start_nginx(self):
        """As the unit does; but as root, where this is root, as the sockets
        of spawn/dev then are root's."""
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        with open(self.dir + "/nginx.out", "ab") as out:
            self.nginx = subprocess.Popen(
                ["nginx", "-e", "stderr", "-c", self.etc + "/nginx.conf",
                 *user], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until(lambda: self.listens(self.http_port), 10,
              "nginx did not start")

    @staticmethod
    def listens(port):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    def reloaded(self, act):
        """Do what reloads nginx; returns when new workers have the port."""
        before = self.nginx_workers()
        done = act()
        until(lambda: not set(before) & set(self.nginx_workers()) and
              self.nginx_workers(), 20, "nginx was not reloaded")
        return done

    def nginx_workers(self):
        """Those that take connections: who shuts down says so."""
        done = subprocess.run(["pgrep", "-a", "-P", str(self.nginx.pid)],
                              stdout=subprocess.PIPE, text=True, check=False)
        return [line.split()[0] for line in done.stdout.splitlines()
                if not re.search("shutting down", line)]

    def release(self):
        if self.nginx is not None:
            self.nginx.send_signal(signal.SIGQUIT)
            try:
                self.nginx.wait(10)
            except subprocess.TimeoutExpired:
                self.nginx.kill()
                self.nginx.wait()
        super().release()

    def tls(self, name=HOST, **more):
        return TlsClient(self, name, **more)

    def http2(self, name=HOST, **more):
        return Http2Client(self, name, **more)

    def plain(self):
        return Client(self.http_port)
