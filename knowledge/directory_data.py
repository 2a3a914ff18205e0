"""Imported departments and doctors in the shape of departments.yml and clinic.yml."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from knowledge.text import normalise
from knowledge.yamlfile import BadDataError

_ASK = "请问导诊台"
_LONGEST_ID = 40
"""Ids of openings hold the doctor's and the time, in 64 characters."""

Entry = Mapping[str, Any]


def departments_of(imported: Iterable[Entry], ours: Sequence[Entry]) -> dict[str, Any]:
    """The imported list; where ours knows a department of the name, its id, symptoms and audience fill what is missing.

    Triage knows departments by our ids.
    """
    rows = list(imported)
    known = {normalise(name): one for one in reversed(ours) for name in (*one.get("aliases", ()), one["name"])}
    taken = {normalise(row["name"]) for row in rows}
    ids: set[str] = set()
    departments = []
    for row in rows:
        names = (row["name"], *row["aliases"])
        like = next((known[normalise(name)] for name in names if normalise(name) in known), {})
        if like.get("id") in ids:
            like = {}
        also = (*row["aliases"], *like.get("aliases", ()), *filter(None, [like.get("name")]))
        aliases = [name for name in also if normalise(name) not in taken]
        taken |= {normalise(name) for name in aliases}
        ids.add(like.get("id", row["name"]))
        departments.append(_department(row, like, list(dict.fromkeys(aliases))))
    return {"departments": departments}


def _department(row: Entry, like: Entry, aliases: list[str]) -> dict[str, Any]:
    return {
        "id": like.get("id", row["name"]),
        "name": row["name"],
        "aliases": aliases,
        "about": row["about"] or like.get("about") or f"{row['name']}门诊。",
        "symptoms": list(row["symptoms"]) or like.get("symptoms") or [row["name"]],
        "location": row["location"] or _ASK,
        "audience": row["audience"] or like.get("audience", "all"),
        "remark": row["remark"],
    }


def doctors_of(imported: Iterable[tuple[str, Entry]], departments: Sequence[Entry]) -> list[dict[str, Any]]:
    """Imported doctors by key, with the ids of their departments. Raises BadDataError for an unknown department."""
    ids = {
        normalise(name): one["id"] for one in reversed(departments) for name in (*one.get("aliases", ()), one["name"])
    }
    doctors = []
    for key, row in imported:
        department = ids.get(normalise(row["department"]))
        if department is None:
            raise BadDataError(f"医生 {row['name']} 的科室“{row['department']}”不在科室表里：先导入并发布科室表")
        if len(key) > _LONGEST_ID:
            raise BadDataError(f"医生 {row['name']} 的编号和科室加起来太长：{key}")
        title = row["title"] or "医师"
        about = row["about"] or f"{row['department']}{title}。"
        told = {"timetable": list(row["timetable"]), **({"fee": row["fee"]} if row["fee"] else {})}
        doctors.append(
            {"id": key, "name": row["name"], "title": title, "department": department, "about": about, **told}
        )
    return doctors
