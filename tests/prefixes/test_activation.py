"""Activation as conda does it, evaluated by real shells."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envctl.errors import AbsentError, UsageError
from envctl.prefixes.activation import activated, activation, own_variables
from envctl.prefixes.shells import SHELLS, detect_shell, find_shell

BASH = find_shell("bash")


def prefix_with(tmp_path: Path, *, state: object = None) -> Path:
    (tmp_path / "conda-meta").mkdir()
    if state is not None:
        (tmp_path / "conda-meta" / "state").write_text(json.dumps(state))
    return tmp_path


def test_the_variables_are_condas(tmp_path: Path) -> None:
    change = activation(tmp_path, label="web", environ={"PATH": "/usr/bin"}, shell=BASH)
    assert change.variables == {
        "PATH": f"{tmp_path}/bin:/usr/bin",
        "CONDA_PREFIX": str(tmp_path),
        "CONDA_SHLVL": "1",
        "CONDA_DEFAULT_ENV": "web",
        "CONDA_PROMPT_MODIFIER": "(web) ",
    }


def test_an_environment_active_before_leaves_path_and_is_remembered(tmp_path: Path) -> None:
    environ = {"PATH": "/old/bin:/usr/bin", "CONDA_PREFIX": "/old", "CONDA_SHLVL": "1"}
    change = activation(tmp_path, label="web", environ=environ, shell=BASH)
    assert change.variables["PATH"] == f"{tmp_path}/bin:/usr/bin"
    assert change.variables["CONDA_SHLVL"] == "2"
    assert change.variables["CONDA_PREFIX_1"] == "/old"


def test_what_a_variable_held_is_kept_for_condas_deactivate(tmp_path: Path) -> None:
    prefix = prefix_with(tmp_path, state={"env_vars": {"MODE": "inner"}})
    environ = {"PATH": "/usr/bin", "MODE": "outer", "CONDA_SHLVL": "1", "CONDA_PREFIX": "/old"}
    change = activation(prefix, label="web", environ=environ, shell=BASH)
    assert change.variables["MODE"] == "inner"
    assert change.variables["__CONDA_SHLVL_1_MODE"] == "outer"


def test_the_prompt_names_the_environment_in_place_of_the_one_before(tmp_path: Path) -> None:
    code = activation(tmp_path, label="web's", environ={"PATH": "/usr/bin"}, shell=BASH).code(BASH)
    ask = "printf '%s' \"$PS1\""
    with_prompt = f"PS1='(base) $ '; CONDA_PROMPT_MODIFIER='(base) '\n{code}\n{ask}"
    done = subprocess.run(["bash", "-uc", with_prompt], capture_output=True, text=True, check=True)
    assert done.stdout == "(web's) $ "
    without = subprocess.run(["bash", "-uc", f'unset PS1\n{code}\n[ -z "${{PS1+x}}" ]'], check=False)
    assert without.returncode == 0


def test_activating_twice_is_activating_once(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin"}
    once = activation(tmp_path, label="web", environ=environ, shell=BASH).variables
    assert activation(tmp_path, label="web", environ={**environ, **once}, shell=BASH).variables == once


def test_the_environments_variables_stand_above_its_packages(tmp_path: Path) -> None:
    prefix = prefix_with(
        tmp_path, state={"env_vars": {"BOTH": "own", "gone": "***unset***", "PATH": "no", "low": "x"}}
    )
    (prefix / "etc" / "conda" / "env_vars.d").mkdir(parents=True)
    (prefix / "etc" / "conda" / "env_vars.d" / "a.json").write_text('{"BOTH": "package", "ONE": "1"}')
    assert own_variables(prefix) == {"BOTH": "own", "ONE": "1", "LOW": "x"}


@pytest.mark.parametrize("state", ["not json", "[]", '{"env_vars": 3}'])
def test_a_damaged_state_file_sets_nothing(tmp_path: Path, state: str) -> None:
    prefix = prefix_with(tmp_path)
    (prefix / "conda-meta" / "state").write_text(state)
    assert own_variables(prefix) == {}


@pytest.mark.parametrize("shell", [name for name in ("bash", "sh", "zsh", "fish") if shutil.which(name)])
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
def test_a_value_reaches_the_shell_as_it_is(tmp_path: Path, shell: str, value: str) -> None:
    code = SHELLS[shell].set("VALUE", value) + "\nprintf '%s' \"$VALUE\"\n"
    done = subprocess.run(
        [shell, "-c", code], capture_output=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    assert done.stdout == value.encode()


def test_a_value_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    prefix = prefix_with(tmp_path, state={"env_vars": {"A": f"$(touch {trap})", "B": f"`touch {trap}`"}})
    code = activation(prefix, label="web", environ={"PATH": "/usr/bin:/bin"}, shell=BASH).code(BASH)
    subprocess.run(["bash", "-c", code], check=True)
    assert not trap.exists()


def test_scripts_of_packages_are_run_after_the_variables(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "conda" / "activate.d"
    folder.mkdir(parents=True)
    (folder / "b.sh").write_text('echo "b $CONDA_DEFAULT_ENV"\n')
    (folder / "a.sh").write_text("echo a\n")
    (folder / "c.fish").write_text("echo not for bash\n")
    code = activation(tmp_path, label="web", environ={"PATH": os.environ["PATH"]}, shell=BASH).code(BASH)
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "a\nb web\n"


def test_an_unknown_shell_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        find_shell("tcsh")
    assert caught.value.hint == "one of: bash, zsh, sh, fish, powershell"


def test_the_users_shell_is_taken_from_the_environment() -> None:
    assert detect_shell({"SHELL": "/usr/bin/fish"}) == "fish"
    assert detect_shell({"SHELL": "/bin/tcsh"}) == "bash"
    assert detect_shell({}) == "bash"


def test_a_command_needs_no_shell_where_the_environment_has_no_scripts(tmp_path: Path) -> None:
    wrapper, environ = activated(tmp_path, label="web", environ={"PATH": "/usr/bin", "PYTHONHOME": "/old"})
    assert wrapper == ()
    assert (environ["CONDA_DEFAULT_ENV"], "PYTHONHOME" in environ) == ("web", False)


def test_a_shell_runs_the_scripts_and_becomes_the_command(tmp_path: Path) -> None:
    scripts = tmp_path / "etc" / "conda" / "activate.d"
    scripts.mkdir(parents=True)
    (scripts / "mode.sh").write_text("export MODE=inner\n")
    wrapper, environ = activated(tmp_path, label="web", environ={"PATH": os.environ["PATH"]})
    command = [*wrapper, "sh", "-c", 'printf "%s " "$MODE" "$CONDA_DEFAULT_ENV" "$1"', "sh", "an argument"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "inner web an argument "


def test_without_a_shell_scripts_cannot_be_run(tmp_path: Path) -> None:
    scripts = tmp_path / "etc" / "conda" / "activate.d"
    scripts.mkdir(parents=True)
    (scripts / "mode.sh").touch()
    with pytest.raises(AbsentError) as caught:
        activated(tmp_path, label="web", environ={"PATH": str(tmp_path)})
    assert caught.value.code == "tool-missing"
