"""envctl killed while uv waits for a package index: uv goes too."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from kill_scenarios import SCENARIOS, Bench, make_sources
from killed import descendants

CREATE_WITH_PIP = next(each for each in SCENARIOS if str(each) == "create with pip by name")


class SlowIndex(SimpleHTTPRequestHandler):
    """Serves a folder; a wheel comes when the test says so."""

    asked = threading.Event()
    answer = threading.Event()

    def do_GET(self) -> None:
        if self.path.endswith(".whl"):
            self.asked.set()
            self.answer.wait(30)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "sources").mkdir()
    return Bench(tmp_path, make_sources(tmp_path / "sources"), CREATE_WITH_PIP)


@pytest.fixture
def index(bench: Bench) -> Iterator[str]:
    """The URL of a folder of wheels."""
    handler = partial(SlowIndex, directory=str(bench.folder / "wheels"))
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/"
    SlowIndex.answer.set()
    http.shutdown()
    http.server_close()
    thread.join()


def test_uv_does_not_go_on_in_a_folder_that_the_next_run_has_cleaned_up(bench: Bench, index: str) -> None:
    bench.reset()
    slow = (bench.folder / "new-pip.yml").read_text().replace("./wheels", index)
    (bench.folder / "slow.yml").write_text(slow)
    process = bench.envctl("create -f slow.yml {place}").start()
    assert SlowIndex.asked.wait(60)
    uv = descendants(process.pid)
    process.kill()
    process.communicate()
    bench.goes_on()
    SlowIndex.answer.set()
    assert uv
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in uv) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert bench.leftovers() == []
