"""The demo clinic: complete, findable, and told to be invented."""

from pathlib import Path

import pytest

from knowledge.clinic import Clinic, Session, load_clinic
from knowledge.yamlfile import BadDataError


def test_says_that_it_is_invented(clinic: Clinic) -> None:
    assert "虚构" in clinic.notice
    assert clinic.emergency == "120"


def test_has_enough_doctors_in_enough_departments(clinic: Clinic) -> None:
    assert len(clinic.doctors) >= 30
    assert len({one.department for one in clinic.doctors}) >= 20


def test_sessions_are_local_times_in_order(clinic: Clinic) -> None:
    sessions = [session for doctor in clinic.doctors for session in doctor.timetable]
    assert Session(0, "08:00", "12:00", 30, 3) in sessions
    assert all(0 <= one.weekday <= 6 and one.start < one.end for one in sessions)
    assert all(one.minutes_each > 0 and one.capacity > 0 for one in sessions)


def test_every_weekday_has_a_children_doctor(clinic: Clinic) -> None:
    assert {session.weekday for one in clinic.doctors_of("pediatrics") for session in one.timetable} == set(range(7))


@pytest.mark.parametrize(
    ("said", "name"), [("我要挂王守拙的号", "王守拙"), ("王主任哪天出诊", "王守拙"), ("骨科罗医生周二在吗", "罗一舟")]
)
def test_finds_a_doctor(clinic: Clinic, said: str, name: str) -> None:
    found = clinic.find_doctor(said)
    assert found is not None
    assert found.name == name


def test_unknown_doctor_is_none(clinic: Clinic) -> None:
    assert clinic.find_doctor("欧阳医生在不在") is None


def test_shared_surname_is_not_guessed(clinic: Clinic, tmp_path: Path) -> None:
    surnames = [one.name[0] for one in clinic.doctors]
    shared = next((name for name in surnames if surnames.count(name) > 1), None)
    if shared is None:
        twin = clinic.doctors[0].name[0]
        assert len(clinic.doctors_named(f"{twin}医生")) == 1
        return
    assert clinic.find_doctor(f"{shared}医生") is None
    assert len(clinic.doctors_named(f"{shared}医生")) > 1


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("你们那儿怎么停车", "parking"),
        ("化验单在哪取啊", "report_pickup"),
        ("探视时间是几点", "visiting"),
        ("异地医保能报销吗", "insurance"),
        ("醫保可以用嗎", "insurance"),
        ("可以用微信支付吗", "payment"),
        ("医院在哪", "address"),
    ],
)
def test_finds_a_hospital_topic(clinic: Clinic, said: str, topic: str) -> None:
    found = clinic.find_topic(said)
    assert found is not None
    assert found.id == topic


def test_no_topic_for_other_things(clinic: Clinic) -> None:
    assert clinic.find_topic("阿司匹林怎么吃") is None


def test_broken_timetable_names_the_doctor(tmp_path: Path, data: Path) -> None:
    for name in ("clinic.yml", "departments.yml"):
        (tmp_path / name).write_text((data / name).read_text(encoding="utf-8"), encoding="utf-8")
    broken = (tmp_path / "clinic.yml").read_text(encoding="utf-8").replace("周一上午", "周八上午", 1)
    (tmp_path / "clinic.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(BadDataError, match="周八上午"):
        load_clinic(tmp_path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=r"clinic\.yml"):
        load_clinic(tmp_path)
