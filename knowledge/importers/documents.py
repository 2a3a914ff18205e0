"""Guidelines and handouts (PDF, DOCX, Markdown) into passages, titled by the headings they stand under.

What the source is called, who published it and how long it holds belongs to the edition.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.importers.blocks import Block
from knowledge.importers.cutting import LEAST, MOST, Unit, length, packed, units, written
from knowledge.importers.docx import read_docx
from knowledge.importers.markdown import read_markdown
from knowledge.importers.pdf import read_pdf
from knowledge.importers.records import Json, Kind, Problem, Record, Step, UnreadableError

_READERS: Mapping[str, Callable[[Path], Iterator[Block | Problem] | Iterator[Block]]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_markdown,
}
_BETWEEN = " › "
"""Between the headings of a title."""

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage to be."""

    path: _Path
    """Headings it stands under, the highest first."""
    units: Sequence[Unit]
    whole: bool
    """Whether it is all that stands under its heading."""

    @property
    def short(self) -> bool:
        return length(self.units) < LEAST


def read_documents(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each passage or problem, in reading order. Raises UnreadableError.

    A document is read whole each time (pages tell which lines are headers); steps up to `after` are only left out.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise UnreadableError(
            f"只能读 PDF、DOCX、Markdown 和 TXT，不能读 {file.suffix or file.name}；旧版 .doc 请另存为 .docx"
        )
    numbers: Counter[_Path] = Counter()
    for position, one in enumerate(_merged(_drafts(reader(file))), 1):
        if isinstance(one, Problem):
            step = Step(position, problems=(one,))
        else:
            numbers[one.path] += 1
            step = Step(position, (_record(one, numbers[one.path], file.stem),))
        if position > after:
            yield step
    if not numbers:
        raise UnreadableError(f"{file.name} 里没有可以收的文字")


def _drafts(blocks: Iterable[Block | Problem]) -> Iterator[_Draft | Problem]:
    """The passages of each section; a section is what stands between two headings."""
    headings: list[Block] = []
    section: list[Block] = []
    for block in blocks:
        if isinstance(block, Problem):
            yield block
        elif block.level:
            yield from _of_section(headings, section)
            section = []
            while headings and headings[-1].level >= block.level:
                headings.pop()
            headings.append(block)
        else:
            section.append(block)
    yield from _of_section(headings, section)


def _of_section(headings: Sequence[Block], section: Sequence[Block]) -> Iterator[_Draft]:
    path = tuple(heading.text for heading in headings)
    packs = packed(tuple(units(section)))
    return (_Draft(path, pack, len(packs) == 1) for pack in packs)


def _merged(drafts: Iterable[_Draft | Problem]) -> Iterator[_Draft | Problem]:
    """Short neighbours below one heading become one passage, each with its own heading before it."""
    held: _Draft | None = None
    for one in drafts:
        if isinstance(one, Problem):
            yield one
        elif held and (parent := _common(held, one)) is not None:
            held = _Draft(parent, (*_headed(held, parent), *_headed(one, parent)), True)
        else:
            if held:
                yield held
            held = one
    if held:
        yield held


def _common(one: _Draft, other: _Draft) -> _Path | None:
    """The heading under which two drafts may stand together; None when they should not."""
    if not (one.whole and other.whole and (one.short or other.short)):
        return None
    parent = other.path[:-1]
    near = parent and one.path in (parent, (*parent, one.path[-1] if one.path else ""))
    fits = sum(length(_headed(draft, parent)) for draft in (one, other)) <= MOST
    return parent if near and fits else None


def _headed(draft: _Draft, parent: _Path) -> Sequence[Unit]:
    if draft.path == parent:
        return draft.units
    first = draft.units[0]
    return (Unit(f"{draft.path[-1]}：", first.page, True), *draft.units)


def _record(draft: _Draft, number: int, document: str) -> Record:
    """The key holds while headings hold: a new edition of a guideline then changes passages, not their keys."""
    place = _BETWEEN.join(draft.path)
    data: Mapping[str, Json] = {
        "title": place or document,
        "text": written(draft.units),
        "topics": draft.path or (document,),
        "page": draft.units[0].page,
        "place": _pages(draft.units) or place or f"第 {number} 段",
    }
    digest = hashlib.sha256("\n".join(draft.path).encode()).hexdigest()[:12]
    return Record(Kind.PASSAGE, f"{digest}-{number}", data)


def _pages(told: Sequence[Unit]) -> str:
    """The pages on which the units stand, in words; empty where a format has none."""
    first, last = told[0].page, told[-1].page
    if not first:
        return ""
    return f"第 {first} 页" if last in (first, None) else f"第 {first}–{last} 页"
