#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The first certificate, the second and their renewal, by certbot from an
authority that speaks ACME: pebble, and a name server that knows our names."""
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess

from harness import Skip, clean_environ, free_ports, run, until
from production import HOST, Asking, Production

ALIAS = "example.org"


class _Certified(Production):
    """With an authority beside it."""

    def __init__(self, *options, **more):
        self.beside = []
        super().__init__(*options, **more)
        self.certbot_dir = self.dir + "/letsencrypt"

    def start(self, *more):
        super().start(*more)
        live = f"{self.certbot_dir}/live/{HOST}"
        self.write_settings(TLS_CERTIFICATE=live + "/fullchain.pem",
                            TLS_CERTIFICATE_RSA="")

    def start_authority(self):
        for name in ("pebble", "pebble-challtestsrv", "certbot"):
            if shutil.which(name) is None:
                raise Skip(f"there is no {name}")
        names, manage, directory, roots = free_ports(4)
        here = self.authority.folder + "/localhost"
        self.authority.sign(here, ["localhost"])
        config = here + "/pebble.json"
        with open(config, "w", encoding="utf-8") as f:
            json.dump({"pebble": {
                "listenAddress": f"127.0.0.1:{directory}",
                "managementListenAddress": f"127.0.0.1:{roots}",
                "certificate": here + "/fullchain.pem",
                "privateKey": here + "/privkey.pem",
                "httpPort": self.http_port, "tlsPort": self.https_port}}, f)
        self.beside = [self.beside_us(
            "pebble-challtestsrv", "-dns01", f"127.0.0.1:{names}",
            "-management", f"127.0.0.1:{manage}", "-defaultIPv4", "127.0.0.1",
            "-defaultIPv6", "", "-http01", "", "-https01", "",
            "-tlsalpn01", ""), self.beside_us(
            "pebble", "-strict", "-config", config, "-dnsserver",
            f"127.0.0.1:{names}")]
        self.directory = f"https://localhost:{directory}/dir"
        self.roots_port = roots
        until(lambda: self.listens(directory) and self.listens(roots), 20,
              "the authority did not start")

    def beside_us(self, *command):
        with open(self.dir + "/authority.log", "ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**clean_environ(), "PEBBLE_VA_NOSLEEP": "1",
                     "PEBBLE_WFE_NONCEREJECT": "10"})

    def trust(self):
        """A file with the root of the authority."""
        path = self.dir + "/acme-root.pem"
        connection = http.client.HTTPSConnection(
            "localhost", self.roots_port, timeout=10,
            context=ssl.create_default_context(cafile=self.authority.root))
        connection.request("GET", "/roots/0")
        with open(path, "wb") as f:
            f.write(connection.getresponse().read())
        connection.close()
        return path

    def certbot(self, *arguments, check=True):
        done = subprocess.run(
            ["certbot", *arguments, "--server", self.directory,
             "--config-dir", self.certbot_dir, "--work-dir",
             self.certbot_dir + "/work", "--logs-dir",
             self.certbot_dir + "/logs", "--non-interactive"],
            env={**clean_environ(), "REQUESTS_CA_BUNDLE": self.authority.root,
                 "LD_LIBRARY_PATH": self.prefix + "/lib"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
        assert not check or done.returncode == 0, done.stdout
        return done

    def obtain(self, *more, check=True):
        """As the manual says."""
        return self.certbot(
            "certonly", "--webroot", "-w", self.dir + "/acme", "-d", HOST,
            "-d", ALIAS, "--agree-tos", "-m", "admin@example.org", *more,
            "--deploy-hook", self.prefix + "/sbin/magnetiq-nginx",
            check=check)

    def release(self):
        for process in self.beside:
            process.send_signal(signal.SIGKILL)
            process.wait()
        super().release()


def before_the_first_certificate_only_the_authority_is_served(site):
    site.start_authority()
    done = site.configure()
    assert "no certificate yet" in done.stderr, done.stderr
    site.start_nginx()
    answer = site.plain().get("/en/", Host=HOST)
    assert answer.status == 503 and answer.header("Retry-After"), answer
    assert not site.listens(site.https_port)


def the_first_certificate_opens_the_site(site):
    if not site.beside:
        raise Skip("there is no authority")
    site.obtain()
    until(lambda: site.listens(site.https_port))
    site.acme_root = site.trust()
    for name in (HOST, ALIAS):
        shown = site.tls(name, root=site.acme_root).shown()
        assert {("DNS", HOST), ("DNS", ALIAS)} == set(shown["subjectAltName"])
    client = site.tls(root=site.acme_root)
    assert client.get("/api/v1/health").status == 200
    answer = site.plain().get("/en/", Host=HOST)
    assert answer.status == 301, answer


def a_second_one_is_for_those_who_know_rsa_only(site):
    if not site.beside:
        raise Skip("there is no authority")
    rsa = {"ciphers": "ECDHE+aRSA", "root": site.acme_root,
           "maximum_version": ssl.TLSVersion.TLSv1_2}
    try:
        site.tls(**rsa).get("/api/v1/health")
        raise AssertionError("there is one already")
    except ssl.SSLError:
        pass
    live = site.certbot_dir + "/live/"
    site.obtain("--cert-name", HOST + "-rsa", "--key-type", "rsa")
    site.write_settings(
        TLS_CERTIFICATE=f"{live}{HOST}/fullchain.pem",
        TLS_CERTIFICATE_RSA=f"{live}{HOST}-rsa/fullchain.pem")
    site.reloaded(site.configure)
    client = site.tls(**rsa)
    assert client.get("/api/v1/health").status == 200
    assert client.spoken.cipher()[0].startswith("ECDHE-RSA-")
    client = site.tls(ciphers="ECDHE+ECDSA", root=site.acme_root,
                      maximum_version=ssl.TLSVersion.TLSv1_2)
    assert client.get("/api/v1/health").status == 200


def a_renewal_drops_no_request(site):
    """Two certificates, so two reloads; what certbot remembers is enough."""
    if not site.beside:
        raise Skip("there is no authority")

    def number():
        return site.tls(root=site.acme_root).shown()["serialNumber"]

    before = number()
    with Asking(site, root=site.acme_root) as asking:
        done = site.certbot("renew", "--force-renewal",
                            "--no-random-sleep-on-renew")
        assert "2 renew" in done.stdout or "all renewals succeeded" in \
            done.stdout.lower(), done.stdout
        until(lambda: number() != before)
    assert not asking.bad and asking.served > 100, (asking.bad[:3],
                                                    asking.served)


def what_cannot_be_renewed_leaves_what_is_there(site):
    if not site.beside:
        raise Skip("there is no authority")
    before = site.tls(root=site.acme_root).shown()["serialNumber"]
    for process in site.beside:
        process.kill()
    done = site.certbot("renew", "--force-renewal",
                        "--no-random-sleep-on-renew", check=False)
    assert done.returncode == 1, done.stdout
    client = site.tls(root=site.acme_root)
    assert client.get("/api/v1/health").status == 200
    assert client.shown()["serialNumber"] == before
    assert os.path.exists(site.etc + "/nginx.conf")


run(globals(), "--no-demo", kind=_Certified)
