"""Writes what the knowledge gives a name to as Rasa lookup tables.

`python -m knowledge.export_nlu [--check]`
The files are made, never edited: `--check` exits 1 when they do not match the knowledge any more.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from knowledge.clinic import Clinic, Doctor
from knowledge.drug_names import DrugBook, load_others, own_names
from knowledge.lab import names_of
from knowledge.library import Library, load_library
from knowledge.sounds import sound

LOOKUPS = Path(__file__).parent.parent / "nlu" / "data" / "lookup"
"""Where Rasa's project reads them."""
_HEAD = "# 由 python -m knowledge.export_nlu 从 knowledge/data 生成，请改那里，不要改这里。\n"
_PLAIN = re.compile(r"[\w·.\-+ ]+")
"""Rasa puts lookup entries into one regular expression; anything else in a name stays out of it."""
GUARDED_LENGTH = 2
"""A brand of so few characters also occurs inside ordinary words (也可定期); its neighbours must be looked at."""
_HAN = range(0x3400, 0xA000)
_TYPED = ("gb2312", "big5")
"""Character sets of what people here can type; the rest of Unicode's characters would only cost memory."""
_SHORT_LATIN = 2
"""Letters: PT and UA mean too much else."""
_A_LINE = 60
"""Characters: Rasa asks the disk whether a table's first entry is a file, and no file's name is longer."""


def tables(library: Library) -> dict[str, str]:
    """File name → text of every lookup table. The same knowledge gives the same bytes."""
    entries = {
        "drug": _drug_names(library.drugs),
        "guarded": [name for drug in library.drugs for name in drug.brands if len(name) <= GUARDED_LENGTH],
        "everyday": load_others().everyday,
        "sound": _sounds(),
        "department": [name for one in library.clinic.departments for name in (one.name, *one.aliases)],
        "doctor": _doctor_names(library.clinic.doctors),
        "symptom": _symptoms(library.clinic),
        "lab_item": _lab_names(library),
    }
    made = {f"{name}.yml": _table(name, words) for name, words in entries.items()}
    return {**made, "generic.yml": _synonyms(_generic_names(library.drugs))}


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
    return f'{_HEAD}version: "3.1"\nnlu:\n{_block("lookup", name, words)}'


def _synonyms(groups: Mapping[str, Iterable[str]]) -> str:
    blocks = "".join(_block("synonym", name, groups[name]) for name in sorted(groups))
    return f'{_HEAD}version: "3.1"\nnlu:\n{blocks}'


def _block(kind: str, name: str, words: Iterable[str]) -> str:
    """Words in the order they come in: of two names that a misspelling may mean, the reader takes the first."""
    kept = dict.fromkeys(word.strip() for word in words if len(word.strip()) > 1 and _PLAIN.fullmatch(word))
    lines = "".join(f"      - {word}\n" for word in kept)
    return f"  - {kind}: {name}\n    examples: |\n{lines}"


def _drug_names(drugs: DrugBook) -> list[str]:
    """Names of the drugs in the book, generic ones first, and of those it knows not to hold: drugs all the same."""
    generic = [drug.name for drug in drugs]
    others = [name for drug in drugs for name in (*own_names(drug), *drug.shared_names, drug.english)]
    return [*generic, *load_others().drugs, *others]


def _generic_names(drugs: DrugBook) -> dict[str, list[str]]:
    """Generic name → other names that mean this drug alone."""
    return {drug.name: [*drug.brands, *drug.aliases, drug.english] for drug in drugs}


@cache
def _sounds() -> tuple[str, ...]:
    """Each syllable with the characters read so: what sounds alike, without a library of readings beside Rasa."""
    alike: dict[str, list[str]] = {}
    for char in _typed_characters():
        alike.setdefault(sound(char), []).append(char)
    return tuple(
        f"{syllable} {''.join(chars[start : start + _A_LINE])}"
        for syllable, chars in alike.items()
        if syllable.isascii()
        for start in range(0, len(chars), _A_LINE)
    )


def _typed_characters() -> Iterator[str]:
    return (char for char in map(chr, _HAN) if any(_in_set(char, name) for name in _TYPED))


def _in_set(char: str, encoding: str) -> bool:
    return bool(char.encode(encoding, errors="ignore"))


def _doctor_names(doctors: Sequence[Doctor]) -> list[str]:
    """Full names, and surname with title as people say it."""
    spoken = [f"{doctor.name[0]}{title}" for doctor in doctors for title in ("医生", "大夫", "主任")]
    return [doctor.name for doctor in doctors] + spoken


def _symptoms(clinic: Clinic) -> list[str]:
    """Complaint words of all departments, without the departments' own names."""
    names = {name for one in clinic.departments for name in (one.name, *one.aliases)}
    return [word for one in clinic.departments for word in one.symptoms if word not in names]


def _lab_names(library: Library) -> list[str]:
    """Names that mean a lab item wherever they stand: no drug (叶酸), no time of day (餐后两小时), no two letters."""
    times = tuple({word for one in library.joined.lab for told in one.when.values() for word in told})
    return [
        name
        for name in names_of(tuple(library.joined.lab))
        if not library.drugs.mentions(name)
        and ("糖" in name or not name.startswith(times))
        and (not name.isascii() or len(name) > _SHORT_LATIN)
    ]


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
