"""A server on this machine that serves a folder, and misbehaves where and as often as it is told to."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TLS = Path(__file__).with_name("tls")

Fault = Callable[["Handler", bytes], None]
"""What is done in place of an answer; it is given the right body."""


class FaultyServer:
    """Serves a folder; `go_wrong` puts faults in, `mend` takes them out."""

    def __init__(self, directory: Path, *, certificate: str | None) -> None:
        self.faults: list[tuple[str, Fault, list[None] | None]] = []
        self.requests: list[str] = []
        """`METHOD /path`, in the order that they came in."""
        self.closing = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, self, directory=str(directory)))
        self.http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.http.daemon_threads = True
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / f"{certificate}.pem", TLS / f"{certificate}.key")
            self.http.socket = context.wrap_socket(
                self.http.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.http.server_port}"

    def go_wrong(self, pattern: str, fault: Fault, *, times: int | None = None) -> None:
        """Do that for paths like `*/repodata.json`, the first times or always."""
        self.faults.append((pattern, fault, None if times is None else [None] * times))

    def mend(self) -> None:
        """Serve the folder as it is from now on, and forget what was asked for."""
        self.faults.clear()
        self.requests.clear()

    def asked(self, pattern: str) -> int:
        """How often paths like this were asked for."""
        return sum(fnmatch(request, f"GET {pattern}") for request in self.requests)

    def fault_for(self, path: str) -> Fault | None:
        for pattern, fault, left in self.faults:
            if fnmatch(path, pattern) and left != []:
                with suppress(AttributeError):
                    left.pop()  # type: ignore[union-attr]
                return fault
        return None


class Handler(SimpleHTTPRequestHandler):
    """One request."""

    def __init__(self, server: FaultyServer, *arguments: Any, **options: Any) -> None:
        self.faulty = server
        super().__init__(*arguments, **options)

    def do_HEAD(self) -> None:
        """rattler asks so for packed indexes; none of them is there."""
        self.faulty.requests.append(f"HEAD {self.path}")
        super().do_HEAD()

    def do_GET(self) -> None:
        self.faulty.requests.append(f"GET {self.path}")
        fault = self.faulty.fault_for(self.path)
        if fault is None:
            super().do_GET()
            return
        file = Path(self.translate_path(self.path))
        fault(self, file.read_bytes() if file.is_file() else b"")

    def head(self, code: int = 200, **headers: str | int) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


def status(code: int, **headers: str) -> Fault:
    """An answer without a body."""

    def fault(handler: Handler, body: bytes) -> None:
        handler.head(code, Content_Length=0, **headers)

    return fault


def instead(content: bytes | Callable[[bytes], bytes], **headers: str) -> Fault:
    """Another body, or what is made of the right one."""

    def fault(handler: Handler, body: bytes) -> None:
        sent = content if isinstance(content, bytes) else content(body)
        handler.head(Content_Length=len(sent), **headers)
        handler.wfile.write(sent)

    return fault


def cut(handler: Handler, body: bytes) -> None:
    """Half of what was announced, then the end."""
    handler.head(Content_Length=len(body))
    handler.wfile.write(body[: len(body) // 2])


def reset(handler: Handler, body: bytes) -> None:
    """Half of what was announced, then a connection that is torn down."""
    cut(handler, body)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hang_up(handler: Handler, body: bytes) -> None:
    """A connection that is torn down before anything was said."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def silence(handler: Handler, body: bytes) -> None:
    """Nothing, for as long as the server runs."""
    handler.faulty.closing.wait(60)


def stall(handler: Handler, body: bytes) -> None:
    """Half of what was announced, then nothing for as long as the server runs."""
    cut(handler, body)
    handler.wfile.flush()
    handler.faulty.closing.wait(60)


def redirect(to: str) -> Fault:
    """Elsewhere: a path of this server, or a URL."""
    return status(302, Location=to)


@contextmanager
def faulty_server(directory: Path, *, certificate: str | None = None) -> Iterator[FaultyServer]:
    """Serve the folder while the block runs; with TLS by `tests/support/tls/CERTIFICATE.pem`."""
    server = FaultyServer(directory, certificate=certificate)
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.http.shutdown()
        server.http.server_close()
        thread.join()
