"""Tables as hospitals hand them over: CSV and XLSX, read row by row, columns found by what their heads say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from knowledge.importers.csv_lines import Numbered, csv_rows
from knowledge.importers.records import Problem, UnreadableError
from knowledge.importers.sheets import Sheet, sheets_of
from knowledge.text import normalise

_TOP_ROWS = 30
"""Title lines above the head are skipped as far as this."""
_SHOWN = 12
"""Cells of the first row that are shown when no head was found."""
_HEAD = re.compile(r"[\s【】\[\]（）()《》<>:：*＊·、,，/_-]+")
_BROKEN = "\ufffd"
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PAGE = re.compile(rb"\s*<(?:!doctype|html|table|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is looked for."""

    id: str
    heads: tuple[str, ...]
    """How its head is written; brackets, spaces and stars do not count."""
    needed: bool = False
    """A table without it is another table."""
    carried: bool = False
    """An empty cell holds what the row above holds: how merged cells come out of a CSV export."""
    absent: bool = False
    """A table with it is another table, whatever else it has."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the head."""

    position: int
    """Rows read so far in the whole file, those above the head among them."""
    place: str
    """`第 12 行`, with the sheet where there are several."""
    cells: Mapping[str, str]
    """Text by column id; a column without text is not there."""
    heads: Mapping[str, str]
    """Column id → head as the table has it."""
    problems: tuple[Problem, ...] = ()
    """Cells that could not be read; they are not among the others."""

    def where(self, column: str) -> str:
        """A cell, as a person finds it."""
        return f"{self.place}，列 {self.heads.get(column, column)}"


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the columns stand, and how the table calls them."""

    places: Mapping[str, int]
    heads: Mapping[str, str]
    width: int


def read_table(file: Path, columns: Sequence[Column], after: int = 0) -> Iterator[Row]:
    """The rows below the head, of every sheet that has one; empty rows are passed over.

    Raises UnreadableError when the file is no table, or no sheet has the needed columns.
    """
    positions, found, seen = count(1), False, ""
    for sheet in _sheets(file):
        rows = zip(sheet.rows, positions, strict=False)
        head, first, position = _find_head(rows, columns)
        found |= head is not None
        if head is not None:
            yield from (row for row in _below(head, sheet, rows, columns) if row.position > after)
        elif first:
            seen = seen or "、".join(first[:_SHOWN])
            if not sheet.alone and position > after:
                place = f"工作表 {sheet.name}"
                yield Row(position, place, {}, {}, (Problem(place, "没有找到表头，整张没有读"),))
    if not found:
        raise UnreadableError(f"没有找到表头：要有 {_needed(columns)}；看到的第一行是 {seen or '（空的）'}")


def _needed(columns: Sequence[Column]) -> str:
    return "、".join("或".join(one.heads[:3]) for one in columns if one.needed)


def _sheets(file: Path) -> Iterator[Sheet]:
    with file.open("rb") as opened:
        begins = opened.read(64)
    if begins.startswith(_OLD_EXCEL) or _PAGE.match(begins):
        raise UnreadableError(f"{file.name} 是旧式 .xls 或网页，请用 Excel 打开后另存为 .xlsx 或 UTF-8 的 .csv")
    if begins.startswith(b"PK"):
        return sheets_of(file)
    return iter([Sheet("", True, csv_rows(file), loose=True)])


def _find_head(
    rows: Iterator[tuple[Numbered, int]], columns: Sequence[Column]
) -> tuple[_Head | None, tuple[str, ...], int]:
    """The head among the first rows; the first text that was seen; and how far was looked."""
    first: tuple[str, ...] = ()
    position = 0
    for (_, cells, _), position in islice(rows, _TOP_ROWS):
        first = first or tuple(filter(None, cells))
        head = _head_in(cells, columns)
        if head is not None:
            return head, first, position
    return None, first, position


def _head_in(cells: Sequence[str], columns: Sequence[Column]) -> _Head | None:
    """The head, if this row is it."""
    written = {head_key(cell): at for at, cell in reversed(list(enumerate(cells))) if cell}
    keys = {one.id: next((key for key in map(head_key, one.heads) if key in written), None) for one in columns}
    if any((keys[one.id] is None) if one.needed else (one.absent and keys[one.id]) for one in columns):
        return None
    places = {id: written[key] for id, key in keys.items() if key is not None}
    return _Head(places, {id: " ".join(cells[at].split()) for id, at in places.items()}, len(cells))


def _below(head: _Head, sheet: Sheet, rows: Iterator[tuple[Numbered, int]], columns: Sequence[Column]) -> Iterator[Row]:
    carried: dict[str, str] = {}
    for (number, cells, trouble), position in rows:
        place = f"{'' if sheet.alone else f'工作表 {sheet.name} '}第 {number} 行"
        shifted = sheet.loose and any(cells[head.width :])
        if trouble or shifted:
            what = trouble or "比表头多出格子，可能有逗号没有加引号，各列已经错位"
            yield Row(position, place, {}, head.heads, (Problem(place, what),))
        elif any(cells) and not _repeats(head, cells):
            yield _carry(_row(position, place, cells, head), columns, carried)


def head_key(text: str) -> str:
    """A head as it is compared: `【通用 名称】` is `通用名称`."""
    return _HEAD.sub("", normalise(text))


def _repeats(head: _Head, cells: Sequence[str]) -> bool:
    """The head once more: at the top of each printed page, or merged over two rows."""
    return all(head_key(cells[at]) == head_key(head.heads[id]) for id, at in head.places.items() if at < len(cells))


def _row(position: int, place: str, cells: Sequence[str], head: _Head) -> Row:
    texts, problems = {}, []
    for id, at in head.places.items():
        text = cells[at] if at < len(cells) else ""
        wrong = "有认不出的字（编码坏了）" if _BROKEN in text else f"是错误值 {text}" if text in _ERRORS else ""
        if wrong:
            problems.append(Problem(f"{place}，列 {head.heads[id]}", wrong))
        elif text:
            texts[id] = text
    return Row(position, place, texts, head.heads, tuple(problems))


def _carry(row: Row, columns: Sequence[Column], carried: dict[str, str]) -> Row:
    for one in columns:
        if one.carried and one.id in row.cells:
            carried[one.id] = row.cells[one.id]
    kept = {id: text for id, text in carried.items() if id not in row.cells}
    return Row(row.position, row.place, {**kept, **row.cells}, row.heads, row.problems)
