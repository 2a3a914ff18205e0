"""Web login inside WeChat: who looks at a page of the hospital.

Official: developers.weixin.qq.com/doc/service/guide/h5/auth.html (the code lives 5 minutes and is used once).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp.web import HTTPFound, Request, Response, StreamResponse

from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.world import Call, World

CODE_LASTS = timedelta(minutes=5)
COOKIE = "standin_openid"  # the phone page sets it: in WeChat the app itself knows who it is


@dataclass(frozen=True, slots=True)
class Grant:
    """A code and whom it stands for."""

    openid: str
    scope: str
    until: datetime
    used: bool = False


class WebLogin:
    """Codes given out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grants: dict[str, Grant] = {}

    async def authorize(self, request: Request) -> StreamResponse:
        """GET /connect/oauth2/authorize: back to the hospital's page with a code."""
        query, settings = request.query, self._world.settings
        target = urlsplit(query.get("redirect_uri", ""))
        if query.get("appid") != settings.app_id or query.get("response_type") != "code":
            return Response(text="参数错误", status=400)
        if target.scheme not in ("http", "https") or settings.oauth_domain not in ("", target.hostname):
            return Response(text="redirect_uri 参数错误，错误码：10003", status=400)
        openid = query.get("openid") or request.cookies.get(COOKIE, "")
        if self._world.people.known(openid) is None:
            return Response(text="请在微信客户端打开链接", status=403)
        code = self.grant(openid, query.get("scope", "snsapi_base"))
        asked = [*parse_qsl(target.query), ("code", code), ("state", query.get("state", ""))]
        raise HTTPFound(urlunsplit(target._replace(query=urlencode(asked))))

    def grant(self, openid: str, scope: str = "snsapi_base") -> str:
        """A code for this patient."""
        code = secrets.token_urlsafe(24)
        self._grants[code] = Grant(openid, scope, self._world.now() + CODE_LASTS)
        return code

    def access_token(self, _world: World, call: Call) -> Mapping[str, Any]:
        """GET /sns/oauth2/access_token: the code for an openid. 40029, 40163 used, 42003 over."""
        if call.query.get("appid") != self._world.settings.app_id:
            raise Refused(40013, "invalid appid")
        if not secrets.compare_digest(call.query.get("secret", "").encode(), self._world.settings.secret.encode()):
            raise Refused(40125, "invalid appsecret")
        grant = self._grants.get(call.query.get("code", ""))
        if grant is None:
            raise Refused(40029, "invalid code")
        if grant.used:
            raise Refused(40163, "code been used")
        if grant.until <= call.at:
            raise Refused(42003, "code expired")
        self._grants[call.query["code"]] = replace(grant, used=True)
        return {
            "access_token": secrets.token_urlsafe(64),
            "expires_in": 7200,
            "refresh_token": secrets.token_urlsafe(64),
            "openid": grant.openid,
            "scope": grant.scope,
        }
