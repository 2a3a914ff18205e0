"""What a reminder says, and its buttons."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot import phrases
from bot.messages import Button, Kind, Reply
from bot.regimen_rows import DueDose
from schedules.clock import SHANGHAI, local
from schedules.doses import is_late


def reminder(round_id: str, doses: Sequence[DueDose], told: int, at: datetime, timezone: ZoneInfo = SHANGHAI) -> Reply:
    """One message for all that a person takes now; `told` counts how often they were told before."""
    return Reply(_words(doses, told, at, timezone), buttons_of(round_id, doses), kind=Kind.REMINDER)


def buttons_of(round_id: str, doses: Sequence[DueDose]) -> tuple[Button, ...]:
    """Taken, later, left out: for the one dose, or for all at once and each alone."""
    if len(doses) == 1:
        args = {"dose": doses[0].id}
        return (
            Button(phrases.TAKEN, command="dose_taken", args=args),
            Button(phrases.SNOOZE, command="dose_snooze", args=args),
            Button(phrases.SNOOZE_LONG, command="dose_snooze", args=args | {"minutes": "30"}),
            Button(phrases.SKIP, command="dose_skip", args=args),
        )
    args = {"round": round_id}
    return (
        Button(phrases.ALL_TAKEN, command="dose_taken", args=args),
        Button(phrases.SNOOZE, command="dose_snooze", args=args),
        Button(phrases.SNOOZE_LONG, command="dose_snooze", args=args | {"minutes": "30"}),
        Button(phrases.ONE_BY_ONE, command="dose_each", args=args),
    )


def _words(doses: Sequence[DueDose], told: int, at: datetime, timezone: ZoneInfo) -> str:
    late = [dose for dose in doses if is_late(dose.due_at, at)]
    planned = late[0].planned_at if late else doses[0].planned_at
    sentence = phrases.REMINDER_AGAIN if told else phrases.REMINDER_LATE if late else phrases.REMINDER
    return sentence.format(what=listed(doses), time=f"{local(planned, timezone):%H:%M}")


def listed(doses: Sequence[DueDose]) -> str:
    """`氨氯地平 一片`, or a line for each medicine."""
    names = [line(dose) for dose in sorted(doses, key=lambda dose: (dose.planned_at, dose.regimen))]
    return names[0] if len(names) == 1 else "\n" + "\n".join(f"· {name}" for name in names)


def line(dose: DueDose) -> str:
    """`氨氯地平 一片`."""
    return f"{dose.drug} {dose.dose}" if dose.dose else dose.drug


def by_time(doses: Sequence[DueDose], timezone: ZoneInfo = SHANGHAI) -> Sequence[tuple[str, Sequence[DueDose]]]:
    """Doses under the wall-clock time they were planned for: 08:00 …"""
    ordered = sorted(doses, key=lambda dose: (dose.planned_at, dose.drug))
    grouped = groupby(ordered, lambda dose: dose.planned_at)
    return [(f"{local(planned_at, timezone):%H:%M}", list(each)) for planned_at, each in grouped]
