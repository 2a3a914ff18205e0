"""Ends this process when the one that started it is gone: a killed house must not leave a Rasa behind."""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_S = 1.0


def install() -> None:
    """Watch the parent in a thread that does not keep the process alive."""
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent,), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
