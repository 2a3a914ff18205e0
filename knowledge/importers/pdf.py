"""PDF documents with a text layer, into blocks: headers and footers dropped, broken lines and tables put together."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from knowledge.importers.blocks import CELL, Block, joined
from knowledge.importers.headings import numbered_level
from knowledge.importers.pdf_layout import Line, Piece, line_pitch, lines, pieces
from knowledge.importers.records import Problem, UnreadableError

_MARGIN = 0.12
"""Of the page's height, above and below: where headers and footers stand."""
_REPEATED = 0.3
"""Of the pages: a line of the margin on so many is a header or footer (left and right pages may differ)."""
_PAGE_NUMBER = re.compile(r"[-–—·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/／共]\s*共?\s*\d{1,4}\s*页?)?[-–—·\s]*")
_LARGER = 1.12
"""Times the size of running text: a heading."""
_HEADING_LENGTH = 45
_ENDS = re.compile(r"[。！？!?；;：:，,、]$")
_SENTENCE_ENDS = re.compile(r"[。！？!?；;：:][”’」』）)】]*$|[a-z]\.$")
_LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*\d*$")
"""A line of a table of contents."""
_ITEM = re.compile(
    r"^(?:[•·●▪◆○■➢✓-]\s*|[（(]?\d{1,2}[)）.．、](?!\d)\s*|[①-⑳]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])"
)
_DAMAGED = (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError)
"""What pypdf raises on a page whose content breaks the format."""
_NO_CHARACTERS = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08]")


def read_pdf(file: Path) -> Iterator[Block | Problem]:
    """Blocks in order, and what is wrong with single pages. Raises UnreadableError."""
    read, problems = _pages(file)
    body = _body_size(read)
    sizes = _heading_sizes(read, body)
    furniture = _furniture(read)

    def blocks() -> Iterator[Block | Problem]:
        for number, (height, found) in enumerate(read, 1):
            if number in problems:
                yield problems[number]
            kept = [one for one in found if not _is_furniture(one, height, furniture)]
            yield from _blocks(lines(kept), number, _Style(body, sizes, line_pitch(kept)))

    yield from _rejoined(blocks())


def _rejoined(blocks: Iterator[Block | Problem]) -> Iterator[Block | Problem]:
    """The same blocks; a paragraph that a page's end broke is whole again, and so is a heading of two lines."""
    held: Block | None = None
    for block in blocks:
        if isinstance(block, Problem):
            yield block
        elif held and (_broken_paragraph(held, block) or _broken_heading(held, block)):
            held = Block(joined([held.text, block.text]), level=held.level, page=held.page)
        else:
            if held:
                yield held
            held = block
    if held:
        yield held


def _broken_paragraph(above: Block, below: Block) -> bool:
    text = not (above.level or above.row or below.level or below.row) and above.page != below.page
    return text and _SENTENCE_ENDS.search(above.text) is None and _ITEM.search(below.text) is None


def _broken_heading(above: Block, below: Block) -> bool:
    same = 0 < above.level == below.level and above.page == below.page
    return same and not numbered_level(below.text, plain=False)


