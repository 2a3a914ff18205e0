"""Practice encounters in the database."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation
from bot.db import Databases
from bot.errors import NotFound
from bot.rows import new_id
from bot.tables import encounters
from cases.encounter import Encounter
from cases.model import Case

RUNNING, ENDED = "running", "ended"


class EncounterStore:
    """Reads and writes encounters. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def get(self, clinic: str, encounter: str) -> Encounter:
        """The state of an encounter. Raises NotFound."""
        query = select(encounters.c.state).where(encounters.c.clinic == clinic, encounters.c.id == encounter)
        async with self._databases.of(clinic).read() as connection:
            state = (await connection.execute(query)).scalar()
        if state is None:
            raise NotFound
        return Encounter.from_json(state)

    async def save(self, clinic: str, encounter: str, state: Encounter) -> None:
        """Keep what has been said and disclosed."""
        query = update(encounters).where(encounters.c.clinic == clinic, encounters.c.id == encounter)
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(query.values(state=state.to_json()))


async def begin_encounter(connection: AsyncConnection, conversation: Conversation, case: Case, at: datetime) -> str:
    """Start an encounter within a transaction; its id."""
    encounter = new_id()
    row = {
        "clinic": conversation.clinic, "id": encounter, "case_id": case.id, "person": conversation.person,
        "state": Encounter.start(case, at).to_json(), "status": RUNNING, "started_at": at,
    }  # fmt: skip
    await connection.execute(insert(encounters), row)
    return encounter


async def end_encounter(connection: AsyncConnection, clinic: str, encounter: str, at: datetime) -> None:
    """Mark an encounter ended within a transaction."""
    query = update(encounters).where(encounters.c.clinic == clinic, encounters.c.id == encounter)
    await connection.execute(query.values(status=ENDED, ended_at=at))
