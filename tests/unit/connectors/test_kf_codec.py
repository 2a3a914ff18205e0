"""KF's items as our messages, and ours as KF's: within its sizes, nothing lost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import AttachmentKind, Author, Button, InboundMessage, Kind, Message
from connectors.base import Waiting
from connectors.kf import codec, packing
from connectors.kf.codec import Entered, Failed

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def item(msgtype: str = "text", content: Any = None, **more: Any) -> dict[str, Any]:
    about = {"msgid": "m1", "open_kfid": "wk1", "external_userid": "wm1", "send_time": int(AT.timestamp()) - 60}
    return (
        about | {"origin": 3, "msgtype": msgtype, msgtype: {"content": "您好"} if content is None else content} | more
    )


def event(**about: Any) -> dict[str, Any]:
    return item("event", {"open_kfid": "wk1", "external_userid": "wm1", **about}, origin=4)


def decoded(raw: dict[str, Any]) -> Any:
    return codec.decode("demo", raw, AT)


def test_words_come_with_the_time_they_were_said_and_both_ids() -> None:
    said = decoded(item())
    assert isinstance(said, InboundMessage)
    assert (said.text, said.id, said.received_at, said.button) == ("您好", "m1", AT - timedelta(minutes=1), None)
    assert codec.ids(said.address) == ("wk1", "wm1") and said.numbered


def test_a_click_names_its_button() -> None:
    assert decoded(item(content={"content": "挂号", "menu_id": "abc-1"})).button == "abc-1"


@pytest.mark.parametrize(
    ("msgtype", "content", "kind", "ref", "name"),
    [
        ("image", {"media_id": "M"}, AttachmentKind.IMAGE, "M", ""),
        ("voice", {"media_id": "M"}, AttachmentKind.VOICE, "M", ""),
        ("location", {"name": "家", "latitude": 1.5}, AttachmentKind.LOCATION, "", "家"),
        ("link", {"title": "一篇文章", "url": "https://x"}, AttachmentKind.LINK, "", "一篇文章"),
        ("channels", {"nickname": "x"}, AttachmentKind.OTHER, "", ""),
    ],
)
def test_other_kinds_are_attachments(msgtype: str, content: Any, kind: AttachmentKind, ref: str, name: str) -> None:
    (attached,) = decoded(item(msgtype, content)).attachments
    assert (attached.kind, attached.ref, attached.name) == (kind, ref, name)


@pytest.mark.parametrize("seconds", [None, "x", -5, 0, int(AT.timestamp()) + 9_999])
def test_an_odd_time_is_now(seconds: object) -> None:
    assert decoded(item(send_time=seconds)).received_at == AT


def test_what_a_person_of_the_hospital_said_is_not_the_patients() -> None:
    assert decoded(item(origin=5)) is None


def test_events() -> None:
    entered = decoded(event(event_type="enter_session", welcome_code="W", scene="bed12"))
    assert isinstance(entered, Entered) and entered.welcome_code == "W"
    assert entered.inbound.pressed and entered.inbound.pressed.args == {"scene": "bed12"}
    assert decoded(event(event_type="enter_session")) is None
    failed = decoded(event(event_type="msg_send_fail", fail_msgid="F", fail_type=6))
    assert failed == Failed(codec.address("demo", "wk1", "wm1"), "F", 6)
    assert decoded(event(event_type="session_status_change")) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(
    st.dictionaries(st.sampled_from(["msgid", "origin", "msgtype", "event", "text", "send_time", "open_kfid"]), JSON)
)
def test_no_item_breaks_the_pull(raw: dict[str, Any]) -> None:
    codec.decode("demo", raw | {"origin": 3}, AT)
    codec.decode("demo", raw | {"origin": 4, "msgtype": "event"}, AT)


LABELS = st.text("挂号问药提醒护士abc", min_size=1, max_size=60)


@st.composite
def message(draw: st.DrawFn, seq: int) -> Message:
    buttons = tuple(
        Button(label, id=f"{seq}-{n}", number=n) for n, label in enumerate(draw(st.lists(LABELS, max_size=12)), 1)
    )
    text = "".join(f"{seq}之{n}。" for n in range(draw(st.integers(1, 400))))
    return Message(seq, f"{seq:032x}", Author.BOT, text, AT, draw(st.sampled_from(Kind)), buttons=buttons)


@st.composite
def several(draw: st.DrawFn) -> list[Waiting]:
    return [Waiting(draw(message(seq))) for seq in range(1, draw(st.integers(1, 6)) + 1)]


@settings(deadline=None, max_examples=60)
@given(several())
def test_every_bundle_fits_and_nothing_is_lost(waiting: list[Waiting]) -> None:
    bundles = packing.pack(waiting)
    for bundle in bundles:
        body = codec.content(bundle.body, packing.TAIL)
        if body["msgtype"] == "text":
            assert len(body["text"]["content"].encode()) <= 2_048
        else:
            menu = body["msgmenu"]
            assert len(menu["head_content"].encode()) <= 1_024 and len(menu["list"]) <= 10
            assert all(len(one["click"]["content"].encode()) <= 128 for one in menu["list"])
    shown = "".join(bundle.body.text + "".join(label for _, label in bundle.body.menu) for bundle in bundles)
    for each in waiting:
        for sentence in re.findall(r"\d+之\d+。", each.message.text):
            assert sentence in shown
        assert all(button.label in re.sub(r"\s", "", shown) for button in each.message.buttons)
    said = [one for bundle in bundles for one in bundle.done]
    assert said == sorted((each.message for each in waiting), key=lambda one: one.kind is not Kind.RED_FLAG)
    assert all(bundle.messages[0] == one for bundle in bundles for one in bundle.messages if one.kind is Kind.RED_FLAG)
    assert len({codec.wire_id(bundle.messages[-1].id, bundle.part) for bundle in bundles}) == len(bundles)


@settings(deadline=None, max_examples=30)
@given(message(1), st.integers(1, 8))
def test_parts_that_have_left_are_not_sent_again(long: Message, sent: int) -> None:
    whole = packing.pack([Waiting(long)])
    rest = packing.pack([Waiting(long, min(sent, len(whole) - 1))]) if len(whole) > 1 else whole
    assert [one.body.text for one in rest] == [one.body.text for one in whole][-len(rest) :]


def test_short_ones_are_joined_and_a_menu_ends_the_message() -> None:
    def short(seq: int, *labels: str) -> Waiting:
        buttons = tuple(Button(label, id=f"{seq}-{n}", number=n) for n, label in enumerate(labels, 1))
        return Waiting(Message(seq, f"{seq:032x}", Author.BOT, f"第{seq}条", AT, buttons=buttons))

    first, second = packing.pack([short(1), short(2, "挂号"), short(3)])
    assert (first.body.text, first.body.menu) == ("第1条\n\n第2条", (("2-1", "【1】挂号"),))
    assert second.body.text == "第3条" and (first.more, second.more) == (True, False)


@pytest.mark.parametrize("part", [1, 2, 99])
def test_a_wire_id_is_one_that_kf_takes(part: int) -> None:
    assert re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", codec.wire_id("0" * 32, part))
    assert re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", codec.wire_id("x" * 60, part))
