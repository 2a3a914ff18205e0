"""The heat map on paper: a cell for each item of the history, readable without colour."""

from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.paper import EDGE, FINE, INK, LINE, SOFT, WIDE, Colour, drawable, heading, write
from cases.scoring.sheet import Warmth

if TYPE_CHECKING:
    from fpdf import FPDF

COLUMNS: Final = 5
GAP: Final = 1
_LOOKS: Final[dict[str, tuple[str, Colour]]] = {
    "told": ("✓", (191, 225, 205)),
    "asked": ("？", (252, 230, 178)),
    "never": ("－", (235, 235, 235)),
}
_MATTERS: Final = {"must": "★", "red_flag": "▲"}
_SECTIONS: Final = {
    "present": "现病史", "past": "既往史", "drugs": "用药", "allergy": "过敏", "family": "家族史",
    "social": "个人社会史", "ideas": "想法与担心",
}  # fmt: skip


def draw_heat(pdf: "FPDF", heat: tuple[Warmth, ...]) -> None:
    """Section by section, in the order of the case."""
    heading(pdf, "问诊热图", 4 * LINE)
    write(pdf, "✓问到并问出　？问了，病人没说实话或没说全　－没有问到　★必问　▲危险信号", FINE, SOFT)
    for section, items in groupby(sorted(heat, key=_place), key=lambda each: each.section):
        _section(pdf, _SECTIONS.get(section, section), list(items))
    pdf.set_fill_color(255)


def _place(each: Warmth) -> int:
    known = list(_SECTIONS)
    return known.index(each.section) if each.section in known else len(known)


def _section(pdf: "FPDF", name: str, items: list[Warmth]) -> None:
    pdf.ln(1)
    if pdf.will_page_break(2 * LINE + 2 * GAP):
        pdf.add_page()
    write(pdf, f"{name}（{sum(each.state == 'told' for each in items)}/{len(items)}）", FINE, SOFT)
    for first in range(0, len(items), COLUMNS):
        if pdf.will_page_break(LINE + GAP):
            pdf.add_page()
        top = pdf.get_y()
        for column, each in enumerate(items[first : first + COLUMNS]):
            _cell(pdf, column, top, each)
        pdf.set_xy(EDGE, top + LINE + GAP)


def _cell(pdf: "FPDF", column: int, top: float, each: Warmth) -> None:
    wide = (WIDE - (COLUMNS - 1) * GAP) / COLUMNS
    sign, colour = _LOOKS[each.state]
    turn = f" {each.told_at + 1}" if each.told_at is not None else ""
    pdf.set_font("record", size=FINE)
    pdf.set_text_color(*INK)
    pdf.set_fill_color(*colour)
    pdf.set_xy(EDGE + column * (wide + GAP), top)
    words = drawable(f"{sign}{each.label}{_MATTERS.get(each.kind, '')}")
    while pdf.get_string_width(words + turn) > wide - 2:
        words = f"{words.rstrip('…')[:-1]}…"
    pdf.cell(wide, LINE, f" {words}{turn}", fill=True)
