"""Where text stands on a PDF page, and what follows from it: lines, and table rows with their cells.

A PDF knows no tables. Cells are told by gaps: what stands to the right of the last piece, and not below it, is the
next cell of its row; what stands below a cell that is not the first goes on with that cell.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from pypdf import PageObject

from knowledge.importers.blocks import joined, repaired

_SAME_LINE = 0.5
"""Of the font size: how far two pieces of one line may stand apart in height."""
_GAP = 0.9
"""Of the font size: a gap wider than this lies between cells."""
_ROW_HEIGHT = 8
"""Font sizes; what is farther up is the next column of the page, not the next cell."""
_PITCH = 1.5
"""Font sizes from line to line, when a page has too few lines to tell."""
_NARROW = 0.55
"""Width of a letter or digit by font size; Chinese characters are 1."""


@dataclass(slots=True)
class Piece:
    """Text written without a gap, on one line. Lengths are in points, y grows upwards."""

    text: str
    x: float
    y: float
    end: float
    size: float
    bold: bool


@dataclass(slots=True)
class Line:
    """One line of text, or one table row when it has several cells."""

    cells: list[list[Piece]] = field(default_factory=list)

    @property
    def first(self) -> Piece:
        return self.cells[0][0]

    @property
    def texts(self) -> list[str]:
        """The text of each cell."""
        return [joined([piece.text for piece in cell]) for cell in self.cells]


def pieces(page: PageObject) -> list[Piece]:
    """All text of a page with its place, in the order of the file."""
    found: list[Piece] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Mapping[str, Any] | None, size: float) -> None:
        text = repaired(text.replace("\n", ""))
        if not text or not (text.strip() or found):
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        height = size * math.hypot(tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
        bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        _add(found, Piece(text, x, y, x + _width(text) * height, height, bold))

    page.extract_text(visitor_text=visit)
    return [piece for piece in found if piece.text.strip()]


def _add(found: list[Piece], new: Piece) -> None:
    """Go on with the last piece, or begin another."""
    last = found[-1] if found else None
    if last and abs(last.y - new.y) < _SAME_LINE * last.size and last.x <= new.x < last.end + _GAP * last.size:
        last.text += new.text
        last.end = new.end if new.text.strip() else last.end
    elif new.text.strip():
        found.append(new)


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WF" else _NARROW for char in text)


def line_pitch(found: Sequence[Piece]) -> float:
    """Points from one line of running text to the next."""
    steps = [a.y - b.y for a, b in pairwise(found) if 0 < a.y - b.y < 3 * a.size]
    return median(steps) if steps else _PITCH * (found[0].size if found else 1)


def lines(found: Sequence[Piece]) -> list[Line]:
    """Lines and table rows, in the order of the file."""
    pitch = line_pitch(found)
    laid: list[Line] = []
    for piece in found:
        if laid and _beside(laid[-1], piece):
            if len(laid[-1].cells) == 1:
                _take_first_cell(laid, piece, pitch)
            laid[-1].cells.append([piece])
        elif laid and _goes_on(laid[-1], piece, pitch):
            laid[-1].cells[-1].append(piece)
        else:
            laid.append(Line([[piece]]))
    return laid


def _beside(line: Line, piece: Piece) -> bool:
    cell = line.cells[-1]
    right = piece.x > max(one.end for one in cell)
    return right and cell[-1].y - _SAME_LINE * piece.size < piece.y < cell[-1].y + _ROW_HEIGHT * piece.size


def _goes_on(row: Line, piece: Piece, pitch: float) -> bool:
    """Whether a piece below is the next line of a row's last cell; below the first cell it may be the next row."""
    cell = row.cells[-1]
    below = 0 < cell[-1].y - piece.y < 1.2 * pitch
    return len(row.cells) > 1 and below and abs(piece.x - cell[0].x) < piece.size


def _take_first_cell(laid: list[Line], second: Piece, pitch: float) -> None:
    """Lines just before a row's second cell may be the first cell's upper lines."""
    cell = laid[-1].cells[0]
    reach = second.y + max(0.0, second.y - cell[-1].y) + 0.6 * pitch
    while len(laid) > 1 and len(laid[-2].cells) == 1:
        above = laid[-2].cells[0]
        fits = above[-1].end < second.x and abs(above[0].x - cell[0].x) < cell[0].size and above[0].size == cell[0].size
        if not fits or above[0].y > reach:
            return
        cell[:0] = above
        del laid[-2]
