"""Every error on the wire is application/problem+json (RFC 9457) with a kind Chinese title."""

import json
import logging
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import XinglinError
from bot.phrases import HTTP_TITLES

log = logging.getLogger(__name__)


def problem(status: int, title: str, kind: str = "about:blank", detail: str = "") -> web.Response:
    """A problem document."""
    body: dict[str, Any] = {"type": kind, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    headers = {"Retry-After": "3"} if status == 503 else {}
    return web.Response(
        text=json.dumps(body, ensure_ascii=False),
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The channel route's one place to catch: an error becomes words for the person and a line for the operator."""
    try:
        return await handler(request)
    except XinglinError as error:
        if error.status >= 500:
            log.error("request failed", extra={"action": "request_failed", "error": type(error).__name__})
        return problem(error.status, error.title, f"urn:xinglin:{type(error).__name__}", error.detail_for_wire)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem(error.status, HTTP_TITLES.get(error.status, HTTP_TITLES[500]))
    except ConnectionResetError:
        raise
    except Exception as error:
        log.exception("request broke", extra={"action": "request_broke", "error": type(error).__name__})
        return problem(500, HTTP_TITLES[500])
