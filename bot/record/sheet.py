"""The record as a PDF for the doctor: one or two A4 pages with their font in them.

What a person named (drugs, doses) is only ever drawn as text. Lengths are millimetres, sizes of letters are points.
"""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import segno

from bot.record import Record, font
from bot.record.picture import WIDTH as PICTURE_PIXELS
from bot.record.picture import as_picture, height_of
from bot.record.standing import Standing, standing_of
from bot.record.words import period, reasons_in_words
from bot.regimen_rows import Regimen
from schedules.adherence import Tally, by_drug, by_part, by_week, longest_run, tally
from schedules.clock import local
from schedules.doses import Outcome

if TYPE_CHECKING:
    from fpdf import FPDF

EDGE, WIDE, QR_SIDE = 14, 182, 30
PICTURE_WIDE, PICTURE_HIGH = 78, 150
WEEK_WIDE = 13
BESIDE, MISSED_WIDE = EDGE + PICTURE_WIDE + 4, 48
TITLE, HEADING, BODY, FINE = 18, 12, 9.5, 8
LINE: Final = 5.2
MOST_WEEKS: Final = 5
"""Columns of weeks that fit; of a longer span the last ones are shown, the sums are of the whole."""
PALE, INK, SOFT, BLANK = (238, 243, 242), (27, 27, 27), (85, 85, 85), "□"
CURRENT: Final = frozenset({Standing.RUNNING, Standing.PAUSED, Standing.TO_COME})
NOTE: Final = (
    "说明：服药情况来自本人（或家人）在聊天里的确认，没有用其他办法核对；“晚”指比原定时间晚半小时以上。"
    "提醒没送到的次数不算在应服里。依从率＝已服÷应服。本表只供就诊时参考，不代替医嘱。"
)


def as_sheet(record: Record, link: str) -> bytes:
    """The PDF; `link` opens the same record and stands on it as a QR code."""
    pdf = _paper(record)
    _head(pdf, record, link)
    _medication(pdf, record)
    _weeks(pdf, record)
    _reasons(pdf, record)
    _calendar_and_missed(pdf, record)
    return bytes(pdf.output())


def _paper(record: Record) -> "FPDF":
    from fpdf import FPDF  # takes over a second to load: only who wants a PDF waits for it

    pdf = FPDF(format="A4", unit="mm")
    pdf.set_margins(EDGE, EDGE)
    pdf.set_auto_page_break(auto=True, margin=EDGE)
    pdf.add_font("record", fname=font.FILE)
    pdf.set_lang("zh-CN")
    pdf.set_title("用药记录")
    pdf.set_creation_date(record.made_at)
    pdf.add_page()
    pdf.set_draw_color(190)
    pdf.c_margin = 0
    return pdf


def _write(pdf: "FPDF", words: str, size: float, ink: tuple[int, int, int] = INK, wide: float = WIDE) -> None:
    pdf.set_font("record", size=size)
    pdf.set_text_color(*ink)
    pdf.multi_cell(wide, size * 0.52, drawable(words), align="L", new_x="LMARGIN", new_y="NEXT")


def drawable(words: str) -> str:
    """The words with a box for each character that the font lacks, without line breaks."""
    known = font.characters()
    return "".join(one if one in known else BLANK for one in re.sub(r"\s*[\r\n\t]\s*", " ", words))


def _heading(pdf: "FPDF", words: str, followed_by: float = 3 * LINE) -> None:
    pdf.ln(3)
    if pdf.will_page_break(HEADING + followed_by):
        pdf.add_page()
    _write(pdf, words, HEADING)
    pdf.ln(1)


def _head(pdf: "FPDF", record: Record, link: str) -> None:
    made = f"{local(record.made_at, record.timezone):%Y-%m-%d %H:%M}"
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=6, border=2)
    pdf.image(picture, x=EDGE + WIDE - QR_SIDE, y=EDGE - 2, w=QR_SIDE)
    wide = WIDE - QR_SIDE - 6
    _write(pdf, "用药记录（供医生参考）", TITLE, wide=wide)
    _write(pdf, f"{record.clinic_name}　　姓名：＿＿＿＿＿＿＿＿（请本人填写）", BODY + 1, wide=wide)
    _write(pdf, f"时间：{record.first_day}至{record.last_day}，{record.days}天　　生成：{made}", BODY, wide=wide)
    _write(pdf, "右边的码可以打开同一份记录，24小时内有效。", FINE, SOFT, wide)
    _write(pdf, NOTE, FINE, SOFT, wide)
    pdf.set_y(max(pdf.get_y(), EDGE + QR_SIDE - 2))


def _medication(pdf: "FPDF", record: Record) -> None:
    _heading(pdf, "目前的用药（由用药提醒而来，可能不全）")
    every = [(regimen, standing_of(regimen, record.made_at, record.timezone)) for regimen in record.regimens]
    now = [_regimen_row(regimen, standing) for regimen, standing in every if standing in CURRENT]
    if now:
        _table(pdf, (56, 20, 74, 32), [("药品", "每次用量", "怎么吃", "来源"), *now], BODY, left=4)
    else:
        _write(pdf, "没有正在提醒的药。", BODY)


