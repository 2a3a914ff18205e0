"""Chinese words for parts of the day and clock times, and what hour they mean together.

Rules where the language is ambiguous (each is read back to the person):
- 十二点 alone is noon; 晚上十二点 and 夜里十二点 are the midnight that ends the day, 凌晨十二点 and 零点 the
  one that begins it.
- 一点 to 六点 alone are taken for the afternoon and marked as assumed; 七点 to 十一点 alone for the morning.
- 晚上 or 夜里 with 一点 to 三点 (夜里 to 五点) belongs to the night that begins on the named day: `next_day`.
- 24-hour writing (20点, 08:30, 0:15) is never changed; a part that contradicts it is impossible.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from schedules.numbers import CHINESE, DIGITS, INTEGER, NUMBER, read_int, read_number
from schedules.pieces import AheadPiece, ClockPiece, DayPart, PartPiece
from schedules.spelling import masked

_PARTS: Final = {
    "凌晨": DayPart.DAWN, "清晨": DayPart.MORNING, "清早": DayPart.MORNING, "早晨": DayPart.MORNING,
    "早上": DayPart.MORNING, "早间": DayPart.MORNING, "上午": DayPart.MORNING, "午前": DayPart.MORNING,
    "中午": DayPart.NOON, "午间": DayPart.NOON, "午后": DayPart.AFTERNOON, "下午": DayPart.AFTERNOON,
    "傍晚": DayPart.EVENING, "黄昏": DayPart.EVENING, "晚上": DayPart.EVENING, "晚间": DayPart.EVENING,
    "夜晚": DayPart.EVENING, "晏昼": DayPart.AFTERNOON, "夜里": DayPart.NIGHT, "夜间": DayPart.NIGHT,
    "半夜": DayPart.NIGHT, "深夜": DayPart.NIGHT, "早": DayPart.MORNING, "晨": DayPart.MORNING, "晚": DayPart.EVENING,
    "夜": DayPart.NIGHT, "午": DayPart.NOON,
}  # fmt: skip
_LONG: Final = "|".join(word for word in _PARTS if len(word) > 1)
_H: Final = rf"(?:[0-9]{{1,3}}|[{CHINESE}]{{1,4}})"
_HOUR_FOLLOWS: Final = rf"(?:[0-9]|[{CHINESE}]{{1,3}}(?:[时:]|点(?!儿)))"
_NO_PART: Final = r"(?!点|些|饭|餐|安|各|了|期|到|[早中晚午])"
_PART: Final = re.compile(
    rf"{_LONG}|(?<=[今明昨])[早晚晨夜]{_NO_PART}|(?<=[后天日号一二三四五六末\0])[早晚晨夜](?!一点(?!半|钟)){_NO_PART}"
    rf"|[早晚晨夜午](?={_HOUR_FOLLOWS})(?!一点(?![半钟0-9{CHINESE}]))"
)
_MINUTE: Final = (
    rf"(?:过|零)?(?:[0-9]{{1,2}}|[{CHINESE}]{{1,3}})分|[0-9]{{2}}|零[一二三四五六七八九]"
    r"|[二三四五]?十[一二三四五六七八九]?"
)
_NO_UNIT: Final = rf"(?![0-9{CHINESE}]*\.?[0-9]*(?:mg|ml|g(?![a-z])|毫|克|片|粒|袋|次|度|个|天))"
_COLON: Final = re.compile(
    r"(?<![0-9:./])([0-9]{1,3}):([0-9]{2})(?::([0-9]{2}))?(?![0-9:]) {0,2}([ap](?:\.?m\.?|(?![a-z])))?"
)
_LATIN: Final = re.compile(r"(?<![0-9:./a-z])([0-9]{1,2}) {0,2}([ap])\.?m\b\.?")
_SPOKEN: Final = re.compile(
    rf"(?:差({INTEGER}分|[一三1]刻)钟?)?(?<![0-9{CHINESE}第.])(?:({_H})(?:-|~|到|至))?({_H})(点钟|点整?|时整?)"
    rf"(?:(半)|([一二两三123])刻钟?|差({INTEGER}分|[一三1]刻)|({_MINUTE}){_NO_UNIT}(?:({INTEGER})秒)?|(?![0-9{CHINESE}儿]))"
)
_WORD: Final = re.compile(r"正午|午夜|子夜")
_NOT_A_BIT: Final = ("也", "都", "没")
_A_BIT: Final = tuple("好早晚快慢多少有大小差重轻高低近远疼痛便宜贵些这那了")
_LONG_AHEAD: Final = (
    rf"(?:({NUMBER})个?(半)?(?:小时|钟头)(?:零?({INTEGER})分钟?)?|({INTEGER})(分钟|刻钟)|(半)个?(?:小时|钟头))"
)
_AHEAD: Final = re.compile(
    rf"(?<![饭餐]后)(?:过{_LONG_AHEAD}(?:之后|以后|后)?|(?<![0-9{CHINESE}.]){_LONG_AHEAD}(?:之|以)?(后|前))"
)


MAX_MINUTES_AHEAD: Final = 600_000
"""Ten thousand hours: more than a year is not said in hours."""


@dataclass(frozen=True, slots=True)
class Hour:
    """A wall-clock time; `next_day` when it belongs to the day after the one named; `assumed` when guessed."""

    time: time
    next_day: bool = False
    assumed: bool = False


def find_ahead(text: str) -> tuple[list[AheadPiece], str]:
    """Distances from now in hours and minutes (半小时后, 过十分钟, 两小时前), and the text without them."""
    found: list[AheadPiece] = []
    for match in list(_AHEAD.finditer(text)):
        minutes = _minutes_ahead(match)
        if minutes is not None:
            found.append(AheadPiece(match.start(), match.end(), minutes))
            text = masked(text, match.start(), match.end())
    return found, text


def _minutes_ahead(match: re.Match[str]) -> int | None:
    passed, said, side = match.groups()[:6], match.groups()[6:12], match[13]
    hours, half, more, short, unit, half_hour = said if side else passed
    if half_hour:
        return -30 if side == "前" else 30
    amount = (read_number(hours) or 0) * 60 if hours else (read_int(short) or 0) * (15 if unit == "刻钟" else 1)
    minutes = int(amount) + (30 if half else 0) + (read_int(more or "0") or 0)
    return None if minutes > MAX_MINUTES_AHEAD else (-minutes if side == "前" else minutes)


def find_clocks(text: str) -> tuple[list[ClockPiece], str]:
    """All clock times of a plain text in order of place, and the text with them blanked out."""
    found: list[ClockPiece] = []
    for pattern, read in ((_COLON, _colon), (_LATIN, _latin), (_SPOKEN, _spoken), (_WORD, _word)):
        for match in list(pattern.finditer(text)):
            pieces = read(match, text)
            if pieces:
                found.extend(pieces)
                text = masked(text, match.start(), match.end())
    return sorted(found, key=lambda piece: (piece.start, piece.until)), text


def find_parts(text: str) -> tuple[list[PartPiece], str]:
    """All parts of the day named in a plain text, in order, and the text with them blanked out."""
    found = []
    for match in list(_PART.finditer(text)):
        found.append(PartPiece(match.start(), match.end(), _PARTS[match[0]]))
        text = masked(text, match.start(), match.end())
    return found, text


def _half(letter: str | None, hour: int) -> int:
    if not letter or hour > 12:
        return hour
    return hour % 12 + (12 if letter.startswith("p") else 0)


def _colon(match: re.Match[str], text: str) -> list[ClockPiece]:
    literal = match[1].startswith("0") or bool(match[4]) or int(match[1]) > 12
    hour = _half(match[4], int(match[1]))
    return [ClockPiece(match.start(), match.end(), hour, int(match[2]), literal, second=int(match[3] or 0))]


def _latin(match: re.Match[str], text: str) -> list[ClockPiece]:
    return [ClockPiece(match.start(), match.end(), _half(match[2], int(match[1])), 0, literal=True)]


def _word(match: re.Match[str], text: str) -> list[ClockPiece]:
    return [ClockPiece(match.start(), match.end(), 12 if match[0] == "正午" else 24, 0, literal=True)]


def _spoken(match: re.Match[str], text: str) -> list[ClockPiece]:
    short_before, from_hour, said, word, half, quarter, short_after, minute, second = match.groups()
    if from_hour is None and len(said) == 2 and all(char in DIGITS for char in said):
        # 两三点 is from two to three, not twenty-three.
        from_hour, said = said[0], said[1]
    hour = read_int(said)
    tail = half or quarter or short_after or minute or word != "点"
    if hour is None or (said == "一" and not tail and _means_a_bit(text, match.start(), match.end())):
        return []
    late = _few_minutes(short_before or short_after)
    past = 30 if half else 15 * (read_int(quarter) or 0) if quarter else _minute(minute)
    if late:
        hour, past = hour - 1, 60 - late
    literal = said.startswith("0") or hour > 12 or hour <= 0
    until, seconds = from_hour is not None, read_int(second or "零") or 0
    end = ClockPiece(match.start(), match.end(), hour, past, literal, until, seconds)
    if from_hour is None:
        return [end]
    return [ClockPiece(match.start(), match.end(), _or_impossible(read_int(from_hour)), 0, literal), end]


def _means_a_bit(text: str, start: int, end: int) -> bool:
    """一点 after 好, 晚, 便宜 is "a bit"; after 今晚 it is an hour, after 今天晚 a bit again (days are NULs by now).

    一点也不, 一点都没 is "not a bit".
    """
    before = text[max(0, start - 3) : start]
    after_short_day = before[-2:-1] == "\0" and before[:-2] != "\0"
    return text.startswith(_NOT_A_BIT, end) or (before[-1:] in _A_BIT and not after_short_day)


def _or_impossible(hour: int | None) -> int:
    return 99 if hour is None else hour


def _few_minutes(said: str | None) -> int:
    if not said:
        return 0
    return 15 * (read_int(said[:-1]) or 0) if said.endswith("刻") else read_int(said[:-1]) or 0


def _minute(said: str | None) -> int:
    return _or_impossible(read_int(said.strip("过零分") or "零")) if said else 0


def hour_meant(piece: ClockPiece, part: DayPart | None) -> Hour | None:
    """The wall-clock time that a said hour means in a part of the day, or None when there is none (25点, 下午0点)."""
    if not (0 <= piece.hour <= 24 and 0 <= piece.minute < 60 and piece.second < 60):
        return None
    if piece.hour == 24 and (piece.minute or piece.second):
        return None
    if part is None:
        return _alone(piece)
    hour = _in_part(piece.hour, part)
    return None if hour is None else Hour(time(hour % 24, piece.minute, piece.second), next_day=hour >= 24)


def still_ahead(hour: Hour, now: datetime) -> Hour:
    """今天八点 said at ten (`now`, local) is tonight's; a time past both halves stays as it is."""
    later = hour.time.hour + 12
    if hour.time < now.time() and 7 <= hour.time.hour <= 11 and hour.time.replace(hour=later) >= now.time():
        return Hour(hour.time.replace(hour=later), assumed=True)
    return hour


