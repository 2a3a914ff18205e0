"""The released editions of a clinic, opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge.editions import Edition
from knowledge.importers.records import Kind
from knowledge.source_folder import RELEASE, Event, sources_in
from knowledge.sources import Source
from knowledge.yamlfile import BadDataError

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Served:
    """One source as it is served."""

    id: str
    number: int
    edition: Edition
    released: date
    """Calendar day, Asia/Shanghai."""
    reviewer: str
    """Who released it."""

    def holds(self, kind: Kind) -> bool:
        """Whether it has records of a kind."""
        return bool(self.edition.counts.get(kind))

    def source(self, title: str = "", publisher: str = "") -> Source:
        """The citation of what it says; a title or publisher of a single record goes first."""
        origin = self.edition.origin
        return Source(title or origin.named, publisher or origin.publisher or self.id, self.released)


def open_served(folder: Path, instead: Mapping[str, Event] | None = None) -> tuple[Served, ...]:
    """What is released below a clinic's folder, by source id; `instead`: as if these had been released.

    Raises BadDataError when a released edition is missing or broken.
    """
    served = []
    for source in sources_in(folder):
        number, history = source.served(), source.history()
        event = (instead or {}).get(source.id) or next((one for one in reversed(history) if one.number == number), None)
        if number and event is None:
            raise BadDataError(f"{source.id}/current 写着第 {number} 版，但没有人发布过它")
        if event is None or not event.number:
            continue
        released = datetime.fromisoformat(event.at).astimezone(_SHANGHAI).date()
        who = reviewer_of(event.number, history) or event.who
        served.append(Served(source.id, event.number, _open(source.path(event.number)), released, who))
    return tuple(served)


def _open(path: Path) -> Edition:
    if not path.is_file():
        raise BadDataError(f"已发布的资料版本不见了：{path.parent.name}/{path.name}")
    return Edition(path)


def reviewer_of(number: int, history: Sequence[Event]) -> str:
    """Who answered for an edition when it was released, also where a rollback has brought it back; empty: nobody."""
    return next((one.who for one in reversed(history) if one.number == number and one.what == RELEASE), "")
