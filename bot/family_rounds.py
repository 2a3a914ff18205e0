"""What somebody of the family does about a round of doses that the patient has not confirmed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import family_phrases as words
from bot.audit import write_audit
from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import doses, families, rounds
from bot.errors import UnknownButton
from bot.families import Member, standing
from bot.messages import Kind, Message, Reply
from bot.regimen_rows import DueDose, due_dose_of
from bot.reminder_words import line
from bot.settling import CORRECTABLE, settle_dose, with_regimen
from bot.store import write_replies
from bot.tables import audit
from bot.writing import conversations_of
from schedules.doses import Outcome

SEES = "family_sees"
LOOK_BACK = timedelta(days=2)  # rounds are over by then


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a member's word."""

    member: Member
    taken: tuple[DueDose, ...] = ()  # by this word, or by it before
    too_late: bool = False  # the doses had ended by themselves


@dataclass(frozen=True, slots=True)
class FamilyRounds:
    """The buttons of a family's message. Raises UnknownButton for who is not, or no longer, of the patient's family."""

    databases: Databases
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation: Outcomes.tell_message
    waits: timedelta = timedelta(minutes=30)  # what a nurse waits once more for somebody who sees to it

    async def taken(self, conversation: Conversation, family: str, round_id: str, at: datetime) -> Reported:
        """The patient has taken what is still open: noted on their behalf, and they are told by whom."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            member = await self._member(connection, conversation, family)
            found = await _of_round(connection, conversation.clinic, round_id, member)
            settled = [
                await settle_dose(connection, conversation.clinic, dose.id, Outcome.TAKEN, at, person=member.person)
                for dose in found
                if dose.outcome is None
            ]
            ended = [each.dose for each in settled if each.changed]  # of the others somebody else was faster
            if not ended:
                late = not settled and any(dose.outcome in CORRECTABLE for dose in found)
                return Reported(member, too_late=late)
            detail = {"round": round_id, "doses": str(len(ended))}
            await write_audit(connection, conversation.clinic, "family", "family_taken", member.id, at, detail)
            told = await _tell_patient(connection, conversation.clinic, member, ended, at)
        for to, message in told:
            await self.tell(to, message)
        return Reported(member, tuple(ended))

    async def sees(self, conversation: Conversation, family: str, round_id: str, at: datetime) -> Reported:
        """The member will ask the patient: a nurse who would be told next waits once more, not again and again."""
        clinic = conversation.clinic
        async with self.databases.of(clinic).begin() as connection:
            member = await self._member(connection, conversation, family)
            await _of_round(connection, clinic, round_id, member)
            this = and_(rounds.c.clinic == clinic, rounds.c.id == round_id)
            await connection.execute(select(rounds.c.id).where(this).with_for_update())
            if not await _was_seen(connection, clinic, round_id, at):
                climbing = and_(rounds.c.next_at < at + self.waits, rounds.c.family_told, ~rounds.c.nurse_told)
                await connection.execute(update(rounds).where(this, climbing).values(next_at=at + self.waits))
                detail = {"family": member.id}
                await write_audit(connection, clinic, "family", SEES, round_id, at, detail)
        return Reported(member)

    async def _member(self, connection: AsyncConnection, conversation: Conversation, family: str) -> Member:
        mine = and_(families.c.id == family, families.c.member == conversation.person)
        found = await standing(connection, conversation.clinic, mine)
        if not found:
            raise UnknownButton
        return found[0]


async def _of_round(connection: AsyncConnection, clinic: str, round_id: str, member: Member) -> Sequence[DueDose]:
    """The patient's doses of a round. Raises UnknownButton when it is somebody else's."""
    query = with_regimen(clinic, doses.c.round == round_id, doses.c.person == member.person)
    found = [due_dose_of(row) for row in await connection.execute(query.order_by(doses.c.due_at, doses.c.id))]
    if not found:
        raise UnknownButton
    return found


async def _was_seen(connection: AsyncConnection, clinic: str, round_id: str, at: datetime) -> bool:
    seen = and_(audit.c.clinic == clinic, audit.c.at > at - LOOK_BACK, audit.c.action == SEES)
    query = select(func.count()).select_from(audit).where(seen, audit.c.subject == round_id)
    return bool((await connection.execute(query)).scalar_one())


async def _tell_patient(
    connection: AsyncConnection, clinic: str, member: Member, taken: Sequence[DueDose], at: datetime
) -> Sequence[tuple[Conversation, Message]]:
    to = (await conversations_of(connection, clinic, [taken[0].conversation])).get(taken[0].conversation)
    if to is None:
        return ()
    said = words.TOLD_PATIENT.format(called=member.called, what="、".join(line(dose) for dose in taken))
    (written,) = await write_replies(connection, to, (Reply(said, kind=Kind.NOTICE),), at)
    return [(to, written)]
