"""Finds the two Pythons: one for the house, one for Rasa, which runs on 3.10 only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.setup import shell
from deploy.setup.say import SetupError, step


@dataclass(frozen=True)
class Wanted:
    """An interpreter we need: the versions in uv's words, and in words for the person."""

    request: str
    label: str


HOUSE = Wanted(">=3.11,<3.14", "3.11–3.13")
RASA = Wanted("3.10", "3.10")


def find_interpreter(uv: Path, wanted: Wanted, root: Path) -> Path:
    """Return a wanted interpreter: installed, pyenv's, or fetched by uv; raises SetupError."""
    env = {"PATH": os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, pyenv_folders(os.environ))])}
    find = [str(uv), "python", "find", "--system", "--no-project", "--resolve-links", wanted.request]
    here = shell.ask([*find, "--no-python-downloads"], cwd=root, env=env)
    if here.returncode != 0:
        step(f"下载 Python {wanted.label}", f"fetching Python {wanted.label}")
        shell.run([str(uv), "python", "install", "--no-bin", wanted.request], missing(wanted), cwd=root)
        here = shell.ask(find, cwd=root, env=env)
    if here.returncode != 0:
        raise missing(wanted)
    return Path(here.stdout.strip())


def pyenv_folders(env: os._Environ[str] | dict[str, str]) -> Iterable[Path]:
    """Return the `bin` folders of pyenv's versions, newest first: uv does not see through pyenv's shims."""
    home = Path(env.get("PYENV_ROOT") or Path(env.get("HOME", "/")) / ".pyenv")
    versions = [folder for folder in home.glob("versions/*/bin") if version_of(folder)]
    return sorted(versions, key=version_of, reverse=True)


def version_of(folder: Path) -> tuple[int, ...]:
    """Return (3, 11, 7) for `…/versions/3.11.7/bin`, and () for a name that is no plain version."""
    parts = folder.parent.name.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def missing(wanted: Wanted) -> SetupError:
    """Say that an interpreter is neither here nor to be had, and how to bring it."""
    short = wanted.label.split("–", 1)[0]
    return SetupError(
        f"找不到 Python {wanted.label}，也下载不到：请安装它(例如 pyenv install {short})，再试一次。",
        f"Python {wanted.label} is neither installed nor downloadable: install it (for example: pyenv "
        f"install {short}) and try again.",
    )
