"""Questions against every case that can answer them: what was understood, and what came out that nobody asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import ROOT
from cases.encounter import Encounter
from cases.gate import play
from cases.library import read_yaml
from cases.model import Case
from cases.patient import SpokenAnswer, answer

QUESTIONS = ROOT / "tests" / "unit" / "cases"
HEADS = ("questions", "asked", "understood", "unrelated disclosure", "wrong fact", "same fact again")
_SETS = ("asked", "tuned", "kept", "about_child", "about_father")
_GROWN_UP = 18  # years
_RAPPORT = ("您好，我是今天的医生，慢慢说，别着急。", "您一定很难受，我能理解。")
"""Said first, so that what is only told in trust can be asked for."""


@dataclass(slots=True)
class Tally:
    """Counts over questions × cases."""

    asked: int = 0
    understood: int = 0
    unrelated: int = 0  # turns that told something nobody asked for
    wrong: int = 0  # turns that told another fact instead of the one asked for
    again: int = 0  # questions told twice
    same: int = 0
    misses: list[str] = field(default_factory=list)  # "case item question", for --misses

    def row(self, name: str) -> Sequence[str]:
        """A line of the table."""
        return (
            name, f"{self.asked:,}", share(self.understood, self.asked), share(self.unrelated, self.asked),
            share(self.wrong, self.asked), share(self.same, self.again),
        )  # fmt: skip


def share(part: int, whole: int) -> str:
    """Per cent with two digits."""
    return f"{100 * part / whole:.2f} %" if whole else "–"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions by item; those that speak of one case's complaint are asked of that case alone."""

    name: str
    questions: Mapping[str, Sequence[str]]
    cases: frozenset[str] | None  # None: of every case
    about: str = ""  # whom the questions name: child, father; empty: the patient himself

    def suits(self, case: Case) -> bool:
        """Whether these questions can be asked in this case: “孩子” of a child, “您父亲” of who speaks for a father."""
        persona = case.script.persona
        fitting = {
            "": True,
            "child": persona.age < _GROWN_UP and persona.speaker != "本人",
            "father": persona.speaker in ("女儿", "儿子") and persona.sex == "男",
        }
        return fitting[self.about] and (self.cases is None or case.id in self.cases)


def sets(folder: Path = QUESTIONS) -> Sequence[QuestionSet]:
    """The sets of the question files, a file's parts apart: what was tuned on, what never was."""
    return [each for file in sorted(folder.glob("questions*.yml")) for each in _parts(file)]


def _parts(file: Path) -> Iterator[QuestionSet]:
    raw = read_yaml(file.read_text("utf-8"))
    cases = frozenset(raw["cases"]) if "cases" in raw else None
    for part, questions in raw.items():
        if part in _SETS:
            about = part.removeprefix("about_") if part.startswith("about_") else ""
            yield QuestionSet(f"{file.stem} {part}", questions, cases, about)


def measure(cases: Sequence[Case], asked: QuestionSet) -> Tally:
    """Ask every question of every case that has its item."""
    tally, questions = Tally(), asked.questions
    for case in cases:
        if not asked.suits(case):
            continue
        trusting, _ = play(case, _RAPPORT)
        for item, question in _fitting(case, questions):
            _count(tally, case, trusting, item, question)
    return tally


def _fitting(case: Case, questions: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for item in case.script.items:
        for question in questions.get(item.id, ()):
            yield item.id, question


def _count(tally: Tally, case: Case, trusting: Encounter, item: str, question: str) -> None:
    encounter, first = answer(case, trusting, question, trusting.started_at)
    encounter, second = answer(case, encounter, question, trusting.started_at)
    _, third = answer(case, encounter, question, trusting.started_at)
    understood = item in first.asked
    extra = set(first.disclosed) - {item}
    tally.asked += 1
    tally.understood += understood
    tally.unrelated += bool(extra)
    tally.wrong += bool(extra) and not understood
    tally.again += 1
    tally.same += _told(second) == _told(third)
    if not understood or extra:
        tally.misses.append(f"{case.id} {item} {question} → {', '.join(first.asked) or '–'}")


def _told(spoken: SpokenAnswer) -> frozenset[str]:
    return frozenset(spoken.disclosed)
