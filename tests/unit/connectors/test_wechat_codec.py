"""WeChat's fields, both ways."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Address, Attachment, AttachmentKind, Button, InboundMessage, Touch
from connectors.tencent.xml import Node, read_xml, write_xml
from connectors.wechat import codec
from connectors.wechat.account_file import EXAMPLE, read_account_file
from connectors.wechat.events import Delivered, Happening, Ignored, Subscribed, Unfollowed
from connectors.wechat.packing import Menu
from connectors.wechat.places import Places

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
OPENID = "oPatient_-0123456789ABCDEFGH"
WHO = Address("demo", "wechat", OPENID)
PLACES = read_account_file(EXAMPLE).places


def fields(kind: str, **more: Node) -> dict[str, Node]:
    return {"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": "1700000000", "MsgType": kind} | more


def event(name: str, **more: Node) -> dict[str, Node]:
    return fields("event", Event=name, **more)


def decoded(given: dict[str, Node]) -> InboundMessage | Happening:
    return codec.decode("demo", given, AT, PLACES)


def message(given: dict[str, Node]) -> InboundMessage:
    found = decoded(given)
    assert isinstance(found, InboundMessage)
    return found


def test_words() -> None:
    said = fields("text", Content="头疼怎么办", MsgId="24001")
    assert decoded(said) == InboundMessage(WHO, "24001", "头疼怎么办", AT, numbered=True, blind=True)
    assert codec.touch(said) is Touch.SAID


def test_a_touched_choice_carries_our_button_and_opens_the_short_window() -> None:
    chosen = fields("text", Content="已服药", MsgId="24002", bizmsgmenuid="0f3a-1")
    assert message(chosen).button == "0f3a-1" and message(chosen).text == "已服药"
    assert codec.touch(chosen) is Touch.TOUCHED
    assert message(fields("text", Content="好", MsgId="1", bizmsgmenuid="<" * 70)).button is None


def test_a_recognised_voice_is_words_that_were_heard() -> None:
    voice = message(fields("voice", MediaId="media1", Format="amr", Recognition="阿司匹林怎么吃。", MsgId="3"))
    assert voice.text == "阿司匹林怎么吃。" and voice.heard
    assert voice.attachments == (Attachment(AttachmentKind.VOICE, "media1"),)


@pytest.mark.parametrize("recognition", [{}, {"Recognition": ""}, {"Recognition": "  "}])
def test_a_voice_that_was_not_recognised_is_no_words(recognition: dict[str, Node]) -> None:
    voice = message(fields("voice", MediaId="media1", MsgId="3", **recognition))
    assert voice.text == "" and not voice.heard and voice.attachments[0].ref == "media1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (fields("image", PicUrl="http://x", MediaId="m1"), Attachment(AttachmentKind.IMAGE, "m1")),
        (fields("video", MediaId="m2", ThumbMediaId="t"), Attachment(AttachmentKind.VIDEO, "m2")),
        (fields("shortvideo", MediaId="m3"), Attachment(AttachmentKind.VIDEO, "m3")),
        (fields("file", Title="报告.pdf"), Attachment(AttachmentKind.FILE, "", "报告.pdf")),
        (
            fields("location", Location_X="23.1", Location_Y="113.2", Label="人民医院"),
            Attachment(AttachmentKind.LOCATION, "", "人民医院"),
        ),
        (fields("link", Title="一篇文章", Url="https://x"), Attachment(AttachmentKind.LINK, "", "一篇文章")),
        (fields("hologram"), Attachment(AttachmentKind.OTHER)),
        (fields(""), Attachment(AttachmentKind.OTHER)),
        (fields("text", Content="【收到不支持的消息类型，暂无法显示】"), Attachment(AttachmentKind.OTHER)),
    ],
)
def test_what_is_not_words(given: dict[str, Node], expected: Attachment) -> None:
    found = message(given | {"MsgId": "4"})
    assert found.attachments == (expected,) and found.text == ""


def test_following_is_welcomed_with_the_operators_words() -> None:
    pressed = message(event("subscribe", EventKey="")).pressed
    assert pressed is not None and pressed.command == "welcome" and pressed.args == {"words": PLACES.welcome}
    assert codec.touch(event("subscribe", EventKey="")) is Touch.TOUCHED


def test_a_code_in_a_ward_is_welcomed_with_the_wards_words() -> None:
    for scanned in (event("subscribe", EventKey="qrscene_ward-5a"), event("SCAN", EventKey="ward-5a")):
        pressed = message(scanned).pressed
        assert pressed is not None and pressed.command == "welcome"
        assert pressed.args["scene"] == "ward-5a" and "五病区" in pressed.args["words"]


def test_a_code_of_a_department_says_words() -> None:
    assert message(event("SCAN", EventKey="dept-cardiology")).pressed == Button("心内科", say="我想挂心内科")


@pytest.mark.parametrize(
    "scanned", [event("SCAN", EventKey="link-Ab3"), event("subscribe", EventKey="qrscene_link-Ab3")]
)
def test_a_code_on_our_page_links(scanned: dict[str, Node]) -> None:
    pressed = message(scanned).pressed
    assert pressed is not None and (pressed.command, pressed.args) == ("link", {"code": "Ab3"})


def test_an_unknown_code_is_welcomed() -> None:
    pressed = message(event("SCAN", EventKey="torn-off")).pressed
    assert pressed is not None and pressed.command == "welcome" and pressed.args["scene"] == "torn-off"


def test_the_menu_says_words_or_presses_buttons() -> None:
    rows = PLACES.menu_body()["button"]
    booking, nurse = rows[0]["sub_button"][0]["key"], rows[2]["key"]
    assert message(event("CLICK", EventKey=booking)).pressed == Button("预约挂号", say="我要挂号")
    assert message(event("CLICK", EventKey=nurse)).pressed == Button("找护士", command="request_human")
    gone = message(event("CLICK", EventKey="menu-of-yesterday")).pressed
    assert gone is not None and gone.command == "welcome"


def test_events_have_one_id_for_their_repeats_that_does_not_tell_who() -> None:
    first = message(event("CLICK", EventKey="a"))
    assert message(event("CLICK", EventKey="a")).id == first.id
    assert message(event("CLICK", EventKey="b")).id != first.id
    assert message(event("CLICK", EventKey="a") | {"FromUserName": "oOther"}).id != first.id
    assert message(event("CLICK", EventKey="a") | {"CreateTime": "1700000001"}).id != first.id
    assert OPENID not in first.id and len(first.id) <= 64


@pytest.mark.parametrize("id", ["", "x" * 100, "1; drop", "1" * 33])
def test_a_message_without_a_proper_id_gets_one(id: str) -> None:
    found = message(fields("text", Content="你好", MsgId=id)).id
    assert found.startswith("event:") and len(found) <= 64


def test_news_that_nobody_waits_for() -> None:
    assert decoded(event("unsubscribe")) == Unfollowed(WHO)
    assert decoded(event("VIEW", EventKey="https://x")) == Ignored("VIEW")
    assert decoded(event("<b>", EventKey="https://x")) == Ignored("odd")
    assert decoded(event("TEMPLATESENDJOBFINISH", MsgID="7", Status="success")) == Delivered(WHO, "7", True, "success")
    refused = decoded(event("TEMPLATESENDJOBFINISH", MsgID="8", Status="failed:user block"))
    assert refused == Delivered(WHO, "8", False, "failed:user block")
    assert codec.touch(event("unsubscribe")) is None


SUBSCRIPTIONS = """<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1</CreateTime>
<MsgType>event</MsgType><Event>{event}</Event><{outer}>{rows}</{outer}></xml>"""
ROW = "<List><TemplateId>{id}</TemplateId><SubscribeStatusString>{answer}</SubscribeStatusString></List>"


@pytest.mark.parametrize(("answers"), [{"t1": "accept"}, {"t1": "accept", "t2": "reject"}, {}])
def test_answers_to_the_subscription_dialog(answers: dict[str, str]) -> None:
    """Tencent sends one group for one template, several for several."""
    rows = "".join(ROW.format(id=id, answer=answer) for id, answer in answers.items())
    for name, outer in (
        ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent"),
        ("subscribe_msg_change_event", "SubscribeMsgChangeEvent"),
    ):
        given = read_xml(SUBSCRIPTIONS.format(event=name, outer=outer, rows=rows).encode(), 10_000)
        found = codec.decode("demo", given, AT, PLACES)
        expected = {id: answer == "accept" for id, answer in answers.items()}
        assert found == Subscribed(Address("demo", "wechat", "oA"), expected)


def test_what_became_of_a_subscription_message() -> None:
    row = {"TemplateId": "t1", "MsgID": "9", "ErrorCode": "0", "ErrorStatus": "success"}
    given = event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": row})
    assert decoded(given) == Delivered(WHO, "9", True, "success", "t1")


@pytest.mark.parametrize("who", ["", "a b", "<xml>", "x" * 65])
def test_from_nobody_nothing_is_read(who: str) -> None:
    with pytest.raises(codec.NotAMessage):
        decoded(fields("text", Content="你好") | {"FromUserName": who})


NODES: st.SearchStrategy[Node] = st.recursive(
    st.text(max_size=20),
    lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=3) | st.tuples(inner, inner),
)
NAMES = st.sampled_from(
    ["MsgType", "Event", "EventKey", "Content", "MsgId", "Recognition", "SubscribeMsgPopupEvent", "List"]
)
KINDS = st.sampled_from(["text", "voice", "event", "location", "subscribe", "SCAN", "subscribe_msg_popup_event"])


@settings(deadline=None)
@given(st.dictionaries(NAMES, NODES | KINDS))
def test_any_fields_of_a_person_are_read(odd: dict[str, Node]) -> None:
    found = decoded({"FromUserName": OPENID} | odd)
    if isinstance(found, InboundMessage):
        assert 1 <= len(found.id) <= 64 and found.numbered
        assert found.attachments or found.pressed or found.text == odd.get("Content", "") or odd["MsgType"] == "text"
    codec.touch(odd)


def test_the_reply_goes_back_the_way_it_came() -> None:
    written = write_xml(codec.passive(fields("text", Content="你好"), "您好 ]]> 请讲", AT))
    assert read_xml(written, 10_000) == {
        "ToUserName": OPENID, "FromUserName": "gh_1", "CreateTime": str(int(AT.timestamp())), "MsgType": "text",
        "Content": "您好 ]]> 请讲",
    }  # fmt: skip


def test_customer_service_messages() -> None:
    assert codec.custom_text("oA", "您好") == {"touser": "oA", "msgtype": "text", "text": {"content": "您好"}}
    menu = codec.custom_menu("oA", Menu("吃了吗？", (Button("吃了", id="b-0"),)), "就这样")
    assert menu["msgmenu"] == {
        "head_content": "吃了吗？", "list": [{"id": "b-0", "content": "吃了"}], "tail_content": "就这样",
    }  # fmt: skip


def test_without_a_file_everybody_is_welcomed_by_the_house() -> None:
    assert Places().scene_button("") == Button("关注", command="welcome")