def _alone(piece: ClockPiece) -> Hour:
    if piece.hour == 24:
        return Hour(time(0, 0), next_day=True)
    if piece.literal or not 1 <= piece.hour <= 6:
        return Hour(time(piece.hour, piece.minute, piece.second))
    return Hour(time(piece.hour + 12, piece.minute, piece.second), assumed=True)


def _in_part(hour: int, part: DayPart) -> int | None:
    """Hour of the day, 24 and more for the night after it; None for a contradiction (上午15点)."""
    return _MEANT[part].get(hour)


def _meant(same: range, later: range = range(0), after: tuple[int, ...] = ()) -> dict[int, int]:
    """Hours as said to hours of the day: kept, moved to the second half, or into the night after the day."""
    kept = {hour: hour for hour in same} | {hour: hour + 12 for hour in later}
    return kept | {hour: hour % 12 + 24 for hour in after}


_MEANT: Final = {
    DayPart.DAWN: _meant(range(7)) | {12: 0, 24: 0},
    DayPart.MORNING: _meant(range(13)),
    DayPart.NOON: _meant(range(10, 16), range(1, 4)),
    DayPart.AFTERNOON: _meant(range(12, 24), range(1, 12)),
    DayPart.EVENING: _meant(range(16, 24), range(4, 12), (12, 24, 0, 1, 2, 3)),
    DayPart.NIGHT: _meant(range(18, 24), range(6, 12), (12, 24, 0, 1, 2, 3, 4, 5)),
}
