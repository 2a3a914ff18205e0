"""One step of the ladder for many rounds: what is known of each, who is told what. Within the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import phrases
from bot.conversation import Conversation, Urgency
from bot.families import Member, members_of
from bot.habits import USUAL, Habits, habits_of
from bot.handoffs import request_handoff
from bot.messages import Button, Kind, Message, Reply
from bot.reminder_words import line, reminder
from bot.round_rows import Round, save
from bot.statements import SENT
from bot.store import write_replies
from bot.tables import outbox
from bot.writing import conversations_of, write_each
from schedules.clock import local
from schedules.ladder import NO_QUIET, Known, Quiet, Rung, Step

Told = Sequence[tuple[Conversation, Message]]


async def know(
    connection: AsyncConnection, clinic: str, found: Sequence[Round], at: datetime
) -> tuple[Mapping[str, Known], Mapping[str, Habits]]:
    """What the ladder has to know of each round, by its id; and the habits of the people, by person."""
    people = [each.conversation.person for each in found]
    told = await habits_of(connection, clinic, people)
    family = await members_of(connection, clinic, people)
    query = select(outbox.c.message).where(
        outbox.c.clinic == clinic, outbox.c.message.in_([each.message for each in found]), outbox.c.status == SENT
    )
    heard = set((await connection.execute(query)).scalars()) if any(each.message for each in found) else set()
    known = {}
    for each in found:
        habits = told.get(each.conversation.person, USUAL)
        known[each.id] = Known(
            critical=any(dose.critical for dose in each.open),
            family=each.conversation.person in family,
            heard=each.message in heard,
            quiet=_quiet(each, habits, at),
            timezone=habits.timezone,
        )
    return known, told


def _quiet(each: Round, habits: Habits, at: datetime) -> Quiet:
    """A first reminder waits for the end of the quiet hours only where its doses can: nothing is lost by silence."""
    wakes_at = habits.quiet.ends_after(at, habits.timezone)
    patient = wakes_at is None or each.climb.told or all(dose.late_until > wakes_at for dose in each.open)
    return habits.quiet if patient else NO_QUIET


async def take_steps(
    connection: AsyncConnection, clinic: str, found: Sequence[Round], steps: Mapping[str, Step],
    told: Mapping[str, Habits], at: datetime,
) -> Told:  # fmt: skip
    """Do what each round's step says, and keep how far it has climbed; what was written."""
    to_person = [each for each in found if steps[each.id].rung is Rung.PERSON]
    replies = [
        (each.conversation, reminder(each.id, each.open, each.climb.told, at, _habits(told, each).timezone))
        for each in to_person
    ]
    written = await write_each(connection, clinic, replies, at)
    sent = {each.id: message.id for each, message in zip(to_person, written, strict=True)}
    family = await _tell_families(connection, clinic, [e for e in found if steps[e.id].rung is Rung.FAMILY], told, at)
    for each in found:
        if steps[each.id].rung is Rung.NURSE:
            await _tell_nurse(connection, each, _habits(told, each), at)
    await save(connection, clinic, found, steps, sent)
    return [*((each.conversation, message) for each, message in zip(to_person, written, strict=True)), *family]


def _habits(told: Mapping[str, Habits], each: Round) -> Habits:
    return told.get(each.conversation.person, USUAL)


async def _tell_families(
    connection: AsyncConnection, clinic: str, found: Sequence[Round], told: Mapping[str, Habits], at: datetime
) -> Told:
    if not found:
        return ()
    members = await members_of(connection, clinic, [each.conversation.person for each in found])
    theirs = await conversations_of(connection, clinic, [one.conversation for each in members.values() for one in each])
    written: list[tuple[Conversation, Message]] = []
    for each in found:
        for member in members.get(each.conversation.person, ()):
            if conversation := theirs.get(member.conversation):
                reply = _to_family(each, member, _habits(told, each))
                written += [(conversation, one) for one in await write_replies(connection, conversation, (reply,), at)]
    return written


def _to_family(each: Round, member: Member, habits: Habits) -> Reply:
    args = {"round": each.id, "family": member.id}
    text = phrases.FAMILY_TOLD.format(
        patient=member.patient, time=f"{local(each.due_at, habits.timezone):%H:%M}",
        what="、".join(line(dose) for dose in each.open),
    )  # fmt: skip
    buttons = (
        Button(phrases.FAMILY_TAKEN, command="family_taken", args=args),
        Button(phrases.FAMILY_SEES, command="family_sees", args=args),
    )
    return Reply(text, buttons, kind=Kind.REMINDER)


async def _tell_nurse(connection: AsyncConnection, each: Round, habits: Habits, at: datetime) -> None:
    what = "、".join(line(dose) for dose in each.open)
    time = f"{local(each.due_at, habits.timezone):%H:%M}"
    also = phrases.NURSE_FAMILY_TOLD if each.climb.family_told else ""
    reason = phrases.NURSE_UNCONFIRMED.format(time=time, what=what, times=each.climb.told, also=also)
    await request_handoff(connection, each.conversation, Urgency.ASKED, reason, reason, at, quiet=True)
