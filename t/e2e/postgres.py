# SPDX-License-Identifier: MIT
"""A real PostgreSQL, into which what was exported is loaded."""
import glob
import json
import os
import shutil
import subprocess
import tempfile


class Postgres:
    """A server of our own in a scratch folder, on a socket only."""

    def __init__(self):
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.folder = tempfile.mkdtemp(prefix="mqpg", dir="/tmp")
        self.user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres",
                         "--clear-groups", "--"]

    def call(self, program, *arguments, stdin=None):
        done = subprocess.run(
            [*self.user, os.path.join(self.bin, program), *arguments],
            input=stdin, text=True, stdout=subprocess.PIPE, check=False,
            stderr=subprocess.STDOUT, cwd=self.folder)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def __enter__(self):
        self.call("initdb", "-D", self.folder + "/d", "-U", "me", "-A",
                  "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self.call("pg_ctl", "-D", self.folder + "/d", "-w", "-l",
                  self.folder + "/log", "-o",
                  f"-c listen_addresses= -k {self.folder}", "start")
        return self

    def sql(self, *arguments, stdin=None):
        return self.call("psql", "-h", self.folder, "-U", "me", "-X", "-q",
                         "-v", "ON_ERROR_STOP=1", *arguments, "postgres",
                         stdin=stdin)

    def rows(self, table):
        text = self.sql("-A", "-t", "-c", "SET TimeZone = 'UTC'", "-c",
                        f"SELECT row_to_json(t) FROM \"{table}\" t")
        return [json.loads(line) for line in text.splitlines()]

    def take(self, out):
        """Load what export-v3 wrote; each row is as its file says."""
        with open(out + "/magnetiq.sql", encoding="utf-8") as f:
            self.sql("-1", stdin=f.read())
        with open(out + "/manifest.json", encoding="utf-8") as f:
            tables = json.load(f)["tables"]
        for t in tables:
            with open(f"{out}/{t['file']}", encoding="utf-8") as f:
                rows = json.load(f)
            got = [{k: _as_exported(v) for k, v in row.items()}
                   for row in self.rows(t["table"])]
            assert len(got) == t["rows"], t
            assert _sorted(got) == _sorted(rows), (t, got[:2], rows[:2])
            self.goes_on(t["table"], rows)

    def goes_on(self, table, rows):
        """The next number that the table gives is a new one."""
        following = self.sql("-A", "-t", stdin=(
            "SELECT format('SELECT last_value FROM %s', pg_get_serial_sequence"
            "(attrelid::regclass::text, attname)) FROM pg_attribute WHERE"
            f" attrelid = '\"{table}\"'::regclass AND attidentity <> ''"
            " \\gexec\n"))
        most = max((r.get("id", 0) for r in rows), default=0)
        assert not following.strip() or int(following) > most, table

    def __exit__(self, *_):
        self.call("pg_ctl", "-D", self.folder + "/d", "-m", "immediate",
                  "stop")
        shutil.rmtree(self.folder)


def _as_exported(value):
    """A time as PostgreSQL prints it is that which the file says."""
    if isinstance(value, str) and value.endswith("+00:00"):
        return value.replace("+00:00", "Z")
    return value


def _sorted(rows):
    return sorted(json.dumps(row, sort_keys=True) for row in rows)
