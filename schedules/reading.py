"""Reading the dose and timing of one drug from a sentence in Chinese.

Nothing is guessed: what is missing, contradictory or unsupported becomes a problem and the timing stays None. Rules
where the language is ambiguous (each is read back to the person):
- 隔天 and 每隔一天 are every second day, 每隔两天 every third; 每隔8小时 is every 8 hours.
- 一天三次 is spread by the person's day plan; 每天 without count, time or part of the day asks for the time.
- 早晚 are breakfast and supper time (MORN, EVE); 每晚 is EVE, qn is NIGHT, hs and 睡前 are HS.
- 饭后 with 一天两次 means breakfast and supper; with 一天一次 or no count the meal is asked for.
- 空腹 once a day is before breakfast. 饭后 beside clock times is kept as a note.
- A course (连服7天) without a day begins when it is said and keeps all takings of its last day.

An order (`read_order`) is a doctor's or a nurse's: nothing can be asked back at once, so what it leaves open is kept
open where FHIR can keep it (每周2次, 每月一次), 早上1片 means every morning, and nothing may be left unread.
- 每天1片 is once a day; 每天30mg without a count asks for one, except as a step of a taper, which is taken at once.
- 每日90mg分3次 is 30mg each; 一天不超过4片 is a limit, never the dose.
- 每4~6小时 as needed allows the next after four hours; as a plan it is refused.
- 7天后复查 says nothing of the course.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.amounts import Amount, AmountFound, find_amount
from schedules.assembling import Assembled, Heard, Refused, assembled
from schedules.beyond import beyond, second_drug, told_rather_than_ordered, unread
from schedules.clock import SHANGHAI
from schedules.corrections import meant
from schedules.courses import find_course
from schedules.day_plan import DayPlan
from schedules.latin import find_route
from schedules.leftover import drug_left, names_left, not_understood
from schedules.meal_words import find_ties
from schedules.numbers import NUMBER
from schedules.pieces import DayPiece
from schedules.problems import RegimenProblem
from schedules.rhythm_words import Rhythm, find_rhythm
from schedules.spelling import MAX_SAID, masked, plain
from schedules.strengths import find_strength
from schedules.timing import PeriodUnit, Timing, Weekday
from schedules.totals import DayAmounts, find_totals, takings_note
from schedules.when import AnyPiece, pieces_of, read_when

REMARK: Final = re.compile(
    rf"(?:(?<![连服用吃续满共程]){NUMBER}个?(?:天|日|周|星期|月)(?:之|以)?后|定期|按时|[本下]周[一二三四五六日天]?)?"
    r"[^,。;:()0-9天日周月]{0,4}(?:复查|复诊|随访|随诊|就诊)[^,。;()]*"
    r"|(?:与|和|同|跟|避免)(?!.{0,5}[餐饭食])[^,。;:()]{1,16}(?:间隔|隔开|同服|同用|合用|联用|一起)[^,。;()]*"
)
"""Words of an order that say nothing of its timing: when to come again, what to keep apart. Kept as a note."""


@dataclass(frozen=True, slots=True)
class RegimenReading:
    """What a sentence says of a regimen. `timing` is None exactly when there are problems."""

    timing: Timing | None
    dose: str | None
    """Amount of one dose in canonical words: 0.5g, 1片, 半片, 1~2片."""
    problems: tuple[str, ...] = ()
    """Members of RegimenProblem."""
    amount: Amount | None = None
    drug: str | None = None
    """What is left of the sentence, probably the drug's name; for showing and searching only."""
    note: str | None = None
    """Words the timing cannot hold: 饭后 beside clock times."""
    strength: str | None = None
    """What one piece holds: 80mg."""
    route: str | None = None
    """口服, 皮下注射 …"""
    most_a_day: Amount | None = None
    """No more than this in 24 hours."""


def read_regimen(text: str, at: datetime, timezone: ZoneInfo = SHANGHAI) -> RegimenReading:
    """What `text` says of dose and timing, spoken at the aware instant `at` (ValueError when naive).

    Never raises for what a person may write: unreadable, impossible and contradictory words become problems.
    """
    clock.aware(at)
    if len(text) > MAX_SAID:
        return RegimenReading(None, None, (RegimenProblem.TOO_LONG,))
    return _read(_Sentence(plain(text), at, timezone))


def read_order(
    text: str, at: datetime, timezone: ZoneInfo = SHANGHAI, *, whole: bool = False, named: bool = False
) -> RegimenReading:
    """What an order says of dose and timing; see the rules of orders above. ValueError for a naive `at`.

    `whole`: amounts of a day are taken at once (each step of a taper). `named`: the drug's name has been cut out, so
    no letter that is left may hide in it.
    """
    clock.aware(at)
    if len(text) > MAX_SAID:
        return RegimenReading(None, None, (RegimenProblem.TOO_LONG,))
    said = plain(text)
    remarks = [match[0].strip() for match in REMARK.finditer(said)]
    reading = _read(_Sentence(REMARK.sub(",", said), at, timezone, order=True, whole=whole, named=named))
    if not remarks or reading.timing is None:
        return reading
    return replace(reading, note="，".join(dict.fromkeys(note for note in (reading.note, *remarks) if note)))


