"""Which nurses are told of handoffs and may take them: `nurses.yml` in the folder of the house."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from schedules.clock import local

log = logging.getLogger(__name__)

SCHEMA = Path(__file__).with_name("nurses.schema.json")


class BadRoster(ValueError):
    """The file of the nurses can't be used; the message says where and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Minutes of a day in Asia/Shanghai; an end before the start is on the next day."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Whether it is on at this minute of the day."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class Nurse:
    """One nurse."""

    name: str  # as patients and colleagues read it, and as a handoff keeps it
    wecom: str  # her userid in WeCom
    shifts: tuple[Shift, ...] = ()  # empty: always on duty

    def on_duty(self, at: datetime) -> bool:
        """Whether she is told of handoffs now."""
        wall = local(at)
        return not self.shifts or any(shift.holds(wall.hour * 60 + wall.minute) for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class Roster:
    """All nurses, in the order in which they are told."""

    nurses: tuple[Nurse, ...] = ()

    def on_duty(self, at: datetime) -> Sequence[Nurse]:
        """Those on duty."""
        return [nurse for nurse in self.nurses if nurse.on_duty(at)]

    def named(self, name: str) -> Nurse | None:
        """The nurse of this name."""
        return next((nurse for nurse in self.nurses if nurse.name == name), None)

    def with_wecom(self, userid: str) -> Nurse | None:
        """The nurse with this userid; WeCom does not tell capitals from small letters."""
        return next((nurse for nurse in self.nurses if nurse.wecom.lower() == userid.lower()), None)


def read_roster(text: str) -> Roster:
    """Read a roster written in YAML. Raises BadRoster."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadRoster(f"不是合法的 YAML：{error}") from error
    for problem in _rules().iter_errors(raw):
        place = "/".join(str(part) for part in problem.absolute_path)
        raise BadRoster(f"{place or '文件'}：{problem.message[:160]}")
    nurses = tuple(_nurse(one) for one in raw["nurses"])
    _only_once("姓名", (nurse.name for nurse in nurses))
    _only_once("企业微信账号", (nurse.wecom.lower() for nurse in nurses))
    return Roster(nurses)


@dataclass(slots=True)
class RosterFile:
    """A roster that follows its file: who is taken off it may take nothing from the next look on."""

    path: Path
    _seen: tuple[int, int] | None = field(default=None, init=False)
    _roster: Roster = field(default_factory=Roster, init=False)

    def now(self) -> Roster:
        """The roster as the file has it; no file: nobody. A broken file leaves the last good one, and is told once."""
        if (seen := self._stamp()) != self._seen:
            self._seen = seen
            self._roster = self._read() if seen else Roster()
        return self._roster

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size

    def _read(self) -> Roster:
        try:
            return read_roster(self.path.read_text("utf-8"))
        except (BadRoster, OSError, UnicodeDecodeError) as error:
            log.error("roster not usable", extra={"action": "roster_not_usable", "error": type(error).__name__})
            return self._roster


def _nurse(raw: dict[str, Any]) -> Nurse:
    shifts = tuple(Shift(*(_minute(clock) for clock in text.split("-"))) for text in raw.get("on_duty", ()))
    return Nurse(raw["name"], raw["wecom"], shifts)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _only_once(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise BadRoster(f"{what}重复：{value}")
        seen.add(value)


@cache
def _rules() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
