"""The official account: credentials, then what it may do, its templates and its menu.

Only calls that change nothing and reach nobody: a list is fetched, or a message goes to an openid that nobody has.
Paths: developers.weixin.qq.com/doc/service/api (stable_token, custom/send, template, newtmpl, menu).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from connectors.tencent.api import Api, ApiRefused
from connectors.wechat.token import fetch_token
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import Kit
from deploy.doctor.tencent import NOBODY, holder_of, told
from deploy.doctor.wechat_file import look_at_file

NO_RIGHT = (48001, 48004, 48008)
NOT_REACHED = (40003, 43004, 45015, 45047, 48002)  # the right was there, only the person was not
WRONG_SECRET = (40001, 40125)


async def look_at_wechat(kit: Kit) -> Sequence[Finding]:
    """Without a token there is nothing more to ask."""
    s = kit.settings
    if not s.wechat_app_id:
        return [well("公众号", "未配置。接入步骤见 docs/wechat.md，没有账号可先用 xinglin demo 试")]
    if not s.wechat_app_secret:
        return [failed("公众号凭证", "缺少 XINGLIN_WECHAT_APP_SECRET：请从公众平台“基本配置”复制 AppSecret")]
    bare = Api(s.wechat_api_url, None, kit.http)
    holder = holder_of(kit, partial(fetch_token, bare, s.wechat_app_id, s.wechat_app_secret.get_secret_value()))
    try:
        await holder.token()
    except ApiRefused as error:
        return [_no_token(error)]
    api = replace(bare, holder=holder)
    found = await asyncio.gather(_customer_service(kit, api), look_at_file(kit, api))
    return [well("公众号凭证", f"{s.wechat_app_id} 的 AppSecret 和 IP 白名单正确"), found[0], *found[1]]


def _no_token(error: ApiRefused) -> Finding:
    if error.code in WRONG_SECRET:
        words = f"AppSecret 不正确（返回码 {error.code}）。请在公众平台重置后填进 XINGLIN_WECHAT_APP_SECRET"
        return failed("公众号凭证", words, error.code)
    return told("公众号凭证", error)


async def _customer_service(kit: Kit, api: Api) -> Finding:
    part, wanted = "客服消息", kit.settings.wechat_customer_service
    body: dict[str, Any] = {"touser": NOBODY, "msgtype": "text", "text": {"content": "体检"}}
    try:
        await api.call("/cgi-bin/message/custom/send", body=body)
    except ApiRefused as error:
        if error.code in NO_RIGHT:
            return _no_right(part, error) if wanted else well(part, "没有权限，设置也是关的：只在回复里作答")
        if error.code not in NOT_REACHED:
            return told(part, error)
    if wanted:
        return well(part, "有权限")
    return mind(part, "有权限，设置却是关的。打开后慢的回答也能送到：XINGLIN_WECHAT_CUSTOMER_SERVICE=true")


def _no_right(part: str, error: ApiRefused) -> Finding:
    without = "没有也能用：设 XINGLIN_WECHAT_CUSTOMER_SERVICE=false，只在回复里作答"
    return failed(part, f"{told(part, error).words}。{without}", error.code)
