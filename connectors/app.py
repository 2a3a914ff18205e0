"""The gateway: one aiohttp application over all channels."""

from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from connectors.base import Connector
from connectors.health import Health
from connectors.problem import problems
from connectors.web.openapi import openapi
from connectors.web.pages import page_routes

BODY_BYTES = 256 * 1024
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'"
    ),
}


def make_gateway(
    connectors: Mapping[str, Connector], extra: list[web.RouteDef], health: Health, ui: Path
) -> web.Application:
    """Everything under one port."""
    app = web.Application(middlewares=[problems], client_max_size=BODY_BYTES)
    for connector in connectors.values():
        app.add_routes(connector.routes())
    app.add_routes(extra)
    app.add_routes(health.routes())
    app.add_routes([web.get("/api/v1/openapi.json", openapi)])
    app.add_routes(page_routes(ui))
    app.on_response_prepare.append(_add_security_headers)
    return app


async def _add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
