"""Time words said after others: what is said again takes the place of what was said before.

A corrected clock time must never stand beside the old one: that would be a double dose. So nothing is added unless
the person says so (还有, 再加, 也); and what was not said again stays: 改成七点半 leaves 每周一 as it was.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock_words import Hour, hour_meant
from schedules.numbers import INTEGER
from schedules.spelling import plain
from schedules.time_words import Moment, TimeWords, find_time_words
from schedules.timing import Timing

_MORE: Final = re.compile(
    r"还有|还要|再加|再来|再提醒|加上|加[个一]|另外|外加|以及|(?:^|[,。 ])[和跟与及]"
    r"|(?<=[点分半上午晚早])也|也(?:要|提醒|吃|得|加)"
)
_INSTEAD: Final = re.compile(r"改|换|不对|不是|错了|应该是")
_ONCE: Final = re.compile(
    r"(?:只|就|仅)要?(?:(?:提醒|叫|喊)我?(?:这|那)?|(?:吃|服|用)?(?:这|那))[一1]?[次回]|单次|一次性"
)
_BARE_ONCE: Final = re.compile(r"^(?:那|就|只|我|吃|要)*[一1][次回](?:就[行好够可]以?)?[吧了。! ]*$")
_NOT_DAILY: Final = re.compile(r"(?:不是|不用|不要|别|无需)(?:每天|每日|天天)")
_WEEKDAY: Final = re.compile(r"(?<![每下上这本个隔])(?=(?:周|星期|礼拜)[一二三四五六日天])")
_DAYS_ALONE: Final = re.compile(rf"(?<![每隔第0-9])({INTEGER}个?(?:天|周|星期|礼拜|月))(?=[吧了就好行。! ]*$)")


def adds(text: str) -> bool:
    """Whether the words add to those said before: 还有晚上8点."""
    return bool(_MORE.search(plain(text)))


@dataclass(frozen=True, slots=True)
class Merged:
    """Words said after others."""

    tries: tuple[str, ...]
    """Texts to read, best first: the new words alone only where they say themselves on which days and when."""
    joined: str
    """What is known of the time by now, to be completed by what is said next."""


def merge(before: str, now: str, at: datetime, timezone: ZoneInfo) -> Merged:
    """The words said `now` after those `before`; `at` is the aware instant of speaking."""
    old = find_time_words(before, at, timezone)
    new = find_time_words(_of_its_kind(now, old), at, timezone)
    single = only_once(now, before, at, timezone)
    if not before:
        return Merged((now,), now)
    if not (new.tells or single):
        return Merged((now, before), before)
    joined = f"{old.text},{new.text}" if adds(now) else _joined(old, new, once=single)
    complete = new.whole and (new.moments or new.ties) and not adds(now)
    return Merged((new.text, joined) if complete else (joined, new.text), joined)


def only_once(now: str, before: str, at: datetime, timezone: ZoneInfo) -> bool:
    """Whether the person wants a single reminder; 一天只吃一次 is none. `at` is the aware instant of speaking."""
    if find_time_words(now, at, timezone).rhythmic and not _NOT_DAILY.search(plain(now)):
        return False
    if _ONCE.search(plain(now)):
        return True
    return bool(_BARE_ONCE.match(plain(now))) and not find_time_words(before, at, timezone).rhythmic


def once(words: str, at: datetime, timezone: ZoneInfo) -> Timing | None:
    """One reminder at each clock time said, the next time it comes; None without a clear one. `at` is aware."""
    said = find_time_words(words, at, timezone)
    hours = [hour_meant(one.clock, one.part) for one in said.moments if one.clock]
    clear = [hour for hour in hours if hour is not None and not hour.assumed]
    if said.days or not clear or len(clear) < len(hours):
        return None
    today = clock.local(at, timezone).date()
    return Timing(events=tuple(sorted({_next(hour, today, at, timezone) for hour in clear})))


def _next(hour: Hour, today: date, at: datetime, timezone: ZoneInfo) -> datetime:
    days = (today + timedelta(days=ahead + hour.next_day) for ahead in range(2))
    moments = [clock.instant(day, hour.time, timezone) for day in days]
    return next((moment for moment in moments if moment > at), moments[-1])


def _of_its_kind(now: str, old: TimeWords) -> str:
    """周三 after 每周一 means 每周三; 5天 after a course its length."""
    text = _NOT_DAILY.sub("", plain(now))
    if old.weekly:
        text = _WEEKDAY.sub("每", text, count=1)
    return _DAYS_ALONE.sub(r"连服\1", text) if old.course else text


def _joined(old: TimeWords, new: TimeWords, *, once: bool) -> str:
    """The old words without what the new ones say again, and the new ones."""
    gone = [(piece.start, piece.end) for piece in old.days] if new.days or new.rhythmic else []
    gone += old.rhythm if new.rhythmic or once else ()
    gone += old.course if new.course else ()
    gone += old.ties if new.ties or new.clocks else ()
    moments: Sequence[Moment] = old.moments
    if new.moments:
        moments = _corrected(old.moments, new.moments)
    elif new.ties and not (new.any_meal and not _INSTEAD.search(new.text)):
        moments = ()
    parts = (
        old.without(gone, old.moment_spans),
        new.without(new.moment_spans),
        "、".join(one.told() for one in moments),
    )
    return ",".join(part for part in parts if part)


def _corrected(old: Sequence[Moment], new: Sequence[Moment]) -> list[Moment]:
    """The moments after a correction. One of several is corrected by one of the same half of the day; else all are."""
    if len(new) == 1 and new[0].clock is None:
        return _in_part(old, new[0])
    own = [_half_said_before(one, old) for one in new]
    halves = {one.half for one in own}
    kept = [one for one in old if one.half not in halves] if len(old) > 1 else []
    # Those whose half of the day is open come first: a part said before them would become theirs.
    return sorted([*kept, *own], key=lambda one: not one.open) if len(kept) < len(old) else own


def _in_part(old: Sequence[Moment], new: Moment) -> list[Moment]:
    """晚上 after 8点: the hour stays."""
    clocks = [one for one in old if one.clock]
    return [replace(clocks[0], part=new.part)] if len(clocks) == 1 else [*clocks, new]


def _half_said_before(one: Moment, old: Sequence[Moment]) -> Moment:
    """七点半 after 晚上8点 is in the evening too."""
    parts = {each.part for each in old}
    return replace(one, part=parts.pop()) if one.open and len(parts) == 1 else one
