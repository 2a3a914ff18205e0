"""Word documents (.docx) into blocks, by their styles; also what stands in content controls and tracked insertions."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from knowledge.importers.blocks import CELL, Block
from knowledge.importers.headings import numbered_level
from knowledge.importers.opening import BROKEN
from knowledge.importers.records import Problem, UnreadableError

_LARGEST = 200_000_000
"""Bytes of XML; it is read whole, and a small zip may unfold to any size."""
_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"toc|目录", re.IGNORECASE)
_OUTLINED = frozenset("012345678")
"""Word's outline levels of headings; 9 is running text."""
_BOLD_LENGTH = 40
_ENDS = re.compile(r"[。！？!?；;：:，,、]$")
_WRAPPERS = (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"))


def read_docx(file: Path) -> Iterator[Block | Problem]:
    """Blocks in order. Raises UnreadableError."""
    document = _opened(file)
    levels = {style.style_id: _level_of_style(style) for style in document.styles}
    for element in _content(document.element.body):
        if element.tag == qn("w:tbl"):
            yield from _table(element)
        elif block := _paragraph(element, levels):
            yield block


def _opened(file: Path) -> Document:
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(one.file_size for one in archive.infolist() if one.filename.endswith((".xml", ".rels")))
        if size > _LARGEST:
            raise UnreadableError(f"{file.name} 展开后有 {size // 1_000_000} MB，太大了，请拆成几个文件")
        return docx.Document(str(file))
    except UnreadableError:
        raise
    except (*BROKEN, PackageNotFoundError, KeyError, ValueError, RuntimeError, etree.XMLSyntaxError) as error:
        raise UnreadableError(f"{file.name} 不是完整的 Word 文件（.docx）：{error}") from error


def _content(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables, also inside content controls."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in _WRAPPERS:
            yield from _content(element)


def _level_of_style(style: Any) -> int | None:
    """Rank of the heading a paragraph style makes, 0 for text, None for a table of contents."""
    name = str(style.name or "")
    if _CONTENTS.match(name):
        return None
    if name == "Title":
        return 1
    if named := _STYLE.match(name):
        return 1 + int(named[1])
    outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    return _rank(outline)


def _rank(outline: Any) -> int:
    level = "" if outline is None else outline.get(qn("w:val"), "")
    return 2 + int(level) if level in _OUTLINED else 0


def _paragraph(element: Any, levels: dict[str, int | None]) -> Block | None:
    text = _text(element)
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    level = levels.get(style.get(qn("w:val")), 0) if style is not None else 0
    if not text or level is None:
        return None
    return Block(
        text, level=level or _rank(element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")) or _unstyled(element, text)
    )


def _unstyled(element: Any, text: str) -> int:
    """Many Chinese documents set headings by hand: bold and short, or numbered; below all headings with a style."""
    if len(text) > _BOLD_LENGTH or _ENDS.search(text):
        return 0
    runs = [run for run in element.iter(qn("w:r")) if _text(run)]
    bold = bool(runs) and all(_is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)
    numbered = numbered_level(text, plain=not bold)
    return 10 + numbered if numbered else 19 * bold


def _is_on(mark: Any) -> bool:
    return mark is not None and mark.get(qn("w:val"), "true") not in ("0", "false", "off")


def _text(element: Any) -> str:
    """The words of an element. Deleted ones are in another tag; a drawing's older form would say them twice."""
    parts = []
    for one in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen")):
        if (
            next(one.iterancestors("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"), None)
            is None
        ):
            parts.append("-" if one.tag == qn("w:noBreakHyphen") else one.text or " ")
    return " ".join("".join(parts).split())


def _table(table: Any) -> Iterator[Block]:
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:  # of a table inside a cell, whose text the cell has
            continue
        cells = (
            " ".join(filter(None, map(_text, cell.iter(qn("w:p")))))
            for cell in row.iter(qn("w:tc"))
            if _owner(cell) is row
        )
        text = CELL.join(cells)
        if text.replace(CELL, "").strip():
            yield Block(text, row=True)


def _owner(cell: Any) -> Any:
    return next(cell.iterancestors(qn("w:tr")))
