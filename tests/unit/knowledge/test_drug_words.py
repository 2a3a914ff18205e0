"""What the drug book tells: words with their source, limits, and what is unknown."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.aspects import Aspect
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.drug_reading import load_drugs
from knowledge.drugs import Drug, Who
from knowledge.quantities import BadQuantityError, read_quantity
from knowledge.sources import BadSourceError, read_source, read_sources
from knowledge.statements import Statement
from knowledge.yamlfile import DATA, BadDataError

NURSING = re.compile("哺乳|乳汁|母乳|喂|奶")


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def test_what_is_dangerous_is_told_where_the_usual_is_unknown(book: DrugBook) -> None:
    silent = [drug for drug in book if Statement.SIDE_EFFECT not in drug.says and Statement.GRAVE in drug.says]
    assert silent
    for drug in silent:
        assert drug.says[Statement.GRAVE][0].text in drug.aspects[Aspect.SIDE_EFFECT]
        assert "资料里没有写明" in drug.aspects[Aspect.SIDE_EFFECT]


def test_words_of_the_entries_are_safe(book: DrugBook) -> None:
    for drug in book:
        assert any(word in drug.aspects[Aspect.SIDE_EFFECT] for word in ("就医", "120", "急诊", "医生")), drug.id
        said = [one for some in drug.says.values() for one in some]
        assert all(one.text.endswith(("。", "）", "！", "】")) for one in said), drug.id
        assert not any(word in one.text for one in said for word in ("绝对安全", "没有副作用", "根治", "遵医嘱")), (
            drug.id
        )


def test_methotrexate_is_weekly_and_an_aspect_may_have_its_own_source(book: DrugBook) -> None:
    assert "每周只吃一次" in _get(book, "methotrexate").aspects[Aspect.USAGE]
    colchicine = _get(book, "colchicine")
    assert "指南" in colchicine.source_of(Aspect.USAGE).title
    assert colchicine.source_of(Aspect.STORAGE) == colchicine.source


def test_what_is_unknown_is_not_there_and_lactation_is_never_passed_over(book: DrugBook) -> None:
    berberine = _get(book, "berberine")
    assert Statement.RENAL not in berberine.says
    assert Aspect.RENAL not in berberine.aspects
    for drug in book:
        if Statement.PREGNANCY in drug.says and Statement.LACTATION not in drug.says:
            assert "哺乳：资料里没有写明" in drug.aspects[Aspect.PREGNANCY]


def test_what_is_known_to_be_nothing_is_told_as_such_but_not_repeated_beside_others(book: DrugBook) -> None:
    loratadine = _get(book, "loratadine")
    assert loratadine.says[Statement.FOOD][0].nothing
    assert loratadine.aspects[Aspect.FOOD] == "没有已知的饮食禁忌。"
    assert "饮食禁忌" not in loratadine.aspects[Aspect.INTERACTION]


def test_a_class_speaks_for_its_members(book: DrugBook) -> None:
    enalapril = _get(book, "enalapril")
    (driving,) = enalapril.says[Statement.DRIVING]
    assert (driving.of_class, driving.source != enalapril.source) == ("降压药", True)
    own, inherited = _get(book, "ibuprofen").says[Statement.CAUTION]
    assert (own.of_class, inherited.of_class) == ("", "非甾体抗炎药")
    assert inherited.text in _get(book, "ibuprofen").aspects[Aspect.CONTRAINDICATION]


def test_doses_are_exact_and_the_adult_dose_is_the_one_taken_most_often(book: DrugBook) -> None:
    paracetamol = _get(book, "paracetamol")
    child = next(one for one in paracetamol.doses if one.who is Who.CHILD)
    assert (str(child.least), str(child.most), child.times) == ("10mg/kg", "15mg/kg", (1, 4))
    assert child.most.spoken == "每公斤体重15毫克"
    assert paracetamol.adult_dose is not None and paracetamol.adult_dose.times == (1, 4)
    assert _get(book, "methotrexate").adult_dose == _get(book, "methotrexate").doses[0]
    assert _get(book, "warfarin").adult_dose is None
    assert paracetamol.aspects[Aspect.MAX].startswith("大人24小时内，对乙酰氨基酚不超过2克。")


def test_the_limit_of_a_childrens_medicine_is_told_for_children(book: DrugBook) -> None:
    most = {drug.id: drug.aspects[Aspect.MAX] for drug in book if Aspect.MAX in drug.aspects}
    assert {id for id, told in most.items() if not told.startswith("大人")} == {
        "vitamin-ad",
        "children-paracetamol-chlorphenamine",
        "children-pseudoephedrine-dextromethorphan",
    }
    child = most["children-paracetamol-chlorphenamine"]
    assert child.startswith("孩子24小时内，对乙酰氨基酚不超过937.5毫克；这是最大的孩子的量，小的孩子更少")


def test_breast_feeding_told_after_pregnancy_is_known_for_what_it_is(book: DrugBook) -> None:
    unnamed = {
        drug.id for drug in book for said in drug.says.get(Statement.LACTATION, ()) if not NURSING.search(said.text)
    }
    assert unnamed == set()


def test_the_number_in_a_name_does_not_run_into_the_limit(book: DrugBook) -> None:
    for drug in book:
        limits = drug.aspects.get(Aspect.MAX, "")
        assert limits.count("不超过") == len(drug.daily_max), drug.id
    assert "维生素B1不超过30毫克" in _get(book, "vitamin-b1").aspects[Aspect.MAX]


def test_what_acts_where_it_is_put_has_nothing_to_do_with_interactions(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    entry = (tmp_path / "drugs" / "allergy_breathing.yml").read_text(encoding="utf-8")
    (tmp_path / "drugs" / "allergy_breathing.yml").write_text(entry.replace("otc: true", "otc: true\n  local: true", 1))
    drugs = {drug.id: drug for drug in load_drugs(tmp_path)}
    assert drugs["loratadine"].ingredient_ids == ("loratadine",)
    assert (drugs["loratadine"].acting_ids, drugs["cetirizine"].acting_ids) == ((), ("cetirizine",))


def test_a_work_is_named_by_its_id_and_the_day_of_review() -> None:
    works = {"book": {"title": "书", "publisher": "社"}}
    assert read_sources({"book": "2026-11-21"}, works)["book"].reviewed == date(2026, 11, 21)
    with pytest.raises(BadSourceError, match="no such work"):
        read_sources({"other": "2026-11-21"}, works)


def test_bad_quantities_sources_and_files_are_refused(tmp_path: Path) -> None:
    assert read_quantity("2.5mg").exceeds(read_quantity("200μg"))
    for text in ("2.5", "mg", "2,5mg", "-1mg", None):
        with pytest.raises(BadQuantityError):
            read_quantity(text)
    with pytest.raises(BadSourceError):
        read_source({"title": "说明书", "publisher": "药监局", "reviewed": "去年"})
    with pytest.raises(BadDataError, match=r"works\.yml|classes\.yml|ingredients\.yml"):
        load_drugs(tmp_path)
    for name in ("works.yml", "classes.yml", "ingredients.yml"):
        shutil.copy(DATA / name, tmp_path)
    (tmp_path / "drugs").mkdir()
    (tmp_path / "drugs" / "x.yml").write_text("- {id: x, name: 某药}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=r"x\.yml"):
        load_drugs(tmp_path)


def _get(book: DrugBook, id: str) -> Drug:
    drug = book.get(id)
    assert drug is not None
    return drug
