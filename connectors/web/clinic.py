"""What the page shows of the hospital."""

from collections.abc import Callable, Sequence

from aiohttp import web

from connectors.wire import json_answer
from knowledge.clinic import Clinic

EMERGENCY = "120"


def clinic_routes(present: Callable[[], Clinic], wechat: bool = False) -> Sequence[web.RouteDef]:
    """`/api/v1/clinic`, of the clinic as it is at the moment; with `wechat` a visitor may continue there."""

    async def show(_request: web.Request) -> web.Response:
        clinic = present()
        about = {"name": clinic.name, "phone": clinic.phone, "emergency": EMERGENCY, "hours": clinic.hours}
        return json_answer(about | {"wechat": wechat})

    return (web.get("/api/v1/clinic", show),)
