"""WeChat's own button in a page of ours, by which a person allows the next reminder.

Templates of kind ONE_TIME leave by subscribe/bizsend: they are 订阅通知, whose taps are collected by the tag
`wx-open-subscribe` alone. The redirect to mp.weixin.qq.com/mp/subscribemsg belongs to another product, 一次性订阅消息,
with templates of its own, sent by message/template/subscribe, whose taps of one scene don't add up: a template of one
is refused by the other (40037). What the person answers comes as subscribe_msg_popup_event, not by the page.
Sources: developers.weixin.qq.com/doc/service/Subscription_Messages/intro.html,
…/doc/offiaccount/OA_Web_Apps/Wechat_Open_Tag.html, …/JS-SDK.html (signature).
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlsplit

from bot.errors import XinglinError
from connectors.tencent.api import Api
from connectors.tencent.tokens import Fetched
from connectors.wechat.pages import fill, text_of

log = logging.getLogger(__name__)

SDK_PATH = "/open/js/jweixin-1.6.0.js"  # tags work from 1.6.0 on
TICKET_PATH = "/cgi-bin/ticket/getticket"
TICKET_LASTS = timedelta(minutes=15)  # every answer says 7,200 s, also of a ticket that is about to end


@dataclass(frozen=True, slots=True)
class Tag:
    """The button as parts of a page; all empty where there is none."""

    button: str = ""
    scripts: str = ""
    policy: str = ""  # Content-Security-Policy; empty: the gateway's own


NO_TAG = Tag()


@dataclass(frozen=True, slots=True)
class SubscribeTag:
    """Makes the button for one template."""

    app_id: str
    template: str
    ticket: Callable[[], Awaitable[str]]
    public_url: str  # pages are signed with their whole address
    sdk_url: str
    clock: Callable[[], datetime]

    async def on(self, path: str, label: str) -> Tag:
        """For the page at `path`, its query included, as the browser shows it. NO_TAG while WeChat gives no ticket."""
        try:
            ticket = await self.ticket()
        except XinglinError as error:
            log.warning("no button of WeChat", extra={"action": "wechat_no_tag", "why": error.detail})
            return NO_TAG
        config = self._config(ticket, self.public_url + path)
        return self._tag(config, label, secrets.token_urlsafe(16))

    def _config(self, ticket: str, url: str) -> str:
        stamp, nonce = int(self.clock().timestamp()), secrets.token_hex(8)
        config = {
            "appId": self.app_id, "timestamp": stamp, "nonceStr": nonce, "signature": sign(ticket, nonce, stamp, url),
            "jsApiList": ["checkJsApi"], "openTagList": ["wx-open-subscribe"],
        }  # fmt: skip
        return json.dumps(config).replace("<", "\\u003c")

    def _tag(self, config: str, label: str, nonce: str) -> Tag:
        button = fill("tag.html", template=escape(self.template), label=escape(label))
        scripts = (
            f'<script type="application/json" id="config">{config}</script>\n'
            f'<script src="{escape(self.sdk_url)}"></script>\n'
            f'<script nonce="{nonce}">\n{text_of("subscribe.js")}</script>'
        )
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.sdk_url))
        policy = (
            f"default-src 'self' {origin}; script-src 'nonce-{nonce}' {origin}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        )
        return Tag(button, scripts, policy)


def sign(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """The signature of wx.config: SHA-1 over the four, in this order, none of them escaped; `url` ends before its #."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode()).hexdigest()


async def fetch_ticket(api: Api) -> Fetched:
    """The ticket for signatures of pages. Raises ApiRefused."""
    answer = await api.call(TICKET_PATH, query={"type": "jsapi"})
    return Fetched(str(answer["ticket"]), TICKET_LASTS)
