"""Runs one outside command of the set-up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.setup.say import SetupError

LOG_TAIL_LINES = 15


def run(command: Sequence[str], failure: SetupError, *, cwd: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a command whose own progress the person sees; raise `failure` when it does not end well."""
    try:
        code = subprocess.run(command, cwd=cwd, env=clean_env(env), stdin=subprocess.DEVNULL).returncode
    except OSError as error:
        raise failure from error
    if code != 0:
        raise failure


def run_quietly(
    command: Sequence[str], failure: SetupError, *, cwd: Path, env: Mapping[str, str] | None = None
) -> None:
    """Run a talkative command; its last lines are shown only when it fails, and then `failure` is raised."""
    said = ask(command, cwd=cwd, env=env)
    if said.returncode != 0:
        print("\n".join((said.stdout + said.stderr).splitlines()[-LOG_TAIL_LINES:]), flush=True)
        raise failure


def ask(command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it said; a command that is not there returns 127, as in a shell."""
    try:
        return subprocess.run(
            command, cwd=cwd, env=clean_env(env), stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def clean_env(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without an activated venv, on which uv would remark at every step."""
    base = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**base, **(more or {})}
