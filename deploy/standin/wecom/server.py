"""The server: WeCom's paths, the page, and what goes wrong on demand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wecom.page import page_routes
from deploy.standin.wecom.refused import Refused
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom

WECOM: web.AppKey[WeCom] = web.AppKey("wecom", WeCom)
_dumps = partial(json.dumps, ensure_ascii=False)
Done = Callable[[Mapping[str, Any]], dict[str, Any]]


def make_wecom(settings: WeComSettings) -> web.Application:
    """The stand-in as an application; `app[WECOM]` plays nurses and patients."""
    app = web.Application()
    wecom = app[WECOM] = WeCom(settings)
    company, kf = wecom.company, wecom.kf
    app.router.add_get("/cgi-bin/gettoken", _Call(wecom, None, company.token).answer)
    calls: dict[str, tuple[str | None, Done]] = {
        "message/send": (settings.secret, company.send_card),
        "message/update_template_card": (settings.secret, company.update_card),
        "kf/account/list": (settings.kf_secret, kf.accounts),
        "kf/add_contact_way": (settings.kf_secret, kf.link),
        "kf/sync_msg": (settings.kf_secret, kf.sync),
        "kf/send_msg": (settings.kf_secret, kf.send),
        "kf/send_msg_on_event": (settings.kf_secret, kf.send_on_event),
        "kf/service_state/get": (settings.kf_secret, kf.state),
        "kf/service_state/trans": (settings.kf_secret, kf.move),
    }
    for path, (secret, done) in calls.items():
        app.router.add_post(f"/cgi-bin/{path}", _Call(wecom, secret, done).answer)
    app.router.add_post("/cgi-bin/webhook/send", _Robot(wecom, None, lambda _: {}).answer)
    app.add_routes(page_routes(wecom))
    app.cleanup_ctx.append(_closing)
    return app


async def _closing(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[WECOM].close()


@dataclass(frozen=True, slots=True)
class _Call:
    """One path: token, trouble if ordered, then what it does."""

    wecom: WeCom
    secret: str | None  # whose token the call needs
    done: Done

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as WeCom does: 200 always, the number tells."""
        trouble = self.wecom.faults.of_call(request.path)
        await asyncio.sleep(self.wecom.faults.latency_s)
        if trouble and (early := await self._before(trouble, request)) is not None:
            return early
        try:
            given = await self._do(request)
        except Refused as refused:
            return _json(refused.code, refused.errmsg)
        if trouble and trouble.fault is Fault.DROP_AFTER:
            _drop(request)
        return _json(0, "ok", given)

    async def _do(self, request: web.Request) -> dict[str, Any]:
        if self.secret is not None:
            self.wecom.company.check_token(request.query, self.secret)
        return self.done(request.query if request.method == "GET" else await _body(request))

    async def _before(self, trouble: Trouble, request: web.Request) -> web.StreamResponse | None:
        match trouble.fault:
            case Fault.BUSY:
                return _json(-1, "system busy")
            case Fault.CODE:
                return _json(trouble.number, "refused on demand")
            case Fault.SERVER_ERROR:
                return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
            case Fault.GARBAGE:
                return web.Response(text="not json")
            case Fault.DROP_BEFORE:
                _drop(request)
                return web.Response()
            case Fault.EXPIRED_TOKEN:
                self.wecom.company.end_tokens()
            case Fault.SLOW:
                await asyncio.sleep(trouble.seconds)
        return None


class _Robot(_Call):
    """The group robot has a key in place of a token."""

    async def _do(self, request: web.Request) -> dict[str, Any]:
        return self.wecom.company.robot(request.query, await _body(request))


async def _body(request: web.Request) -> Mapping[str, Any]:
    try:
        value = json.loads(await request.read())
    except ValueError:
        value = None
    if not isinstance(value, Mapping):
        raise Refused(47001, "data format error")
    return value


def _json(code: int, errmsg: str, given: Mapping[str, Any] | None = None) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": errmsg, **(given or {})}, dumps=_dumps)


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
