"""Telegram's updates, as they are and as nobody should send them."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Address, Attachment, AttachmentKind, Button, InboundMessage
from connectors.telegram import codec
from connectors.telegram.words import WELCOME
from deploy.standin.telegram.world import MEDIA, Telegram

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ME = Address("demo", "telegram", "1001")


def updates() -> list[dict[str, Any]]:
    """One of each kind, as the stand-in makes them."""
    telegram = Telegram()
    telegram.start(1001, "class-3")
    number = telegram.say(1001, "头疼👨‍👩‍👧")
    telegram.edit(1001, number, "头很疼")
    for kind in MEDIA:
        telegram.send(1001, kind, "看看")
    chat = telegram.chat(1001)
    chat.add(from_bot=True, text="选", at=1, rows=[[{"text": "甲", "callback_data": "m-0"}]])
    telegram.press(1001, "甲")
    telegram.block(1001)
    telegram.say_in_group(-5, "你好")
    return telegram.updates


def decode(value: dict[str, Any]) -> codec.Decoded:
    return codec.decode("demo", value, AT)


def test_every_kind_is_read() -> None:
    read = [decode(each) for each in updates()]
    start, said, edited = read[:3]
    welcome = Button("开始", command="welcome", args={"scene": "class-3", "words": WELCOME, "practice": "yes"})
    assert start == codec.Said(InboundMessage(ME, "tg:700000000", "开始", AT, pressed=welcome, blind=True))
    assert said == codec.Said(InboundMessage(ME, "tg:700000001", "头疼👨‍👩‍👧", AT, blind=True))
    assert edited == codec.Said(InboundMessage(ME, "tg:700000002", "（更正）头很疼", AT, blind=True))
    pressed, blocked, group = read[-3:]
    assert pressed == codec.Said(
        InboundMessage(ME, pressed.inbound.id, "", AT, button="m-0", blind=True),  # type: ignore[union-attr]
        codec.Press("1", 1001, 9, "甲"),
    )
    assert (blocked, group) == (codec.Membership(ME, True), codec.Elsewhere(-5))


@pytest.mark.parametrize(
    ("kind", "attachment"),
    [
        ("photo", Attachment(AttachmentKind.IMAGE, "photo-1-big")),
        ("voice", Attachment(AttachmentKind.VOICE, "voice-1")),
        ("video", Attachment(AttachmentKind.VIDEO, "video-1")),
        ("document", Attachment(AttachmentKind.FILE, "document-1", "化验单.pdf")),
        ("sticker", Attachment(AttachmentKind.OTHER, "sticker-1", "👍")),
        ("location", Attachment(AttachmentKind.LOCATION)),
    ],
)
def test_attachments(kind: str, attachment: Attachment) -> None:
    telegram = Telegram()
    telegram.send(1001, kind, "看看" if kind == "photo" else "")
    said = decode(telegram.updates[0])
    assert isinstance(said, codec.Said)
    assert (said.inbound.attachments, said.inbound.text) == ((attachment,), "看看" if kind == "photo" else "")


def message(**fields: Any) -> dict[str, Any]:
    chat = {"id": 1001, "type": "private", "first_name": "学员"}
    person = {"id": 1001, "is_bot": False, "first_name": "学员"}
    return {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person} | fields}


def test_a_place_with_a_name_is_named() -> None:
    place = {"latitude": 1.0, "longitude": 2.0}
    said = decode(message(venue={"location": place, "title": "门诊楼", "address": "东路"}, location=place))
    assert isinstance(said, codec.Said) and said.inbound.attachments == (
        Attachment(AttachmentKind.LOCATION, "", "门诊楼"),
    )


def test_what_telegram_invents_later_is_something_unknown() -> None:
    said = decode(message(hologram={"depth": 3}))
    assert isinstance(said, codec.Said) and said.inbound.attachments == (Attachment(AttachmentKind.OTHER),)
    assert decode({"update_id": 5, "hologram": {}}) == codec.Ignored("other_update")
    assert decode(message(delete_chat_photo=True)) == codec.Ignored("service")


def test_an_edit_without_words_says_nothing() -> None:
    body = message(location={"latitude": 1.0, "longitude": 2.0})["message"] | {"edit_date": 2}
    assert decode({"update_id": 5, "edited_message": body}) == codec.Ignored("edit_without_words")


def test_a_message_that_telegram_has_forgotten_can_still_be_pressed() -> None:
    telegram = Telegram()
    telegram.chat(1001).add(from_bot=True, text="选", at=1, rows=[[{"text": "甲", "callback_data": "m-0"}]])
    telegram.press(1001, "甲")
    query = telegram.updates[0]["callback_query"]
    query["message"] = {"message_id": 1, "date": 0, "chat": query["message"]["chat"]}
    said = decode(telegram.updates[0])
    assert isinstance(said, codec.Said) and said.press == codec.Press("1", 1001, 1)
    del query["message"]
    again = decode(telegram.updates[0])
    assert isinstance(again, codec.Said) and again.inbound.address == ME


@pytest.mark.parametrize("payload", ["", "x" * 200, "班级 3", "\x00"])
def test_any_scene_is_short_and_stands_alone(payload: str) -> None:
    said = decode(message(text=f"/start {payload}"))
    assert isinstance(said, codec.Said) and said.inbound.pressed
    assert len(said.inbound.pressed.args["scene"]) <= 64


@pytest.mark.parametrize(("text", "words"), [("/HELP", "你能做什么"), ("/unknown 1", "/unknown 1"), ("/", "/")])
def test_commands(text: str, words: str) -> None:
    said = decode(message(text=text))
    assert isinstance(said, codec.Said) and (said.inbound.text, said.inbound.pressed) == (words, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@given(st.dictionaries(st.sampled_from(["update_id", *codec.UPDATES, "x"]), JSON))
def test_any_json_is_read_or_ignored(value: dict[str, Any]) -> None:
    assert isinstance(decode(value), codec.Said | codec.Elsewhere | codec.Ignored)


def test_ten_thousand_wrong_updates_are_read_or_ignored() -> None:
    dice = random.Random(6)
    good = [json.dumps(each) for each in updates()]
    for _ in range(10_000):
        value = json.loads(dice.choice(good))
        for _ in range(dice.randint(1, 3)):
            spoil(value, dice)
        read = codec.decode("demo", value, AT)
        if isinstance(read, codec.Said):
            inbound = read.inbound
            assert inbound.address.user.lstrip("-").isdecimal() and len(inbound.id) <= 64
            words: list[object] = [inbound.text, inbound.button or ""]
            words += [word for each in inbound.attachments for word in (each.ref, each.name)]
            assert all(isinstance(word, str) for word in words)


def spoil(value: Any, dice: random.Random) -> None:
    """One thing somewhere inside becomes something else, or goes."""
    while isinstance(value, dict | list) and value:
        key = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
        inner = value[key]
        if not isinstance(inner, dict | list) or dice.random() < 0.3:
            if dice.random() < 0.3 and isinstance(value, dict):
                del value[key]
            else:
                value[key] = dice.choice([None, "", "x" * 99, 2**80, -1, 1e308, True, [], {}, [[]], {"id": {}}])
            return
        value = inner


def test_deep_nesting_is_ignored() -> None:
    inner: dict[str, Any] = message(text="x")["message"]
    for _ in range(900):
        inner = inner | {"reply_to_message": inner}
    assert isinstance(decode({"update_id": 5, "message": inner}), codec.Said | codec.Ignored)
