"""Lengths of time said in Chinese: 三天, 两个半小时, 半个月, 一刻钟, 一年零三个月.

- In seconds a year counts 365 days, a month 30 days, half a month 15 days, half a day 12 hours.
- On the calendar months stay months: 一个月后 is the same day of the next month, or its last one.
- 70多分钟 is at least 70 minutes and counted as 70, 三四天 as 3 days.
- 5分 alone is no length (a mark, a share), 5分钟 is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from schedules import clock
from schedules.numbers import CHINESE, DIGITS, NUMBER, read_number
from schedules.spelling import masked

_UNITS: Final = (
    r"年(?![级度货糕龄轻])|季度|月(?![0-9]{1,2}[日号]|[初上中下底末])|周(?![一二三四五六日天末岁])|星期(?![一二三四五六日天])"
    r"|礼拜(?![一二三四五六日天])|天|日|小时|钟头|钟(?!头)|刻钟|分钟?|秒钟?|时(?![候间期刻段])"
)
_COUNT: Final = rf"{NUMBER}|[俩仨]"
_SUM: Final = rf"(?:{_COUNT}) ?(?:多|来|几)?个?[多整]?半?(?:{_UNITS})(?:半(?![0-9{CHINESE}天夜年小个月])钟?)?"
LENGTH: Final = rf"{_SUM}(?:[ 零又]?{_SUM}){{0,5}}"
"""Pattern of a length without groups; what it matches may still be none (2018年): ask `read_length`."""
_COMPONENT: Final = re.compile(rf"({_COUNT}) ?(?:多|来|几)?(个)?[多整]?(半)?({_UNITS})(半)?")
_FOUND: Final = re.compile(
    rf"(?<![0-9{CHINESE}.第每隔点时分:几数])(?!(?<=[有那这某])一[天日]){LENGTH}(?![0-9{CHINESE}]{{0,3}}次)"
)
_SECONDS: Final = {
    "小时": 3600, "钟头": 3600, "钟": 3600, "时": 3600, "刻钟": 900, "分钟": 60, "分": 60, "秒钟": 1, "秒": 1,
}  # fmt: skip
_DAYS: Final = {"周": 7, "星期": 7, "礼拜": 7, "天": 1, "日": 1}
_MONTHS: Final = {"年": 12, "季度": 3, "月": 1}
_FOLLOWS_ONLY: Final = ("时", "分", "秒")
"""Units that begin no length: 20时 is a clock time, 5分 a mark."""
_MOST_YEARS: Final = 200
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as said, exact."""

    months: Decimal = Decimal(0)
    """Years and months, a year as twelve."""
    days: Decimal = Decimal(0)
    seconds: Decimal = Decimal(0)

    @property
    def total_seconds(self) -> Decimal:
        """Seconds, with years of 365 and months of 30 days."""
        years, months = divmod(self.months, 12)
        odd = Decimal("182.5") if months == 6 and self.half_year else months * 30
        return (years * 365 + odd + self.days) * _DAY_S + self.seconds

    half_year: bool = False
    """半年 was said: half of 365 days, not six months of 30."""

    @property
    def clocked(self) -> bool:
        """Whether hours, minutes or seconds were said."""
        return self.seconds != 0

    def after(self, moment: datetime, sign: int = 1) -> datetime | None:
        """`moment` moved by this length on the calendar (-1 = into the past); None outside of it."""
        whole, part = divmod(self.months, 1)
        day = clock.month_shifted(moment.date(), sign * int(whole))
        try:
            rest = timedelta(days=float(self.days + part * 30), seconds=int(self.seconds))
            return None if day is None else datetime.combine(day, moment.time()) + sign * rest
        except OverflowError:
            return None

    def day_after(self, day: date, sign: int = 1) -> date | None:
        """As `after`, in whole days."""
        moved = self.after(datetime.combine(day, datetime.min.time()), sign)
        return None if moved is None else moved.date()


def find_lengths(text: str) -> tuple[list[Length], str]:
    """All lengths of a plain text, in order of place, and the text with them blanked out."""
    found: list[Length] = []
    for match in list(_FOUND.finditer(text)):
        length = read_length(match[0])
        if length is not None:
            found.append(length)
            text = masked(text, match.start(), match.end())
    return found, text


def read_length(said: str, bare_months: bool = False) -> Length | None:
    """The length that a match of LENGTH spells, or None when it spells none (2018年, 5分, 07年).

    三月 is March; with `bare_months` (近三月) three months.
    """
    months = days = seconds = Decimal(0)
    half_year = False
    for place, (number, unit, extra, counted) in enumerate(_components(said)):
        amount = _amount(number)
        if amount is None or (unit == "年" and not _counts_years(number, amount)):
            return None
        if unit == "月" and not (counted or bare_months or number in "半俩仨"):
            return None
        if place == 0 and unit in _FOLLOWS_ONLY and not _stands_alone(said, unit):
            return None
        amount += extra
        if unit in _MONTHS:
            half_year = half_year or (unit == "年" and amount % 1 == Decimal("0.5"))
            months += amount * _MONTHS[unit]
        elif unit in _DAYS:
            days += amount * _DAYS[unit]
        else:
            seconds += amount * _SECONDS[unit]
    if days % 1:
        days, seconds = days // 1, seconds + days % 1 * _DAY_S
    sane = months / 12 + days / 365 + seconds / (365 * _DAY_S) <= _MOST_YEARS
    return Length(months, days, seconds, half_year) if sane and (months or days or seconds) else None


def _components(said: str) -> Iterator[tuple[str, str, Decimal, bool]]:
    """Number, unit, the halves beside them, and whether 个 or 半 stands between."""
    for match in _COMPONENT.finditer(said):
        halves = (match[3] is not None) + (match[5] is not None)
        yield match[1], match[4], Decimal("0.5") * halves, bool(match[2] or match[3])


def _amount(said: str) -> Decimal | None:
    if len(said) == 2 and all(char in DIGITS for char in said) and said[0] != "零":
        return Decimal(DIGITS[said[0]])
    return Decimal({"俩": 2, "仨": 3}[said]) if said in "俩仨" else read_number(said)


def _counts_years(said: str, amount: Decimal) -> bool:
    """2018年, 07年 and 一八年 name a year; 20年, 十二年 and 三年 count years."""
    digits = set(said) & set("十百千万点./半") or len(said) == 1
    return amount <= _MOST_YEARS and not said.startswith("0") and (said.isdecimal() or bool(digits))


def _stands_alone(said: str, unit: str) -> bool:
    return unit == "秒" or (unit == "分" and ("半" in said or "秒" in said))
