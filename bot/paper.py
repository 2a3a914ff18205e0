"""A4 paper with the font in it, and how words, headings and tables are put on it.

What people wrote is only ever drawn as text. Lengths are millimetres, sizes of letters are points.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.record import font

if TYPE_CHECKING:
    from fpdf import FPDF

EDGE, WIDE = 14, 182
TITLE, HEADING, BODY, FINE = 18, 12, 9.5, 8
LINE: Final = 5.2
PALE, INK, SOFT, BLANK = (238, 243, 242), (27, 27, 27), (85, 85, 85), "□"
Colour = tuple[int, int, int]


def paper(title: str, made_at: datetime) -> "FPDF":
    """A document with its first page; the same title, instant and words always make the same file."""
    from fpdf import FPDF  # takes over a second to load: only who wants a PDF waits for it

    pdf = FPDF(format="A4", unit="mm")
    pdf.set_margins(EDGE, EDGE)
    pdf.set_auto_page_break(auto=True, margin=EDGE)
    pdf.add_font("record", fname=font.FILE)
    pdf.set_lang("zh-CN")
    pdf.set_title(title)
    pdf.set_creation_date(made_at)
    pdf.add_page()
    pdf.set_draw_color(190)
    pdf.c_margin = 0
    return pdf


def write(pdf: "FPDF", words: str, size: float = BODY, ink: Colour = INK, wide: float = WIDE) -> None:
    """A paragraph."""
    pdf.set_font("record", size=size)
    pdf.set_text_color(*ink)
    pdf.multi_cell(wide, size * 0.52, drawable(words), align="L", new_x="LMARGIN", new_y="NEXT")


def drawable(words: str) -> str:
    """The words with a box for each character that the font lacks, without line breaks."""
    known = font.characters()
    return "".join(one if one in known else BLANK for one in re.sub(r"\s*[\r\n\t]\s*", " ", words))


def heading(pdf: "FPDF", words: str, followed_by: float = 3 * LINE) -> None:
    """A heading that stays with what follows it."""
    pdf.ln(3)
    if pdf.will_page_break(HEADING + followed_by):
        pdf.add_page()
    write(pdf, words, HEADING)
    pdf.ln(1)


def table(pdf: "FPDF", wide: Sequence[float], rows: Sequence[Sequence[str]], size: float, aligns: str) -> None:
    """A table with a head row; `aligns` has a letter for each column: L left, C in the middle."""
    from fpdf.fonts import FontFace

    pdf.set_font("record", size=size)
    pdf.set_text_color(*INK)
    with pdf.table(
        col_widths=tuple(wide), width=sum(wide), text_align=tuple(aligns), line_height=size * 0.52, align="LEFT",
        padding=(0.7, 1.2), headings_style=FontFace(emphasis="", fill_color=PALE),
    ) as drawn:  # fmt: skip
        for cells in rows:
            drawn.row([drawable(cell) for cell in cells])
