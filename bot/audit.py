"""Who did what, to which id, when. Never a word of a person."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.rows import new_id
from bot.tables import audit


async def write_audit(
    connection: AsyncConnection,
    clinic: str,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Add a line within the transaction of what it tells about."""
    row = {"clinic": clinic, "id": new_id(), "at": at, "actor": actor, "action": action, "subject": subject}
    await connection.execute(insert(audit), row | {"detail": dict(detail or {})})
