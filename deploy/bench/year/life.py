"""One life of the house: from a start to the kill that ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import func, select

from bot.crypto import Keyring
from bot.dose_tables import doses, regimens, rounds
from bot.outbox import Outbox, Parcel
from bot.outcomes import Outcomes
from bot.plans import Plans
from bot.regimen_rows import ACTIVE
from bot.regimens import Regimens
from bot.reminding import Reminding
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.stream import MemoryStream
from deploy.bench.year.kills import Death, MortalDatabases

MOST_PARCELS = 5_000


@dataclass(frozen=True, slots=True)
class Life:
    """The parts of the house that time and people move, over databases that may be taken from it at any step."""

    clinic: str
    databases: MortalDatabases
    store: ConversationStore
    regimens: Regimens
    plans: Plans
    outbox: Outbox
    reminding: Reminding

    @classmethod
    def begun(cls, url: str, keyring: Keyring, clinic: str, death: Death) -> Self:
        """A start: nothing is known but what the database holds."""
        databases = MortalDatabases(url, keyring, death)
        store, regimens = ConversationStore(databases), Regimens(databases)
        outcomes = Outcomes(databases, store, MemoryStream(), {})
        reminding = Reminding(clinic, databases, regimens, Rounds(databases), outcomes)
        return cls(clinic, databases, store, regimens, Plans(databases), Outbox(databases), reminding)

    async def deliver(self, at: datetime) -> Sequence[Parcel]:
        """The courier on a channel that takes everything; what has left."""
        parcels = await self.outbox.take(self.clinic, at, MOST_PARCELS)
        await self.outbox.sent(self.clinic, [each.message.id for each in parcels], at)
        return parcels

    async def next_event(self, look_ahead: datetime) -> datetime | None:
        """When a beat will next have something to do; `look_ahead`: how far regimens are to be laid out by then."""
        # Each is the first row of the index by which the beat finds its work.
        mine = doses.c.clinic == self.clinic, doses.c.outcome.is_(None)
        queries = (
            select(doses.c.due_at).where(*mine, doses.c.round.is_(None)).order_by(doses.c.due_at),
            select(doses.c.late_until).where(*mine).order_by(doses.c.late_until),
            select(rounds.c.next_at)
            .where(rounds.c.clinic == self.clinic, rounds.c.next_at.is_not(None))
            .order_by(rounds.c.next_at),
        )
        async with self.databases.of(self.clinic).read() as connection:
            found = [(await connection.execute(query.limit(1))).scalar() for query in queries]
            behind = select(func.count()).where(
                regimens.c.clinic == self.clinic, regimens.c.status == ACTIVE, regimens.c.queued_until < look_ahead
            )
            if (await connection.execute(behind)).scalar_one():
                return None
        return min((moment for moment in found if moment is not None), default=None)
