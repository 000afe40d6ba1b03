"""The conda engine: the conda that a user has solves and installs, by its command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from envctl.credentials import without_login
from envctl.engines import conda_cache, conda_failures, conda_install, conda_search, conda_solve
from envctl.engines.conda_answer import CondaFailure
from envctl.engines.conda_call import ask
from envctl.engines.conda_environ import conda_environ
from envctl.engines.conda_explain import solve_failed
from envctl.engines.conda_find import Conda
from envctl.engines.conda_machine import overrides_for, virtual_packages
from envctl.engines.conda_private import make_private
from envctl.engines.conda_problem import Problem, prepare
from envctl.engines.conda_scratch import scratch_folder
from envctl.engines.conda_turns import in_turn
from envctl.engines.interface import InstallRequest, Sizes, SolveRequest
from envctl.install_order import dependencies_first
from envctl.model.configuration import Configuration
from envctl.model.packages import Solution
from envctl.prefixes.root import Root
from envctl.progress import Reporter


class CondaEngine:
    """Drives one conda. It reads its own configuration; its caches are shared with the user's own calls,
    but where `ENVCTL_ROOT` says where everything has to be."""

    name = "conda"

    def __init__(
        self,
        root: Root,
        conda: Conda,
        environ: Mapping[str, str] | None = None,
        configuration: Configuration | None = None,
    ) -> None:
        self._root = root
        self._conda = conda
        self._environ = conda_environ(os.environ if environ is None else environ)
        self._own_packages = None
        if self._environ.get("ENVCTL_ROOT"):
            self._environ["XDG_CACHE_HOME"] = str(root.cache)  # of conda's notices
            if not self._environ.get("CONDA_PKGS_DIRS"):
                self._own_packages = root.cache / "conda-pkgs"
                self._environ["CONDA_PKGS_DIRS"] = str(self._own_packages)
        if configuration and configuration.channel_priority is None:
            self._environ["CONDA_CHANNEL_PRIORITY"] = "strict"  # as the embedded engine has it
        self._solving = root.cache / "conda-solve"
        """A package folder in which no package ever lies, but conda's copies of the channels' indexes."""
        self._logins: dict[str, str] = {}
        """The channels that were asked for with a login, by what they are without: records have none."""
        self._told = False
        self._infos: dict[tuple[tuple[str, str], ...], Mapping[str, Any]] = {}

    @property
    def version(self) -> str:
        """conda's own."""
        return self._conda.version

    def machine(self, cuda: str | None) -> tuple[str, ...]:
        """See `Engine.machine`."""
        return virtual_packages(self._info({**self._environ, **overrides_for(cuda, self._environ)}))

    def solve(self, requests: Sequence[SolveRequest], reporter: Reporter) -> tuple[Solution, ...]:
        """See `Engine.solve`. conda solves one after the other."""
        self._tell_unknown_version(reporter)
        make_private(self._solving)
        environ = {**self._environ, "CONDA_PKGS_DIRS": str(self._solving)}
        problems = [prepare(request, environ) for request in requests]
        channels = [channel for problem in problems for channel in problem.channels]
        self._logins |= {bare: channel for channel in channels if (bare := without_login(channel)) != channel}
        with reporter.task("reading channels and solving with conda", unit="steps"):
            return tuple(self._solve(problem, reporter) for problem in problems)

    def sizes(self, solution: Solution, reporter: Reporter) -> Sizes:
        """See `Engine.sizes`."""
        with reporter.task("asking for sizes", unit="steps"):
            return conda_cache.sizes(solution, _pkgs_dirs(self._info(self._environ)))

    def install(self, request: InstallRequest, reporter: Reporter) -> None:
        """See `Engine.install`."""
        self._tell_unknown_version(reporter)
        cache = self._root.cache
        if self._own_packages is not None:
            make_private(self._own_packages)
        task = reporter.task("installing with conda", unit="steps")
        with in_turn(cache, reporter), scratch_folder(cache) as scratch, task:
            try:
                conda_install.install(
                    self._conda,
                    request,
                    environ=self._environ,
                    logins=self._logins,
                    pkgs_dirs=_pkgs_dirs(self._info(self._environ)),
                    scratch=scratch,
                    reporter=reporter,
                )
            except CondaFailure as failure:
                raise conda_failures.install_failed(failure) from failure

    def _solve(self, problem: Problem, reporter: Reporter) -> Solution:
        info = self._info(problem.environ)
        machine = virtual_packages(info)
        wanted = problem.request.virtual_packages
        if wanted is not None and set(wanted) != set(machine):
            other = " ".join(sorted(set(machine) - set(wanted))) or "nothing"
            asked = " ".join(sorted(set(wanted) - set(machine))) or "nothing"
            reporter.warn(f"for {problem.platform} this conda solves with {other} in place of {asked}")
        with scratch_folder(self._root.cache) as scratch:
            try:
                packages = conda_solve.solve(self._conda, problem, scratch, _pkgs_dirs(info))
            except CondaFailure as failure:
                raise solve_failed(
                    failure,
                    problem,
                    lambda name: conda_search.versions(self._conda, problem, name),
                    indexes_cached=any((self._solving / "cache").glob("*.json")),
                ) from failure
        return Solution(
            platform=problem.platform,
            channels=tuple(problem.channels.values()),
            virtual_packages=machine,
            packages=tuple(dependencies_first(packages)),
        )

    def _info(self, environ: Mapping[str, str]) -> Mapping[str, Any]:
        """What conda says of itself under these variables, asked once."""
        key = tuple(sorted((name, value) for name, value in environ.items() if name.startswith("CONDA")))
        if key not in self._infos:
            try:
                self._infos[key] = ask(self._conda, ["info"], environ).document or {}
            except CondaFailure as failure:
                raise conda_failures.failed(failure) from failure
        return self._infos[key]

    def _tell_unknown_version(self, reporter: Reporter) -> None:
        if self._conda.is_newer and not self._told:
            self._told = True
            reporter.warn(f"conda {self.version} is newer than what envctl is tested with")


def _pkgs_dirs(info: Mapping[str, Any]) -> list[Path]:
    """The folders in which conda looks for packages."""
    return [Path(str(folder)) for folder in info.get("pkgs_dirs") or ()]
