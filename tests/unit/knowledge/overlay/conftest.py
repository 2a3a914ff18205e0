"""A clinic's folder with own files and released editions, made up by the test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import yaml

from knowledge.drug_names import DrugBook
from knowledge.editions import Origin
from knowledge.importers.records import Json, Kind, Record, Step, pair_key
from knowledge.importing import import_file
from knowledge.releasing import release
from knowledge.source_folder import SourceFolder

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
Put = Callable[..., SourceFolder]
Write = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "knowledge" / "clinic"


@pytest.fixture
def put(folder: Path) -> Put:
    """Import records as a new edition of a source and release it."""
    return partial(put_into, folder)


def put_into(folder: Path, source_id: str, *records: Record, until: str = "", released: bool = True) -> SourceFolder:
    """The same below any clinic's folder."""

    def importer(file: Path, after: int = 0) -> Iterator[Step]:
        yield from (Step(number, (one,)) for number, one in enumerate(records, start=1) if number > after)

    source = SourceFolder(folder, source_id)
    digest = str(hash(records) if not records else [one.key + str(one.data) for one in records])
    origin = Origin("test", 1, "file", digest, "试用资料", "试用出版社", valid_until=until)
    report = import_file(source, origin, importer, Path("unused"), AT, lambda _: None)
    if released:
        release(source, report.number, "某药师", AT)
    return source


@pytest.fixture
def own(folder: Path) -> Write:
    def written(name: str, content: object) -> None:
        file = folder / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        file.write_text(text, encoding="utf-8")

    return written


def leaflet(name: str, approval: str, *brands: str, **sections: str) -> Record:
    told: list[Json] = [{"heading": key, "statement": key, "text": text} for key, text in sections.items()]
    data: dict[str, Json] = {
        "language": "zh", "name": name, "brands": brands, "approval": approval, "maker": "某制药", "english": "",
        "form": "", "strengths": ("10mg",), "sections": told,
    }  # fmt: skip
    return Record(Kind.LEAFLET, approval, data, (name, *brands))


def substance(key: str, name: str, *synonyms: str, type: str = "ingredient") -> Record:
    data = {"type": type, "name": name, "synonyms": synonyms, "brands": ()}
    return Record(Kind.NAME, key, data, (name, *synonyms, key))


def pair(one: str, other: str, description: str) -> Record:
    return Record(Kind.INTERACTION, pair_key(one, other), {"description": description})


def department(name: str, **told: Json) -> Record:
    empty: dict[str, Json] = {
        "aliases": (),
        "symptoms": (),
        "audience": "",
        "code": "",
        "about": "",
        "location": "",
        "remark": "",
    }
    return Record(Kind.DEPARTMENT, name, {**empty, "name": name, **told}, (name,))


def doctor(name: str, of: str, *times: str) -> Record:
    data = {"name": name, "department": of, "timetable": times, "fee": "30", "code": "", "title": "", "about": ""}
    return Record(Kind.DOCTOR, f"{name}@{of}", data, (name,))


def named(book: DrugBook, text: str) -> str | None:
    drug = book.find(text).drug
    return drug.id if drug else None
