"""The specs of real environment files, beside the channels that those files name."""

from __future__ import annotations

from pathlib import Path

import pytest
from rattler import Channel

from envctl.engines.rattler_channels import resolve_channels, unlisted
from envctl.engines.rattler_solve import parse_specs
from envctl.errors import EnvctlError
from envctl.formats.environment_yaml import for_platform, loads

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "environments"


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not in a clone")
def test_every_spec_of_every_real_file_is_understood() -> None:
    refused = set()
    for file in sorted((REAL / "env").iterdir()):
        try:
            spec = for_platform(loads(file.read_bytes(), file=file.name).spec, "linux-64")
        except EnvctlError:
            continue  # the reader's own tests say why
        texts = [dependency.text for dependency in spec.dependencies]
        words = resolve_channels(spec.channels, directory=None, environ={})
        channels = {word: Channel(word) for word in (*words, *unlisted(texts, words))}
        for text in texts:
            try:
                parse_specs([text], channels)
            except EnvctlError:
                refused.add(text)
    assert {text for text in refused if "=>" not in text and "=<" not in text and "[" not in text} == set()
    assert len(refused) < 8
