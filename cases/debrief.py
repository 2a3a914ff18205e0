"""The formal end: marks by rules, each linked to the very sentence, and what the diagnosis was worth."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cases.encounter import Encounter, Turn
from cases.model import Case, ChecklistItem, Diagnosis, Keyword, Manner

RIGHT, PARTLY = 8, 4  # points for the diagnosis
MOST_DIFFERENTIALS = 3  # one point each
FEWEST_TURNS = 5  # below it, leaving harm undone is no merit
EARLY = 3  # turns in which an open question opens
_CONCLUSION = "诊断与处理"
_QUOTE = 120  # characters
_NEGATED = re.compile(r"(?:排除|除外|不是|不考虑|不支持|可能性小|不像|并非|没有)")


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
    label: str
    points: int
    max: int
    asked: bool
    critical: bool
    quote: str | None  # the learner's own words
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The learner's diagnosis against the truth."""

    said: str
    right: bool
    truth: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """The whole sheet."""

    total: int
    max: int
    passed: bool
    parts: tuple[Part, ...]
    items: tuple[Mark, ...]
    diagnosis: Verdict
    comment: str
    teaching: str

    def to_json(self) -> dict[str, Any]:
        """As on the wire."""
        raw = asdict(self)
        return raw | {"parts": list(raw["parts"]), "items": list(raw["items"])}

    def in_words(self) -> str:
        """The sheet as a message in a chat."""
        parts = "，".join(f"{part.name} {part.got}/{part.max}" for part in self.parts)
        head = f"讲评：{self.total}/{self.max} 分，{'通过' if self.passed else '未通过'}。（{parts}）"
        verdict = f"您的诊断：{self.diagnosis.said or '没有给出'}。参考诊断：{self.diagnosis.truth}。"
        return "\n".join((head, verdict, self.comment, self.teaching))


def debrief(case: Case, encounter: Encounter, diagnosis: str, reasons: str, plan: str) -> Debrief:
    """Score an encounter. Pure: the same encounter and words always give the same sheet."""
    marks = [_mark(item, encounter) for item in case.key.checklist]
    verdict, conclusions = _conclusions(case, diagnosis, reasons, plan)
    by_part = [(item.part, mark) for item, mark in zip(case.key.checklist, marks, strict=True)]
    parts = _parts([*by_part, *((_CONCLUSION, mark) for mark in conclusions)])
    total, most = sum(part.got for part in parts), sum(part.max for part in parts)
    missed = [mark for mark in marks if mark.critical and not mark.asked]
    passed = not missed and verdict.right and total >= case.key.pass_share * most
    comment = _comment(marks, missed, encounter, verdict, passed)
    return Debrief(total, most, passed, parts, (*marks, *conclusions), verdict, comment, case.key.teaching)


def _mark(item: ChecklistItem, encounter: Encounter) -> Mark:
    turn = _evidence(item, encounter)
    done = turn is not None or _by_whole(item, encounter)
    points = item.points if done else 0
    quote = turn.said[:_QUOTE] if turn else None
    return Mark(item.id, item.label, points, item.points, done, item.critical, quote, item.why)


def _evidence(item: ChecklistItem, encounter: Encounter) -> Turn | None:
    """The first turn that shows the item."""
    turns = encounter.turns[:EARLY] if item.manner is Manner.OPEN else encounter.turns
    for turn in turns:
        if item.asked & set(turn.asked) or item.asked & set(turn.disclosed) or item.ordered & set(turn.ordered):
            return turn
        if item.manner in turn.manners and item.manner is not Manner.PLAIN:
            return turn
    return None


def _by_whole(item: ChecklistItem, encounter: Encounter) -> bool:
    """Marks for what was not done, given only to somebody who did something."""
    if len(encounter.turns) < FEWEST_TURNS:
        return False
    if item.manner is Manner.PLAIN:
        return sum(Manner.JARGON in turn.manners for turn in encounter.turns) <= 1
    return bool(item.avoided) and not item.avoided & encounter.ordered


