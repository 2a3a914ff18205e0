"""Values for the typed fields of template and subscription messages: what breaks a field's rule is refused (47003).

Table of types: developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from connectors.unbreakable import Unbreakable, is_character_end
from schedules.clock import local

Value = str | datetime

_ANY_WORDS: Mapping[str, int] = {"thing": 20, "keyword": 20, "const": 20, "short_thing": 10}
"""Types that take any words, and how many characters; `keyword` is that of old templates, which fold after 20."""
_TIMES = ("time", "date")
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"(?=.{1,32}$)-?\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~ ]{1,32}"),
    "time": re.compile(r"(?:\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d\d"),
    "date": re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: \d{1,2}:\d\d)?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[\d+*() -]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Z\d]{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z .'-]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "enum": re.compile(r".{1,20}"),
}
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_CUT = "…"


class Unfit(ValueError):
    """A value cannot stand in a field of this type."""


def type_of(field: str) -> str:
    """`thing` of thing12."""
    return field.rstrip("0123456789")


def takes_words(field: str) -> bool:
    """Whether any words can be made to fit this field."""
    return type_of(field) in _ANY_WORDS


def takes_time(field: str) -> bool:
    """Whether a day with an hour fits this field."""
    return type_of(field) in _TIMES or takes_words(field)


def most_of(field: str) -> int:
    """The most characters of a field that takes any words."""
    return _ANY_WORDS[type_of(field)]


def fit(field: str, value: Value, shorter: Callable[[str, int], str] | None = None) -> str:
    """The value as the field takes it; words that are too long are shortened (by `shorter`, else at the end).

    A time is told in the clinic's zone. Raises Unfit: nothing is left, or the type takes no such value.
    """
    words = _one_line(_in_words(value) if isinstance(value, datetime) else value)
    if takes_words(field):
        fitted = (shorter or shorten)(words, most_of(field))
        if fitted:
            return fitted
    elif (pattern := _PATTERNS.get(type_of(field))) and pattern.fullmatch(words):
        return words
    raise Unfit(field)


def length(words: str) -> int:
    """Characters as JavaScript counts them, the stricter reading of Tencent's limits: 🙂 is two."""
    return len(words.encode("utf-16-le", "replace")) // 2


def shorten(words: str, most: int) -> str:
    """The beginning of the words with … behind it, no dose, number or visible character cut."""
    if length(words) <= most:
        return words
    furthest = next(at for at in range(min(len(words), most), 0, -1) if length(words[:at]) < most)
    whole = Unbreakable(words).last_cut(0, furthest, neatly=False)
    by_force = (at for at in range(furthest, 0, -1) if is_character_end(words, at))
    return words[: whole or next(by_force, furthest)].rstrip("，、；：,;: ") + _CUT


def _in_words(at: datetime) -> str:
    """As Tencent's own examples write it."""
    there = local(at)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def _one_line(words: str) -> str:
    return _BLANKS.sub(" ", words).strip()
