"""What holds of the difference between any two specifications."""

from __future__ import annotations

from apply_diff import apply_to_spec, mirrored
from diff_samples import NAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from envctl.diffing.requests import requests_of
from envctl.diffing.specs import diff_specs
from envctl.model.environment import Dependency, EnvironmentSpec

COMMIT = "a" * 40
SUBJECTS = (("pytorch", "torch"), ("NumPy", "numpy"), ("opencv", "opencv_python_headless"), ("__cuda", "x"))
"""What conda and pip call the same package, for the most part."""
VERSIONS = ("1", "1.0", "1.0a1", "1.10", "1!2", "2023.10", "1.1.1w", "1.0+cpu", "1.0+cu118", "latest")
SPECS = (
    *("{}", "{}=={v}", "{}=={v}", "{}={v}", "{} {v}.*", "{} >={v}", "{}<{v},>=1", "{}~={v}", "{} {v}|1.2"),
    *("{}={v}=*cuda*", "{}={v}=py_0", "{}[build=py_0]", "{}[build_number=1]", "{}[]", "{}=>{v}"),
    *("conda-forge::{}={v}", "pkgs/main::{}", "https://me:secret@files.example/c::{} >={v}"),
    "https://conda.anaconda.org/conda-forge/linux-64/{}-{v}-py_0.conda",
)
LINES = (
    *("{}", "{}=={v}", "{}=={v}", "{} >= {v}", "{}~={v}", "{}==={v}", "{}={v}", "{}==1.*"),
    *("{}[a,B]>={v}; sys_platform == 'linux'", "{}; extra=='x'", "{} @ https://files.example/x-{v}.tar.gz"),
    *(f"{{}}=={{v}} --hash=sha256:{digit * 64}" for digit in "12"),
    *(
        "git+https://me:secret@git.example/x.git@main#egg={}",
        f"-e git+https://git.example/x@{COMMIT}#egg={{}}",
    ),
    *("git+https://git.example/{}", "git+https://git.example/{}.git@v{v}#subdirectory=s"),
    *("https://files.example/{}-1.0-py3-none-any.whl", "-e .", "./", "./lib[dev]", "={v}", "$ODD {}"),
    *("--pre", "-i https://pypi.example/s", "--index-url=https://pypi.example/s", "-r {}.txt"),
)
SELECTORS = st.sampled_from((*(None,) * 6, "linux", "sel(linux)", "not win"))
CHANNELS = ("conda-forge", "https://conda.anaconda.org/conda-forge/", "https://me:secret@files.example/c")


@st.composite
def specifications(draw: st.DrawFn) -> EnvironmentSpec:
    """Of each subject nothing, or a request or two of conda or pip."""
    conda, pip = [], []
    for conda_name, pip_name in SUBJECTS:
        for _ in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
            by_conda, version = draw(st.booleans()), draw(st.sampled_from(VERSIONS))
            form = draw(st.sampled_from(SPECS if by_conda else LINES))
            text = form.format(conda_name if by_conda else pip_name, v=version)
            (conda if by_conda else pip).append(Dependency(text=text, selector=draw(SELECTORS)))
    return EnvironmentSpec(
        name=draw(st.sampled_from((None, "one"))),
        channels=tuple(draw(st.lists(st.sampled_from(CHANNELS), max_size=2))),
        dependencies=tuple(conda),
        pip=tuple(pip) or draw(st.sampled_from((None, ()))),
        variables=draw(st.dictionaries(st.sampled_from("AB"), st.sampled_from(("", "1", "2")))),
        platforms=tuple(draw(st.sets(st.sampled_from(("linux-64", "osx-64"))))),
    )


SOME = settings(max_examples=100)


@SOME
@given(specifications())
def test_a_specification_does_not_differ_from_itself(spec: EnvironmentSpec) -> None:
    diff = diff_specs(spec, spec, names=NAMES)
    assert not diff.differs
    assert diff.unchanged == len(requests_of(spec).packages)


@SOME
@given(specifications(), specifications())
def test_the_way_back_is_the_mirror_image(before: EnvironmentSpec, after: EnvironmentSpec) -> None:
    assert diff_specs(after, before, names=NAMES[::-1]) == mirrored(diff_specs(before, after, names=NAMES))


@SOME
@given(specifications(), specifications())
def test_the_difference_makes_the_one_from_the_other(before: EnvironmentSpec, after: EnvironmentSpec) -> None:
    made = apply_to_spec(diff_specs(before, after, names=NAMES), before)
    assert not diff_specs(made, after, names=NAMES).differs
    assert requests_of(made).packages.keys() == requests_of(after).packages.keys()


@SOME
@given(specifications(), specifications())
def test_every_request_of_each_side_is_told_once(before: EnvironmentSpec, after: EnvironmentSpec) -> None:
    diff = diff_specs(before, after, names=NAMES)
    same = len(diff.changed) + diff.unchanged
    assert len(requests_of(before).packages) == len(diff.removed) + same
    assert len(requests_of(after).packages) == len(diff.added) + same
    assert all("spec" in change.kinds for change in diff.changed)


@SOME
@given(specifications(), specifications())
def test_no_credential_gets_into_a_difference(before: EnvironmentSpec, after: EnvironmentSpec) -> None:
    assert "secret" not in repr(diff_specs(before, after, names=NAMES))


@SOME
@given(specifications())
def test_a_request_in_its_canonical_spelling_means_the_same(spec: EnvironmentSpec) -> None:
    for (manager, _), wanted in requests_of(spec).packages.items():
        texts = tuple(
            Dependency(text=text.partition("  # [")[0], selector=text.partition("  # [")[2][:-1] or None)
            for text in wanted.canonical
        )
        again = EnvironmentSpec(dependencies=texts) if manager == "conda" else EnvironmentSpec(pip=texts)
        (found,) = requests_of(again).packages.values()
        assert (found.name, found.canonical) == (wanted.name, wanted.canonical)
