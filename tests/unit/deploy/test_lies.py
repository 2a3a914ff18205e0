"""The lying model: what it says is what it claims to be, and the guard lets none of its lies through."""

import random
from collections.abc import Sequence

import pytest

from deploy.bench.answers.lies import Kind, LyingAnswer, answers, held_back, judge, sentences, written
from deploy.bench.answers.twisting import glued, twists
from knowledge.library import Library, load_library

SEED = 20_26
FEW = 300


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def told(library: Library) -> Sequence[LyingAnswer]:
    return answers(library, SEED, FEW)


@pytest.fixture(scope="module")
def judged(told: Sequence[LyingAnswer], library: Library) -> Sequence[Kind]:
    return judge(told, library)


def test_no_lie_reaches_the_patient(judged: Sequence[Kind]) -> None:
    assert [(one.kind, one.examples) for one in judged if not one.true and one.released] == []


def test_few_truths_are_dropped(judged: Sequence[Kind]) -> None:
    true = [one for one in judged if one.true]
    assert 1 - sum(one.released for one in true) / sum(one.said for one in true) <= 0.05


def test_an_answer_has_three_to_six_sentences_of_both_kinds(told: Sequence[LyingAnswer]) -> None:
    assert len(told) == FEW
    assert all(3 <= len(one.sentences) <= 6 and len(one.hits) == 4 for one in told)
    lies = sum(not said.true for one in told for said in one.sentences)
    assert 0.4 < lies / sum(len(one.sentences) for one in told) < 0.6
    assert {one.held_back for one in told} == {True, False}


def test_the_same_seed_tells_the_same(library: Library, told: Sequence[LyingAnswer]) -> None:
    def texts(some: Sequence[LyingAnswer]) -> list[str]:
        return [said.text for one in some for said in one.sentences]

    assert texts(answers(library, SEED, 5)) == texts(told[:5])
    assert texts(answers(library, SEED + 1, 5)) != texts(told[:5])


def test_every_kind_of_lie_is_told(told: Sequence[LyingAnswer], library: Library) -> None:
    kinds = {said.kind for one in told for said in one.sentences if not said.true}
    assert kinds >= {*twists(library.drugs), "no such source", "wrong source", "halves glued", "halves of two sources"}


def test_what_was_written_is_about_passages_we_have(library: Library) -> None:
    ours = {one.id: sentences(one) for one in library.passages}
    assert set(written()) <= set(ours)
    assert sum(len(both["honest"]) for both in written().values()) >= 300
    assert sum(len(both["lies"]) for both in written().values()) >= 300
    assert 0.3 < sum(map(held_back, written())) / len(written()) < 0.35
    lies = [(id, lie) for id, both in written().items() for one in both["lies"] for lie in one.values()]
    assert [lie for id, lie in lies if lie in ours[id]] == []


def test_a_twisted_sentence_is_another(library: Library) -> None:
    chance = random.Random(SEED)
    for passage in list(library.passages)[:40]:
        for twist in twists(library.drugs).values():
            for said in sentences(passage):
                assert twist(said, passage.text, chance) != said


def test_halves_are_glued() -> None:
    assert glued("甲一，甲二。", "乙一，乙二。") == "甲一，乙二。"
    assert glued("甲。", "乙一，乙二。") is None
