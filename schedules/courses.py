"""From when until when a medicine is taken: 从明天开始, 到12月1号为止, 连服7天."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.day_words import find_days
from schedules.numbers import INTEGER, NUMBER, read_int, read_number
from schedules.spelling import masked
from schedules.timing import LONGEST_DAYS, MOST_TAKINGS
from schedules.when import Problem, When, read_when

_START: Final = re.compile(
    r"(?:从|自)(?!(?:周|星期|礼拜).(?:到|至|-))([^,。;\0]{1,24}?)(?:开始|起(?!床)|(?=到|至))|([^,。;\0]{1,20}?)(?:开始|起(?!床))"
)
_END: Final = re.compile(
    r"(?:吃|服|用|持续|一直|直)?(?:到|至)([^,。;\0]{1,24}?)(为止|结束|止)"
    r"|(?:吃|服|用|持续|一直|直|(?<=\0)|^)(?:到|至)([^,。;\0]{2,24})(?=[,。;]|$)()"
)
_UNIT: Final = r"(天|日|周|星期|礼拜|月|d(?![a-z]))"
_LENGTH: Final = re.compile(
    r"(?:连续?|共|疗程|坚持|为期|总共|[x*]|吃满|服满|用满|最多|不超过)[吃服用喝涂滴]?[用药]?(?:为|是|:)? ?"
    rf"({NUMBER})个?{_UNIT}"
    rf"|(?:吃|服用?|用|喝|涂)药?({NUMBER})个?{_UNIT}(?![一二两三四五0-9]{{1,3}}次)"
    rf"|(?<=[,。; ])({NUMBER})个?{_UNIT}(?= *(?:$|[,。;]|为?一?个?疗程))|^({NUMBER})个?{_UNIT}为?一?个?疗程"
)


_TAKINGS: Final = re.compile(
    rf"(?:总共|一共|共计|合计|(?<![天日一])共|连续?)(?:口服|吃|服用?|用|打|注射|贴)?药?({INTEGER})次(?!/)"
)


@dataclass(frozen=True, slots=True)
class Course:
    """Bounds as said, on the person's wall; `problem` when they cannot be."""

    start: date | datetime | None = None
    end: date | datetime | None = None
    days: int | None = None
    problem: str | None = None
    count: int | None = None
    """Takings in all (共10次)."""


def find_course(said: str, at: datetime, timezone: ZoneInfo) -> tuple[Course, str]:
    """The bounds in a plain text and the text with them blanked out."""
    starts, said = _bounds(_START, said, at, timezone)
    ends, said = _bounds(_END, said, at, timezone)
    lengths, said = _lengths(said)
    counts, said = _counts(said)
    if len(counts) > 1 or None in counts:
        return Course(problem="总次数"), said
    if len(starts) > 1 or len(ends) > 1 or len(lengths) > 1 or (ends and lengths):
        return Course(problem="起止时间"), said
    if any(bound is None for bound in (*starts, *ends, *lengths)):
        return Course(problem="起止时间"), said
    start, end = (found[0] if found else None for found in (starts, ends))
    days, count = (found[0] if found else None for found in (lengths, counts))
    return Course(start[0] if start else None, end[1] if end else None, days, count=count), said


Bound = tuple[date | datetime, date | datetime]


def _bounds(pattern: re.Pattern[str], said: str, at: datetime, timezone: ZoneInfo) -> tuple[list[Bound | None], str]:
    """The bounds a pattern finds; None for one that was clearly said but names no usable day."""
    found: list[Bound | None] = []
    for match in list(pattern.finditer(said)):
        place = 1 if match[1] is not None else match.lastindex if pattern is _START else 3
        inner = match[place or 1] or ""
        if place == 3:
            inner = _leading_day(inner, today(at, timezone))
        when = read_when(inner, at, timezone)
        if when is not None and (when.days or when.problem):
            found.append(_bound(when, timezone))
            first = match.start(place or 1) + when.span[0] if pattern is _START else match.start()
            last = match.start(3) + len(inner) if place == 3 else match.end()
            said = masked(said, _from(said, first), last)
        elif match[2] in ("为止", "止", "结束") and pattern is _END:
            found.append(None)
            said = masked(said, match.start(), match.end())
    return found, said


def _leading_day(inner: str, day: date) -> str:
    """到12月5号每天早上8点: without a closing 为止 only the day itself is the end."""
    days, _ = find_days(inner, day)
    return inner[: days[0].end] if days and days[0].start == 0 else ""


def _from(said: str, start: int) -> int:
    return start - 1 if said[max(start - 1, 0) : start] in ("从", "自") else start


def _bound(when: When, timezone: ZoneInfo) -> Bound | None:
    if when.problem not in (None, Problem.PAST) or when.days is None:
        return None
    if when.day is not None and when.time is not None:
        moment = datetime.combine(when.day, when.time, timezone)
        return moment, moment
    return when.days


def _lengths(said: str) -> tuple[list[int | None], str]:
    found: list[int | None] = []
    for match in list(_LENGTH.finditer(said)):
        number, unit = [group for group in match.groups() if group is not None][:2]
        found.append(_days(number, unit))
        said = masked(said, match.start(), match.end())
    return found, said


def _counts(said: str) -> tuple[list[int | None], str]:
    found: list[int | None] = []
    for match in list(_TAKINGS.finditer(said)):
        count = read_int(match[1])
        found.append(count if count is not None and 1 <= count <= MOST_TAKINGS else None)
        said = masked(said, match.start(), match.end())
    return found, said


def _days(number: str, unit: str) -> int | None:
    amount = read_number(number)
    each = {"天": 1, "日": 1, "d": 1, "月": 30}.get(unit, 7)
    days = int(amount * each) if amount is not None else 0
    return days if 1 <= days <= LONGEST_DAYS else None


def today(at: datetime, timezone: ZoneInfo) -> date:
    """The person's date at an instant."""
    return clock.local(at, timezone).date()
