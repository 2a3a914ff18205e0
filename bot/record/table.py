"""The record as a table for a spreadsheet: UTF-8 with a byte order mark, one row a dose."""

import csv
import io
from datetime import datetime
from typing import Final

from bot.record import Record
from schedules.clock import local

COLUMNS: Final = ("日期", "应服时间", "药品", "每次用量", "结果", "结果时间", "原因", "原定时间")
OPEN: Final = "未确认"
_DANGEROUS: Final = frozenset("=+-@＝＋－＠\t\r\n")
"""With one of these first a spreadsheet may take a cell for a formula (OWASP, CSV Injection); the full-width ones are
folded to ASCII by East Asian versions."""


def as_table(record: Record) -> bytes:
    """The file; times are those of the person's wall."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for dose in record.doses:
        due, ended = local(dose.due_at, record.timezone), _wall(record, dose.outcome_at)
        outcome = dose.outcome.chinese if dose.outcome else OPEN
        reason = dose.reason.chinese if dose.reason else ""
        planned = _wall(record, dose.planned_at) if dose.planned_at != dose.due_at else ""
        row = (f"{due:%Y-%m-%d}", f"{due:%H:%M}", dose.drug, dose.dose, outcome, ended, reason, planned)
        writer.writerow(map(harmless, row))
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula: marked with an apostrophe where it might."""
    return f"'{cell}" if cell[:1] in _DANGEROUS or cell.lstrip()[:1] in _DANGEROUS else cell


def _wall(record: Record, at: datetime | None) -> str:
    return f"{local(at, record.timezone):%Y-%m-%d %H:%M}" if at else ""
