"""A file that cannot be read as a configuration is an error with its place; nothing is passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envctl.errors import ExitCode, InputError
from envctl.model.configuration import Configuration

Configure = Callable[[str, str], Path]
Configured = Callable[..., Configuration]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("channels: [a\nx: }\n", ":2: not valid YAML"),
        ("- a\n", ": is no mapping of settings"),
        ("channels: [a]\nchannels: [b]\n", ":2: channels stands twice"),
        ("x: 1\nchannels: conda-forge\n", ":2: channels is 'conda-forge', not a list"),
        ("channels:\n  - a\n  -\n", ":3: channels is empty, not a text"),
        ("channels:\n  - [a]\n", ":2: channels is a list, not a text"),
        ("custom_channels: [a]\n", ":1: custom_channels is a list, not a mapping of names to values"),
        ("custom_channels:\n  a: [b]\n", ":2: custom_channels.a is a list, not a text"),
        ("custom_multichannels:\n  a: b\n", ":2: custom_multichannels.a is 'b', not a list"),
        (
            "channel_priority: stricter\n",
            ":1: channel_priority is 'stricter', not strict, flexible or disabled",
        ),
        ("channel_alias: mirror\n", ":1: channel_alias is 'mirror', not a URL"),
        ("extra_safety_checks: maybe\n", ":1: extra_safety_checks is 'maybe', not true or false"),
        (
            "ssl_verify: /no/such/file\n",
            ":1: ssl_verify is '/no/such/file', not true, false, truststore, or a file with certificates",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    configure: Configure, configured: Configured, text: str, message: str
) -> None:
    file = configure(".condarc", text)
    with pytest.raises(InputError) as caught:
        configured()
    assert str(caught.value) == f"{file}{message}"
    assert (caught.value.code, caught.value.exit_code) == ("bad-condarc", ExitCode.INPUT)
    assert caught.value.hint


def test_a_file_in_no_known_encoding_is_refused(configure: Configure, configured: Configured) -> None:
    configure(".condarc", "").write_bytes(b"channels: [\xff]\n")
    with pytest.raises(InputError, match="not UTF-8 text") as caught:
        configured()
    assert caught.value.code == "bad-condarc"


def test_a_variable_of_the_wrong_kind_is_named(configured: Configured) -> None:
    with pytest.raises(InputError) as caught:
        configured(CONDA_PROXY_SERVERS="http://proxy.example")
    assert str(caught.value) == (
        "the variable CONDA_PROXY_SERVERS: "
        "proxy_servers is 'http://proxy.example', not a mapping of names to values"
    )


def test_a_credential_is_not_shown_with_what_is_wrong(configure: Configure, configured: Configured) -> None:
    configure(".condarc", "channels: https://user:hunter2@host.example/t/hunter3/c\n")
    with pytest.raises(InputError) as caught:
        configured()
    assert "hunter" not in str(caught.value)
    assert "https://host.example/c" in str(caught.value)
