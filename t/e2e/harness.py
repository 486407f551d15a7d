# SPDX-License-Identifier: MIT
"""A whole site in one temporary folder, and what tests need to talk to it.

A test file defines functions whose names are sentences and that take a
Site, and ends with `run(globals())`.  Each file has a site of its own, made
by spawn/dev on free ports; when the file ends nothing of it may remain.
Output is TAP.  Standard library only.
"""
import contextlib
import http.client
import inspect
import json
import os
import re
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DEV = os.path.join(ROOT, "spawn", "dev")


class Skip(Exception):
    """Raised by a test that cannot run here, with the reason."""


class Response:
    """One answer: status, headers as they came, body as bytes."""

    def __init__(self, status, reason, headers, body):
        self.status, self.reason = status, reason
        self.headers, self.body = headers, body

    def header(self, name):
        """The value of a header, or None; a second one is a mistake."""
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        assert len(found) < 2, f"{name} came {len(found)} times: {found}"
        return found[0] if found else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        """What a successful answer carries in its envelope."""
        assert self.json["success"] is True, self
        return self.json["data"]

    @property
    def code(self):
        """The code of an error in our envelope, which is checked."""
        answer = self.json
        assert answer["success"] is False, self
        assert set(answer) == {"success", "error", "request_id"}, answer
        assert answer["request_id"] == self.header("X-Request-ID"), self
        error = answer["error"]
        assert error["message"] and isinstance(error["details"], list), error
        return error["code"]

    @property
    def fields(self):
        """The names of the fields that an error complains of, sorted."""
        return sorted(d["field"] for d in self.json["error"]["details"])

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:600]!r}>"


class Client:
    """Speaks HTTP to one port, perhaps signed in; one connection kept."""

    def __init__(self, port, token=None, timeout=30):
        self.port, self.token, self.timeout = port, token, timeout
        self.connection = None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=self.timeout)

    def request(self, method, path, body=None, headers=None):
        """Any request; `body` is bytes, or anything else to go as JSON."""
        headers = dict(headers or {})
        names = {k.lower() for k in headers}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            if "content-type" not in names:
                headers["Content-Type"] = "application/json"
        if self.token and "authorization" not in names:
            headers["Authorization"] = "Bearer " + self.token
        for again in (True, False):
            if self.connection is None:
                self.connection = self.connect()
                again = False
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, OSError):
                # A kept connection may have been closed meanwhile.
                self.close()
                if not again:
                    raise
        if answer.will_close:
            self.close()
        return Response(answer.status, answer.reason, answer.getheaders(),
                        content)

    def get(self, path, **headers):
        return self.request("GET", path, None, dashes(headers))

    def head(self, path, **headers):
        return self.request("HEAD", path, None, dashes(headers))

    def post(self, path, body=None, **headers):
        return self.request("POST", path, body, dashes(headers))

    def put(self, path, body=None, **headers):
        return self.request("PUT", path, body, dashes(headers))

    def patch(self, path, body=None, **headers):
        return self.request("PATCH", path, body, dashes(headers))

    def delete(self, path, **headers):
        return self.request("DELETE", path, None, dashes(headers))

    def upload(self, path, content, filename="file", method="POST",
               mime="application/octet-stream", **fields):
        """A multipart form with one file and some text parts."""
        boundary = uuid.uuid4().hex
        form = multipart(boundary, content, filename, mime, fields)
        return self.request(method, path, form, {"Content-Type":
                            "multipart/form-data; boundary=" + boundary})

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def dashes(headers):
    """If_Match="x" becomes the header If-Match: x; None is left out."""
    return {k.replace("_", "-"): v for k, v in headers.items()
            if v is not None}


def multipart(boundary, content, filename, mime, fields):
    out = b""
    for name, value in fields.items():
        if not isinstance(value, str):
            value = json.dumps(value)
        out += (f'--{boundary}\r\nContent-Disposition: form-data; '
                f'name="{name}"\r\n\r\n{value}\r\n').encode()
    if content is not None:
        out += (f'--{boundary}\r\nContent-Disposition: form-data; '
                f'name="file"; filename="{filename}"\r\n'
                f'Content-Type: {mime}\r\n\r\n').encode() + content + b"\r\n"
    return out + f"--{boundary}--\r\n".encode()


def told(out):
    """What a worker wrote, as CGI has it: a Response, or None if nothing."""
    if not out:
        return None
    head, _, body = out.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1))
               for line in head.decode().split("\r\n")]
    assert headers[0][0] == "Status", out[:200]
    status, reason = headers.pop(0)[1].split(" ", 1)
    answer = Response(int(status), reason, headers, body)
    length = answer.header("Content-Length")
    assert length is None or int(length) == len(body), answer
    return answer


