"""What released editions add: names, compendia, diseases, departments, doctors, passages; and the status."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.clinic import load_clinic
from knowledge.drug_names import load_drug_book
from knowledge.importers.records import Json, Kind, Record
from knowledge.interactions import Severity
from knowledge.library import load_library
from knowledge.overlay import load_overlay
from knowledge.releasing import release, rollback
from knowledge.source_folder import SourceError
from knowledge.status import look
from knowledge.together import check_together
from tests.unit.knowledge.overlay.conftest import AT, Put, Write, department, doctor, leaflet, named, pair, substance


def test_english_names_join_the_drug_of_their_substance(folder: Path, put: Put) -> None:
    put(
        "rxnorm",
        substance("1", "warfarin", "Trialcoumarol", "Sharedname"),
        substance("2", "aspirin", "Sharedname", "Loratadine", "ab"),
        substance("3", "ibuprofen", "Wrongtype", type="brand"),
    )
    book = load_overlay(folder).drugs()
    assert named(book, "trialcoumarol") == "warfarin"
    assert named(book, "Loratadine") == "loratadine", "a name of ours stays ours"
    for name in ("Sharedname", "Wrongtype", "ab"):
        assert named(book, name) is None


def test_a_compendium_speaks_where_our_rules_are_silent(folder: Path, put: Put) -> None:
    names = (
        substance("DB1", "Loratadine"),
        substance("DB2", "Folic acid"),
        substance("DB3", "Warfarin"),
        substance("DB4", "Aspirin"),
    )
    put("drugbank", *names, pair("DB1", "DB2", "Some words."), pair("DB3", "DB4", "Bleeding."))
    overlay = load_overlay(folder)
    book = overlay.drugs()
    table = overlay.interactions(book)
    (found,) = check_together(book, table, ["叶酸片", "氯雷他定"]).pairs
    assert (found.severity, found.original, found.rule) == (Severity.UNRATED, "Some words.", "drugbank:DB1+DB2")
    assert found.mechanism == "资料库记有相互作用，没有分级" and found.source.publisher == "试用出版社"
    (rated,) = check_together(book, table, ["华法林", "阿司匹林"]).pairs
    assert rated.severity is Severity.MAJOR, "our own rule goes first and alone"
    drugs = [drug for drug in map(book.get, ("loratadine", "folic-acid")) if drug]
    assert len(drugs) == 2 and table.between(drugs) == ()


def test_diseases_are_found_by_code_and_name(folder: Path, put: Put) -> None:
    put("icd", Record(Kind.DISEASE, "I10", {"system": "icd-10", "code": "I10", "name": "试病"}, ("I10", "试病")))
    overlay = load_overlay(folder)
    assert [one.key for one in (*overlay.diseases("i10"), *overlay.diseases("试病"))] == ["I10", "I10"]
    assert overlay.diseases("别的") == () and list(overlay.disease_names()) == ["试病"]


def test_departments_and_doctors_take_the_place_of_the_invented_ones(folder: Path, put: Put) -> None:
    put("departments", department("心内科", location="三楼"), department("疼痛科", aliases=("止痛门诊",)))
    before = load_clinic(load_overlay(folder).data)
    assert before.doctors == () and [one.id for one in before.departments] == ["cardiology", "疼痛科"]
    put("doctors", doctor("某甲", "心血管内科", "周一上午"), doctor("某甲", "止痛门诊", "周二下午"))
    clinic = load_clinic(load_overlay(folder).data)
    assert [(one.name, one.department, one.fee) for one in clinic.doctors] == [
        ("某甲", "cardiology", "30"), ("某甲", "疼痛科", "30"),
    ]  # fmt: skip
    heart = clinic.department("cardiology")
    assert (
        heart.location == "三楼" and "心慌" in heart.symptoms and clinic.department("疼痛科").location == "请问导诊台"
    )


def test_what_would_not_load_is_not_released(folder: Path, put: Put) -> None:
    source = put("doctors", doctor("某甲", "疼痛科", "周一上午"), released=False)
    with pytest.raises(SourceError, match="疼痛科”不在科室表里"):
        release(source, 1, "门诊部", AT)
    assert source.served() is None and source.history() == []
    departments = put("departments", department("疼痛科"))
    release(source, None, "门诊部", AT)
    with pytest.raises(SourceError, match="不能退回"):
        rollback(departments, "某人", AT)
    assert departments.served() == 1
    assert rollback(source, "某人", AT) is None and rollback(departments, "某人", AT) is None


def test_passages_join_with_source_reviewer_and_last_day(folder: Path, put: Put) -> None:
    told: dict[str, Json] = {
        "title": "试病 › 饮食",
        "text": "试病的人少吃盐，每天不超过5克。",
        "topics": ("试病", "饮食"),
        "page": 3,
        "place": "第 3 页",
    }
    put("guide", Record(Kind.PASSAGE, "k1", told), until="2026-12-31")
    library = load_library(load_overlay(folder))
    (hit, *_) = library.passages.search("试病饮食要注意什么", at=AT)
    one = hit.passage
    assert (one.id, one.reviewer, one.valid_until) == ("guide:k1", "某药师", date(2026, 12, 31))
    assert (one.source.title, one.source.publisher) == ("试用资料，第 3 页", "试用出版社")
    late = datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert "guide:k1" not in {hit.passage.id for hit in library.passages.search("试病饮食要注意什么", at=late)}


def test_status_tells_what_is_served_and_what_needs_work(folder: Path, put: Put, own: Write) -> None:
    told: dict[str, Json] = {"title": "试病", "text": "试病的话。", "topics": ("试病",), "place": ""}
    put("guide", Record(Kind.PASSAGE, "k1", told), until="2026-12-01")
    put("nmpa", leaflet("试方片", "国药准字H1", indication="治。"))
    put("nmpa", leaflet("别方片", "国药准字H2", indication="治。"), released=False)
    own("other_names.yml", {"everyday": ["试方"]})
    found = look(folder, date(2026, 11, 21))
    assert found.own_files == ("other_names.yml",) and found.drugs == len(load_drug_book()) and not found.broken
    assert "guide:k1" in found.expiring and "guide:k1" not in found.expired
    later = look(folder, date(2027, 11, 22))
    assert "guide:k1" in later.expired
    sources = {one.id: one for one in later.sources}
    assert [(one.number, one.served, one.reviewer, one.old) for one in sources["nmpa"].editions] == [
        (1, True, "某药师", True), (2, False, "", True),
    ]  # fmt: skip
    assert look(folder, date(2029, 1, 1)).stale
