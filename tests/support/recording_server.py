"""A server on this machine that serves a folder and writes down who asked for what, as whom."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class RecordingServer:
    """Serves a folder, or answers everything with one status."""

    def __init__(self, directory: Path, status: int | None) -> None:
        self.status = status
        self.asked: list[str] = []
        """The paths, or whole URLs where it is asked as a proxy."""
        self.logins: set[str | None] = set()
        """`USER:PASSWORD` of the requests; None for those without."""
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self, directory=str(directory)))
        self.http.daemon_threads = True

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.http.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, server: RecordingServer, *arguments: object, **options: object) -> None:
        self.recording = server
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.recording.asked.append(self.path)
        login = self.headers.get("Authorization") or self.headers.get("Proxy-Authorization")
        self.recording.logins.add(base64.b64decode(login.split()[-1]).decode() if login else None)
        if self.recording.status is not None:
            self.send_error(self.recording.status)
            return
        self.path = urlsplit(self.path).path
        super().do_GET()

    do_HEAD = do_GET  # noqa: N815  (the base class's name)

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def recording_server(directory: Path, *, status: int | None = None) -> Iterator[RecordingServer]:
    """Serve the folder while the block runs."""
    server = RecordingServer(directory, status)
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()
