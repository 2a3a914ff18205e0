"""A house with one patient who takes medicines, and the beat of its heart; on both databases."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import families
from bot.handoffs import HandoffStore
from bot.messages import Address, Message
from bot.outbox import Outbox
from bot.outcomes import Outcomes
from bot.regimens import Care, Regimen, Regimens
from bot.reminding import Reminding
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.stream import MemoryStream
from schedules.doses import Outcome
from schedules.regimen import read_regimen
from tests.contract.conftest import AT

MORNING = datetime.fromisoformat("2026-11-22T08:00:00+08:00")


@dataclass(frozen=True, slots=True)
class Ward:
    """A house with one patient, and the beat of its heart."""

    databases: Databases
    store: ConversationStore
    reminding: Reminding
    patient: Conversation

    @property
    def clinic(self) -> str:
        """The tenant."""
        return self.patient.clinic

    @property
    def regimens(self) -> Regimens:
        """What is taken."""
        return self.reminding.regimens

    async def takes(self, drug: str = "氨氯地平", said: str = "每天早上8点", **care: object) -> Regimen:
        """Set a reminder."""
        timing = read_regimen(f"{said}吃{drug}", AT).timing
        assert timing is not None
        new = Regimen(uuid.uuid4().hex, self.patient.person, self.patient.id, drug, None, "一片", timing, AT)
        return await self.regimens.add(self.clinic, replace(new, care=replace(Care(), **care)), AT)  # type: ignore[arg-type]

    async def beat(self, *moments: datetime, deliver: bool = True) -> None:
        """Beats, and after each the courier, if the channel works."""
        for at in moments:
            await self.reminding.beat(at)
            if deliver:
                await self.deliver(at)

    async def deliver(self, at: datetime) -> None:
        """Everything that waits leaves."""
        parcels = await Outbox(self.databases).take(self.clinic, at, 500)
        await Outbox(self.databases).sent(self.clinic, [each.message.id for each in parcels], at)

    async def said(self, conversation: Conversation | None = None) -> list[Message]:
        """What a person was told."""
        return await self.store.since(conversation or self.patient, 0)

    async def outcomes(self, days: int = 1) -> Sequence[Outcome | None]:
        """How the doses of the first days ended."""
        until = MORNING + timedelta(days=days - 1, hours=1)
        return [dose.outcome for dose in await self.regimens.history(self.clinic, self.patient.person, AT, until)]

    async def tasks(self) -> list[str]:
        """Why nurses are asked to look."""
        return [handoff.reason for handoff in await HandoffStore(self.databases).listing(self.clinic)]

    async def daughter(self) -> Conversation:
        """Somebody of the family who has agreed."""
        member = await self.store.open(Address(self.clinic, "web", "daughter"), AT)
        row: dict[str, object] = {"clinic": self.clinic, "id": "f1", "person": self.patient.person}
        row |= {"member": member.person}
        row |= {"conversation": member.id, "called": "女儿", "patient": "您母亲", "agreed_at": AT}
        async with self.databases.of(self.clinic).begin() as connection:
            await connection.execute(insert(families).values(row))
        return member


@pytest.fixture
async def ward(databases: Databases, clinic: str) -> Ward:
    store = ConversationStore(databases)
    outcomes = Outcomes(databases, store, MemoryStream(), {})
    reminding = Reminding(clinic, databases, Regimens(databases), Rounds(databases), outcomes)
    return Ward(databases, store, reminding, await store.open(Address(clinic, "web", "v"), AT))