def _pages(file: Path) -> tuple[list[tuple[float, list[Piece]]], dict[int, Problem]]:
    """Height and text of every page, and the pages that could not be read. Raises UnreadableError."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(f"{file.name} 有密码，请先解开")
        pages = list(reader.pages)
    except UnreadableError:
        raise
    except _DAMAGED as error:
        raise UnreadableError(f"{file.name} 不是完整的 PDF：{error}") from error
    read, problems = [], {}
    for number, page in enumerate(pages, 1):
        height, found, wrong = _page(page)
        read.append((height, found))
        if wrong:
            problems[number] = Problem(f"第 {number} 页", wrong)
    if not any(found for _, found in read):
        raise UnreadableError(f"{file.name} 没有文字层（多半是扫描件），请先做文字识别（OCR）再导入")
    return read, problems


def _page(page: PageObject) -> tuple[float, list[Piece], str]:
    """Height and pieces of a page, and what is wrong with it."""
    try:
        height, found = float(page.mediabox.top), pieces(page)
        if not found:
            return height, [], "这一页没有文字（空白，或是图片）" if page.images else ""
    except _DAMAGED as error:
        return 0.0, [], f"这一页读不出来：{error}"
    text = "".join(one.text for one in found)
    if len(_NO_CHARACTERS.findall(text)) * 10 > len(text):
        return height, [], "这一页的文字是乱码（字体没有编码表），没有收"
    return height, found, ""


def _body_size(read: Sequence[tuple[float, list[Piece]]]) -> float:
    """The font size of most characters."""
    sizes: Counter[float] = Counter()
    for _, found in read:
        for one in found:
            sizes[round(one.size, 1)] += len(one.text)
    return sizes.most_common(1)[0][0]


def _heading_sizes(read: Sequence[tuple[float, list[Piece]]], body: float) -> list[float]:
    return sorted({round(one.size, 1) for _, found in read for one in found if one.size > body * _LARGER}, reverse=True)


def _furniture(read: Sequence[tuple[float, list[Piece]]]) -> frozenset[str]:
    """What stands in the margin of many pages, page numbers aside."""
    on: Counter[str] = Counter()
    for height, found in read:
        on.update({_shape(one.text) for one in found if _in_margin(one, height)})
    least = max(2, _REPEATED * len(read))
    return frozenset(shape for shape, pages in on.items() if pages >= least)


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", text))


def _in_margin(piece: Piece, height: float) -> bool:
    return not _MARGIN * height < piece.y < (1 - _MARGIN) * height


def _is_furniture(piece: Piece, height: float, furniture: frozenset[str]) -> bool:
    if not _in_margin(piece, height):
        return False
    return _shape(piece.text) in furniture or _PAGE_NUMBER.fullmatch(piece.text.strip()) is not None


class _Style:
    """How a page is set: what makes a heading, what ends a paragraph."""

    def __init__(self, body: float, sizes: Sequence[float], pitch: float) -> None:
        self._body, self._sizes, self._pitch = body, sizes, pitch

    def level(self, line: Line) -> int:
        """Rank of a heading: larger sizes first, then numbered or bold lines of the text's size; 0 for text."""
        piece, text = line.first, " ".join(line.texts)
        if len(text) > _HEADING_LENGTH or _ENDS.search(text):
            return 0
        if piece.size > self._body * _LARGER:
            return 1 + self._sizes.index(round(piece.size, 1))
        numbered = numbered_level(text, plain=not piece.bold)
        return len(self._sizes) + numbered if numbered else (len(self._sizes) + 9) * piece.bold

    def parts(self, above: Piece, below: Piece, right: float) -> bool:
        """Whether a paragraph ends between two lines."""
        spaced = not 0 < above.y - below.y < 1.3 * self._pitch and above.y > below.y
        indented = below.x > above.x + 1.5 * below.size
        ended = above.end < right - 2.5 * above.size and _ENDS.search(above.text.strip()) is not None
        return spaced or indented or ended or _ITEM.search(below.text) is not None


def _blocks(laid: Sequence[Line], page: int, style: _Style) -> Iterator[Block | Problem]:
    right = max((line.cells[-1][-1].end for line in laid), default=0.0)
    rows, paragraph = 0, list[Piece]()
    for number, line in enumerate(laid):
        if _LEADER.search(" ".join(line.texts)):
            continue
        table = _in_table(laid, number)
        level = 0 if table else style.level(line)
        if paragraph and (table or level or style.parts(paragraph[-1], line.first, right)):
            yield Block(joined([one.text for one in paragraph]), page=page)
            paragraph = []
        if table:
            rows += 1
            yield Block(CELL.join(line.texts), row=True, page=page)
        elif level:
            yield Block(" ".join(line.texts), level=level, page=page)
        else:
            paragraph.append(_whole(line))
    if paragraph:
        yield Block(joined([one.text for one in paragraph]), page=page)
    if rows:
        yield Problem(f"第 {page} 页", f"有表格，按行读出 {rows} 行；PDF 里没有表格线索，请对照原文核对")


def _whole(line: Line) -> Piece:
    """A line with gaps that is in no table, as one piece."""
    first, last = line.first, line.cells[-1][-1]
    return Piece(" ".join(line.texts), first.x, last.y, last.end, first.size, first.bold)


def _in_table(laid: Sequence[Line], number: int) -> bool:
    """A row has cells, and so has a neighbour: one line with a gap is no table."""
    around = laid[max(0, number - 1) : number + 2]
    return len(laid[number].cells) > 1 and sum(len(line.cells) > 1 for line in around) > 1
