#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The first certificate, the second and their renewal, by certbot from an
authority that speaks ACME: pebble, and a name server that knows our names."""
import os
import ssl
import subprocess

from acme import Acme
from harness import Skip, clean_environ, run, until
from production import HOST, Asking, Production

ALIAS = "example.org"


class _Certified(Production):
    """With an authority beside it."""
    acme = None

    def __init__(self, *options, **more):
        super().__init__(*options, **more)
        self.certbot_dir = self.dir + "/letsencrypt"

    def start(self, *more):
        super().start(*more)
        live = f"{self.certbot_dir}/live/{HOST}"
        self.write_settings(TLS_CERTIFICATE=live + "/fullchain.pem",
                            TLS_CERTIFICATE_RSA="")

    def certbot(self, *arguments, check=True):
        done = subprocess.run(
            ["certbot", *arguments, "--server", self.acme.directory,
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
        if self.acme is not None:
            self.acme.end()
        super().release()


def before_the_first_certificate_only_the_authority_is_served(site):
    site.acme = Acme(site.authority, site.http_port, site.https_port)
    done = site.configure()
    assert "no certificate yet" in done.stderr, done.stderr
    site.start_nginx()
    answer = site.plain().get("/en/", Host=HOST)
    assert answer.status == 503 and answer.header("Retry-After"), answer
    assert not site.listens(site.https_port)


def the_first_certificate_opens_the_site(site):
    if site.acme is None:
        raise Skip("there is no authority")
    site.obtain()
    until(lambda: site.listens(site.https_port))
    site.acme_root = site.acme.root()
    for name in (HOST, ALIAS):
        shown = site.tls(name, root=site.acme_root).shown()
        assert {("DNS", HOST), ("DNS", ALIAS)} == set(shown["subjectAltName"])
    client = site.tls(root=site.acme_root)
    assert client.get("/api/v1/health").status == 200
    answer = site.plain().get("/en/", Host=HOST)
    assert answer.status == 301, answer


def a_second_one_is_for_those_who_know_rsa_only(site):
    if site.acme is None:
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
    if site.acme is None:
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
    if site.acme is None:
        raise Skip("there is no authority")
    before = site.tls(root=site.acme_root).shown()["serialNumber"]
    site.acme.end()
    done = site.certbot("renew", "--force-renewal",
                        "--no-random-sleep-on-renew", check=False)
    assert done.returncode == 1, done.stdout
    client = site.tls(root=site.acme_root)
    assert client.get("/api/v1/health").status == 200
    assert client.shown()["serialNumber"] == before
    assert os.path.exists(site.etc + "/nginx.conf")


run(globals(), "--no-demo", kind=_Certified)
