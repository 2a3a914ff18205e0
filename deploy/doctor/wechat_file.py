"""Menu and templates: those of the operator's file beside those of the account."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.tencent.api import Api, ApiRefused
from connectors.wechat.account import WeChatAccount
from connectors.wechat.account_file import AccountFile
from connectors.wechat.places import Places
from connectors.wechat.templates import Purpose, Template, TemplateKind
from deploy.channels.wechat import account_file
from deploy.doctor.finding import Finding, failed, mind, reason, well
from deploy.doctor.kit import Kit
from deploy.doctor.tencent import told
from deploy.trouble import Trouble

MOST_TEMPLATES = 25  # in use at a time: Template_Message_Interface, developers.weixin.qq.com
PURPOSES = {Purpose.REMINDER: "提醒", Purpose.APPOINTMENT: "预约", Purpose.NOTICE: "通知"}
_SUBSCRIPTION_KINDS = {2: TemplateKind.ONE_TIME, 3: TemplateKind.LONG_TERM}  # newtmpl/gettemplate, `type`
_FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offered:
    """A template as the account has it."""

    kind: TemplateKind
    fields: frozenset[str]


Fetch = Callable[[Api], Awaitable[Mapping[str, Offered]]]


async def look_at_file(kit: Kit, api: Api) -> Sequence[Finding]:
    """The file by itself, then what it names."""
    try:
        file = account_file(kit.settings)
    except Trouble as error:
        return [failed("公众号文件", reason(error))]
    if file == AccountFile():
        remedy = "可从 connectors/wechat/places.example.yml 抄起"
        return [mind("公众号文件", f"没有 var/wechat.yml，就没有菜单和模板。{remedy}")]
    return [await _menu(api, file.places), *await _templates(api, file)]


async def _menu(api: Api, places: Places) -> Finding:
    part, remedy = "菜单", "请运行 xinglin wechat menu push"
    try:
        pushed = await WeChatAccount(api).menu()
    except ApiRefused as error:
        return told(part, error)
    if _rows(pushed) == _rows(places.menu_body()):
        return well(part, "与文件一致")
    return mind(part, f"微信上的与文件不一致。{remedy}" if pushed else f"还没有推送。{remedy}")


def _rows(menu: Json) -> list[Any]:
    """Only what was put in: WeChat adds empty lists."""
    names = ("name", "type", "key", "url")
    return [
        (*(row.get(name) for name in names), _rows({"button": row.get("sub_button") or ()}))
        for row in menu.get("button", ())
    ]


async def _templates(api: Api, file: AccountFile) -> Sequence[Finding]:
    wanted = file.templates.by_purpose
    if not wanted:
        return [mind("模板", "文件里没有：48 小时没来信的人收不到提醒，会变成护士台的任务")]
    found: list[Finding] = []
    for part, fetch, kinds in SOURCES:
        ones = {purpose: one for purpose, one in wanted.items() if one.kind in kinds}
        if ones:
            found += await _of_one_source(part, fetch(api), ones)
    return found


async def _of_one_source(
    part: str, fetching: Awaitable[Mapping[str, Offered]], wanted: Mapping[Purpose, Template]
) -> Sequence[Finding]:
    try:
        offered = await fetching
    except ApiRefused as error:
        return [told(part, error)]
    compared = [_compared(f"{part}·{PURPOSES[purpose]}", one, offered) for purpose, one in wanted.items()]
    if len(offered) < MOST_TEMPLATES:
        return compared
    return [*compared, mind(part, f"已有 {len(offered)} 个，一个账号最多 {MOST_TEMPLATES} 个，请删去不用的")]


async def _of_templates(api: Api) -> Mapping[str, Offered]:
    rows = (await api.call("/cgi-bin/template/get_all_private_template")).get("template_list", ())
    return {str(row["template_id"]): Offered(TemplateKind.TEMPLATE, _fields(row)) for row in rows}


async def _of_subscriptions(api: Api) -> Mapping[str, Offered]:
    rows = (await api.call("/wxaapi/newtmpl/gettemplate")).get("data", ())
    return {str(row["priTmplId"]): Offered(_SUBSCRIPTION_KINDS[row["type"]], _fields(row)) for row in rows}


SOURCES: Sequence[tuple[str, Fetch, Sequence[TemplateKind]]] = (
    ("模板消息", _of_templates, (TemplateKind.TEMPLATE,)),
    ("订阅通知", _of_subscriptions, (TemplateKind.ONE_TIME, TemplateKind.LONG_TERM)),
)


def _fields(row: Json) -> frozenset[str]:
    return frozenset(_FIELD.findall(str(row.get("content", ""))))


def _compared(part: str, wanted: Template, offered: Mapping[str, Offered]) -> Finding:
    found = offered.get(wanted.id)
    if found is None:
        return failed(part, f"账号里没有编号 {wanted.id}。请到后台“我的模板”复制，模板消息和订阅通知的编号不能混用")
    if found.kind is not wanted.kind:
        return failed(part, f"{wanted.id} 在账号里是 {found.kind}，文件里写的是 {wanted.kind}，请改文件的 kind")
    ours = frozenset(wanted.fields)
    if unknown := sorted(ours - found.fields):
        return failed(part, f"模板里没有字段 {'、'.join(unknown)}，它的字段是 {'、'.join(sorted(found.fields))}")
    if missing := sorted(found.fields - ours):
        return failed(part, f"文件里少了字段 {'、'.join(missing)}，不填会整条被拒（47003）")
    return well(part, f"编号、种类和 {len(ours)} 个字段都对得上")
