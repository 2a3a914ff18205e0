"""Values of lab items in a person's sentence, with the unit and the report's own range where they are told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge.lab import Bounds, ItemMention, LabBook, LabItem
from knowledge.lab_units import UNIT, unit_key
from knowledge.text import normalise
from knowledge.visitor import read_visitor

_GAP = r"[^\d+±。!?;\n-]{0,12}?"
_VALUE = re.compile(
    rf"(?P<gap>{_GAP})(?<![a-z])[<>≤≥]?\s*(?P<number>\d{{1,7}}(?:\.\d{{1,4}})?)(?![\d.]*\d)(?P<many>万)?"
    rf"(?!\s*(?:个(?!/)|天|日|周|月|年|岁|号|点|楼|次|位|科|片|粒|颗|支|盒|种|项|小时|分钟|级|型|期|代|元|块|斤|kg|公斤|cm|/\d|\s?[-~到至]\s?\d|\+|\s?[×x*]\s?(?!10)\d))"
    rf"\s*(?P<unit>{UNIT})?"
)
# 高密度影, 谷草/谷丙: the words of a picture, a ratio.
_NO_ITEM = re.compile(r"\s*(?:影|灶|区|结节|病变|阴影|/)")
_OWN = re.compile(
    r"[^\d。;\n]{0,10}?(?P<low>\d+(?:\.\d+)?)\s*(?:-{1,2}|~|—{1,2}|–|到|至)\s*(?P<high>\d+(?:\.\d+)?)(?!\s*(?:岁|天|周|月|年|次|小时))"
)
_SIGN = re.compile(
    r"[^\d+±。!?;\n-]{0,6}?(?P<sign>弱阳性?|阳性?|可疑|±|\+-|[1-4一两二三四]\s*(?:个加号?|\+)|\+{1,4}|阴性?|\(-\)|-(?!\d))"
)
_NOT_OWN_VALUE = re.compile(r"正常值|正常范围|参考|标准|多少|低于|高于|超过|不到|控制|降到|目标|以[下上内]")
_MALE = re.compile(r"男(?!科|朋友|友)")
_FEMALE = re.compile(r"女(?!朋友|友|婿)")
_AGE = re.compile(r"(?<!\d)(\d{1,3})\s*(?:周?岁)")
_ADULT = 18
_OLDEST = 120
_LIKE_WORDS = ("阴", "-", "(")


@dataclass(frozen=True, slots=True)
class LabReading:
    """One item with what is told of it."""

    item: LabItem
    value: Decimal | None
    """As told; None for a sign."""
    unit: str = ""
    """Key of the unit told; empty when none was."""
    own: Bounds | None = None
    """The report's own range."""
    when: str = ""
    """Which of the item's conditions is told."""
    positive: bool | None = None
    """For signs."""
    short: bool = False
    """Named by a letter or two."""
    said: str = ""
    """The sign as it was told (2+)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose report it is, as far as the words tell."""

    sex: str = ""
    age: int | None = None
    child: bool = False
    pregnant: bool = False


def read_person(text: str) -> Person:
    """Sex, age, childhood and pregnancy."""
    plain, visitor = normalise(text), read_visitor(text)
    years = [int(age) for age in _AGE.findall(plain) if int(age) <= _OLDEST]
    age = years[0] if years else None
    female, male = (visitor.female or bool(_FEMALE.search(plain)), visitor.male or bool(_MALE.search(plain)))
    sex = "female" if female and not male else "male" if male and not female else ""
    return Person(sex, age, age < _ADULT if age is not None else visitor.child, visitor.pregnant)


def read_values(text: str, book: LabBook) -> tuple[LabReading, ...]:
    """Every item with a value or a sign, in order, each (with its condition) once."""
    plain = normalise(text)
    found: dict[tuple[str, str], LabReading] = {}
    for one in _readings(plain, book):
        found.setdefault((one.item.id, one.when), one)
    return tuple(found.values())


def _readings(plain: str, book: LabBook) -> Iterator[LabReading]:
    mentions = book.mentions(plain)
    before = 0
    ends = [one.start for one in mentions[1:]] + [len(plain)]
    for mention, following in zip(mentions, ends, strict=False):
        rest = plain[mention.end : following]
        if _NO_ITEM.match(plain, mention.end) or plain[max(0, mention.start - 1) : mention.start] == "/":
            continue
        reading = _sign(mention, rest) if mention.item.sign else _number(mention, rest, plain[before : mention.end])
        if reading is not None:
            before = mention.end
            yield reading


def _number(mention: ItemMention, rest: str, before: str) -> LabReading | None:
    match = _VALUE.match(rest)
    if match is None or _NOT_OWN_VALUE.search(match["gap"]) or (mention.short and match["gap"].strip(" :=是为")):
        return None
    value = Decimal(match["number"]) * (10_000 if match["many"] else 1)
    own = _OWN.match(rest, match.end())
    bounds = Bounds(Decimal(own["low"]), Decimal(own["high"])) if own and _grows(own) else None
    when = _when(mention.item, before + match["gap"])
    return LabReading(mention.item, value, unit_key(match["unit"] or ""), bounds, when, short=mention.short)


def _grows(own: re.Match[str]) -> bool:
    return Decimal(own["low"]) < Decimal(own["high"])


def _when(item: LabItem, words: str) -> str:
    """The condition told last: 空腹 7.5 餐后 12."""
    told = [(words.rfind(word), name) for name, each in item.when.items() for word in each if word in words]
    return max(told)[1] if told else ""


def _sign(mention: ItemMention, rest: str) -> LabReading | None:
    match = _SIGN.match(rest)
    if match is None:
        return None
    said = match["sign"]
    return LabReading(mention.item, None, positive=not said.startswith(_LIKE_WORDS), said=said)
