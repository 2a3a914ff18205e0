"""A full disk: the message is refused with words, nothing is half-written, and it can be sent again."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.conversation import Conversation
from bot.db import Database, Databases
from bot.errors import StoreUnavailable
from bot.messages import Address, InboundMessage
from bot.migrate import migrate
from bot.store import ConversationStore
from tests.contract.conftest import AT, KEYS
from tests.driver_threads import driver_threads_ended


async def limit(database: Database, pages: int) -> None:
    """Let the file grow to `pages` pages and no further; SQLite then says `database or disk is full`."""
    async with database.read() as connection:
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))


async def write_until_full(store: ConversationStore, conversation: Conversation) -> str:
    """Send messages until one is refused; the refused one's id."""
    for _ in range(500):
        message_id = uuid.uuid4().hex
        try:
            await store.claim(conversation, InboundMessage(conversation.address, message_id, "头疼" * 500, AT))
        except StoreUnavailable:
            return message_id
    raise AssertionError("the disk never filled")


async def test_a_refused_message_is_not_there_and_can_be_sent_again(tmp_path: Path) -> None:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", KEYS)
    database = databases.of("demo")
    await migrate(database)
    store = ConversationStore(databases)
    conversation = await store.open(Address("demo", "web", "v"), AT)
    await limit(database, 120)
    refused = await write_until_full(store, conversation)
    stored = await store.since(conversation, 0, limit=1_000)
    assert refused not in {message.client_id for message in stored}
    assert len(await store.open_turns(conversation)) == len(stored)
    await limit(database, 100_000)
    assert await store.claim(conversation, InboundMessage(conversation.address, refused, "头疼", AT))
    assert [message.seq for message in await store.since(conversation, 0, limit=1_000)] == list(
        range(1, len(stored) + 2)
    )
    await databases.close()


async def test_a_database_that_does_not_open_is_said(tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").write_bytes(b"this is no database" * 100)
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", KEYS)
    with pytest.raises(StoreUnavailable):
        await migrate(databases.of("demo"))
    await databases.close()
    await driver_threads_ended()
