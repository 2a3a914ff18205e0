"""The shipped drug book: what it holds, and how names are found."""

import time
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from knowledge.aspects import MAIN_ASPECTS, Aspect
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drugs import Drug
from knowledge.ingredients import load_ingredients

ORDINARY = [
    sentence
    for line in (Path(__file__).parent / "ordinary_sentences.txt").read_text(encoding="utf-8").splitlines()
    for sentence in line.split("|")
]
EXACT = {
    "氨氯地平饭前吃还是饭后吃": "amlodipine",
    "络活喜": "amlodipine",
    "我在吃拜新同": "nifedipine",
    "代文": "valsartan",
    "可定怎么吃": "rosuvastatin",
    "阿莫西林克拉维酸钾和阿莫西林是一个药吗": None,
    "阿莫西林克拉维酸钾片": "amoxicillin-clavulanate",
    "芬必得伤胃吗": "ibuprofen",
    "扑热息痛": "paracetamol",
    "黄连素": "berberine",
    "舒乐安定": "estazolam",
    "安体舒通": "spironolactone",
    "泰诺": "paracetamol-pseudoephedrine-dextromethorphan-chlorphenamine",
    "泰诺林": "paracetamol",
    "碳酸钙Ｄ３片": "calcium-carbonate-d3",
    "MTX": "methotrexate",
    "Ibuprofen": "ibuprofen",
}
MISSPELLED = {
    "amoxilin": "amoxicillin",
    "a mo xi lin": "amoxicillin",
    "buluofen": "ibuprofen",
    "二甲双瓜": "metformin",
    "依那普立": "enalapril",
    "粉必得": "ibuprofen",
    "心痛丁一天几次": "nifedipine",
    "奥美拉锉": "omeprazole",
    "阿托伐它汀": "atorvastatin",
    "氯雷他啶": "loratadine",
}
ASKED_BACK = {
    "百服宁": {"paracetamol", "paracetamol-pseudoephedrine-dextromethorphan"},
    "氯砒格雷": {"clopidogrel"},
    "奥美拉吐": {"omeprazole"},
    "阿莫西": {"amoxicillin", "amoxicillin-clavulanate"},
    "ibuprofin": {"ibuprofen"},
}


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def test_the_book_is_large_and_complete(book: DrugBook) -> None:
    assert len(book) >= 62
    for drug in book:
        assert {*MAIN_ASPECTS} <= set(drug.aspects) | {Aspect.INTERACTION, Aspect.ALCOHOL, Aspect.PREGNANCY}, drug.id
        assert drug.source.reviewed >= date(2026, 11, 1)


def test_entries_cannot_be_changed(book: DrugBook) -> None:
    drug = _get(book, "amlodipine")
    with pytest.raises(FrozenInstanceError):
        drug.name = "别的"  # type: ignore[misc]
    with pytest.raises(TypeError):
        drug.aspects[Aspect.USAGE] = "随便吃"  # type: ignore[index]


@pytest.mark.parametrize(("said", "expected"), EXACT.items())
def test_exact_names(book: DrugBook, said: str, expected: str | None) -> None:
    found = book.find(said).drug
    assert (found and found.id) == expected


@pytest.mark.parametrize(("said", "expected"), MISSPELLED.items())
def test_misspelled_names(book: DrugBook, said: str, expected: str) -> None:
    match = book.find(said)
    assert match.drug is not None
    assert match.drug.id == expected
    assert [drug.id for drug in book.mentioned(said)] == [expected]


@pytest.mark.parametrize(("said", "expected"), ASKED_BACK.items())
def test_unsure_names_are_asked_back(book: DrugBook, said: str, expected: set[str]) -> None:
    match = book.find(said)
    assert match.drug is None
    assert {drug.id for drug in match.candidates} == expected


@pytest.mark.parametrize(("said", "class_id"), [("头孢", "cephalosporin"), ("他汀要晚上吃吗", "statin")])
def test_a_class_is_asked_back(book: DrugBook, said: str, class_id: str) -> None:
    match = book.find(said)
    assert match.drug is None
    assert len(match.candidates) >= 2
    assert all(class_id in _lineage(drug) for drug in match.candidates)


@pytest.mark.parametrize("said", ["洛伐他汀", "头孢西丁怎么吃", "西沙必利", "扎鲁司特", "阿罗洛尔"])
def test_similar_drugs_without_entry_are_unknown(book: DrugBook, said: str) -> None:
    match = book.find(said)
    assert (match.drug, match.candidates) == (None, ())
    assert match.unknown[0] in said
    assert book.mentioned(said) == ()


def test_an_unknown_drug_beside_a_known_one_is_said(book: DrugBook) -> None:
    match = book.find("洛伐他汀和布洛芬能一起吃吗")
    assert match.drug is None
    assert match.unknown == ("洛伐他汀",)
    assert [drug.name for drug in match.candidates] == ["布洛芬"]


def test_all_names_in_a_sentence_in_order(book: DrugBook) -> None:
    said = "我吃络活喜、拜阿司匹灵和立普妥，还有氨氯地平，能加芬必得吗"
    assert [drug.id for drug in book.mentioned(said)] == ["amlodipine", "aspirin", "atorvastatin", "ibuprofen"]


def test_every_name_finds_its_drug(book: DrugBook) -> None:
    for drug in book:
        for name in (drug.name, drug.english, *drug.brands, *drug.aliases):
            assert book.find(name).drug == drug, name


def test_there_are_enough_ordinary_sentences() -> None:
    assert len(set(ORDINARY)) >= 200


@pytest.mark.parametrize("said", ORDINARY)
def test_ordinary_sentences_name_no_drug(book: DrugBook, said: str) -> None:
    assert book.mentioned(said) == ()
    match = book.find(said)
    assert (match.drug, match.candidates, match.unknown) == (None, (), ())


@pytest.mark.parametrize("said", ["", " ", "😀", "\x00", "？？？", "药", "a", "吃" * 100_000])
def test_odd_input_finds_nothing(book: DrugBook, said: str) -> None:
    assert book.find(said).drug is None
    assert book.mentioned(said) == ()


def test_loading_is_fast() -> None:
    """Target 0.2 s for 450 entries; processor time, best of three, with room for a machine shared with others."""
    assert min(_seconds(load_drug_book) for _ in range(3)) < 0.5


def test_finding_is_fast(book: DrugBook) -> None:
    book.prepare()
    questions = [*EXACT, *MISSPELLED, *ASKED_BACK]
    assert _p95(book, questions) < 0.003
    names = [name for drug in book for name in (drug.name, drug.english, *drug.brands, *drug.aliases)]
    assert _p95(book, names) < 0.001


def _get(book: DrugBook, id: str) -> Drug:
    drug = book.get(id)
    assert drug is not None
    return drug


def _lineage(drug: Drug) -> set[str]:
    return {one.id for one in load_ingredients().classes.lineage(drug.class_id)}


def _seconds(call: object) -> float:
    assert callable(call)
    start = time.process_time()
    call()
    return time.process_time() - start


def _p95(book: DrugBook, questions: Sequence[str]) -> float:
    times = sorted(min(_seconds(lambda said=said: book.find(said)) for _ in range(3)) for said in questions)
    return times[int(len(times) * 0.95)]
