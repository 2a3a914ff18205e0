"""Follow-up after discharge: a nurse sets it, the questions come in the patient's chat, bad answers go to a nurse.

Each day of a plan is one occasion. Its body names the questions, its answer holds the choices by question; the first
question without a choice is the one that is being asked. A choice pressed again changes nothing, another one corrects.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import follow_up_words as words
from bot.audit import write_audit
from bot.conversation import Conversation, Urgency
from bot.db import Databases
from bot.dose_tables import occasions
from bot.errors import BadInput, NotFound, UnknownButton
from bot.follow_up_days import Day, day_of
from bot.handoffs import request_handoff
from bot.messages import Button, Kind, Message, Reply
from bot.occasion_rows import Occasion, OccasionKind, Status, cancel, keep, note, of_subjects, one
from bot.store import write_replies
from knowledge.follow_ups import FollowUp, FollowUpBook, Question
from schedules.clock import local
from schedules.follow_ups import LASTS, LONGEST, again_at, moments

LONGEST_AGO = timedelta(days=LONGEST)


class NoSuchFollowUp(NotFound):
    """没有这个随访方案。"""


class NothingAhead(BadInput):
    """这个随访方案的日子都过了，请核对出院日期。"""


class WrongDischarge(BadInput):
    """出院日期不对：不能晚于明天，也不能早于三个月前。"""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The plans. Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    book: Callable[[], FollowUpBook]
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation: Outcomes.tell_message

    async def plan(
        self, conversation: Conversation, follow_up: str, discharged: date, nurse: str, at: datetime,
        days: Sequence[int] = (),
    ) -> Sequence[Day]:  # fmt: skip
        """Set the days that lie ahead and tell the patient; set again it changes nothing.

        Raises NoSuchFollowUp, WrongDischarge, NothingAhead; ValueError for days that are none.
        """
        about = self._of(follow_up)
        today = local(at).date()
        if not today - LONGEST_AGO <= discharged <= today + timedelta(days=1):
            raise WrongDischarge
        ahead = moments(discharged, days or about.days, at)
        if not ahead:
            raise NothingAhead
        plan = _plan_id(conversation.person, follow_up, discharged)
        new = [_occasion(conversation, plan, about, day, when) for day, when in ahead]
        async with self.databases.of(conversation.clinic).begin() as connection:
            told = []
            if await note(connection, conversation.clinic, new):
                detail = {"follow_up": follow_up, "conversation": conversation.id}
                await write_audit(connection, conversation.clinic, nurse, "follow_up_planned", plan, at, detail)
                reply = _planned(about, [day for day, _ in ahead], plan, nurse)
                told = list(await write_replies(connection, conversation, (reply,), at))
            found = await of_subjects(connection, conversation.clinic, OccasionKind.FOLLOW_UP, [plan])
        for message in told:
            await self.tell(conversation, message)
        return [day_of(each, self.book()) for each in found]

    async def days(self, clinic: str, person: str) -> Sequence[Day]:
        """All days of all plans of a person, with what was answered, in the order of time."""
        mine = and_(occasions.c.person == person, occasions.c.kind == OccasionKind.FOLLOW_UP)
        async with self.databases.of(clinic).read() as connection:
            query = select(occasions.c.subject).where(occasions.c.clinic == clinic, mine).distinct()
            plans = list((await connection.execute(query)).scalars())
            found = await of_subjects(connection, clinic, OccasionKind.FOLLOW_UP, plans)
        return [day_of(each, self.book()) for each in found]

    async def stop(self, conversation: Conversation, plan: str, at: datetime, actor: str = "patient") -> int:
        """No more questions of this plan; how many days were left. A nurse hears of who does not want them."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            found = await of_subjects(connection, conversation.clinic, OccasionKind.FOLLOW_UP, [plan])
            if not found or found[0].person != conversation.person:
                raise UnknownButton
            stopped = await cancel(connection, conversation.clinic, OccasionKind.FOLLOW_UP, plan)
            if stopped:
                await write_audit(connection, conversation.clinic, actor, "follow_up_stopped", plan, at)
            if stopped and actor == "patient":
                reason = words.TASK_STOPPED.format(title=found[0].body["title"])
                await request_handoff(connection, conversation, Urgency.ASKED, reason, reason, at, quiet=True)
        return stopped

    async def answer(
        self, conversation: Conversation, occasion: str, question: str, choice: int, at: datetime
    ) -> Sequence[Reply]:
        """Note an answer; what is said to it, and the next question. Raises UnknownButton for somebody else's."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            found = await one(connection, conversation.clinic, occasion)
            if found is None or found.kind is not OccasionKind.FOLLOW_UP or found.person != conversation.person:
                raise UnknownButton
            about = self.book().get(str(found.body["follow_up"]))
            asked = about.question(question) if about and question in found.body["questions"] else None
            if about is None or asked is None or not 0 <= choice < len(asked.choices):
                raise UnknownButton
            if found.status not in (Status.TOLD, Status.ANSWERED) or at >= found.until + LASTS:
                return (Reply(words.OVER),)
            day = day_of(found, self.book())
            if day.answers.get(question) != choice:
                day = await self._keep(connection, conversation, found, about, asked, choice, at)
            ahead = await _days_ahead(connection, conversation.clinic, found)
        return _said(about, asked, choice, day, ahead)

    async def _keep(
        self, connection: AsyncConnection, conversation: Conversation, found: Occasion, about: FollowUp,
        asked: Question, choice: int, at: datetime,
    ) -> Day:  # fmt: skip
        answers = {**day_of(found, self.book()).answers, asked.id: choice}
        done = all(each in answers for each in found.body["questions"])
        kept = replace(
            found, answer=json.dumps(answers), body={**found.body, "again": False},
            status=Status.ANSWERED if done else Status.TOLD, next_at=None if done else again_at(at),
        )  # fmt: skip
        await keep(connection, conversation.clinic, kept)
        if asked.is_bad(choice):
            await _tell_nurse(connection, conversation, about, asked, choice, int(found.body["day"]), at)
        if done and found.status is not Status.ANSWERED:
            detail = {"score": str(about.score(answers))}
            await write_audit(connection, conversation.clinic, "patient", "follow_up_answered", found.id, at, detail)
        return day_of(kept, self.book())

    def _of(self, follow_up: str) -> FollowUp:
        if (found := self.book().get(follow_up)) is None:
            raise NoSuchFollowUp
        return found


def _plan_id(person: str, follow_up: str, discharged: date) -> str:
    """The same for the same stay: a nurse's second press sets nothing twice."""
    return hashlib.sha256(f"{person}.{follow_up}.{discharged}".encode()).hexdigest()[:32]


