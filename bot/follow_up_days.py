"""One day of a follow-up as it stands, and what a beat does about it.

A question is a notice, not a reminder: where a channel's window is closed it waits for the person's next word, and what
is never answered ends at a nurse's.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import follow_up_words as words
from bot.messages import Button, Kind, Reply
from bot.occasion_rows import Occasion, Status
from bot.occasions import Next, Task
from knowledge.follow_ups import FollowUp, FollowUpBook
from schedules.follow_ups import again_at


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a plan."""

    occasion: str  # id
    plan: str  # id
    follow_up: str
    title: str
    day: int  # after discharge
    due_at: datetime  # UTC
    status: Status
    questions: tuple[str, ...]  # ids, in the order of asking
    answers: Mapping[str, int]  # number of the choice by question, 0 the first
    score: int

    def question(self, about: FollowUp) -> Reply | None:
        """The first question without an answer; None when all are answered."""
        left = [(n, each) for n, each in enumerate(self.questions, 1) if each not in self.answers]
        for number, each in left:
            if (asked := about.question(each)) is not None:
                args = {"occasion": self.occasion, "question": each}
                buttons = [
                    Button(choice.say, command=words.COMMAND, args=args | {"choice": str(n)})
                    for n, choice in enumerate(asked.choices)
                ]
                said = words.QUESTION.format(number=number, count=len(self.questions), ask=asked.ask)
                return Reply(said, tuple(buttons))
        return None

    def bad(self, about: FollowUp) -> bool:
        """Whether an answer of this day went to a nurse."""
        given = ((about.question(each), choice) for each, choice in self.answers.items())
        return any(asked.is_bad(choice) for asked, choice in given if asked)


def day_of(occasion: Occasion, book: FollowUpBook) -> Day:
    """A day as its occasion tells it."""
    body, answers = occasion.body, json.loads(occasion.answer or "{}")
    about = book.get(str(body["follow_up"]))
    return Day(
        occasion.id, occasion.subject, str(body["follow_up"]), str(body["title"]), int(body["day"]), occasion.due_at,
        occasion.status, tuple(body["questions"]), answers, about.score(answers) if about else 0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FollowUpDays:
    """Asks, asks once more, and then leaves it to a nurse."""

    book: Callable[[], FollowUpBook]

    async def look(
        self, _connection: AsyncConnection, _clinic: str, found: Sequence[Occasion], at: datetime
    ) -> Sequence[Next]:
        """What becomes of each."""
        return [self._next(each, at) for each in found]

    def _next(self, each: Occasion, at: datetime) -> Next:
        day = day_of(each, self.book())
        about = self.book().get(day.follow_up)
        question = day.question(about) if about else None
        if question is None or (each.status is Status.WAITING and at >= each.until):
            return _left(each, words.TASK_NOT_SENT.format(day=day.day, title=day.title))
        if each.body["again"]:
            answered = {"answered": len(day.answers), "count": len(day.questions)}
            return _left(each, words.TASK_SILENT.format(day=day.day, title=day.title, **answered))
        again = each.status is Status.TOLD
        said = _again(question) if again else _first(day, question)
        told = replace(each, status=Status.TOLD, next_at=again_at(at), body={**each.body, "again": again})
        return Next(told, said)


def _first(day: Day, question: Reply) -> Reply:
    _, _, ask = question.text.partition("：")
    said = words.GREETING.format(day=day.day, count=len(day.questions), ask=ask)
    return replace(question, text=said, kind=Kind.NOTICE)


def _again(question: Reply) -> Reply:
    return replace(question, text=words.AGAIN.format(ask=question.text), kind=Kind.NOTICE)


def _left(each: Occasion, reason: str) -> Next:
    """A nurse asks instead."""
    return Next(replace(each, status=Status.TOO_LATE, next_at=None), task=Task(reason))
