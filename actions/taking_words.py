"""What is told about a dose beside whether it was taken: when, why not, until when it is put off."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules.clock import local
from schedules.clock_words import find_clocks, find_parts
from schedules.doses import Reason
from schedules.durations import find_lengths
from schedules.expressions import Kind, read_expression
from schedules.pieces import DayPart
from schedules.spelling import plain

LONGEST_AGO: Final = timedelta(hours=14)
"""What was taken longer ago is not meant by 我7点就吃了."""
_AGO: Final = re.compile(r"前|以前|之前")
_HALF_DAY: Final = timedelta(hours=12)

_REASONS: Final[Mapping[Reason, re.Pattern[str]]] = {
    Reason.NONE_LEFT: re.compile(
        r"没药|药(?:都|已经|早)?(?:吃|用|喝)?(?:完|光|没)了|断药|断货|没货|没得吃|没(?:去)?(?:买|开|配)|用完了|没有药了"
    ),
    Reason.NOT_AT_HAND: re.compile(
        r"忘(?:了|记)?带|没带|落在?[^，。]{0,4}[家了里]|不在(?:身边|家|手边)|忘在|在外[面地]|不方便"
    ),
    Reason.UNWELL: re.compile(
        r"恶心|想?吐|难受|不舒服|头[晕昏疼痛]|过敏|起疹|拉肚子|腹泻|胃(?:里)?(?:疼|痛|不舒服|难受|烧|胀)|副作用|反应(?:大|太大)|犯困|心慌"
        r"|没胃口|血压.{0,3}(?:低|才)|血糖.{0,3}(?:低|才)|低血[压糖]|没睡好"
    ),
    Reason.BETTER: re.compile(
        r"(?:已经|都|感觉|觉得|病|感冒)?(?:全|都)?好(?:多|点|些)?了|不(?:疼|痛|咳|烧|痒|难受)了?|退烧了|没事了|正常了|好利索"
    ),
}


def reason_told(text: str) -> Reason | None:
    """Why a dose was left out, when the words say it; the gravest of several comes first in the table."""
    return next((reason for reason, words in _REASONS.items() if words.search(text)), None)


def taken_at(text: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When it was taken, as told (我7点就吃了, 半小时前吃的): an instant before `at`; None when nothing is told.

    An hour without its half of the day is the latest one that has passed.
    """
    said = plain(text)
    lengths, _ = find_lengths(said)
    if lengths and _AGO.search(said):
        ago = timedelta(seconds=float(lengths[0].total_seconds))
        return at - ago if ago <= LONGEST_AGO else None
    clocks, _ = find_clocks(said)
    if len(clocks) != 1 or not 0 <= clocks[0].hour <= 24:
        return None
    parts, _ = find_parts(said)
    return _latest(clocks[0].hour % 24, clocks[0].minute, parts[0].part if parts else None, local(at, zone))


def _latest(hour: int, minute: int, part: DayPart | None, now: datetime) -> datetime | None:
    """The latest such time on the wall that has passed."""
    fitting = _around(hour, minute, part, now)
    return max((one for one in fitting if now - LONGEST_AGO <= one <= now), default=None)


def _around(hour: int, minute: int, part: DayPart | None, now: datetime) -> list[datetime]:
    """Yesterday, today and tomorrow at this time of the wall, in either half of the day where none was said."""
    hours = {hour, (hour + 12) % 24} if hour < 13 else {hour}
    today = [now.replace(hour=one, minute=minute, second=0, microsecond=0) for one in hours]
    days = [one + timedelta(days=days) for one in today for days in (-1, 0, 1)]
    return [one for one in days if part is None or part.covers(one.time())]


def again_at(text: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Until when a dose is put off (一小时后, 到九点再叫, 下午再提醒): a later instant; None when nothing is told."""
    said = plain(text)
    lengths, _ = find_lengths(said)
    if lengths:
        ahead = timedelta(seconds=float(lengths[0].total_seconds))
        return at + ahead if timedelta() < ahead <= _HALF_DAY else None
    clocks, _ = find_clocks(said)
    parts, _ = find_parts(said)
    if clocks and 0 <= clocks[-1].hour <= 24:
        part = parts[-1].part if parts else None
        around = _around(clocks[-1].hour % 24, clocks[-1].minute, part, local(at, zone))
        return min((one for one in around if at < one <= at + 2 * _HALF_DAY), default=None)
    told = read_expression(said, at, zone)
    return told.start if told.kind is Kind.DAY_PART and told.start is not None and told.start > at else None