def raw(port, data, timeout=15):
    """Send bytes to a port, return all bytes that come until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout) as s:
        s.sendall(data)
        return receive_all(s)


def exact(port, data, end=False):
    """These bytes to a port of nginx: the Response, or None for no answer.
    With `end` nothing more will follow them, whatever they promise."""
    with socket.create_connection(("127.0.0.1", port), 15) as s:
        try:
            s.sendall(data)
            if end:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass                # it answered before it had read all
        answer = http.client.HTTPResponse(s)
        try:
            answer.begin()
            body = answer.read()
        except (http.client.BadStatusLine, ConnectionResetError):
            return None
        return Response(answer.status, answer.reason, answer.getheaders(),
                        body)


def receive_all(s):
    out = b""
    while True:
        try:
            part = s.recv(65536)
        except ConnectionResetError:
            return out
        if not part:
            return out
        out += part


class Fcgi:
    """Talks to a worker's socket with records made by hand."""
    BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7

    def __init__(self, path, timeout=15):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)

    def record(self, kind, content=b"", length=None, request=1, version=1):
        """Send one record; a wrong `length` may be claimed."""
        length = len(content) if length is None else length
        self.socket.sendall(struct.pack(">BBHHBB", version, kind, request,
                                        length, 0, 0) + content)

    def begin(self, role=1, flags=0):
        self.record(self.BEGIN, struct.pack(">HB5x", role, flags))

    def params(self, params):
        """Parameters, as many records as needed, and the end of them."""
        out = b""
        for name, value in params.items():
            name, value = os.fsencode(name), os.fsencode(value)
            out += size(name) + size(value) + name + value
        for i in range(0, len(out), 60000):
            self.record(self.PARAMS, out[i:i + 60000])
        self.record(self.PARAMS)

    def request(self, method, path, body=b"", **params):
        """A whole request and its answer."""
        self.begin()
        self.params(request_params(method, path, body, params))
        if body:
            self.record(self.STDIN, body)
        self.record(self.STDIN)
        return self.answer()

    def answer(self):
        """What the worker writes to stdout until it ends the request."""
        out, stream = b"", b""
        while True:
            while len(stream) >= 8:
                _, kind, _, n, pad, _ = struct.unpack(">BBHHBB", stream[:8])
                if len(stream) < 8 + n + pad:
                    break
                if kind == self.STDOUT:
                    out += stream[8:8 + n]
                stream = stream[8 + n + pad:]
                if kind == self.END:
                    return out
            part = self.socket.recv(65536)
            if not part:
                return out
            stream += part

    def close(self):
        self.socket.close()


def size(value):
    return (bytes([len(value)]) if len(value) < 128 else
            struct.pack(">I", len(value) | 0x80000000))


def request_params(method, path, body=b"", more=None):
    params = {"REQUEST_METHOD": method, "REQUEST_URI": path,
              "QUERY_STRING": path.partition("?")[2],
              "REMOTE_ADDR": "127.0.0.1", "REQUEST_SCHEME": "http",
              "HTTP_HOST": "localhost", "REQUEST_ID": "0" * 32,
              "MAGNETIQ_SERVER": "app", "MAGNETIQ_POOL": "app"}
    if body:
        params["CONTENT_LENGTH"] = str(len(body))
        params["CONTENT_TYPE"] = "application/json"
    params.update(more or {})
    return params


