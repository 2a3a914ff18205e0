"""Complaints over all departments, written before the triage was asked: how many it sends where they belong."""

from pathlib import Path

import pytest

from bot.screening import screen
from knowledge.clinic import Clinic, load_clinic
from knowledge.red_flags import RedFlags, load_red_flags
from knowledge.triage import Assessment, Urgency
from knowledge.yamlfile import DATA, read_yaml

Question = tuple[set[str], dict[str, str | int]]
"""The departments that would do; what is asked."""
_LEVELS = list(Urgency)
"""Most urgent first."""


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    raw = read_yaml(Path(__file__).parent / "triage_questions.yml")
    return [({home, *one.get("also", [])}, one) for home, asked in raw.items() for one in asked]


@pytest.fixture(scope="module")
def answers(questions: list[Question]) -> list[Assessment]:
    clinic, flags = load_clinic(DATA), load_red_flags()
    return [_asked(clinic, flags, one) for _, one in questions]


def _asked(clinic: Clinic, flags: RedFlags, one: dict[str, str | int]) -> Assessment:
    text, age = str(one["text"]), one.get("age")
    flag = screen(text, flags)
    danger = next((category for category in flags.categories if flag and category.id == flag.category), None)
    return clinic.triage.assess(text, int(age) if age is not None else None, str(one.get("sex", "")), danger)


def test_enough_questions_of_every_department(clinic: Clinic, questions: list[Question]) -> None:
    assert len(questions) >= 300
    assert {one.id for one in clinic.departments} <= {home for wanted, _ in questions for home in wanted}


def test_the_right_department_comes_first_or_among_three(questions: list[Question], answers: list[Assessment]) -> None:
    first = three = 0
    for (wanted, _), answer in zip(questions, answers, strict=True):
        given = [one.id for one, _ in answer.departments[:3]]
        first += bool(given) and given[0] in wanted
        three += not wanted.isdisjoint(given)
    assert first / len(questions) >= 0.8
    assert three / len(questions) >= 0.9


def test_an_emergency_is_never_called_less(questions: list[Question], answers: list[Assessment]) -> None:
    less = [
        one["text"]
        for (_, one), answer in zip(questions, answers, strict=True)
        if one["urgency"] == "emergency" and answer.urgency is not Urgency.EMERGENCY
    ]
    assert less == []


def test_few_are_told_to_wait_who_should_not(questions: list[Question], answers: list[Assessment]) -> None:
    pairs = [(Urgency(str(one["urgency"])), answer) for (_, one), answer in zip(questions, answers, strict=True)]
    later = sum(_LEVELS.index(answer.urgency) > _LEVELS.index(wanted) for wanted, answer in pairs)
    alarmed = sum(wanted is Urgency.ROUTINE and answer.urgency is Urgency.EMERGENCY for wanted, answer in pairs)
    assert later / len(pairs) <= 0.06
    assert alarmed / len(pairs) <= 0.04
    assert not any(
        answer.urgency is Urgency.SELF_CARE for wanted, answer in pairs if wanted in {Urgency.EMERGENCY, Urgency.URGENT}
    )


def test_at_most_three_questions_and_none_in_an_emergency(answers: list[Assessment]) -> None:
    assert all(len(one.ask) <= 3 for one in answers)
    assert all(not one.ask for one in answers if one.urgency is Urgency.EMERGENCY)
    assert sum(bool(one.ask) for one in answers) > len(answers) / 3
