"""What changes hands when two people turn out to be one, within the caller's transaction.

Rows keep their ids; only whose they are changes. What an index forbids (two places at one time) stays where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, Update, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.appointments import BOOKED
from bot.conversation import Conversation
from bot.dose_tables import doses, families, habits, occasions, plan_changes, regimens, rounds
from bot.learners import merge_learners
from bot.link_rows import links
from bot.notes import Notes
from bot.regimen_rows import ACTIVE
from bot.store import set_notes
from bot.tables import addresses, appointments, conversations, encounters


@dataclass(frozen=True, slots=True)
class Moved:
    """What the person has to be told."""

    doubles: tuple[datetime, ...] = ()  # starts of appointments that stayed behind, UTC
    twice: tuple[str, ...] = ()  # medicines that both sides have a reminder for, as the person named them


NOTHING_MOVED = Moved()


async def move_all(connection: AsyncConnection, clinic: str, person: str, to: Conversation) -> Moved:
    """Give everything of `person` to the person of another conversation; reminders go there from now on."""
    doubles = await _move_appointments(connection, clinic, person, to.person)
    twice = await _twice(connection, clinic, person, to.person)
    mine = {"person": to.person}
    await merge_learners(connection, clinic, person, to.person)
    await _move_habits(connection, clinic, person, to.person)
    changes = (
        *(
            _change(table, clinic, table.c.person == person, mine | {"conversation": to.id})
            for table in (regimens, doses, rounds, occasions)
        ),
        _change(plan_changes, clinic, plan_changes.c.person == person, mine),
        _change(families, clinic, families.c.person == person, mine),
        _change(families, clinic, families.c.member == person, {"member": to.person, "conversation": to.id}),
        _change(encounters, clinic, encounters.c.person == person, mine),
        _change(addresses, clinic, addresses.c.person == person, mine),
        _change(conversations, clinic, conversations.c.person == person, mine),
        _change(
            links,
            clinic,
            and_(links.c.person == person, links.c.left_at.is_(None)),
            mine | {"with_conversation": to.id},
        ),
    )
    for each in changes:
        await connection.execute(each)
    return Moved(doubles, twice)


async def part(connection: AsyncConnection, page: Conversation, own_person: str, kept_in: str) -> None:
    """Make a page a person of its own again; what it had begun for the common person goes on in `kept_in`."""
    clinic, own = page.clinic, {"person": own_person}
    at_page = and_(
        addresses.c.channel == conversations.c.channel,
        addresses.c.user_hash == conversations.c.user_hash,
        addresses.c.clinic == conversations.c.clinic,
    )
    this = select(conversations.c.id).where(at_page, conversations.c.clinic == clinic, conversations.c.id == page.id)
    await connection.execute(_change(addresses, clinic, this.exists(), own))
    await connection.execute(_change(conversations, clinic, conversations.c.id == page.id, own))
    for table in (regimens, doses, rounds, occasions):
        theirs = and_(table.c.conversation == page.id, table.c.person == page.person)
        await connection.execute(_change(table, clinic, theirs, {"conversation": kept_in}))
    told_here = and_(families.c.conversation == page.id, families.c.member == page.person)
    await connection.execute(_change(families, clinic, told_here, {"conversation": kept_in}))
    await set_notes(connection, page, Notes())


async def _move_habits(connection: AsyncConnection, clinic: str, person: str, new: str) -> None:
    """The habits of who takes over stay; where they told none, those of the other count."""
    told = and_(habits.c.clinic == clinic, habits.c.id == new)
    if (await connection.execute(select(habits.c.id).where(told))).first() is None:
        await connection.execute(_change(habits, clinic, habits.c.id == person, {"id": new}))


async def _move_appointments(connection: AsyncConnection, clinic: str, person: str, new: str) -> tuple[datetime, ...]:
    """All but those that would stand beside another one at the same time; when these begin."""
    taken = select(appointments.c.starts_at).where(
        appointments.c.clinic == clinic, appointments.c.person == new, appointments.c.status == BOOKED
    )
    theirs = and_(appointments.c.clinic == clinic, appointments.c.person == person)
    doubled = and_(theirs, appointments.c.status == BOOKED, appointments.c.starts_at.in_(taken))
    query = select(appointments.c.id, appointments.c.starts_at).where(doubled).order_by(appointments.c.starts_at)
    staying = (await connection.execute(query)).all()
    moving = and_(theirs, appointments.c.id.not_in([row.id for row in staying]))
    await connection.execute(update(appointments).where(moving).values(person=new))
    return tuple(row.starts_at for row in staying)


async def _twice(connection: AsyncConnection, clinic: str, one: str, other: str) -> tuple[str, ...]:
    columns = (regimens.c.person, regimens.c.drug, regimens.c.drug_id)
    running = and_(regimens.c.clinic == clinic, regimens.c.person.in_((one, other)), regimens.c.status == ACTIVE)
    named: dict[str, dict[str, str]] = {one: {}, other: {}}
    for row in await connection.execute(select(*columns).where(running)):
        named[row.person][row.drug_id or row.drug] = row.drug
    return tuple(words for drug, words in named[one].items() if drug in named[other])


def _change(table: Table, clinic: str, which: ColumnElement[bool], values: Mapping[str, Any]) -> Update:
    return update(table).where(table.c.clinic == clinic, which).values(**values)
