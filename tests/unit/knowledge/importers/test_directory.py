"""Lists of departments and of doctors with their times."""

from pathlib import Path
from typing import Any

import pytest

from knowledge.importers.directory import read_departments, read_doctors
from knowledge.importers.records import Kind, Problem, Step, UnreadableError
from knowledge.importers.timetable import BadTimesError, read_timetable


def written(folder: Path, text: str) -> Path:
    file = folder / "list.csv"
    file.write_text(text, encoding="utf-8")
    return file


def doctors(folder: Path, text: str) -> dict[str, Any]:
    steps = list(read_doctors(written(folder, text)))
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    return {one.key: one.data for step in steps for one in step.records}


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("周一上午、周三下午", ["周一上午", "周三下午"]),
        ("每周一、三、五上午", ["周一上午", "周三上午", "周五上午"]),
        ("星期一至星期三上午，周五全天", ["周一上午", "周二上午", "周三上午", "周五上午", "周五下午"]),
        ("周二（夜门诊）；礼拜天上午", ["周二夜间", "周日上午"]),
        ("周六上下午", ["周六上午", "周六下午"]),
    ],
)
def test_times_as_lists_write_them(said: str, times: list[str]) -> None:
    assert list(read_timetable(said)) == times


@pytest.mark.parametrize("said", ["停诊", "周一 8:00", "单周周二上午", "周八上午", "预约"])
def test_times_that_would_be_a_guess_are_refused(said: str) -> None:
    with pytest.raises(BadTimesError):
        read_timetable(said)


def test_departments(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "科室名称,别名,简介,就诊地点,就诊对象\n"
        "疼痛 科,止痛门诊、疼痛门诊,看慢性痛。,三楼,成人\n,x,,,\n眼科,,,,外星人\n",
    )
    found = list(read_departments(file))
    pain = found[0].records[0]
    assert (pain.kind, pain.key, pain.names) == (Kind.DEPARTMENT, "疼痛科", ("疼痛科", "止痛门诊", "疼痛门诊"))
    assert (pain.data["audience"], pain.data["location"]) == ("adult", "三楼")
    assert found[1].problems == (Problem("第 3 行，列 科室名称", "是空的，这一行没有收"),)
    assert found[2].records and found[2].problems == (Problem("第 4 行，列 就诊对象", "看不懂“外星人”，当作没有写"),)


def test_a_list_of_doctors_is_no_list_of_departments(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        list(read_departments(written(tmp_path, "科室,医生姓名,出诊时间\n眼科,某甲,周一上午\n")))


def test_doctors_with_a_merged_department_and_several_rows_each(tmp_path: Path) -> None:
    found = doctors(
        tmp_path,
        "科室,姓名,职称,出诊时间,挂号费\n眼科,某甲,主任医师,周一上午,50元\n,某乙,,周二全天,\n,某甲,,周三下午,\n骨科,某甲,,周五上午,15.50\n",
    )
    assert list(found) == ["某甲@眼科", "某乙@眼科", "某甲@骨科"]
    assert found["某甲@眼科"]["timetable"] == ("周一上午", "周三下午") and found["某甲@眼科"]["fee"] == "50"
    assert found["某甲@骨科"]["fee"] == "15.50"


def test_a_column_for_each_day(tmp_path: Path) -> None:
    found = doctors(tmp_path, "科室,医生,工号,星期一,星期二,周日\n眼科,某甲,E7,上午,,全天\n")
    assert found["E7@眼科"]["timetable"] == ("周一上午", "周日上午", "周日下午")


def test_what_cannot_be_read_is_named_and_the_rest_is_taken(tmp_path: Path) -> None:
    rows = ("眼科,某甲,看通知,", "眼科,,周一上午,", "眼科,某乙,周一上午,面议", "眼科,某丙,周二上午,20")
    text = "\n".join(("科室,姓名,出诊时间,挂号费", *rows))
    steps: list[Step] = list(read_doctors(written(tmp_path, text)))
    said = [(one.where, one.what) for step in steps for one in step.problems]
    assert said == [
        ("第 2 行，列 出诊时间", "出诊时间看不懂：看通知"),
        ("第 2 行，列 出诊时间", "某甲没有能用的出诊时间，没有收"),
        ("第 3 行，列 姓名", "是空的，这一行没有收"),
        ("第 4 行，列 挂号费", "不是金额：面议，当作没有写"),
    ]
    assert [one.data["name"] for step in steps for one in step.records] == ["某乙", "某丙"]
    assert [step.position for step in read_doctors(tmp_path / "list.csv", 2)] == [3, 4]
