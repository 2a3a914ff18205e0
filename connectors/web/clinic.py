"""What the page shows of the hospital."""

from collections.abc import Sequence

from aiohttp import web

from connectors.wire import json_answer
from knowledge.clinic import Clinic

EMERGENCY = "120"


def clinic_routes(clinic: Clinic) -> Sequence[web.RouteDef]:
    """`/api/v1/clinic`."""
    about = {"name": clinic.name, "phone": clinic.phone, "emergency": EMERGENCY, "hours": clinic.hours}

    async def show(_request: web.Request) -> web.Response:
        return json_answer(about)

    return (web.get("/api/v1/clinic", show),)
