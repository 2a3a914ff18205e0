"""The account itself: menu, codes of places, templates, media, and who opened one of its pages.

Paths and limits: developers.weixin.qq.com/doc/service/api (custommenu, qrcode, template, notify, media, webdev).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.tencent.api import Api, ApiRefused, File, Media
from connectors.wechat.places import Places

MEDIA_BYTES = 10 * 1024 * 1024  # the largest kind (video) of temporary media
CODE_LASTS_AT_MOST = timedelta(days=30)
NO_MENU = 46003
SHOW_CODE = "https://mp.weixin.qq.com/cgi-bin/showqrcode"


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with a scene. Its picture may be drawn from `url`, or fetched from `picture`."""

    url: str
    picture: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A template as the account has it."""

    id: str
    title: str
    content: str  # lines such as `药品名称:{{thing1.DATA}}`
    subscription: bool


@dataclass(frozen=True, slots=True)
class WeChatAccount:
    """What an operator does with it. Every method raises ApiRefused."""

    api: Api

    async def push_menu(self, places: Places) -> None:
        """Replace the menu; phones show it after up to five minutes. Without entries the menu is taken away."""
        if places.menu:
            await self.api.call("/cgi-bin/menu/create", body=places.menu_body())
        else:
            await self.api.call("/cgi-bin/menu/delete")

    async def menu(self) -> Mapping[str, Any]:
        """The menu as pushed: {"button": […]}; empty when there is none."""
        try:
            found = (await self.api.call("/cgi-bin/menu/get")).get("menu", {})
        except ApiRefused as error:
            if error.code != NO_MENU:
                raise
            return {}
        return found if isinstance(found, Mapping) else {}

    async def create_code(self, scene: str, lasts: timedelta | None = None) -> Code:
        """A code that brings a scene of 1 to 64 characters; None: for ever, of which an account has 100,000."""
        body: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        if lasts is not None:
            seconds = int(min(lasts, CODE_LASTS_AT_MOST).total_seconds())
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        made = await self.api.call("/cgi-bin/qrcode/create", body=body)
        return Code(str(made["url"]), f"{SHOW_CODE}?{urlencode({'ticket': str(made['ticket'])})}")

    async def templates(self) -> Sequence[Listed]:
        """Template messages and subscription notices."""
        plain = await self.api.call("/cgi-bin/template/get_all_private_template")
        notices = await self.api.call("/wxaapi/newtmpl/gettemplate")
        rows = [(row, "template_id", False) for row in plain.get("template_list", ())]
        rows += [(row, "priTmplId", True) for row in notices.get("data", ())]
        return [Listed(row[key], row.get("title", ""), row.get("content", ""), sub) for row, key, sub in rows]

    async def upload(self, kind: str, file: File) -> str:
        """Temporary media (image, voice, video, thumb), kept three days; its id."""
        return str((await self.api.call("/cgi-bin/media/upload", query={"type": kind}, file=file))["media_id"])

    async def download(self, media_id: str, most: int = MEDIA_BYTES) -> Media:
        """Media a person sent, within three days."""
        return await self.api.download("/cgi-bin/media/get", most, query={"media_id": media_id})

    async def opener(self, app_id: str, secret: str, code: str) -> str:
        """The openid of who opened a page of ours by web login (snsapi_base); a code works once."""
        query = {"appid": app_id, "secret": secret, "code": code, "grant_type": "authorization_code"}
        # This call shows the secret in place of the token.
        return str((await replace(self.api, holder=None).call("/sns/oauth2/access_token", query=query))["openid"])
