"""Hints lead on, first by area, then by name, and never explain."""

from dataclasses import replace
from datetime import UTC, datetime

from cases.encounter import Encounter
from cases.gate import play
from cases.hints import NOTHING_LEFT, hint
from cases.library import load_cases

CASES = load_cases()
AT = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_second_hint_is_plainer_than_the_first() -> None:
    case = CASES["chest-pain-01"]
    encounter = Encounter.start(case, AT)
    first, second = hint(case, encounter), hint(case, replace(encounter, hints=1))
    assert first != second


def test_hints_change_as_the_learner_goes_on() -> None:
    case = CASES["chest-pain-01"]
    cold = hint(case, Encounter.start(case, AT))
    warm = hint(case, play(case, case.key.expert[:10])[0])
    assert cold != warm


def test_who_has_done_everything_is_told_so() -> None:
    for case in CASES.values():
        encounter, _ = play(case, case.key.expert)
        for number in range(8):
            words = hint(case, replace(encounter, hints=number))
            assert words == NOTHING_LEFT or words


def test_no_hint_of_any_case_names_a_diagnosis() -> None:
    for case in CASES.values():
        for lines in ((), case.key.expert[:6], case.key.expert[:14]):
            encounter, _ = play(case, lines)
            for number in range(60):
                words = hint(case, replace(encounter, hints=number))
                assert not any(each.lower() in words.lower() for each in case.key.diagnosis.forbidden), (case.id, words)
