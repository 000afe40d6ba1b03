"""Writing YAML: plain text where every reader takes it for text."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from envctl.formats.yaml_write import _SURELY_PLAIN, block, literal, scalar

WORDS = st.from_regex(_SURELY_PLAIN, fullmatch=True)


@given(WORDS)
def test_what_is_written_plain_without_a_second_look_is_read_as_text(text: str) -> None:
    assert scalar(text) == text
    assert yaml.safe_load(f"- {text}") == [text]
    assert yaml.safe_load(f"{text}: {text}") == {text: text}


def test_blocks_nest() -> None:
    value = {"a": [{"b": {"c": 1}, "d": []}, ["e", {}], None], "f": {}, "g": "true"}
    assert "\n".join(block(value, 0)) == (
        'a:\n  - b:\n      c: 1\n    d: []\n  - - e\n    - {}\n  - null\nf: {}\ng: "true"'
    )
    assert yaml.safe_load("\n".join(block(value, 0))) == value


@given(st.text(st.sampled_from(' \n\t#:-"a\r\x85é')), st.integers(0, 4))
def test_text_of_several_lines_comes_back_from_a_literal_block(text: str, indent: int) -> None:
    lines = [f"{' ' * indent}before: 1", *literal("key", text, indent), f"{' ' * indent}behind: 2", ""]
    assert yaml.safe_load("\n".join(lines)) == {"before": 1, "key": text, "behind": 2}


def test_lines_are_shown_as_lines() -> None:
    assert literal("key", "a: 1\n\n  b # c", 2) == ["  key: |-", "    a: 1", "", "      b # c"]
