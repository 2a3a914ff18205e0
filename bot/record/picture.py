"""The record as a picture: a calendar, a week a row, each day with its sign. No name of the person is on it."""

import io
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.record import Record, font
from bot.record.day_state import DayState, state_of
from bot.record.words import period
from schedules.adherence import Tally, by_day, by_drug, day_of, tally, week_of
from schedules.clock import instant

WIDTH: Final = 750
"""Pixels: the width of a phone's screen, with two pixels to a point."""
MOST_WEEKS: Final = 14
"""A quarter of a year; of a longer span the last weeks are shown."""
EDGE, GAP, CELL, ROW = 28, 6, 94, 124
HEAD, FOOT = 242, 204
INK, SOFT, LINE = "#1B1B1B", "#4A4A4A", "#8A8A8A"
HUGE, LARGE, MIDDLE, SMALL, TINY = 46, 44, 32, 28, 26
WEEKDAYS: Final = "一二三四五六日"
COLOURS: Final = 64
"""Enough for five papers, their inks and the soft edges of letters; a third of the bytes of a full picture."""


@cache
def _letters(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font.FILE), size)


def as_picture(record: Record, drug: str | None = None) -> bytes:
    """A PNG of the whole span, of one drug (its name as in the record) or of all together."""
    record = _last_weeks(record)
    doses = [dose for dose in record.doses if drug in (None, dose.drug)]
    first = week_of(record.first_day)
    weeks = (week_of(record.last_day) - first).days // 7 + 1
    sheet = _Sheet(HEAD + weeks * ROW + FOOT)
    sheet.head(period(record), _whose(record, drug))
    sheet.weekdays()
    days = by_day(doses, record.timezone)
    for place in range(weeks * 7):
        day = first + timedelta(days=place)
        if record.first_day <= day <= record.last_day:
            month = day.day == 1 or day == record.first_day
            sheet.cell(place, f"{day.month}/{day.day}" if month else str(day.day), days.get(day))
        if place % 7 == 6:
            sheet.down(ROW)
    sheet.legend(tally(doses))
    return sheet.png()


def _last_weeks(record: Record) -> Record:
    first = week_of(record.last_day) - timedelta(weeks=MOST_WEEKS - 1)
    if record.first_day >= first:
        return record
    shown = tuple(dose for dose in record.doses if day_of(dose, record.timezone) >= first)
    return replace(record, since=instant(first, time(0), record.timezone), doses=shown)


def _whose(record: Record, drug: str | None) -> str:
    drugs = tuple(by_drug(record.doses))
    one = drug or (drugs[0] if len(drugs) == 1 else None)
    return one or (f"全部药品（{len(drugs)}种）" if drugs else "还没有用药提醒")


@dataclass(slots=True)
class _Sheet:
    """Paper that is drawn on from the top down; `y` is where it goes on."""

    height: int
    y: int = EDGE
    image: Image.Image = field(init=False)
    pen: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, self.height), "#FFFFFF")
        self.pen = ImageDraw.Draw(self.image)

    def down(self, pixels: int) -> None:
        self.y += pixels

    def line(self, words: str, size: int, ink: str = INK) -> None:
        self.pen.text((EDGE, self.y), fitting(words, size, WIDTH - 2 * EDGE), font=_letters(size), fill=ink)
        self.down(round(size * 1.45))

    def head(self, span: str, whose: str) -> None:
        self.line("服药日历", LARGE)
        self.line(whose, MIDDLE)
        self.line(span, SMALL, SOFT)
        self.down(12)

    def weekdays(self) -> None:
        for place, name in enumerate(WEEKDAYS):
            self._centred(place, self.y + 20, name, MIDDLE, SOFT)
        self.down(48)

    def cell(self, place: int, number: str, sums: Tally | None) -> None:
        state, left = state_of(sums), _left(place)
        box = (left, self.y, left + CELL, self.y + ROW - GAP)
        outline = LINE if state is DayState.OURS else None
        self.pen.rounded_rectangle(box, radius=10, fill=state.paper, outline=outline, width=3)
        self.pen.text((left + 8, self.y + 2), number, font=_letters(SMALL), fill=state.ink)
        several = sums is not None and sums.due > 1
        self._centred(place, self.y + (60 if several else 72), state.sign, HUGE, state.ink, bold=2)
        if sums is not None and several:
            self._centred(place, self.y + 100, f"{sums.taken}/{sums.due}", TINY, state.ink)

    def legend(self, sums: Tally) -> None:
        self.down(10)
        for place, state in enumerate(DayState):
            left, top = EDGE + (place % 3) * 236, self.y + (place // 3) * 52
            box = (left, top, left + 44, top + 42)
            self.pen.rounded_rectangle(box, radius=6, fill=state.paper, outline=LINE, width=1)
            self.pen.text((left + 22, top + 20), state.sign, font=_letters(MIDDLE), fill=state.ink, anchor="mm")
            self.pen.text((left + 54, top + 21), state.words, font=_letters(SMALL), fill=INK, anchor="lm")
        self.down(114)
        self.line(_summed(sums), MIDDLE)

    def _centred(self, place: int, y: int, words: str, size: int, ink: str, bold: int = 0) -> None:
        middle = (_left(place) + CELL // 2, y)
        self.pen.text(middle, words, font=_letters(size), fill=ink, anchor="mm", stroke_width=bold, stroke_fill=ink)

    def png(self) -> bytes:
        target = io.BytesIO()
        few = self.image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        _whiten(few).save(target, "PNG")
        return target.getvalue()


def _whiten(image: Image.Image) -> Image.Image:
    """The paper, which choosing few colours has made a little grey, white again: it is printed on white."""
    palette = image.getpalette() or []
    paper = image.crop((0, 0, 1, 1)).tobytes()[0]
    palette[paper * 3 : paper * 3 + 3] = 255, 255, 255
    image.putpalette(palette)
    return image


def height_of(png: bytes) -> int:
    """Pixels, read from its head."""
    with Image.open(io.BytesIO(png)) as image:
        return image.height


def _left(place: int) -> int:
    return EDGE + (place % 7) * (CELL + GAP)


def _summed(sums: Tally) -> str:
    return f"应吃{sums.due}次，吃了{sums.taken}次（{sums.percent}%）" if sums.due else "这段时间还没有到点的药"


def fitting(words: str, size: int, pixels: int) -> str:
    """The words, or their beginning and … where they are wider than the place for them."""
    letters = _letters(size)
    if letters.getlength(words) <= pixels:
        return words
    while words and letters.getlength(f"{words}…") > pixels:
        words = words[:-1]
    return f"{words}…"
