"""`python3 -m deploy.setup run|check|test`: what a `make` target needs, done once, then only looked at."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.setup.browser import ensure_browser
from deploy.setup.environments import ensure_house, ensure_rasa
from deploy.setup.pages import ensure_pages
from deploy.setup.say import SetupError, complain, note

ROOT = Path(__file__).resolve().parents[2]


def prepare(target: str) -> None:
    """Lay the ground: for `run` the house, for `check` no browser, for `test` all; raises SetupError."""
    ensure_house(ROOT, () if target == "run" else ("dev",))
    if target != "check":
        ensure_rasa(ROOT)
    ensure_pages(ROOT, for_checks=target != "run")
    if target == "test":
        ensure_browser(ROOT)


def main() -> int:
    """Prepare the target named on the command line and return the exit status."""
    try:
        prepare(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        note("已停下；再运行同一条命令会接着做。", "Stopped; the same command goes on where it was.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
