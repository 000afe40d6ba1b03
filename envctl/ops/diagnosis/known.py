"""The environments that there are, and the traces of those that are not."""

from __future__ import annotations

from envctl.model.report import CheckResult
from envctl.prefixes.finding import find_remains
from envctl.prefixes.locking import noted_places
from envctl.prefixes.place import is_environment
from envctl.prefixes.registry import registered, registry_file
from envctl.prefixes.root import Root


def registry_check() -> CheckResult:
    """How many lines of conda's list lead nowhere. conda passes them over, so that is no fault."""
    prefixes = registered()
    gone = [str(prefix) for prefix in prefixes if not is_environment(prefix)]
    return CheckResult(
        id="registry",
        status="pass",
        summary=f"conda's list has {len(prefixes)} environments"
        + (f", {len(gone)} of them gone" if gone else ""),
        measured={"file": str(registry_file()), "environments": len(prefixes), "gone": gone},
    )


def environments_check(root: Root) -> CheckResult:
    """Whether every name stands for an environment, and of which folders only generations are left."""
    folders = dict.fromkeys((root.environments, root.own_environments))
    try:
        there = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    except OSError as error:
        return CheckResult(
            id="environments",
            status="error",
            summary=f"cannot look into {error.filename}",
            cause=error.strerror,
        )
    names = [path for path in there if not path.name.startswith(".")]
    broken = {
        path.name: f"leads to {path.readlink()}, which is gone" if path.is_symlink() and not path.exists()
        else "is no environment: it has no conda-meta/history"
        for path in names
        if not is_environment(path)
    }  # fmt: skip
    gone = _gone(root)
    remains = [name for name in broken if find_remains(root, name)] + gone
    foreign = [name for name in broken if name not in remains]
    told = (
        f"{len(broken)} of {len(names)} names stand for no environment: {', '.join(broken)}"
        if broken
        else f"{len(names)} below {root.environments}"
    )
    advice = [f"`envctl rollback NAME` goes to what is left of {', '.join(remains)}, "
              "`envctl remove NAME` takes that away"] if remains else []  # fmt: skip
    advice += [f"by hand goes what is not envctl's: {', '.join(foreign)}"] if foreign else []
    return CheckResult(
        id="environments",
        status="warn" if broken or gone else "pass",
        summary="; ".join([told, *([f"gone but for older generations: {', '.join(gone)}"] if gone else [])]),
        cause="\n".join(f"{name} {what}" for name, what in broken.items()) or None,
        hint="; ".join(advice) or None,
        measured={"environments": [path.name for path in names], "broken": broken, "gone": gone},
    )


def _gone(root: Root) -> list[str]:
    """The prefix folders that somebody knows of, and that are there no more but for their generations."""
    known = dict.fromkeys((*registered(), *(place.prefix for place in noted_places(root))))
    remains = (find_remains(root, str(prefix)) for prefix in known)
    return [place.label for place in remains if place]
