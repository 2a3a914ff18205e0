"""Damaged files: whatever bytes are wrong, a person gets steps and problems, or words why the file is of no use."""

import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.importers.documents import read_documents
from knowledge.importers.drugbank import read_drugbank
from knowledge.importers.openfda import read_openfda
from knowledge.importers.records import Importer, UnreadableError
from knowledge.importers.rxnorm import read_rxnorm
from tests.unit.knowledge.importers.conftest import concept, drug, drugbank, openfda
from tests.unit.knowledge.importers.pdf_writer import column, pdf


def word() -> bytes:
    """A small Word document."""
    document = docx.Document()
    document.add_heading("用药", 1)
    document.add_paragraph("从小剂量开始。" * 30)
    document.add_table(2, 2).cell(0, 0).text = "药品"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def zipped(member: str, text: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return written.getvalue()


LABEL = {"set_id": "a", "effective_time": "20250131", "openfda": {"generic_name": ["A"]}, "warnings": ["x"]}
XML = drugbank(*(drug(f"DB{n:05}", f"Drug {n}", {"DB00009": "x"}) for n in range(1, 9)))
FILES: tuple[tuple[str, bytes, Importer], ...] = (
    ("a.pdf", pdf([column(["血压高要复诊。", "一、用药", "氨氯地平5 mg"]) for _ in range(3)]), read_documents),
    ("a.docx", word(), read_documents),
    ("a.xml", XML.encode(), read_drugbank),
    ("xml.zip", zipped("full database.xml", XML), read_drugbank),
    ("a.json", openfda(LABEL, LABEL).encode(), read_openfda),
    ("json.zip", zipped("a.json", openfda(LABEL, LABEL)), read_openfda),
    ("RXNCONSO.RRF", "".join(concept(str(n), "IN", f"drug {n}") for n in range(9)).encode(), read_rxnorm),
    ("rrf.zip", zipped("rrf/RXNCONSO.RRF", concept("1", "IN", "drug") * 50), read_rxnorm),
)
DAMAGE = st.tuples(st.floats(0, 1), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=20))


@pytest.fixture
def quiet() -> Iterator[None]:
    """pypdf remarks on each odd thing it meets."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("name", "content", "read"), FILES, ids=[name for name, _, _ in FILES])
def test_steps_or_words(name: str, content: bytes, read: Importer, tmp_path: Path) -> None:
    _never_worse(tmp_path / name, content, read)()


def _never_worse(file: Path, content: bytes, read: Importer) -> Callable[[], None]:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(DAMAGE)
    def check(damage: tuple[float, list[tuple[float, int]]]) -> None:
        kept, changes = damage
        damaged = bytearray(content[: int(len(content) * (kept if kept < 0.5 else 1))])
        for place, byte in changes:
            if damaged:
                damaged[int(place * (len(damaged) - 1))] = byte
        file.write_bytes(damaged)
        try:
            positions = [step.position for step in read(file)]
        except UnreadableError as error:
            assert str(error)
        else:
            assert positions == sorted(set(positions))

    return check
