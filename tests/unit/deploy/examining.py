"""What the tests of the examination share: settings of their own, servers that answer as they are told, findings."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from deploy.doctor import Finding
from deploy.doctor.kit import Kit

WAIT_S = 5.0


def settings_of(var: Path, **fields: Any) -> Settings:
    """Only what the test says: neither this machine's .env nor its variables that matter here."""
    return Settings(_env_file=None, var=var, **fields)


@asynccontextmanager
async def kit_of(
    settings: Settings,
    *,
    at: Callable[[], datetime] = lambda: datetime.now(UTC),
    trust: SSLContext | None = None,
    send: bool = False,
) -> AsyncIterator[Kit]:
    """The means of an examination."""
    trust = trust or create_default_context()
    async with ClientSession(timeout=ClientTimeout(total=WAIT_S), connector=TCPConnector(ssl=trust)) as http:
        yield Kit(settings, at, http, trust, send)


@asynccontextmanager
async def serving(routes: Sequence[web.RouteDef], **options: Any) -> AsyncIterator[TestServer]:
    """A server on loopback with these routes."""
    app = web.Application()
    app.add_routes(routes)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(**options)
    try:
        yield server
    finally:
        await server.close()


def url_of(server: TestServer) -> str:
    """Without a slash at its end."""
    return str(server.make_url("")).rstrip("/")


def by_part(findings: Sequence[Finding]) -> Mapping[str, Finding]:
    """Each part once."""
    found = {finding.part: finding for finding in findings}
    assert len(found) == len(findings), [finding.part for finding in findings]
    return found
