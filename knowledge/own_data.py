"""A hospital's own files in the format of `knowledge/data/`, laid over ours entry by entry.

The entry with an id of ours replaces it, another id is added, `{id: x, withdrawn: true}` removes ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.yamlfile import BadDataError, read_yaml

LISTS: Mapping[str, str] = {"drugs": "", "passages": "passages", "interactions": "rules"}
"""Folders of entries, and under which key of a file its entries stand (none: the file is the list)."""
TABLES: Mapping[str, tuple[str, ...]] = {
    "ingredients.yml": ("ingredients", "substances"),
    "classes.yml": (),
    "works.yml": (),
    "other_names.yml": ("drugs", "everyday"),
    "words.yml": ("stop", "synonyms", "broad"),
    "conditions.yml": ("conditions",),
    "lab_items.yml": ("sources", "items"),
    "effects.yml": ("sources", "symptoms", "sayings", "effects"),
    "dosing_rules.yml": ("sources", "words", "rules"),
}
"""Files of which single entries are replaced or added, and under which keys those stand."""
WHOLE = frozenset({"clinic.yml", "departments.yml"})
"""Files that take the place of ours."""
_WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Merged:
    """One file of the result."""

    name: str
    """Path within the data folder."""
    content: Any


def own_files(own: Path) -> list[Path]:
    """All files that count. Raises BadDataError for one that would be passed over in silence."""
    files = sorted(one for one in own.rglob("*") if one.is_file() and not hidden(one.relative_to(own)))
    for file in files:
        name = file.relative_to(own)
        listed = len(name.parts) == 2 and name.parts[0] in LISTS and name.suffix == ".yml"
        if not listed and name.as_posix() not in {*TABLES, *WHOLE}:
            known = "、".join((*(f"{folder}/*.yml" for folder in LISTS), *TABLES, *sorted(WHOLE)))
            raise BadDataError(f"own/{name}：不认识这个文件，不会用上；可以有的是 {known}")
    return files


def hidden(name: Path) -> bool:
    """Whether a path within a data folder is no data: what editors and Python put beside it."""
    return any(part.startswith(".") or part == "__pycache__" for part in name.parts)


def lay_over(home: Path, own: Path) -> Iterator[Merged]:
    """The files that differ from ours. Raises BadDataError naming file and entry."""
    names = [file.relative_to(own).as_posix() for file in own_files(own)]
    for folder, key in LISTS.items():
        yield from _merged_lists(home, own, folder, key, [one for one in names if one.startswith(f"{folder}/")])
    for name in names:
        if name in WHOLE:
            yield Merged(name, _read(own, name))
        elif name in TABLES:
            yield Merged(name, _merged_table(read_yaml(home / name), _read(own, name), TABLES[name], f"own/{name}"))


def _merged_lists(home: Path, own: Path, folder: str, key: str, names: Sequence[str]) -> Iterator[Merged]:
    ours = {
        path: _entries(read_yaml(path), key, f"{folder}/{path.name}") for path in sorted((home / folder).glob("*.yml"))
    }
    held = {entry["id"] for entries in ours.values() for entry in entries}
    replaced: dict[str, str] = {}
    for name in names:
        where = f"own/{name}"
        content = _read(own, name)
        kept: list[Mapping[str, Any]] = []
        for entry in _entries(content, key, where):
            if replaced.setdefault(entry["id"], where) != where or entry["id"] in (one["id"] for one in kept):
                raise BadDataError(f"{where} {entry['id']}：写了两次，另一处在 {replaced[entry['id']]}")
            if not entry.get(_WITHDRAWN):
                kept.append(entry)
            elif entry["id"] not in held:
                raise BadDataError(f"{where} {entry['id']}：要撤下的条目不存在")
        yield Merged(f"{folder}/own-{Path(name).name}", {**content, key: kept} if key else kept)
    for path, entries in ours.items():
        rest = [entry for entry in entries if entry["id"] not in replaced]
        if len(rest) < len(entries):
            yield Merged(f"{folder}/{path.name}", {**read_yaml(path), key: rest} if key else rest)


def _read(own: Path, name: str) -> Any:
    try:
        return read_yaml(own / name)
    except BadDataError as error:
        raise BadDataError(f"own/{name} 读不出来：{error}") from error


def _entries(content: Any, key: str, where: str) -> list[Mapping[str, Any]]:
    inside = content.get(key) if isinstance(content, Mapping) else None
    entries = inside if key else content
    if not isinstance(entries, list):
        raise BadDataError(f"{where}：应是{f'含 {key} 的表' if key else '一串条目'}")
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
            raise BadDataError(f"{where} 第 {number} 条：没有 id")
    return entries


def _merged_table(ours: Any, own: Any, keys: Sequence[str], where: str) -> dict[str, Any]:
    if not isinstance(own, Mapping):
        raise BadDataError(f"{where}：应是一张表")
    if not keys:
        return _merged_mapping(ours, own, where)
    strange = own.keys() - set(keys)
    if strange:
        raise BadDataError(f"{where}：不认识 {'、'.join(map(str, strange))}，可以有的是 {'、'.join(keys)}")
    return {**ours, **{key: _merged_part(ours[key], own[key], f"{where} {key}") for key in own}}


def _merged_part(ours: Any, own: Any, where: str) -> Any:
    if isinstance(ours, Mapping) and isinstance(own, Mapping):
        return _merged_mapping(ours, own, where)
    if isinstance(ours, list) and isinstance(own, list):
        return [*ours, *own]
    raise BadDataError(f"{where}：写法和我们的不同")


def _merged_mapping(ours: Mapping[str, Any], own: Mapping[str, Any], where: str) -> dict[str, Any]:
    gone = {id for id, entry in own.items() if isinstance(entry, Mapping) and entry.get(_WITHDRAWN)}
    unknown = gone - ours.keys()
    if unknown:
        raise BadDataError(f"{where} {'、'.join(sorted(unknown))}：要撤下的条目不存在")
    return {id: entry for id, entry in {**ours, **own}.items() if id not in gone}
