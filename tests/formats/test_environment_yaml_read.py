"""Reading environment.yml: everything people write in it, and what is refused with file, line and reason."""

from __future__ import annotations

import pytest

from envctl.errors import InputError
from envctl.formats.environment_yaml import dumps, for_platform, loads
from envctl.model.environment import Dependency, EnvironmentSpec


def spec(text: str | bytes) -> EnvironmentSpec:
    return loads(text, file="f.yml").spec


def warnings(text: str) -> tuple[str, ...]:
    return loads(text, file="f.yml").warnings


def refusal(text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        loads(text, file="f.yml")
    return caught.value


def entries(*texts: str) -> tuple[Dependency, ...]:
    return tuple(Dependency(text=text) for text in texts)


def test_every_key_of_conda() -> None:
    text = """\
name: demo
channels: [pytorch, conda-forge]
dependencies:
  - python=3.11
  - pip
  - pip:
    - -r requirements.txt
    - torch==2.2.1+cpu ; python_version < "3.12"
variables:
  OMP_NUM_THREADS: 4
  DEBUG: yes
platforms: [linux-64, osx-arm64]
prefix: /opt/envs/demo
category: dev
"""
    reading = loads(text, file="f.yml")
    assert reading.warnings == ()
    assert reading.spec == EnvironmentSpec(
        name="demo",
        channels=("pytorch", "conda-forge"),
        dependencies=entries("python=3.11", "pip"),
        pip=entries("-r requirements.txt", 'torch==2.2.1+cpu ; python_version < "3.12"'),
        variables={"OMP_NUM_THREADS": "4", "DEBUG": "yes"},
        platforms=("linux-64", "osx-arm64"),
        prefix="/opt/envs/demo",
        category="dev",
    )


@pytest.mark.parametrize(
    "text",
    [
        "numpy",
        "numpy=1.26.4=py311h64a7726_0",
        "numpy >=1.26,<2",
        "python 3.11.* *_cpython",
        "conda-forge::numpy",
        "conda-forge/linux-64::pytorch[version='>=2.1',build='cuda*']",
        "pytorch[version=2.0.1,build=py3.9_cuda11.7*]",
        "https://host.example/conda-forge/noarch/x-1.0-0.conda",
        "https://host.example/conda-forge/noarch/x-1.0-0.tar.bz2#0123456789abcdef0123456789abcdef",
        "./local/x-1.0-0.conda",
        "https://host.example/channel::numpy",
        "_libgcc_mutex=0.1=main",
        "__cuda>=12",
        "*[name=numpy]",
        "pytorch=1.4.0='cuda92*'",
        "numpy=1.26=",
        "conda-forge:namespace:numpy",
        "numpy[url='https://host.example/a::b']",
    ],
)
def test_a_match_spec_is_kept_as_written(text: str) -> None:
    assert spec(f'dependencies:\n  - "{text}"\n').dependencies == entries(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("-r requirements.txt", "options belong in the `pip:` section"),
        ("cudf=${VERSION}", "`{` has no meaning in a version"),
        (">=3.9", "it does not begin with a package's name"),
        ("numpy>=", "an operator without a version"),
        ("numpy>=1.26,<", "an operator without a version"),
        ("numpy[version=1", "a bracket is not closed, or text stands behind it"),
        ("numpy=", "an operator without a version"),
        ("numpy: 1.26", "it does not begin with a package's name"),
        ("numpy @ https://host.example/x.whl", "it does not begin with a package's name"),
        ("{{ package }}", "it does not begin with a package's name"),
        ("a\nb", "it stands on several lines"),
    ],
)
def test_what_cannot_be_a_match_spec_is_refused(text: str, reason: str) -> None:
    error = refusal(dumps(EnvironmentSpec(name="x", dependencies=entries("pip", text))))
    assert (error.code, error.line, error.cause) == ("match-spec", 4, reason)


def test_numbers_keep_their_text() -> None:
    found = spec(
        "name: 1.0\nchannels: [2024-01-01]\ndependencies: [python, pip, {pip: [3.10]}]\nprefix: 010\n"
    )
    assert (found.name, found.channels, found.pip, found.prefix) == (
        "1.0",
        ("2024-01-01",),
        entries("3.10"),
        "010",
    )


def test_a_number_as_dependency_is_a_name_as_conda_takes_it() -> None:
    assert spec("dependencies:\n  - 3.10\n").dependencies == entries("3.10")


