"""How a process came to its end without a result, in words."""

from __future__ import annotations

import signal

from envctl.proc import Watched

_LINES = 12
_SHOWN = 300
_SIGNALS = {
    signal.SIGABRT: "aborted (SIGABRT)",
    signal.SIGKILL: "killed by SIGKILL: the kernel does that when memory runs out",
    signal.SIGSEGV: "killed by SIGSEGV: it used memory that is not its own",
    signal.SIGBUS: "killed by SIGBUS: memory that it used is gone, as when /dev/shm is full",
    signal.SIGILL: "killed by SIGILL: this CPU lacks an instruction that it was built for",
}
"""After signal(7)."""


def ending(done: Watched, *, timeout_s: float) -> str:
    """Why a process has no result, with the last lines that it wrote to standard error, or else to standard
    output."""
    last = [line.rstrip()[:_SHOWN] for line in (done.stderr.strip() or done.stdout.strip()).splitlines()]
    return "\n".join([_how(done, timeout_s), *[line for line in last if line][-_LINES:]])


def _how(done: Watched, timeout_s: float) -> str:
    code = done.returncode
    if code is None:
        return f"did not end within {timeout_s:g} s, and cannot be killed: it hangs in the kernel"
    if done.stopped and code == -signal.SIGKILL:
        return f"did not end within {timeout_s:g} s and was stopped"
    if code >= 0:
        return f"exit code {code} without a result"
    try:
        number = signal.Signals(-code)
    except ValueError:
        return f"killed by signal {-code}"
    return _SIGNALS.get(number, f"killed by {number.name}")
