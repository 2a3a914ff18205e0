"""Reading dosing_rules.yml: what it means is told in dosing_rules.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from knowledge.dosing_rules import DosingRule, DosingRules
from knowledge.ingredients import Ingredients
from knowledge.sources import Source, read_source
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, words

_NO_HOURS: Final = {"half", "same_day", "never"}
_WITH_HOURS: Final = {
    "half": "half",
    "same_day_minus": "same_day",
    "hours": "hours",
    "until_next_minus": "until_next_minus",
}
_UNKNOWN: Final = "half:6"  # half the interval, at most six hours
_KEYS: Final = {
    *("of", "preparations", "late", "seldom", "least_gap_h", "critical"),
    *("night", "taper", "words", "stop_words", "source"),
}


def load_dosing_rules(folder: Path | None, known: Ingredients) -> DosingRules:
    """Read dosing_rules.yml of a data folder. Raises BadDataError for a broken rule or an id nobody knows."""
    raw = read_yaml((folder or DATA) / "dosing_rules.yml")
    try:
        reader = _Reader(_sources(raw), raw["words"], known)
        rules = [(reader.rule(id, one), one) for id, one in raw["rules"].items()]
        default = DosingRule("", (_UNKNOWN,), (), timedelta(), "", False, False, raw["words"]["half"], "", ())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataError(f"dosing_rules.yml: {error}") from error
    return DosingRules(default, _by_id(rules, "preparations"), _by_id(rules, "of"), known)


def _sources(raw: Mapping[str, Any]) -> dict[str, Source]:
    return {key: read_source({"reviewed": raw["reviewed"], **one}) for key, one in raw["sources"].items()}


def _by_id(rules: Sequence[tuple[DosingRule, Mapping[str, Any]]], key: str) -> dict[str, DosingRule]:
    found: dict[str, DosingRule] = {}
    for rule, raw in rules:
        for id in words(raw, key):
            if id in found:
                raise BadDataError(f"dosing_rules.yml: two rules for {id}: {found[id].id}, {rule.id}")
            found[id] = rule
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one rule after the other with what they share."""

    sources: Mapping[str, Source]
    standard: Mapping[str, str]
    """What a patient is told where a rule has no words of its own, by kind of limit; {n} stands for its hours."""
    known: Ingredients

    def rule(self, id: str, raw: Mapping[str, Any]) -> DosingRule:
        if unknown := sorted({*raw} - _KEYS) + [one for one in words(raw, "of") if not self._means(one)]:
            raise BadDataError(f"{id}: nobody knows {', '.join(unknown)}")
        if not (raw.get("of") or raw.get("preparations")):
            raise BadDataError(f"{id}: for no medicine")
        late = tuple(_lates(required(raw, "late", id)))
        return DosingRule(
            id=id,
            late=late,
            seldom=tuple(_lates(raw.get("seldom", ()))),
            least_gap=timedelta(hours=_whole(raw.get("least_gap_h", 0))),
            why_critical=_sentence(raw.get("critical", ""), id),
            night=_flag(raw, "night", id),
            taper=_flag(raw, "taper", id),
            words=_sentence(raw.get("words", ""), id) or self._standard(late[0]),
            stop_words=_sentence(raw.get("stop_words", ""), id),
            sources=tuple(self.sources[key] for key in _listed(required(raw, "source", id))),
        )

    def _standard(self, limit: str) -> str:
        kind, _, hours = limit.partition(":")
        return self.standard[kind].format(n=hours)

    def _means(self, id: str) -> bool:
        return id in self.known.ingredients or id in self.known.classes


def _lates(raw: object) -> Iterator[str]:
    """`half`, `{hours: 12}`, or a list of both, as codes: half, hours:12."""
    for one in _listed(raw):
        if isinstance(one, Mapping):
            ((kind, hours),) = one.items()
            yield f"{_WITH_HOURS[kind]}:{_whole(hours, least=1)}"
        elif one in _NO_HOURS:
            yield str(one)
        else:
            raise ValueError(f"{one}: how many hours?")


def _listed(raw: Any) -> tuple[Any, ...]:
    return tuple(raw) if isinstance(raw, list | tuple) else (raw,)


def _whole(raw: object, least: int = 0) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < least:
        raise ValueError(f"not a number of hours: {raw!r}")
    return raw


def _flag(raw: Mapping[str, Any], key: str, where: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise TypeError(f"{where}: {key} is true or false, not {value!r}")
    return value


def _sentence(value: object, where: str) -> str:
    if not isinstance(value, str) or (value and not value.endswith("。")):
        raise ValueError(f"{where}: not a sentence: {value!r}")
    return value
