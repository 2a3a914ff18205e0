"""Everything that was heard in one sentence, and the refusal to make a timing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from schedules.amounts import Amount
from schedules.courses import Course
from schedules.meal_words import Tied
from schedules.pieces import ClockPiece, DayPart, DayPiece, PartPiece
from schedules.problems import RegimenProblem as Wrong
from schedules.rhythm_words import Rhythm
from schedules.when import AnyPiece, When


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything heard in one sentence."""

    rhythm: Rhythm
    ties: Sequence[Tied]
    course: Course
    pieces: Sequence[AnyPiece]
    """Days, parts and clock times that are left when the rest is taken out, corrections applied."""
    when: When | None
    """The same, read as one moment."""
    at: datetime
    timezone: ZoneInfo
    order: bool = False
    """A doctor's order, complete as it stands: 每周2次 leaves the days open, 早上1片 means every morning."""
    total: Amount | None = None
    """Amount of a whole day (每天1片)."""
    whole: bool = False
    """A day's amount that is taken at once, by the convention of what was said (a taper)."""


class Refused(Exception):
    """这句话还不能变成用药时间。"""

    def __init__(self, problem: Wrong) -> None:
        super().__init__(problem.question)
        self.problem = problem


def loose_parts(pieces: Sequence[AnyPiece]) -> list[DayPart]:
    """Parts of the day that no clock time follows: 早上吃, but not 早上8点."""
    following = [*pieces, None][1:]
    return [
        piece.part
        for piece, after in zip(pieces, following, strict=True)
        if isinstance(piece, PartPiece) and not isinstance(after, ClockPiece)
    ]


def several_days(heard: Heard) -> bool:
    return len([piece for piece in heard.pieces if isinstance(piece, DayPiece)]) > 1


def count_said(rhythm: Rhythm) -> int | None:
    if len(rhythm.counts) > 1:
        raise Refused(Wrong.CONTRADICTION)
    return next(iter(rhythm.counts), None)
