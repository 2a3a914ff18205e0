"""Lab items: how people call them, units, reference ranges of adults, what high and low usually mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.lab_units import unit_key
from knowledge.sources import Source, read_source
from knowledge.text import normalise
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, words

_NUMBER = r"(\d+(?:\.\d+)?)"
_BETWEEN = re.compile(rf"{_NUMBER}-{_NUMBER}")
_ONE_SIDED = re.compile(rf"([≤<≥]){_NUMBER}")
_AGES = re.compile(r"(\d+)-(\d+)")
_SEXES = {"male": "男", "female": "女"}
_SHORT, _SHORT_LATIN = 1, 2
"""Names of so few characters (钾, UA) count only with a value right behind them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range, and for whom it holds; None is no limit on that side."""

    low: Decimal | None
    high: Decimal | None
    open_above: bool = False
    """True where `high` itself is too high already (<5.2)."""
    sex: str = ""
    """`male`, `female`; empty for both."""
    ages: tuple[int, int] | None = None
    """First and last year of age."""
    when: str = ""
    """Under which condition (空腹); empty for any."""

    def is_low(self, value: Decimal) -> bool:
        """Whether the value is below."""
        return self.low is not None and value < self.low

    def is_high(self, value: Decimal) -> bool:
        """Whether the value is above."""
        return self.high is not None and (value > self.high or (self.open_above and value == self.high))

    @property
    def spoken(self) -> str:
        """`男20到59岁 57—97`."""
        who = f"{_SEXES.get(self.sex, '')}{f'{self.ages[0]}到{self.ages[1]}岁' if self.ages else ''}{self.when}"
        if self.low is not None and self.high is not None:
            limits = f"{self.low}—{self.high}"
        elif self.high is not None:
            limits = f"{'低于' if self.open_above else '不超过'}{self.high}"
        else:
            limits = f"{self.low}及以上"
        return f"{who} {limits}".strip()


@dataclass(frozen=True, slots=True)
class Panic:
    """Where a value needs a doctor at once."""

    low: Decimal | None
    """This and below."""
    high: Decimal | None
    """This and above."""
    do: str
    source: Source


@dataclass(frozen=True, slots=True)
class LabItem:
    """One item of a report."""

    id: str
    name: str
    names: tuple[str, ...]
    """Further ones: short forms, popular names, usual misspellings."""
    group: str
    unit: str
    """In which the ranges are; empty for a pure number and for signs."""
    also: Mapping[str, Decimal]
    """Key of another unit → what one of it is in `unit`."""
    usual: frozenset[str]
    """Keys of those of them that are as usual here as `unit`: a bare number may be either."""
    elsewhere: Mapping[str, str]
    """Key of a unit that belongs to another item (its id): 中性粒细胞 in percent."""
    when: Mapping[str, tuple[str, ...]]
    """Condition → words that tell it."""
    ranges: tuple[Bounds, ...]
    """Of adults; empty: there is no common one, the report's own counts."""
    plausible: tuple[Decimal, Decimal]
    """The least and the most that can be measured."""
    panic: Panic | None
    sign: str
    """The usual sign (阴性) of an item without number; empty for numbers."""
    positive: str
    negative: str
    """What each sign usually means; the second is empty where there is nothing to say."""
    high: str
    low: str
    """What it usually means, one or two sentences."""
    departments: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class ItemMention:
    """An item named in a normalised text."""

    start: int
    end: int
    item: LabItem
    short: bool


