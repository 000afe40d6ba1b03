"""Several envctl at once: on one cold cache, and on one environment."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from faulty_server import faulty_server
from kill_scenarios import PLACES, WORDS, make_sources

EXISTS, BUSY, ABSENT = 1, 5, 5


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return make_sources(tmp_path / "sources")


@pytest.fixture(params=["http", "file"])
def url(request: pytest.FixtureRequest, sources: Path) -> Iterator[str]:
    """Of the channel."""
    if request.param == "file":
        yield (sources / "channel").as_uri()
        return
    with faulty_server(sources) as server:
        yield f"{server.url}/channel"


def at_once(*commands: Sequence[str | Path]) -> list[tuple[int, str]]:
    """The exit code and the standard error of each, started together."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "envctl", *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for command in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[1] for process in started]
    return [(process.returncode, err) for process, err in zip(started, said, strict=True)]


def program_says(word: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "envctl", "run", word, "app"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def left(root: Path) -> list[Path]:
    return [*root.glob("*/.*.envctl-*"), *root.glob("generations/*/.*.envctl-*")]


def test_eight_creates_fill_one_cold_cache(
    envctl: Callable[..., Any], root: Path, tmp_path: Path, url: str
) -> None:
    file = tmp_path / "environment.yml"
    file.write_text(f"channels: ['{url}']\ndependencies: [app=2.0]\n")
    names = [f"web{number}" for number in range(8)]
    ended = at_once(*(["create", "-f", file, "-n", name] for name in names))
    assert [code for code, _ in ended] == [0] * 8, ended
    for name in names:
        assert envctl("check", name, "--files").code == 0
    linked = (root / "generations" / "web0" / "1" / "share" / "one" / "1").stat()
    assert linked.st_nlink == 1 + len(names)
    assert left(root) == []


def test_of_two_creates_of_one_name_one_makes_it_and_the_other_says_so(
    envctl: Callable[..., Any], root: Path, sources: Path
) -> None:
    ended = at_once(
        ["create", "-f", sources / "old.yml", "-n", "web"], ["create", "-f", sources / "new.yml", "-n", "web"]
    )
    codes = Counter(code for code, _ in ended)
    assert codes in (Counter({0: 1, EXISTS: 1}), Counter({0: 1, BUSY: 1})), ended
    winner = ("old", "new")[[code for code, _ in ended].index(0)]
    assert program_says("web") == winner
    assert envctl("check", "web", "--files").code == 0
    assert [entry.name for entry in (root / "generations" / "web").iterdir()] == ["1"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("other", ["create -f {old} {place} --replace", "remove {word} -y"])
def test_an_update_does_not_mix_with_what_happens_meanwhile(
    envctl: Callable[..., Any], root: Path, sources: Path, other: str, place: str
) -> None:
    words = {"old": sources / "old.yml", "word": WORDS[place], "place": " ".join(PLACES[place])}
    assert envctl(*"create -f {old} {place}".format(**words).split()).code == 0
    ended = at_once(["update", WORDS[place], sources / "new.yml"], other.format(**words).split())
    updated, changed = (code for code, _ in ended)
    assert {updated, changed} in ({0}, {0, BUSY}), ended
    checked = envctl("check", WORDS[place], "--files")
    if other.startswith("remove") and changed == 0:
        assert checked.code == ABSENT
    else:
        assert checked.code == 0, checked
        possible = {"new"} if changed != 0 else {"old"} if updated != 0 else {"old", "new"}
        assert program_says(WORDS[place]) in possible
    assert left(root) == []
    assert [*root.parent.glob("place/.*.envctl-*")] == []
