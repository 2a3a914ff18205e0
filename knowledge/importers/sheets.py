"""The sheets of an XLSX file, streamed; merged cells hold their text in every row they cover."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from knowledge.importers.csv_lines import Numbered
from knowledge.importers.records import UnreadableError

_LARGEST = 2 << 30
"""Bytes a part of the file may unpack to."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
_BLOCK, _OVERLAP = 1 << 20, 200
_MOST_ROWS = 2_000
"""A merge over more rows is decoration."""
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, InvalidFileException, ParseError, EOFError, OSError)

Cell = tuple[int, int]
"""Row and column, from 1."""
Fills = dict[int, dict[int, Cell]]
"""Row → covered column → the cell whose text it shows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file."""

    name: str
    alone: bool
    """The only one of its file."""
    rows: Iterator[Numbered]
    loose: bool = False
    """Where a cell stands depends on the cells before it."""


def sheets_of(file: Path) -> Iterator[Sheet]:
    """Every visible sheet. Raises UnreadableError when the file is no XLSX."""
    try:
        with zipfile.ZipFile(file) as archive:
            if any(part.file_size > _LARGEST for part in archive.infolist()):
                raise UnreadableError(f"{file.name} 解压后太大")
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except _BROKEN as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"{file.name} 不是完整的 XLSX 文件（zip 压缩包请先解开）：{error}") from error
    return _sheets(file, book)


def _sheets(file: Path, book: Workbook) -> Iterator[Sheet]:
    try:
        shown = [one for one in book.worksheets if one.sheet_state == "visible"]
        for one in shown:
            yield Sheet(one.title, len(shown) == 1, _rows(one, _fills(file, one)))
    finally:
        book.close()


def _rows(sheet: Any, fills: Fills) -> Iterator[Numbered]:
    sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
    shown = {top: "" for covered in fills.values() for top in covered.values()}
    number = 0
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = dict(enumerate(map(_text, values), start=1))
            for top in (top for top in ((number, column) for column in cells) if top in shown):
                shown[top] = cells[top[1]]
            cells |= {column: shown[top] for column, top in fills.get(number, {}).items()}
            yield number, tuple(cells.get(column, "") for column in range(1, max(cells, default=0) + 1)), ""
    except _BROKEN as error:
        yield number + 1, (), f"文件在这里坏了，后面的没有读到：{error}"


def _text(value: Any) -> str:
    """What the cell shows: a number that was typed as one is not written as 12.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip()


def _fills(file: Path, sheet: Any) -> Fills:
    """Which cells show the text of a cell above; the list of merges comes after all rows, so it is read beforehand.

    A merge over several columns says nothing about the columns on its right.
    """
    fills: Fills = {}
    for letters, first_row, last_row in _merges(file, sheet._worksheet_path):
        column = column_index_from_string(letters)
        if last_row - first_row < _MOST_ROWS:
            for row in range(first_row + 1, last_row + 1):
                fills.setdefault(row, {})[column] = (first_row, column)
    return fills


def _merges(file: Path, part: str) -> Iterator[tuple[str, int, int]]:
    """First column, first row and last row of each."""
    kept = b""
    with zipfile.ZipFile(file) as archive, archive.open(part) as xml:
        while block := xml.read(_BLOCK):
            block, done = kept + block, 0
            for found in _MERGED.finditer(block):
                column, first_row, last_row = (group.decode() for group in found.groups())
                yield column, int(first_row), int(last_row)
                done = found.end()
            kept = block[max(done, len(block) - _OVERLAP) :]