def _parts(marks: Sequence[tuple[str, Mark]]) -> tuple[Part, ...]:
    names = dict.fromkeys(name for name, _ in marks)
    return tuple(
        Part(name, sum(mark.points for part, mark in marks if part == name), sum(m.max for p, m in marks if p == name))
        for name in names
    )


def _conclusions(case: Case, diagnosis: str, reasons: str, plan: str) -> tuple[Verdict, list[Mark]]:
    key = case.key
    points = diagnosis_points(key.diagnosis, diagnosis)
    right = points == RIGHT
    marks = [_line("diagnosis", "诊断", points, RIGHT, diagnosis, f"参考诊断：{key.diagnosis.truth}。")]
    thought = [each for each in key.differentials if _first(each.accepted, diagnosis + "；" + reasons)]
    why = "；".join(
        f"{each.name}（支持：{'、'.join(each.supports)}；不支持：{'、'.join(each.against)}）"
        for each in key.differentials
    )
    got = min(MOST_DIFFERENTIALS, len(thought))
    marks.append(
        _line("differentials", "鉴别诊断", got, MOST_DIFFERENTIALS, "、".join(each.name for each in thought), why)
    )
    marks += [_keyword("reason", at, each, reasons) for at, each in enumerate(key.reasons)]
    marks += [_keyword("plan", at, each, plan) for at, each in enumerate(key.plan)]
    return Verdict(diagnosis, right, key.diagnosis.truth), marks


def diagnosis_points(known: Diagnosis, said: str) -> int:
    """Points for the words of a diagnosis. A list of guesses is no diagnosis; what is ruled out does not count."""
    guesses = [
        each for each in re.split(r"[，,、；;。/\n]|或者?|还是", said) if each.strip() and not _NEGATED.search(each)
    ]
    if not guesses:
        return 0
    if any(_first(known.accepted, each) and not _first_longer(known, each) for each in guesses):
        return RIGHT if len(guesses) <= 3 else PARTLY
    return PARTLY if any(_first(known.partly, each) for each in guesses) else 0


def _first_longer(known: Diagnosis, guess: str) -> bool:
    """非ST段抬高型心肌梗死 holds 心肌梗死, yet it is another illness: the longer name counts."""
    longest = max((word for word in (*known.accepted, *known.partly) if word.lower() in guess.lower()), key=len)
    return longest in known.partly and any(word in longest for word in known.accepted)


def _keyword(kind: str, at: int, keyword: Keyword, said: str) -> Mark:
    found = _first(keyword.any, said)
    return _line(
        f"{kind}_{at}",
        keyword.label,
        keyword.points if found else 0,
        keyword.points,
        said if found else "",
        keyword.label,
    )


def _line(item: str, label: str, points: int, most: int, quote: str, why: str) -> Mark:
    return Mark(item, label, points, most, points > 0, False, quote[:_QUOTE] or None, why)


def _first(words: Iterable[str], said: str) -> str | None:
    return next((word for word in words if word.lower() in said.lower()), None)


def _comment(
    marks: Sequence[Mark], missed: Sequence[Mark], encounter: Encounter, verdict: Verdict, passed: bool
) -> str:
    """Two to four sentences, the most important first."""
    lines = ["诊断正确。" if verdict.right else "诊断还不对，先看看哪些线索没有用上。"]
    if missed:
        lines.append("关键条目漏了：" + "、".join(mark.label for mark in missed) + "。漏一项就不能通过。")
    left = sorted((mark for mark in marks if not mark.asked and not mark.critical), key=lambda mark: -mark.max)
    if left:
        lines.append("还可以问：" + "、".join(mark.label for mark in left[:4]) + "。")
    locked = (
        {each for turn in encounter.turns for each in turn.blocked}
        - encounter.disclosed
        - {"jargon", "role", "diagnosis", "silence"}
    )
    if locked:
        lines.append(f"有 {len(locked)} 处病人没有说实话或没说全，换个时机、换个口气再问一遍。")
    return "".join(lines) + ("做得不错，继续保持。" if passed else "再练一次，会更好。")
