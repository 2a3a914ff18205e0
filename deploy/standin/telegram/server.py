"""The stand-in's HTTP server: the Bot API, its files, and the phone page at `/telegram`."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import web

from deploy.standin.telegram.delivery import deliver
from deploy.standin.telegram.methods import METHODS
from deploy.standin.telegram.phone_page import phone_routes
from deploy.standin.telegram.settings import Refused, bad
from deploy.standin.telegram.world import Telegram

_JSON_FIELDS = ("reply_markup", "allowed_updates", "commands", "link_preview_options")
_dumps = partial(json.dumps, ensure_ascii=False)


def make_telegram(telegram: Telegram) -> web.Application:
    """The Bot API under `/bot<token>/<method>`, and the page on which people are played."""
    api = _Api(telegram)
    app = web.Application()
    app.add_routes([web.route("*", "/bot{token}/{method}", api.call), web.get("/file/bot{token}/{path:.*}", api.file)])
    app.add_routes(phone_routes(telegram))
    app.cleanup_ctx.append(api.delivering)
    return app


class _Api:
    """Calls of a bot."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def delivering(self, _app: web.Application) -> AsyncIterator[None]:
        """Updates go to the webhook while the server runs."""
        task = asyncio.ensure_future(deliver(self._telegram))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def call(self, request: web.Request) -> web.Response:
        """One call, answered as Telegram does."""
        telegram = self._telegram
        try:
            if request.match_info["token"] != telegram.bot.token:
                raise Refused(401, "Unauthorized")
            result = await self._done(request.match_info["method"], await _params(request))
        except Refused as refused:
            return web.json_response(refused.body, status=refused.code, dumps=_dumps)
        if telegram.faults.losing() and request.transport:
            request.transport.abort()
        return web.json_response({"ok": True, "result": result}, dumps=_dumps)

    async def _done(self, name: str, params: Mapping[str, Any]) -> Any:
        faults = self._telegram.faults
        await asyncio.sleep(faults.latency_s)
        method = METHODS.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found")
        with suppress(ValueError):
            self._telegram.calls.append((name, int(params.get("chat_id", 0))))
        if refused := faults.refusing(name):
            raise refused
        return await method(self._telegram, params)

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of something that was sent."""
        found = self._telegram.files.get(request.match_info["path"].removeprefix("files/"))
        if found is None or request.match_info["token"] != self._telegram.bot.token:
            raise web.HTTPNotFound
        return web.Response(body=found)


async def _params(request: web.Request) -> dict[str, Any]:
    """From the query, a form or JSON, as Telegram takes them. Raises Refused."""
    params: dict[str, Any] = dict(request.query)
    try:
        if request.content_type == "application/json":
            params |= await request.json()
        elif request.method == "POST":
            params |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        for name in _JSON_FIELDS:
            if isinstance(params.get(name), str):
                params[name] = json.loads(params[name])
    except ValueError:
        raise bad("can't parse JSON") from None
    return params
