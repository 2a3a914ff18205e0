"""The debrief on paper: what stands on the sheet, the heat map, and the whole talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.overrides import Override, Shown
from cases.comment import Comment
from cases.debrief import Debrief
from cases.encounter import Encounter


@dataclass(frozen=True, slots=True)
class Printed:
    """One finished encounter as it is put on paper."""

    title: str  # of the case
    sheet: Debrief
    encounter: Encounter
    ended_at: datetime  # aware
    learner: str = ""  # name, where the learner has given one
    overrides: Sequence[Override] = ()  # oldest first
    shown: Shown | None = None  # the figures with what teachers changed; None: those of the sheet
    comment: Comment | None = None  # the model's
    reflection: str = ""  # the learner's own
