"""What a typed template field takes; anything else is refused with 47003, never shortened.

Official table: the parameter limits of `subscribeMessage.send` (发送订阅消息) at developers.weixin.qq.com/miniprogram.
"""

import re
from collections.abc import Mapping
from typing import Any

from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.settings import Template

KEYWORD_SHOWN = 20  # characters of a field of an old template before it folds
_NAMED = re.compile(r"^(?P<label>.*?)[:：]?\{\{(?P<name>\w+)\.DATA\}\}", re.MULTILINE)
_CLOCK = r"(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d)?"
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_TIME = rf"(?:{_DAY}\s*)?{_CLOCK}"
_DATE = rf"{_DAY}(?:\s*{_CLOCK})?"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ANY_LENGTH = {"first", "remark"}

_RULES: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"(?=.{1,32}$)[+-]?\d+(?:\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[!-~ ]{1,32}"),
    "time": re.compile(rf"{_TIME}(?:\s*~\s*{_TIME})?"),
    "date": re.compile(rf"{_DATE}(?:\s*~\s*{_DATE})?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+*() -]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fffA-Za-z\d]{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[^\u4e00-\u9fff\d]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


def labels(template: Template) -> list[tuple[str, str]]:
    """The template's fields in order: label as people read it, name."""
    return [(found["label"].strip(), found["name"]) for found in _NAMED.finditer(template.content)]


def filled(template: Template, data: Any) -> tuple[tuple[str, str], ...]:
    """Rows as the phone shows them. Raises Refused 47003 that names the first wrong field."""
    rows = []
    for label, name in labels(template):
        value = _value(data, name)
        if not fits(name, value, template.listed.get(name)):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
        if name.startswith("keyword") and _length(value) > KEYWORD_SHOWN:
            value = value[:KEYWORD_SHOWN] + "…"
        if name not in _ANY_LENGTH:  # first and remark are no longer shown
            rows.append((label, value))
    return tuple(rows)


def fits(name: str, value: str, listed: tuple[str, ...] | None = None) -> bool:
    """Whether a value obeys the rule of a field such as `thing1`."""
    kind = re.sub(r"\d+$", "", name)
    if kind in _ANY_LENGTH or kind == "keyword":
        return True
    if not value.strip() or _CONTROL.search(value):
        return False
    if listed is not None:
        return value in listed
    if kind == "thing":
        return _length(value) <= 20
    return kind in _RULES and _RULES[kind].fullmatch(value) is not None


def _value(data: Any, name: str) -> str:
    field = data.get(name) if isinstance(data, Mapping) else None
    value = field.get("value") if isinstance(field, Mapping) else None
    if value is None or value == "":
        if name in _ANY_LENGTH:
            return ""
        raise Refused(47003, f"argument invalid! data.{name}.value is empty")
    return str(value)


def _length(value: str) -> int:
    """Characters as JavaScript counts them: the stricter reading, for 🙂 is two."""
    return len(value.encode("utf-16-le")) // 2
