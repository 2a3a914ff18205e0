"""The WeChat stand-in takes template and subscription messages by Tencent's rules."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.fields import fits
from deploy.standin.wechat.people import Way
from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES, StandInSettings, Template, TemplateKind
from tests.unit.deploy.standin_hospital import Town, town

QUICK = StandInSettings()
LONG_TERM, ONE_TIME, VISIT = (one.id for one in EXAMPLE_TEMPLATES[:3])
DOSE = {"thing1": {"value": "阿莫西林胶囊"}, "thing2": {"value": "每次1粒"}, "time3": {"value": "08:00"}}


async def notify(here: Town, template: str, data: Any, openid: str = "o1") -> dict[str, Any]:
    """A subscription notice."""
    body = {"touser": openid, "template_id": template, "data": data}
    return await here.post("/cgi-bin/message/subscribe/bizsend", body, access_token=await here.token())


async def test_one_tap_is_one_message_and_long_term_lasts() -> None:
    async with town(QUICK) as here:
        await here.wechat.subscribe("o1", [(ONE_TIME, True)])
        assert [(await notify(here, ONE_TIME, DOSE))["errcode"] for _ in range(2)] == [0, 43101]
        long_dose = DOSE | {"thing4": {"value": "饭后服用"}}
        assert (await notify(here, LONG_TERM, long_dose))["errcode"] == 43101
        await here.wechat.subscribe("o1", [(LONG_TERM, True)])
        here.wechat.forward(timedelta(days=40))
        assert [(await notify(here, LONG_TERM, long_dose))["errcode"] for _ in range(3)] == [0, 0, 0]
        assert (await notify(here, VISIT, DOSE))["errcode"] == 40037
        assert (await notify(here, "nothing", DOSE))["errcode"] == 40037
        await here.wechat.settled()
        sent = [one for one in here.hospital.got if one.get("Event") == "subscribe_msg_sent_event"]
        assert [one["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] for one in sent] == ["success"] * 4
        assert here.wechat.shown("o1")[0].rows[0] == ("药品名称", "阿莫西林胶囊")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("thing1", "苯磺酸左氨氯地平片每片二点五毫克每日一次口服", "data.thing1.value invalid"),
        ("thing1", "", "data.thing1.value is empty"),
        ("thing2", "一\n二", "data.thing2.value invalid"),
        ("time3", "早上八点", "data.time3.value invalid"),
    ],
)
async def test_a_field_against_its_rule_is_named(field: str, value: str, said: str) -> None:
    async with town(QUICK) as here:
        await here.wechat.subscribe("o1", [(ONE_TIME, True)])
        answer = await notify(here, ONE_TIME, DOSE | {field: {"value": value}})
        assert answer["errcode"] == 47003
        assert said in answer["errmsg"]
        assert (await notify(here, ONE_TIME, DOSE))["errcode"] == 0  # the tap is not lost


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "thing1",
            ["二十个字二十个字二十个字二十个字二十个字", "a"],
            ["二十个字二十个字二十个字二十个字二十个字多", " "],
        ),
        ("number2", ["12.5", "1" * 32], ["1" * 33, "十二", "1片"]),
        ("letter1", ["Abc"], ["a1", "A" * 33]),
        ("symbol1", ["!!"], ["a", "!!!!!!"]),
        ("character_string1", ["A-123"], ["编号1", "a" * 33]),
        ("time1", ["15:01", "2019年10月1日 15:01", "08:00~09:00", "2026-05-01 08:00:00"], ["25:00", "2019年10月1日"]),
        ("date1", ["2019年10月1日", "2019-10-01 15:01", "2019年10月1日~2019年10月3日"], ["10月1日", "明天"]),
        ("amount1", ["¥100", "12.5元"], ["一百", "12345678901"]),
        ("phone_number1", ["+86-0766-66888866", "120"], ["1" * 18, "打120"]),
        ("car_number1", ["粤A8Z888挂"], ["粤A8Z8888挂"]),
        ("name1", ["欧阳娜娜", "John Smith"], ["一二三四五六七八九十一", "A" * 21]),
        ("phrase1", ["已确认"], ["已经确认好了", "ok"]),
        ("mystery1", [], ["什么都不行"]),
    ],
)
def test_rules_of_the_field_types(name: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not fits(name, value)] == []
    assert [value for value in bad if fits(name, value)] == []


def test_an_enum_takes_listed_values_only() -> None:
    assert fits("enum1", "早", ("早", "晚"))
    assert not fits("enum1", "中", ("早", "晚"))


async def test_template_messages_are_taken_and_their_fate_is_told_later() -> None:
    old = Template("old", "就诊", "{{first.DATA}}\n科室：{{keyword1.DATA}}\n{{remark.DATA}}", TemplateKind.TEMPLATE)
    async with town(replace(QUICK, templates=(*EXAMPLE_TEMPLATES, old))) as here:
        token = await here.token()

        async def sent(template: str, data: Any) -> dict[str, Any]:
            body = {"touser": "o1", "template_id": template, "data": data}
            return await here.post("/cgi-bin/message/template/send", body, access_token=token)

        visit = {"thing1": {"value": "内科"}, "time2": {"value": "2026-05-01 08:00"}, "thing3": {"value": "三楼"}}
        assert (await sent(VISIT, visit))["errcode"] == 40003
        here.wechat.world.people.meet("o1")
        assert (await sent(VISIT, visit))["errcode"] == 0
        assert (await sent(ONE_TIME, DOSE))["errcode"] == 40037
        keyword = {"first": {"value": "您好"}, "keyword1": {"value": "科" * 30}, "remark": {"value": "再见"}}
        assert (await sent("old", keyword))["errcode"] == 0
        here.wechat.faults.order(Trouble(Fault.NOT_DELIVERED))
        assert (await sent(VISIT, visit))["errcode"] == 0
        here.wechat.receiving("o1", False)
        assert (await sent(VISIT, visit))["errcode"] == 0
        await here.wechat.settled()
        told = ["success", "success", "failed: system failed", "failed:user block"]
        assert [one["Status"] for one in here.hospital.got] == told
        cards = here.wechat.shown("o1")
        assert [one.way for one in cards] == [Way.TEMPLATE, Way.TEMPLATE]
        assert cards[1].rows == (("科室", "科" * 20 + "…"),)


async def test_templates_are_listed_by_their_two_calls() -> None:
    async with town(QUICK) as here:
        token = await here.token()
        private = await here.get("/cgi-bin/template/get_all_private_template", access_token=token)
        assert [one["template_id"] for one in private["template_list"]] == [VISIT, EXAMPLE_TEMPLATES[3].id]
        notices = await here.get("/wxaapi/newtmpl/gettemplate", access_token=token)
        assert [(one["priTmplId"], one["type"]) for one in notices["data"]] == [(LONG_TERM, 3), (ONE_TIME, 2)]
