"""How far two markers agree, by groups of marks: the machine with each teacher, and the teachers with each other.

Cohen's κ (Cohen 1960) sinks although people agree when nearly all marks are the same (Feinstein and Cicchetti 1990);
there Gwet's AC1 (Gwet 2008) is taken. All figures are exact Decimals rounded to four places.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from cases.debrief import Debrief, Group, debrief
from cases.marked import Marks, Transcript, played
from cases.model import Case

TRUSTED: Final = Decimal("0.85")
FEWEST: Final = 20
"""Marks of a group, below which nothing can be said of it."""
_LOPSIDED: Final = Fraction(9, 10)
"""Share of equal marks from which κ says little."""
_PLACES: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Counts:
    """Marks two markers gave to the same things."""

    both: int = 0  # earned, say both
    first: int = 0  # earned, says the first alone
    second: int = 0
    neither: int = 0

    @classmethod
    def of(cls, first: bool, second: bool) -> "Counts":
        """One thing, marked by both."""
        return cls(first and second, first and not second, second and not first, not (first or second))

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.both + other.both, self.first + other.first, self.second + other.second, self.neither + other.neither
        )

    @property
    def n(self) -> int:
        """Things marked by both."""
        return self.both + self.first + self.second + self.neither

    @property
    def observed(self) -> Decimal | None:
        """Share of equal marks; None without any."""
        return _rounded(self._observed) if self.n else None

    @property
    def kappa(self) -> Decimal | None:
        """Cohen's κ; None where chance alone explains everything (both always say the same one thing)."""
        chance = sum((a * b for a, b in self._shares), Fraction())
        return _rounded((self._observed - chance) / (1 - chance)) if self.n and chance != 1 else None

    @property
    def ac1(self) -> Decimal | None:
        """Gwet's AC1 for two categories."""
        if not self.n:
            return None
        earned = sum(self._shares[0], Fraction()) / 2
        chance = 2 * earned * (1 - earned)
        return _rounded((self._observed - chance) / (1 - chance))

    @property
    def lopsided(self) -> bool:
        """Whether nearly all marks are the same, so that κ misleads."""
        earned = sum(self._shares[0], Fraction()) / 2
        return max(earned, 1 - earned) >= _LOPSIDED

    @property
    def figure(self) -> Decimal | None:
        """What agreement is judged by: κ, or AC1 where κ misleads."""
        return self.ac1 if self.lopsided else self.kappa

    @property
    def _observed(self) -> Fraction:
        return Fraction(self.both + self.neither, self.n)

    @property
    def _shares(self) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """What each marker calls earned, and not."""
        of = max(self.n, 1)
        one, other = Fraction(self.both + self.first, of), Fraction(self.both + self.second, of)
        return (one, other), (1 - one, 1 - other)

    def to_json(self) -> dict[str, Any]:
        """The figures, as text where they are decimals."""
        figures = {"observed": self.observed, "kappa": self.kappa, "ac1": self.ac1, "figure": self.figure}
        return {"n": self.n} | {name: None if each is None else str(each) for name, each in figures.items()}


@dataclass(frozen=True, slots=True)
class Trio:
    """The three pairs of machine, first and second teacher."""

    machine_a: Counts = Counts()
    machine_b: Counts = Counts()
    teachers: Counts = Counts()

    def __add__(self, other: "Trio") -> "Trio":
        return Trio(self.machine_a + other.machine_a, self.machine_b + other.machine_b, self.teachers + other.teachers)

    @property
    def machine(self) -> Decimal | None:
        """The machine's lower figure of the two; None where not both are known."""
        both = (self.machine_a.figure, self.machine_b.figure)
        known = [each for each in both if each is not None]
        return min(known) if len(known) == len(both) else None


Groups = Mapping[Group, Trio]


def agreement(case: Case, transcript: Transcript, marks_a: Marks, marks_b: Marks) -> Groups:
    """Play and score a transcript, and hold the sheet against the marks of two people."""
    return compare(debrief(case, played(case, transcript), transcript.ending), marks_a, marks_b)


def compare(sheet: Debrief, marks_a: Marks, marks_b: Marks) -> Groups:
    """Hold a sheet on which no mark was left to teachers against two people's marks, by item id.

    A mark is earned or not; half of the points is not earned. What only one of the two has marked is left out.
    """
    found: dict[Group, Trio] = defaultdict(Trio)
    for mark in sheet.items:
        if mark.item in marks_a and mark.item in marks_b:
            machine, a, b = mark.points == mark.max, marks_a[mark.item], marks_b[mark.item]
            found[Group(mark.group)] += Trio(Counts.of(machine, a), Counts.of(machine, b), Counts.of(a, b))
    return dict(found)


def pooled(several: Iterable[Groups]) -> Groups:
    """The counts of several transcripts together, in the order of the groups."""
    sums: dict[Group, Trio] = defaultdict(Trio)
    for groups in several:
        for group, trio in groups.items():
            sums[group] += trio
    return {group: sums[group] for group in Group if group in sums}


def whole(groups: Groups) -> Trio:
    """All groups together."""
    return sum(groups.values(), Trio())


def untrusted(groups: Groups, threshold: Decimal = TRUSTED) -> frozenset[Group]:
    """Groups in which the machine does not agree well enough with both teachers; those hardly marked are not judged."""
    measured = {group: trio.machine for group, trio in groups.items() if trio.teachers.n >= FEWEST}
    return frozenset(group for group, figure in measured.items() if figure is not None and figure < threshold)


def trusted(groups: Groups, threshold: Decimal = TRUSTED) -> frozenset[Group]:
    """Groups that the machine marks by itself."""
    return frozenset(Group) - untrusted(groups, threshold)


def to_json(groups: Groups, threshold: Decimal = TRUSTED) -> list[dict[str, Any]]:
    """One row a group, with its Chinese name."""
    doubted = untrusted(groups, threshold)
    return [
        {
            "group": group.value, "label": group.chinese, "trusted": group not in doubted,
            "machine_a": trio.machine_a.to_json(), "machine_b": trio.machine_b.to_json(),
            "teachers": trio.teachers.to_json(),
        }
        for group, trio in groups.items()
    ]  # fmt: skip


def _rounded(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_PLACES)
