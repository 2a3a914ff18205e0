"""Transcripts marked by hand: a learner's lines and ending, and what two people make of them, each in a file of theirs.

python -m cases.marked TRANSCRIPT.yml    prints it with the patient's answers, and the empty list of marks
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from cases.debrief import debrief
from cases.encounter import Encounter, Turn
from cases.ending import Ending, Sbar
from cases.library import DATA, load_case
from cases.model import Case
from cases.patient import answer
from cases.scoring.sheet import Group

AT: Final = datetime(2026, 1, 5, tzinfo=UTC)
"""When every transcript begins, so that its sheet is always the same."""
PACE: Final = timedelta(seconds=30)

Marks = Mapping[str, bool]
"""Id of a mark of the sheet → whether it was earned."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one learner said and concluded."""

    case: str
    case_version: int
    said: tuple[str, ...]
    ending: Ending = field(default_factory=Ending)
    orders: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # after which message which tests, by panel
    counter: bool = False
    level: str = ""


def load_transcript(file: Path) -> Transcript:
    """Read one file. Raises OSError, yaml.YAMLError, KeyError or TypeError."""
    raw = yaml.safe_load(file.read_text("utf-8"))
    orders = {int(at): tuple(ids) for at, ids in raw.get("orders", {}).items()}
    head = (raw["case"], raw["case_version"], tuple(map(str, raw["said"])), read_ending(raw.get("ending", {})))
    return Transcript(*head, orders, raw.get("counter", False), raw.get("level", ""))


def load_marks(file: Path) -> Marks:
    """Read one person's marks. Raises OSError, yaml.YAMLError, KeyError or ValueError."""
    marks = yaml.safe_load(file.read_text("utf-8"))["marks"]
    if wrong := [item for item, earned in marks.items() if not isinstance(earned, bool)]:
        raise ValueError(f"{file.name}: neither true nor false: {', '.join(wrong)}")
    return dict(marks)


def twice_marked(folder: Path) -> Iterator[tuple[str, Transcript, Marks, Marks]]:
    """Every transcript of a folder by name, with the marks of both people (`marks/a`, `marks/b`)."""
    for file in sorted(folder.glob("*.yml")):
        a, b = (load_marks(folder / "marks" / marker / file.name) for marker in ("a", "b"))
        yield file.stem, load_transcript(file), a, b


def read_ending(raw: Mapping[str, Any]) -> Ending:
    """An ending of a mapping; what is not there is empty."""
    words = {name: str(raw.get(name) or "") for name in ("diagnosis", "differentials", "reasons", "plan")}
    handed = {name: str(text or "") for name, text in (raw.get("sbar") or {}).items()}
    return Ending(**words, sbar=Sbar(**handed))


def played(case: Case, transcript: Transcript) -> Encounter:
    """Let the patient answer every line."""
    encounter = Encounter.start(case, AT, countered=transcript.counter)
    for at, said in enumerate(transcript.said):
        encounter, _ = answer(case, encounter, said, AT + PACE * at)
        if ordered := transcript.orders.get(at):
            encounter = _with_orders(encounter, ordered)
    return encounter


def hand_marked(case: Case, transcript: Transcript) -> Sequence[tuple[str, str]]:
    """Ids and labels of what people mark: all but the order, which follows from the rest."""
    sheet = debrief(case, played(case, transcript), transcript.ending)
    return [(mark.item, mark.label) for mark in sheet.items if mark.group != Group.ORDER]


def _with_orders(encounter: Encounter, ordered: tuple[str, ...]) -> Encounter:
    *before, last = encounter.turns
    turn: Turn = replace(last, ordered=tuple(dict.fromkeys((*last.ordered, *ordered))))
    return replace(encounter, turns=(*before, turn))


def main(arguments: Sequence[str]) -> int:
    """Print one transcript for somebody who is to mark it."""
    transcript = load_transcript(Path(arguments[0]))
    case = load_case(DATA / f"{transcript.case}.yml")
    for at, turn in enumerate(played(case, transcript).turns):
        orders = "，".join(transcript.orders.get(at, ()))
        print(
            f"[{at}] 学员：{turn.said}",
            f"    病人：{turn.answer}",
            *([f"    开单：{orders}"] if orders else ()),
            sep="\n",
        )
    print(transcript.ending, "\nmarker: \nmarks:")
    for item, label in hand_marked(case, transcript):
        print(f"  {item}:   # {label}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
