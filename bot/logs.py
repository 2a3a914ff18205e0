"""Logs tell the event, never the words: one JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import TextIO

_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Time, level, logger, event and its `extra` fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _where(record: logging.LogRecord) -> list[str]:
    """Files and lines of the trace without the exception's text, which may hold somebody's words."""
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-6:]


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Log to standard error, or to a stream. Third parties only from WARNING on: their lines hold addresses."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in (
        "aiohttp.access",
        "httpx",
        "openai",
        "apscheduler",
        "alembic",
        "sqlalchemy",
        "aiosqlite",
        "httpcore",
        "telegram",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
