"""Temporal's development server from its wheel, for whoever tests the outgrown engine."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.running import free_port
from deploy.temporal.server import PATIENCE_S, recipe
from deploy.trouble import Trouble
from tests.conftest import lacking


@contextmanager
def temporal_server(folder: Path) -> Iterator[str]:
    """A server for the time of the block; its host:port."""
    port = free_port()
    try:
        how = recipe(port, folder)
    except Trouble as trouble:
        lacking("Temporal", trouble)
    with how.output.open("wb") as output:
        process = subprocess.Popen(how.command, cwd=how.folder, stdout=output, stderr=output)
    try:
        if not _listens(port):
            lacking("Temporal")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False
