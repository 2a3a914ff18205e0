"""化验数值: what values of a report mean, what to do, which department; from the knowledge, with its source."""

from collections.abc import Iterable, Sequence

from actions import phrases
from actions.answer import Choice, Outcome, command, message
from actions.deps import Deps
from actions.heard import Heard
from knowledge.clinic import Clinic
from knowledge.lab_answer import departments_of, sources_of, told
from knowledge.lab_judging import PANIC, Finding, judge_text

_MOST_VALUES = 8
_MOST_DEPARTMENTS = 2
_EMERGENCY = "emergency"
_ABOUT_REPORTS = "ask_report"
_A_QUESTION = 40
"""Characters."""


async def explain_values(deps: Deps, heard: Heard) -> Outcome | None:
    """Every value in the words; None when there is none, or only in passing in a long story about something else."""
    if heard.intent != _ABOUT_REPORTS and len(heard.text) > _A_QUESTION:
        return None
    every = sorted(judge_text(heard.text, deps.library.joined.lab), key=_calm)
    found = every[:_MOST_VALUES]
    if not found:
        return None
    offered = offer(deps.library.clinic, departments_of(found))
    person = (command("转人工", "request_human"),)
    first_bookable = next((one for one in departments_of(found) if one != _EMERGENCY), None)
    slots = {"suggested_department": first_bookable} if offered and first_bookable else {}
    text = told(found) + _left_out(every)
    return Outcome((message(text, offered, sources_of(found), person),), slots)


def _calm(one: Finding) -> tuple[bool, bool]:
    """For sorting: what can't wait first, then the abnormal ones; nothing of these may be left out for a normal one."""
    return one.verdict not in PANIC, not one.abnormal


def _left_out(every: Sequence[Finding]) -> str:
    """What of a long report was not explained, by name: left out silently it would pass for normal."""
    rest = every[_MOST_VALUES:]
    if not rest:
        return ""
    names = "、".join(one.item.name for one in rest)
    return phrases.VALUES_LEFT_OUT.format(all=len(every), count=_MOST_VALUES, names=names)


def offer(clinic: Clinic, departments: Iterable[str]) -> list[Choice]:
    """Buttons to book; nobody books the emergency department."""
    known = {one.id: one for one in clinic.departments}
    names = [known[id].name for id in departments if id in known and id != _EMERGENCY]
    return [Choice(f"挂{name}", f"挂{name}的号") for name in names[:_MOST_DEPARTMENTS]]
