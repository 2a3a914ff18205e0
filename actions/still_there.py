"""Departments and doctors that a talk or an appointment remembers: the hospital may have changed its list meanwhile."""

from collections.abc import Mapping
from typing import Any

from actions import phrases
from actions.wish import ANY
from bot.appointments import Appointment
from knowledge.clinic import Clinic

_DEPARTMENTS = ("booking_department", "change_department", "suggested_department")
_DOCTORS = ("booking_doctor", "change_doctor")


def without_gone(slots: Mapping[str, Any], clinic: Clinic) -> dict[str, Any]:
    """The slots; one that names what the hospital no longer has is empty, and is asked for again."""
    departments = {None, *(one.id for one in clinic.departments)}
    doctors = {None, ANY, *(one.id for one in clinic.doctors)}
    gone = [name for name in _DEPARTMENTS if slots.get(name) not in departments]
    gone += [name for name in _DOCTORS if slots.get(name) not in doctors]
    return {**slots, **dict.fromkeys(gone)}


def doctor_of(one: Appointment, clinic: Clinic) -> str:
    """The doctor's name; empty when he is no longer in the list."""
    return next((doctor.name for doctor in clinic.doctors if doctor.id == one.doctor), "")


def who(one: Appointment, clinic: Clinic) -> str:
    """`心内科 李明`, or that the hospital should be asked."""
    department = next((each.name for each in clinic.departments if each.id == one.department), "")
    doctor = doctor_of(one, clinic)
    return f"{department} {doctor}" if department and doctor else phrases.NO_LONGER_LISTED.format(phone=clinic.phone)
