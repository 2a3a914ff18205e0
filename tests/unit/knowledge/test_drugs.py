"""The shipped drug book: what it holds, and how names are found."""

import time
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from knowledge.aspects import STORED_ASPECTS, Aspect
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drug_reading import load_drugs
from knowledge.drugs import Drug
from knowledge.quantities import BadQuantityError, read_quantity
from knowledge.sources import BadSourceError, read_source
from knowledge.yamlfile import BadDataError

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
    "头孢": {"cefuroxime-axetil", "cefixime"},
    "他汀要晚上吃吗": {"atorvastatin", "rosuvastatin", "simvastatin"},
    "百服宁": {"paracetamol", "paracetamol-pseudoephedrine-dextromethorphan"},
    "胰岛素": {"insulin-glargine"},
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
        assert set(drug.aspects) == set(Aspect)
        assert drug.source.reviewed >= date(2026, 11, 1)
        assert drug.dosing["adult"]


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


@pytest.mark.parametrize(
    "said", ["贝那普利", "头孢克洛怎么吃", "氧氟沙星", "艾司奥美拉唑", "洛伐他汀", "阿格列汀", "左氨氯地平"]
)
def test_similar_drugs_without_entry_are_unknown(book: DrugBook, said: str) -> None:
    match = book.find(said)
    assert (match.drug, match.candidates) == (None, ())
    assert match.unknown[0] in said
    assert book.mentioned(said) == ()


def test_an_unknown_drug_beside_a_known_one_is_said(book: DrugBook) -> None:
    match = book.find("贝那普利和布洛芬能一起吃吗")
    assert match.drug is None
    assert match.unknown == ("贝那普利",)
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
    """Target 0.15 s; processor time, best of three, with room for a machine shared with others."""
    assert min(_seconds(load_drug_book) for _ in range(3)) < 0.3


def test_finding_is_fast(book: DrugBook) -> None:
    book.prepare()
    questions = [*EXACT, *MISSPELLED, *ASKED_BACK]
    times = sorted(min(_seconds(lambda said=said: book.find(said)) for _ in range(3)) for said in questions)
    assert times[int(len(times) * 0.95)] < 0.003


def test_price_names_no_figure_and_tells_prescription_from_otc(book: DrugBook) -> None:
    assert "处方" in _get(book, "warfarin").aspects[Aspect.PRICE_OR_WHERE]
    cold = _get(book, "paracetamol-pseudoephedrine-dextromethorphan").aspects[Aspect.PRICE_OR_WHERE]
    assert "身份证" in cold
    assert "元" not in cold


def test_words_of_the_entries_are_safe(book: DrugBook) -> None:
    for drug in book:
        spoken = "".join(drug.aspects[aspect] for aspect in STORED_ASPECTS)
        assert "双份" in spoken or "没有漏" in spoken, drug.id
        assert any(word in drug.aspects[Aspect.SIDE_EFFECT] for word in ("就医", "120", "急诊", "医生")), drug.id


def test_methotrexate_is_weekly_and_an_aspect_may_have_its_own_source(book: DrugBook) -> None:
    assert "每周只吃一次" in _get(book, "methotrexate").aspects[Aspect.USAGE]
    colchicine = _get(book, "colchicine")
    assert "指南" in colchicine.source_of(Aspect.USAGE).title
    assert colchicine.source_of(Aspect.STORAGE) == colchicine.source


def test_bad_quantities_sources_and_files_are_refused(tmp_path: Path) -> None:
    assert read_quantity("2.5mg").exceeds(read_quantity("200μg"))
    for text in ("2.5", "mg", "2,5mg", "-1mg", None):
        with pytest.raises(BadQuantityError):
            read_quantity(text)
    with pytest.raises(BadSourceError):
        read_source({"title": "说明书", "publisher": "药监局", "reviewed": "去年"})
    (tmp_path / "drugs").mkdir()
    (tmp_path / "drugs" / "x.yml").write_text("- {id: x, name: 某药}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=r"x\.yml"):
        load_drugs(tmp_path)


def _get(book: DrugBook, id: str) -> Drug:
    drug = book.get(id)
    assert drug is not None
    return drug


def _seconds(call: object) -> float:
    assert callable(call)
    start = time.process_time()
    call()
    return time.process_time() - start
