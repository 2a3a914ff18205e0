"""The web wire, both ways."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Handoff, HandoffStatus, Mode, Urgency
from bot.errors import BadInput, TooLong
from bot.messages import Author, Button, Kind, Message, Source
from connectors.web import codec
from connectors.wire import encode

AT = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


def body(**fields: object) -> bytes:
    return json.dumps({"id": "m1", "text": "你好"} | fields).encode()


def test_decode() -> None:
    token = codec.new_conversation()
    assert codec.decode(body(conversation=token), 10) == codec.Said(token, "m1", "你好", None)
    assert codec.decode(body(text=None, button="b-0"), 10) == codec.Said(None, "m1", "", "b-0")


def test_the_longest_text_is_counted_in_characters() -> None:
    assert codec.decode(body(text="好" * 10), 10).text == "好" * 10
    with pytest.raises(TooLong):
        codec.decode(body(text="好" * 11), 10)


@given(st.binary())
def test_any_bytes_are_read_or_refused_with_words(raw: bytes) -> None:
    try:
        codec.decode(raw, 100)
    except BadInput as error:
        assert error.title


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_read_or_refused_with_words(value: object) -> None:
    for raw in (value, {"id": value, "text": value, "conversation": value}, {"id": "a", "text": "b", "button": value}):
        try:
            codec.decode(json.dumps(raw).encode(), 100)
        except BadInput as error:
            assert error.title


def test_encode_names_everything_the_page_needs() -> None:
    message = Message(
        3, "x", Author.BOT, "饭后吃", AT, Kind.TEXT, turn="t",
        buttons=(Button("转人工", command="request_human", id="x-0"),),
        sources=(Source("说明书", "药监局", "2026-11-01", "原文"),),
    )  # fmt: skip
    assert encode(message) == {
        "seq": 3, "id": "x", "client_id": None, "turn": "t", "author": "bot", "kind": "text", "text": "饭后吃",
        "buttons": [{"id": "x-0", "label": "转人工"}],
        "sources": [{"n": 1, "title": "说明书", "publisher": "药监局", "reviewed": "2026-11-01", "excerpt": "原文"}],
        "picture": "",
        "at": "2026-11-21T08:30:00+08:00",
    }  # fmt: skip


def test_a_buttons_command_never_leaves_the_house() -> None:
    message = Message(
        1,
        "x",
        Author.BOT,
        "该吃药了",
        AT,
        buttons=(Button("已服药", command="dose_taken", args={"dose": "d"}, id="x-0"),),
    )
    assert "dose" not in json.dumps(encode(message)["buttons"])


def test_state() -> None:
    handoff = Handoff("h", "c", HandoffStatus.REQUESTED, Urgency.ASKED, "r", "s", AT)
    assert codec.encode_state(Mode.HANDOFF, handoff, 2)["handoff"] == {
        "id": "h", "status": "requested", "nurse": None, "ahead": 2,
    }  # fmt: skip
    task = codec.encode_state(Mode.ASSISTANT, handoff, 0)
    assert task == {"mode": "assistant", "handoff": None}, "of a task the person knows nothing"
    assert codec.encode_state(Mode.ASSISTANT, None, 0) == {"mode": "assistant", "handoff": None}