class LabBook:
    """All items, found by any of their names."""

    def __init__(self, items: Mapping[str, LabItem]) -> None:
        self._items = dict(items)

    def __iter__(self) -> Iterator[LabItem]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, id: str) -> LabItem:
        return self._items[id]

    def __contains__(self, id: object) -> bool:
        return id in self._items

    def mentions(self, plain: str) -> tuple[ItemMention, ...]:
        """Items in a normalised text, in order; a longer name hides shorter ones inside it."""
        found = ((match, self._by_name[match.group()]) for match in self._pattern.finditer(plain))
        return tuple(ItemMention(one.start(), one.end(), item, _is_short(one.group())) for one, item in found)

    @cached_property
    def _by_name(self) -> dict[str, LabItem]:
        return {normalise(name): one for one in self for name in (one.name, *one.names)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted(self._by_name, key=len, reverse=True)
        return re.compile("|".join(map(_bounded, names)))


def _bounded(name: str) -> str:
    """Latin letters beside a Latin name would make it another word (ck in ckmb)."""
    before = r"(?<![a-z])" if name[0].isascii() else ""
    after = r"(?![a-z])" if name[-1].isascii() else ""
    return f"{before}{re.escape(name)}{after}"


def _is_short(name: str) -> bool:
    return len(name) <= (_SHORT_LATIN if name.isascii() else _SHORT)


def load_lab(folder: Path | None = None) -> LabBook:
    """Read lab_items.yml of a data folder. Raises BadDataError."""
    raw = read_yaml((folder or DATA) / "lab_items.yml")
    sources = {key: read_source({"reviewed": raw["reviewed"], **one}) for key, one in raw["sources"].items()}
    try:
        items = {id: _read_item(id, one, sources) for id, one in raw["items"].items()}
    except (KeyError, TypeError, ArithmeticError, AttributeError) as error:
        raise BadDataError(f"lab_items.yml: {error!r}") from error
    _check(items)
    return LabBook(items)


def _check(items: Mapping[str, LabItem]) -> None:
    owners: dict[str, str] = {}
    for one in items.values():
        for name in {normalise(name) for name in (one.name, *one.names)}:
            if owners.setdefault(name, one.id) != one.id:
                raise BadDataError(f"lab_items.yml: {name} is both {owners[name]} and {one.id}")
        if lost := [id for id in one.elsewhere.values() if id not in items]:
            raise BadDataError(f"lab_items.yml {one.id}: no item {lost[0]}")


def _read_item(id: str, raw: Mapping[str, Any], sources: Mapping[str, Source]) -> LabItem:
    where = f"lab_items.yml {id}"
    sign, also = str(raw.get("sign", "")), {unit_key(unit): str(one) for unit, one in (raw.get("also") or {}).items()}
    meaning = {key: str(required(raw, key, where)) for key in (("positive",) if sign else ("high", "low"))}
    return LabItem(
        id=id,
        name=str(required(raw, "name", where)),
        names=words(raw, "names"),
        group=str(required(raw, "group", where)),
        unit=str(raw.get("unit", "")),
        also={unit: Decimal(one) for unit, one in also.items() if one[0].isdigit()},
        usual=frozenset(map(unit_key, words(raw, "usual"))),
        elsewhere={unit: one for unit, one in also.items() if not one[0].isdigit()},
        when={name: tuple(normalise(word) for word in told) for name, told in (raw.get("when") or {}).items()},
        ranges=tuple(_ranges(raw["range"], {}, where)) if "range" in raw else (),
        plausible=(Decimal(0), Decimal(0)) if sign else _between(str(required(raw, "plausible", where)), where),
        panic=_panic(raw["panic"], sources, where) if "panic" in raw else None,
        sign=sign,
        positive=meaning.get("positive", ""),
        negative=str(raw.get("negative", "")),
        high=meaning.get("high", ""),
        low=meaning.get("low", ""),
        departments=tuple(required(raw, "departments", where)),
        source=sources[raw["source"]],
    )


def _ranges(raw: object, known: Mapping[str, Any], where: str) -> Iterator[Bounds]:
    """One text, or texts by sex, age and condition, one inside the other."""
    if isinstance(raw, Mapping):
        for key, inner in raw.items():
            yield from _ranges(inner, {**known, **_for_whom(str(key))}, where)
        return
    text = str(raw)
    if match := _ONE_SIDED.fullmatch(text):
        limit = Decimal(match[2])
        high = None if match[1] == "≥" else limit
        yield Bounds(limit if high is None else None, high, match[1] == "<", **known)
    else:
        yield Bounds(*_between(text, where), **known)


def _for_whom(key: str) -> dict[str, Any]:
    if key in _SEXES:
        return {"sex": key}
    match = _AGES.fullmatch(key)
    return {"ages": (int(match[1]), int(match[2]))} if match else {"when": key}


def _between(text: str, where: str) -> tuple[Decimal, Decimal]:
    match = _BETWEEN.fullmatch(text)
    if match is None or Decimal(match[1]) >= Decimal(match[2]):
        raise BadDataError(f"{where}: not a range: {text}")
    return Decimal(match[1]), Decimal(match[2])


def _panic(raw: Mapping[str, Any], sources: Mapping[str, Source], where: str) -> Panic:
    low, high = (Decimal(str(raw[key])) if key in raw else None for key in ("low", "high"))
    if low is None and high is None:
        raise BadDataError(f"{where}: panic without a limit")
    return Panic(low, high, str(required(raw, "do", where)), sources[raw["source"]])


def names_of(items: Sequence[LabItem]) -> list[str]:
    """Every name, the proper ones first."""
    return [*(one.name for one in items), *(name for one in items for name in one.names)]
