"""A request as a problem for rattler."""

from __future__ import annotations

import dataclasses
import os

from rattler import Channel, RepoDataRecord, Subdir
from rattler.exceptions import InvalidChannelError

from envctl.credentials import fill_in
from envctl.engines.interface import SolveRequest
from envctl.engines.rattler_channel_names import with_configured_login
from envctl.engines.rattler_channels import resolve_channels, unlisted
from envctl.engines.rattler_failures import channel_unreachable
from envctl.engines.rattler_mirrors import without_useless_login
from envctl.engines.rattler_problem import Problem
from envctl.engines.rattler_records import to_record
from envctl.engines.rattler_solve import parse_specs
from envctl.engines.rattler_virtual import given_packages, virtual_packages
from envctl.model.configuration import Configuration
from envctl.model.packages import CondaPackage


def prepare(request: SolveRequest, configuration: Configuration) -> Problem:
    """The problem, with channels and credentials as the user has configured them.

    Raises `AbsentError` (`channel-unreachable`) for what can be no channel, `UsageError` (`bad-match-spec`,
    `bad-cuda`), `InputError` (`bad-record`).
    """
    given = request.virtual_packages
    machine = virtual_packages(request.cuda) if given is None else given_packages(given)

    def resolve(words: tuple[str, ...]) -> dict[str, str]:
        return resolve_channels(
            words,
            directory=request.directory,
            environ=os.environ,
            platform=request.platform,
            configuration=configuration,
        )

    resolved = resolve(request.channels)
    try:
        called = (*resolved, *resolved.values())
        more = resolve(() if request.only_these else unlisted(request.specs, called))
        channels = {url: Channel(url) for url in (*resolved, *more)}
    except InvalidChannelError as error:
        raise channel_unreachable(str(error)) from error
    return Problem(
        words=tuple(resolved.values()),
        written={
            channels[url].base_url: written
            for url, written in resolved.items()
            if url != written and "://" in written
        },
        channels=tuple(channels.values()),
        specs=parse_specs(
            request.specs, {called: channels[url] for url, called in {**more, **resolved}.items()}
        ),
        platforms=(Subdir(request.platform) if request.platform else Subdir.current(), Subdir("noarch")),
        virtual_packages=machine,
        requirement=request.cuda_requirement,
        keep=[expanded_record(package, configuration) for package in request.keep],
        described=given is not None,
        priority=configuration.channel_priority or "strict",
    )


def expanded_record(package: CondaPackage, configuration: Configuration) -> RepoDataRecord:
    """The record of a package, with the variables in its URL filled in and the configured credentials: locks
    carry `https://$USER:$TOKEN@host/…`, or none at all.

    Raises `InputError` (`bad-record`).
    """
    url = without_useless_login(fill_in(package.url, os.environ), configuration)
    return to_record(dataclasses.replace(package, url=with_configured_login(url, configuration)))
