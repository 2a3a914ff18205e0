"""What Chatwoot says, and what is said to it."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation import Handoff, HandoffStatus, Urgency
from connectors.chatwoot import codec

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ASKED = Handoff(
    "h1", "c" * 32, HandoffStatus.REQUESTED, Urgency.ASKED, "要求人工", "头晕；三天了", AT, patient="访客 3F2A"
)
AGENT = {"id": 3, "name": "小王", "type": "user"}


def listed(**given: object) -> dict[str, object]:
    """A message as Chatwoot lists it."""
    return {
        "id": 9,
        "content": "您好",
        "message_type": 1,
        "private": False,
        "created_at": 1_795_248_000,
        "sender": AGENT,
    } | given


def headers(body: bytes, at: datetime = AT, secret: str = "s3") -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Chatwoot-Timestamp": seconds, "X-Chatwoot-Signature": f"sha256={mac}"}


def test_a_public_reply_of_a_person_is_theirs() -> None:
    assert codec.remark(listed()) == codec.Remark(9, "您好", AT, by_agent=True, name="小王")


@pytest.mark.parametrize(
    "given",
    [
        {"message_type": 0, "sender": {"type": "contact"}},
        {"message_type": 2},
        {"message_type": 3},
        {"sender": {"type": "agent_bot", "name": "机器人"}},
        {"sender": None},  # an automation rule
        {"content_attributes": {"deleted": True}},
        {"source_id": "xinglin:h1:asked"},
    ],
)
def test_what_no_person_wrote_is_not_said_to_a_patient(given: dict[str, object]) -> None:
    assert not codec.remark(listed(**given)).by_agent


def test_our_own_posts_are_recognised_by_their_key() -> None:
    post = codec.asked_post(ASKED)
    read_back = codec.remark(listed(source_id=post.body["source_id"], private=True))
    assert read_back.key == post.key and not read_back.by_agent
    assert codec.remark(listed(source_id="WAMID.1")).key == ""


def test_signed_by_chatwoot_and_only_so() -> None:
    body = b'{"event":"message_created"}'
    assert codec.is_signed("s3", headers(body), body, AT)
    assert codec.is_signed("s3", headers(body), body, AT + timedelta(minutes=4))
    assert not codec.is_signed("s3", headers(body), body + b" ", AT)
    assert not codec.is_signed("other", headers(body), body, AT)
    assert not codec.is_signed("s3", headers(body), body, AT + timedelta(minutes=6))
    assert not codec.is_signed("s3", headers(body, AT + timedelta(minutes=6)), body, AT)
    assert not codec.is_signed("s3", {}, body, AT)
    assert not codec.is_signed("s3", headers(body) | {"X-Chatwoot-Timestamp": "九"}, body, AT)
    assert not codec.is_signed("s3", headers(body) | {"X-Chatwoot-Signature": "签名"}, body, AT)


@pytest.mark.parametrize(
    ("event", "chat"),
    [
        ({"event": "message_created", "message_type": "outgoing", "id": 5, "conversation": {"id": 42}}, 42),
        ({"event": "conversation_status_changed", "id": 42, "status": "resolved"}, 42),
        ({"event": "message_created", "message_type": "incoming", "conversation": {"id": 42}}, None),
        ({"event": "conversation_typing_on", "conversation": {"id": 42}}, None),
        ({"event": "message_created", "conversation": "42"}, None),
        ({"event": ["message_created"]}, None),
        ({}, None),
    ],
)
def test_only_what_agents_do_is_looked_at(event: dict[str, object], chat: int | None) -> None:
    assert codec.chat_told_of(event) == chat


def test_a_note_tells_why_and_what_to_do_and_a_red_flag_is_a_new_one() -> None:
    asked, red = codec.asked_post(ASKED), codec.asked_post(replace(ASKED, urgency=Urgency.RED_FLAG, reason="胸痛"))
    assert asked.private and "要求人工" in asked.text and "头晕；三天了" in asked.text and "16:00" in asked.text
    assert "危险信号" in red.text and red.key != asked.key


def test_agents_answer_while_nobody_else_has_taken_it() -> None:
    assert codec.is_at_chatwoot(ASKED)
    assert codec.is_at_chatwoot(replace(ASKED, status=HandoffStatus.ACCEPTED, nurse=codec.nurse_name("小王")))
    assert not codec.is_at_chatwoot(replace(ASKED, status=HandoffStatus.ACCEPTED, nurse="王护士"))
    assert not codec.is_at_chatwoot(replace(ASKED, status=HandoffStatus.ACCEPTED, nurse="客服部王护士"))
    assert not codec.is_at_chatwoot(replace(ASKED, status=HandoffStatus.CLOSED, nurse=codec.nurse_name("小王")))


def test_a_name_is_one_short_line() -> None:
    assert codec.nurse_name("小\n王\u200b" + "长" * 99) == "客服 小 王" + "长" * 17
    assert codec.nurse_name("") == "客服"
