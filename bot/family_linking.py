"""How somebody of the family comes to be told of doses, and how that ends: both agree, and either may end it.

The patient asks for a code (ten minutes, one use, kept only as a keyed hash); the member types it where they are, reads
what they will see and agrees; the patient sees who it is and agrees once more. A code has six digits, to be told on the
telephone: whoever guesses one is shown to the patient before anything is told, and may try only a few.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import family_phrases as words
from bot import family_rows as rows
from bot.audit import write_audit
from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import families
from bot.families import MOST, Member, members_of, standing
from bot.family_words import new_code, patients_of
from bot.messages import Button, Kind, Message, Reply
from bot.store import write_replies
from bot.whereabouts import latest_of
from bot.writing import conversations_of

CODE_LIFE = timedelta(minutes=10)
ANSWER_LIFE = timedelta(hours=24)  # for the patient, after the member has agreed
MOST_WRONG = 5  # codes that one person may try within CODE_LIFE
TRIES = 20  # until a free code is found; one would do in a clinic with fewer than half a million of them


class Verdict(StrEnum):
    """What became of a wish."""

    FREE = "free"  # the member may agree
    WAITING = "waiting"  # the member has agreed, the patient is asked
    AGREED = "agreed"
    ENDED = "ended"
    ALREADY = "already"
    ONESELF = "oneself"
    FULL = "full"
    TRIED = "tried"  # too many wrong codes
    GONE = "gone"  # unknown, expired, used by somebody else, over


@dataclass(frozen=True, slots=True)
class Found:
    """A request as it stands. `offer` names a code without telling it."""

    verdict: Verdict
    offer: str = ""
    called: str = ""  # the member, by the patient
    patient: str = ""  # the patient, by the member
    channel: str = ""  # where the member is


@dataclass(frozen=True, slots=True)
class FamilyLinking:
    """Codes and consents. Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation: Outcomes.tell_message

    async def offer(self, conversation: Conversation, called: str, at: datetime) -> str | None:
        """A new code for whom the patient calls so; None when the family is full."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            await rows.alone(connection, conversation.clinic, conversation.person)
            if len(await self._members(connection, conversation)) >= MOST:
                return None
            code = await self._free_code(connection, conversation.clinic, at)
            hashed = self._hash(conversation.clinic, code)
            await rows.put_offer(connection, conversation, called, hashed, at, at + CODE_LIFE)
        return code

    async def look(self, conversation: Conversation, code: str, at: datetime) -> Found:
        """What somebody who typed a code can do with it; a wrong one is counted."""
        hashed = self._hash(conversation.clinic, code)
        async with self.databases.of(conversation.clinic).begin() as connection:
            if await rows.wrong_codes(connection, conversation, at - CODE_LIFE) >= MOST_WRONG:
                return Found(Verdict.TRIED)
            found = await self._judge(connection, conversation, hashed, at)
            if found.verdict is Verdict.GONE:
                clinic = conversation.clinic
                await write_audit(connection, clinic, "family", rows.WRONG_CODE, conversation.id, at)
        return found

    async def join(self, conversation: Conversation, offer: str, patient: str, at: datetime) -> Found:
        """The member agrees; the patient is asked in the same transaction. Said again it changes nothing."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            found = await self._judge(connection, conversation, offer, at)
            row = await rows.offered(connection, conversation.clinic, offer)
            if found.verdict is not Verdict.FREE or row is None:
                return found
            to = await latest_of(connection, conversation.clinic, row["person"])
            whose = patient if patient in patients_of(row["called"]) else patients_of(row["called"])[0]
            until = at + ANSWER_LIFE
            if to is None or not await rows.take_offer(connection, conversation, row["id"], whose, at, until):
                return Found(Verdict.GONE)
            await self._consented(connection, conversation, row, "family_member_agreed", at)
            said = await _say(connection, to, _question(row, conversation), at)
        await self.tell(to, said)
        return Found(Verdict.WAITING)

    async def agree(self, conversation: Conversation, family: str, at: datetime) -> Found:
        """The patient agrees; from now on the member is told. Said again it changes nothing."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            await rows.alone(connection, conversation.clinic, conversation.person)
            row = await self._own(connection, conversation, family)
            if row is None or row["left_at"] or not (row["agreed_at"] or row["until"] > at):
                return Found(Verdict.GONE)
            to = (await conversations_of(connection, conversation.clinic, [row["conversation"]]))[row["conversation"]]
            found = Found(Verdict.AGREED, called=row["called"], channel=to.address.channel)
            if row["agreed_at"]:
                return found
            if refused := await self._no_room(connection, conversation, row, at):
                return refused
            await rows.agree(connection, conversation.clinic, family, at)
            await self._consented(connection, conversation, row, "family_agreed", at)
            said = await _say(connection, to, Reply(words.MEMBER_BEGUN.format(patient=row["patient"])), at)
        await self.tell(to, said)
        return found

    async def refuse(self, conversation: Conversation, family: str, at: datetime) -> Found:
        """The patient does not agree; the member is told so. Said again it changes nothing."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            row = await self._own(connection, conversation, family)
            if row is None or row["agreed_at"]:
                return Found(Verdict.GONE)
            found = Found(Verdict.ENDED, called=row["called"])
            if not await rows.leave(connection, conversation.clinic, family, at):
                return found
            await self._consented(connection, conversation, row, "family_refused", at)
            to = (await conversations_of(connection, conversation.clinic, [row["conversation"]]))[row["conversation"]]
            said = await _say(connection, to, Reply(words.MEMBER_REFUSED), at)
        await self.tell(to, said)
        return found

    async def told(self, conversation: Conversation) -> Sequence[Member]:
        """Who of the family is told of this person."""
        async with self.databases.of(conversation.clinic).read() as connection:
            return await self._members(connection, conversation)

    async def patients(self, conversation: Conversation) -> Sequence[Member]:
        """Of whom this person is told."""
        async with self.databases.of(conversation.clinic).read() as connection:
            return await standing(connection, conversation.clinic, families.c.member == conversation.person)

    async def end(self, conversation: Conversation, ending: Sequence[Member], at: datetime) -> None:
        """The patient, or the member, wants no more of it; the other side is told."""
        told = []
        async with self.databases.of(conversation.clinic).begin() as connection:
            for one in ending:
                by_patient = conversation.person == one.person
                if not await rows.leave(connection, conversation.clinic, one.id, at):
                    continue
                actor = "patient" if by_patient else "family"
                await write_audit(connection, conversation.clinic, actor, "family_ended", one.id, at)
                if to := await _other_side(connection, conversation.clinic, one, by_patient=by_patient):
                    said = words.MEMBER_ENDED if by_patient else words.PATIENT_LEFT
                    reply = Reply(said.format(patient=one.patient, called=one.called))
                    told.append((to, await _say(connection, to, reply, at)))
        for to, message in told:
            await self.tell(to, message)

    async def _judge(self, connection: AsyncConnection, conversation: Conversation, code: str, at: datetime) -> Found:
        row = await rows.offered(connection, conversation.clinic, code)
        if row is None or row["left_at"] or row["until"] <= at:
            return Found(Verdict.GONE)
        if row["person"] == conversation.person:
            return Found(Verdict.ONESELF)
        if row["member"] is not None:
            mine = row["member"] == conversation.person
            return Found((Verdict.ALREADY if row["agreed_at"] else Verdict.WAITING) if mine else Verdict.GONE)
        members = (await members_of(connection, conversation.clinic, [row["person"]])).get(row["person"], ())
        if any(one.member == conversation.person for one in members):
            return Found(Verdict.ALREADY)
        return Found(Verdict.FULL if len(members) >= MOST else Verdict.FREE, code, row["called"])

    async def _no_room(
        self, connection: AsyncConnection, conversation: Conversation, row: RowMapping, at: datetime
    ) -> Found | None:
        """Why one more can't be told now: five are, or this one is already."""
        members = await self._members(connection, conversation)
        if any(one.member == row["member"] for one in members):
            await rows.leave(connection, conversation.clinic, row["id"], at)
            return Found(Verdict.ALREADY, called=row["called"])
        return Found(Verdict.FULL) if len(members) >= MOST else None

    async def _members(self, connection: AsyncConnection, conversation: Conversation) -> Sequence[Member]:
        found = await members_of(connection, conversation.clinic, [conversation.person])
        return found.get(conversation.person, ())

    async def _own(self, connection: AsyncConnection, conversation: Conversation, family: str) -> RowMapping | None:
        """The patient's own row with a member."""
        row = await rows.row_of(connection, conversation.clinic, family)
        return row if row and row["person"] == conversation.person and row["member"] else None

    async def _free_code(self, connection: AsyncConnection, clinic: str, at: datetime) -> str:
        for _ in range(TRIES):
            code = new_code()
            other = await rows.offered(connection, clinic, self._hash(clinic, code))
            if other is None or other["until"] <= at:
                return code
        raise RuntimeError("no code is free")

    async def _consented(
        self, connection: AsyncConnection, conversation: Conversation, row: RowMapping, action: str, at: datetime
    ) -> None:
        actor = "patient" if conversation.person == row["person"] else "family"
        detail = {"conversation": conversation.id}
        await write_audit(connection, conversation.clinic, actor, action, row["id"], at, detail)

    def _hash(self, clinic: str, code: str) -> str:
        return self.databases.of(clinic).keyring.blind_index(f"family:{code}")


def _question(row: RowMapping, member: Conversation) -> Reply:
    """Shown to the patient: who it is, and where."""
    who = f"{row['called']}（{words.name_of(member.address.channel)}）"
    args = {"family": row["id"]}
    buttons = (
        Button(words.PATIENT_AGREES, command="family_agree", args=args),
        Button(words.PATIENT_REFUSES, command="family_refuse", args=args),
    )
    return Reply(words.ASK_PATIENT.format(who=who, called=row["called"]), buttons)


async def _other_side(
    connection: AsyncConnection, clinic: str, one: Member, *, by_patient: bool
) -> Conversation | None:
    if not by_patient:
        return await latest_of(connection, clinic, one.person)
    return (await conversations_of(connection, clinic, [one.conversation])).get(one.conversation)


async def _say(connection: AsyncConnection, to: Conversation, reply: Reply, at: datetime) -> Message:
    notice = Reply(reply.text, reply.buttons, kind=Kind.NOTICE)
    (written,) = await write_replies(connection, to, (notice,), at)
    return written
