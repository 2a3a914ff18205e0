"""Rows by the hundred thousand, made in the database itself: one of each is written, and copied."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, Table, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import doses, regimens
from bot.regimen_rows import Regimen, row_of
from bot.tables import addresses, conversations
from deploy.bench.doses.stands import Backend, Stand
from schedules.timing import Timing

DAY = timedelta(days=1)


async def fill_people(stand: Stand, count: int, at: datetime) -> None:
    """So many people with a conversation each, on the page."""
    async with stand.databases.of(stand.clinic).begin() as connection:
        series = _series(count)
        where = {"clinic": stand.clinic, "channel": "web", "user_hash": _random_id(stand), "person": _random_id(stand)}
        await _copy(connection, addresses, where | {"user": literal("visitor", addresses.c.user.type)}, series)
        told: dict[str, Any] = {
            "clinic": addresses.c.clinic, "id": addresses.c.person, "channel": addresses.c.channel,
            "user_hash": addresses.c.user_hash, "person": addresses.c.person, "mode": "assistant",
            "next_seq": literal(1, Integer), "created_at": literal(at, conversations.c.created_at.type),
        }  # fmt: skip
        await _copy(connection, conversations, told, addresses)


async def fill_regimens(stand: Stand, each: int, timing: Timing, at: datetime, laid_out: timedelta = 2 * DAY) -> None:
    """So many regimens for each of the people, laid out so far already."""
    template = row_of(stand.clinic, Regimen("", "", "", "缬沙坦胶囊", "valsartan", "一粒", timing, at), at)
    typed: dict[str, Any] = {
        name: literal(value, regimens.c[name].type) for name, value in template.items() if value is not None
    }
    typed |= {"id": _random_id(stand), "person": conversations.c.person, "conversation": conversations.c.id}
    typed |= {"queued_until": literal(at + laid_out, regimens.c.queued_until.type)}
    async with stand.databases.of(stand.clinic).begin() as connection:
        await _copy(connection, regimens, typed, _series(each), conversations)


async def fill_doses(stand: Stand, due_at: datetime) -> None:
    """One dose of every regimen, due at that moment."""
    due, until = literal(due_at, doses.c.due_at.type), literal(due_at + timedelta(hours=6), doses.c.late_until.type)
    typed = {
        "clinic": regimens.c.clinic, "id": _random_id(stand), "regimen": regimens.c.id, "person": regimens.c.person,
        "conversation": regimens.c.conversation, "due_at": due, "planned_at": due, "late_until": until,
    }  # fmt: skip
    async with stand.databases.of(stand.clinic).begin() as connection:
        await _copy(connection, doses, typed, regimens)


async def _copy(connection: AsyncConnection, into: Table, values: dict[str, Any], *sources: Any) -> None:
    columns = [value if isinstance(value, ColumnElement) else literal(value) for value in values.values()]
    query = select(*columns).select_from(_each_with_each(*sources))
    await connection.execute(insert(into).from_select(list(values), query, include_defaults=False))


def _each_with_each(first: Any, *more: Any) -> Any:
    for other in more:
        first = first.join(other, literal(1) == 1)
    return first


def _series(count: int) -> Any:
    numbers = select(literal(1, Integer).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count))


def _random_id(stand: Stand) -> ColumnElement[str]:
    """Ids as the house makes them: they sort nowhere, so that the indexes grow as they do in life."""
    if stand.backend is Backend.POSTGRESQL:
        return func.replace(cast(func.gen_random_uuid(), String), "-", "")
    return func.lower(func.hex(func.randomblob(16)))