def _regimen_row(regimen: Regimen, standing: Standing) -> tuple[str, ...]:
    source = "护士录入" if regimen.ordered_by else "本人所说"
    if standing is not Standing.RUNNING:
        source = f"{source}，{standing}"
    return regimen.drug, regimen.dose or "未说", regimen.timing.read_back(), source


def _weeks(pdf: "FPDF", record: Record) -> None:
    _heading(pdf, "依从性：按药品和周（已服/应服；周以周一的日期为名）")
    weeks = tuple(by_week(record.doses, record.timezone))[-MOST_WEEKS:]
    names = [f"{week.month}/{week.day}" for week in weeks]
    rows = [_drug_row(record, drug, sums, weeks) for drug, sums in by_drug(record.doses).items()]
    rows.append(_sums_row("合计", tally(record.doses), by_week(record.doses, record.timezone), weeks))
    head = ("药品", *names, "全部", "依从率", "晚", "跳过", "漏服", "未送达")
    others = (*[WEEK_WIDE] * len(weeks), 17, 13, 9, 10, 10, 13)
    _table(pdf, (WIDE - sum(others), *others), [head, *rows], FINE, left=1)


def _drug_row(record: Record, drug: str, sums: Tally, weeks: Sequence[date]) -> tuple[str, ...]:
    mine = [dose for dose in record.doses if dose.drug == drug]
    return _sums_row(drug, sums, by_week(mine, record.timezone), weeks)


def _sums_row(name: str, sums: Tally, by_weeks: dict[date, Tally], weeks: Sequence[date]) -> tuple[str, ...]:
    cells = [_share(by_weeks.get(week)) for week in weeks]
    percent = "–" if sums.percent is None else f"{sums.percent}%"
    counts = (sums.late, sums.skipped, sums.missed, sums.undeliverable)
    return name, *cells, _share(sums), percent, *map(str, counts)


def _share(sums: Tally | None) -> str:
    return f"{sums.taken}/{sums.due}" if sums and sums.due else "–"


def _reasons(pdf: "FPDF", record: Record) -> None:
    parts = by_part(record.doses, record.timezone)
    shares = "，".join(f"{part}{_share(sums)}" for part, sums in parts.items() if sums.due)
    pdf.ln(2)
    if shares:
        _write(pdf, f"按时段：{shares}。最长连续{longest_run(record.doses, record.timezone)}天全部按方案服药。", BODY)
    skipped = [(drug, sums) for drug, sums in by_drug(record.doses).items() if sums.skipped]
    if skipped:
        reasons = "；".join(f"{drug}{sums.skipped}次（{reasons_in_words(sums)}）" for drug, sums in skipped)
        _write(pdf, f"跳过：{reasons}。", BODY)


def _calendar_and_missed(pdf: "FPDF", record: Record) -> None:
    picture = as_picture(record)
    tall = height_of(picture) / PICTURE_PIXELS
    wide = min(PICTURE_WIDE, PICTURE_HIGH / tall)
    high = wide * tall
    missed = [dose for dose in record.doses if dose.outcome is Outcome.MISSED]
    _heading(pdf, f"日历，和漏服明细（{len(missed)}次）", high + 2)
    top = pdf.get_y()
    pdf.image(io.BytesIO(picture), x=EDGE, y=top, w=wide, alt_text=f"服药日历，{period(record)}")
    rows = max(int(high / LINE) - 1, 1)
    lines = [f"{local(dose.planned_at, record.timezone):%m-%d %H:%M} {dose.drug}" for dose in missed[-2 * rows :]]
    pdf.set_font("record", size=FINE)
    for place, line in enumerate(lines or ["没有漏服。"]):
        pdf.set_xy(BESIDE + place // rows * (MISSED_WIDE + 2), top + 2 + place % rows * LINE)
        pdf.cell(MISSED_WIDE, LINE, _cut(pdf, drawable(line)))
    if len(missed) > len(lines):
        pdf.set_xy(BESIDE, top + 2 + rows * LINE)
        pdf.cell(MISSED_WIDE, LINE, f"只列出最后{len(lines)}次，其余见表格文件。")


def _cut(pdf: "FPDF", words: str) -> str:
    while pdf.get_string_width(words) > MISSED_WIDE:
        words = f"{words.rstrip('…')[:-1]}…"
    return words


def _table(pdf: "FPDF", wide: Sequence[float], rows: Sequence[Sequence[str]], size: float, left: int) -> None:
    """A table with a head row; the first `left` columns are set to the left, the others in the middle."""
    from fpdf.fonts import FontFace

    pdf.set_font("record", size=size)
    pdf.set_text_color(*INK)
    aligns = tuple("LEFT" if place < left else "CENTER" for place in range(len(wide)))
    with pdf.table(
        col_widths=tuple(wide), width=sum(wide), text_align=aligns, line_height=size * 0.52, align="LEFT",
        padding=(0.7, 1.2), headings_style=FontFace(emphasis="", fill_color=PALE),
    ) as table:  # fmt: skip
        for cells in rows:
            table.row([drawable(cell) for cell in cells])
