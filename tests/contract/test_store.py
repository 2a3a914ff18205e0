"""What the conversation store promises, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.conversation import Conversation, Mode, Route, Turn
from bot.db import Databases
from bot.errors import UnknownButton
from bot.messages import Address, Author, Button, InboundMessage, Message, Reply, Source
from bot.store import ConversationStore, finish_turn, set_mode, write_replies
from tests.contract.conftest import AT

SOURCE = Source("说明书", "国家药监局", "2026-11-01", "原文")


@pytest.fixture
def store(databases: Databases) -> ConversationStore:
    return ConversationStore(databases)


@pytest.fixture
async def conversation(store: ConversationStore, clinic: str) -> Conversation:
    return await store.open(Address(clinic, "web", "visitor-1"), AT)


def said(conversation: Conversation, client_id: str, words: str) -> InboundMessage:
    return InboundMessage(conversation.address, client_id, words, AT)


async def answer(
    databases: Databases, store: ConversationStore, conversation: Conversation, *replies: Reply
) -> tuple[Message, ...]:
    _, opened = (await store.open_turns(conversation))[0]
    turn = Turn(opened.id, conversation.id, opened.inbound, Route.STRUCTURED, hops={"respond_ms": 1.5})
    async with databases.of(conversation.clinic).begin() as connection:
        written = await write_replies(connection, conversation, replies, AT, turn.id)
        await finish_turn(connection, conversation.clinic, turn, AT)
    return written


async def test_an_address_has_one_conversation(store: ConversationStore, clinic: str) -> None:
    address = Address(clinic, "web", "visitor-2")
    opened = await asyncio.gather(*(store.open(address, AT) for _ in range(10)))
    assert len({each.id for each in opened}) == 1
    assert opened[0].mode is Mode.ASSISTANT
    assert await store.find(replace(address, user="somebody else")) is None


async def test_a_message_is_claimed_once(store: ConversationStore, conversation: Conversation) -> None:
    claims = await asyncio.gather(*(store.claim(conversation, said(conversation, "m1", "你好")) for _ in range(10)))
    assert claims.count(True) == 1
    assert [message.text for message in await store.since(conversation, 0)] == ["你好"]


async def test_the_same_client_id_of_two_people_is_two_messages(store: ConversationStore, clinic: str) -> None:
    for user in ("a", "b"):
        conversation = await store.open(Address(clinic, "web", user), AT)
        assert await store.claim(conversation, said(conversation, "m1", user))


async def test_turns_are_open_until_their_answer_is_stored(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    for n in (1, 2):
        await store.claim(conversation, said(conversation, f"m{n}", f"第{n}句"))
    assert await store.unfinished(conversation.clinic, AT) == [conversation.id]
    await answer(databases, store, conversation, Reply("答一"))
    assert [opened.inbound.text for _, opened in await store.open_turns(conversation)] == ["第2句"]
    assert await store.turn_of(conversation, "m2") is None
    await answer(databases, store, conversation, Reply("答二"))
    assert await store.open_turns(conversation) == []
    assert await store.unfinished(conversation.clinic, AT) == []
    turn = await store.turn_of(conversation, "m1")
    assert turn is not None and turn.repeated
    assert [reply.text for reply in turn.replies] == ["答一"]
    assert turn.hops == {"respond_ms": 1.5}


async def test_sequence_numbers_have_no_gaps(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    for n in range(5):
        await store.claim(conversation, said(conversation, f"m{n}", "话"))
        await answer(databases, store, conversation, Reply("一"), Reply("二"))
    messages = await store.since(conversation, 0)
    assert [message.seq for message in messages] == list(range(1, 16))
    assert [message.seq for message in await store.since(conversation, 13)] == [14, 15]
    assert [message.seq for message in await store.last(conversation, 2)] == [14, 15]


async def test_a_message_comes_back_as_it_was_stored(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    await store.claim(conversation, said(conversation, "m1", "阿司匹林😀怎么吃"))
    button = Button("已服药", command="dose_taken", args={"dose": "d1"})
    (sent,) = await answer(databases, store, conversation, Reply("饭后", (button,), (SOURCE,)))
    stored = (await store.since(conversation, 1))[0]
    assert stored == sent
    assert stored.author is Author.BOT and stored.sources == (SOURCE,)
    assert await store.button(conversation, stored.buttons[0].id) == stored.buttons[0]


@pytest.mark.parametrize("button_id", ["", "-", "x-0", "🙂-0", "0" * 5_000])
async def test_an_unknown_button_is_refused(
    store: ConversationStore, conversation: Conversation, button_id: str
) -> None:
    with pytest.raises(UnknownButton):
        await store.button(conversation, button_id)


async def test_a_button_of_another_conversation_is_refused(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    await store.claim(conversation, said(conversation, "m1", "话"))
    (sent,) = await answer(databases, store, conversation, Reply("好", (Button("是", say="是"),)))
    other = await store.open(Address(conversation.clinic, "web", "other"), AT)
    with pytest.raises(UnknownButton):
        await store.button(other, sent.buttons[0].id)


async def test_the_mode_is_read_anew_for_each_turn(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    await store.claim(conversation, said(conversation, "m1", "话"))
    async with databases.of(conversation.clinic).begin() as connection:
        await set_mode(connection, conversation, Mode.PRACTICE, "e1")
    ((current, _),) = await store.open_turns(conversation)
    assert (current.mode, current.encounter) == (Mode.PRACTICE, "e1")


async def test_nothing_is_half_written(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    await store.claim(conversation, said(conversation, "m1", "话"))

    async def fail_half_way() -> None:
        async with databases.of(conversation.clinic).begin() as connection:
            await write_replies(connection, conversation, (Reply("半句"),), AT)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await fail_half_way()
    assert [message.text for message in await store.since(conversation, 0)] == ["话"]
    assert len(await store.open_turns(conversation)) == 1


async def test_words_and_ids_are_encrypted(
    databases: Databases, store: ConversationStore, conversation: Conversation
) -> None:
    await store.claim(conversation, said(conversation, "m1", "我叫张三，电话13800000000"))
    async with databases.of(conversation.clinic).read() as connection:
        rows = (await connection.execute(text("SELECT text, extras FROM messages"))).all()
        users = (await connection.execute(text('SELECT "user", user_hash FROM addresses'))).all()
    assert all("张三" not in str(value) and "138" not in str(value) for row in rows for value in row[:1])
    assert all(str(row[0]).startswith("v1.k2.") for row in rows)
    assert all("visitor" not in str(value) for row in users for value in row)


async def test_clinics_do_not_see_each_other(databases: Databases, store: ConversationStore, clinic: str) -> None:
    from bot.migrate import migrate

    other = f"{clinic}b"
    await migrate(databases.of(other))
    conversation = await store.open(Address(clinic, "web", "v"), AT)
    assert await store.find(Address(other, "web", "v")) is None
    assert await store.by_id(other, conversation.id) is None


async def test_a_naive_time_is_refused(store: ConversationStore, clinic: str) -> None:
    with pytest.raises(Exception, match="naive"):
        await store.open(Address(clinic, "web", "v"), AT.replace(tzinfo=None))


async def test_times_come_back_aware(store: ConversationStore, conversation: Conversation) -> None:
    await store.claim(conversation, said(conversation, "m1", "话"))
    message = (await store.since(conversation, 0))[0]
    assert message.at == AT and message.at.utcoffset() == timedelta(0)
