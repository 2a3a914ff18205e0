"""WeCom: the nurses' application, the group robot, and WeChat customer service.

Calls that change nothing: gettoken (developer.work.weixin.qq.com/document/path/91039), a card (90236) to a member that
nobody is, kf/account/list (94661). The robot (91770) can only be tried by speaking in the group, where that is wanted.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.roster import BadRoster, read_roster
from connectors.tencent.api import Api, ApiRefused
from connectors.tencent.remedies import WECOM_REMEDIES
from connectors.wecom.client import fetch_token
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import Kit
from deploy.doctor.tencent import NOBODY, holder_of, told

ROBOT_KEY = re.compile(r"[0-9A-Za-z]{8}(-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}")
WRONG_SECRET = 40001
NOT_REACHED = (40003, 40031, 81013)  # the right was there, only the member was not
TEST_WORDS = "杏林体检：这是一条测试消息，护士不用处理。"


async def look_at_wecom(kit: Kit) -> Sequence[Finding]:
    """Each by itself: a hospital may use only one of them."""
    s = kit.settings
    api = Api(s.wecom_api_url, None, kit.http, remedies=WECOM_REMEDIES)
    found: list[Finding] = []
    if s.wecom_webhook_key:
        found.append(await _robot(kit, api, s.wecom_webhook_key))
    if s.wecom_corp_id and s.wecom_agent_id:
        found += [await _application(kit, api), _roster(s.nurses_file or s.var / "nurses.yml", kit.clock())]
    if s.wecom_corp_id and s.kf_secret:
        found.append(await _customer_service(kit, api))
    return found or [well("企业微信", "未配置，护士只在护士台看到转人工。接入步骤见 docs/wecom.md")]


async def _robot(kit: Kit, api: Api, key: SecretStr) -> Finding:
    part = "群机器人"
    if not ROBOT_KEY.fullmatch(key.get_secret_value()):
        return failed(part, "XINGLIN_WECOM_WEBHOOK_KEY 只填机器人网址里 key= 后面的那一段，形如 8-4-4-4-12 位")
    if not kit.send:
        return well(part, "格式正确。要真发一条到群里试，请运行 xinglin doctor --send")
    body: dict[str, Any] = {"msgtype": "text", "text": {"content": TEST_WORDS}}
    try:
        await api.call("/cgi-bin/webhook/send", body=body, query={"key": key.get_secret_value()})
    except ApiRefused as error:
        return told(part, error)
    return well(part, "已在群里发了一条测试消息")


async def _application(kit: Kit, api: Api) -> Finding:
    s, part = kit.settings, "护士应用"
    fine, card = well(part, "Secret、AgentID 和可信 IP 正确"), _card(s.wecom_agent_id or 0, kit.clock())
    try:
        await _with_token(kit, api, s.wecom_secret).call("/cgi-bin/message/send", body=card)
    except ApiRefused as error:
        return fine if error.code in NOT_REACHED else _refused(part, error, "XINGLIN_WECOM_SECRET")
    return fine


def _card(agent: int, at: datetime) -> dict[str, Any]:
    """Like those that nurses get, but for nobody."""
    card = {
        "card_type": "button_interaction", "main_title": {"title": "体检"}, "task_id": f"{NOBODY}-{at.timestamp():.0f}",
        "button_list": [{"text": "体检", "key": NOBODY}],
    }  # fmt: skip
    return {"touser": NOBODY, "msgtype": "template_card", "agentid": agent, "template_card": card}


def _roster(file: Path, at: datetime) -> Finding:
    part = "护士名单"
    try:
        nurses = read_roster(file.read_text("utf-8"))
    except FileNotFoundError:
        return mind(part, f"没有 {file}，卡片发不到任何人，群机器人照常。写法见 docs/wecom.md")
    except (BadRoster, OSError, UnicodeDecodeError) as error:
        return failed(part, f"{file} 用不了：{error}")
    on_duty = len(nurses.on_duty(at))
    words = f"{len(nurses.nurses)} 人，此刻当班 {on_duty} 人"
    return well(part, words) if on_duty else mind(part, f"{words}：现在没有人会收到卡片")


async def _customer_service(kit: Kit, api: Api) -> Finding:
    s, part = kit.settings, "微信客服"
    try:
        own = _with_token(kit, api, s.kf_secret)
        answer = await own.call("/cgi-bin/kf/account/list", body={"offset": 0, "limit": 100})
    except ApiRefused as error:
        return _refused(part, error, "XINGLIN_KF_SECRET")
    names = "、".join(str(each["name"]) for each in answer.get("account_list", ()))
    if not names:
        return mind(part, "可以调用，但还没有客服账号。请在企业微信后台“微信客服”里新建，并交给这个应用管理")
    return well(part, f"客服账号：{names}")


def _with_token(kit: Kit, api: Api, secret: SecretStr | None) -> Api:
    fetch = partial(fetch_token, api, kit.settings.wecom_corp_id or "", secret or SecretStr(""))
    return replace(api, holder=holder_of(kit, fetch))


def _refused(part: str, error: ApiRefused, setting: str) -> Finding:
    if error.code == WRONG_SECRET:
        return failed(part, f"Secret 不正确（返回码 {error.code}）。请从企业微信后台复制后填进 {setting}", error.code)
    return told(part, error)
