"""The gate before every API call: address, token, quota, right, body; and the faults that were ordered."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader
from aiohttp.web import Request, Response, StreamResponse

from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.settings import Right
from deploy.standin.wechat.world import Answered, Call, Media, World

Json = Mapping[str, Any]
Handler = Callable[[World, Call], Json | Response]
_BUSY = Refused(-1, "system error")


@dataclass(frozen=True, slots=True)
class Route:
    """One path of Tencent's."""

    method: str
    path: str
    handler: Handler
    right: Right | None = None
    token: bool = True  # False: it identifies its caller otherwise, or anybody may call


def guarded(world: World, route: Route) -> Callable[[Request], Awaitable[StreamResponse]]:
    """The route as aiohttp calls it."""

    async def handle(request: Request) -> StreamResponse:
        trouble = world.faults.of_call(route.path)
        slow = trouble.seconds if trouble and trouble.fault is Fault.SLOW else 0.0
        await asyncio.sleep(world.faults.latency_s + slow)
        if trouble and (spoilt := _spoilt(world, route, request, trouble)):
            return spoilt
        answer = await _answer(world, route, request)
        if trouble and trouble.fault is Fault.DROP_AFTER:
            return _dropped(world, route, request)
        return answer

    return handle


def _spoilt(world: World, route: Route, request: Request, trouble: Trouble) -> Response | None:
    """What comes instead of an answer; None: it is answered all the same."""
    match trouble.fault:
        case Fault.DROP_BEFORE:
            return _dropped(world, route, request)
        case Fault.BUSY:
            return _told(world, route, _BUSY)
        case Fault.CODE:
            return _told(world, route, Refused(trouble.number, "ordered"))
        case Fault.SERVER_ERROR:
            world.calls.append(Answered(world.now(), route.path, 502))
            return Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        case Fault.GARBAGE:
            world.calls.append(Answered(world.now(), route.path, 200))
            return Response(text="<!doctype html>{", content_type="text/plain")
        case Fault.EXPIRED_TOKEN:
            world.tokens.expire(request.query.get("access_token", ""))
    return None


def _dropped(world: World, route: Route, request: Request) -> Response:
    world.calls.append(Answered(world.now(), route.path, None))
    if request.transport is not None:
        request.transport.close()
    return Response()


async def _answer(world: World, route: Route, request: Request) -> Response:
    try:
        _check_caller(world, route, request)
        answer = route.handler(world, await _call(world, route, request))
    except Refused as refused:
        return _told(world, route, refused)
    if isinstance(answer, Response):
        world.calls.append(Answered(world.now(), route.path, 0 if answer.status == 200 else answer.status))
        return answer
    world.calls.append(Answered(world.now(), route.path, int(answer.get("errcode", 0))))
    return _json(answer)


def _check_caller(world: World, route: Route, request: Request) -> None:
    allowed = world.settings.allowed_ips
    if allowed is not None and request.remote not in allowed and request.path.startswith("/cgi-bin/"):
        raise Refused(40164, f"invalid ip {request.remote} ipv6 ::ffff:{request.remote}, not in whitelist")
    if route.token:
        world.tokens.check(request.query.get("access_token", ""))
    world.need(route.right)
    world.count_call(route.path)


async def _call(world: World, route: Route, request: Request) -> Call:
    query = dict(request.query)
    if request.content_type.startswith("multipart/"):
        return Call(route.path, query, {}, world.now(), await _file(request))
    body = await request.read()
    if request.method == "GET" or (not body and not route.token):
        return Call(route.path, query, {}, world.now())
    if not body:
        raise Refused(44002, "empty post data")
    return Call(route.path, query, _parsed(body), world.now())


def _parsed(body: bytes) -> Json:
    try:
        read = json.loads(body.decode())
    except ValueError as error:
        raise Refused(47001, "data format error") from error
    if not isinstance(read, dict):
        raise Refused(47001, "data format error")
    return read


async def _file(request: Request) -> Media | None:
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            content_type = part.headers.get("Content-Type", "application/octet-stream")
            return Media("", bytes(await part.read()), content_type, part.filename or "media")
    return None


def _told(world: World, route: Route, refused: Refused) -> Response:
    world.calls.append(Answered(world.now(), route.path, refused.code))
    return _json(refused.body())


def _json(answer: Json) -> Response:
    body = json.dumps(answer, ensure_ascii=False).encode()
    # Tencent writes `encoding` where others write `charset`.
    return Response(body=body, headers={"Content-Type": "application/json; encoding=utf-8"})
