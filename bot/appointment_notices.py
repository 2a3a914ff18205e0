"""Appointments are told of the evening before and two hours ahead. Notes and cancels within the caller's transaction.

Only what lies ahead is noted: who books for this afternoon hears of it once.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.occasion_rows import Occasion, OccasionKind, cancel, note
from bot.whereabouts import latest_of
from schedules.clock import SHANGHAI, instant, local

EVENING_BEFORE: Final = time(18, 0)
SHORTLY: Final = timedelta(hours=2)


async def note_appointment(
    connection: AsyncConnection, clinic: str, person: str, appointment: str, starts_at: datetime, at: datetime
) -> None:
    """The person is told of this appointment in time."""
    to = await latest_of(connection, clinic, person)
    await note(connection, clinic, _notices(person, to.id if to else "", appointment, starts_at, at))


async def forget_appointment(connection: AsyncConnection, clinic: str, appointment: str) -> None:
    """It was cancelled or moved: nobody is told of it."""
    await cancel(connection, clinic, OccasionKind.APPOINTMENT, appointment)


def _notices(person: str, conversation: str, appointment: str, starts_at: datetime, at: datetime) -> Sequence[Occasion]:
    """Those whose time lies ahead. The first gives way to the second: one of them is enough."""
    shortly = starts_at - SHORTLY
    evening = instant(local(starts_at, SHANGHAI).date() - timedelta(days=1), EVENING_BEFORE, SHANGHAI)
    spans = [(when, until) for when, until in ((evening, shortly), (shortly, starts_at)) if at < when < until]
    return [
        Occasion(OccasionKind.APPOINTMENT, person, conversation, appointment, when, until, next_at=when)
        for when, until in spans
    ]
