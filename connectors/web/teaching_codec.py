"""Pure translation between the teachers' pages' JSON and our words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.assignments import Assignment, Terms
from bot.class_sittings import Line
from bot.classes import Member, SchoolClass
from bot.debrief_files import stamp
from bot.item_analysis import ItemCount
from bot.leaderboard import Figures
from bot.marking import MACHINE, Pairs
from cases.encounter import Purpose
from cases.kappa import TRUSTED
from cases.marked import Marks
from cases.model import Case
from cases.scoring.sheet import Group
from connectors.web.practice_codec import number, purpose_of
from connectors.wire import NotOurForm, read_json


def decode_terms(value: Mapping[str, Any], case: Case, at: datetime) -> Terms:
    """What a teacher sets; open from now on where she says nothing. Raises NotOurForm."""
    opens_at, closes_at = _time(value, "opens_at"), _time(value, "closes_at")
    attempts, minutes = (_number_or_none(value, name) for name in ("attempts", "minutes"))
    return Terms(case, Purpose(purpose_of(value)), opens_at or at, closes_at, attempts, minutes)


def decode_marks(body: bytes) -> Marks:
    """Raises NotOurForm."""
    marks = read_json(body).get("marks")
    if not isinstance(marks, Mapping) or not all(isinstance(each, bool) for each in marks.values()):
        raise NotOurForm("marks: true or false for each item")
    return dict(marks)


def _time(value: Mapping[str, Any], name: str) -> datetime | None:
    text = value.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise NotOurForm(f"{name}: a time in ISO 8601") from error
    if found.tzinfo is None:
        raise NotOurForm(f"{name}: a time with its offset")
    return found


def _number_or_none(value: Mapping[str, Any], name: str) -> int | None:
    return None if value.get(name) is None else number(value, name)


def encode_class(found: SchoolClass) -> dict[str, Any]:
    """A class in the list."""
    return {"id": found.id, "name": found.name, "code": found.code, "members": found.members}


def encode_member(member: Member, figures: Mapping[str, Figures]) -> dict[str, Any]:
    """A learner with his figures; the average in per cent."""
    one = figures.get(member.id)
    average = one.average / 10 if one else None
    return {"id": member.id, "name": member.name, "finished": one.finished if one else 0, "average": average}


def encode_assignment(one: Assignment, finished: int, cases: Mapping[str, Case]) -> dict[str, Any]:
    """What is set, and how many learners have finished it."""
    return {
        "id": one.id, "case": one.case_id, "title": _title(cases, one.case_id), "mode": one.purpose,
        "opens_at": stamp(one.opens_at), "closes_at": stamp(one.closes_at), "attempts": one.attempts,
        "minutes": one.minutes, "finished": finished,
    }  # fmt: skip


def encode_line(line: Line, cases: Mapping[str, Case]) -> dict[str, Any]:
    """An encounter in the list."""
    one = line.sitting
    return {
        "id": one.encounter, "learner": line.learner, "case": one.case_id, "title": _title(cases, one.case_id),
        "mode": one.purpose, "turns": line.turns, "started_at": stamp(one.started_at), "last_at": stamp(line.last_at),
        "ended": one.scored_at is not None, "total": one.total, "max": one.max, "passed": one.passed,
    }  # fmt: skip


def blind_items(sheet: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The marks of a sheet for a form: nothing that tells what the machine thinks. The order follows from the rest."""
    return [
        {name: mark[name] for name in ("item", "part", "label", "max", "group")}
        for mark in sheet["items"]
        if mark["group"] != Group.ORDER
    ]


def encode_pairs(pairs: Pairs, doubted: frozenset[Group], encounters: int) -> dict[str, Any]:
    """How far machine and teachers agree, by groups; figures are text, None where nothing can be said."""
    groups = [group for group in Group if any(group in each for each in pairs.values())]
    rows = [
        {
            "group": group.chinese,
            "n": max(each[group].n for each in pairs.values() if group in each),
            "trusted": group not in doubted,
            "pairs": [
                {"a": a, "b": b, "kappa": _text(each[group].figure), "n": each[group].n}
                for (a, b), each in pairs.items()
                if group in each
            ],
        }
        for group in groups
    ]
    return {"threshold": str(TRUSTED), "encounters": encounters, "machine": MACHINE, "groups": rows}


def encode_counts(counts: Sequence[ItemCount], encounters: int) -> dict[str, Any]:
    """Item analysis, the least often earned first."""
    items = [
        {"item": each.item, "label": each.label, "part": each.part, "critical": each.critical, "asked": each.asked,
         "judged": each.judged}
        for each in counts
    ]  # fmt: skip
    return {"encounters": encounters, "items": items}


def _text(figure: object) -> str | None:
    return None if figure is None else str(figure)


def _title(cases: Mapping[str, Case], case_id: str) -> str:
    return cases[case_id].title if case_id in cases else case_id
