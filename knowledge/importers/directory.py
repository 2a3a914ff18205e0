"""A hospital's lists of departments and of doctors with their consulting times."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.importers.records import Json, Kind, Problem, Record, Step
from knowledge.importers.tables import Column, Row, read_table
from knowledge.importers.timetable import BadTimesError, read_parts, read_timetable

_PEOPLE = ("医生姓名", "医师姓名", "专家姓名", "姓名", "医生", "医师", "专家")
_DEPARTMENTS = (
    Column("name", ("科室名称", "科室", "门诊科室", "部门名称", "名称"), needed=True),
    Column("code", ("科室编码", "科室代码", "科室编号", "编码", "代码", "编号")),
    Column("aliases", ("别名", "俗称", "又称", "简称", "其他名称")),
    Column("about", ("科室介绍", "科室简介", "简介", "介绍", "诊疗范围", "业务范围")),
    Column("symptoms", ("常见症状", "主要症状", "症状", "看什么病", "常见疾病", "主治")),
    Column("location", ("位置", "就诊地点", "门诊位置", "地点", "楼层", "所在位置", "诊区")),
    Column("audience", ("就诊对象", "接诊对象", "服务对象", "对象", "适用人群")),
    Column("remark", ("备注", "说明", "就诊须知")),
    Column("doctor", _PEOPLE, absent=True),
)
_WEEK = "一二三四五六日"
_DOCTORS = (
    Column("name", _PEOPLE, needed=True),
    Column("department", ("科室名称", "所属科室", "出诊科室", "科室", "部门"), needed=True, carried=True),
    Column("code", ("工号", "医生编号", "医生工号", "医师编码", "编号")),
    Column("title", ("职称", "专业技术职称", "医生职称", "职务职称")),
    Column("about", ("专长", "擅长", "医生简介", "简介", "擅长领域", "专业特长", "介绍")),
    Column("times", ("出诊时间", "出诊安排", "坐诊时间", "门诊时间", "出诊", "排班", "出诊日期")),
    Column("fee", ("挂号费", "诊查费", "诊金", "费用", "挂号费用", "挂号费（元）", "诊查费（元）")),
    *(Column(f"day{day}", tuple(f"{week}{char}" for week in ("周", "星期", "礼拜"))) for day, char in enumerate(_WEEK)),
)
_AUDIENCES = {
    **dict.fromkeys(("不限", "全部", "所有人", "均可", "全年龄"), "all"),
    **dict.fromkeys(("成人", "成年人", "大人"), "adult"),
    **dict.fromkeys(("儿童", "小儿", "孩子", "14岁以下", "未成年人"), "child"),
    **dict.fromkeys(("女性", "女", "妇女"), "female"),
    **dict.fromkeys(("男性", "男"), "male"),
    **dict.fromkeys(("孕妇", "孕产妇", "孕期"), "pregnant"),
}
_BETWEEN = re.compile(r"[、,，;；/|\n]+")
_FEE = re.compile(r"[¥￥]?\s*(\d{1,4}(?:\.\d{1,2})?)\s*元?")


def read_departments(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each row; the key is the department's name."""
    for row in read_table(file, _DEPARTMENTS, after):
        yield _department(row)


def _department(row: Row) -> Step:
    name = "".join(row.cells.get("name", "").split())
    if row.problems or not name:
        empty = (Problem(row.where("name"), "是空的，这一行没有收"),)
        return Step(row.position, problems=row.problems or empty)
    said = row.cells.get("audience", "")
    audience = _AUDIENCES.get(said) if said else ""
    data: Mapping[str, Json] = {
        "name": name,
        "aliases": _several(row, "aliases"),
        "symptoms": _several(row, "symptoms"),
        "audience": audience or "",
        **{id: " ".join(row.cells.get(id, "").split()) for id in ("code", "about", "location", "remark")},
    }
    unread = (Problem(row.where("audience"), f"看不懂“{said}”，当作没有写"),) if audience is None else ()
    return Step(row.position, (Record(Kind.DEPARTMENT, name, data, (name, *_several(row, "aliases"))),), unread)


@dataclass(slots=True)
class _Doctor:
    """One doctor, gathered from all rows that name them."""

    first: Row
    times: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_doctors(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each doctor, in order of appearance: a list may give each consulting time a row of its own.

    Such lists have some thousand rows at most and are read whole.
    """
    doctors: dict[object, _Doctor] = {}
    for row in read_table(file, _DOCTORS):
        missing = [
            Problem(row.where(id), "是空的，这一行没有收") for id in ("name", "department") if not row.cells.get(id)
        ]
        whole = not (row.problems or missing)
        key = ("".join(row.cells["name"].split()), row.cells["department"]) if whole else row.position
        doctor = doctors.setdefault(key, _Doctor(row))
        doctor.problems += row.problems or missing
        if whole:
            times, problems = _times(row)
            doctor.times += times
            doctor.problems += problems
    for position, doctor in enumerate(doctors.values(), start=1):
        if position > after:
            yield _step(position, doctor)


def _times(row: Row) -> tuple[list[str], list[Problem]]:
    times: list[str] = []
    problems = []
    for id in ("times", *(f"day{day}" for day in range(len(_WEEK)))):
        text = row.cells.get(id, "")
        try:
            if text and id == "times":
                times += read_timetable(text)
            elif text:
                times += (f"周{_WEEK[int(id.removeprefix('day'))]}{part}" for part in read_parts(text))
        except BadTimesError as error:
            problems.append(Problem(row.where(id), str(error)))
    return times, problems


def _step(position: int, doctor: _Doctor) -> Step:
    row, problems = doctor.first, doctor.problems
    if not row.cells.get("name") or not row.cells.get("department") or row.problems:
        return Step(position, problems=tuple(problems))
    name = "".join(row.cells["name"].split())
    if not doctor.times:
        problems.append(Problem(row.where("times"), f"{name}没有能用的出诊时间，没有收"))
        return Step(position, problems=tuple(problems))
    fee = _FEE.fullmatch(row.cells.get("fee", ""))
    if row.cells.get("fee") and not fee:
        problems.append(Problem(row.where("fee"), f"不是金额：{row.cells['fee'][:20]}，当作没有写"))
    data: Mapping[str, Json] = {
        "name": name,
        "department": "".join(row.cells["department"].split()),
        "timetable": tuple(dict.fromkeys(doctor.times)),
        "fee": fee[1] if fee else "",
        **{id: " ".join(row.cells.get(id, "").split()) for id in ("code", "title", "about")},
    }
    key = f"{data['code'] or name}@{data['department']}"
    return Step(position, (Record(Kind.DOCTOR, key, data, (name,)),), tuple(problems))


def _several(row: Row, id: str) -> tuple[str, ...]:
    parts = (one.strip() for one in _BETWEEN.split(row.cells.get(id, "")))
    return tuple(dict.fromkeys(filter(None, parts)))
