"""Differences and reports to render, and what a terminal of a given width shows of a table."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console, RenderableType

from envctl.model.diff import Change, Diff, Extra, Item, Kind, Setting, Unsatisfied, Wanted
from envctl.model.packages import CondaPackage, Manager, PipPackage
from envctl.model.report import CheckResult, Report

CHANNEL = "https://conda.example/conda-forge"


def shown(renderable: RenderableType, *, width: int = 80, colour: bool = False) -> str:
    """The text of a table, without the blanks that fill its lines; with escape codes if in colour."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
    )
    console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def conda(name: str, version: str, build: str = "0", *, channel: str = CHANNEL, **more: Any) -> CondaPackage:
    """A package of a channel."""
    url = f"{channel}/linux-64/{name}-{version}-{build}.conda"
    return CondaPackage(
        name=name, version=version, build=build, subdir="linux-64", channel=channel, url=url, **more
    )


def pip(name: str, version: str | None, **more: Any) -> PipPackage:
    """A distribution of a package index."""
    return PipPackage(name=name, version=version, **more)


def wanted(name: str, *specs: str) -> Wanted:
    """A request as written."""
    return Wanted(name=name, manager="conda", specs=specs, canonical=specs)


def change(
    before: Item | None,
    after: Item | None,
    *kinds: Kind,
    requested: bool | None = False,
    platform: str | None = "linux-64",
) -> Change:
    """A difference on one platform."""
    item = before or after
    assert item is not None
    manager: Manager = item.manager
    return Change(
        name=item.name,
        manager=manager,
        platform=platform,
        before=before,
        after=after,
        kinds=kinds,
        requested=requested,
    )


def diff(*changes: Change, **more: Any) -> Diff:
    """A difference of these changes, each where it belongs."""
    platforms = tuple(sorted({each.platform for each in changes if each.platform}))
    given = {"before": "a.lock", "after": "b.lock", "platforms": platforms, **more}
    return Diff(
        added=tuple(each for each in changes if each.before is None),
        removed=tuple(each for each in changes if each.after is None),
        changed=tuple(each for each in changes if each.before and each.after),
        **given,
    )


LOCKS = diff(
    change(conda("mkl", "2024.0"), None),
    change(conda("openssl", "3.3.1", sha256="a" * 64), conda("openssl", "3.3.1", sha256="b" * 64), "hash"),
    change(conda("numpy", "1.26.4"), conda("numpy", "2.0.0"), "upgrade", requested=True),
    change(
        conda("numpy", "1.26.4"),
        conda("numpy", "2.0.0"),
        "upgrade",
        requested=True,
        platform="osx-arm64",
    ),
    change(conda("protobuf", "4.25.3"), conda("protobuf", "3.20.0"), "downgrade"),
    change(None, pip("httpx", "0.27.0"), requested=True),
    settings=(Setting(name="channels", before=("conda-forge", "defaults"), after=("conda-forge",)),),
    unchanged=230,
    notes=("the pip packages of osx-arm64: a.lock has none",),
)
"""Two locks for two platforms."""

SPECIFICATIONS = diff(
    change(
        wanted("numpy", "numpy >=1.24"),
        wanted("numpy", "numpy >=2"),
        "spec",
        requested=True,
        platform=None,
    ),
    change(None, wanted("scipy", "scipy"), requested=True, platform=None),
    before="a.yml",
    after="b.yml",
    unchanged=5,
)

UNANSWERED = Diff(
    before="environment.yml",
    after="web",
    platforms=("linux-64",),
    satisfaction=True,
    unsatisfied=(
        Unsatisfied(name="httpx", manager="pip", platform="linux-64", spec="httpx[http2]>=0.27", found=None),
        Unsatisfied(
            name="numpy",
            manager="conda",
            platform="linux-64",
            spec="numpy >=2",
            found=conda("numpy", "1.26.4", "py312_0"),
        ),
    ),
    extra=(Extra(platform="linux-64", package=conda("nano", "7.2")),),
    unchanged=12,
)
"""A specification and what is installed."""

REPORT = Report(
    subject="web",
    checks=(
        CheckResult(
            id="records", status="pass", summary="230 packages are recorded", measured={"packages": 230}
        ),
        CheckResult(
            id="files",
            status="fail",
            summary="1 of 48211 files is not as installed",
            cause="numpy: lib/a.so modified",
            hint="build it anew with --replace",
        ),
        CheckResult(id="driver", status="error", summary="no answer", cause="nvidia-smi: not found"),
        CheckResult(id="memory", status="skip", summary="no GPU was asked for"),
        CheckResult(id="torch", status="warn", summary="a CPU build on a machine with a GPU"),
    ),
    facts={"platform": "linux-64"},
)


def report(*statuses: str) -> Report:
    """A report whose checks ended so."""
    checks = [
        CheckResult(id=f"check-{number}", status=status, summary="seen")  # type: ignore[arg-type]
        for number, status in enumerate(statuses)
    ]
    return Report(subject="web", checks=tuple(checks))
