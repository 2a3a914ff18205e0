"""Imported Chinese leaflets beside the drug book."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.aspects import Aspect
from knowledge.drug_names import load_drug_book
from knowledge.importers.records import Kind, Record
from knowledge.overlay import load_overlay
from knowledge.statements import Statement
from knowledge.together import check_together
from knowledge.yamlfile import DATA
from tests.unit.knowledge.overlay.conftest import Put, Write, leaflet, named


def test_a_leaflet_makes_a_drug_known_in_its_own_words_without_dose_numbers(folder: Path, put: Put) -> None:
    put(
        "nmpa",
        leaflet("盐酸试方胶囊", "国药准字H1", "舒方宁", indication="治试病。", usage="一次1粒。", pregnancy="禁用。"),
    )
    book = load_overlay(folder).drugs()
    for name in ("盐酸试方胶囊", "舒方宁怎么吃", "盐酸试方"):
        assert named(book, name) == "leaflet:盐酸试方胶囊"
    drug = book.get("leaflet:盐酸试方胶囊")
    assert drug and drug.from_leaflet and drug.doses == () and drug.daily_max == {} and drug.ingredients == ()
    assert drug.aspects[Aspect.USAGE] == "一次1粒。" and Aspect.MAX not in drug.aspects
    assert "写在一起" in drug.aspects[Aspect.LACTATION]
    assert drug.source.title == "盐酸试方胶囊说明书（国药准字H1）" and drug.source.reviewed == date(2026, 11, 21)


def test_what_such_a_drug_does_with_others_is_unknown_not_safe(folder: Path, put: Put) -> None:
    put("nmpa", leaflet("试方胶囊", "国药准字H1", indication="治试病。"))
    overlay = load_overlay(folder)
    book = overlay.drugs()
    found = check_together(book, overlay.interactions(book), ["试方胶囊", "华法林"])
    assert found.unknown == ("试方胶囊",)


@pytest.mark.parametrize("name", ["奥美拉唑肠溶胶囊", "苯磺酸氨氯地平片(Ⅱ)", "盐酸二甲双胍片", "阿托伐他汀钙片"])
def test_a_product_of_our_drug_is_that_drug_and_our_words_stay(folder: Path, put: Put, name: str) -> None:
    ours = load_drug_book()
    expected = named(ours, name)
    assert expected is not None
    put("nmpa", leaflet(name, "国药准字H1", "舒方宁", storage="说明书的话。", usage="说明书的用法。"))
    book = load_overlay(folder).drugs()
    mine, before = book.get(expected), ours.get(expected)
    assert named(book, name) == named(book, "舒方宁") == expected and len(book) == len(ours)
    assert mine and before and mine.says[Statement.USAGE] == before.says[Statement.USAGE]


@pytest.mark.parametrize("name", ["地塞米松磷酸钠滴眼液", "阿莫西林试方片", "复方奥美拉唑试方胶囊"])
def test_another_form_or_a_compound_is_another_drug(folder: Path, put: Put, name: str) -> None:
    put("nmpa", leaflet(name, "国药准字H1", indication="治试病。"))
    book = load_overlay(folder).drugs()
    assert named(book, name) == f"leaflet:{name}"
    known = book.get(f"leaflet:{name}")
    assert known and known.ingredient_ids == (("amoxicillin",) if "阿莫西林" in name else ())
    for ours in ("地塞米松", "阿莫西林", "奥美拉唑"):
        drug = book.find(ours).drug
        assert drug is None or not drug.from_leaflet


def test_what_our_entry_lacks_is_told_in_the_leaflets_words(folder: Path, put: Put, own: Write) -> None:
    ours = yaml.safe_load((DATA / "drugs" / "stomach.yml").read_text(encoding="utf-8"))[0]
    own("drugs/ours.yml", [{**ours, "says": {**ours["says"], "child": "unknown"}}])
    put("nmpa", leaflet("奥美拉唑肠溶片", "国药准字H9", child="说明书说的儿童用药。", storage="说明书的话。"))
    drug = load_overlay(folder).drugs().get("omeprazole")
    assert drug and drug.aspects[Aspect.CHILD] == "说明书说的儿童用药。"
    assert drug.source_of(Aspect.CHILD).title == "奥美拉唑肠溶片说明书（国药准字H9）"
    assert drug.aspects[Aspect.STORAGE] == ours["says"]["storage"] and drug.aspects[Aspect.PRICE_OR_WHERE]


def test_one_brand_of_two_products_is_asked_back(folder: Path, put: Put) -> None:
    put(
        "nmpa",
        leaflet("试方片", "国药准字H1", "舒方宁", indication="甲。"),
        leaflet("别方片", "国药准字H2", "舒方宁", usage="乙。"),
    )
    match = load_overlay(folder).drugs().find("舒方宁")
    assert match.drug is None and {one.name for one in match.candidates} == {"试方片", "别方片"}


def test_english_leaflets_and_empty_ones_are_not_told_to_patients(folder: Path, put: Put) -> None:
    english = Record(Kind.LEAFLET, "set", {"language": "en", "name": "TRIAL", "sections": ()}, ("TRIAL",))
    put("fda", english)
    put("nmpa", leaflet("试方片", "国药准字H1"))
    assert len(load_overlay(folder).drugs()) == len(load_drug_book())


def test_an_edition_that_nobody_released_changes_nothing(folder: Path, put: Put) -> None:
    put("nmpa", leaflet("试方片", "国药准字H1", indication="治试病。"), released=False)
    assert named(load_overlay(folder).drugs(), "试方片") is None
