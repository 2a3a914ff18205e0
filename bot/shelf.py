"""What an outside service lends us for a time: an access token, a cursor. Shared by all processes."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.channel_tables import shelf
from bot.db import Databases


class Shelf:
    """Named values of one clinic, encrypted. Raises StoreUnavailable."""

    def __init__(self, databases: Databases, clinic: str) -> None:
        self._databases = databases
        self._clinic = clinic

    async def get(self, name: str) -> tuple[str, datetime] | None:
        """A value and when it ends; None when there is none."""
        query = select(shelf.c.value, shelf.c.until).where(and_(shelf.c.clinic == self._clinic, shelf.c.name == name))
        async with self._databases.of(self._clinic).read() as connection:
            row = (await connection.execute(query)).first()
        return (row.value, row.until) if row else None

    async def put(self, name: str, value: str, until: datetime) -> None:
        """Keep a value in place of the one before."""
        async with self._databases.of(self._clinic).begin() as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            changed = {"value": value, "until": until}
            row = dialect.insert(shelf).values({"clinic": self._clinic, "name": name} | changed)
            await connection.execute(row.on_conflict_do_update(index_elements=list(shelf.primary_key), set_=changed))
