"""Pages inside WeChat: the script of its tags, the ticket that pages are signed with, the dialog of a tag.

Official: developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html (signature) and …/Wechat_Open_Tag.html.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.web import FileResponse, Request, Response, RouteDef, StreamResponse, get, json_response, post

from deploy.standin.wechat.oauth import COOKIE
from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.wechat import WeChat
from deploy.standin.wechat.world import Call, World

SCRIPT = "/open/js/jweixin-1.6.0.js"
TICKET_LASTS = timedelta(hours=2)
_FILE = Path(__file__).parent / "phone" / "jweixin.js"


class WebTags:
    """What a page with a tag of WeChat's talks to."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat
        self._ticket: tuple[str, datetime] | None = None

    def routes(self) -> Sequence[RouteDef]:
        """The script, and what it asks; pages of other addresses call these."""
        return (
            get(SCRIPT, self.script),
            post("/standin/tags/check", self.check),
            post("/standin/tags/subscribe", self.subscribe),
        )

    def ticket(self, world: World, call: Call) -> Mapping[str, Any]:
        """GET /cgi-bin/ticket/getticket: the same while it lasts, and always said to last 7,200 s."""
        if call.query.get("type") != "jsapi":
            raise Refused(40097, "invalid args")
        if self._ticket is None or self._ticket[1] <= world.now():
            self._ticket = (secrets.token_urlsafe(60), world.now() + TICKET_LASTS)
        return {"errcode": 0, "errmsg": "ok", "ticket": self._ticket[0], "expires_in": 7200}

    async def script(self, _request: Request) -> StreamResponse:
        """The tags themselves."""
        return FileResponse(_FILE, headers={"Content-Type": "text/javascript", "Cache-Control": "no-cache"})

    async def check(self, request: Request) -> Response:
        """`wx.config`: whether the page is signed."""
        return self._told(request, {"ok": self._is_signed(await _read(request))})

    async def subscribe(self, request: Request) -> Response:
        """The dialog was answered, by whom the phone's cookie names."""
        body = await _read(request)
        openid = request.cookies.get(COOKIE, "")
        if not self._is_signed(body) or self._wechat.world.people.known(openid) is None:
            return self._told(request, {"ok": False})
        await self._wechat.subscribe(openid, [(str(body.get("template")), body.get("accepted") is True)])
        return self._told(request, {"ok": True})

    def _is_signed(self, body: Mapping[str, Any]) -> bool:
        config = body.get("config")
        if self._ticket is None or not isinstance(config, dict) or config.get("appId") != self._wechat.settings.app_id:
            return False
        url = str(body.get("url", "")).split("#")[0]
        parts = (self._ticket[0], config.get("nonceStr"), config.get("timestamp"), url)
        text = "jsapi_ticket={}&noncestr={}&timestamp={}&url={}".format(*parts)
        return secrets.compare_digest(hashlib.sha1(text.encode()).hexdigest(), str(config.get("signature")))

    @staticmethod
    def _told(request: Request, answer: Mapping[str, Any]) -> Response:
        allowed = {"Access-Control-Allow-Origin": request.headers.get("Origin", "*")}
        return json_response(answer, headers=allowed | {"Access-Control-Allow-Credentials": "true", "Vary": "Origin"})


async def _read(request: Request) -> Mapping[str, Any]:
    try:
        read = json.loads(await request.text())
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