class Site:
    """A running site in a temporary folder."""
    PASSWORD = "correct horse battery 9"

    def __init__(self, *options, env=None, start=True):
        self.dir = tempfile.mkdtemp(prefix="mq", dir="/tmp")
        self.state = os.path.join(self.dir, "s")
        self.clock_file = os.path.join(self.dir, "clock")
        self.set_clock(0)
        self.spa_port, self.api_port = free_ports(2)
        self.options = ["--spa-port", str(self.spa_port), "--api-port",
                        str(self.api_port), "--no-install", *options]
        self.environ = clean_environ()
        self.environ.update(ENVIRONMENT="test",
                            CLOCK_OFFSET_FILE=self.clock_file)
        self.environ.update(env or {})
        self.tokens = {}
        if start:
            self.start()

    def dev(self, *arguments, timeout=300, check=True):
        """Run spawn/dev for this site, with nothing of ours but a pipe."""
        done = subprocess.run([DEV, *arguments, "--state", self.state],
                              env=self.environ, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout,
                              text=True, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"spawn/dev {arguments}: "
                                 f"{done.returncode}\n{done.stderr}")
        return done

    def start(self, *more):
        done = self.dev("--detach", *self.options, *more)
        self.env = read_env(os.path.join(self.state, "env"))
        self.api = Client(self.api_port)
        self.spa = Client(self.spa_port)
        return done

    def stop(self):
        self.dev("stop")

    def end(self):
        """Stop, see that nothing remains, and remove the folder."""
        left = []
        if os.path.exists(os.path.join(self.state, "env")):
            self.stop()
            left = self.processes()
            self.tell_doors()
        self.release()
        subprocess.run(["rm", "-rf", self.dir], check=True)
        assert not left, f"still there after stop: {left}"

    def tell_doors(self):
        """Which doors have opened at least once; t/run asks for it."""
        if "DOORS" not in os.environ:
            return
        doors = set()
        for pool in ("app", "auth"):
            if os.path.exists(f"{self.state}/logs/{pool}.log"):
                doors.update(re.findall(
                    r'"method":"(\w+)","route":"([^"]+)","status":[23]',
                    self.log(pool)))
        with open(os.environ["DOORS"], "a", encoding="utf-8") as f:
            f.writelines(f"{method} {path}\n" for method, path in doors)

    def release(self):
        """What a kind of site has to undo before its folder goes."""

    def processes(self):
        """[(pid, command line)] of whatever works in this site's folder."""
        out = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    line = f.read().replace(b"\0", b" ").decode()
                if os.readlink(f"/proc/{pid}/cwd") == self.state:
                    out.append((int(pid), line))
            except (OSError, UnicodeDecodeError):
                continue        # it ended, or is a zombie
        return out

    # Workers.

    def pid(self, service):
        with open(f"{self.state}/run/{service}.pid", encoding="utf-8") as f:
            return int(f.read())

    def workers(self, pool="app"):
        """The numbers of the workers of a pool."""
        done = subprocess.run(["pgrep", "-P", str(self.pid(pool))],
                              stdout=subprocess.PIPE, check=False)
        return sorted(map(int, done.stdout.split()))

    def kill(self, pid, number=signal.SIGKILL):
        assert any(pid == p for p, _ in self.processes()), pid
        os.kill(pid, number)

    def socket_path(self, pool="app"):
        return f"{self.state}/{pool}.sock"

    def fcgi(self, pool="app"):
        return Fcgi(self.socket_path(pool))

    # The clock of the site.

    def set_clock(self, seconds):
        """Let the site's clock run this many seconds ahead."""
        with open(self.clock_file + ".new", "w", encoding="utf-8") as f:
            f.write(f"{seconds}\n")
        os.replace(self.clock_file + ".new", self.clock_file)

    def ask_job(self, name):
        """Let a job run soon, once more than was asked for already."""
        self.sql("UPDATE jobs SET requested = requested + 1 WHERE name = ?",
                 name)

    # The command, the database, the logs.

    def magnetiq(self, *arguments, stdin="", check=True, timeout=120):
        """Run the command with the site's settings."""
        done = subprocess.run([self.env["MAGNETIQ"], *arguments],
                              env={**self.environ, **self.env},
                              input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True,
                              timeout=timeout, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"magnetiq {arguments}: "
                                 f"{done.returncode}\n{done.stderr}")
        return done

    def rows(self, sql, *values):
        """Read from the database beside the running site."""
        path = self.env["DATABASE_URL"]
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        try:
            db.execute("PRAGMA wal_autocheckpoint=0")
            db.row_factory = sqlite3.Row
            return [dict(r) for r in db.execute(sql, values)]
        finally:
            db.close()

    def sql(self, sql, *values):
        """Write beside the running site, as a person with sqlite3 does;
        returns the id of the row that was made."""
        db = sqlite3.connect(self.env["DATABASE_URL"], timeout=10)
        try:
            db.execute("PRAGMA wal_autocheckpoint=0")
            db.execute("PRAGMA foreign_keys=ON")
            with db:
                return db.execute(sql, values).lastrowid
        finally:
            db.close()

    def log(self, name):
        with open(f"{self.state}/logs/{name}.log", encoding="utf-8",
                  errors="replace") as f:
            return f.read()

    def logs(self):
        """Everything that was logged, as one text."""
        time.sleep(1.2)         # nginx keeps access lines for a second
        names = os.listdir(f"{self.state}/logs")
        return "".join(self.log(n[:-4]) for n in names)

    # People.

    def login(self, email="admin@example.org", password=None, port=None):
        """A client that is signed in."""
        client = Client(port or self.api_port)
        answer = client.post("/api/v1/auth/login", {
            "email": email, "password": password or self.PASSWORD})
        assert answer.status == 200, answer
        client.token = answer.data["access_token"]
        return client

    def admin(self):
        """A client signed in as an admin, who is made if need be."""
        if "admin" not in self.tokens:
            self.magnetiq("create-admin", "--email", "admin@example.org",
                          "--password-stdin", stdin=self.PASSWORD + "\n")
            self.tokens["admin"] = self.login().token
        return Client(self.api_port, self.tokens["admin"])

    def staff(self, role):
        """A client signed in as an editor or viewer."""
        if role not in self.tokens:
            email = role + "@example.org"
            answer = self.admin().post("/api/v1/admin/users", {
                "email": email, "password": self.PASSWORD, "role": role,
                "first_name": role.title(), "last_name": "Example"})
            assert answer.status == 201, answer
            self.tokens[role] = self.login(email).token
        return Client(self.api_port, self.tokens[role])


