"""Which generations there are, which one is gone back to, and which ones stay."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from envctl.ops.rollback import rollback
from envctl.prefixes import staging
from envctl.prefixes.generations import generations
from envctl.prefixes.place import Place, new_place
from envctl.prefixes.root import Root
from envctl.prefixes.staging import staged
from envctl.prefixes.switching import go_to
from envctl.progress import SILENT

Build = Callable[..., None]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(data=tmp_path / "root", cache=tmp_path / "cache")


@pytest.fixture(params=["named", "prefix"])
def place(request: pytest.FixtureRequest, root: Root, tmp_path: Path) -> Place:
    if request.param == "named":
        return new_place(root, name="web", prefix=None)
    return new_place(root, name=None, prefix=tmp_path / "env")


def write(prefix: Path, content: str) -> None:
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    (prefix / "content").write_text(content)


def build(place: Place, *contents: str, keep: int = 2) -> None:
    for content in contents:
        with staged(place, keep=keep) as staging:
            write(staging.build, content)


def there(place: Place) -> dict[int, str]:
    return {each.number: (each.prefix / "content").read_text() for each in generations(place)}


def go_back(place: Place, to: int) -> None:
    by_number = {each.number: each for each in generations(place)}
    (current,) = (each for each in by_number.values() if each.current)
    go_to(place, by_number[to], current)


def test_what_an_update_was_made_from_stays_though_others_are_newer(root: Root, place: Place) -> None:
    build(place, "one", "two", "three")
    go_back(place, to=1)
    build(place, "four")
    assert there(place) == {1: "one", 3: "three", 4: "four"}


def test_going_back_after_that_leads_to_what_it_was_made_from(root: Root, place: Place) -> None:
    build(place, "one", "two", "three")
    go_back(place, to=1)
    build(place, "four")
    assert rollback(root, place.label, SILENT).generation == 1
    assert (place.prefix / "content").read_text() == "one"


def test_where_that_is_gone_the_next_lower_one_is_gone_back_to(root: Root, place: Place) -> None:
    build(place, "one", "two", "three")
    (second,) = (each.prefix for each in generations(place) if each.number == 2)
    shutil.rmtree(second)
    assert rollback(root, place.label, SILENT).generation == 1


def test_one_that_a_killed_update_never_made_current_is_not_gone_back_to(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Stands for SIGKILL between the two last steps."""

    def killed(*_arguments: object) -> None:
        raise Killed

    place = new_place(root, name="web", prefix=None)
    build(place, "one", "two")
    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(staging, "point", killed)
        patched.setattr(staging, "remove_environment", killed)
        build(place, "three")
    build(place, "four")
    assert there(place) == {1: "one", 2: "two", 4: "four"}
    assert rollback(root, "web", SILENT).generation == 2


@pytest.mark.parametrize("exchanges", [True, False])
def test_what_another_tool_made_in_the_place_of_one_has_a_number_of_its_own(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    place = new_place(root, name=None, prefix=tmp_path / "env")
    build(place, "one", "two")
    shutil.rmtree(place.prefix)
    write(place.prefix, "conda's")
    if not exchanges:
        monkeypatch.setattr("envctl.prefixes.swapping.exchange", lambda *_folders: False)
    build(place, "three")
    assert there(place) == {1: "one", 2: "conda's", 3: "three"}
    go_back(place, to=2)
    assert there(place) == {1: "one", 2: "conda's", 3: "three"}
    assert (place.prefix / "content").read_text() == "conda's"
