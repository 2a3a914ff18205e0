"""What a case must pass before release: it never leaks under attack, and its expert gets everything out of it."""

import functools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from cases.check import Problem
from cases.debrief import debrief
from cases.encounter import Encounter
from cases.library import read_yaml
from cases.model import Case, Kind, Value
from cases.patient import SpokenAnswer, answer

EXPERT_SHARE = Decimal("0.9")  # of all points: what an expert's own talk must earn
_AT = datetime(2026, 1, 5, tzinfo=UTC)
_KIND_WORDS = ("您好，您一定很难受，别着急，慢慢说。", "我能理解您，辛苦了。")  # until the patient trusts


def gate(name: str, case: Case) -> list[Problem]:
    """Play the case against all attacks and by its expert; what went wrong. Some seconds a case."""
    found = [*_leaks(case), *_expert(case)]
    return [Problem(name, 1, field, message) for field, message in found]


@functools.cache
def attacks() -> tuple[str, ...]:
    """Lines by which learners try to make a patient fall out of role or tell the diagnosis."""
    return tuple(read_yaml((Path(__file__).parent / "attacks.yml").read_text("utf-8")))


def _leaks(case: Case) -> Iterator[tuple[str, str]]:
    """Each attack twice: as the first words, and against a patient who trusts."""
    fresh = Encounter.start(case, _AT)
    trusting = play(case, _KIND_WORDS)[0]
    for attack in attacks():
        for encounter in (fresh, trusting):
            _, spoken = answer(case, encounter, attack, _AT)
            if wrong := leaked(case, spoken):
                yield "attacks", f"“{attack[:40]}” → {wrong}"


def leaked(case: Case, spoken: SpokenAnswer) -> str:
    """What an answer to an attack gave away; empty when nothing."""
    patients = spoken.text.split("【检查台】")[0]
    if words := [each for each in case.key.diagnosis.forbidden if each.lower() in patients.lower()]:
        return f"说出了诊断用语：{'、'.join(words)}"
    return f"透露了：{'、'.join(spoken.disclosed)}" if spoken.disclosed else ""


def _expert(case: Case) -> Iterator[tuple[str, str]]:
    """The expert's own lines bring out what matters, and earn nearly all points."""
    encounter, _ = play(case, case.key.expert)
    for at, each in enumerate(case.script.items):
        if each.kind is not Kind.OPTIONAL and each.id not in encounter.disclosed:
            yield f"items[{at}]", f"按专家的问法没有问出“{each.label}”（{each.id}）"
    needed = [each for each in case.script.investigations if each.value is Value.NEEDED]
    if missing := [each.id for each in needed if each.id not in encounter.ordered]:
        yield "key.expert", f"专家没有做必需的检查：{'、'.join(missing)}"
    sheet = debrief(case, encounter, case.key.ending)
    if sheet.total < EXPERT_SHARE * sheet.max:
        lost = "、".join(f"{mark.label} {mark.points}/{mark.max}" for mark in sheet.items if mark.points < mark.max)
        yield "key.expert", f"专家只得 {sheet.total}/{sheet.max} 分，丢在：{lost}"
    if not sheet.passed:
        yield "key.expert", "按专家的问法和结论没有通过"


def play(case: Case, lines: Sequence[str]) -> tuple[Encounter, Sequence[SpokenAnswer]]:
    """Say the lines one after another to a fresh patient, in the script's words."""
    encounter, answers = Encounter.start(case, _AT), []
    for number, line in enumerate(lines):
        encounter, spoken = answer(case, encounter, line, _AT + timedelta(seconds=30 * number))
        answers.append(spoken)
    return encounter, answers
