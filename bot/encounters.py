"""Practice encounters in the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation
from bot.db import Databases
from bot.errors import NotFound
from bot.rows import new_id
from bot.tables import encounters
from cases.encounter import Encounter

RUNNING, ENDED = "running", "ended"


class EncounterStore:
    """Reads and writes encounters. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def get(self, clinic: str, encounter: str) -> Encounter:
        """The state of an encounter. Raises NotFound."""
        async with self._databases.of(clinic).read() as connection:
            return await read_encounter(connection, clinic, encounter)

    async def save(self, clinic: str, encounter: str, state: Encounter) -> bool:
        """Keep what has been said and disclosed; False, and nothing changed, when the encounter is over."""
        query = update(encounters).where(_one(clinic, encounter), encounters.c.status == RUNNING)
        async with self._databases.of(clinic).begin() as connection:
            return (await connection.execute(query.values(state=state.to_json()))).rowcount == 1


async def read_encounter(connection: AsyncConnection, clinic: str, encounter: str) -> Encounter:
    """The state of an encounter within a transaction. Raises NotFound."""
    query = select(encounters.c.state).where(_one(clinic, encounter))
    state = (await connection.execute(query)).scalar()
    if state is None:
        raise NotFound
    return Encounter.from_json(state)


async def begin_encounter(connection: AsyncConnection, conversation: Conversation, state: Encounter) -> str:
    """Start an encounter within a transaction; its id."""
    encounter = new_id()
    row = {
        "clinic": conversation.clinic, "id": encounter, "case_id": state.case_id, "person": conversation.person,
        "state": state.to_json(), "status": RUNNING, "started_at": state.started_at,
    }  # fmt: skip
    await connection.execute(insert(encounters), row)
    return encounter


async def end_encounter(connection: AsyncConnection, clinic: str, encounter: str, at: datetime) -> None:
    """Mark an encounter ended within a transaction; the first end stands."""
    query = update(encounters).where(_one(clinic, encounter), encounters.c.status == RUNNING)
    await connection.execute(query.values(status=ENDED, ended_at=at))


def _one(clinic: str, encounter: str) -> ColumnElement[bool]:
    return and_(encounters.c.clinic == clinic, encounters.c.id == encounter)
