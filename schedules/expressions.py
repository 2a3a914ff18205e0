"""Any Chinese time expression to a value: an instant, a day, a part of a day, a range, a length or a recurrence.

For records and questions, not for booking: the past is as good as the future (昨天 is a day; `read_when` refuses it).
The first expression of a text counts; a recurrence goes before a moment, a moment before a length. Rules of
ambiguity: `docs/time.md`, and the modules of the words.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.moment_values import ImpossibleError, Kind, Span, span_of
from schedules.moments import Range, find_ranges
from schedules.recurrence import Recurrence
from schedules.recurrences import read_recurrence
from schedules.spelling import plain

__all__ = ["Expression", "Kind", "read_expression"]

MAX_READ: Final = 10_000
"""Longest text, in characters, that is read; the cost is linear, but nobody says a time in more."""


@dataclass(frozen=True, slots=True)
class Expression:
    """What a text says of time. Bounds are aware, in the person's zone."""

    kind: Kind
    start: datetime | None = None
    """Begin; of an instant the instant. None in a range that is open to the past."""
    end: datetime | None = None
    """End, excluded; None for an instant and a range that is open to the future."""
    seconds: Decimal | None = None
    """Length of a duration; of each occurrence of a recurrence, when it was said."""
    recurrence: Recurrence | None = None
    """Of a recurrence; its first and last day are `start` and `end` too."""
    problem: str | None = None
    """A Chinese sentence when a time was named that cannot be."""


NOTHING: Final = Expression(Kind.NONE)
TOO_LONG: Final = Expression(Kind.NONE, problem="这段话太长了，请用一句话说时间。")
IMPOSSIBLE: Final = Expression(Kind.NONE, problem="没有这样的日期或钟点，请再说一次。")

_BEHIND: Final = re.compile(
    r"\)?\s?的?(?:(?P<too>或者?|及|和|以及)?[之以])?"
    r"(?P<word>后(?![天面来悔背])|前(?![天面往台后])|起(?!床|来)|开始|(?<=以)来|为止|止(?!痛|咳|血|泻))"
)
_BEFORE: Final = re.compile(r"(?P<word>截[至止]到?|直到|自从?)\s?$")
_SINCE: Final = ("起", "开始", "来", "自", "自从")
_FARTHEST: Final = 6
"""Characters before a moment in which a word like 截止到 may stand."""


def read_expression(text: str, at: datetime, timezone: ZoneInfo = clock.SHANGHAI) -> Expression:
    """What `text`, spoken at the aware instant `at`, says of time (ValueError when `at` is naive)."""
    now = clock.local(at, timezone).replace(microsecond=0, tzinfo=None)
    if len(text) > MAX_READ:
        return TOO_LONG
    said = plain(text)
    recurrence = read_recurrence(said, at, timezone)
    return _recurring(recurrence, timezone) if recurrence else _once(said, now, timezone)


def _recurring(rule: Recurrence, timezone: ZoneInfo) -> Expression:
    first, last = rule.first_day, rule.last_day
    if rule.once and first and rule.times:
        return Expression(Kind.INSTANT, datetime.combine(first, rule.times[0], timezone))
    start = None if first is None else datetime.combine(first, time(), timezone)
    end = None if last is None else datetime.combine(last + timedelta(days=1), time(), timezone)
    lasts = None if rule.lasts is None else Decimal(int(rule.lasts.total_seconds()))
    return Expression(Kind.RECURRENCE, start, end, lasts, rule)


def _once(said: str, now: datetime, timezone: ZoneInfo) -> Expression:
    ranges, lengths = find_ranges(said, now)
    if lengths and all(_is_now(one) for one in ranges):
        return Expression(Kind.DURATION, seconds=lengths[0].total_seconds)
    if not ranges:
        return NOTHING
    try:
        return _opened(said, ranges[0], span_of(ranges[0], now), timezone)
    except (ImpossibleError, OverflowError):
        return IMPOSSIBLE


def _is_now(one: Range) -> bool:
    window = one.first.window
    return one.last is None and window is not None and not window.run


def _opened(said: str, one: Range, span: Span, timezone: ZoneInfo) -> Expression:
    """The expression, open on one side where 以前, 以后, 起 or the like was said.

    3号以后 counts the 3rd, 3月以后 begins with April; 3号以前 ends before the 3rd, 3号或之前 with it.
    """
    start, end = span.start.replace(tzinfo=timezone), span.end.replace(tzinfo=timezone)
    word, too = _side(said, one)
    if word is None:
        return Expression(span.kind, start, None if span.kind is Kind.INSTANT else end)
    if word == "后":
        several_days = span.end - span.start > timedelta(days=1)
        return Expression(Kind.RANGE, end if several_days and not too else start)
    if word in _SINCE:
        return Expression(Kind.RANGE, start)
    return Expression(Kind.RANGE, None, start if word == "前" and not too else end)


def _side(said: str, one: Range) -> tuple[str | None, bool]:
    """The word that opens a moment on one side, and whether the moment itself is expressly counted in."""
    if one.last is not None or one.first.window is not None:
        return None, False
    behind = _BEHIND.match(said, one.end)
    if behind:
        return behind["word"], behind["too"] is not None
    before = _BEFORE.search(said[max(0, one.first.start - _FARTHEST) : one.first.start])
    return (before["word"], False) if before else (None, False)
