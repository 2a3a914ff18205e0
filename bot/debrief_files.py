"""A finished encounter as others read it: one mapping for pages and JSON files, one printed sheet."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.debriefs import Kept
from bot.overrides import Override, shown
from bot.practice_sheet import Printed
from bot.sittings import Sitting
from cases.catalogue import catalogue
from cases.comment import BadComment, Comment
from cases.comment import read as read_comment
from cases.encounter import Encounter
from cases.model import Case
from cases.scoring.sheet import Debrief
from schedules.clock import SHANGHAI


def stamp(at: datetime | None) -> str | None:
    """A time on the wire: Asia/Shanghai, to the second."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def transcript(encounter: Encounter) -> list[dict[str, Any]]:
    """Every turn, each sentence of the answer with the items whose unlocking let it be said."""
    return [
        {
            "turn": n, "said": turn.said, "answer": turn.answer, "at": stamp(turn.at),
            "sentences": [{"text": each.text, "items": list(each.items)} for each in turn.sentences],
            "asked": list(turn.asked), "ordered": list(turn.ordered), "voice": turn.voice,
        }
        for n, turn in enumerate(encounter.turns)
    ]  # fmt: skip


def labels_of(encounter: Encounter, case: Case) -> dict[str, str]:
    """Names of all items and investigations that the transcript speaks of, the case's own before the catalogue's."""
    spoken = {item for turn in encounter.turns for each in turn.sentences for item in each.items}
    spoken |= {item for turn in encounter.turns for item in (*turn.asked, *turn.elsewhere, *turn.ordered)}
    names = {id_: item.label for id_, item in catalogue().items.items()}
    names |= {id_: test.label for id_, test in catalogue().investigations.items()}
    names |= {item.id: item.label for item in case.script.items}
    names |= {test.id: test.label for test in case.script.investigations}
    return {item: names[item] for item in sorted(spoken) if item in names}


def _comment(kept: Kept) -> Comment | None:
    """The model's comment; None where there is none, or today's checks refuse what was taken once."""
    if kept.comment is None or kept.sheet is None:
        return None
    try:
        return read_comment(kept.comment.raw, Debrief.from_json(kept.sheet))
    except BadComment:
        return None


def overrides_of(overrides: Sequence[Override]) -> list[dict[str, Any]]:
    """What teachers changed, oldest first; the last of an item counts."""
    return [
        {"item": each.item, "points": each.points, "reason": each.reason, "teacher": each.teacher, "at": stamp(each.at)}
        for each in overrides
    ]


def page_of(kept: Kept, case: Case) -> dict[str, Any]:
    """All of an encounter. The debrief is as it was scored, `shown` has the figures with teachers' changes."""
    comment, record, figures = _comment(kept), kept.comment, None
    said = comment.to_json() | {"model": record.model} if comment and record else None
    if kept.sheet is not None:
        figures = asdict(shown(kept.sheet, kept.overrides, case.key.pass_share))
    return {
        "debrief": kept.sheet, "shown": figures, "ending": kept.ending, "comment": said,
        "overrides": overrides_of(kept.overrides),
        "reflection": kept.reflection, "transcript": transcript(kept.encounter),
        "labels": labels_of(kept.encounter, case),
    }  # fmt: skip


def as_json(kept: Kept, sitting: Sitting, case: Case, learner: str) -> bytes:
    """The file for archives and other programs."""
    head = {
        "encounter": sitting.encounter, "learner": learner, "case": case.id, "title": case.title,
        "mode": sitting.purpose, "attempt": sitting.attempt, "started_at": stamp(sitting.started_at),
        "ended_at": stamp(sitting.scored_at), "seconds": sitting.seconds(sitting.scored_at or sitting.started_at),
    }  # fmt: skip
    return json.dumps(head | page_of(kept, case), ensure_ascii=False, indent=1).encode()


def as_pdf(kept: Kept, sitting: Sitting, case: Case, learner: str) -> bytes:
    """The printed sheet. Takes up to a second of the processor. Raises ValueError while the encounter runs."""
    from bot.practice_sheet.sheet import as_sheet  # typesetting takes over a second to load

    if kept.sheet is None or sitting.scored_at is None:
        raise ValueError("an encounter that runs has no sheet")
    figures = shown(kept.sheet, kept.overrides, case.key.pass_share)
    sheet = Debrief.from_json(kept.sheet)
    printed = Printed(
        case.title, sheet, kept.encounter, sitting.scored_at, learner, kept.overrides, figures, _comment(kept),
        kept.reflection,
    )  # fmt: skip
    return as_sheet(printed)
