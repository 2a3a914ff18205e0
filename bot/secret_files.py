"""Secrets that the house makes for itself, in files only their owner can read."""

import os
from collections.abc import Callable
from pathlib import Path


def secret_from(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file (mode 0600); made when there is none. Two processes at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := make())
    return secret
