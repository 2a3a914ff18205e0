"""The sheet of a debrief: what stands on it, and its one form on the wire."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final, Self, TypeVar

Row = TypeVar("Row")

HISTORY, RED_FLAGS, TESTS, TALK, ORDER, CONCLUSION, HANDOVER = PARTS = (
    "病史采集", "危险信号", "检查", "沟通", "顺序", "诊断与处理", "交接(SBAR)",
)  # fmt: skip


class Group(StrEnum):
    """Marks that are found in the same way, and so are trusted or not trusted together."""

    ASKED = "asked"
    TOLD = "told"
    TESTS = "tests"
    MANNER = "manner"
    ORDER = "order"
    DIAGNOSIS = "diagnosis"
    DIFFERENTIALS = "differentials"
    REASONS = "reasons"
    PLAN = "plan"
    HANDOVER = "handover"
    COUNTER = "counter"

    @property
    def chinese(self) -> str:
        """As teachers and learners read it."""
        return _CHINESE[self]


_CHINESE: Final = dict(
    zip(
        Group,
        ("问到", "问出", "检查", "沟通", "顺序", "诊断", "鉴别", "依据", "计划", "交接", "变化的细节"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one part of the sheet."""

    name: str
    got: int
    max: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the sheet with its evidence."""

    item: str
    part: str
    label: str
    points: int
    max: int
    asked: bool  # earned
    critical: bool
    quote: str | None  # the learner's own sentence
    turn: int | None  # index of the turn that shows it, from 0
    why: str
    group: str
    auto: bool = True  # False: waits for a teacher, since the rules are not trusted here


@dataclass(frozen=True, slots=True)
class Verdict:
    """The learner's diagnosis against the truth."""

    said: str
    right: bool
    truth: str


@dataclass(frozen=True, slots=True)
class Warmth:
    """How far one item of the history came: never asked, asked, told."""

    id: str
    label: str
    section: str
    kind: str
    state: str  # never | asked | told
    asked_at: tuple[int, ...]  # indices of turns
    told_at: int | None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of the ideal course, and where the learner took it."""

    label: str
    at: int | None  # index of the turn
    in_order: bool


@dataclass(frozen=True, slots=True)
class Course:
    """The order of the steps."""

    got: int
    max: int
    steps: tuple[StepTaken, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An item or investigation by id and name."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """What an expert says, what that asks for, and whether the learner came to all of it."""

    said: str
    items: tuple[Named, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """The talk in numbers."""

    turns: int
    questions: int  # items asked for, and open questions
    open: int
    empathy: int
    jargon: int
    interruptions: int
    rude: int
    seconds: int  # from the start to the last turn


@dataclass(frozen=True, slots=True)
class NeededTest:
    """An investigation that the case needs."""

    id: str
    label: str
    done: bool


@dataclass(frozen=True, slots=True)
class HarmfulTest:
    """An investigation that was ordered and harms or delays."""

    id: str
    label: str
    harm: str


@dataclass(frozen=True, slots=True)
class Tests:
    """The work of the test desk."""

    needed: tuple[NeededTest, ...]
    useless: tuple[Named, ...]
    harmful: tuple[HarmfulTest, ...]
    minutes: int
    cost: str  # yuan, two decimals


@dataclass(frozen=True, slots=True)
class Score:
    """Points got of points there were."""

    got: int
    max: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """Whether the one changed fact was noticed."""

    label: str
    noticed: bool
    why: str


@dataclass(frozen=True, slots=True)
class Versions:
    """What a sheet was made from."""

    case: str
    case_version: int
    rules: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """The whole sheet."""

    total: int
    max: int
    passed: bool
    waiting: int  # points that wait for a teacher
    parts: tuple[Part, ...]
    items: tuple[Mark, ...]
    diagnosis: Verdict
    heat: tuple[Warmth, ...]
    order: Course
    expert: tuple[ExpertLine, ...]
    talk: Talk
    tests: Tests
    sbar: Score
    counter: Noticed | None
    comment: str
    teaching: str
    versions: Versions

    def text(self) -> str:
        """The sheet as one line of JSON; the same sheet is the same text, byte for byte, in ASCII."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    def sheet_hash(self) -> str:
        """SHA-256 of `text`, as hexadecimal digits."""
        return hashlib.sha256(self.text().encode("ascii")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """As on the wire."""
        raw: dict[str, Any] = json.loads(self.text())
        return raw

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote. Raises KeyError or TypeError for anything else."""
        tests, order = raw["tests"], raw["order"]
        made = {
            "parts": _each(Part, raw["parts"]),
            "items": _each(Mark, raw["items"]),
            "diagnosis": Verdict(**raw["diagnosis"]),
            "heat": tuple(Warmth(**{**each, "asked_at": tuple(each["asked_at"])}) for each in raw["heat"]),
            "order": Course(order["got"], order["max"], _each(StepTaken, order["steps"])),
            "expert": tuple(ExpertLine(**{**each, "items": _each(Named, each["items"])}) for each in raw["expert"]),
            "talk": Talk(**raw["talk"]),
            "tests": Tests(
                _each(NeededTest, tests["needed"]), _each(Named, tests["useless"]),
                _each(HarmfulTest, tests["harmful"]), tests["minutes"], tests["cost"],
            ),
            "sbar": Score(**raw["sbar"]),
            "counter": Noticed(**raw["counter"]) if raw["counter"] else None,
            "versions": Versions(**raw["versions"]),
        }  # fmt: skip
        return cls(**{**raw, **made})

    @property
    def missed(self) -> tuple[Mark, ...]:
        """Marks not earned in full, the most important first: critical ones, then red flags, then by points lost."""
        left = [mark for mark in self.items if mark.auto and mark.points < mark.max]
        return tuple(sorted(left, key=lambda mark: (not mark.critical, mark.part != RED_FLAGS, mark.points - mark.max)))

    def in_words(self) -> str:
        """The sheet as a message in a chat."""
        from cases.scoring.remarks import in_words  # it builds on this module

        return in_words(self)


def _each(kind: type[Row], rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(kind(**row) for row in rows)
