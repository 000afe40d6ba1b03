"""The options that several verbs take, as the command line's contract names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from envctl.errors import UsageError
from envctl.sources import SpecOptions

AnySourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A template, an environment file, a lock, an environment, or - for standard input.",
    ),
]
SourceArgument = Annotated[
    str,
    typer.Argument(metavar="SOURCE", help="A template, an environment file, or - for standard input."),
]
EnvironmentArgument = Annotated[
    str, typer.Argument(metavar="ENV", help="An environment's name or its prefix folder.")
]
BuildSourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE", help="A template, an environment file, a lock, or - for standard input."
    ),
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="K=V", help="Give a template parameter a value.")
]
WithOption = Annotated[
    list[str] | None, typer.Option("--with", metavar="ADDON", help="Combine the template with an add-on.")
]
ChannelOption = Annotated[
    list[str] | None,
    typer.Option("-c", "--channel", metavar="CHANNEL", help="Use this channel before the source's own."),
]
OverrideChannelsOption = Annotated[
    bool, typer.Option("--override-channels", help="Use no channels but those of -c.")
]
CudaOption = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION|none", help="Solve for a driver with this CUDA version; none: for no driver."
    ),
]
PlatformOption = Annotated[
    str | None, typer.Option("--platform", metavar="P", help="The platform, such as linux-64.")
]
EnvironmentOption = Annotated[
    str | None,
    typer.Option("--environment", metavar="E", help="Which environment, of a file that holds several."),
]
LossyOption = Annotated[
    bool, typer.Option("--lossy", help="Write what the format can carry, and list what it cannot.")
]
EngineOption = Annotated[
    str | None,
    typer.Option(metavar="ENGINE", help="auto, rattler or conda; else ENVCTL_ENGINE says, else auto."),
]
VerifyCacheOption = Annotated[
    bool, typer.Option("--verify-cache", help="Check every file of the package cache by its hash.")
]
LinkScriptsOption = Annotated[
    bool, typer.Option("--link-scripts", help="Run the packages' own scripts (post-link).")
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Use only what the caches hold.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to a file, in one step; - is standard output.",
        callback=lambda path: None if path == Path("-") else path,
    ),
]

OutputsOption = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write to a file too; its suffix tells the form."),
]


def spec_options(
    values: list[str] | None, addons: list[str] | None, channels: list[str] | None, override_channels: bool
) -> SpecOptions:
    """The SPEC options together. Raises `UsageError` (`bad-set`) for a `--set` without a value."""
    pairs: dict[str, str] = {}
    for text in values or []:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--set {text}: no value", code="bad-set", hint="--set NAME=VALUE")
        pairs[name.strip()] = value.strip()
    for channel in channels or []:
        if not channel.strip() or not channel.isprintable():
            raise UsageError(
                f"-c {channel!r} names no channel", code="bad-channel", hint="is the variable in it set?"
            )
    return SpecOptions(
        values=pairs,
        addons=tuple(addons or ()),
        channels=tuple(channels or ()),
        override_channels=override_channels,
    )
