"""Where a medicine is to be had: controlled and hospital medicines are never sent to a pharmacy."""

import pytest

from knowledge.aspects import Aspect
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drugs import Drug


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def test_price_names_no_figure_and_tells_prescription_from_otc(book: DrugBook) -> None:
    assert "处方" in _get(book, "warfarin").aspects[Aspect.PRICE_OR_WHERE]
    cold = _get(book, "paracetamol-pseudoephedrine-dextromethorphan").aspects[Aspect.PRICE_OR_WHERE]
    assert "身份证" in cold
    assert "元" not in cold


@pytest.mark.parametrize(
    ("id", "told", "never"),
    [
        ("mifepristone", "药店不能卖", "药店取药"),
        ("morphine", "药店不卖", "药店取药"),
        ("methylphenidate", "药店不卖", "药店取药"),
        ("estazolam", "专用处方", "药店取药"),
        ("ceftriaxone", "医护人员打针", "药店取药"),
        ("insulin-glargine", "药店取药", "不要自己买来打"),
        ("ibuprofen", "药店可以买到", "处方药，"),
    ],
)
def test_where_a_medicine_is_to_be_had(book: DrugBook, id: str, told: str, never: str) -> None:
    said = _get(book, id).aspects[Aspect.PRICE_OR_WHERE]
    assert told in said
    assert never not in said


def test_no_controlled_drug_is_sent_to_a_pharmacy(book: DrugBook) -> None:
    controlled = [drug for drug in book if drug.control]
    assert len(controlled) >= 15
    assert not any("或药店" in drug.aspects[Aspect.PRICE_OR_WHERE] for drug in controlled)


def _get(book: DrugBook, id: str) -> Drug:
    drug = book.get(id)
    assert drug is not None
    return drug
