"""The environments that there are, and the traces of those that are not."""

from __future__ import annotations

from envctl.model.report import CheckResult
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
    """Whether every name stands for an environment."""
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
    measured = {"environments": [path.name for path in names], "broken": broken}
    if not broken:
        return CheckResult(
            id="environments",
            status="pass",
            summary=f"{len(names)} below {root.environments}",
            measured=measured,
        )
    return CheckResult(
        id="environments",
        status="warn",
        summary=f"{len(broken)} of {len(names)} names stand for no environment: {', '.join(broken)}",
        cause="\n".join(f"{name} {what}" for name, what in broken.items()),
        hint="`envctl rollback NAME` goes to what is left of it, `envctl remove NAME` takes that away",
        measured=measured,
    )
