"""A server on this machine that asks for credentials, as a private channel or package index does."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from planted_urls import SECRET

USER, PASSWORD, TOKEN = f"{SECRET}-user", f"pa:{SECRET}@/%", f"tk-{SECRET}-1234"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass(frozen=True, kw_only=True)
class PrivateServer:
    """Serves a folder to whoever logs in, has the token in the path, or has signed the query."""

    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def bare(self) -> str:
        """Its URL for somebody without credentials."""
        return f"http://{self.host}"

    @property
    def login(self) -> str:
        return f"http://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@{self.host}"

    @property
    def token(self) -> str:
        return f"{self.bare}/t/{TOKEN}"

    @property
    def refused(self) -> str:
        """Credentials that it does not take."""
        return f"http://{USER}:not-{SECRET}@{self.host}"


class _Handler(SimpleHTTPRequestHandler):
    def do_HEAD(self) -> None:
        if self._may_see():
            super().do_HEAD()

    def do_GET(self) -> None:
        if self._may_see():
            super().do_GET()

    def _may_see(self) -> bool:
        path, _, query = unquote(self.path).partition("?")
        signed = query == f"sig={TOKEN}"
        self.path = path.removeprefix(f"/t/{TOKEN}")
        if signed or self.path != path or self.headers.get("Authorization") == f"Basic {BASIC}":
            return True
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="here"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def private_server(directory: Path) -> Iterator[PrivateServer]:
    """Serve the folder while the block runs."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(directory)))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield PrivateServer(port=http.server_port)
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
