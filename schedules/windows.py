"""Lengths counted from now: 三天后, 两小时前, 未来三天, 最近一周, 60日内, 过半小时.

What a run of days counted from today means stands in `span_words`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from schedules import clock
from schedules.durations import LENGTH, Length, read_length
from schedules.numbers import CHINESE
from schedules.spelling import masked


@dataclass(frozen=True, slots=True)
class WindowPiece:
    """A moment or a run of time counted from now, on the person's wall clock; None bounds lie outside the calendar."""

    start: int
    end: int
    first: datetime | None
    until: datetime | None = None
    """The end of a run, excluded; None for a moment."""
    day: bool = False
    """The moment is a day, its hour not said."""
    run: bool = False


_FAR: Final = rf"(?<![0-9{CHINESE}第每隔月几数.])"
_ALONE: Final = r"(?:(?<![\u4e00-\u9fff])|(?<=[在的于从请了]))"
_MOVED: Final = re.compile(
    rf"(?<![吃服用打看做来去超])再?过({LENGTH})(?:之后|以后|后)?|{_FAR}({LENGTH})(?:之|以)?(?:(后)|(前))"
)
_WITHIN: Final = re.compile(rf"(?:未来|今后|接下来|最近|过去)?的?{_FAR}({LENGTH})(?:(?:之|以)?内|里(?!程|面))")
_SINCE: Final = re.compile(rf"{_FAR}({LENGTH})(?:以来|来(?!自|源|看|说|了|到))")
_AHEAD: Final = re.compile(
    rf"(?:未来|今后|往后|接下来|接下去|随后|此后|{_ALONE}(?:之后|以后)|{_ALONE}(下|后))的?({LENGTH})(?:之?内|里)?"
)
_RECENT: Final = re.compile(rf"(?:最近|近|这)的?({LENGTH})(?:以?来|之?内|里)?")
_PAST: Final = re.compile(rf"(?:过去|以往|往前|之前|{_ALONE}(上|前))的?({LENGTH})(?:以?来|之?内|里)?")
_ONE: Final = re.compile(r"([上下])一?个(小时|钟头|分钟)")
_NOW: Final = re.compile(r"现在|此刻|此时|当前|目前|眼下|而家|(?<=至)今(?![天日晚早晨年夜])")


def find_windows(text: str, now: datetime) -> tuple[list[WindowPiece], str]:
    """All lengths counted from the local, naive instant `now`, in order, and the text with them blanked out."""
    found: list[WindowPiece] = []
    for pattern, read in _READERS:
        for match in list(pattern.finditer(text)):
            piece = read(match, now)
            if piece is not None:
                found.append(piece)
                text = masked(text, match.start(), match.end())
    return sorted(found, key=lambda piece: piece.start), text


def find_now(text: str, now: datetime) -> tuple[list[WindowPiece], str]:
    """The words for this very moment, and the text with them blanked out."""
    found = [WindowPiece(match.start(), match.end(), now) for match in _NOW.finditer(text)]
    for piece in found:
        text = masked(text, piece.start, piece.end)
    return found, text


def _moved(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[1] or match[2])
    if length is None:
        return None
    moment = length.after(now, -1 if match[4] else 1)
    if moment and not length.clocked:
        moment = datetime.combine(moment.date(), time())
    return WindowPiece(match.start(), match.end(), moment, day=not length.clocked)


def _within(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[1])
    if length is None:
        return None
    if match[0].startswith(("最近", "过去")):
        return _run(match, *_back(length, now))
    last = length.after(now)
    if last and not length.clocked:
        last = _midnight(clock.shifted(last.date(), 1))
    return _run(match, now, last)


def _since(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[1])
    return None if length is None else _run(match, *_back(length, now))


def _recent(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[1], bare_months=True)
    if length is None or (match[0].startswith("这") and _is_next(match[1])):
        return None
    return _run(match, *_back(length, now))


def _back(length: Length, now: datetime) -> tuple[datetime | None, datetime]:
    """So long up to now; whole days from their first midnight."""
    first = length.after(now, -1)
    return (first if first is None or length.clocked else _midnight(first.date())), now


def _ahead(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[2], bare_months=True)
    if length is None or (match[1] == "下" and _is_next(match[2])):
        return None
    if length.clocked:
        return _run(match, now, length.after(now))
    first = (match[1] == "下" and _next_unit(match[2], now.date())) or clock.shifted(now.date(), 1)
    last = first and length.day_after(first)
    return _run(match, _midnight(first), _midnight(last))


def _past(match: re.Match[str], now: datetime) -> WindowPiece | None:
    length = read_length(match[2], bare_months=True)
    if length is None or (match[1] == "上" and _is_next(match[2])):
        return None
    if length.clocked:
        return _run(match, length.after(now, -1), now)
    last = (match[1] and _this_unit(match[2], now.date())) or now.date()
    first = length.day_after(last, -1)
    return _run(match, _midnight(first), _midnight(last))


def _one(match: re.Match[str], now: datetime) -> WindowPiece | None:
    step = timedelta(minutes=1) if match[2] == "分钟" else timedelta(hours=1)
    return _run(match, now - step, now) if match[1] == "上" else _run(match, now, now + step)


def _is_next(said: str) -> bool:
    """下一周, 上一个月 name a week and a month, not a length."""
    return re.fullmatch(r"[一1]个?(?:周|星期|礼拜|月|年|季度)", said) is not None


def _this_unit(said: str, today: date) -> date | None:
    """The first day of this week, month or year, whichever is the unit said."""
    if said.endswith("年"):
        return today.replace(month=1, day=1)
    if said.endswith("月"):
        return today.replace(day=1)
    return today - timedelta(days=today.weekday()) if said.endswith(("周", "星期", "礼拜")) else None


def _next_unit(said: str, today: date) -> date | None:
    first = _this_unit(said, today)
    if first is None:
        return None
    months = {"年": 12, "月": 1}.get(said[-1], 0)
    return clock.month_shifted(first, months) if months else first + timedelta(days=7)


def _run(match: re.Match[str], first: datetime | None, until: datetime | None) -> WindowPiece:
    return WindowPiece(match.start(), match.end(), first, until, run=True)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], WindowPiece | None]], ...]] = (
    (_WITHIN, _within),
    (_ONE, _one),
    (_AHEAD, _ahead),
    (_RECENT, _recent),
    (_PAST, _past),
    (_SINCE, _since),
    (_MOVED, _moved),
)