def _occasion(conversation: Conversation, plan: str, about: FollowUp, day: int, when: datetime) -> Occasion:
    questions = [each.id for each in about.on_day(day)]
    body = {"follow_up": about.id, "title": about.title, "day": day, "questions": questions, "again": False}
    return Occasion(
        OccasionKind.FOLLOW_UP, conversation.person, conversation.id, plan, when, when + LASTS, body, next_at=when
    )


def _planned(about: FollowUp, days: Sequence[int], plan: str, nurse: str) -> Reply:
    said = words.PLANNED.format(nurse=nurse, title=about.title, days=words.days_said(days))
    stop = Button(words.NOT_WANTED, command="follow_up_stop", args={"plan": plan})
    return Reply(said, (stop,), kind=Kind.NOTICE)


async def _tell_nurse(
    connection: AsyncConnection, conversation: Conversation, about: FollowUp, asked: Question, choice: int, day: int,
    at: datetime,
) -> None:  # fmt: skip
    reason = words.TASK_BAD.format(
        day=day, title=about.title, ask=asked.ask, said=asked.choices[choice].say, why=asked.why
    )
    urgency = Urgency.RED_FLAG if asked.urgent else Urgency.ASKED
    await request_handoff(connection, conversation, urgency, reason, reason, at, quiet=True)


async def _days_ahead(connection: AsyncConnection, clinic: str, found: Occasion) -> Sequence[int]:
    plan = await of_subjects(connection, clinic, OccasionKind.FOLLOW_UP, [found.subject])
    return [int(each.body["day"]) for each in plan if each.status is Status.WAITING]


def _said(about: FollowUp, asked: Question, choice: int, day: Day, ahead: Sequence[int]) -> Sequence[Reply]:
    """What a bad answer calls for, then the next question or the end."""
    replies = []
    if asked.is_bad(choice):
        sentence = words.TOLD_NURSE_URGENT if asked.urgent else words.TOLD_NURSE
        kind = Kind.RED_FLAG if asked.urgent else Kind.NOTICE
        replies.append(Reply(sentence.format(words=asked.words), kind=kind))
    if (question := day.question(about)) is not None:
        return (*replies, question)
    following = words.NEXT.format(day=min(ahead)) if ahead else ""
    done = words.DONE if day.bad(about) else words.DONE_WELL
    return (*replies, Reply(done.format(next=following)))
