"""`xinglin doctor`: menu and templates of the operator's file beside those of the account on the stand-in."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp.test_utils import TestServer

from connectors.wechat.account_file import EXAMPLE, check_account
from deploy.doctor import Finding, State
from deploy.doctor.wechat import look_at_wechat
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import Right, StandInSettings, Template, TemplateKind
from tests.unit.deploy.examining import by_part, kit_of, settings_of, url_of

ACCOUNT = StandInSettings()
LONG_TERM, ONE_TIME, VISIT, _NOTICE = ACCOUNT.templates
REMINDER: Mapping[str, Any] = {
    "id": LONG_TERM.id,
    "kind": "long_term",
    "fields": {"thing1": "drug", "thing2": "dose", "time3": "time", "thing4": {"text": "吃完请回复“已服药”"}},
}
APPOINTMENT: Mapping[str, Any] = {
    "id": VISIT.id, "kind": "template", "fields": {"thing1": "words", "time2": "time", "thing3": "place"},
}  # fmt: skip
MENU = [
    {"name": "看病", "items": [{"name": "挂号", "say": "我要挂号"}]},
    {"name": "网站", "url": "https://hospital.test/"},
]
SUBSCRIBED, SENT = "订阅通知·提醒", "模板消息·预约"


async def found(
    var: Path, file: Mapping[str, Any] | None, account: StandInSettings = ACCOUNT, menu: Any = None, **fields: Any
) -> Mapping[str, Finding]:
    app = make_wechat(account)
    app[WECHAT].world.menu = menu
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    if file is not None:
        (var / "wechat.yml").write_text(yaml.safe_dump(dict(file), allow_unicode=True))
    right = {"wechat_app_id": account.app_id, "wechat_app_secret": account.secret, "wechat_api_url": url_of(server)}
    try:
        async with kit_of(settings_of(var, **right, **fields)) as kit:
            return by_part(await look_at_wechat(kit))
    finally:
        await server.close()


def reminder(**changed: Any) -> Mapping[str, Any]:
    return {"templates": {"reminder": {**REMINDER, **changed}}}


async def test_everything_agrees(tmp_path: Path) -> None:
    file = {"menu": MENU, "templates": {"reminder": dict(REMINDER), "appointment": dict(APPOINTMENT)}}
    body = check_account(file, "wechat.yml").places.menu_body()
    as_told = [{**row, "sub_button": row.get("sub_button", [])} for row in body["button"]]
    parts = await found(tmp_path, file, menu=as_told)
    assert {parts[part].state for part in ("菜单", SUBSCRIBED, SENT)} == {State.WELL}, parts


async def test_no_file(tmp_path: Path) -> None:
    finding = (await found(tmp_path, None))["公众号文件"]
    assert finding.state is State.MIND and "places.example.yml" in finding.words


async def test_a_file_that_is_wrong(tmp_path: Path) -> None:
    finding = (await found(tmp_path, {"menu": [{"name": "空"}]}))["公众号文件"]
    assert finding.failed and "wechat.yml" in finding.words


async def test_a_file_that_is_named_but_missing(tmp_path: Path) -> None:
    finding = (await found(tmp_path, None, wechat_file=tmp_path / "none.yml"))["公众号文件"]
    assert finding.failed and "none.yml" in finding.words


async def test_a_menu_that_was_not_pushed(tmp_path: Path) -> None:
    finding = (await found(tmp_path, {"menu": MENU}))["菜单"]
    assert finding.state is State.MIND and "还没有推送" in finding.words and "xinglin wechat menu push" in finding.words


async def test_a_menu_that_was_changed_since(tmp_path: Path) -> None:
    body = check_account({"menu": MENU}, "f").places.menu_body()["button"]
    finding = (
        await found(tmp_path, {"menu": MENU}, menu=[*body, {"name": "多的", "type": "view", "url": "https://x.test"}])
    )["菜单"]
    assert finding.state is State.MIND and "不一致" in finding.words
    body[0]["sub_button"][0]["key"] = "other"
    assert (await found(tmp_path, {"menu": MENU}, menu=body))["菜单"].state is State.MIND


async def test_no_menu_anywhere(tmp_path: Path) -> None:
    assert (await found(tmp_path, {"welcome": "您好"}))["菜单"].state is State.WELL


async def test_no_right_to_the_menu(tmp_path: Path) -> None:
    finding = (await found(tmp_path, {"welcome": "您好"}, replace(ACCOUNT, rights=ACCOUNT.rights - {Right.MENU})))[
        "菜单"
    ]
    assert (finding.failed, finding.code) == (True, 48001)


async def test_no_templates(tmp_path: Path) -> None:
    assert (await found(tmp_path, {"welcome": "您好"}))["模板"].state is State.MIND


async def test_the_shipped_example_suits_the_stand_in(tmp_path: Path) -> None:
    parts = await found(tmp_path, yaml.safe_load(EXAMPLE.read_text()))
    assert {finding.state for part, finding in parts.items() if "·" in part} == {State.WELL}, parts


@pytest.mark.parametrize("template", [VISIT.id, "no-such-template-id"])
async def test_an_unknown_template_or_one_of_the_other_kind(tmp_path: Path, template: str) -> None:
    finding = (await found(tmp_path, reminder(id=template)))[SUBSCRIBED]
    assert finding.failed and template in finding.words and "不能混用" in finding.words


async def test_a_one_time_template_that_is_taken_for_long_term(tmp_path: Path) -> None:
    fields = {"thing1": "drug", "thing2": "dose", "time3": "time"}
    finding = (await found(tmp_path, reminder(id=ONE_TIME.id, fields=fields)))[SUBSCRIBED]
    assert finding.failed and "one_time" in finding.words


async def test_a_field_that_is_missing(tmp_path: Path) -> None:
    finding = (await found(tmp_path, reminder(fields={"thing1": "drug", "thing2": "dose", "time3": "time"})))[
        SUBSCRIBED
    ]
    assert finding.failed and "少了字段 thing4" in finding.words and "47003" in finding.words


async def test_a_field_that_the_template_does_not_have(tmp_path: Path) -> None:
    finding = (await found(tmp_path, reminder(fields={**REMINDER["fields"], "thing9": "words"})))[SUBSCRIBED]
    assert finding.failed and "没有字段 thing9" in finding.words


@pytest.mark.parametrize(
    ("right", "part", "templates"),
    [
        (Right.SUBSCRIPTION, "订阅通知", {"reminder": dict(REMINDER)}),
        (Right.TEMPLATE, "模板消息", {"appointment": dict(APPOINTMENT)}),
    ],
)
async def test_no_right_to_templates(tmp_path: Path, right: Right, part: str, templates: Any) -> None:
    without = replace(ACCOUNT, rights=ACCOUNT.rights - {right})
    finding = (await found(tmp_path, {"templates": templates}, without))[part]
    assert (finding.failed, finding.code) == (True, 48001) and "权限" in finding.words


async def test_too_many_templates(tmp_path: Path) -> None:
    many = tuple(
        Template(f"filler-{number:04}", "填充", "{{thing1.DATA}}", TemplateKind.TEMPLATE) for number in range(24)
    )
    account = replace(ACCOUNT, templates=(VISIT, *many))
    finding = (await found(tmp_path, {"templates": {"appointment": dict(APPOINTMENT)}}, account))["模板消息"]
    assert finding.state is State.MIND and "25" in finding.words
