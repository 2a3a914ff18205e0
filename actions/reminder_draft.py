"""A reminder as far as it is known, and how the person's words change it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions.deps import Deps
from actions.form import Slots
from actions.free import zone_of
from actions.heard import Heard
from actions.words import says_no, says_yes, split_denied
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
_EVERY_DAY = "每天"
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
        )

    def to_slots(self) -> dict[str, Any]:
        """For Rasa; what was confirmed before is not any more."""
        return {
            "reminder_drug": [dict(one) for one in self.drugs] or None,
            "reminder_dose": self.dose,
            "reminder_timing": self.timing.to_fhir() if self.timing else None,
            "reminder_said": self.said or None,
            "reminder_replaces": self.replaces,
            "reminder_confirmed": None,
        }

    @property
    def names(self) -> str:
        """`氨氯地平、阿司匹林`."""
        return "、".join(str(one["name"]) for one in self.drugs)


def read_draft(deps: Deps, heard: Heard, draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """The draft as the words change it, and what is wrong or missing in what they say of time and dose."""
    heard = replace(heard, text=_without_denied(heard.text))
    if draft.timing is not None and _FROM_NOW.match(heard.text):
        return draft, ()
    if heard.text.startswith("药不对"):
        return replace(draft, drugs=()), ()
    if heard.text.startswith("时间不对"):
        return replace(draft, timing=None, said=""), ()
    alone = read_regimen(_corrected(heard.text), heard.at, zone_of(deps))
    reading, said = _best_reading(deps, heard, draft)
    if heard.requested == "reminder_drug" and reading.timing is None:
        # 降压0号: a figure in an answer to “which drug” belongs to its name.
        reading, said = replace(reading, problems=(), drug=None), draft.said
    new = replace(draft, drugs=_drugs(deps, heard, draft, alone), dose=_dose(alone, reading) or draft.dose)
    problems = tuple(one for one in reading.problems if one not in _UNSAID)
    told = read_when(heard.text, heard.at, zone_of(deps)) is not None
    if reading.timing is not None:
        return replace(new, timing=reading.timing, said=""), ()
    if not (problems and (told or said != _before(draft) or draft.timing is None)):
        return new, ()
    return replace(new, timing=None, said=_before(draft) if set(problems) & _HARD else said), problems


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


def _corrected(text: str) -> str:
    """两片改成一片: the dose and the drug are those after the correction."""
    return _INSTEAD.split(text)[-1] or text


def _before(draft: Draft) -> str:
    """The time known so far, in words."""
    return draft.said or (draft.timing.read_back().removesuffix("，提醒一次") if draft.timing else "")


def _best_reading(deps: Deps, heard: Heard, draft: Draft) -> tuple[RegimenReading, str]:
    """Read the words with the time words heard before, which they correct; and what to keep should that not do."""
    zone, before = zone_of(deps), _before(draft)
    texts = merged(before, heard.text, heard.at, zone)
    readings = [read_regimen(text, heard.at, zone) for text in texts]
    kept = next((text for text in texts if text.startswith(before)), texts[-1])
    if only_once(heard.text, before, heard.at, zone) and not any(one.timing for one in readings):
        readings = [replace(one, timing=once(text, heard.at, zone)) for one, text in zip(readings, texts, strict=True)]
    return next((one for one in readings if one.timing is not None), readings[0]), kept


def _dose(reading: RegimenReading) -> str | None:
    if reading.note:
        return f"{reading.dose or ''}（{reading.note}）"
    return reading.dose


def _drugs(deps: Deps, heard: Heard, draft: Draft, reading: RegimenReading) -> tuple[Mapping[str, str | None], ...]:
    known = deps.library.drugs.mentioned(_STOPPED.sub("", heard.text))
    if known:
        return tuple({"name": one.name, "id": one.id} for one in known)
    if draft.drugs and heard.requested != "reminder_drug":
        return draft.drugs
    name = _own_name(reading.drug or "") or (_own_name(heard.text) if heard.requested == "reminder_drug" else "")
    return ({"name": name, "id": None},) if name else draft.drugs


def _own_name(text: str) -> str:
    """A drug's name in the person's words; empty when there is none."""
    name = _NAME_WORDS.sub("", text.strip("。.，,！! "))
    fits = 1 < len(name) <= LONGEST_NAME and name not in _GENERIC
    return name if fits and not says_yes(name) and not says_no(name) else ""
