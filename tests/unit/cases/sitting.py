"""Encounters played for tests: the chest-pain case, its expert, and sheets made of them."""

from collections.abc import Sequence
from dataclasses import replace

from cases.debrief import Debrief, debrief
from cases.encounter import Encounter
from cases.ending import Ending, Sbar
from cases.library import DATA, load_case
from cases.marked import Transcript, played
from cases.scoring.sheet import Mark

CASE = load_case(DATA / "chest-pain-01.yml")
EXPERT = CASE.key.expert
ENDING = CASE.key.ending
NOTHING = Ending()


def play(lines: Sequence[str], *, counter: bool = False) -> Encounter:
    """The encounter of these lines, half a minute apart."""
    return played(CASE, Transcript(CASE.id, CASE.version, tuple(lines), counter=counter))


def sheet_of(lines: Sequence[str] = EXPERT, ending: Ending = ENDING) -> Debrief:
    """The sheet of these lines and that ending."""
    return debrief(CASE, play(lines), ending)


def concluding(**words: str) -> Ending:
    """The expert's ending with some parts said otherwise."""
    return replace(ENDING, **words)  # type: ignore[arg-type]  # its one field that is no text is never among them


def handing_over(**words: str) -> Ending:
    """The expert's ending with some parts of the handover said otherwise."""
    return replace(ENDING, sbar=replace(ENDING.sbar, **words) if words else Sbar())


def mark(sheet: Debrief, item: str) -> Mark:
    """The mark of that id."""
    return next(each for each in sheet.items if each.item == item)


def got(sheet: Debrief, part: str) -> int:
    """Points of a part."""
    return next(each.got for each in sheet.parts if each.name == part)
