"""The record as a PDF for the doctor: one or two A4 pages with their font in them.

What a person named (drugs, doses) is only ever drawn as text. Lengths are millimetres, sizes of letters are points.
"""

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import segno

from bot.paper import BODY, EDGE, FINE, LINE, SOFT, TITLE, WIDE, drawable, heading, paper, table, write
from bot.record import Record
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

QR_SIDE = 30
PICTURE_WIDE, PICTURE_HIGH = 78, 150
WEEK_WIDE = 13
BESIDE, MISSED_WIDE = EDGE + PICTURE_WIDE + 4, 48
MOST_WEEKS: Final = 5
"""Columns of weeks that fit; of a longer span the last ones are shown, the sums are of the whole."""
CURRENT: Final = frozenset({Standing.RUNNING, Standing.PAUSED, Standing.TO_COME})
NOTE: Final = (
    "说明：服药情况来自本人（或家人）在聊天里的确认，没有用其他办法核对；“晚”指比原定时间晚半小时以上。"
    "提醒没送到的次数不算在应服里。依从率＝已服÷应服。本表只供就诊时参考，不代替医嘱。"
)


def as_sheet(record: Record, link: str) -> bytes:
    """The PDF; `link` opens the same record and stands on it as a QR code."""
    pdf = paper("用药记录", record.made_at)
    _head(pdf, record, link)
    _medication(pdf, record)
    _weeks(pdf, record)
    _reasons(pdf, record)
    _calendar_and_missed(pdf, record)
    return bytes(pdf.output())


def _head(pdf: "FPDF", record: Record, link: str) -> None:
    made = f"{local(record.made_at, record.timezone):%Y-%m-%d %H:%M}"
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(picture, kind="png", scale=6, border=2)
    pdf.image(picture, x=EDGE + WIDE - QR_SIDE, y=EDGE - 2, w=QR_SIDE)
    wide = WIDE - QR_SIDE - 6
    write(pdf, "用药记录（供医生参考）", TITLE, wide=wide)
    write(pdf, f"{record.clinic_name}　　姓名：＿＿＿＿＿＿＿＿（请本人填写）", BODY + 1, wide=wide)
    write(pdf, f"时间：{record.first_day}至{record.last_day}，{record.days}天　　生成：{made}", BODY, wide=wide)
    write(pdf, "右边的码可以打开同一份记录，24小时内有效。", FINE, SOFT, wide)
    write(pdf, NOTE, FINE, SOFT, wide)
    pdf.set_y(max(pdf.get_y(), EDGE + QR_SIDE - 2))


def _medication(pdf: "FPDF", record: Record) -> None:
    heading(pdf, "目前的用药（由用药提醒而来，可能不全）")
    every = [(regimen, standing_of(regimen, record.made_at, record.timezone)) for regimen in record.regimens]
    now = [_regimen_row(regimen, standing) for regimen, standing in every if standing in CURRENT]
    if now:
        table(pdf, (56, 20, 74, 32), [("药品", "每次用量", "怎么吃", "来源"), *now], BODY, "LLLL")
    else:
        write(pdf, "没有正在提醒的药。")


def _regimen_row(regimen: Regimen, standing: Standing) -> tuple[str, ...]:
    source = "护士录入" if regimen.ordered_by else "本人所说"
    if standing is not Standing.RUNNING:
        source = f"{source}，{standing}"
    return regimen.drug, regimen.dose or "未说", regimen.timing.read_back(), source


def _weeks(pdf: "FPDF", record: Record) -> None:
    heading(pdf, "依从性：按药品和周（已服/应服；周以周一的日期为名）")
    weeks = tuple(by_week(record.doses, record.timezone))[-MOST_WEEKS:]
    names = [f"{week.month}/{week.day}" for week in weeks]
    rows = [_drug_row(record, drug, sums, weeks) for drug, sums in by_drug(record.doses).items()]
    rows.append(_sums_row("合计", tally(record.doses), by_week(record.doses, record.timezone), weeks))
    head = ("药品", *names, "全部", "依从率", "晚", "跳过", "漏服", "未送达")
    others = (*[WEEK_WIDE] * len(weeks), 17, 13, 9, 10, 10, 13)
    table(pdf, (WIDE - sum(others), *others), [head, *rows], FINE, "L" + "C" * len(others))


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
        write(pdf, f"按时段：{shares}。最长连续{longest_run(record.doses, record.timezone)}天全部按方案服药。")
    skipped = [(drug, sums) for drug, sums in by_drug(record.doses).items() if sums.skipped]
    if skipped:
        reasons = "；".join(f"{drug}{sums.skipped}次（{reasons_in_words(sums)}）" for drug, sums in skipped)
        write(pdf, f"跳过：{reasons}。")


def _calendar_and_missed(pdf: "FPDF", record: Record) -> None:
    picture = as_picture(record)
    tall = height_of(picture) / PICTURE_PIXELS
    wide = min(PICTURE_WIDE, PICTURE_HIGH / tall)
    high = wide * tall
    missed = [dose for dose in record.doses if dose.outcome is Outcome.MISSED]
    heading(pdf, f"日历，和漏服明细（{len(missed)}次）", high + 2)
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
