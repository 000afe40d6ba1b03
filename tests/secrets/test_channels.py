"""Private channels: what logs in there is in nothing that envctl prints, writes or installs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from planted_urls import SECRET
from private_server import PASSWORD, TOKEN, USER

from envctl.model.format_names import EXPORT_FORMATS, LOCK_FORMATS
from envctl.subdirs import current_subdir

LOGINS = ("login", "token")
"""The attributes of a server that are its URL with credentials."""


@pytest.mark.parametrize("login", LOGINS)
def test_nothing_is_told_and_nothing_stays(private: Any, login: str) -> None:
    envctl = private.envctl
    channel = f"{getattr(private.server, login)}/channel"
    spec = private.specification(channel)
    envctl("create", "-f", spec)
    envctl("create", "-f", spec, "--replace", "--json")
    envctl("create", "-f", spec, "-n", "plan", "--dry-run")
    envctl("create", "-f", spec, "-n", "plan", "--dry-run", "--json")
    public = private.specification("conda-forge", name="public")
    envctl("create", public, "-c", channel, "--override-channels")
    for form in LOCK_FORMATS:
        envctl("lock", spec, "--format", form, "--lossy")
        envctl("lock", spec, "--format", form, "--lossy", "--json")
        envctl("lock", spec, "--format", form, "--lossy", "-o", form)
        envctl("lock", spec, "-o", form, "--check")
        envctl("create", form, "-n", f"of-{form}")
        envctl("check", "web", "--against", form)
        envctl("diff", spec, form)
        envctl("diff", form, "env:web", "--exit-code")
    for form in EXPORT_FORMATS:
        envctl("export", "web", "--format", form, "--lossy")
        envctl("export", "web", "--format", form, "--lossy", "-o", f"exported-{form}")
    envctl("export", "web", "--from-history")
    refused = f"{private.server.refused}/channel"
    other = private.specification(refused, dependencies="[lib]", name="other")
    for form in ("table", "text", "markdown", "json"):
        envctl("diff", spec, other, "--format", form)
        envctl("diff", "conda-lock-v1", other, "--format", form)
    for form in ("table", "junit", "markdown", "json"):
        envctl("check", "web", "--files", "--format", form)
        envctl("check", "web", "--against", other, "--format", form, code=1)
    envctl("list")
    envctl("list", "--json")
    envctl("render", spec)
    envctl("render", spec, "-c", refused)
    envctl("activate", "web")
    run_it = [sys.executable, "-m", "envctl", "run", "web", "--", "web"]
    done = subprocess.run(run_it, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"served\n", b"")
    private.assert_nothing_is_left()


@pytest.mark.parametrize("flags", [[], ["-v"], ["--json"]], ids=["plain", "verbose", "json"])
@pytest.mark.parametrize("login", LOGINS)
def test_a_failure_tells_no_secret(private: Any, login: str, flags: list[str]) -> None:
    envctl, server = private.envctl, private.server
    channel = f"{getattr(server, login)}/channel"
    refused = f"{server.refused}/channel" if login == "login" else f"{server.bare}/t/not-{SECRET}/channel"

    def fails(code: int, *channels: str, dependencies: str = "[web]") -> str:
        spec = private.specification(*channels, dependencies=dependencies)
        envctl("lock", spec, *flags, code=code)
        return str(envctl("create", "-f", spec, *flags, code=code))

    assert "401 Unauthorized" in fails(5, refused)
    assert "404" in fails(5, f"{channel}/none")
    assert "could not parse url" in fails(5, channel.replace(server.host, "[::zz]"))
    assert "lib >=2" in fails(4, channel, dependencies="[web, lib >=2]")
    assert "did you mean web?" in fails(4, channel, dependencies="[wob]")
    assert "web >=9" in fails(4, f"{server.login}/channel", dependencies=f"['{channel}::web >=9']")
    assert "no conda match spec" in fails(3, channel, dependencies=f"['{channel}::web ><2']")
    assert "is no match spec" in fails(3, channel, dependencies=f"['web[url={channel}/noarch/web-1']")
    assert "404" in fails(5, channel, dependencies=f"['{channel}/noarch/web-9-0.conda']")
    spec = private.specification(channel)
    assert "cannot be an environment" in envctl("create", spec, "-n", channel, *flags, code=2)
    assert "cannot be an environment" in envctl("create", spec, "-p", channel, *flags, code=2)
    lock = private.folder / "explicit.lock"
    lock.write_text(f"# platform: {current_subdir()}\n{channel}/noarch/lib-1.0-0.tar.bz2#{'0' * 64}\n")
    assert "hash" in envctl("create", lock, "-n", "web", *flags, code=4)
    lock.write_text(f"# platform: {current_subdir()}\n{channel}/noarch/lib-1.tar.bz2\n")
    assert "NAME-VERSION-BUILD" in envctl("create", lock, "-n", "web", *flags, code=3)
    assert "cannot be read" in envctl("diff", channel, lock, *flags, code=3)
    assert "cannot be read" in envctl("create", channel, *flags, code=3)
    assert "no environment" in envctl("create", f"env:{channel}", *flags, code=5)
    private.assert_nothing_is_left()


def test_a_channel_out_of_reach_tells_no_secret(private: Any) -> None:
    spec = private.specification(f"http://{USER}:{SECRET}@127.0.0.1:1/channel")
    assert "Connection refused" in private.envctl("create", "-f", spec, "-v", code=5)
    private.assert_nothing_is_left()


def test_a_lock_without_credentials_is_installed_with_those_that_are_stored(
    private: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = private.specification(f"{private.server.login}/channel")
    private.envctl("lock", spec, "-o", "conda-lock.yml")
    assert "401" in private.envctl("create", "conda-lock.yml", code=4)
    stored = private.folder / "credentials.json"
    stored.write_text(json.dumps({"127.0.0.1": {"BasicHTTP": {"username": USER, "password": PASSWORD}}}))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(stored))
    private.envctl("create", "conda-lock.yml")
    private.assert_nothing_is_left()


@pytest.mark.parametrize(
    "reference",
    [
        "http://$WHO:${PASSWORD}@{host}/channel",
        "http://{host}/t/$TOKEN/channel",
        "http://$WHO:$PASSWORD@{host}/$FOLDER",
    ],
    ids=[*LOGINS, "folder"],
)
def test_variables_stay_in_every_lock_and_install_it_and_leave_no_value(
    private: Any, monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    envctl, root = private.envctl, private.root
    folder = private.folder / "served" / f"{SECRET}-folder"
    folder.symlink_to("channel")
    values = {"WHO": USER, "PASSWORD": quote(PASSWORD, safe=""), "TOKEN": TOKEN, "FOLDER": folder.name}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    channel = reference.replace("{host}", private.server.host)
    spec = private.specification(channel)
    for form in LOCK_FORMATS:
        envctl("lock", spec, "--format", form, "--lossy", "-o", form)
        text = Path(form).read_text()
        assert f"{channel}/noarch/web-1.0-0.tar.bz2" in text
        envctl("lock", spec, "--format", form, "--lossy", "-o", form, "--update", "web")
        assert Path(form).read_text() == text
        envctl("lock", spec, "-o", form, "--check")
        monkeypatch.setenv("ENVCTL_ROOT", str(root / form))  # with a cache of its own
        envctl("create", form, "-n", "web")
        envctl("check", "web", "--files")
        envctl("check", "web", "--against", form)
        assert (root / form / "envs" / "web" / "bin" / "web").is_file()
        monkeypatch.setenv("ENVCTL_ROOT", str(root))
    envctl("create", "-f", spec, "--json")
    assert f"- {channel}\n" in envctl("export", "web")
    assert f"- {channel}\n" in envctl("render", spec)
    private.assert_nothing_is_left()


def test_a_variable_is_the_environments_own_but_a_login_in_it_is_written_nowhere_else(private: Any) -> None:
    spec = private.specification(f"{private.server.bare}/t/{TOKEN}/channel")
    spec.write_text(spec.read_text() + "variables:\n  INDEX: https://me:kept@host/simple\n")
    private.envctl("create", "-f", spec)
    private.envctl("lock", spec, "-o", "conda-lock.yml")
    assert "https://me:kept@host/simple" in private.envctl("activate", "web")
    state = (private.root / "envs" / "web" / "conda-meta" / "state").read_text()
    assert json.loads(state)["env_vars"] == {"INDEX": "https://me:kept@host/simple"}
    private.envctl("check", "web")
    private.envctl("check", "web", "--against", spec)
    private.envctl("check", "web", "--against", "conda-lock.yml")
    private.envctl("lock", spec, "-o", "conda-lock.yml", "--check")
    for form in EXPORT_FORMATS:
        assert "kept" not in private.envctl("export", "web", "--format", form, "--lossy")
    assert "kept" not in Path("conda-lock.yml").read_text()
    for file in (private.root / "envs" / "web" / "conda-meta" / "envctl").iterdir():
        assert "kept" not in file.read_text()


@pytest.mark.parametrize(
    "section",
    [
        "channels: ['{url}']",
        "dependencies: ['{url}::web']",
        "dependencies: [{pip: ['web @ {url}/web.whl']}]",
        "variables: {INDEX: '{url}'}",
    ],
)
def test_a_rendered_file_that_lacks_a_login_says_so(private: Any, section: str) -> None:
    spec = private.folder / "web.yml"
    spec.write_text("name: web\n" + section.replace("{url}", private.server.login))
    assert "warning: credentials in URLs are left out" in private.envctl("render", spec)