def clean_environ():
    """Our environment without settings: a test says all that it needs."""
    keep = ("PATH", "HOME", "LANG", "TMPDIR", "USER", "BUILD", "TERM",
            "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
    return {k: os.environ[k] for k in keep if k in os.environ}


def read_env(path):
    """What a shell knows after `. path`, of what path says."""
    done = subprocess.run(["env", "-i", "sh", "-c", '. "$1"; exec env -0',
                           "sh", path], stdout=subprocess.PIPE, check=True)
    pairs = (p.partition("=") for p in done.stdout.decode().split("\0") if p)
    return {k: v for k, _, v in pairs if k not in ("PWD", "OLDPWD", "_",
                                                   "SHLVL")}


given = set()


@contextlib.contextmanager
def unharmed(site):
    """What happens within leaves every worker alive, and ready to serve."""
    before = site.workers() + site.workers("auth")
    yield
    for _ in range(2 * len(before)):
        answer = Client(site.api_port).get("/api/v1/public/settings")
        assert answer.status == 200, answer
    after = site.workers() + site.workers("auth")
    assert after == before, (before, after)


def free_ports(n):
    """Ports that nobody else has now; below those given out by chance."""
    ports = []
    start = 10000 + os.getpid() * 17 % 20000
    for port in range(start, start + 2000):
        if port in given:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        given.add(port)
        ports.append(port)
        if len(ports) == n:
            break
    return ports


def until(what, seconds=10, message="it did not come true"):
    """Wait until what() is true, and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, message
        time.sleep(0.02)


class Load:
    """Clients that ask without pause in the background."""

    def __init__(self, port, path, clients=8, token=None):
        self.port, self.path, self.token = port, path, token
        self.statuses, self.errors = [], []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.ask, daemon=True)
                        for _ in range(clients)]

    def ask(self):
        # A connection a request: what a client does with a connection that
        # was closed while idle is not the server's matter.
        while not self.ended.is_set():
            client = Client(self.port, self.token)
            try:
                self.statuses.append(client.get(
                    self.path, Connection="close").status)
            except (OSError, http.client.HTTPException) as e:
                self.errors.append(repr(e))

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for t in self.threads:
            t.join()

    def failures(self):
        return self.errors + [s for s in self.statuses if s != 200]


def run(names, *options, env=None, start=True, kind=Site):
    """Run the tests of a file in the order in which they stand there."""
    tests = [f for k, f in names.items()
             if inspect.isfunction(f) and f.__module__ == "__main__" and
             not k.startswith("_") and
             [p.strip("_") for p in inspect.signature(f).parameters] ==
             ["site"]]
    wanted = sys.argv[1:]
    tests = [t for t in tests if not wanted or
             any(re.search(w, t.__name__) for w in wanted)]
    print(f"1..{len(tests) + 1}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    site = kind(*options, env=env, start=False)
    failed = 0
    try:
        if start:
            site.start()
        for n, test in enumerate(tests, 1):
            failed += report(n, test.__name__, lambda t=test: t(site))
    finally:
        # Every file ends with a test of its own: it left nothing behind.
        failed += report(len(tests) + 1, "nothing_remains_after_the_end",
                         site.end)
    sys.exit(1 if failed else 0)


def report(n, name, what):
    """Run what(), say how it went in TAP, return 1 if it failed."""
    began = time.monotonic()
    try:
        what()
    except Skip as e:
        print(f"ok {n} - {name} # SKIP {e}", flush=True)
        return 0
    except Exception:           # whatever it is, it is a failed test
        print(f"not ok {n} - {name}")
        for line in traceback.format_exc().splitlines():
            print("# " + line[:2000])
        sys.stdout.flush()
        return 1
    print(f"ok {n} - {name}", flush=True)
    if time.monotonic() - began > 2:
        print(f"# that took {time.monotonic() - began:.1f} s", flush=True)
    return 0
