"""Reading YAML: values with their lines, and what is refused instead of ending the process."""

from __future__ import annotations

import pytest
import yaml

from envctl.errors import InputError
from envctl.yamlfile import Unquoted, decode, load, load_data, native


def refusal(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        load(text, file="f.yml")
    assert caught.value.code == "yaml-syntax"
    return caught.value


def test_each_key_and_item_has_its_line() -> None:
    document = load("name: x\nlist:\n  - a\n  - b:\n      c\n", file="f.yml")
    assert document.value == {"name": "x", "list": ["a", {"b": "c"}]}
    assert [document.line("name"), document.line("list", 0), document.line("list", 1, "b")] == [1, 3, 4]


def test_a_path_without_a_line_takes_the_nearest_above_it() -> None:
    document = load("a:\n  b: 1\n", file="f.yml")
    assert document.line("a", "b", "c", 0) == 2
    assert document.line("other") is None


def test_a_repeated_key_is_noted_and_the_later_value_counts() -> None:
    document = load("a: 1\nb: {c: 1, c: 2}\na: 2\n", file="f.yml")
    assert document.value == {"a": 2, "b": {"c": 2}}
    assert [(twice.key, twice.line) for twice in document.duplicates] == [("c", 2), ("a", 3)]


def test_a_key_that_overrides_a_merged_one_is_no_repetition() -> None:
    document = load("base: &b {x: 1, y: 1}\nother:\n  <<: *b\n  x: 2\n", file="f.yml")
    assert document.value["other"] == {"x": 2, "y": 1}
    assert document.duplicates == ()


def test_an_empty_text_has_no_value() -> None:
    assert load("", file="f.yml").value is None
    assert load("# nothing\n", file="f.yml").value is None


def test_numbers_are_numbers_unless_the_text_as_written_is_asked_for() -> None:
    text = "[3.10, 1_000, yes, 2024-01-02, =, ~, '3.10', x]"
    written = load(text, file="f.yml", written=True).value
    assert written == ["3.10", "1_000", "yes", "2024-01-02", "=", None, "3.10", "x"]
    assert [isinstance(item, Unquoted) for item in written] == [True] * 5 + [False] * 3
    assert load("[3.10, yes]", file="f.yml").value == [3.1, True]


def test_comments_are_found_behind_scalars_alone() -> None:
    text = """\
a: x # one
b:
  - 'y # no'   # two
  - z#no
  - |
    # no
  - [p, q] # no
  - long
    text # three
"""
    document = load(text, file="f.yml", written=True)
    assert document.comments == {("a",): "one", ("b", 0): "two", ("b", 4): "three"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_comments_and_lines_hold_with_every_line_end(end: str) -> None:
    document = load(end.join(["- a", "- é # why", "- b"]), file="f.yml", written=True)
    assert (document.line(2), document.comments) == (3, {(1,): "why"})


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: [\n", 3, "flow node"),
        ("a: 1\n  b: 2\n", 2, "mapping values are not allowed"),
        ("a:\n\t- b\n", 2, "cannot start any token"),
        ("a: 1\n[", 3, "could not find expected ':'"),
        ("a: *x\n", 1, "undefined alias"),
        ("a: 1\n--- \nb: 2\n", 2, "single document"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "could not determine a constructor"),
        ("a: 1\nb: \x07\n", 2, "control characters"),
        ("? [a]\n: b\n", 1, "unhashable"),
    ],
)
def test_what_is_no_yaml_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    error = refusal(text)
    assert error.line == line
    assert reason in (error.cause or "")


def test_a_tab_is_called_a_tab() -> None:
    assert refusal("a:\n\t- b\n").hint == "indent with spaces, not tabs"


@pytest.mark.parametrize(
    "text",
    ["!!int x", "!!int ''", "!!bool x", "!!timestamp x", "!!float x", "2024-13-45", "a: \ud800", "9" * 5000],
)
def test_a_scalar_that_python_cannot_build_is_refused(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "{a: " * 100_000,
        "[" * 300 + "]" * 300,
        "- " * 300,
        "\n".join(" " * level + "a:" for level in range(300)),
        "\n".join("  " * level + "- a:" for level in range(300)),
    ],
)
def test_deep_nesting_is_refused_before_libyaml_runs_out_of_stack(text: str) -> None:
    refusal(text)


def test_long_lines_and_many_brackets_are_not_deep() -> None:
    text = "a: " + "x" * 10_000 + "\nb:\n" + "".join(f"  - [{i}]\n" for i in range(1_000))
    assert len(load(text, file="f.yml").value["b"]) == 1_000


@pytest.mark.parametrize("line", ["l{0}: &a{0} [{1}]", "l{0}: &a{0}\n  <<: [{1}]"])
def test_aliases_that_multiply_are_refused_at_once(line: str) -> None:
    lines = ["l0: &a0 {x: 1}"] + [line.format(i, ", ".join([f"*a{i - 1}"] * 9)) for i in range(1, 12)]
    assert "alias" in (refusal("\n".join(lines)).cause or "")


@pytest.mark.parametrize("text", ["&a [*a]", "a: &x {b: *x}", "&a {<<: *a}"])
def test_an_alias_of_what_it_stands_in_is_refused(text: str) -> None:
    refusal(text)


def test_the_c_loader_is_used() -> None:
    assert isinstance(yaml.CSafeLoader, type)
    from envctl import yamlfile

    assert issubclass(yamlfile._WrittenLoader, yaml.CSafeLoader)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert decode("a: é\n".encode(encoding), file="f.yml") == "a: é\n"


def test_big_endian_text_with_a_mark() -> None:
    assert decode(b"\xfe\xff\x00a", file="f.yml") == "a"


def test_bytes_of_another_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(InputError) as caught:
        decode("name: x\nprefix: /é\n".encode("latin-1"), file="f.yml")
    assert (caught.value.code, caught.value.line) == ("encoding", 2)


def test_a_lock_is_read_as_written() -> None:
    text = "a: 3.10\nb: [1, true, x]\nc: {d: '1'}\n"
    value = load_data(text, file="x.lock")
    assert value == {"a": "3.10", "b": ["1", "true", "x"], "c": {"d": "1"}}
    assert [native(item) for item in value["b"]] == [1, True, "x"]
    assert native(value["c"]["d"]) == "1"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 3, "twice"),
        ("a: &x 1\nb: *x\nb: 2\n", 3, "twice"),
        ("a: [1\n", 2, "expected"),
        (
            "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else 1}]\n" for i in range(9)),
            5,
            "alias",
        ),
        ("- " * 300 + "x\n", 1, "nested deeper"),
    ],
)
def test_what_is_no_sound_lock_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_data(text, file="x.lock")
    assert caught.value.code == "yaml-syntax"
    assert caught.value.line == line
    assert words in (caught.value.cause or "")


def test_long_lines_are_not_taken_for_depth() -> None:
    assert load_data("a: " + "x" * 5000 + "\n", file="x.lock") == {"a": "x" * 5000}
