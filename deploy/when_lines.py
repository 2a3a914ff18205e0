"""Lines of Chinese time expressions answered with values, as `docs/time.md` tells them."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from deploy.terminal import read_lines
from schedules.clock import SHANGHAI
from schedules.expressions import Expression, Kind, read_expression
from schedules.numbers import plain_number
from schedules.telling import told

_BROKEN: Final = {
    "text": None,
    "kind": Kind.NONE.value,
    "error": 'one JSON object {"text"} a line; "at" may be added: an ISO 8601 instant',
}
_AT: Final = ("at", "ref_time")
_CHINA: Final = timezone(timedelta(hours=8))
"""China standard time in writing, also for the summers before 1992 and the years before 1901."""
_YEARS: Final = range(1902, 2100)
"""In which a thing may be said: the lunar calendar is known."""


def when_lines(lines: Iterable[str], at: datetime) -> Iterator[dict[str, Any]]:
    """What is said of each line, in order; a broken line gives `{"error"}`, an empty one nothing."""
    for asked in read_lines(lines, lambda line: _read(line, at)):
        yield _BROKEN if asked is None else _as_data(*asked)


def read_instant(said: str) -> datetime:
    """An aware instant from ISO 8601; raises ValueError for what is none or lies at the calendar's edge."""
    moment = datetime.fromisoformat(said)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    if moment.year not in _YEARS:
        raise ValueError(said)
    return moment


def _read(line: str, at: datetime) -> tuple[str, datetime]:
    raw = json.loads(line)
    text = raw["text"]
    own = next((raw[name] for name in _AT if raw.get(name) is not None), None)
    if not isinstance(text, str):
        raise TypeError
    return text, at if own is None else read_instant(own)


def _as_data(text: str, at: datetime) -> dict[str, Any]:
    found = read_expression(text, at)
    data: dict[str, Any] = {
        "text": text,
        "kind": found.kind.value,
        "start": _iso(found.start),
        "end": _iso(found.end),
        "duration_s": _number(found),
        "rrule": found.recurrence.rrule if found.recurrence else None,
        "times": [f"{moment:%H:%M}" for moment in found.recurrence.times] if found.recurrence else [],
        "normalized": told(found, at),
    }
    return data | ({"problem": found.problem} if found.problem else {})


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=_CHINA).isoformat()


def _number(found: Expression) -> int | float | None:
    if found.seconds is None or found.kind is Kind.NONE:
        return None
    return int(found.seconds) if found.seconds % 1 == 0 else float(plain_number(found.seconds))
