"""What the person at the terminal reads while the ground is laid."""

from __future__ import annotations

import sys


class SetupError(Exception):
    """A step cannot go on; says what happened and the remedy, one sentence in each language."""

    def __init__(self, zh: str, en: str) -> None:
        """Keep both sentences."""
        super().__init__(en)
        self.zh = zh
        self.en = en


def step(zh: str, en: str) -> None:
    """Announce a long step before it begins."""
    print(f"▸ {zh} · {en}", flush=True)


def note(zh: str, en: str) -> None:
    """Mention what was left out, and go on."""
    print(f"  {zh}\n  {en}", flush=True)


def complain(error: SetupError) -> None:
    """Print both sentences on the error stream."""
    print(f"✗ {error.zh}\n✗ {error.en}", file=sys.stderr, flush=True)
