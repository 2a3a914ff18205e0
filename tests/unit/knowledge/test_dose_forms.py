"""A name followed by a form the entry does not have is another medicine, and its dose is never told."""

import pytest

from knowledge.dose_forms import Route, form_beside, routes_in
from knowledge.drug_answer import not_found
from knowledge.drug_names import DrugBook, load_drug_book

NOT_HELD = (
    "地塞米松滴眼液",
    "倍他米松乳膏",
    "氢化可的松软膏",
    "阿托品眼用凝胶",
    "左氧氟沙星滴耳液",
    "甲巯咪唑软膏",
    "布地奈德鼻喷雾剂",
    "酮康唑片",
    "沙丁胺醇片",
    "布洛芬栓",
    "胺碘酮注射液",
    "注射用阿奇霉素",
    "复方酮康唑",
    "复方克霉唑乳膏",
    "去甲万古霉素",
    "门冬胰岛素50",
    "速秀霖25",
    "优泌乐50",
)
HELD = {
    "左氧氟沙星滴眼液": "levofloxacin-eye",
    "左氧氟沙星片": "levofloxacin",
    "红霉素眼膏": "erythromycin-eye",
    "克霉唑栓": "clotrimazole-vaginal",
    "地塞米松针": "dexamethasone",
    "沙丁胺醇气雾剂": "salbutamol",
    "芬太尼贴": "fentanyl-patch",
    "兰美抒喷雾剂": "terbinafine-skin",
    "门冬胰岛素30": "insulin-aspart-30",
    "门冬胰岛素50单位": "insulin-aspart",
    "布洛芬针对发烧有用吗": "ibuprofen",
    "黄体酮阴道出血怎么办": "progesterone",
}


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


@pytest.mark.parametrize("name", NOT_HELD)
@pytest.mark.parametrize("sentence", ["{}", "{}怎么用", "孩子能用{}吗"])
def test_another_form_is_unknown_and_said_with_its_form(book: DrugBook, name: str, sentence: str) -> None:
    said = sentence.format(name)
    match = book.find(said)
    assert (match.drug, match.candidates, match.unknown) == (None, (), (name,))
    assert book.mentioned(said) == ()
    assert name in not_found(said, match) and "药师或护士" in not_found(said, match)


@pytest.mark.parametrize(("said", "expected"), HELD.items())
def test_a_form_of_the_entry_is_the_entry(book: DrugBook, said: str, expected: str) -> None:
    found = book.find(said).drug
    assert (found and found.id) == expected


def test_a_misspelled_name_with_another_form_is_not_guessed(book: DrugBook) -> None:
    assert book.find("地塞迷松").drug is not None
    match = book.find("地塞迷松滴眼液")
    assert (match.drug, match.candidates) == (None, ())
    assert book.mentioned("地塞迷松滴眼液") == ()


def test_the_form_narrows_a_shared_name(book: DrugBook) -> None:
    injected = {drug.id for drug in book.find("头孢针").candidates}
    assert {"ceftriaxone", "cefoperazone-sulbactam"} <= injected
    assert "cefixime" not in injected


def test_a_known_drug_beside_another_form_is_still_found(book: DrugBook) -> None:
    match = book.find("地塞米松滴眼液和布洛芬能一起用吗")
    assert (match.drug, match.unknown) == (None, ("地塞米松滴眼液",))
    assert [drug.id for drug in match.candidates] == ["ibuprofen"]


def test_words_of_forms() -> None:
    assert routes_in(("缓释片", "栓剂（儿童）")) == {Route.MOUTH, Route.RECTUM, Route.VAGINA}
    assert routes_in(("溶液",)) == frozenset()
    beside = form_beside("注射用阿奇霉素", 3, 7)
    assert beside is not None and (beside.start, beside.end, set(beside.routes)) == (0, 7, {Route.INJECTION})
    assert form_beside("布洛芬好吗", 0, 3) is None
