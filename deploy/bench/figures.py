"""What is measured, and the arithmetic on it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median


class Line(StrEnum):
    """A way to put a sentence and get its answer."""

    HOUSE = "house"  # the whole way through our gateway
    RASA = "rasa"  # our Rasa and action server only
    STOCK = "stock"  # stock Rasa and its action server


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table."""

    name: str
    unit: str
    more_is_better: bool = False
    digits: int = 1  # after the point
    compared: bool = True  # with stock, in the last column


@dataclass(frozen=True, slots=True)
class Gain:
    """How many times better we are than stock: the median over the rounds, and its extremes."""

    times: float
    least: float
    most: float


@dataclass(slots=True)
class Results:
    """Every figure's values, one a round."""

    values: dict[Figure, dict[Line, list[float]]] = field(default_factory=dict)

    def add(self, figure: Figure, line: Line, value: float) -> None:
        """Take a round's value."""
        self.values.setdefault(figure, {}).setdefault(line, []).append(value)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, interpolated. Raises ValueError for no values."""
    if not values or not 0 <= share <= 1:
        raise ValueError("a percentile needs values, and a share between 0 and 1")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def typical(values: Sequence[float]) -> float:
    """The middle of the rounds."""
    return median(values)


def gain(figure: Figure, by_line: Mapping[Line, Sequence[float]]) -> Gain | None:
    """The house against stock, round against round: noise that hit one round hit both. None if one is missing,
    or the figure is not one to compare."""
    if not figure.compared:
        return None
    ours, stock = by_line.get(Line.HOUSE, ()), by_line.get(Line.STOCK, ())
    rounds = [_times(figure, own, other) for own, other in zip(ours, stock, strict=False) if own > 0 and other > 0]
    return Gain(median(rounds), min(rounds), max(rounds)) if rounds else None


def _times(figure: Figure, ours: float, stock: float) -> float:
    return ours / stock if figure.more_is_better else stock / ours
