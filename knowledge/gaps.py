"""What the gap finder reports."""

from dataclasses import dataclass
from enum import StrEnum


class GapKind(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    SCHEMA = "schema"
    MISSING_STATEMENT = "missing_statement"
    MISSING_DOSE = "missing_dose"
    MISSING_LIMIT = "missing_limit"
    UNKNOWN_ID = "unknown_id"
    COLLIDING_NAME = "colliding_name"
    CONTRADICTORY_DOSE = "contradictory_dose"
    EXPIRED_REVIEW = "expired_review"
    UNREAD = "unread"
    SOUNDS_ALIKE = "sounds_alike"


NOTES = frozenset({GapKind.SOUNDS_ALIKE})
"""Worth knowing, but nothing to put right: such names are asked back."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One finding."""

    kind: GapKind
    where: str
    """File, and entry or rule where known."""
    what: str
    """What is missing or contradicts, for a person to read."""
