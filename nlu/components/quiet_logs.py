"""Logs that never hold a patient's words.

Rasa writes message texts, parse data and events into its error logs (`text=…`), and the exceptions it
logs can hold them too. Kept are the event's name, its level, and of an exception its type and place.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
LEVEL = logging.WARNING
FORMAT = "%(asctime)s %(levelname)-7s %(name)s %(message)s"


class WordlessFormatter(logging.Formatter):
    """Formats an exception as its types and the innermost places, without any message."""

    def formatException(self, ei: ExcInfo) -> str:
        error, lines = ei[1], []
        while error is not None:
            places = traceback.extract_tb(error.__traceback__)[-3:]
            where = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(places))
            lines.append(f"{type(error).__name__} at {where}")
            error = error.__cause__
        return "\n".join(lines)


def keep_event_only(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: drop every field that Rasa adds to an event's name."""
    kept: dict[str, Any] = {key: entry[key] for key in ("event", "level", "logger") if key in entry}
    if entry.get("exc_info"):
        error = sys.exc_info()[0]
        kept["error"] = error.__name__ if error else None
    return kept


def install() -> None:
    """Configure both of Rasa's logging systems."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(WordlessFormatter(FORMAT))
    logging.basicConfig(level=LEVEL, handlers=[handler], force=True)
    # Rasa resets the filters of `warnings`; as log records they obey a level.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, keep_event_only, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(LEVEL),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
