"""A server that answers as Tencent's does, one set answer at a time, and calls that go to it."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from bot.locks import MemoryLocks
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.metrics import TencentErrors
from connectors.tencent.remedies import Remedy
from connectors.tencent.tokens import Fetched, TokenHolder

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
OK = {"errcode": 0, "errmsg": "ok"}
Answer = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


@dataclass
class Shelf:
    """Keeps a token in memory."""

    values: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def get(self, name: str) -> tuple[str, datetime] | None:
        return self.values.get(name)

    async def put(self, name: str, value: str, until: datetime) -> None:
        self.values[name] = (value, until)


@dataclass
class Seen:
    """One request as the server saw it."""

    method: str
    token: str | None
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """A server whose answer a test sets, and a client."""

    http: ClientSession
    base_url: str = ""
    answers: list[Answer] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    fetched: int = 0
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        self._errors = TencentErrors(self.registry)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        token = query.pop("access_token", None)
        self.seen.append(Seen(request.method, token, query, dict(request.headers), await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    def api(self, *, with_token: bool = True, **more: Any) -> Api:
        async def fetch() -> Fetched:
            self.fetched += 1
            return Fetched(f"t{self.fetched}", timedelta(hours=2))

        holder = TokenHolder(fetch, Shelf(), MemoryLocks(), lambda: AT, "token") if with_token else None
        return Api(self.base_url, holder, self.http, self._errors.counting("wechat"), **more)

    def counted(self, code: int, remedy: Remedy) -> float | None:
        labels = {"channel": "wechat", "code": str(code), "remedy": remedy.value}
        return self.registry.get_sample_value("xinglin_tencent_errors_total", labels)


@asynccontextmanager
async def tencent_world() -> AsyncIterator[World]:
    """A running server, and a session of ours."""
    async with ClientSession() as http:
        made = World(http)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", made.serve)
        async with TestServer(app) as server:
            made.base_url = str(server.make_url("")).rstrip("/")
            yield made


def says(answer: object, status: int = 200, content_type: str = "application/json") -> Answer:
    """Answer with JSON under any content type."""

    async def respond(_request: web.Request) -> web.StreamResponse:
        body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
        return web.Response(body=body, status=status, headers={"Content-Type": content_type})

    return respond


def hands(content: bytes, content_type: str = "image/jpeg", disposition: str | None = "") -> Answer:
    """Answer with a file."""

    async def respond(_request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": content_type}
        if disposition is not None:
            headers["Content-Disposition"] = disposition or 'attachment; filename="m1.jpg"'
        return web.Response(body=content, headers=headers)

    return respond


async def refused(call: Coroutine[Any, Any, Any]) -> ApiRefused:
    with pytest.raises(ApiRefused) as caught:
        await call
    return caught.value
