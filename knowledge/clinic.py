"""The clinic: where it is, when it is open, who works there and on which days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from knowledge.departments import Department, departments_named, load_departments
from knowledge.sources import Source, read_source
from knowledge.text import normalise
from knowledge.triage import Triage, load_triage
from knowledge.yamlfile import BadDataError, read_yaml, required, unique, words

_FAR_BEHIND = 0.35
"""Share of the first department's chance under which another is not worth naming."""
_EMERGENCY = "emergency"
_WEEKDAYS = "一二三四五六日"
_SESSION = re.compile(r"周([一二三四五六日])(\S+)")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Session:
    """One weekly consulting time of a doctor, in the clinic's own time zone."""

    weekday: int
    """0 Monday … 6 Sunday."""
    start: str
    """`HH:MM`, local."""
    end: str
    """`HH:MM`, local, later than start."""
    minutes_each: int
    """Length of one bookable opening, minutes."""
    capacity: int
    """Patients per opening."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """One doctor with the weekly timetable."""

    id: str
    name: str
    title: str
    department: str
    """Department id."""
    about: str
    timetable: tuple[Session, ...]
    fee: str = ""
    """Registration fee, yuan, as a decimal string."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing people ask a hospital (parking, reports, insurance …)."""

    id: str
    title: str
    asked_as: tuple[str, ...]
    """Words and phrases people use for it."""
    text: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything about one clinic that a patient may ask."""

    id: str
    name: str
    notice: str
    """Said with the name: this clinic and its people are invented."""
    phone: str
    emergency: str
    address: str
    hours: str
    timezone: str
    source: Source
    departments: tuple[Department, ...]
    doctors: tuple[Doctor, ...]
    topics: tuple[Topic, ...]
    triage: Triage

    def department(self, department_id: str) -> Department:
        """The department with this id. Raises KeyError."""
        return next((one for one in self.departments if one.id == department_id), None) or _no(department_id)

    def doctor(self, doctor_id: str) -> Doctor:
        """The doctor with this id. Raises KeyError."""
        return next((one for one in self.doctors if one.id == doctor_id), None) or _no(doctor_id)

    def departments_named(self, text: str) -> tuple[Department, ...]:
        """Every department named in the text, in order of mention."""
        return departments_named(text, self.departments)

    def find_department(self, text: str) -> Department | None:
        """The one department named in the text; None when none or several are."""
        named = self.departments_named(text)
        return named[0] if len(named) == 1 else None

    def doctors_named(self, text: str) -> tuple[Doctor, ...]:
        """Doctors named in full, else by surname and title (`王医生`); several may share a surname."""
        plain = normalise(text)
        full = tuple(one for one in self.doctors if one.name in plain)
        return full or tuple(one for one in self.doctors if re.search(one.name[0] + r"(?:医生|大夫|主任|教授)", plain))

    def find_doctor(self, text: str) -> Doctor | None:
        """The one doctor named, narrowed by a department named beside; None when none or several fit."""
        found = self.doctors_named(text)
        named = {one.id for one in self.departments_named(text)}
        narrowed = tuple(one for one in found if one.department in named) or found
        return narrowed[0] if len(narrowed) == 1 else None

    def doctors_of(self, department_id: str) -> tuple[Doctor, ...]:
        """The doctors of a department, in the file's order."""
        return tuple(one for one in self.doctors if one.department == department_id)

    def departments_for(self, complaint: str) -> tuple[Department, ...]:
        """Departments for a complaint in patients' words, best first; empty when no word is known.

        Those far behind the first are left out; the emergency room is named first or not at all.
        """
        ranked = self.triage.rank(complaint)
        best = ranked[0][1] if ranked else 0.0
        near = [one for one, chance in ranked if chance >= _FAR_BEHIND * best]
        return tuple(one for place, one in enumerate(near) if place == 0 or one.id != _EMERGENCY)

    def find_topic(self, text: str) -> Topic | None:
        """The topic asked about, by the longest of its phrases that stands in the text."""
        plain = normalise(text)
        hits = [(len(phrase), one) for one in self.topics for phrase in one.asked_as if normalise(phrase) in plain]
        return max(hits, key=lambda hit: hit[0])[1] if hits else None


def load_clinic(folder: Path) -> Clinic:
    """Read `clinic.yml` and `departments.yml` of a data folder. Raises BadDataError."""
    raw = read_yaml(folder / "clinic.yml")
    departments = load_departments(folder / "departments.yml")
    doctors = tuple(_read_doctor(one, raw["parts"]) for one in raw["doctors"])
    _check_doctors(doctors, departments)
    plain = {key: str(required(raw, key, "clinic.yml")) for key in _PLAIN}
    ZoneInfo(plain["timezone"])
    topics = tuple(_read_topic(one) for one in raw["topics"])
    return Clinic(
        source=read_source(raw["source"]),
        departments=departments,
        doctors=doctors,
        topics=topics,
        triage=load_triage(departments),
        **plain,
    )


_PLAIN = ("id", "name", "notice", "phone", "emergency", "address", "hours", "timezone")


def _read_topic(raw: Mapping[str, Any]) -> Topic:
    where = f"clinic.yml topic {raw.get('id')}"
    asked_as = tuple(required(raw, "asked_as", where))
    return Topic(required(raw, "id", where), required(raw, "title", where), asked_as, required(raw, "text", where))


def _read_doctor(raw: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]) -> Doctor:
    where = f"clinic.yml doctor {raw.get('id')}"
    id_, name, title, department, about = (
        str(required(raw, key, where)) for key in ("id", "name", "title", "department", "about")
    )
    timetable = tuple(_read_session(one, parts, where) for one in words(raw, "timetable"))
    return Doctor(id_, name, title, department, about, timetable, str(raw.get("fee", "")))


def _read_session(text: str, parts: Mapping[str, Mapping[str, Any]], where: str) -> Session:
    match = _SESSION.fullmatch(text)
    if not match or match[2] not in parts:
        raise BadDataError(f"{where}: unknown session {text!r}")
    part = parts[match[2]]
    start, end = str(part["start"]), str(part["end"])
    if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start < end):
        raise BadDataError(f"{where}: session {text!r} from {start} to {end}")
    return Session(_WEEKDAYS.index(match[1]), start, end, int(part["minutes_each"]), int(part["capacity"]))


def _check_doctors(doctors: Sequence[Doctor], departments: Sequence[Department]) -> None:
    known = {one.id for one in departments}
    unique([one.id for one in doctors], "clinic.yml doctors")
    unique([f"{one.name}（{one.department}）" for one in doctors], "clinic.yml doctors")
    for doctor in doctors:
        if doctor.department not in known or not doctor.timetable:
            raise BadDataError(f"clinic.yml doctor {doctor.id}: unknown department or no timetable")


def _no(identifier: str) -> NoReturn:
    raise KeyError(identifier)
