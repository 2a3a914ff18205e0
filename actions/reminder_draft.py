"""A reminder as far as it is known, and how the person's words change it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.deps import Deps
from actions.form import Slots
from actions.free import zone_of
from actions.heard import Heard
from actions.words import says_no, says_yes, split_denied
from schedules.merging import adds, merge, once, only_once
from schedules.regimen import RegimenProblem, RegimenReading, read_regimen
from schedules.timing import Timing
from schedules.when import read_when

LONGEST_NAME = 20  # characters of a drug's name in the person's words
_UNSAID = frozenset({RegimenProblem.HOW_OFTEN})
_GENERIC = frozenset({"药", "吃药", "药物", "药品", "闹钟", "提醒", "吃药提醒", "用药", "用药提醒", "服药", "服药提醒"})
_GENERIC |= {"定时", "修改", "改", "时间"}
_NAME_WORDS = re.compile(
    r"^(?:是|叫|就是|吃|药名是|药名叫|名字叫|一种叫|那个|我吃的是|我在吃|提醒我吃|改成|换成)+"
    r"|(?:吧|呀|啊|的|了|片的|这个药|这种药)+$"
)
_STOPPED = re.compile(r"[^,，。;；]*停[了掉止用]?(?=[,，。;；])")  # what is stopped is not to be taken
_INSTEAD = re.compile(r"(?:改|换)(?:成|为|到|吃)|而是|应该是|(?:不对|错了)[,，。 ]*(?:我?(?:说的|吃的)?是)?")
_OF_DOSES = frozenset({RegimenProblem.DOSE, RegimenProblem.SEVERAL_DOSES})
_SOFT = frozenset(  # something is missing, nothing is wrong: the next words complete it
    {RegimenProblem.HOW_OFTEN, RegimenProblem.ONCE_OR_DAILY, RegimenProblem.WHICH_HOUR, RegimenProblem.WHICH_HALF}
    | {RegimenProblem.WHICH_WEEKDAY, RegimenProblem.WHICH_MONTH_DAY, RegimenProblem.WHICH_MEAL}
)
_NOTHING = RegimenReading(None, None)
_FROM_NOW = re.compile(
    r"^从?(?:今天|今儿|现在|今晚)(?:就)?(?:开始|起)(?:吃|提醒)?[吧呗啊。！!]*$"
)  # as reminders do anyway


@dataclass(frozen=True, slots=True)
class Draft:
    """A reminder as far as it is known."""

    drugs: tuple[Mapping[str, str | None], ...] = ()  # name as shown, id in the knowledge or None
    dose: str | None = None
    timing: Timing | None = None
    said: str = ""  # time words heard that were not enough yet
    replaces: str | None = None  # id of the regimen it takes the place of
    since: str | None = None  # ISO instant from which a new dose counts

    @classmethod
    def from_slots(cls, slots: Slots) -> "Draft":
        """As Rasa keeps it."""
        timing = slots.get("reminder_timing")
        return cls(
            tuple(slots.get("reminder_drug") or ()),
            slots.get("reminder_dose"),
            Timing.from_fhir(timing) if timing else None,
            slots.get("reminder_said") or "",
            slots.get("reminder_replaces"),
            slots.get("reminder_since"),
        )

    def to_slots(self) -> dict[str, Any]:
        """For Rasa; what was confirmed before is not any more."""
        return {
            "reminder_drug": [dict(one) for one in self.drugs] or None,
            "reminder_dose": self.dose,
            "reminder_timing": self.timing.to_fhir() if self.timing else None,
            "reminder_said": self.said or None,
            "reminder_replaces": self.replaces,
            "reminder_since": self.since,
            "reminder_confirmed": None,
        }

    def begins(self, at: datetime) -> datetime:
        """From when on a new dose counts: from now unless a later day was said."""
        return max(datetime.fromisoformat(self.since), at) if self.since else at

    @property
    def names(self) -> str:
        """`氨氯地平、阿司匹林`."""
        return "、".join(str(one["name"]) for one in self.drugs)


def last_drug(drugs: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """The slot of the drug last talked of, for `它怎么吃` in the middle or afterwards."""
    known = [one["id"] for one in drugs if one["id"]]
    return {"drug": known[-1]} if known else {}


def read_draft(deps: Deps, heard: Heard, draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """The draft as the words change it, and what is wrong or missing in what they say of time and dose."""
    heard = replace(heard, text=_without_denied(heard.text))
    if draft.timing is not None and _FROM_NOW.match(heard.text):
        return draft, ()
    if heard.text.startswith("药不对"):
        return replace(draft, drugs=()), ()
    if heard.text.startswith("时间不对"):
        return replace(draft, timing=None, said=""), ()
    alone = read_regimen(_INSTEAD.split(heard.text)[-1], heard.at, zone_of(deps))
    reading, said = _best_reading(deps, heard, draft)
    if heard.requested == "reminder_drug" and reading.timing is None:
        # 降压0号: a figure in an answer to “which drug” belongs to its name.
        reading, alone, said = _NOTHING, replace(alone, drug=None, problems=()), draft.said
    new = replace(draft, drugs=_drugs(deps, heard, draft, alone), dose=_dose(alone, reading, draft))
    if doubts := tuple(one for one in alone.problems if one in _OF_DOSES):
        return replace(new, dose=draft.dose, timing=None, said=said), doubts
    if reading.timing is not None:
        return replace(new, timing=reading.timing, said=""), ()
    problems = tuple(one for one in reading.problems if one not in _UNSAID)
    told = said != _before(draft) and read_when(heard.text, heard.at, zone_of(deps)) is not None
    if not problems or not (told or draft.timing is None):
        return new, ()
    return replace(new, timing=None, said=said if _SOFT.issuperset(problems) else _before(draft)), problems


def missing(deps: Deps, heard: Heard, draft: Draft) -> tuple[str, ...]:
    """What the time words heard before still lack."""
    if not draft.said:
        return ()
    reading = read_regimen(draft.said, heard.at, zone_of(deps))
    return tuple(one for one in reading.problems if one not in _UNSAID)


def _without_denied(text: str) -> str:
    """不是晚上，是早上: what is wanted instead, where that is said."""
    clauses = split_denied(text)
    return clauses.wanted if clauses.denied and clauses.wanted else text


def _before(draft: Draft) -> str:
    """The time known so far, in words."""
    return draft.said or (draft.timing.read_back().removesuffix("，提醒一次") if draft.timing else "")


def _best_reading(deps: Deps, heard: Heard, draft: Draft) -> tuple[RegimenReading, str]:
    """What the words say of the time, with what was said of it before; and what to keep should that not be enough."""
    zone, before = zone_of(deps), _before(draft)
    words = merge(before, heard.text, heard.at, zone)
    readings = [read_regimen(text, heard.at, zone) for text in words.tries]
    found = next((one for one in readings if one.timing is not None), None)
    if found is None and only_once(heard.text, before, heard.at, zone):
        found = replace(_NOTHING, timing=once(words.joined, heard.at, zone))
    return found if found and found.timing else readings[0], words.joined


def _dose(alone: RegimenReading, reading: RegimenReading, draft: Draft) -> str | None:
    """The dose, with what is to be known beside clock times (饭后)."""
    dose = alone.dose or draft.dose
    if not reading.note:
        return dose
    return f"{(dose or '').partition('（')[0]}（{reading.note}）"


def _drugs(deps: Deps, heard: Heard, draft: Draft, reading: RegimenReading) -> tuple[Mapping[str, str | None], ...]:
    text = _STOPPED.sub("", heard.text)
    known = deps.library.drugs.mentioned(_INSTEAD.split(text)[-1]) or deps.library.drugs.mentioned(text)
    if known:
        found = tuple({"name": one.name, "id": one.id} for one in known)
        return (*(one for one in draft.drugs if one not in found), *found) if adds(heard.text) else found
    if draft.drugs and heard.requested != "reminder_drug":
        return draft.drugs
    name = _own_name(reading.drug or "") or (_own_name(heard.text) if heard.requested == "reminder_drug" else "")
    return ({"name": name, "id": None},) if name else draft.drugs


def _own_name(text: str) -> str:
    """A drug's name in the person's words; empty when there is none."""
    name = _NAME_WORDS.sub("", text.strip("。.，,！! "))
    fits = 1 < len(name) <= LONGEST_NAME and name not in _GENERIC
    return name if fits and not says_yes(name) and not says_no(name) else ""
