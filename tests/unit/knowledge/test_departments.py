"""From a complaint in the patient's words to departments."""

import pytest

from knowledge.clinic import Clinic
from knowledge.visitor import read_visitor


def test_enough_departments_each_with_words_and_place(clinic: Clinic) -> None:
    assert len(clinic.departments) >= 20
    assert all(len(one.symptoms) >= 8 and one.location and one.about for one in clinic.departments)


@pytest.mark.parametrize(
    ("complaint", "department"),
    [
        ("嗓子疼得咽不下东西", "ent"),
        ("牙疼三天了", "stomatology"),
        ("胃疼还反酸", "gastroenterology"),
        ("心慌，量血压高", "cardiology"),
        ("小便疼老想尿，尿频", "urology"),
        ("白带多下面痒", "gynecology"),
        ("我家宝宝咳嗽两天", "pediatrics"),
        ("三岁孩子发烧", "pediatrics"),
        ("8个月大拉肚子", "pediatrics"),
        ("怀孕3个月想做产检", "obstetrics"),
        ("孕妇拉肚子", "obstetrics"),
        ("崴脚了肿了", "orthopedics"),
        ("身上起疙瘩很痒", "dermatology"),
        ("睡不着心烦焦虑", "psychiatry"),
        ("手麻头晕走路不稳", "neurology"),
        ("乳房肿块", "breast"),
        ("甲状腺结节复查", "endocrinology"),
        ("爸爸前列腺增生夜尿多", "urology"),
        ("眼睛疼看不清", "ophthalmology"),
        ("血小板低", "hematology"),
        ("泡沫尿眼皮肿", "nephrology"),
    ],
)
def test_first_department_for_a_complaint(clinic: Clinic, complaint: str, department: str) -> None:
    assert clinic.departments_for(complaint)[0].id == department


def test_nothing_known_gives_nothing(clinic: Clinic) -> None:
    assert clinic.departments_for("今天股票涨了没") == ()


def test_men_are_not_sent_to_gynecology(clinic: Clinic) -> None:
    assert "gynecology" not in {one.id for one in clinic.departments_for("我老公下面痒")}


def test_grown_ups_are_not_sent_to_pediatrics(clinic: Clinic) -> None:
    assert "pediatrics" not in {one.id for one in clinic.departments_for("我35岁，发烧咳嗽")}


@pytest.mark.parametrize(
    ("said", "department"),
    [
        ("挂耳鼻喉", "ent"),
        ("我想看心内科", "cardiology"),
        ("神经外科有号吗", "neurosurgery"),
        ("看牙科", "stomatology"),
    ],
)
def test_named_department(clinic: Clinic, said: str, department: str) -> None:
    found = clinic.find_department(said)
    assert found is not None
    assert found.id == department


def test_two_named_departments_are_both_seen(clinic: Clinic) -> None:
    assert [one.id for one in clinic.departments_named("皮肤科和眼科哪个近")] == ["dermatology", "ophthalmology"]
    assert clinic.find_department("皮肤科和眼科哪个近") is None


def test_visitor_is_read_from_words() -> None:
    assert read_visitor("我女儿5岁咳嗽").child
    assert read_visitor("怀孕12周").pregnant
    assert not read_visitor("备孕半年没怀上").pregnant
    assert not read_visitor("我儿子28岁了腰疼").child
    assert read_visitor("老公腰疼").male
