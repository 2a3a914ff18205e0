"""The exam of `make bench-answers`: what our facts say for an option, and that no weight has seen its question."""

import json
from pathlib import Path

import numpy as np
import pytest

from deploy.bench.answers import exam
from deploy.bench.answers.facts import Facts, load_facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    """All we know."""
    return load_facts()


@pytest.fixture(scope="module")
def candidate(facts: Facts) -> exam.Candidate:
    """Who knows it."""
    return exam.Candidate(facts)


def test_an_exam_is_read(tmp_path: Path) -> None:
    file = tmp_path / "exam.jsonl"
    row = {"question": "哪一种是降糖药", "options": ["二甲双胍", "氨氯地平"], "answer": "B", "explanation": "不看"}
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n")
    assert exam.read_exam(file) == [exam.Item("哪一种是降糖药", ("二甲双胍", "氨氯地平"), 1)]


@pytest.mark.parametrize(
    ("question", "options", "sign"),
    [
        ("吃了容易一直干咳的降压药是哪一种", ("氨氯地平", "依那普利", "美托洛尔", "吲达帕胺"), 0),
        ("氨氯地平常常引起", ("听力下降", "脚踝肿", "牙齿变色", "夜盲"), 2),
    ],
)
def test_our_facts_speak_for_what_is_true(
    candidate: exam.Candidate, question: str, options: tuple[str, ...], sign: int
) -> None:
    signs = candidate.signs(exam.Item(question, options, 1))
    assert signs[:, sign].argmax() == 1 and signs[1, sign] > np.delete(signs[:, sign], 1).max()


def test_where_the_wrong_one_is_asked_for_signs_are_turned_round(candidate: exam.Candidate) -> None:
    options = ("脚踝肿", "脸红", "耳聋")
    plain = candidate.signs(exam.Item("氨氯地平的不良反应包括", options, 0))
    turned = candidate.signs(exam.Item("氨氯地平的不良反应不包括", options, 0))
    assert plain[:, 2].argmin() == 2 and turned[:, 2].argmax() == 2
    assert np.array_equal(turned[:, 2] == 0, plain[:, 2] == 0) and (turned <= 0).all()


def test_what_we_know_nothing_about_is_neither_favoured_nor_ruled_out(candidate: exam.Candidate) -> None:
    signs = candidate.signs(exam.Item("用来降血压的药是", ("氨氯地平", "子丑寅卯", "氯雷他定"), 0))[:, 0]
    assert signs[0] > signs[1] > signs[2] and signs[1] == pytest.approx((signs[0] + signs[2]) / 2)


def test_amounts_are_the_same_in_every_spelling(facts: Facts) -> None:
    assert "#5mg" in facts.read("每次5毫克") & facts.read("5mg")
    assert "#5mg" not in facts.read("50mg")


def test_classes_and_ingredients_are_recognised(candidate: exam.Candidate) -> None:
    assert ("drug", "atorvastatin") in candidate.things("他汀类药物")
    assert {("drug", "amlodipine"), ("ingredient", "amlodipine")} <= candidate.things("氨氯地平片")
    assert candidate.things("今天天气好") == frozenset()


def test_chances_are_fair_where_nothing_is_known() -> None:
    chances = exam.chances_of(np.zeros((2, 5, 3)), np.ones(3))
    assert np.allclose(chances, 0.2)
    assert exam.right(chances, np.array([0, 4])) == pytest.approx(0.2)


def test_the_sign_that_tells_gets_the_weight() -> None:
    lot = np.random.default_rng(1)
    signs = lot.normal(size=(400, 5, 2))
    answers = np.array(signs[:, :, 0].argmax(axis=1))
    weights = exam.weights_for(signs, answers)
    assert weights[0] > 3 and abs(weights[1]) < weights[0] / 5
    assert exam.right(exam.crossed(signs, answers), answers) > 0.9


def test_no_question_is_judged_by_weights_that_have_seen_it() -> None:
    """In one fold the sign speaks for the wrong option: weights of the others must fail there."""
    signs, answers = np.zeros((50, 5, 1)), np.zeros(50, np.int64)
    signs[:, 0, 0] = 1
    own = np.arange(50) % 5 == 3
    answers[own] = 1
    chances = exam.crossed(signs, answers)
    assert exam.right(chances[own], answers[own]) == 0 and exam.right(chances[~own], answers[~own]) == 1


def test_the_score_says_what_it_would_be_with_abstaining(candidate: exam.Candidate) -> None:
    known = exam.Item("吃了容易一直干咳的降压药是哪一种", ("氨氯地平", "依那普利", "美托洛尔", "吲达帕胺", "缬沙坦"), 1)
    unknown = exam.Item("甲乙丙", ("子", "丑", "寅", "卯", "辰"), 0)
    found = exam.sit([known] * 20 + [unknown] * 5, candidate)
    assert (found.asked, found.with_evidence, found.right_with_evidence) == (25, 20, 1)
    assert found.right == pytest.approx((20 + 5 * 0.2) / 25)
    assert found.by_confidence[0][1:3] == (20, 1)
    assert [row.part for row in exam.rows(found)] == ["exam"] * (2 + len(found.by_confidence))