@dataclass(frozen=True, slots=True)
class _Sentence:
    said: str
    at: datetime
    timezone: ZoneInfo
    order: bool = False
    whole: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Amounts:
    one: AmountFound
    day: DayAmounts


def _read(sentence: _Sentence) -> RegimenReading:
    strength, rest = find_strength(sentence.said)
    day, rest = find_totals(rest)
    route, rest = find_route(rest)
    one, rest = find_amount(rest)
    amounts = _Amounts(one, day)
    heard, rest = _heard(sentence, day.total, rest)
    problems = [*_first(beyond(sentence.said)), *_wrong_amounts(amounts)]
    drug = drug_left(rest)
    if not_understood(rest):
        problems.append(RegimenProblem.UNSUPPORTED)
    result = _assembled(heard, problems)
    dose, wrong = _dose_meant(amounts, result.timing if result else None)
    problems += [] if wrong is None or problems else [wrong]
    if sentence.order and not problems and _doubtful(sentence, rest.replace(route or "\0", "\0"), drug):
        problems.append(RegimenProblem.UNREAD)
    notes = [note for note in (result.note if result else None, takings_note(day)) if note]
    strength = strength or (str(one.strength) if one.strength else None)
    return RegimenReading(
        timing=result.timing if result and not problems else None,
        dose=None if dose is None else str(dose),
        problems=tuple(dict.fromkeys(problems)),
        amount=dose, drug=drug, note="，".join(notes) if result and notes else None,
        strength=strength, route=route, most_a_day=day.most,
    )  # fmt: skip


def _doubtful(sentence: _Sentence, rest: str, drug: str | None) -> bool:
    """Whether an order holds more than was understood."""
    name, left = None if sentence.named else drug, names_left(rest)
    if unread(rest, name) or told_rather_than_ordered(left, name):
        return True
    return second_drug(sentence.said, left, named=sentence.named)


def _first(problem: RegimenProblem | None) -> Sequence[RegimenProblem]:
    return () if problem is None else (problem,)


def _heard(sentence: _Sentence, total: Amount | None, rest: str) -> tuple[Heard, str]:
    """Everything heard of time, and what is left when it is blanked out."""
    at, timezone = sentence.at, sentence.timezone
    course, rest = find_course(rest, at, timezone)
    ties, rest = find_ties(rest)
    rhythm, rest = find_rhythm(rest)
    every_piece = pieces_of(rest, clock.local(at, timezone).date())
    pieces = meant(rest, every_piece)
    _adopt_weekdays(rhythm, pieces)
    when = read_when(rest, at, timezone)
    for piece in every_piece:
        rest = masked(rest, piece.start, piece.end)
    return Heard(rhythm, ties, course, pieces, when, at, timezone, sentence.order, total, sentence.whole), rest


def _assembled(heard: Heard, problems: list[RegimenProblem]) -> Assembled | None:
    """The timing, or None with its refusal among the problems."""
    try:
        return assembled(heard)
    except Refused as refusal:
        problems.append(refusal.problem)
        return None


def _adopt_weekdays(rhythm: Rhythm, pieces: Sequence[AnyPiece]) -> None:
    """每周一次，周三早上: the weekday said apart belongs to the week."""
    weekly = any(unit is PeriodUnit.WEEK for _, unit in rhythm.periods)
    days = [
        piece.first for piece in pieces if isinstance(piece, DayPiece) and piece.weekly and piece.first == piece.last
    ]
    if weekly and not rhythm.weekdays:
        rhythm.weekdays.update(tuple(Weekday)[day.weekday()] for day in days if day is not None)


def _wrong_amounts(amounts: _Amounts) -> list[RegimenProblem]:
    wrong = amounts.one.wrong or amounts.day.wrong
    return [RegimenProblem.DOSE] * wrong + [RegimenProblem.SEVERAL_DOSES] * amounts.one.several


def _dose_meant(amounts: _Amounts, timing: Timing | None) -> tuple[Amount | None, RegimenProblem | None]:
    """The amount of one taking, from what was said of one and of a whole day; or what does not fit."""
    one, total = amounts.one.amount, amounts.day.total
    if total is None:
        return one, RegimenProblem.DAILY_SPLIT if amounts.day.split and one is None else None
    if timing is None:
        return one or total, None
    takings = _takings_a_day(timing)
    if takings is None:
        return one, RegimenProblem.DAILY_SPLIT
    if one is not None:
        fits = one.unit == total.unit and one.most is None and one.value * takings == total.value
        return one, None if fits else RegimenProblem.DAILY_SPLIT
    if takings == 1:
        return total, None
    part = total.divided(takings) if amounts.day.split else None
    return part, RegimenProblem.DAILY_SPLIT if part is None else None


def _takings_a_day(timing: Timing) -> int | None:
    """Takings of a day on which the medicine is taken; None when no day is like another."""
    if timing.as_needed:
        return None
    if timing.events:
        return 1
    if timing.period_unit is PeriodUnit.HOUR:
        takings = Decimal(24) / timing.period
        return int(takings) if takings % 1 == 0 else None
    return len(DayPlan().minutes_of_day(timing))
