"""Finds Node.js for building the pages: the system's when new enough, else one from a Python wheel."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from deploy.setup import shell
from deploy.setup.environments import ensure_house


def ensure_node(root: Path) -> Path:
    """Return the folder that holds `node` and `npm`; raises SetupError."""
    system = shutil.which("node")
    if system and shutil.which("npm") and new_enough(shell.ask([system, "--version"], cwd=root).stdout):
        return Path(system).parent
    ensure_house(root, ["node"])
    return root / ".venv" / "bin"


def new_enough(version: str) -> bool:
    """Tell whether `v20.19.1` and the like can run our build: 20.19 and later 20s, or 22.12 and above."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if found is None:
        return False
    major, minor = int(found.group(1)), int(found.group(2))
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)
