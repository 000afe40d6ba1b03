"""The command line as a whole: its verbs, and what an exception means for the exit code."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import Annotated

import typer

from envctl import __version__
from envctl.cli.terminal import Terminal
from envctl.cli.verb import fail
from envctl.errors import EnvctlError, ExitCode, FailedError, Terminated, UsageError

_VERBS = {
    "templates": "templates",
    "render": "render",
    "create": "create",
    "update": "update",
    "rollback": "rollback",
    "list": "environments",
    "run": "run_command",
    "activate": "activate",
    "remove": "remove",
    "export": "export",
    "lock": "lock",
    "diff": "diff",
    "check": "check",
    "verify-gpu": "verify_gpu",
    "doctor": "doctor",
    "channel": "channel",
}
"""Each verb and its file, in the order of the help."""
_SHARED = ("-q", "--quiet", "-v", "--verbose", "--no-color")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"envctl {__version__}\n")
        raise typer.Exit


def _envctl(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Provision conda environments for PyTorch and TensorFlow inference from named templates."""


def command_line(verb: str | None = None) -> typer.Typer:
    """The command line with all its verbs, or with one: a verb is imported only where it may be used."""
    app = typer.Typer(
        name="envctl",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_envctl)
    for name, file in _VERBS.items():
        if verb in (None, name):
            import_module(f"envctl.cli.{file}").add_to(app)
    return app


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; nothing escapes as a traceback."""
    terminal = Terminal(
        command=next((word for word in arguments if not word.startswith("-")), ""),
        json="--json" in arguments,
        verbose="-v" in arguments or "--verbose" in arguments,
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path may hold what the terminal cannot show
    arguments = _spelled_out(arguments)
    code = _run(arguments, terminal)
    ours = arguments[:1] == ["run"] and code in (ExitCode.USAGE, ExitCode.BUG)
    return ExitCode.RUN_FAILED if ours else code


def _spelled_out(arguments: list[str]) -> list[str]:
    """The same command line with the shared options behind their verb, where the parser looks for them."""
    verb = next((index for index, word in enumerate(arguments) if word not in _SHARED), len(arguments))
    leading, words = arguments[:verb], arguments[verb:]
    if words[:1] == ["templates"] and all(word in (*_SHARED, "--json") for word in words[1:]):
        words.insert(1, "list")  # what the bare word means
    if not words or words[0] not in _VERBS:
        return words or ["--help"]
    names = 2 if words[0] in ("templates", "channel") else 1
    return [*words[:names], *leading, *words[names:]]


def _run(arguments: list[str], terminal: Terminal) -> int:
    try:
        app = command_line(arguments[0] if arguments and arguments[0] in _VERBS else None)
        code = app(arguments, prog_name="envctl", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return int(code or ExitCode.OK)
    except (KeyboardInterrupt, typer.Abort):
        return _stopped(terminal, ExitCode.INTERRUPTED)
    except Terminated as error:
        return _stopped(terminal, error.exit_code)
    except Exception as error:  # the last line of defence
        return _unexpected(terminal, error)


def _stopped(terminal: Terminal, code: int) -> int:
    how = "interrupted" if code == ExitCode.INTERRUPTED else "terminated"
    hint = "what was begun is undone"
    fail(terminal, EnvctlError(how, code=how, hint=hint))
    return code


def _unexpected(terminal: Terminal, error: Exception) -> int:
    told = getattr(error, "format_message", None)
    if callable(told):  # the parser's own errors: an unknown option, a missing argument
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "envctl"
        message = told().rstrip(".")
        if message.startswith("Usage:"):  # a group without a verb
            message = "no verb"
        fail(terminal, UsageError(message, code="usage", hint=f"{path} --help shows what there is"))
        return ExitCode.USAGE
    if isinstance(error, OSError) and sys.stdout is not None and error.filename is None:
        sys.stdout = None  # it cannot be flushed: not again when we end
        message = "cannot write standard output"
        fail(terminal, FailedError(message, code="unwritable-output", cause=error.strerror))
        return ExitCode.FAILED
    bug = EnvctlError(
        f"a bug in envctl: {type(error).__name__}: {error}",
        code="bug",
        cause=_where(error),
        hint="please report it with the command; -v shows the whole traceback",
    )
    fail(terminal, bug)
    if terminal.verbose:
        import traceback

        terminal.say("".join(traceback.format_exception(error)).rstrip())
    return ExitCode.BUG


def _where(error: Exception) -> str:
    """The innermost place in envctl's own code."""
    import traceback

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "envctl" in frame.filename]
    return f"{frames[-1].name} at line {frames[-1].lineno} of {frames[-1].filename}" if frames else ""
