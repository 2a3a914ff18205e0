"""Pure translation between the practice page's JSON and our words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.assignments import Task
from bot.debrief_files import stamp
from bot.leaderboard import Place
from bot.school import Begun
from bot.sittings import Sitting
from cases.catalogue import catalogue
from cases.desk import Result
from cases.encounter import Encounter, Purpose
from cases.ending import Ending, Sbar
from cases.model import Case
from connectors.wire import NotOurForm, read_json

LONGEST = 5_000  # characters of one field
MOST_TREND = 50
_CONCLUSIONS = ("diagnosis", "differentials", "reasons", "plan")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The body of POST encounters."""

    case: str
    purpose: Purpose
    assignment: str | None
    countered: bool


def token_of(header: str | None) -> str | None:
    """A learner's secret. What can't be one is passed on as none that anybody has."""
    return None if header is None else header if _TOKEN.fullmatch(header) else ""


def decode_wanted(body: bytes) -> Wanted:
    """Raises NotOurForm."""
    value = read_json(body)
    counter = value.get("counter", False)
    if not isinstance(counter, bool):
        raise NotOurForm("counter: true or false")
    assignment = id_of(value, "assignment") if value.get("assignment") is not None else None
    return Wanted(id_of(value, "case"), purpose_of(value), assignment, counter)


def purpose_of(value: Mapping[str, Any]) -> Purpose:
    """Raises NotOurForm."""
    try:
        return Purpose(value.get("mode", Purpose.TRAINING))
    except ValueError as error:
        raise NotOurForm("mode: training or exam") from error


def decode_ending(body: bytes) -> Ending:
    """The learner's conclusions; what is not there is empty. Raises NotOurForm."""
    value = read_json(body)
    sbar = value.get("sbar", {})
    if not isinstance(sbar, Mapping):
        raise NotOurForm("sbar: an object")
    parts = [words(sbar, name) for name in ("situation", "background", "assessment", "recommendation")]
    diagnosis, differentials, reasons, plan = (words(value, name) for name in _CONCLUSIONS)
    return Ending(diagnosis, differentials, reasons, plan, Sbar(*parts))


def words(value: Mapping[str, Any], name: str) -> str:
    """A text field; empty when it is not there. Raises NotOurForm."""
    text = value.get(name, "")
    if not isinstance(text, str) or len(text) > LONGEST:
        raise NotOurForm(f"{name}: at most {LONGEST} characters")
    return text


def id_of(value: Mapping[str, Any], name: str) -> str:
    """An id. Raises NotOurForm."""
    found = value.get(name)
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise NotOurForm(name)
    return found


def flag(value: Mapping[str, Any], name: str) -> bool:
    """Raises NotOurForm."""
    found = value.get(name)
    if not isinstance(found, bool):
        raise NotOurForm(f"{name}: true or false")
    return found


def number(value: Mapping[str, Any], name: str) -> int:
    """A whole number that is not negative. Raises NotOurForm."""
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise NotOurForm(f"{name}: a whole number")
    return found


def encode_case(case: Case) -> dict[str, Any]:
    """What can be told before the encounter: nothing that a learner should find out."""
    return {
        "id": case.id, "title": case.title, "specialty": case.specialty, "level": case.level,
        "minutes": case.minutes, "goals": list(case.goals),
    }  # fmt: skip


def encode_begun(begun: Begun) -> dict[str, Any]:
    """A page that may begin, or go on."""
    sitting = begun.sitting
    return {
        "encounter": sitting.encounter, "conversation": begun.conversation, "title": begun.case.title,
        "setting": begun.case.setting, "mode": sitting.purpose, "minutes": sitting.minutes,
        "started_at": stamp(sitting.started_at), "ends_at": stamp(sitting.ends_at),
    }  # fmt: skip


def encode_sitting(sitting: Sitting, case: Case, state: Encounter, at: datetime) -> dict[str, Any]:
    """An encounter as its page shows it; `now` is what its clock is to go by."""
    return {
        "encounter": sitting.encounter, "case": case.id, "title": case.title, "setting": case.setting,
        "mode": sitting.purpose, "minutes": sitting.minutes, "started_at": stamp(sitting.started_at),
        "ends_at": stamp(sitting.ends_at), "paused": sitting.paused_at is not None and sitting.scored_at is None,
        "ended": sitting.scored_at is not None, "notes": sitting.notes, "hints_used": state.hints, "now": stamp(at),
        "seconds": sitting.seconds(at),
    }  # fmt: skip


def encode_task(task: Task, cases: Mapping[str, Case], at: datetime) -> dict[str, Any]:
    """An assignment as its learner sees it."""
    one = task.assignment
    case = cases.get(one.case_id)
    return {
        "id": one.id, "case": one.case_id, "title": case.title if case else one.case_id, "class": task.class_name,
        "mode": one.purpose, "opens_at": stamp(one.opens_at), "closes_at": stamp(one.closes_at),
        "minutes": one.minutes, "attempts_left": task.attempts_left, "state": task.state(at),
    }  # fmt: skip


def encode_trend(sittings: Sequence[Sitting], cases: Mapping[str, Case]) -> list[dict[str, Any]]:
    """The scored encounters, oldest first, the last ones only."""
    scored = [each for each in sittings if each.scored_at is not None][-MOST_TREND:]
    return [
        {
            "encounter": each.encounter, "case": each.case_id,
            "title": cases[each.case_id].title if each.case_id in cases else each.case_id,
            "total": each.total, "max": each.max, "passed": each.passed, "ended_at": stamp(each.scored_at),
        }
        for each in scored
    ]  # fmt: skip


def encode_place(place: Place, me: str) -> dict[str, Any]:
    """A line of the leaderboard; averages in per cent."""
    one = place.figures
    return {
        "rank": place.rank, "name": one.name, "average": one.average / 10, "best_of_last": one.best / 10,
        "finished": one.finished, "me": one.learner == me,
    }  # fmt: skip


def encode_result(result: Result, encounter: str) -> dict[str, Any]:
    """What the test desk answers; the cost is yuan, as text."""
    table = [list(row) for row in result.table] or None
    picture = f"/api/v1/practice/encounters/{encounter}/pictures/{result.id}" if result.tracing else None
    return {
        "id": result.id, "label": result.label, "text": result.text, "table": table, "picture": picture,
        "minutes": result.minutes, "cost": f"{result.cost:.2f}",
    }  # fmt: skip


def encode_tests() -> list[dict[str, Any]]:
    """The whole catalogue, so that it gives nothing away."""
    groups: dict[str, list[dict[str, str]]] = {}
    for test in catalogue().investigations.values():
        groups.setdefault(test.kind, []).append({"id": test.id, "label": test.label})
    return [{"kind": kind, "tests": tests} for kind, tests in groups.items()]
