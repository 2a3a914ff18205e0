"""A section's text in pieces of 150 to 400 characters: cut at paragraphs and sentences, never inside a dose or row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.importers.blocks import Block

LEAST, MOST = 150, 400
"""Characters of a passage. A row or a clause that can't be cut may be longer, a section with less to say shorter."""
_SENTENCE = re.compile(r"(?<=[。！？!?；;])(?P<close>[”’」』）)】]*)(?!$)|(?<=[a-z)\]%]\.)(?=\s+[A-Z])")
_CLAUSE = re.compile(r"(?<=[，,、：:])(?!\d)(?!$)")
_LATIN_WORD = re.compile(r"(?<=[A-Za-z,)])(?=\s+[A-Za-z(])")
_ROW_ENDS = "；"
"""Keeps two rows apart wherever the text is shown on one line."""
_INSIDE_DOSE = re.compile(r"[\d.一二三四五六七八九十百千万两半]")
_DOSE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays together: a sentence or a table row."""

    text: str
    page: int | None
    begins: bool
    """Whether it is the first of its paragraph; a row always is."""
    head: str = ""
    """Of a row that isn't its table's first: the first row, which names the columns."""


def units(blocks: Sequence[Block]) -> Iterator[Unit]:
    """The sentences and rows of a section."""
    head = ""
    for block in blocks:
        if block.row:
            row = f"{block.text}{_ROW_ENDS}"
            yield Unit(row, block.page, True, head)
            head = head or row
            continue
        head = ""
        for number, text in enumerate(_sentences(block.text)):
            yield Unit(text, block.page, number == 0)


def _sentences(text: str) -> Iterator[str]:
    for sentence in _cut(text, [found.end() for found in _SENTENCE.finditer(text)]):
        yield from _shortened(sentence)


def _cut(text: str, places: Sequence[int]) -> list[str]:
    return [text[start:end] for start, end in zip((0, *places), (*places, len(text)), strict=True) if text[start:end]]


def _shortened(sentence: str) -> Iterator[str]:
    """A sentence too long for a passage in parts: at clauses, else words, else where no dose is near."""
    while len(sentence) > MOST:
        place = _last(_CLAUSE, sentence) or _last(_LATIN_WORD, sentence) or _far_from_dose(sentence)
        if not place:
            break
        yield sentence[:place]
        sentence = sentence[place:]
    yield sentence


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text, 0, MOST + 1) if 0 < found.end() <= MOST), default=0)


def _far_from_dose(text: str) -> int:
    """A place in Chinese text without a number just before or after it; 0 when there is none."""
    for place in range(MOST, LEAST, -1):
        around = text[max(0, place - _DOSE_LENGTH) : place + 1]
        if not _INSIDE_DOSE.search(around) and not re.search(r"[A-Za-z]{2}$", around):
            return place
    return 0


def packed(section: Sequence[Unit]) -> list[list[Unit]]:
    """The units of a section as passages, in order."""
    packs: list[list[Unit]] = []
    for number, unit in enumerate(section):
        last = packs[-1] if packs else None
        whole = _paragraph_length(section, number) if unit.begins else len(unit.text)
        size = length(last) if last else 0
        full = size + len(unit.text) > MOST or (size >= LEAST and whole <= MOST < size + whole)
        if last is None or full:
            packs.append([unit])
        else:
            last.append(unit)
    _fill_last(packs)
    return packs


def _paragraph_length(section: Sequence[Unit], first: int) -> int:
    end = next((number for number in range(first + 1, len(section)) if section[number].begins), len(section))
    return sum(len(unit.text) for unit in section[first:end])


def _fill_last(packs: list[list[Unit]]) -> None:
    """A last passage that is too short takes from the one before, or joins it."""
    if len(packs) < 2:
        return
    before, last = packs[-2:]
    if length(before) + length(last) <= MOST:
        packs[-2:] = [before + last]
        return
    while length(last) < LEAST <= length(before) - len(before[-1].text) and length(last) + len(before[-1].text) <= MOST:
        last.insert(0, before.pop())


def length(pack: Sequence[Unit]) -> int:
    """Characters of its units, without what is repeated from a table's head."""
    return sum(len(unit.text) for unit in pack)


def written(pack: Sequence[Unit]) -> str:
    """The text of a passage; a row away from its table's head has the head above it."""
    text = ""
    for number, unit in enumerate(pack):
        if unit.head and (number == 0 or unit.head not in (pack[number - 1].head, pack[number - 1].text)):
            text += f"\n{unit.head}"
        text += f"\n{unit.text}" if unit.begins else unit.text
    return text.strip()
