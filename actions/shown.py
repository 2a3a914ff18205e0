"""What of many days or times is shown at once, and what follows on 晚一点的, 早一点的."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from actions import phrases
from actions.answer import Choice
from actions.dates import half_label
from actions.wish import DAY_ENDS, Hours, Wish

MOST_BUTTONS = 8  # with those that lead to more, and the one that says 最早的


@dataclass(frozen=True, slots=True)
class ShownDays:
    """Some of the bookable days."""

    days: tuple[date, ...]
    lead: str = ""  # said before the question
    more: tuple[Choice, ...] = ()  # leads to the others


@dataclass(frozen=True, slots=True)
class ShownTimes:
    """Some of the times of a day."""

    times: tuple[time, ...]
    more: tuple[Choice, ...] = ()


def shown_days(days: Sequence[date], shift: str) -> ShownDays:
    """The first bookable days, or on 晚一点的 those after them."""
    room = MOST_BUTTONS - 1
    first = tuple(days[:room] if len(days) <= room else days[: room - 1])
    rest = tuple(days[len(first) :])
    if shift == "later":
        return ShownDays(rest[:room]) if rest else ShownDays(first, phrases.NONE_LATER)
    lead = phrases.NONE_EARLIER if shift == "earlier" and not rest else ""
    return ShownDays(first, lead, (Choice(phrases.LATER_DAYS, "晚一点的"),) if rest else ())


def offers_halves(times: Sequence[time]) -> bool:
    """Whether there are so many times that first 上午 or 下午 is asked for."""
    return len(times) > MOST_BUTTONS - 1 and len({half_label(one) for one in times}) > 1


def shown_times(times: Sequence[time], every: Sequence[time]) -> ShownTimes:
    """The first of the times that fit a wish; `every` are all of the day: its other half is a choice too."""
    here = {half_label(one) for one in times}
    halves = [half for half in dict.fromkeys(half_label(one) for one in every) if half not in here]
    more = [Choice(phrases.OTHER_HALF.format(half=half), half) for half in halves]
    if len(times) > MOST_BUTTONS - 1 - len(more):
        more.insert(0, Choice(phrases.LATER_TIMES, "晚一点的"))
    return ShownTimes(tuple(times[: MOST_BUTTONS - 1 - len(more)]), tuple(more))


def shift_hours(wish: Wish, times: Sequence[time], every: Sequence[time], shift: str) -> Wish | None:
    """The wish moved behind, or before, the times that were offered (or the one chosen); None when nothing is there.

    `times` fit the wish, `every` are all of the day.
    """
    first, last = _bounds(wish, times, every)
    if shift == "later":
        rest = [one for one in every if one > last]
        hours = Hours(rest[0], DAY_ENDS, phrases.LATER) if rest else None
    else:
        rest = [one for one in every if one < first][1 - MOST_BUTTONS :]
        hours = Hours(rest[0], first, phrases.EARLIER) if rest else None
    return replace(wish, time=None, hours=hours) if hours else None


def _bounds(wish: Wish, times: Sequence[time], every: Sequence[time]) -> tuple[time, time]:
    """First and last of what was offered; where halves were, the first half."""
    if wish.time is not None:
        return wish.time, wish.time
    shown = [one for one in times if half_label(one) == half_label(times[0])]
    shown = shown if offers_halves(times) else list(shown_times(times, every).times)
    return shown[0], shown[-1]
