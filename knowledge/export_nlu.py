"""Writes what the knowledge gives a name to as Rasa lookup tables.

`python -m knowledge.export_nlu [--check]`
The files are made, never edited: `--check` exits 1 when they do not match the knowledge any more.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.clinic import Clinic, Doctor
from knowledge.drug_names import DrugBook
from knowledge.library import Library, load_library

LOOKUPS = Path(__file__).parent.parent / "nlu" / "data" / "lookup"
"""Where Rasa's project reads them."""
_HEAD = "# 由 python -m knowledge.export_nlu 从 knowledge/data 生成，请改那里，不要改这里。\n"
_PLAIN = re.compile(r"[\w·.\-+ ]+")
"""Rasa puts lookup entries into one regular expression; anything else in a name stays out of it."""


def tables(library: Library) -> dict[str, str]:
    """File name → text of every lookup table. The same knowledge gives the same bytes."""
    entries = {
        "drug": _drug_names(library.drugs),
        "department": [name for one in library.clinic.departments for name in (one.name, *one.aliases)],
        "doctor": _doctor_names(library.clinic.doctors),
        "symptom": _symptoms(library.clinic),
    }
    return {f"{name}.yml": _table(name, words) for name, words in entries.items()}


def stale(library: Library, folder: Path) -> tuple[str, ...]:
    """Names of the files in the folder that are missing or differ from the knowledge."""
    wanted = tables(library).items()
    return tuple(name for name, text in wanted if not _same(folder / name, text))


def write(library: Library, folder: Path) -> tuple[str, ...]:
    """Write the tables that are stale; returns their names. Raises OSError."""
    changed, wanted = stale(library, folder), tables(library)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (folder / name).write_text(wanted[name], encoding="utf-8")
    return changed


def _same(file: Path, text: str) -> bool:
    return file.exists() and file.read_text(encoding="utf-8") == text


def _table(name: str, words: Iterable[str]) -> str:
    kept = sorted({word.strip() for word in words if len(word.strip()) > 1 and _PLAIN.fullmatch(word)})
    lines = "".join(f"      - {word}\n" for word in kept)
    return f'{_HEAD}version: "3.1"\nnlu:\n  - lookup: {name}\n    examples: |\n{lines}'


def _drug_names(drugs: DrugBook) -> list[str]:
    return [name for drug in drugs for name in (drug.name, *drug.brands, *drug.aliases, *drug.shared_names)]


def _doctor_names(doctors: Sequence[Doctor]) -> list[str]:
    """Full names, and surname with title as people say it."""
    spoken = [f"{doctor.name[0]}{title}" for doctor in doctors for title in ("医生", "大夫", "主任")]
    return [doctor.name for doctor in doctors] + spoken


def _symptoms(clinic: Clinic) -> list[str]:
    """Complaint words of all departments, without the departments' own names."""
    names = {name for one in clinic.departments for name in (one.name, *one.aliases)}
    return [word for one in clinic.departments for word in one.symptoms if word not in names]


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Returns 0, or 1 when `--check` finds stale files."""
    parser = argparse.ArgumentParser(description="Write Rasa lookup tables from the knowledge.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a table is stale")
    parser.add_argument("--to", type=Path, default=LOOKUPS, help="folder of the tables")
    options = parser.parse_args(arguments)
    library = load_library()
    names = stale(library, options.to) if options.check else write(library, options.to)
    if options.check and names:
        sys.stderr.write(f"查找表已过期 / stale: {', '.join(names)}；运行 python -m knowledge.export_nlu\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
