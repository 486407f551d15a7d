# SPDX-License-Identifier: MIT
"""A certificate authority that speaks ACME, with a name server that knows
every name: pebble and its companion."""
import http.client
import json
import shutil
import ssl
import subprocess

from harness import Skip, clean_environ, free_ports, until
from production import Production


class Acme:
    """It asks on the two ports that are given; `directory` is its address,
    which the given authority has signed."""

    def __init__(self, authority, http_port, https_port):
        for name in ("pebble", "pebble-challtestsrv", "certbot"):
            if shutil.which(name) is None:
                raise Skip(f"there is no {name}")
        self.authority, self.processes = authority, []
        names, manage, directory, self.roots = free_ports(4)
        here = authority.folder + "/localhost"
        authority.sign(here, ["localhost"])
        with open(here + "/pebble.json", "w", encoding="utf-8") as f:
            json.dump({"pebble": {
                "listenAddress": f"127.0.0.1:{directory}",
                "managementListenAddress": f"127.0.0.1:{self.roots}",
                "certificate": here + "/fullchain.pem",
                "privateKey": here + "/privkey.pem",
                "httpPort": http_port, "tlsPort": https_port}}, f)
        self.beside_us(
            "pebble-challtestsrv", "-dns01", f"127.0.0.1:{names}",
            "-management", f"127.0.0.1:{manage}", "-defaultIPv4", "127.0.0.1",
            "-defaultIPv6", "", "-http01", "", "-https01", "",
            "-tlsalpn01", "")
        self.beside_us("pebble", "-strict", "-config", f.name, "-dnsserver",
                       f"127.0.0.1:{names}")
        self.directory = f"https://localhost:{directory}/dir"
        until(lambda: Production.listens(directory) and
              Production.listens(self.roots), 20,
              "the authority did not start")

    def beside_us(self, *command):
        with open(self.authority.folder + "/acme.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**clean_environ(), "PEBBLE_VA_NOSLEEP": "1",
                     "PEBBLE_WFE_NONCEREJECT": "0"}))

    def root(self):
        """A file with the certificate that all of its own lead to."""
        path = self.authority.folder + "/acme-root.pem"
        connection = http.client.HTTPSConnection(
            "localhost", self.roots, timeout=10,
            context=ssl.create_default_context(cafile=self.authority.root))
        connection.request("GET", "/roots/0")
        with open(path, "wb") as f:
            f.write(connection.getresponse().read())
        connection.close()
        return path

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
