"""A difference for grep and scripts: one line a change, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator

from envctl.model.diff import Diff
from envctl.output.package_words import found, plain, sides, version

_REQUESTED = {True: "requested", False: "dependency", None: ""}


def text(diff: Diff) -> str:
    """All of it in lines of eight fields, with a tab between them and `-` for what is empty.

        WORD     PLATFORM  MANAGER  NAME      BEFORE               AFTER        KINDS            REQUESTED
        changed  linux-64  conda    numpy     1.26.4               2.0.0        upgrade,channel  requested
        added    linux-64  conda    libgomp   -                    14.2.0       -                dependency
        changed  -         setting  channels  conda-forge, nvidia  conda-forge  -                -

    WORD is `added`, `removed`, `changed`, `unsatisfied` (BEFORE is what is wanted, AFTER what is there) or
    `extra`. MANAGER is `conda`, `pip` or `setting`. KINDS are those of `envctl.model.diff.Kind`, with a comma
    between them. REQUESTED is `requested`, `dependency`, or `-` where neither side says. BEFORE and AFTER are
    versions, with what else differs behind them: a build string, `from CHANNEL`, the first digits of a hash.
    Of a request they are what stands behind the name, `any` where nothing does.

    Files replaced under their URL come first, then the rest by platform, manager and name, then settings.
    What could not be compared follows in lines that begin with `#`. Empty where there is nothing to tell.
    """
    packages = sorted(
        _packages(diff), key=lambda fields: ("hash" not in fields[6].split(","), fields[1:4], fields)
    )
    lines = ["\t".join(field or "-" for field in fields) for fields in (*packages, *_settings(diff))]
    lines += [f"# {plain(note)}" for note in diff.notes]
    return "".join(f"{line}\n" for line in lines)


def _packages(diff: Diff) -> Iterator[tuple[str, ...]]:
    for word, changes in (("added", diff.added), ("removed", diff.removed), ("changed", diff.changed)):
        for change in changes:
            who = (word, change.platform or "", change.manager, plain(change.name))
            yield *who, *sides(change), ",".join(change.kinds), _REQUESTED[change.requested]
    for request in diff.unsatisfied:
        who = ("unsatisfied", request.platform, request.manager, plain(request.name))
        yield *who, plain(request.spec), found(request), "", "requested"
    for extra in diff.extra:
        package = extra.package
        yield "extra", extra.platform, package.manager, plain(package.name), "", version(package), "", ""


def _settings(diff: Diff) -> Iterator[tuple[str, ...]]:
    for setting in sorted(diff.settings, key=lambda setting: setting.name):
        word = "added" if setting.before is None else "removed" if setting.after is None else "changed"
        was, now = (plain(", ".join(values or ())) for values in (setting.before, setting.after))
        yield word, "", "setting", plain(setting.name), was, now, "", ""
