"""The table of `make bench-answers`. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADS = ("", "measured", "", "aim")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    part: str
    name: str
    value: str
    aim: str = ""
    """What was promised; empty for what is only told."""


def table(rows: Iterable[Row], machine: str, notes: Sequence[str]) -> str:
    """Markdown: the machine, the figures (a part is named once), and what must be said about them."""
    lines = [machine, "", _line(HEADS), "| --- | --- | ---: | ---: |"]
    before = ""
    for row in rows:
        lines.append(_line(("" if row.part == before else row.part, row.name, row.value, row.aim)))
        before = row.part
    return "\n".join([*lines, "", *[f"- {note}" for note in notes]])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
