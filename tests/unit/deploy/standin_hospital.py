"""A hospital for the WeChat stand-in: it reads callbacks with wechatpy, which is not ours, and answers as told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import xmltodict  # type: ignore[import-untyped]  # wechatpy's own reader
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response, get, post
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.utils import check_signature  # type: ignore[import-untyped]

from deploy.standin.clock import JumpingClock
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import Mode, StandInSettings
from deploy.standin.wechat.wechat import WeChat

Answer = Callable[[Mapping[str, Any]], Awaitable[Response | str | bytes]]


async def success(_fields: Mapping[str, Any]) -> str:
    """Answer nothing here."""
    return "success"


def words(text: str) -> Answer:
    """Answer these words in the passive reply."""

    async def answer(fields: Mapping[str, Any]) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{fields['FromUserName']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{fields['ToUserName']}]]></FromUserName><CreateTime>1700000000</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
        )

    return answer


@dataclass
class Hospital:
    """What came, and what to answer: the answers in turn, the last one again and again."""

    settings: StandInSettings
    answers: list[Answer] = field(default_factory=lambda: [success])
    got: list[dict[str, Any]] = field(default_factory=list)  # fields of each request, deciphered
    queries: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    async def echo(self, request: Request) -> Response:
        """The address check."""
        query = request.query
        check_signature(self.settings.token, query["signature"], query["timestamp"], query["nonce"])
        return Response(text=query["echostr"])

    async def called(self, request: Request) -> Response:
        """A callback."""
        query, body = request.query, await request.text()
        check_signature(self.settings.token, query["signature"], query["timestamp"], query["nonce"])
        crypto = WeChatCrypto(self.settings.token, self.settings.aes_key, self.settings.app_id)
        plain = body
        if self.settings.mode is not Mode.PLAIN:
            plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        self.queries.append(dict(query))
        self.bodies.append(body)
        self.got.append(xmltodict.parse(plain)["xml"])
        answer = await self.answers[min(len(self.got), len(self.answers)) - 1](self.got[-1])
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, str) and answer.startswith("<xml>") and self.settings.mode is not Mode.PLAIN:
            answer = crypto.encrypt_message(answer, query["nonce"], query["timestamp"])
        return Response(body=answer if isinstance(answer, bytes) else answer.encode())


@dataclass
class Town:
    """A stand-in and a hospital, both listening."""

    wechat: WeChat
    hospital: Hospital
    http: ClientSession
    base: str

    async def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        """Call the stand-in's API."""
        async with self.http.post(self.base + path, json=body, params=query) as answer:
            found: dict[str, Any] = await answer.json(content_type=None)
            return found

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Call the stand-in's API."""
        async with self.http.get(self.base + path, params=query) as answer:
            found: dict[str, Any] = await answer.json(content_type=None)
            return found

    async def token(self, force: bool = False) -> str:
        """A stable token."""
        settings = self.wechat.settings
        body = {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.secret}
        return str((await self.post("/cgi-bin/stable_token", body | {"force_refresh": force}))["access_token"])

    async def send(self, openid: str, text: str = "您好", token: str | None = None) -> int:
        """A customer-service text; the errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        access = token or await self.token()
        return int((await self.post("/cgi-bin/message/custom/send", body, access_token=access))["errcode"])


@contextlib.asynccontextmanager
async def town(settings: StandInSettings) -> AsyncIterator[Town]:
    """Both servers for the time of the block."""
    settings = replace(settings, clock=JumpingClock())  # each town its own: a jump in one is none in the next
    hospital = Hospital(settings)
    app = Application()
    app.add_routes([get("/wechat", hospital.echo), post("/wechat", hospital.called)])
    async with TestServer(app) as house:
        told = replace(settings, callback_url=str(house.make_url("/wechat")))
        tencent = make_wechat(told)
        async with TestServer(tencent) as server, ClientSession() as http:
            yield Town(tencent[WECHAT], hospital, http, str(server.make_url("/")).rstrip("/"))


def slowly(seconds: float, then: Answer = success) -> Answer:
    """Answer after a while."""

    async def answer(fields: Mapping[str, Any]) -> Response | str | bytes:
        await asyncio.sleep(seconds)
        return await then(fields)

    return answer
