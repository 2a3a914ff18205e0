"""What a forgotten dose asks of each medicine: how late, how far apart, who is told; the table is dosing_rules.yml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TypeVar

from knowledge.drugs import Drug
from knowledge.ingredients import Ingredients
from knowledge.sources import Source

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class DosingRule:
    """The rule of one medicine, or of all ingredients of a combination together."""

    id: str
    """Key in dosing_rules.yml; several joined by `+` for a combination; empty for a medicine without a rule."""
    late: tuple[str, ...]
    """How late a dose may be: half, half:4, same_day, same_day:6, hours:12, until_next_minus:6, never; what they mean
    stands at the head of dosing_rules.yml. Of several the earliest counts."""
    seldom: tuple[str, ...]
    """The same where the medicine is taken once a week or more seldom; empty: as `late`."""
    least_gap: timedelta
    """Least time between two doses; zero where nothing but the plan sets one."""
    why_critical: str
    """In Chinese, for the nurse: why a missed dose is told her the same day; empty for most."""
    night: bool
    """Whether a reminder may come in quiet hours."""
    taper: bool
    """Whether it must not be stopped from one day to the next."""
    words: str
    """In Chinese, for the patient: what to do about a forgotten dose."""
    stop_words: str
    """In Chinese, for the patient: why not to stop without asking; empty where that is harmless."""
    sources: tuple[Source, ...]
    """Where it comes from; none for a medicine without a rule."""

    @property
    def late_code(self) -> str:
        """Both in one word: same_day+until_next_minus:4, or with the seldom ones after a slash."""
        return "/".join("+".join(some) for some in (self.late, self.seldom) if some)

    @property
    def critical(self) -> bool:
        """Whether a missed dose can harm at once."""
        return bool(self.why_critical)


@dataclass(frozen=True, slots=True)
class DosingRules:
    """All rules, by what they are written for."""

    default: DosingRule
    """For a medicine that no rule names."""
    _preparations: Mapping[str, DosingRule]
    _ids: Mapping[str, DosingRule]
    _known: Ingredients

    def of(self, what: Drug | Iterable[str]) -> DosingRule:
        """The rule of a drug, or of ingredients by id; of several the gravest of each. Unknown ids are passed over.

        A drug's own rule comes first, then those of its ingredients, then that of its class; what acts where it is put
        is not judged by its ingredients.
        """
        if not isinstance(what, Drug):
            return self._together(what) or self.default
        own = self._preparations.get(what.id) or self._together(what.acting_ids)
        return own or self._of_classes((what.class_id,)) or self.default

    def _together(self, ingredients: Iterable[str]) -> DosingRule | None:
        return gravest(found for id in ingredients if (found := self._ids.get(id) or self._by_class(id)))

    def _by_class(self, ingredient: str) -> DosingRule | None:
        known = self._known.ingredients.get(ingredient)
        return self._of_classes(known.classes) if known else None

    def _of_classes(self, ids: Iterable[str]) -> DosingRule | None:
        """A class without a rule asks its parents; a class with one speaks before its parents."""
        classes = self._known.classes
        lineages = {id: [one.id for one in classes.lineage(id)] for id in ids if id in classes}
        with_rule = {next((id for id in line if id in self._ids), "") for line in lineages.values()} - {""}
        older = {id for one in with_rule for id in [each.id for each in classes.lineage(one)][1:]}
        return gravest(self._ids[id] for id in sorted(with_rule - older))


def gravest(rules: Iterable[DosingRule]) -> DosingRule | None:
    """One rule out of those of a combination: every limit holds, everything that is grave is said; None of none."""
    distinct = tuple(dict.fromkeys(rules))
    if len(distinct) < 2:
        return next(iter(distinct), None)
    seldom = any(one.seldom for one in distinct)
    return DosingRule(
        id="+".join(one.id for one in distinct),
        late=_every(one.late for one in distinct),
        seldom=_every(one.seldom or one.late for one in distinct) if seldom else (),
        least_gap=max(one.least_gap for one in distinct),
        why_critical=_joined(one.why_critical for one in distinct),
        night=any(one.night for one in distinct),
        taper=any(one.taper for one in distinct),
        words=min(distinct, key=_strictness).words,
        stop_words=_joined(one.stop_words for one in distinct),
        sources=_every(one.sources for one in distinct),
    )


def _every(parts: Iterable[tuple[_One, ...]]) -> tuple[_One, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))


def _joined(sentences: Iterable[str]) -> str:
    return "".join(dict.fromkeys(sentences))


def _strictness(rule: DosingRule) -> int:
    """After how many hours a dose due at eight in the morning, once a day, is too late: how strict a rule is."""
    return min(_hours(limit) for limit in rule.late)


def _hours(limit: str) -> int:
    kind, _, hours = limit.partition(":")
    n = int(hours or 0)
    once_a_day = {"never": 0, "hours": n, "half": min(n or 12, 12), "same_day": 16 - n, "until_next_minus": 24 - n}
    return once_a_day[kind]
