"""The machine's marks beside two people's, over the hand-marked transcripts."""

from collections.abc import Mapping, Sequence

from bot.settings import ROOT
from cases.kappa import Counts, Groups, Trio, agreement, pooled, whole
from cases.marked import load_marks, load_transcript
from cases.model import Case

MARKED = ROOT / "tests" / "unit" / "cases" / "marked"
HEADS = ("group", "marks", "machine – A", "machine – B", "A – B")


def rows(cases: Mapping[str, Case]) -> Sequence[Sequence[str]]:
    """One line a group, and one for all."""
    found = pooled(_each(cases))
    lines = [_line(group.chinese, found[group]) for group in found]
    return [*lines, _line("all", whole(found))]


def _each(cases: Mapping[str, Case]) -> Sequence[Groups]:
    return [
        agreement(
            cases[transcript.case], transcript,
            load_marks(MARKED / "marks" / "a" / file.name), load_marks(MARKED / "marks" / "b" / file.name),
        )
        for file in sorted(MARKED.glob("*.yml"))
        for transcript in (load_transcript(file),)
    ]  # fmt: skip


def _line(name: str, trio: Trio) -> Sequence[str]:
    pairs = (trio.machine_a, trio.machine_b, trio.teachers)
    return name, f"{trio.teachers.n:,}", *(_figure(each) for each in pairs)


def _figure(counts: Counts) -> str:
    """κ and, where nearly all marks are the same and κ says little, the AC1 that is judged by."""
    kappa = "–" if counts.kappa is None else f"{counts.kappa:.2f}"
    return kappa if counts.figure == counts.kappa or counts.figure is None else f"{kappa} (AC1 {counts.figure:.2f})"
