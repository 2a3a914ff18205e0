"""Large files in little memory: what a process holds while it reads does not grow with the file."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from tests.unit.knowledge.importers.conftest import drug, drugbank, openfda

SIZE = 200_000_000
"""Bytes of text; a zip of it is small, and what comes out of it is as long as a plain file."""
LIMIT = 120
"""MiB; the interpreter with the XML library is about 45 of them."""
READING = """
import resource, sys
from importlib import import_module
from pathlib import Path
module, function, file = sys.argv[1:]
read = getattr(import_module(module), function)
records = problems = 0
for step in read(Path(file)):
    records += len(step.records)
    problems += len(step.problems)
status = Path("/proc/self/status")
if status.exists():  # getrusage would count what the parent held before this program began
    most = int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])
else:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(records, problems, most // 1024)
"""
PRODUCTS = "".join(
    f"<product><name>Product {n}</name><labeller>L</labeller><dosage-form>Tablet</dosage-form></product>"
    for n in range(150)
)
CUT = "<cut/>"


def numbered(n: int) -> str:
    """An entry like DrugBank's larger ones; it interacts with the entries just before and after it."""
    near = (m for m in range(max(1, n - 100), n + 101) if m != n)
    partners = {f"DB{m:05}": f"The effect of {n} is increased by {m}. " * 4 for m in near}
    rest = f"<description>{'About it. ' * 500}</description><products>{PRODUCTS}</products>"
    return drug(f"DB{n:05}", f"Drug {n}", partners, rest)


def in_zip(file: Path, member: str, whole: str, parts: Iterable[str]) -> None:
    """A zip of `whole` with the parts where it says CUT."""
    before, after = whole.split(CUT)
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(member, "w", force_zip64=True) as inside,
    ):
        for part in chain((before,), parts, (after,)):
            inside.write(part.encode())


def held(module: str, function: str, file: Path) -> tuple[int, int, int]:
    """Records, problems, and the most MiB that a process of its own held while reading."""
    command = [sys.executable, "-c", READING, f"knowledge.importers.{module}", function, str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4])
    records, problems, most = map(int, said.stdout.split())
    return records, problems, most


@pytest.mark.contract
def test_drugbank(tmp_path: Path) -> None:
    file = tmp_path / "full.zip"
    count = SIZE // len(numbered(5000)) + 1
    in_zip(file, "full database.xml", drugbank(CUT), map(numbered, range(1, count + 1)))
    records, problems, most = held("drugbank", "read_drugbank", file)
    assert problems == 0
    assert records > count * 100, "every name, and every pair once"
    assert most < LIMIT


@pytest.mark.contract
def test_openfda(tmp_path: Path) -> None:
    file = tmp_path / "label.zip"
    marks = {"generic_name": ["LOWERINE"], "brand_name": ["Lowbrand"]}
    label = {"effective_time": "20250131", "warnings": ["Be careful. " * 4000], "openfda": marks}
    count = SIZE // len(json.dumps(label))
    parts = (f"{json.dumps({'set_id': str(number), **label})}," for number in range(count))
    in_zip(file, "label.json", openfda({CUT: 1}).replace(f'{{"{CUT}": 1}}', f"{CUT}{{}}"), parts)
    records, problems, most = held("openfda", "read_openfda", file)
    assert (records, problems) == (count, 1), "the last label is an empty one"
    assert most < LIMIT
