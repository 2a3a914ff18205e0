"""The person's own appointments as they are named and chosen."""

from collections.abc import Callable, Sequence
from datetime import datetime

from actions.answer import Choice
from actions.dates import clock_label, moment_label, spoken_day
from actions.deps import Deps
from actions.free import zone_of
from actions.heard import Heard
from actions.pick import picked
from actions.still_there import doctor_of, who
from bot.appointments import Appointment
from schedules.when import read_when


async def mine(deps: Deps, heard: Heard) -> tuple[Appointment, ...]:
    """The person's coming appointments, earliest first."""
    return await deps.appointments.upcoming(heard.caller.clinic, heard.caller.person, heard.at)


def meant(deps: Deps, text: str, found: Sequence[Appointment], at: datetime) -> tuple[Appointment, ...]:
    """Those that the words fit by doctor, department and day; all when the words tell nothing."""
    tells = _tells(deps, text, at)
    return picked(text, found, lambda one: any(tells(one)) and all(tells(one)))


def misses(deps: Deps, text: str, found: Sequence[Appointment], at: datetime) -> bool:
    """Whether the words name an appointment that the person does not have."""
    tells = _tells(deps, text, at)
    return any(len(tells(one)) > 0 for one in found) and not any(all(tells(one)) for one in found)


def _tells(deps: Deps, text: str, at: datetime) -> Callable[[Appointment], list[bool]]:
    """What the words tell of an appointment: true or false for each thing named."""
    clinic, zone = deps.library.clinic, zone_of(deps)
    doctors = {one.id for one in clinic.doctors_named(text)}
    departments = {one.id for one in clinic.departments_named(text)}
    when = read_when(text, at, zone)

    def tells(one: Appointment) -> list[bool]:
        local = one.starts_at.astimezone(zone)
        told = [one.doctor in doctors] if doctors else [one.department in departments] if departments else []
        if when is not None and when.day is not None:
            told.append(when.day == local.date() and when.time in (None, local.time()))
        return told

    return tells


def line(deps: Deps, one: Appointment, at: datetime) -> str:
    """`明天 11月22日 周日 09:00 心内科 李明`."""
    zone = zone_of(deps)
    when = moment_label(one.starts_at, zone, at.astimezone(zone).date())
    return f"{when} {who(one, deps.library.clinic)}"


def choices(deps: Deps, found: Sequence[Appointment], at: datetime) -> list[Choice]:
    """One button for each; its words name the day, the time and the doctor."""
    return [Choice(line(deps, one, at), _said(deps, one)) for one in found]


def _said(deps: Deps, one: Appointment) -> str:
    local = one.starts_at.astimezone(zone_of(deps))
    doctor = doctor_of(one, deps.library.clinic)
    return f"{spoken_day(local.date())}{clock_label(local.time())}{f'{doctor}医生' if doctor else ''}"
