"""What is kept of a talk beyond its last words: who it is about, what they take and have, what comes back again.

Small and bounded however long the talk: read from the person's own words by rules (`bot/noting.py`), kept encrypted
with the conversation, shown to the model and to the nurse.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

MOST_PEOPLE = 4
MOST_THINGS = 8  # of each kind, of one person
RECURRING = timedelta(hours=72)
ONE_CONTACT = timedelta(minutes=30)  # words closer together are one contact
SELF = "本人"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one person spoken of."""

    who: str  # 本人, 孩子, 妈妈 …
    age: str = ""  # as said: 3岁
    state: str = ""  # 怀孕, 哺乳
    allergies: tuple[str, ...] = ()
    illnesses: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()

    def in_words(self) -> str:
        """`孩子：3岁，对青霉素过敏`; empty where nothing is known."""
        parts = [self.age, self.state]
        parts += [f"对{'、'.join(self.allergies)}过敏"] if self.allergies else []
        parts += [f"有{'、'.join(self.illnesses)}"] if self.illnesses else []
        parts += [f"在用{'、'.join(self.drugs)}"] if self.drugs else []
        said = "，".join(filter(None, parts))
        return f"{self.who}：{said}" if said else ""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A complaint and when it was told, oldest first."""

    key: str  # of the complaint, whatever words were used
    words: str  # those used last
    times: tuple[datetime, ...]  # one for each contact, within 72 hours


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a conversation."""

    people: tuple[About, ...] = ()  # whoever was spoken of last is last
    complaints: tuple[Recurring, ...] = ()
    shares_list: bool | None = None  # may answers use the person's own reminders? None: not asked yet
    list_offered: bool = False  # whether that was asked once; never twice
    asked: str = ""  # the question on which we asked back; empty: nothing is waited for

    def in_words(self) -> str:
        """For the model and the nurse; at most a few lines."""
        return "；".join(filter(None, (one.in_words() for one in self.people)))

    @property
    def drugs_told(self) -> tuple[str, ...]:
        """What the person spoken of last takes."""
        return self.people[-1].drugs if self.people else ()

    def about(self, who: str) -> About:
        """What is known of a person; nothing, for one not spoken of yet."""
        return next((one for one in self.people if one.who == who), About(who))

    def with_person(self, about: About) -> "Notes":
        """The notes with this person, spoken of last."""
        others = [one for one in self.people if one.who != about.who]
        return replace(self, people=(*others, about)[-MOST_PEOPLE:])

    def with_complaint(self, key: str, words: str, at: datetime) -> "Notes":
        """The notes with a complaint told now."""
        kept = [_recent(one, at) for one in self.complaints]
        before = next((one.times for one in kept if one.key == key), ())
        times = before if before and at - before[-1] < ONE_CONTACT else (*before, at)
        others = [one for one in kept if one.key != key and one.times]
        return replace(self, complaints=(*others, Recurring(key, words, times[-MOST_THINGS:]))[-MOST_THINGS:])

    def contacts(self, key: str) -> int:
        """How often a complaint was told within 72 hours."""
        return next((len(one.times) for one in self.complaints if one.key == key), 0)


def _recent(one: Recurring, at: datetime) -> Recurring:
    return replace(one, times=tuple(time for time in one.times if at - time < RECURRING))


def merged(known: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """Each once, the newest last, not too many."""
    return tuple(dict.fromkeys((*(one for one in known if one not in found), *found)))[-MOST_THINGS:]


NO_NOTES = Notes()


def as_text(notes: Notes) -> str | None:
    """For the store; None when there is nothing to keep."""
    return None if notes == NO_NOTES else json.dumps(asdict(notes), ensure_ascii=False, default=datetime.isoformat)


def from_text(text: str | None) -> Notes:
    """From the store."""
    if not text:
        return NO_NOTES
    raw: dict[str, Any] = json.loads(text)
    return Notes(
        tuple(About(**{key: _tupled(value) for key, value in one.items()}) for one in raw["people"]),
        tuple(
            Recurring(one["key"], one["words"], tuple(datetime.fromisoformat(time) for time in one["times"]))
            for one in raw["complaints"]
        ),
        raw["shares_list"],
        raw["list_offered"],
        raw["asked"],
    )


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
