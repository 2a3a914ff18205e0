"""How the commands find a running house: a file that it keeps while it runs."""

import json
import os
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.settings import Settings

LOOPBACK = "127.0.0.1"

Tell = Callable[[str], None]
"""Takes a line of progress for the operator."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running house is found by the other commands; kept in var/run.json, readable by the owner only."""

    pid: int
    url: str
    rasa_url: str
    rasa_token: str
    actions_url: str
    actions_token: str
    desk_key: str
    teacher_key: str = ""


class Announced:
    """Keeps the file by which other commands find this house."""

    def __init__(self, path: Path, running: Running) -> None:
        self._path = path
        self._running = running

    def __enter__(self) -> None:
        self._path.unlink(missing_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self._running), file)

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)


def find_running(settings: Settings) -> Running | None:
    """The house that runs on this machine with these settings, if one does."""
    try:
        running = Running(**json.loads((settings.var / "run.json").read_text()))
        os.kill(running.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return running


def free_port() -> int:
    """A loopback port nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
