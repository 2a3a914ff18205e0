"""A house with the real store and responders that are set by hand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answers import Answer, Asked, Change
from bot.conversation import Conversation, Route, Turn
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import RasaUnavailable
from bot.family_commands import Families
from bot.family_linking import FamilyLinking
from bot.family_rounds import FamilyRounds
from bot.follow_ups import FollowUps
from bot.handoffs import HandoffStore
from bot.house import House
from bot.learners import Learners
from bot.linking import Linking
from bot.locks import MemoryLocks
from bot.matters import Matter
from bot.media import MediaStore
from bot.media_files import MediaFiles
from bot.messages import Address, InboundMessage, Reply
from bot.migrate import migrate
from bot.noting import Noting
from bot.outbox import Outbox
from bot.outcomes import Outcomes
from bot.reach import Reach
from bot.regimens import Regimens
from bot.responders.nurse import NurseResponder
from bot.store import ConversationStore
from bot.stream import MemoryStream
from cases.library import load_cases
from knowledge.follow_ups import load_follow_ups
from knowledge.red_flags import RedFlags, load_red_flags
from knowledge.refusals import load_refusals

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
NOTING = Noting(lambda text: [one for one in ("阿司匹林", "缬沙坦") if one in text], lambda _: {})
CHEST_PAIN = "我胸口压着疼，出冷汗，喘不上气"


@dataclass(slots=True)
class Says:
    """A responder that says what it is told, or fails."""

    says: list[Answer | Exception | None]
    heard: list[str] = field(default_factory=list)
    slow_s: float = 0.0

    splits: dict[str, list[Matter]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    keeps: bool = True

    async def matters(self, asked: Asked) -> list[Matter]:
        return self.splits.get(asked.text, [Matter(asked.text)])

    async def put_off(self, asked: Asked, words: str) -> None:
        if not self.keeps:
            raise RasaUnavailable
        self.kept.append(words)

    async def leave(self, asked: Asked) -> bool:
        self.heard.append("left")
        return False

    async def respond(self, asked: Asked) -> Answer | None:
        self.heard.append(asked.text)
        await asyncio.sleep(self.slow_s)
        said = self.says[min(len(self.heard), len(self.says)) - 1]
        if isinstance(said, Exception):
            raise said
        return said


def structured(*words: str, change: Change | None = None) -> Answer:
    return Answer(Route.STRUCTURED, tuple(Reply(each) for each in words), change)


@pytest.fixture(scope="module")
def red_flags() -> RedFlags:
    """Compiled once: it takes a second."""
    return load_red_flags()


@pytest.fixture
async def house(tmp_path: Path, red_flags: RedFlags) -> AsyncIterator[House]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    store, stream, locks = ConversationStore(databases), MemoryStream(), MemoryLocks()
    outcomes = Outcomes(databases, store, stream, load_cases())
    yield House(
        store=store, locks=locks, red_flags=red_flags, refusals=load_refusals(),
        rasa=Says([structured("好")]), llm=Says([None]), patient=Says([structured("我肚子疼")]),
        nurse=NurseResponder(HandoffStore(databases)), regimens=Regimens(databases),
        outcomes=outcomes, noting=NOTING, clock=lambda: AT,
        phone=lambda: "010-12345678", name=lambda: "示范医院", outbox=Outbox(databases),
        handoffs=HandoffStore(databases), reach=Reach(databases),
        families=Families(
            FamilyLinking(databases, outcomes.tell_message), FamilyRounds(databases, outcomes.tell_message)
        ),
        follow_ups=FollowUps(databases, load_follow_ups, outcomes.tell_message),
        linking=Linking(databases, store, locks, outcomes.tell_message), learners=Learners(databases),
        media=MediaStore(databases, MediaFiles(tmp_path / "media", databases.of("demo").keyring)),
    )  # fmt: skip
    await databases.close()


def said(text: str, message_id: str = "m1", button: str | None = None) -> InboundMessage:
    return InboundMessage(Address("demo", "web", "visitor"), message_id, text, AT, button)


async def conversation(house: House) -> Conversation:
    found = await house.store.open(said("").address, AT)
    loaded = await house.store.by_id("demo", found.id)
    assert loaded is not None
    return loaded


def texts(turn: Turn) -> list[str]:
    return [reply.text for reply in turn.replies]
