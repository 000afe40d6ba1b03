"""What every verb shares: `-q`, `-v`, `--no-color`, and errors turned into messages and exit codes."""

from __future__ import annotations

import functools
import inspect
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import typer

from envctl.cli.terminal import Terminal
from envctl.errors import EnvctlError, ExitCode, FailedError, Terminated

_SHARED = {
    "quiet": Annotated[bool, typer.Option("-q", "--quiet", help="No notes, no progress.")],
    "verbose": Annotated[bool, typer.Option("-v", "--verbose", help="Say more when something fails.")],
    "no_color": Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR does the same.")],
}


def verb(
    app: typer.Typer,
    name: str | None = None,
    *,
    command: str | None = None,
    exit_code: Callable[[EnvctlError], int] = lambda error: error.exit_code,
    **settings: Any,
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Make a function a command of `app`.

    The function takes a `Terminal` first; what it returns is the exit code (None is 0). The shared
    options are added behind its own. `command` is what documents call it, where that is not its name;
    `exit_code` maps its errors where a verb has a rule of its own.
    """

    def decorate(function: Callable[..., int | None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(**options: Any) -> None:
            shared = {option: options.pop(option) for option in _SHARED}
            called = command or name or function.__name__
            terminal = Terminal(command=called, json=wants_json(options), **shared)
            for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
                if signal.getsignal(number) is signal.SIG_DFL:  # not where nohup has it ignored
                    signal.signal(number, _terminated)
            try:
                code = function(terminal, **options)
            except EnvctlError as error:
                fail(terminal, error)
                raise typer.Exit(exit_code(error)) from error
            except KeyboardInterrupt as error:  # which the parser turns into an exit without a word
                raise Terminated(signal.SIGINT) from error
            raise typer.Exit(code or ExitCode.OK)

        signature = inspect.signature(function, eval_str=True)
        keyword = inspect.Parameter.KEYWORD_ONLY
        own = [parameter.replace(kind=keyword) for parameter in list(signature.parameters.values())[1:]]
        shared = [
            inspect.Parameter(option, keyword, default=False, annotation=annotation)
            for option, annotation in _SHARED.items()
        ]
        run.__signature__ = signature.replace(parameters=own + shared, return_annotation=None)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in own + shared}
        app.command(name, **settings)(run)
        return run

    return decorate


def fail(terminal: Terminal, error: EnvctlError) -> None:
    """Tell an error: as a document where JSON was asked for, and always on standard error."""
    if terminal.json:
        from envctl.output.document import error_document

        with suppress(FailedError):  # standard output may be what failed
            terminal.document(error_document(terminal.command, error))
    terminal.error(error)


def wants_json(options: dict[str, Any]) -> bool:
    """Whether the options ask for a JSON document."""
    return bool(options.get("json")) or options.get("format") == "json"


def _terminated(number: int, _frame: object) -> NoReturn:
    raise Terminated(number)
