# SPDX-License-Identifier: MIT
"""Somebody else's server, by HTTPS: what it is asked, and what it answers."""
import http.server
import ssl
import threading
import time


class Asked:
    """One request that came: its method, path, headers and body."""

    def __init__(self, handler, body):
        self.method, self.path = handler.command, handler.path
        self.headers, self.body = dict(handler.headers), body


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers what its server's `answers` has for the path."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        asked = Asked(self, self.rfile.read(length))
        with self.server.lock:
            self.server.asked.append(asked)
        answer = self.server.answers.get(self.path, (404, {}, b""))
        if callable(answer):
            answer = answer(asked)
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        parts = [body] if isinstance(body, bytes) else body
        if isinstance(body, bytes):
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass                # who asked has hung up: that is tried here


class Elsewhere:
    """Listens on a free port of 127.0.0.1, and its name is `localhost`;
    without a folder of a certificate it speaks http."""

    def __init__(self, folder=None, answers=None):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.answers = self.answers = dict(answers or {})
        self.server.asked, self.server.lock = [], threading.Lock()
        self.port = self.server.server_address[1]
        scheme = "http"
        if folder:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder + "/fullchain.pem",
                                    folder + "/privkey.pem")
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True,
                do_handshake_on_connect=False)
        self.url = f"{scheme}://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever,
                         kwargs={"poll_interval": 0.05}, daemon=True).start()

    def asked(self, path=None):
        with self.server.lock:
            return [a for a in self.server.asked
                    if path is None or a.path == path]

    def end(self):
        self.server.shutdown()
        self.server.server_close()


def drops(seconds, each=b".", pause=1.0):
    """A body that comes drop by drop."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield each
        time.sleep(pause)