def test_selectors_and_comments_behind_items_are_kept() -> None:
    text = """\
dependencies:
  - a  # [linux]
  - b #[osx and not arm64]
  - "c # [win]"  # why
  - d  # [linux] why (so) [unix]
  - e  # see [1]
  - sel(win): f  # why
  - pip:
    - g  # [linux] why
"""
    found = spec(text)
    assert found.dependencies == (
        Dependency(text="a", selector="linux"),
        Dependency(text="b", selector="osx and not arm64"),
        Dependency(text="c # [win]", comment="why"),
        Dependency(text="d", selector="unix", comment="[linux] why (so)"),
        Dependency(text="e", comment="see [1]"),
        Dependency(text="f", selector="sel(win)", comment="why"),
    )
    assert found.pip == (Dependency(text="g", selector="linux", comment="why"),)
    assert spec(dumps(found)) == found


def test_selectors_choose_by_platform() -> None:
    found = spec(
        "dependencies: \n- a  # [linux]\n- sel(osx): b\n- c # [unix] why\n- d\n- pip:\n  - e # [win]\n"
    )
    linux, windows = for_platform(found, "linux-64"), for_platform(found, "win-64")
    assert linux.dependencies == (*entries("a"), Dependency(text="c", comment="why"), *entries("d"))
    assert linux.pip == ()
    assert (windows.dependencies, windows.pip) == (entries("d"), entries("e"))


def test_a_bracket_that_names_no_platform_is_a_comment_with_a_warning() -> None:
    text = "dependencies:\n  - a  # [py27]\n"
    assert spec(text).dependencies == (Dependency(text="a", comment="[py27]"),)
    assert warnings(text) == ("f.yml:2: `# [py27]` names no platform: read as a comment",)


@pytest.mark.parametrize("item", ["sel(linux64", "sel(cuda)", "sel()"])
def test_a_wrong_selector_key_is_refused(item: str) -> None:
    assert refusal(f"dependencies:\n  - a\n  - {item}: b\n").line == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(encoding: str, end: str) -> None:
    text = end.join(["name: é", "dependencies:", "  - a  # [linux]", ""])
    found = spec(text.encode(encoding))
    assert (found.name, found.dependencies) == ("é", (Dependency(text="a", selector="linux"),))


def test_text_that_begins_with_a_byte_order_mark() -> None:
    assert spec("\ufeffname: x\ndependencies: [a]\n").name == "x"


def test_tabs_behind_values_are_space() -> None:
    assert spec("name: x\t\ndependencies:\n  - a\t# [linux]\n").dependencies[0].selector == "linux"


def test_anchors_aliases_and_merge_keys() -> None:
    text = """\
base: &base {A: 1, B: 2}
name: &n x
channels: &c [conda-forge]
dependencies: [*n, python]
platforms: [linux-64]
variables: {<<: *base, B: 3}
"""
    found = spec(text)
    assert (found.dependencies, found.variables) == (entries("x", "python"), {"A": "1", "B": "3"})


def test_several_pip_sections_are_one() -> None:
    # conda keeps the last one only
    found = spec("dependencies:\n  - pip\n  - pip: [a]\n  - b\n  - pip: [c]\n  - pip:\n")
    assert (found.dependencies, found.pip) == (entries("pip", "b"), entries("a", "c"))


def test_an_empty_pip_section_is_a_section() -> None:
    assert spec("dependencies: [pip, {pip: }]\n").pip == ()
    assert spec("dependencies: [pip]\n").pip is None


def test_references_and_nodefaults_stay_as_written() -> None:
    channels = ("https://$USER:$TOKEN@host.example/c", "file:///home/${USER}/channel", "nodefaults")
    assert (
        spec("channels:\n" + "".join(f"  - {c}\n" for c in channels) + "dependencies: [a]\n").channels
        == channels
    )


def test_other_tools_keys_and_sections_are_kept() -> None:
    text = """\
dependencies:
  - npm: [left-pad]
  - npm: [right-pad]
  - r: {cran: [ggplot2]}
pip-repositories:
  - https://host.example/simple
flag: true
odd: [3.10, 3.5, 0x10, 12, null, "12", yes, 2024-01-02, 1e3]
"""
    found = spec(text)
    assert found.sections == {"npm": ["left-pad", "right-pad"], "r": {"cran": ["ggplot2"]}}
    assert found.extras == {
        "pip-repositories": ["https://host.example/simple"],
        "flag": True,
        "odd": ["3.10", 3.5, "0x10", 12, None, "12", "yes", "2024-01-02", "1e3"],
    }
    assert (
        'odd:\n  - 3.10\n  - 3.5\n  - 0x10\n  - 12\n  - null\n  - "12"\n  - yes\n  - 2024-01-02\n'
        in dumps(found)
    )


