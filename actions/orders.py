"""Several medicines, tapers and medicines taken when needed, set in one sentence: read by schedules.sigs."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from actions.caring import care_of
from actions.spoken import spoken
from bot.habits import Habits
from bot.regimens import Regimen
from knowledge.drug_names import Mention
from knowledge.library import Library
from schedules.clock import local
from schedules.problems import RegimenProblem
from schedules.regimen import Regimen as Order
from schedules.sigs import SigReading, read_sigs
from schedules.spelling import plain
from schedules.timing import Timing
from schedules.when import pieces_of

_GLUE: Final = re.compile(r"[、和跟与及,， ]{1,3}")
_BEFORE: Final = re.compile(r"[,，。;； ]?(?:每天|每日|每晚|每早)?$")


@dataclass(frozen=True, slots=True)
class Taking:
    """A dose and when it is due."""

    dose: str
    timing: Timing

    def words(self, at: datetime, habits: Habits) -> str:
        """`每天早上1次（08:00），每次80mg`."""
        words = spoken(self.timing, at, habits)
        return f"{words}，每次{self.dose}" if self.dose else words

    def pack(self) -> dict[str, Any]:
        """For a slot of Rasa."""
        return {"dose": self.dose, "timing": self.timing.to_fhir()}

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> "Taking":
        """From a slot of Rasa."""
        return cls(packed["dose"], Timing.from_fhir(packed["timing"]))


@dataclass(frozen=True, slots=True)
class Item:
    """One medicine as it shall be taken: phases that follow each other, each of takings side by side."""

    name: str
    id: str | None
    phases: tuple[tuple[Taking, ...], ...]
    strength: str = ""  # of one piece

    @property
    def takings(self) -> tuple[Taking, ...]:
        """All of them in order."""
        return tuple(one for phase in self.phases for one in phase)

    @property
    def simple(self) -> Taking | None:
        """The only taking of a medicine without steps."""
        return self.takings[0] if len(self.takings) == 1 else None

    def line(self, at: datetime, habits: Habits) -> str:
        """`缬沙坦：每天早上1次（08:00），每次80mg`; steps on lines of their own."""
        steps = ["；同时".join(one.words(at, habits) for one in phase) for phase in self.phases]
        return f"{self.name}：{steps[0]}" if len(steps) == 1 else "\n   ".join((f"{self.name}：", *steps))

    def pack(self) -> dict[str, Any]:
        """For a slot of Rasa."""
        phases = [[one.pack() for one in phase] for phase in self.phases]
        return {"name": self.name, "id": self.id, "phases": phases, "strength": self.strength}

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> "Item":
        """From a slot of Rasa."""
        phases = tuple(tuple(map(Taking.unpack, phase)) for phase in packed["phases"])
        return cls(packed["name"], packed["id"], phases, packed["strength"])


@dataclass(frozen=True, slots=True)
class Orders:
    """What a sentence orders, and what of it could not be read."""

    items: tuple[Item, ...]
    unread: tuple[tuple[str, RegimenProblem], ...] = ()  # a medicine, and what is missing or wrong


def read_orders(library: Library, text: str, at: datetime, zone: ZoneInfo) -> Orders:
    """The medicines of a sentence. What a list shares (早上吃氨氯地平、阿司匹林) is shared."""
    said = _cut_before_times(plain(text), library, local(at, zone))
    mentions = library.drugs.mentions(said)
    readings = read_sigs(said, at, zone, lambda words: [_span(one) for one in library.drugs.mentions(words)])
    items: list[Item] = []
    unread: list[tuple[str, RegimenProblem]] = []
    for reading in _shared(readings, said, mentions):
        if reading.drug is None:
            continue
        if reading.problems:
            unread.append((reading.drug, reading.problems[0]))
        else:
            items.append(_item(library, reading, at))
    return Orders(_each_once(items), tuple(unread))


def _span(mention: Mention) -> tuple[str, int, int]:
    name = mention.drugs[0].name if mention.sure else mention.text
    return name, mention.start, mention.end


def _cut_before_times(said: str, library: Library, now: datetime) -> str:
    """早上吃一片缬沙坦中午吃一片二甲双胍: where times stand before the names, each begins a new order."""
    mentions = library.drugs.mentions(said)
    places = [piece.start for piece in pieces_of(said, now.date())]
    if len(mentions) < 2 or not any(place < mentions[0].start for place in places):
        return said
    cuts = []
    for before, after in pairwise(mentions):
        between = [place for place in places if before.end <= place < after.start]
        if between:
            lead = _BEFORE.search(said, before.end, between[0])
            cuts.append(lead.start() if lead else between[0])
    for place in reversed(cuts):
        said = f"{said[:place]};{said[place:]}"
    return said


def _shared(readings: Sequence[SigReading], said: str, mentions: Sequence[Mention]) -> Iterable[SigReading]:
    """A name that only stands beside another takes over its rhythm."""
    glued = ((one, two) for one, two in pairwise(mentions) if _GLUE.fullmatch(said[one.end : two.start]))
    beside = {_span(later)[0] for _, later in glued}
    before: SigReading | None = None
    for one in readings:
        if before is not None and one.problems == (RegimenProblem.HOW_OFTEN,) and one.drug in beside:
            phases = tuple(tuple(_without_dose(each, one.drug) for each in phase) for phase in before.phases)
            one = replace(one, phases=phases, problems=() if phases else one.problems)
        before = one
        yield one


def _without_dose(order: Order, drug: str | None) -> Order:
    return replace(order, drug=drug or "", dose=None)


def _item(library: Library, reading: SigReading, at: datetime) -> Item:
    name = reading.drug or ""
    known = library.drugs.mentioned(name)
    phases = tuple(tuple(Taking(_dose(one), one.timing.anchored(at)) for one in phase) for phase in reading.phases)
    return Item(name, known[0].id if len(known) == 1 else None, phases, reading.strength or "")


def _dose(order: Order) -> str:
    """The dose as a regimen keeps it, with what is to be known beside it (饭后)."""
    return f"{order.dose or ''}（{order.note}）" if order.note else order.dose or ""


def _each_once(items: Iterable[Item]) -> tuple[Item, ...]:
    """The last word about a medicine counts."""
    return tuple({one.name: one for one in items}.values())


def regimens_of(
    library: Library, person: str, conversation: str, items: Iterable[Item], at: datetime, habits: Habits,
    ordered_by: str | None = None,
) -> Iterator[Regimen]:  # fmt: skip
    """One for each step; the steps of a taper are one plan. Their ids keep the order in which they were said."""
    sentence, place = uuid.uuid4().hex[:28], count()
    for item in items:
        plan = uuid.uuid4().hex if len(item.takings) > 1 else None
        for taking in item.takings:
            timing = taking.timing.anchored(at)
            yield Regimen(
                id=f"{sentence}{next(place):04x}",
                person=person,
                conversation=conversation,
                drug=item.name,
                drug_id=item.id,
                dose=taking.dose,
                timing=timing,
                starts_at=at,
                care=care_of(library, item.id, timing, at, habits),
                plan=plan,
                ordered_by=ordered_by,
            )


def from_one(name: str, id: str | None, taking: Taking) -> Item:
    """A medicine with one rhythm."""
    return Item(name, id, ((taking,),))
