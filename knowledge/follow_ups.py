"""Follow-up after discharge: what is asked of whom, what each answer means, and what is then said.

Data in `data/follow_ups.yml`. Each answer has a score, 0 for all is well; from `bad` on it goes to a nurse at once with
the reason, and the person is told what to do. None of it replaces the hospital's own doctors, who read it first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.sources import Source, read_source
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, unique

FILE: Final = "follow_ups.yml"
_MOST_ANSWERS: Final = 6
_LABEL: Final = 20  # characters of an answer: it stands on a button


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose."""

    say: str
    score: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a follow-up."""

    id: str
    ask: str
    choices: tuple[Choice, ...]
    bad: int
    """This score or more is a nurse's matter."""
    why: str
    """For the nurse: what a bad answer may mean."""
    words: str
    """For the person: what to do now, and when to go to the emergency room."""
    urgent: bool
    """A bad answer is an emergency."""
    days: tuple[int, ...]
    """Days after discharge on which it is asked."""

    def is_bad(self, choice: int) -> bool:
        """Whether the answer of this number (0 the first) goes to a nurse."""
        return self.choices[choice].score >= self.bad


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is asked after one kind of stay."""

    id: str
    title: str
    days: tuple[int, ...]
    questions: tuple[Question, ...]
    sources: tuple[Source, ...]
    reviewer: str
    """Who of the hospital has read it, or that nobody has."""

    def on_day(self, day: int) -> tuple[Question, ...]:
        """The questions of a day after discharge; on a day of the nurse's own choice all of them."""
        return tuple(one for one in self.questions if day in one.days or day not in self.days)

    def question(self, question_id: str) -> Question | None:
        """A question by its id."""
        return next((one for one in self.questions if one.id == question_id), None)

    def score(self, answers: Mapping[str, int]) -> int:
        """The sum of the scores of answers (question id to number of the choice)."""
        known = ((self.question(each), choice) for each, choice in answers.items())
        return sum(question.choices[choice].score for question, choice in known if question)


FollowUpBook = Mapping[str, FollowUp]


def load_follow_ups(folder: Path | None = None) -> FollowUpBook:
    """Read follow_ups.yml of a data folder. Raises BadDataError."""
    raw = read_yaml((folder or DATA) / FILE)
    try:
        sources = {key: read_source({"reviewed": raw["reviewed"], **one}) for key, one in raw["sources"].items()}
        return {id: _follow_up(id, one, sources, raw["reviewer"]) for id, one in raw["follow_ups"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataError(f"{FILE}: {error}") from error


def _follow_up(id: str, raw: Mapping[str, Any], sources: Mapping[str, Source], reviewer: str) -> FollowUp:
    days = tuple(sorted(required(raw, "days", id)))
    if any(not isinstance(day, int) or day < 1 for day in days):
        raise ValueError(f"{id}: days {days}")
    questions = tuple(_question(one, days, id) for one in required(raw, "questions", id))
    unique([one.id for one in questions], id)
    named = tuple(sources[key] for key in required(raw, "source", id))
    found = FollowUp(id, required(raw, "title", id), days, questions, named, str(raw.get("reviewer", reviewer)))
    if not all(found.on_day(day) for day in days):
        raise ValueError(f"{id}: a day without questions")
    return found


def _question(raw: Mapping[str, Any], days: Sequence[int], where: str) -> Question:
    where = f"{where}/{raw.get('id')}"
    choices = tuple(Choice(str(one["say"]), int(one["score"])) for one in required(raw, "answers", where))
    bad, asked_on = int(required(raw, "bad", where)), tuple(raw.get("days", days))
    scores = {one.score for one in choices}
    if not (2 <= len(choices) <= _MOST_ANSWERS and min(scores) == 0 and max(scores) >= bad > 0):
        raise ValueError(f"{where}: nobody can answer well, or nobody badly")
    if not set(asked_on) <= set(days) or any(len(one.say) > _LABEL for one in choices):
        raise ValueError(f"{where}: a day that is none of it, or an answer too long for a button")
    words = [str(required(raw, key, where)) for key in ("id", "ask", "why", "words")]
    return Question(words[0], words[1], choices, bad, words[2], words[3], raw.get("urgent", False) is True, asked_on)
