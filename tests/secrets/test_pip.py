"""Private indexes and direct URLs of a pip section: what logs in there is told and left nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from planted_urls import SECRET
from private_server import PASSWORD, TOKEN, USER

from envctl.model.format_names import EXPORT_FORMATS, LOCK_FORMATS

pytestmark = pytest.mark.channel
WHEEL = "files/direct-1.0-py3-none-any.whl"


@pytest.fixture
def pip_section(private: Any, local_channel: Any) -> Any:
    """Makes an environment file with these lines in its pip section."""

    def make(*lines: str) -> Path:
        dependencies = f"[python, pip, pip: {json.dumps(lines)}]"
        return Path(private.specification(local_channel.url, dependencies=dependencies))

    return make


def test_nothing_is_told_and_nothing_stays(
    private: Any, pip_section: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    envctl, server = private.envctl, private.server
    spec = pip_section(
        f"--index-url {server.login}/simple/",
        "greet",
        f"direct @ {server.token}/{WHEEL}",
        f"signed @ {server.bare}/files/signed-1.0-py3-none-any.whl?sig={TOKEN}",
    )
    envctl("create", "-f", spec)
    envctl("create", "-f", spec, "-n", "plan", "--dry-run")
    envctl("create", "-f", spec, "-n", "plan", "--dry-run", "--json")
    envctl("check", "web", "--files")
    envctl("check", "web", "--against", spec, "--format", "json")
    for form in EXPORT_FORMATS:
        envctl("export", "web", "--format", form, "--lossy")
    envctl("export", "web", "--from-history")
    assert f"--index-url {server.bare}/simple/" in envctl("render", spec)
    site_packages = private.root.glob("envs/web/lib/python3.*/site-packages")
    origins = [file for folder in site_packages for file in folder.glob("*.dist-info/direct_url.json")]
    assert sorted(json.loads(file.read_text())["url"] for file in origins) == [
        f"{server.bare}/{WHEEL}",
        f"{server.bare}/files/signed-1.0-py3-none-any.whl?sig=***",
    ]
    for form in LOCK_FORMATS:
        envctl("lock", spec, "--format", form, "--lossy", "-o", form)
        envctl("lock", spec, "-o", form, "--check")
        envctl("check", "web", "--against", form)
        envctl("diff", spec, form)
    lock = private.folder / "with-variables.yml"
    with_variables = server.bare.replace("//", "//${WHO}:$PASSWORD@")
    lock.write_text(Path("conda-lock-v1").read_text().replace(server.bare, with_variables))
    monkeypatch.setenv("UV_CACHE_DIR", str(private.folder / "empty"))
    assert "401 Unauthorized" in envctl("create", lock, "--replace", code=4)
    monkeypatch.setenv("WHO", USER)
    monkeypatch.setenv("PASSWORD", quote(PASSWORD, safe=""))
    envctl("create", lock, "--replace")
    envctl("check", "web", "--against", lock)
    private.assert_nothing_is_left()


@pytest.mark.parametrize("flags", [["-v"], ["--json"]], ids=["verbose", "json"])
def test_a_failure_tells_no_secret(
    private: Any, pip_section: Any, monkeypatch: pytest.MonkeyPatch, flags: list[str]
) -> None:
    server = private.server
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    def fails(*lines: str, verb: str = "lock") -> str:
        return str(private.envctl(verb, pip_section(*lines), *flags, code=4))

    assert "401 Unauthorized" in fails(f"direct @ {server.refused}/{WHEEL}")
    assert "401 Unauthorized" in fails(f"direct @ {server.bare}/t/not-{SECRET}/{WHEEL}")
    assert "greet was not found" in fails(f"--index-url {server.refused}/simple/", "greet")
    assert "only greet==1.0 is available" in fails(f"--index-url {server.login}/simple/", "greet >2")
    assert "404" in fails(f"direct @ {server.token}/files/direct-2.0-py3-none-any.whl")
    assert "404" in fails(f"--find-links {server.login}/none/", "--no-index", "greet")
    assert "conflicting URLs" in fails(f"direct @ {server.login}/{WHEEL}", f"direct @ {server.token}/{WHEEL}")
    nowhere = f"http://{USER}:{SECRET}@127.0.0.1:1/t/{TOKEN}/simple"
    assert "Connection refused" in fails(f"--index-url {nowhere}", "greet")
    assert "r.git" in fails(f"direct @ git+{server.login}/r.git")
    assert "ash mismatch" in fails(f"direct @ {server.token}/{WHEEL}#sha256={'0' * 64}", verb="create")
    private.assert_nothing_is_left()
