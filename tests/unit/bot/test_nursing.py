"""A nurse ends the handoff she means, and no other."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation import Conversation, Handoff, HandoffStatus, Mode, Urgency
from bot.crypto import Keyring
from bot.db import Databases
from bot.handoffs import HandoffStore, end_handoff, request_handoff
from bot.messages import Address
from bot.migrate import migrate
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.store import ConversationStore
from bot.stream import MemoryStream

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
async def databases(tmp_path: Path) -> AsyncIterator[Databases]:
    found = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(found.of("demo"))
    yield found
    await found.close()


class Slow(HandoffStore):
    """Gives a handoff as it stood before the patient took it back and asked anew."""

    async def get(self, clinic: str, handoff: str) -> Handoff:
        found = await super().get(clinic, handoff)
        return replace(found, status=HandoffStatus.ACCEPTED, nurse="n1")


async def asked(databases: Databases, conversation: Conversation) -> str:
    async with databases.of("demo").begin() as connection:
        return (await request_handoff(connection, conversation, Urgency.ASKED, "头晕", "", AT)).id


async def test_closing_an_earlier_handoff_leaves_the_later_one_open(databases: Databases) -> None:
    store = ConversationStore(databases)
    conversation = await store.open(Address("demo", "web", "v"), AT)
    first = await asked(databases, conversation)
    async with databases.of("demo").begin() as connection:
        await end_handoff(connection, conversation, HandoffStatus.CLOSED, AT, "患者取消等待")
    second = await asked(databases, conversation)
    outcomes = Outcomes(databases, store, MemoryStream(), {})
    nursing = Nursing(databases, store, Slow(databases), outcomes, lambda: AT, lambda: "010-12345678")

    await nursing.close("demo", first, "n1", "已处理")

    standing = await HandoffStore(databases).open_of(conversation)
    assert standing is not None and standing.id == second
    still = await store.by_id("demo", conversation.id)
    assert still is not None and still.mode is Mode.HANDOFF
    assert await store.last(conversation, 5) == []
