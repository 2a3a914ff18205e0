"""我的健康记录: what the house itself knows of the person."""

from datetime import timedelta

from actions import phrases
from actions.answer import Choice, Outcome, say
from actions.deps import Deps
from actions.heard import Heard
from actions.own import line as appointment_line
from actions.own import mine
from actions.stopping import line as regimen_line
from actions.stopping import running
from schedules.doses import Adherence, Dose, adherence

LOOK_BACK = timedelta(days=7)


async def health_record(deps: Deps, heard: Heard) -> Outcome:
    """Coming appointments, running reminders and the last week's doses."""
    appointments, regimens = await mine(deps, heard), await running(deps, heard)
    week = await _week(deps, heard)
    if not appointments and not regimens and not week.due:
        return say(phrases.NO_RECORD, Choice("挂号"), Choice("设吃药提醒", "提醒我吃药"))
    parts = (
        _part(phrases.RECORD_APPOINTMENTS, [appointment_line(deps, one, heard.at) for one in appointments]),
        _part(phrases.RECORD_REGIMENS, [regimen_line(one) for one in regimens]),
        phrases.RECORD_WEEK.format(due=week.due, taken=week.taken, skipped=week.skipped, missed=week.missed)
        if week.due
        else "",
    )
    return say("\n".join([*filter(None, parts), phrases.RECORD_END]), Choice("查看我的预约"), Choice("查看我的提醒"))


def _part(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"· {line}" for line in lines)]) if lines else ""


async def _week(deps: Deps, heard: Heard) -> Adherence:
    past = await deps.regimens.history(heard.caller.clinic, heard.caller.person, heard.at - LOOK_BACK, heard.at)
    return adherence(Dose(one.regimen, one.due_at, one.outcome) for one in past)
