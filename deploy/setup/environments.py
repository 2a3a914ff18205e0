"""Builds `.venv` (the house) and `.venv-rasa` (Rasa) from the one lock file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.setup import shell, stamps
from deploy.setup.interpreters import HOUSE, RASA, Wanted, find_interpreter
from deploy.setup.say import SetupError, step
from deploy.setup.uv import ensure_uv

STAMP = "xinglin-groups"


def ensure_house(root: Path, groups: Iterable[str] = ()) -> None:
    """Bring `.venv` up to the lock file with the group `app` and these; groups added earlier stay."""
    home = root / ".venv"
    chosen = sorted({"app", *groups, *present_groups(home)})
    ensure(root, home, HOUSE, chosen, [word for group in chosen for word in ("--group", group)])


def ensure_rasa(root: Path) -> None:
    """Bring `.venv-rasa` up to the lock file."""
    ensure(root, root / ".venv-rasa", RASA, ["rasa"], ["--only-group", "rasa"])


def ensure(root: Path, home: Path, wanted: Wanted, groups: list[str], choice: list[str]) -> None:
    """Synchronise one environment unless its stamp says that it already is; raises SetupError."""
    mark = "\n".join([",".join(groups), stamps.digest([root / "uv.lock", root / "pyproject.toml"], str(root))])
    if (home / "bin" / "python").exists() and stamps.is_fresh(home / STAMP, mark):
        return
    uv = ensure_uv(root)
    # An environment keeps its Python: another one on PATH today would rebuild it from nothing.
    current = (home / "bin" / "python").resolve()
    python = current if current.is_file() else find_interpreter(uv, wanted, root)
    step(f"安装 {home.name} 的软件包", f"installing the packages of {home.name}")
    # Without compiled files Rasa spends 15 s more on its imports at every start.
    env = {"UV_PROJECT_ENVIRONMENT": str(home), "UV_COMPILE_BYTECODE": "1", "UV_LINK_MODE": link_mode()}
    # Progress bars for a person; for a log file the list of some hundred packages says nothing.
    manner = [] if sys.stderr.isatty() else ["--quiet"]
    sync = [str(uv), "sync", "--frozen", *manner, "--python", str(python), *choice]
    shell.run(sync, failed(home), cwd=root, env=env)
    stamps.leave(home / STAMP, mark)


def link_mode() -> str:
    """Return how uv puts files in place: the person's own setting, else uv's default for the system."""
    return os.environ.get("UV_LINK_MODE", "clone" if os.uname().sysname == "Darwin" else "hardlink")


def present_groups(home: Path) -> set[str]:
    """Return the groups that an earlier run put into the environment."""
    stamp = home / STAMP
    return set(stamp.read_text(encoding="utf-8").split("\n", 1)[0].split(",")) if stamp.is_file() else set()


def failed(home: Path) -> SetupError:
    """Say that an environment could not be built."""
    return SetupError(
        f"{home.name} 没有装好，原因见上方：请检查网络和磁盘空间，再运行同一条命令，会接着装。",
        f"{home.name} could not be installed, see above for the cause: check the network and the disk space, "
        "then run the same command again; it goes on where it stopped.",
    )
