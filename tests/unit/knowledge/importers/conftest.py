"""Small samples in the formats importers read, made up by us: their words are nobody's data."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from knowledge.importers.records import Kind, Problem, Record, Step

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into the test's folder."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Write a zip with these members."""

    def packed(name: str, members: Mapping[str, str]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in members.items():
                archive.writestr(member, text)
        return path

    return packed


class Told:
    """What an importer gave, by kind, once its positions were seen to rise."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.steps = list(steps)
        positions = [step.position for step in self.steps]
        assert positions == sorted(set(positions)), "positions rise"
        self.problems: list[Problem] = [one for step in self.steps for one in step.problems]
        self._records = [one for step in self.steps for one in step.records]
        for record in self._records:
            json.dumps(record.data, ensure_ascii=False)

    def all(self, kind: Kind) -> dict[str, Record]:
        """Records by key; a key that comes twice fails the test."""
        found = [one for one in self._records if one.kind is kind]
        assert len({one.key for one in found}) == len(found), "each key once"
        return {one.key: one for one in found}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)


@pytest.fixture
def told() -> Callable[[Iterable[Step]], Told]:
    return Told


def drug(id: str, name: str, partners: Mapping[str, str] | None = None, rest: str = "") -> str:
    """One `drug` element of DrugBank, with its interactions (partner → description)."""
    pairs = "".join(
        f"<drug-interaction><drugbank-id>{one}</drugbank-id><name>Name of {one}</name>"
        f"<description>{words}</description></drug-interaction>"
        for one, words in (partners or {}).items()
    )
    primary = f'<drugbank-id primary="true">{id}</drugbank-id>' if id else ""
    return (
        f'<drug type="small molecule" created="2005-06-13" updated="2024-01-02">{primary}<drugbank-id>APRD00001'
        f"</drugbank-id><name>{name}</name>{rest}<drug-interactions>{pairs}</drug-interactions></drug>\n"
    )


def drugbank(*drugs: str) -> str:
    """A whole DrugBank file."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<drugbank xmlns="http://www.drugbank.ca" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="5.1" exported-on="2024-01-02">\n'
        f"{''.join(drugs)}</drugbank>\n"
    )


def openfda(*labels: Mapping[str, Any]) -> str:
    """A whole file of openFDA labels."""
    meta = {"disclaimer": "…", "last_updated": "2026-01-02", "results": {"skip": 0, "limit": 1, "total": len(labels)}}
    return json.dumps({"meta": meta, "results": labels})


def concept(rxcui: str, type: str, name: str, *, source: str = "RXNORM", suppress: str = "N") -> str:
    """One row of RXNCONSO.RRF."""
    return f"{rxcui}|ENG||||||{rxcui}9|{rxcui}|{rxcui}||{source}|{type}|{rxcui}|{name}||{suppress}|4096|\n"


def relation(first: str, relation: str, second: str) -> str:
    """One row of RXNREL.RRF: what the second concept is to the first."""
    return f"{first}||CUI|RO|{second}||CUI|{relation}|{first}{second}||RXNORM|RXNORM||||4096|\n"
