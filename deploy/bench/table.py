"""The table for the README. Pure."""

from collections.abc import Mapping, Sequence

from deploy.bench.figures import Figure, Gain, Line, Results, gain, typical
from deploy.bench.machine import Machine

HEADS = ("", "house, through the gateway", "our Rasa and actions alone", "stock Rasa", "house against stock")
COLUMNS = (Line.HOUSE, Line.RASA, Line.STOCK)


def table(results: Results, machine: Machine, notes: Sequence[str]) -> str:
    """Markdown: the machine, the figures, and what must be said about them."""
    rows = [_cells(figure, by_line) for figure, by_line in results.values.items()]
    lines = [
        machine.in_words(),
        "",
        _row(HEADS),
        _row(("---", *["---:"] * (len(HEADS) - 1))),
        *[_row(row) for row in rows],
        "",
        *[f"- {note}" for note in notes],
    ]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figure: Figure, by_line: Mapping[Line, Sequence[float]]) -> Sequence[str]:
    shown = [_number(figure, by_line[line]) if line in by_line else "" for line in COLUMNS]
    return (f"{figure.name}, {figure.unit}" if figure.unit else figure.name, *shown, _gain(gain(figure, by_line)))


def _number(figure: Figure, values: Sequence[float]) -> str:
    return f"{typical(values):,.{figure.digits}f}"


def _gain(found: Gain | None) -> str:
    """`× 5.1`, with the extremes when there were several rounds."""
    if found is None:
        return ""
    spread = f" ({found.least:.1f}–{found.most:.1f})" if found.least != found.most else ""
    return f"**× {found.times:.1f}**{spread}"
