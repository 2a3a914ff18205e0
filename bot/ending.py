"""Doses whose time is over end by themselves, and somebody notices.

Missed: the person was told and nobody confirmed. Undeliverable: the message never left, or the house stood still; then
it is our fault, the person is told so, and of a critical medicine a nurse as well. She is also told of the third
miss of one medicine in a row.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import phrases
from bot.climbing import Told
from bot.conversation import Conversation, Urgency
from bot.db import Databases
from bot.dose_tables import doses, rounds
from bot.handoffs import request_handoff
from bot.messages import Kind, Reply
from bot.regimen_rows import DueDose, due_dose_of
from bot.reminder_words import line, listed
from bot.settling import follow_up, with_regimen
from bot.statements import FAILED, PARKED, QUEUED, SENDING, SENT
from bot.tables import outbox
from bot.writing import conversations_of, write_each
from schedules.clock import local
from schedules.doses import Outcome

IN_A_ROW = 3  # misses of one medicine that a nurse is told of
LOOK_BACK = timedelta(days=60)
NOT_COUNTED = (Outcome.SNOOZED.value, Outcome.CANCELLED.value, Outcome.UNDELIVERABLE.value)


async def end_late(databases: Databases, clinic: str, at: datetime, limit: int) -> Told | None:
    """End up to `limit` open doses whose time is over; what people were told. None: there were none."""
    async with databases.of(clinic).begin() as connection:
        found = await _over(connection, clinic, at, limit)
        if not found:
            return None
        heard = await _heard(connection, clinic, [dose for dose in found if dose.round])
        missed = [dose for dose in found if dose.id in heard]
        lost = [dose for dose in found if dose.id not in heard]
        for some, outcome in ((missed, Outcome.MISSED), (lost, Outcome.UNDELIVERABLE)):
            await _end(connection, clinic, some, outcome, at)
            await follow_up(connection, clinic, some, outcome, at)
        withdrawn = await _withdraw(connection, clinic, {dose.round for dose in lost if dose.round}, at)
        people = await conversations_of(connection, clinic, list({dose.conversation for dose in found}))
        await _tell_of_misses(connection, clinic, missed, people, at)
        return await _own_up(connection, clinic, lost, withdrawn, people, at)


async def _over(connection: AsyncConnection, clinic: str, at: datetime, limit: int) -> Sequence[DueDose]:
    query = with_regimen(clinic, doses.c.outcome.is_(None), doses.c.late_until < at)
    query = query.order_by(doses.c.late_until).limit(limit).with_for_update(of=doses, skip_locked=True)
    return [due_dose_of(row) for row in await connection.execute(query)]


async def _heard(connection: AsyncConnection, clinic: str, told: Sequence[DueDose]) -> set[str]:
    """Ids of the doses of which the person was told by a message that has left."""
    left = and_(outbox.c.clinic == rounds.c.clinic, outbox.c.message == rounds.c.message, outbox.c.status == SENT)
    of_them = and_(rounds.c.clinic == clinic, rounds.c.id.in_({dose.round for dose in told}))
    sent = set((await connection.execute(select(rounds.c.id).join(outbox, left).where(of_them))).scalars())
    return {dose.id for dose in told if dose.round in sent}


async def _end(
    connection: AsyncConnection, clinic: str, ended: Sequence[DueDose], outcome: Outcome, at: datetime
) -> None:
    this = and_(doses.c.clinic == clinic, doses.c.id.in_([dose.id for dose in ended]))
    if ended:
        await connection.execute(update(doses).where(this).values(outcome=outcome.value, outcome_at=at))


async def _withdraw(connection: AsyncConnection, clinic: str, told: Collection[str], at: datetime) -> set[str]:
    """Reminders that wait to leave must not call for what is over; ids of the rounds whose reminder will not leave."""
    still_open = select(doses.c.round).where(
        doses.c.clinic == clinic, doses.c.round.in_(told), doses.c.outcome.is_(None)
    )
    over = and_(rounds.c.clinic == clinic, rounds.c.id.in_(told), rounds.c.id.not_in(still_open))
    of_message = {
        row.message: row.id for row in await connection.execute(select(rounds.c.id, rounds.c.message).where(over))
    }
    left_lying = and_(outbox.c.status == SENDING, outbox.c.next_at <= at)  # by a courier that was killed
    waiting = or_(outbox.c.status.in_((QUEUED, PARKED)), left_lying)
    of_them = and_(outbox.c.clinic == clinic, outbox.c.message.in_(of_message))
    change = update(outbox).where(of_them, waiting).values(status=FAILED).returning(outbox.c.message)
    return {of_message[message] for message in (await connection.execute(change)).scalars()}


async def _tell_of_misses(
    connection: AsyncConnection,
    clinic: str,
    missed: Sequence[DueDose],
    people: Mapping[str, Conversation],
    at: datetime,
) -> None:
    rows = await _misses_in_a_row(connection, clinic, {dose.regimen for dose in missed}, at)
    for dose in missed:
        if rows[dose.regimen] == IN_A_ROW and dose.conversation in people:
            reason = phrases.NURSE_MISSED.format(times=IN_A_ROW, what=line(dose))
            await _tell_nurse(connection, people[dose.conversation], reason, at)


async def _misses_in_a_row(
    connection: AsyncConnection, clinic: str, which: Iterable[str], at: datetime
) -> Mapping[str, int]:
    """Up to one more than matters, by regimen."""
    ended = and_(doses.c.outcome.is_not(None), doses.c.outcome.not_in(NOT_COUNTED), doses.c.due_at > at - LOOK_BACK)
    mine = and_(doses.c.clinic == clinic, doses.c.regimen.in_(set(which)), ended)
    query = select(doses.c.regimen, doses.c.outcome).where(mine).order_by(doses.c.due_at.desc())
    counts, broken = Counter[str](), set()
    for row in await connection.execute(query):
        if row.outcome != Outcome.MISSED.value:
            broken.add(row.regimen)
        elif row.regimen not in broken:
            counts[row.regimen] += 1
    return counts


async def _own_up(
    connection: AsyncConnection, clinic: str, lost: Sequence[DueDose], withdrawn: Collection[str],
    people: Mapping[str, Conversation], at: datetime,
) -> Told:  # fmt: skip
    """Tell the people of what they were never told."""
    never_told: dict[str, list[DueDose]] = defaultdict(list)
    for dose in lost:
        if dose.critical and dose.conversation in people:
            reason = phrases.NURSE_UNDELIVERED.format(time=f"{local(dose.planned_at):%H:%M}", what=line(dose))
            await _tell_nurse(connection, people[dose.conversation], reason, at)
        if (dose.round is None or dose.round in withdrawn) and dose.conversation in people:
            never_told[dose.conversation].append(dose)
    replies = [
        (people[key], Reply(phrases.REMINDER_LOST.format(what=listed(found)), kind=Kind.REMINDER))
        for key, found in never_told.items()
    ]
    written = await write_each(connection, clinic, replies, at)
    return [(conversation, message) for (conversation, _), message in zip(replies, written, strict=True)]


async def _tell_nurse(connection: AsyncConnection, conversation: Conversation, reason: str, at: datetime) -> None:
    await request_handoff(connection, conversation, Urgency.ASKED, reason, reason, at, quiet=True)
