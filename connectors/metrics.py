"""`/metrics` in Prometheus's text format. It is for the hospital's own network: the proxy keeps it from outside."""

from collections.abc import Sequence

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def metrics_routes(registry: CollectorRegistry) -> Sequence[web.RouteDef]:
    """One GET route that tells what the registry has counted."""

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return (web.get("/metrics", metrics),)