def test_a_repeated_key_whose_first_value_would_be_lost_is_refused() -> None:
    with pytest.raises(InputError, match=r"f\.yml:3: `dependencies` stands twice"):
        loads("name: a\ndependencies: [x]\ndependencies: [y]\n", file="f.yml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "name: b\nname: b\ndependencies: [x]\n",
            "f.yml:2: `name` stands twice in one mapping; the later one counts",
        ),
        ("name: a\ndependencies:\n", "f.yml:2: no dependencies: the environment would be empty"),
        ("name: a\n", "f.yml: no dependencies: the environment would be empty"),
        ("dependencies:\n  - a\n  -\n", "f.yml:3: an empty item in `dependencies`"),
        ("channels:\n  -\ndependencies: [a]\n", "f.yml:2: an empty item in `channels`"),
        ("channels: conda-forge\ndependencies: [a]\n", "f.yml:1: `channels` should be a list"),
        ("dependencies: [{pip: a}, pip]\n", "f.yml:1: `pip:` should be a list"),
        ("dependencies:\n  - pip: [a]\n", "f.yml:1: a `pip:` section without `pip` among the dependencies"),
        ("dependencies:\n  - npm: [a]\n", "f.yml:2: the section `npm:` is kept, without effect"),
        (
            "dependencies: [a]\nchanels: [b]\n",
            "f.yml:2: `chanels` is no key of environment.yml: kept, without effect; did you mean `channels`?",
        ),
        ("dependencies: [a]\nvariables: {X: }\n", "f.yml:2: the variable `X` is empty"),
    ],
)
def test_what_is_odd_is_a_warning(text: str, expected: str) -> None:
    assert warnings(text) == (expected,)


def test_pip_with_a_version_or_channel_is_pip() -> None:
    assert warnings("dependencies: ['conda-forge::pip >=23', {pip: [a]}]\n") == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "the file is empty"),
        ("- a\n", None, "not a mapping"),
        ("just text\n", None, "not a mapping"),
        ("services: {web: {}}\n", None, "no environment.yml"),
        ("name: x\ndependencies: numpy\n", 2, "`dependencies` must be a list, not a text"),
        ("name: x\ndependencies: {a: 1}\n", 2, "`dependencies` must be a list, not a mapping"),
        ("dependencies:\n  - a\n  - [b]\n", 3, "a dependency must be text, not a list"),
        ("dependencies:\n  - a\n  - numpy: 1.26\n", 3, "`numpy:` is neither a package nor a section"),
        ("dependencies:\n  - a\n  - numpy:\n", 3, "`numpy:` is neither a package nor a section"),
        ("dependencies:\n  - pip:\n    - a\n    - b: c\n", 4, "a line of the pip section must be text"),
        ("dependencies:\n  - pip: {a: b}\n", 2, "`pip` must be a list"),
        ("dependencies:\n  - sel(linux): [a]\n", 2, "a dependency must be text, not a list"),
        ("dependencies:\n  - npm: [a]\n  - npm: {a: b}\n", 3, "cannot be put together"),
        ("name: [a]\ndependencies: [b]\n", 1, "`name` must be text, not a list"),
        ("channels:\n  - a\n  - {b: c}\ndependencies: [d]\n", 3, "`channels` must be text, not a mapping"),
        ("dependencies: [a]\nvariables:\n  - A=1\n", 2, "`variables` must be a mapping, not a list"),
        ("dependencies: [a]\nvariables:\n  A: [1]\n", 3, "`variables` must map text to text, not to a list"),
        ("dependencies: [a]\nx: !!binary aGk=\n", 2, "a binary value has no place"),
        ("dependencies: [a]\n!!binary aGk= : a\n", None, "a binary value cannot be a key"),
        ("dependencies:\n  - ~: [a]\n", 2, "a missing value is neither a package nor a section"),
        ("dependencies: [a]\nx: !!set {b}\n", 2, "a set has no place"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, line: int | None, message: str) -> None:
    error = refusal(text)
    assert (error.code, error.line) == ("environment-yaml", line)
    assert message in error.message


def test_keys_that_look_like_numbers_stay_apart() -> None:
    text = "dependencies:\n  - a\n1: x\ntrue: v\n1.0: z\n"
    assert spec(text).extras == {"1": "x", "true": "v", "1.0": "z"}
    assert dumps(spec(text)) == text


def test_a_version_written_as_a_mapping_says_how_to_write_it() -> None:
    assert refusal("dependencies:\n  - numpy: 1.26\n").hint == "write `numpy=1.26`"


def test_an_error_does_not_show_a_credential() -> None:
    error = refusal("dependencies:\n  - https://me:secret@host.example/x[\n")
    assert "secret" not in f"{error.message}{error.cause}{error.hint}"
