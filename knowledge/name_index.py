"""Exact names in running text: longest match first, one dictionary look-up per position and length."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Brands of two characters also occur inside ordinary words (可定 in 也可定期, 代文 in 古代文学); they
# count only where their neighbours look like a sentence about medicine.
_MARKS = "、；，。？！：,.?!: \n“”\"'（(《）)》"
_BEFORE = frozenset(_MARKS + "吃服用喝打药和跟与同加开买了换把是叫给问查在过或的片种着有到说要再停盒颗粒")
_AFTER = frozenset(
    _MARKS
    + "片胶颗口注缓怎能可要会有和跟与同吃的多饭是"
    + "一及还吗用饮喝孕哺放什存了在忘漏早晚每对副贵治疗效都也加就饱降"
    + "咋如主禁保价哪适需该应两几这那呢啊不"
)

_AMOUNT = re.compile(r"\d| ?个?单位")
"""What makes the digits at the end of a name (维生素b1, 门冬胰岛素50) part of another name or of a dose."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling and the entries it can mean."""

    text: str
    """Folded (see `fold`)."""
    holders: tuple[str, ...]
    """Ids of entries; empty for a name we know of but hold no entry for."""
    sure: bool
    """False for a name shared by several drugs: ask back."""
    guarded: bool
    """True when the neighbours must look like medicine talk."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a name stands in the folded text."""

    start: int
    end: int
    name: Name


def fold(text: str) -> str:
    """Half-width, lower case: so that Ｄ3, D3 and d3 are one."""
    return unicodedata.normalize("NFKC", text).lower()


class NameIndex:
    """All spellings by their first two characters; names have at least two."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = {name.text: name for name in names}
        lengths: dict[str, set[int]] = {}
        for text in self._names:
            lengths.setdefault(text[:2], set()).add(len(text))
        self._lengths = {head: tuple(sorted(some, reverse=True)) for head, some in lengths.items()}

    def get(self, text: str) -> Name | None:
        """The name that is exactly this text (folded)."""
        return self._names.get(text)

    def scan(self, text: str) -> Iterator[Hit]:
        """Names in a folded text from left to right, not overlapping, the longest at each place."""
        position = 0
        while position < len(text) - 1:
            hit = self._at(text, position)
            if hit is None:
                position += 1
            else:
                yield hit
                position = hit.end

    def _at(self, text: str, start: int) -> Hit | None:
        for length in self._lengths.get(text[start : start + 2], ()):
            name = self._names.get(text[start : start + length])
            if name is not None and _stands_free(text, start, start + length, name):
                return Hit(start, start + length, name)
        return None


def _stands_free(text: str, start: int, end: int, name: Name) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if name.guarded and ((before and before not in _BEFORE) or (after and after not in _AFTER)):
        return False
    if name.text[0].isascii() and _latin(before):
        return False
    if name.text[-1].isdigit() and _AMOUNT.match(text, end):
        return False
    return not (name.text[-1].isascii() and _latin(after))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
