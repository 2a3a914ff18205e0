"""The WeChat stand-in calls the hospital as Tencent does. The hospital here reads with wechatpy."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.web import Response

from deploy.standin.wechat.callbacks import NOTICE, Outcome
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.people import Look, Way
from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES, Mode, StandInSettings
from deploy.standin.wechat.wechat import NotFollowing
from tests.unit.deploy.standin_hospital import slowly, success, town, words

PATIENT = StandInSettings(wait_s=5.0)  # nothing here is late because the machine is busy
HASTY = StandInSettings(wait_s=0.4)  # where the hospital is meant to be late
LONG_TERM, ONE_TIME = EXAMPLE_TEMPLATES[0].id, EXAMPLE_TEMPLATES[1].id


@pytest.mark.parametrize("mode", list(Mode))
async def test_words_arrive_in_every_mode_and_the_answer_is_shown(mode: Mode) -> None:
    async with town(replace(PATIENT, mode=mode)) as here:
        here.hospital.answers = [words("您好，请讲。")]
        done = await here.wechat.say("o1", "头疼 <b> ]]> & 🙂")
        assert [one.outcome for one in done.tries] == [Outcome.ANSWERED]
        assert here.hospital.got[0]["Content"] == "头疼 <b> ]]> & 🙂"
        assert here.hospital.got[0]["MsgId"] == done.letter.id
        assert here.wechat.answers("o1") == ["您好，请讲。"]
        assert [one.way for one in here.wechat.shown("o1")] == [Way.SAID, Way.PASSIVE]


@pytest.mark.parametrize(
    ("mode", "ciphered", "plain"), [(Mode.PLAIN, 0, 1), (Mode.COMPATIBLE, 1, 1), (Mode.SAFE, 1, 0)]
)
async def test_a_mode_decides_what_stands_in_the_body(mode: Mode, ciphered: bool, plain: bool) -> None:
    async with town(replace(PATIENT, mode=mode)) as here:
        await here.wechat.say("o1", "头疼")
        body, query = here.hospital.bodies[0], here.hospital.queries[0]
        assert ("<Encrypt>" in body, "头疼" in body) == (ciphered, plain)
        assert ("msg_signature" in query, query.get("encrypt_type") == "aes") == (ciphered, ciphered)
        assert query["openid"] == "o1"


async def test_silence_is_fine_and_shows_nothing() -> None:
    async with town(PATIENT) as here:
        for silent in (success, slowly(0, lambda _: _empty())):
            here.hospital.answers = [silent]
            done = await here.wechat.say("o1", "头疼")
            assert [one.outcome for one in done.tries] == [Outcome.SILENT]
        assert here.wechat.answers("o1") == []


async def _empty() -> str:
    return ""


async def test_a_late_hospital_is_asked_three_times_with_the_same_id_and_then_the_notice_is_shown() -> None:
    async with town(HASTY) as here:
        here.hospital.answers = [slowly(0.8, words("太晚了"))]
        done = await here.wechat.say("o1", "头疼")
        assert [one.outcome for one in done.tries] == [Outcome.LATE] * 3
        assert all(0.39 < one.took_s < 0.75 for one in done.tries)
        assert len({one["MsgId"] for one in here.hospital.got}) == 1
        assert len({one["nonce"] for one in here.hospital.queries}) == 3
        await asyncio.sleep(0.9)  # the answers to tries given up arrive meanwhile
        assert here.wechat.answers("o1") == [NOTICE]
        assert done.noticed


async def test_the_third_try_may_still_answer() -> None:
    async with town(HASTY) as here:
        here.hospital.answers = [slowly(0.8), slowly(0.8), words("赶上了")]
        done = await here.wechat.say("o1", "头疼")
        assert [one.outcome for one in done.tries] == [Outcome.LATE, Outcome.LATE, Outcome.ANSWERED]
        assert here.wechat.answers("o1") == ["赶上了"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Response(status=500), Outcome.REFUSED),
        (Response(text='{"reply": 1}'), Outcome.MALFORMED),
        (Response(text="<xml><a></xml>"), Outcome.MALFORMED),
        (Response(text="SUCCESS!"), Outcome.MALFORMED),
        (Response(text="<xml><ToUserName>o1</ToUserName></xml>"), Outcome.MALFORMED),  # plain in safe mode
    ],
)
async def test_what_is_no_answer_leads_to_the_notice(answer: Response, outcome: Outcome) -> None:
    async with town(PATIENT) as here:

        async def wrong(_fields: object) -> Response:
            return Response(status=answer.status, text=answer.text)

        here.hospital.answers = [wrong]
        done = await here.wechat.say("o1", "头疼")
        assert [one.outcome for one in done.tries] == [outcome] * 3
        assert here.wechat.answers("o1") == [NOTICE]


@pytest.mark.parametrize(
    "spoilt",
    [
        ("<CreateTime>1700000000", "<CreateTime>now"),
        ("<MsgType><![CDATA[text]]>", "<MsgType><![CDATA[txt]]>"),
        ("<Content><![CDATA[好]]>", "<Content><![CDATA[]]>"),
        ("<Content><![CDATA[好]]></Content>", ""),
        ("<ToUserName><![CDATA[o1]]>", "<ToUserName><![CDATA[o2]]>"),
    ],
)
async def test_every_field_of_an_answer_counts(spoilt: tuple[str, str]) -> None:
    async with town(PATIENT) as here:

        async def wrong(fields: dict[str, str]) -> str:
            good = await words("好")(fields)
            assert isinstance(good, str)
            assert spoilt[0] in good
            return good.replace(*spoilt)

        here.hospital.answers = [wrong]  # type: ignore[list-item]
        assert (await here.wechat.say("o1", "头疼")).tries[-1].outcome is Outcome.MALFORMED


async def test_nobody_listens() -> None:
    async with town(PATIENT) as here:
        here.wechat.callbacks.urls = ("http://127.0.0.1:9/wechat",)
        done = await here.wechat.say("o1", "头疼")
        assert [one.outcome for one in done.tries] == [Outcome.UNREACHABLE] * 3
        assert here.wechat.answers("o1") == [NOTICE]


async def test_a_long_answer_loses_its_end_on_the_phone() -> None:
    async with town(PATIENT) as here:
        here.hospital.answers = [words("药" * 683)]  # 2,049 bytes
        await here.wechat.say("o1", "长")
        here.hospital.answers = [words("药" * 682)]
        await here.wechat.say("o1", "短")
        long, short = [one for one in here.wechat.shown("o1") if one.way is Way.PASSIVE]
        assert (long.text, long.cut) == ("药" * 682, True)
        assert (short.text, short.cut) == ("药" * 682, False)


async def test_every_kind_of_message() -> None:
    async with town(PATIENT) as here:
        wechat = here.wechat
        await wechat.voice("o1", "阿莫西林怎么吃")
        await wechat.voice("o1", None)
        await wechat.image("o1", b"\xff\xd8picture")
        await wechat.video("o1", b"film", short=True)
        await wechat.location("o1", 39.9, 116.4, "北京市东城区")
        await wechat.link("o1", "标题", "描述", "https://example.com/a?b=1&c=2")
        await wechat.raw("o1", {"MsgType": "hologram", "Shape": "cube"})
        kinds = [one["MsgType"] for one in here.hospital.got]
        assert kinds == ["voice", "voice", "image", "shortvideo", "location", "link", "hologram"]
        assert [one["Recognition"] for one in here.hospital.got[:2]] == ["阿莫西林怎么吃", None]
        assert here.hospital.got[4]["Label"] == "北京市东城区"
        assert here.hospital.got[5]["Url"] == "https://example.com/a?b=1&c=2"
        token = await here.token()
        media = str(here.hospital.got[2]["MediaId"])
        url = f"{here.base}/cgi-bin/media/get"
        async with here.http.get(url, params={"access_token": token, "media_id": media}) as answer:
            assert await answer.read() == b"\xff\xd8picture"


async def test_an_account_without_speech_recognition_gets_only_the_recording() -> None:
    async with town(replace(PATIENT, speech_recognition=False)) as here:
        await here.wechat.voice("o1", "阿莫西林怎么吃")
        assert "Recognition" not in here.hospital.got[0]


async def test_following_scanning_and_leaving() -> None:
    async with town(PATIENT) as here:
        wechat = here.wechat
        await wechat.follow("o1")
        await wechat.scan("o1", scene="ward-3")
        await wechat.unfollow("o1")
        with pytest.raises(NotFollowing):
            await wechat.say("o1", "还在吗")
        await wechat.scan("o1", scene="link-abc")  # who does not follow, follows by the code
        events = [(one["Event"], one["EventKey"]) for one in here.hospital.got]
        assert events == [
            ("subscribe", None),
            ("SCAN", "ward-3"),
            ("unsubscribe", None),
            ("subscribe", "qrscene_link-abc"),
        ]
        assert "MsgId" not in here.hospital.got[0]


async def test_the_menu_clicks_and_opens_pages() -> None:
    async with town(PATIENT) as here:
        here.wechat.world.menu = [
            {"name": "看病", "sub_button": [{"type": "click", "name": "挂号", "key": "book"}]},
            {"type": "view", "name": "主页", "url": "https://example.com/"},
        ]
        await here.wechat.press("o1", "挂号")
        await here.wechat.press("o1", "主页")
        assert [(one["Event"], one["EventKey"]) for one in here.hospital.got] == [
            ("CLICK", "book"),
            ("VIEW", "https://example.com/"),
        ]
        with pytest.raises(LookupError):
            await here.wechat.press("o1", "没有的")


async def test_nobody_waits_for_a_page_or_a_farewell() -> None:
    async with town(PATIENT) as here:
        here.wechat.callbacks.urls = ("http://127.0.0.1:9/wechat",)
        here.wechat.world.menu = [{"type": "view", "name": "主页", "url": "https://example.com/"}]
        assert not (await here.wechat.press("o1", "主页")).noticed
        assert (await here.wechat.follow("o1")).noticed
        assert not (await here.wechat.unfollow("o1")).noticed


async def test_subscription_taps_add_up_and_are_told() -> None:
    async with town(PATIENT) as here:
        await here.wechat.subscribe("o1", [(ONE_TIME, True), (LONG_TERM, False)])
        await here.wechat.subscribe("o1", [(ONE_TIME, True)])
        told = here.hospital.got[0]
        assert told["Event"] == "subscribe_msg_popup_event"
        assert [one["SubscribeStatusString"] for one in told["SubscribeMsgPopupEvent"]["List"]] == ["accept", "reject"]
        assert here.wechat.world.people.meet("o1").subscriptions == {ONE_TIME: 2}
        await here.wechat.unsubscribe("o1", ONE_TIME)
        assert here.hospital.got[-1]["SubscribeMsgChangeEvent"]["List"]["TemplateId"] == ONE_TIME


async def test_the_address_is_checked_before_it_is_taken() -> None:
    async with town(PATIENT) as here:
        good = here.wechat.callbacks.urls[0]
        assert await here.wechat.call_at(good)
        assert not await here.wechat.call_at(good.replace("/wechat", "/nowhere"))
        assert here.wechat.callbacks.urls == (good,)


async def test_ordered_faults_strike_callbacks() -> None:
    async with town(PATIENT) as here:
        faults = here.wechat.faults
        faults.order(Trouble(Fault.DUPLICATE, 3))
        here.hospital.answers = [words("一次就够")]
        await here.wechat.say("o1", "并行三份")
        assert [one["Content"] for one in here.hospital.got] == ["并行三份"] * 3
        assert here.wechat.answers("o1") == ["一次就够"] * 3  # a hospital that answers each is seen to
        faults.order(Trouble(Fault.ANSWER_LOST))
        done = await here.wechat.say("o2", "丢了一次")
        assert [one.outcome for one in done.tries] == [Outcome.UNREACHABLE, Outcome.ANSWERED]
        assert here.wechat.answers("o2") == ["一次就够"]


async def test_a_message_can_be_overtaken_by_the_next_but_never_gets_lost() -> None:
    async with town(HASTY) as here:
        here.wechat.faults.order(Trouble(Fault.OVERTAKEN))
        first = asyncio.create_task(here.wechat.say("o1", "第一句"))
        await asyncio.sleep(0.05)
        await here.wechat.say("o1", "第二句")
        await first
        assert [one["Content"] for one in here.hospital.got] == ["第二句", "第一句"]
        here.wechat.faults.order(Trouble(Fault.OVERTAKEN))
        await here.wechat.say("o1", "没有下一句")
        assert here.hospital.got[-1]["Content"] == "没有下一句"


async def test_faults_by_lot_repeat_with_their_seed() -> None:
    async with town(PATIENT) as here:
        faults, runs = here.wechat.faults, []
        for _ in range(2):
            faults.by_lot(0.5, 7, [Fault.BUSY, Fault.ANSWER_LOST])
            runs.append([faults.of_call("/x") for _ in range(20)])
        assert runs[0] == runs[1]
        assert {one.fault for one in runs[0] if one} == {Fault.BUSY}
        assert 3 < sum(one is None for one in runs[0]) < 17


async def test_the_clock_jumps() -> None:
    async with town(PATIENT) as here:
        before = here.wechat.world.now()
        here.wechat.forward(timedelta(hours=48))
        await here.wechat.say("o1", "两天以后")
        assert int(here.hospital.got[0]["CreateTime"]) >= int((before + timedelta(hours=48)).timestamp())


async def test_a_choice_of_a_menu_message_says_its_words_and_its_id() -> None:
    async with town(PATIENT) as here:
        await here.wechat.say("o1", "在吗")
        menu = {"head_content": "请选择", "list": [{"id": "b7", "content": "内科"}, {"id": "b8", "content": "外科"}]}
        body = {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}
        assert (await here.post("/cgi-bin/message/custom/send", body, access_token=await here.token()))["errcode"] == 0
        assert here.wechat.shown("o1")[-1].look is Look.MENU
        await here.wechat.choose("o1", "外科")
        assert (here.hospital.got[-1]["Content"], here.hospital.got[-1]["bizmsgmenuid"]) == ("外科", "b8")
        with pytest.raises(LookupError):
            await here.wechat.choose("o1", "儿科")
